// The oracle's internet: FWD-4b, and what is beyond the gateways.
#include "tests/oracle/evaluate.h"
#include "tests/oracle/walk.h"

namespace vpclab::oracle {
namespace {

/// TTL-3 leaves their number to the model: between a region and another, or a region and the hosts
/// of the internet.
constexpr int kRouters = 3;
constexpr int kRoutersToNowhere = 2;

}  // namespace

/// TTL-3, IGW-8. `from` and `to` are regions; empty: where the hosts of the internet are. False: it
/// ended on its way.
bool Oracle::pass_routers(Walk& walk, const std::string& from, const std::string& to) {
  const bool is_hairpin = !from.empty() && from == to;
  const int routers = to == "nowhere" ? kRoutersToNowhere : from == to ? 1 : kRouters;
  if (walk.packet.ttl > routers) {
    walk.packet.ttl -= routers;
    return true;
  }
  walk.step("ttl", "denied").says = "TTL-3";
  walk.drop("TTL_EXPIRED", "internet");
  if (!is_hairpin) {  // IGW-11
    walk.tell({{}, 0, walk.packet.source, 11, 0, 0});
  }
  return false;
}

/// FWD-4b: the VPC whose gateway has the destination, which becomes the private one; null: none.
const Vpc* Oracle::owner_of_public(Walk& walk) const {
  const std::uint32_t destination = walk.packet.destination;
  const Vpc* found = nullptr;
  std::uint32_t private_address = 0;
  for (const Interface& interface : network_.interfaces) {
    for (const Address& address : interface.addresses) {
      if (address.public_address == destination && destination != 0) {
        found = find(network_.vpcs, interface.vpc);
        private_address = address.private_address;
      }
    }
  }
  for (const NatGateway& nat : network_.nats) {
    if (nat.public_address == destination && destination != 0) {
      found = find(network_.vpcs, nat.vpc);
      private_address = nat.address;
    }
  }
  if (found == nullptr || found->gateway.empty()) {
    return nullptr;
  }
  walk.translate_destination(private_address);
  return found;
}

/// `from`: the region that it comes from; empty: the internet's own.
void Oracle::enter_internet(Walk& walk, const std::string& from) {
  const std::uint32_t destination = walk.packet.destination;
  Walk inside = walk;
  if (const Vpc* vpc = owner_of_public(inside)) {
    if (!pass_routers(walk, from, vpc->region)) {
      return;
    }
    Step& step = walk.step("translation", "translated", vpc->gateway);
    step.range = text(inside.packet.destination) + "/32";
    step.says = "FWD-4b";
    walk.translate_destination(inside.packet.destination);
    return enter_from_gateway(walk, *vpc);
  }
  for (const ClassicInstance& classic : network_.classics) {
    if (classic.public_address == destination && destination != 0) {
      if (!pass_routers(walk, from, classic.region)) {
        return;
      }
      Step& step = walk.step("translation", "translated");
      step.range = text(classic.private_address) + "/32";
      step.says = "CLC-1";
      walk.translate_destination(classic.private_address);
      return enter_flat(walk, classic);
    }
  }
  // FWD-4: what somebody in the cloud has is the cloud's.
  for (const Outsider& host : network_.outsiders) {
    if (host.address == destination) {
      if (pass_routers(walk, from, {})) {
        walk.fate.delivered = true;
        walk.fate.receiver = text(destination);
      }
      return;
    }
  }
  if (!pass_routers(walk, from, "nowhere")) {
    return;
  }
  bool cloud = false;
  for (const Cidr& range : network_.cloud_ranges) {
    cloud = cloud || range.contains(destination);
  }
  walk.step("internet", "denied").says = "nobody has " + text(destination);
  walk.drop(cloud ? "IGW_UNMAPPED" : "NO_SUCH_HOST", "internet");
}

}  // namespace vpclab::oracle
