#include "tests/oracle/evaluate.h"

#include <algorithm>

#include <fmt/format.h>

#include "tests/oracle/walk.h"

namespace vpclab::oracle {
namespace {

const Cidr kTen = Cidr::parse("10.0.0.0/8");
const Cidr kMulticast = Cidr::parse("224.0.0.0/4");
constexpr std::uint32_t kLimitedBroadcast = 0xffff'ffff;

}  // namespace

bool is_private(std::uint32_t address) {
  static const std::vector<Cidr> kPrivate{
      kTen, Cidr::parse("172.16.0.0/12"), Cidr::parse("192.168.0.0/16"),
      Cidr::parse("100.64.0.0/10"), Cidr::parse("169.254.0.0/16")};
  for (const Cidr& block : kPrivate) {
    if (block.contains(address)) {
      return true;
    }
  }
  return false;
}

std::string text(const Step& step) {
  std::string line = fmt::format("{} {}", step.asked, step.answer);
  if (!step.object.empty()) {
    line += " " + step.object;
  }
  if (step.number != 0) {
    line += fmt::format(" entry {}", step.number);
  }
  if (!step.range.empty()) {
    line += " " + step.range;
  }
  if (!step.rule.empty()) {
    line += " -> " + step.rule;
  }
  for (const std::string& rule : step.among) {
    line += " {" + rule + "}";
  }
  return step.says.empty() ? line : line + "  (" + step.says + ")";
}

Fate Oracle::leave(const std::string& interface, const Packet& packet, Seconds now,
                   const Witness& witness) {
  Walk walk{packet, now, witness, {}};
  leave_interface(walk, *find(network_.interfaces, interface));
  walk.fate.packet = walk.packet;
  return walk.fate;
}

Fate Oracle::leave_outsider(const Packet& packet, Seconds now, const Witness& witness) {
  Walk walk{packet, now, witness, {}};
  enter_internet(walk, {});
  walk.fate.packet = walk.packet;
  return walk.fate;
}

Fate Oracle::leave_router(const std::string& vpc, const Packet& packet, Seconds now,
                          const Witness& witness) {
  Walk walk{packet, now, witness, {}};
  enter_vpc(walk, *find(network_.vpcs, vpc), nullptr);
  walk.fate.packet = walk.packet;
  return walk.fate;
}

Fate Oracle::leave_nat(const std::string& nat, const Packet& packet, Seconds now,
                       const Witness& witness) {
  Walk walk{packet, now, witness, {}};
  walk.by_nat = nat;
  leave_subnet(walk, *find(network_.subnets, find(network_.nats, nat)->subnet));
  walk.fate.packet = walk.packet;
  return walk.fate;
}

/// FWD-1.2…6.
void Oracle::leave_interface(Walk& walk, const Interface& from) {
  const Subnet& subnet = *find(network_.subnets, from.subnet);
  const std::uint32_t destination = walk.packet.destination;
  if (destination == subnet.cidr.base + 1) {
    walk.step("owner", "denied", from.vpc).says = "SG-26, ICMP-5: the router itself, unfiltered";
    return walk.drop("RESERVED_ADDRESS", from.id);
  }
  if (from.source_dest_check && from.address(walk.packet.source) == nullptr) {
    walk.step("source-dest-check", "denied", from.id).says = "ENI-3: not a source of its own";
    return walk.drop("SRC_DST_CHECK", from.id);
  }
  if (destination == kLimitedBroadcast || kMulticast.contains(destination) ||
      destination == subnet.cidr.last()) {
    walk.step("cast", "denied").says = "VPC-17";
    return walk.drop("UNSUPPORTED_CAST", from.id);
  }
  if (!ask_groups(walk, {from.id, from.groups, from.vpc}, true)) {
    return walk.drop("SG_EGRESS", from.id);
  }
  leave_subnet(walk, subnet);
}

/// FWD-1.5 and 6.
void Oracle::leave_subnet(Walk& walk, const Subnet& subnet) {
  if (subnet.cidr.contains(walk.packet.destination)) {
    walk.step("subnet-local", "passed", subnet.id).says = "RT-24, ACL-7: no list, no table";
    return enter_vpc(walk, *find(network_.vpcs, subnet.vpc), &subnet);
  }
  if (!ask_acl(walk, subnet, true)) {
    return walk.drop("NACL_EGRESS", subnet.vpc);
  }
  follow_route(walk, subnet);
}

/// FWD-2.1, FWD-3.1: the owner of the address. `from`: the subnet that it comes from, if it is one
/// of this VPC.
void Oracle::enter_vpc(Walk& walk, const Vpc& vpc, const Subnet* from) {
  const std::uint32_t destination = walk.packet.destination;
  const Subnet* subnet = network_.subnet_at(vpc.id, destination);
  const Interface* owner = network_.owner(vpc.id, destination);
  if (const NatGateway* nat = network_.nat_at(vpc.id, destination)) {
    return return_by_nat(walk, *nat, from);
  }
  if (owner == nullptr) {
    const bool reserved = subnet != nullptr && subnet->is_reserved(destination);
    walk.step("owner", "denied", vpc.id).says = reserved ? "SUB-2" : "FWD-2.1: nobody's";
    return walk.drop(reserved ? "RESERVED_ADDRESS" : "NO_SUCH_HOST", vpc.id);
  }
  if (!network_.is_up(*owner)) {
    walk.step("owner", "denied", owner->id).says = "INST-2";
    return walk.drop("INSTANCE_NOT_RUNNING", vpc.id);
  }
  walk.step("owner", "matched", owner->id);
  const bool crosses_border = from == nullptr || from->id != owner->subnet;  // ACL-7
  if (crosses_border && !ask_acl(walk, *find(network_.subnets, owner->subnet), false)) {
    return walk.drop("NACL_INGRESS", vpc.id);
  }
  enter_interface(walk, *owner);
}

/// FWD-6.
void Oracle::cross(Walk& walk, const std::string& peering, const Vpc& vpc) {
  const std::string& far = find(network_.peerings, peering)->far_from(vpc.id);
  const Vpc& there = *find(network_.vpcs, far);
  if (!there.contains(walk.packet.destination)) {
    walk.step("crossing", "denied", peering).says = "PCX-22: not in a CIDR of " + far;
    return walk.drop("PCX_DST_NOT_IN_PEER_CIDR", peering);
  }
  walk.step("crossing", "passed", peering).says = "PCX-22, PCX-23: no table of " + far;
  if (vpc.region == there.region) {
    return enter_from_afar(walk, there);
  }
  pass_narrow(walk, peering, [&](Walk& part) { enter_from_afar(part, there); });  // PCX-19
}

/// The public address behind which the internet sees a private one of a VPC; 0: it does not.
std::uint32_t Oracle::public_address_of(const Vpc& vpc, std::uint32_t address) const {
  if (const NatGateway* nat = network_.nat_at(vpc.id, address)) {
    return nat->public_address;
  }
  const Interface* owner = network_.owner(vpc.id, address);
  return owner == nullptr ? 0 : owner->address(address)->public_address;
}

/// FWD-4.
void Oracle::leave_by_gateway(Walk& walk, const Vpc& vpc) {
  const std::uint32_t mapped = public_address_of(vpc, walk.packet.source);
  if (mapped == 0) {
    walk.step("translation", "denied", vpc.gateway).says = "IGW-4";
    return walk.drop("IGW_NO_PUBLIC_IP", vpc.gateway);
  }
  if (is_private(walk.packet.destination)) {
    walk.step("translation", "denied", vpc.gateway).says = "IGW-5";
    return walk.drop("IGW_PRIVATE_DST", vpc.gateway);
  }
  if (refuses_size(walk, vpc.gateway)) {  // MTU-2
    return;
  }
  Step& step = walk.step("translation", "translated", vpc.gateway);
  step.range = text(mapped) + "/32";
  step.says = "IGW-3";
  const auto& quote = walk.packet.quote;
  if (walk.packet.is_error() && quote->source == walk.packet.destination &&
      quote->destination != walk.packet.source) {
    // Told to who sent the quoted packet: to a public address, as far as he knows.
    if (const std::uint32_t known = public_address_of(vpc, quote->destination); known != 0) {
      walk.translate_quoted_destination(known);
    }
  }
  walk.translate_source(mapped);
  cut(walk, [&](Walk& part) { enter_internet(part, vpc.region); });
}

/// FWD-3.3…5.
void Oracle::enter_interface(Walk& walk, const Interface& to) {
  if (to.source_dest_check && to.address(walk.packet.destination) == nullptr) {
    walk.step("source-dest-check", "denied", to.id).says = "ENI-3: not a destination of its own";
    return walk.drop("SRC_DST_CHECK", to.id);
  }
  if (!ask_groups(walk, {to.id, to.groups, to.vpc}, false)) {
    return walk.drop("SG_INGRESS", to.id);
  }
  walk.fate.delivered = true;
  walk.fate.receiver = to.id;
}

}  // namespace vpclab::oracle
