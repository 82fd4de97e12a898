#include "emulator/dataplane/decide.h"

#include <array>

namespace vpclab::dataplane {
namespace {

using trace::DropReason;
using trace::ObjectState;
using trace::Outcome;
using trace::RuleRef;
using trace::Stage;
using wire::Ipv4Address;
using wire::Ipv4Prefix;

/// ACL-7, ACL-9. True if the packet may pass the subnet's boundary.
template <class Recorder>
bool ask_acl(const VpcTables& tables, const Subnet& subnet, bool egress, const PacketFacts& facts,
             AclUse use, Counters& counters, Recorder& recorder) {
  const Stage stage = egress ? Stage::kNetworkAclEgress : Stage::kNetworkAclIngress;
  const NetworkAcl& acl = tables.acls[subnet.acl];
  if (use == AclUse::kPassed) {  // SG-27: as the first fragment of its datagram
    if constexpr (Recorder::kKeeps) {
      recorder.push(stage, Outcome::kTracked, RuleRef{.object = acl.id(), .scope = subnet.id});
    }
    return true;
  }
  ++counters.acl_evaluations;
  const AclEntry* entry = acl.match(egress, facts);
  const bool allowed = entry != nullptr && entry->allow;
  if constexpr (Recorder::kKeeps) {
    RuleRef rule{.object = acl.id(), .scope = subnet.id, .number = trace::kLastAclEntry};
    if (entry != nullptr) {
      rule.number = entry->number;
      rule.prefix = entry->remote;
      rule.has_prefix = true;
    }
    recorder.push(stage, allowed ? Outcome::kPassed : Outcome::kDenied, rule);
  }
  return allowed;
}

/// FWD-2.1: the interface that owns the destination and can take packets, or why there is none.
template <class Recorder>
Verdict find_owner(const VpcTables& tables, const PacketFacts& facts, Recorder& recorder) {
  const std::uint32_t owner = tables.owner_of(facts.destination);
  if (owner == kNowhere) {
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
  if (!interface.is_up()) {  // INST-2
    if constexpr (Recorder::kKeeps) {
      RuleRef rule{.object = interface.instance,
                   .rule = interface.id,
                   .scope = subnet.id,
                   .prefix = subnet.cidr,
                   .state = interface.state,
                   .has_prefix = true};
      if (interface.instance.empty()) {
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
  return Verdict{Action::kDeliver, {}, owner};
}

/// FWD-2, FWD-3.1: to the owner's subnet. `from` is the subnet that the packet left, or kNowhere.
template <class Recorder>
Verdict deliver(const VpcTables& tables, const PacketFacts& facts, AclUse acls, Counters& counters,
                Recorder& recorder) {
  const Verdict verdict = find_owner(tables, facts, recorder);
  if (verdict.action == Action::kDrop) {
    return verdict;
  }
  const Subnet& subnet = tables.subnets[tables.interfaces[verdict.target].subnet];
  if (!ask_acl(tables, subnet, false, facts, acls, counters, recorder)) {
    return Verdict::drop(DropReason::kNaclIngress);
  }
  return verdict;
}

/// Whose option of a peering connection is off: this VPC's side.
trace::LinkLack egress_lack(const Peering& peering) {
  return peering.requested_here ? trace::LinkLack::kRequesterEgress
                                : trace::LinkLack::kAccepterEgress;
}

/// Every VPC to which the destination might be linked, and what is missing.
template <class Recorder>
void record_missing_link(const VpcTables& tables, const PacketFacts& facts, Recorder& recorder) {
  if (tables.classic_link_enabled) {
    recorder.push(Stage::kClassicLink, Outcome::kDenied, RuleRef{.object = tables.id});
  }
  for (const Peering& peering : tables.peerings) {
    if (!peering.is_active() || (!peering.egress_to_links && !peering.links(facts.destination))) {
      continue;
    }
    RuleRef rule{.object = peering.far_vpc, .scope = peering.id};
    if (!peering.egress_to_links) {
      rule.number = static_cast<std::uint32_t>(egress_lack(peering));
    }
    recorder.push(Stage::kClassicLink, Outcome::kDenied, rule);
  }
}

/// FWD-1.8 for a route to an interface (RT-27): it must be attached and running.
template <class Recorder>
Verdict to_interface(const VpcTables& tables, const Route& route, Recorder& recorder) {
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
  return Verdict{Action::kDeliver, {}, route.index};
}

/// FWD-2.2: to the owner of an address of EC2-Classic that is linked to this VPC, or to one that a
/// peering connection lets it reach.
template <class Recorder>
Verdict deliver_to_link(const VpcTables& tables, const PacketFacts& facts, Recorder& recorder) {
  const std::uint32_t link = tables.link_at(facts.destination);
  if (link != kNowhere) {
    if constexpr (Recorder::kKeeps) {
      recorder.push(Stage::kClassicLink, Outcome::kMatched,
                    RuleRef{.object = tables.id, .rule = tables.links[link].instance});
    }
    return Verdict{Action::kDeliverToLink, {}, link};
  }
  for (std::uint32_t i = 0; i < tables.peerings.size(); ++i) {  // CL-23
    const Peering& peering = tables.peerings[i];
    if (peering.is_active() && peering.egress_to_links && peering.links(facts.destination)) {
      if constexpr (Recorder::kKeeps) {
        recorder.push(Stage::kClassicLink, Outcome::kMatched,
                      RuleRef{.object = peering.far_vpc, .scope = peering.id});
      }
      return Verdict{Action::kCrossToLink, {}, i};
    }
  }
  if constexpr (Recorder::kKeeps) {
    record_missing_link(tables, facts, recorder);
  }
  return Verdict::drop(DropReason::kClassiclinkNotLinked);
}

template <class Recorder>
void record_route(const RouteTable& table, const Subnet& subnet, const Route* route,
                  Recorder& recorder) {
  RuleRef rule{.object = table.id, .scope = subnet.id, .main_table = table.is_main};
  if (route == nullptr) {
    recorder.push(Stage::kRouteLookup, Outcome::kDenied, rule);
    return;
  }
  if (route->kind != TargetKind::kLocal) {
    rule.rule = route->target;
  }
  rule.prefix = route->destination;
  rule.has_prefix = true;
  rule.state = route->state;
  recorder.push(Stage::kRouteLookup, route->is_active() ? Outcome::kMatched : Outcome::kDenied,
                rule);
}

/// IGW-5: what has no meaning on the internet.
const Ipv4Prefix* private_block(Ipv4Address address, bool rfc1918_only) {
  static constexpr std::array<Ipv4Prefix, 5> kBlocks = {
      Ipv4Prefix::of(Ipv4Address::of(10, 0, 0, 0), 8),
      Ipv4Prefix::of(Ipv4Address::of(172, 16, 0, 0), 12),
      Ipv4Prefix::of(Ipv4Address::of(192, 168, 0, 0), 16),
      Ipv4Prefix::of(Ipv4Address::of(100, 64, 0, 0), 10),
      Ipv4Prefix::of(Ipv4Address::of(169, 254, 0, 0), 16)};
  for (std::size_t i = 0; i < (rfc1918_only ? 3U : kBlocks.size()); ++i) {
    if (kBlocks[i].contains(address)) {
      return &kBlocks[i];
    }
  }
  return nullptr;
}

template <class Recorder>
Translation refuse_translation(const VpcTables& tables, const Ipv4Prefix* block,
                               const api::ResourceId& interface, DropReason reason,
                               Recorder& recorder) {
  if constexpr (Recorder::kKeeps) {
    RuleRef rule{.scope = interface};
    if (tables.internet_gateway.has_value()) {
      rule.object = *tables.internet_gateway;
    }
    if (block != nullptr) {
      rule.prefix = *block;
      rule.has_prefix = true;
    }
    recorder.push(Stage::kGatewayTranslation, Outcome::kDenied, rule);
  }
  return Translation{{}, reason};
}

template <class Recorder>
Translation translate(const VpcTables& tables, const MappedAddress& mapping, Ipv4Address to,
                      Recorder& recorder) {
  if constexpr (Recorder::kKeeps) {
    recorder.push(Stage::kGatewayTranslation, Outcome::kTranslated,
                  RuleRef{.object = *tables.internet_gateway,
                          .scope = tables.interfaces[mapping.interface].id,
                          .prefix = Ipv4Prefix::host(to),
                          .has_prefix = true});
  }
  return Translation{to, std::nullopt};
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
    record_route(table, subnet, chosen, recorder);
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
      return to_interface(tables, *chosen, recorder);
    case TargetKind::kNatGateway:
      return Verdict{Action::kToNatGateway, {}, chosen->index};
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
Verdict enter(const VpcTables& tables, const PacketFacts& facts, AclUse acls, Counters& counters,
              Recorder recorder) {
  return deliver(tables, facts, acls, counters, recorder);
}

template <class Recorder>
Translation leave_by_gateway(const VpcTables& tables, const PacketFacts& facts, Recorder recorder) {
  const std::uint32_t found = tables.owners.find(facts.source);
  if (found == AddressMap::kNone || tables.addresses[found].public_address.is_unspecified()) {
    const api::ResourceId sender = found == AddressMap::kNone
                                       ? api::ResourceId{}
                                       : tables.interfaces[tables.addresses[found].interface].id;
    return refuse_translation(tables, nullptr, sender, DropReason::kIgwNoPublicIp, recorder);
  }
  const MappedAddress& mapping = tables.addresses[found];
  if (const Ipv4Prefix* block = private_block(facts.destination, false)) {
    return refuse_translation(tables, block, tables.interfaces[mapping.interface].id,
                              DropReason::kIgwPrivateDst, recorder);
  }
  return translate(tables, mapping, mapping.public_address, recorder);
}

template <class Recorder>
Translation enter_by_gateway(const VpcTables& tables, const PacketFacts& facts, Recorder recorder) {
  const std::uint32_t found = tables.public_owners.find(facts.destination);
  if (found == AddressMap::kNone) {
    return refuse_translation(tables, nullptr, {}, DropReason::kIgwUnmapped, recorder);
  }
  const MappedAddress& mapping = tables.addresses[found];
  if (const Ipv4Prefix* block = private_block(facts.source, true)) {  // IGW-6
    return refuse_translation(tables, block, tables.interfaces[mapping.interface].id,
                              DropReason::kIgwPrivateSrc, recorder);
  }
  return translate(tables, mapping, mapping.private_address, recorder);
}

template Verdict route(const VpcTables&, std::uint32_t, const PacketFacts&, AclUse, Counters&,
                       NoSteps);
template Verdict route(const VpcTables&, std::uint32_t, const PacketFacts&, AclUse, Counters&,
                       KeepSteps);
template std::optional<DropReason> cross_peering(const Peering&, const PacketFacts&, NoSteps);
template std::optional<DropReason> cross_peering(const Peering&, const PacketFacts&, KeepSteps);
template Verdict enter(const VpcTables&, const PacketFacts&, AclUse, Counters&, NoSteps);
template Verdict enter(const VpcTables&, const PacketFacts&, AclUse, Counters&, KeepSteps);
template Translation leave_by_gateway(const VpcTables&, const PacketFacts&, NoSteps);
template Translation leave_by_gateway(const VpcTables&, const PacketFacts&, KeepSteps);
template Translation enter_by_gateway(const VpcTables&, const PacketFacts&, NoSteps);
template Translation enter_by_gateway(const VpcTables&, const PacketFacts&, KeepSteps);

}  // namespace vpclab::dataplane
