// The oracle's EC2-Classic and ClassicLink: FWD-7, FWD-2.2.
#include "tests/oracle/evaluate.h"
#include "tests/oracle/walk.h"

namespace vpclab::oracle {
namespace {

const Cidr kTen = Cidr::parse("10.0.0.0/8");

}  // namespace

Fate Oracle::leave_classic(const std::string& instance, const Packet& packet, Seconds now,
                           const Witness& witness) {
  Walk walk{packet, now, witness, {}};
  const ClassicInstance& from = *find(network_.classics, instance);
  const Vpc* vpc = from.vpc.empty() ? nullptr : find(network_.vpcs, from.vpc);
  if (packet.source != from.private_address) {
    walk.step("source-dest-check", "denied", from.id).says = "CLC-6";
    walk.drop("SRC_DST_CHECK", from.id);
  } else if (vpc != nullptr) {
    leave_linked(walk, from, *vpc);
  } else {
    leave_flat(walk, from);
  }
  walk.fate.packet = walk.packet;
  return walk.fate;
}

void Oracle::leave_linked(Walk& walk, const ClassicInstance& from, const Vpc& vpc) {
  const std::uint32_t destination = walk.packet.destination;
  if (vpc.contains(destination)) {  // FWD-7.1, CL-16
    if (!ask_groups(walk, {from.id, from.link_groups, vpc.id}, true)) {
      return walk.drop("SG_EGRESS", from.id);
    }
    return enter_from_afar(walk, vpc);
  }
  const Route* best = nullptr;  // FWD-7.2: peering routes of the main table (CL-20.4, CL-10)
  const std::vector<Route> routes = effective_routes(vpc, *find(network_.tables, vpc.main_table));
  for (const Route& route : routes) {
    if (route.target.rfind("pcx-", 0) == 0 && route.destination.contains(destination) &&
        !kTen.contains(destination) &&
        (best == nullptr || route.destination.length > best->destination.length ||
         (route.destination.length == best->destination.length &&
          route.prefix_list < best->prefix_list))) {
      best = &route;
    }
  }
  return best == nullptr ? leave_flat(walk, from) : cross_from_link(walk, from, vpc, *best);
}

void Oracle::cross_from_link(Walk& walk, const ClassicInstance& from, const Vpc& vpc,
                             const Route& route) {
  if (!ask_groups(walk, {from.id, from.link_groups, vpc.id}, true)) {
    return walk.drop("SG_EGRESS", from.id);
  }
  const Peering* peering = find(network_.peerings, route.target);
  const bool usable = peering->state == PeeringState::kActive;
  Step& step = walk.step("route", usable ? "matched" : "denied", vpc.main_table);
  step.range = text(route.destination);
  step.rule = route.target;
  step.says = "FWD-7.2: the main table";
  if (!usable) {
    return walk.drop("BLACKHOLE", vpc.id);
  }
  if (!peering->options_of(vpc.id).links_to_peer) {
    walk.step("option", "denied", peering->id).says = "CL-20.3, CL-25";
    return walk.drop("CLASSICLINK_EGRESS_NOT_ALLOWED", peering->id);
  }
  cross(walk, peering->id, vpc);
}

/// FWD-7.3.
void Oracle::leave_flat(Walk& walk, const ClassicInstance& from) {
  if (!ask_groups(walk, {from.id, from.groups, {}}, true)) {
    return walk.drop("SG_EGRESS", from.id);
  }
  if (const ClassicInstance* to = network_.classic_at(from.region, walk.packet.destination)) {
    return enter_flat(walk, *to);
  }
  if (is_private(walk.packet.destination)) {
    walk.step("route", "denied").says = "FWD-7.3: none in the flat network";
    return walk.drop("NO_ROUTE", "classic");
  }
  Step& step = walk.step("translation", "translated");
  step.range = text(from.public_address) + "/32";
  step.says = "CL-18: its own public address";
  walk.translate_source(from.public_address);
  enter_internet(walk, from.region);
}

/// FWD-2.2.
void Oracle::enter_links(Walk& walk, const Vpc& vpc) {
  const ClassicInstance* to = network_.classic_at(vpc.region, walk.packet.destination);
  if (to != nullptr && vpc.classic_link && to->vpc == vpc.id) {
    walk.step("link", "passed", to->id).says = "CL-17";
    return pass_narrow(walk, to->id, [&](Walk& part) { enter_link(part, *to); });
  }
  if (to != nullptr && !to->vpc.empty()) {
    const Peering* peering = network_.active_peering(vpc.id, to->vpc);
    if (peering != nullptr && peering->options_of(vpc.id).to_peer_links) {
      walk.step("link", "passed", to->id).says = "CL-23";
      return pass_narrow(walk, peering->id, [&](Walk& part) { enter_link(part, *to); });
    }
  }
  walk.step("link", "denied").says = "FWD-2.2: no instance that is linked";
  walk.drop("CLASSICLINK_NOT_LINKED", vpc.id);
}

void Oracle::enter_link(Walk& walk, const ClassicInstance& to) {
  if (!ask_groups(walk, {to.id, to.link_groups, to.vpc}, false)) {
    return walk.drop("SG_INGRESS", to.id);
  }
  walk.fate.delivered = true;
  walk.fate.receiver = to.id;
}

void Oracle::enter_flat(Walk& walk, const ClassicInstance& to) {
  if (!ask_groups(walk, {to.id, to.groups, {}}, false)) {
    return walk.drop("SG_INGRESS", to.id);
  }
  walk.fate.delivered = true;
  walk.fate.receiver = to.id;
}

}  // namespace vpclab::oracle
