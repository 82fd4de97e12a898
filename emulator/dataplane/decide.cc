#include "emulator/dataplane/decide.h"

#include "emulator/dataplane/decide_link.h"
#include "emulator/dataplane/decide_nat.h"
#include "emulator/dataplane/decide_parts.h"

namespace vpclab::dataplane {
namespace {

using trace::DropReason;
using trace::ObjectState;
using trace::Outcome;
using trace::RuleRef;
using trace::Stage;
using wire::Ipv4Prefix;

/// FWD-2.1: the interface that owns the destination and can take packets, or why there is none.
template <class Recorder>
Verdict find_owner(const VpcTables& tables, const PacketFacts& facts, Recorder& recorder) {
  const std::uint32_t owner = tables.owner_of(facts.destination);
  if (owner == kNowhere) {
    if (kClassicBlock.contains(facts.destination) && tables.classic_link_enabled &&
        !tables.contains(facts.destination)) {  // it crossed a peering to a link (FWD-2.2b)
      return arrive_at_link(tables, facts, recorder);
    }
    const std::uint32_t place = tables.subnet_of(facts.destination);
    const Subnet* subnet = place == kNowhere ? nullptr : &tables.subnets[place];
    if constexpr (Recorder::kKeeps) {
      RuleRef rule{.object = tables.id};
      if (subnet != nullptr) {
        rule.scope = subnet->id;
        rule.prefix = subnet->cidr;
        rule.has_prefix = true;
      }
      recorder.push(Stage::kDestinationLookup, Outcome::kDenied, rule);
    }
    return Verdict::drop(subnet != nullptr && subnet->is_reserved(facts.destination)
                             ? DropReason::kReservedAddress
                             : DropReason::kNoSuchHost);
  }
  const Interface& interface = tables.interfaces[owner];
  const Subnet& subnet = tables.subnets[interface.subnet];
  const bool is_nat_gateway = interface.nat_gateway != kNowhere &&
                              tables.nat_gateways[interface.nat_gateway].is_available();
  if (!is_nat_gateway && !interface.is_up()) {  // INST-2
    if constexpr (Recorder::kKeeps) {
      RuleRef rule{.object = interface.instance,
                   .rule = interface.id,
                   .scope = subnet.id,
                   .prefix = subnet.cidr,
                   .state = interface.state,
                   .has_prefix = true};
      if (interface.nat_gateway != kNowhere) {  // pending, deleting, …
        rule.object = tables.nat_gateways[interface.nat_gateway].id;
        rule.state = tables.nat_gateways[interface.nat_gateway].state;
      } else if (interface.instance.empty()) {
        rule.object = interface.id;
      }
      recorder.push(Stage::kDestinationLookup, Outcome::kDenied, rule);
    }
    return Verdict::drop(DropReason::kInstanceNotRunning);
  }
  if constexpr (Recorder::kKeeps) {
    recorder.push(Stage::kDestinationLookup, Outcome::kMatched,
                  RuleRef{.object = interface.id, .scope = subnet.id});
  }
  return is_nat_gateway ? Verdict{Action::kToNatGateway, {}, interface.nat_gateway}
                        : Verdict{Action::kDeliver, {}, owner};
}

/// FWD-2, FWD-3.1: to the owner's subnet.
template <class Recorder>
Verdict deliver(const VpcTables& tables, const PacketFacts& facts, AclUse acls, Counters& counters,
                Recorder& recorder) {
  const Verdict verdict = find_owner(tables, facts, recorder);
  const bool to_nat_gateway = verdict.action == Action::kToNatGateway;
  if (verdict.action != Action::kDeliver && !to_nat_gateway) {
    return verdict;
  }
  const Subnet& subnet = tables.subnets[to_nat_gateway ? tables.nat_gateways[verdict.target].subnet
                                                       : tables.interfaces[verdict.target].subnet];
  if (!ask_acl(tables, subnet, false, facts, acls, counters, recorder)) {
    return Verdict::drop(DropReason::kNaclIngress);
  }
  return verdict;
}

/// FWD-1.8 for a route to an interface (RT-27): it must be attached and running, and what comes
/// from another subnet than its own (`from`; kNowhere: from outside the VPC) passes that one's ACL
/// on its way in (ACL-7, ACL-11, ACL-17).
template <class Recorder>
Verdict to_interface(const VpcTables& tables, const Route& route, std::uint32_t from,
                     const PacketFacts& facts, AclUse acls, Counters& counters,
                     Recorder& recorder) {
  const Interface& interface = tables.interfaces[route.index];
  if (!interface.is_up()) {
    if constexpr (Recorder::kKeeps) {
      recorder.push(Stage::kDestinationLookup, Outcome::kDenied,
                    RuleRef{.object = interface.instance,
                            .rule = interface.id,
                            .scope = tables.subnets[interface.subnet].id,
                            .prefix = tables.subnets[interface.subnet].cidr,
                            .state = interface.state,
                            .has_prefix = true});
    }
    return Verdict::drop(DropReason::kInstanceNotRunning);
  }
  if (interface.subnet != from &&
      !ask_acl(tables, tables.subnets[interface.subnet], false, facts, acls, counters, recorder)) {
    return Verdict::drop(DropReason::kNaclIngress);
  }
  return Verdict{Action::kDeliver, {}, route.index};
}

/// RT-25: the gateway's own table sends what comes from the internet to its owner, or to an
/// appliance.
template <class Recorder>
Verdict enter_by_table(const VpcTables& tables, const PacketFacts& facts, AclUse acls,
                       Counters& counters, Recorder& recorder) {
  ++counters.route_lookups;
  const RouteTable& table = tables.route_tables[tables.gateway_table];
  const std::uint32_t found = table.lookup.find(facts.destination);
  const Route* const chosen = found == PrefixTable::kNone ? nullptr : &table.routes[found];
  if constexpr (Recorder::kKeeps) {
    record_route(
        table,
        tables.internet_gateway ? api::ResourceId(*tables.internet_gateway) : api::ResourceId(),
        chosen, recorder);
  }
  if (chosen == nullptr) {
    return Verdict::drop(DropReason::kNoRoute);
  }
  if (chosen->is_active() && chosen->kind == TargetKind::kLocal) {
    return deliver(tables, facts, acls, counters, recorder);
  }
  if (!chosen->is_active() || chosen->kind != TargetKind::kInterface) {
    return Verdict::drop(DropReason::kBlackhole);
  }
  return to_interface(tables, *chosen, kNowhere, facts, acls, counters, recorder);
}

}  // namespace

template <class Recorder>
Verdict route(const VpcTables& tables, std::uint32_t from, const PacketFacts& facts, AclUse acls,
              Counters& counters, Recorder recorder) {
  const Subnet& subnet = tables.subnets[tables.interfaces[from].subnet];
  if (subnet.cidr.contains(facts.destination)) {  // FWD-1.5
    if constexpr (Recorder::kKeeps) {
      recorder.push(Stage::kSubnetLocal, Outcome::kMatched,
                    RuleRef{.object = subnet.id, .prefix = subnet.cidr, .has_prefix = true});
    }
    return find_owner(tables, facts, recorder);
  }
  if (!ask_acl(tables, subnet, true, facts, acls, counters, recorder)) {  // FWD-1.6
    return Verdict::drop(DropReason::kNaclEgress);
  }
  ++counters.route_lookups;  // FWD-1.7
  const RouteTable& table = tables.route_tables[subnet.route_table];
  const std::uint32_t found = table.lookup.find(facts.destination);
  const Route* const chosen = found == PrefixTable::kNone ? nullptr : &table.routes[found];
  if constexpr (Recorder::kKeeps) {
    record_route(table, subnet.id, chosen, recorder);
  }
  if (chosen == nullptr) {
    return Verdict::drop(DropReason::kNoRoute);
  }
  if (!chosen->is_active()) {
    return Verdict::drop(DropReason::kBlackhole);
  }
  switch (chosen->kind) {  // FWD-1.8
    case TargetKind::kLocal:
      return deliver(tables, facts, acls, counters, recorder);
    case TargetKind::kPeering:
      return Verdict{Action::kCrossPeering, {}, chosen->index};
    case TargetKind::kInternetGateway:
      return Verdict{Action::kLeaveByGateway, {}, kNowhere};
    case TargetKind::kInterface:
      return to_interface(tables, *chosen, tables.interfaces[from].subnet, facts, acls, counters,
                          recorder);
    case TargetKind::kNatGateway:
      return to_nat_gateway(tables, tables.interfaces[from].subnet, chosen->index, facts, acls,
                            counters, recorder);
    case TargetKind::kClassicLink:
      return deliver_to_link(tables, facts, recorder);
    case TargetKind::kOther:
      break;
  }
  return Verdict::drop(DropReason::kBlackhole);
}

template <class Recorder>
std::optional<DropReason> cross_peering(const Peering& peering, const PacketFacts& facts,
                                        Recorder recorder) {
  if (!peering.is_active()) {
    if constexpr (Recorder::kKeeps) {
      recorder.push(Stage::kPeeringCrossing, Outcome::kDenied,
                    RuleRef{.object = peering.id, .rule = peering.far_vpc, .state = peering.state});
    }
    return DropReason::kBlackhole;
  }
  if (!peering.reaches(facts.destination)) {  // PCX-22, PCX-24
    if constexpr (Recorder::kKeeps) {
      for (const Ipv4Prefix& cidr : peering.far_cidrs) {
        recorder.push(
            Stage::kPeeringCrossing, Outcome::kDenied,
            RuleRef{
                .object = peering.id, .rule = peering.far_vpc, .prefix = cidr, .has_prefix = true});
      }
    }
    return DropReason::kPcxDstNotInPeerCidr;
  }
  if constexpr (Recorder::kKeeps) {
    recorder.push(Stage::kPeeringCrossing, Outcome::kPassed,
                  RuleRef{.object = peering.id, .rule = peering.far_vpc});
  }
  return std::nullopt;
}

template <class Recorder>
Verdict enter(const VpcTables& tables, Entry entry, const PacketFacts& facts, AclUse acls,
              Counters& counters, Recorder recorder) {
  if (entry == Entry::kGateway && tables.gateway_table != kNowhere) {
    return enter_by_table(tables, facts, acls, counters, recorder);
  }
  const Verdict verdict = deliver(tables, facts, acls, counters, recorder);
  if (verdict.action == Action::kToNatGateway &&
      ((entry == Entry::kPeering && !tables.nat_to_peerings) || entry == Entry::kLink)) {
    // PCX-39, NAT-8: nothing of the gateway's goes there, so nothing that comes can be an answer,
    // whatever flows it has begun for clients whose packets the router then refused.
    if constexpr (Recorder::kKeeps) {
      recorder.push(Stage::kGatewayTranslation, Outcome::kDenied,
                    RuleRef{.object = tables.nat_gateways[verdict.target].id});
    }
    return Verdict::drop(DropReason::kNatNoState);
  }
  return verdict;
}

template Verdict route(const VpcTables&, std::uint32_t, const PacketFacts&, AclUse, Counters&,
                       NoSteps);
template Verdict route(const VpcTables&, std::uint32_t, const PacketFacts&, AclUse, Counters&,
                       KeepSteps);
template std::optional<DropReason> cross_peering(const Peering&, const PacketFacts&, NoSteps);
template std::optional<DropReason> cross_peering(const Peering&, const PacketFacts&, KeepSteps);
template Verdict enter(const VpcTables&, Entry, const PacketFacts&, AclUse, Counters&, NoSteps);
template Verdict enter(const VpcTables&, Entry, const PacketFacts&, AclUse, Counters&, KeepSteps);
}  // namespace vpclab::dataplane
