#include "emulator/dataplane/decide_classic.h"

#include "emulator/dataplane/decide_parts.h"

namespace vpclab::dataplane {
namespace {

using trace::DropReason;
using trace::Outcome;
using trace::RuleRef;
using trace::Stage;
using wire::Ipv4Address;
using wire::Ipv4Prefix;

/// ENI-3, CLC-6.
template <class Recorder>
bool check_address(const ClassicInstance& instance, Ipv4Address address, Recorder& recorder) {
  const bool passed = address == instance.address;
  if constexpr (Recorder::kKeeps) {
    recorder.push(Stage::kSourceDestCheck, passed ? Outcome::kPassed : Outcome::kDenied,
                  RuleRef{.object = instance.id});
  }
  return passed;
}

template <class Recorder>
Verdict deliver_in_classic(const ClassicTables& tables, std::uint32_t owner, Recorder& recorder) {
  const ClassicInstance& instance = tables.instances[owner];
  if constexpr (Recorder::kKeeps) {
    recorder.push(Stage::kDestinationLookup,
                  instance.is_up() ? Outcome::kMatched : Outcome::kDenied,
                  RuleRef{.object = instance.id,
                          .scope = classic_network_id(tables.region),
                          .state = instance.state});
  }
  return instance.is_up() ? Verdict{Action::kDeliver, {}, owner}
                          : Verdict::drop(DropReason::kInstanceNotRunning);  // INST-2
}

/// CL-26: the route that the main table of the linked VPC lacks, and a custom table that has it.
/// Where the main table does not matter, the VPC alone; none: the sender is not linked (FWD-7.3).
template <class Recorder>
void record_no_route(const ClassicTables& tables, const VpcTables* linked, const PacketFacts& facts,
                     Recorder& recorder) {
  RuleRef rule{.object = classic_network_id(tables.region)};
  if (linked != nullptr) {
    rule.rule = linked->id;
  }
  if (linked != nullptr && linked->main_table != kNowhere &&
      !kClassicBlock.contains(facts.destination)) {
    rule.object = linked->route_tables[linked->main_table].id;
    rule.rule = {};
    rule.scope = linked->id;
    rule.main_table = true;
    for (const RouteTable& table : linked->route_tables) {
      const std::uint32_t found = table.lookup.find(facts.destination);
      if (found != PrefixTable::kNone && table.routes[found].kind == TargetKind::kPeering) {
        rule.rule = table.id;
        break;
      }
    }
  }
  recorder.push(Stage::kRouteLookup, Outcome::kDenied, rule);
}

/// The region's network, with the instance that a step is about.
RuleRef at_edge(const ClassicTables& tables, const api::ResourceId& instance) {
  return RuleRef{.object = classic_network_id(tables.region), .scope = instance};
}

}  // namespace

template <class Recorder>
std::optional<DropReason> check_classic_egress(const ClassicTables& tables,
                                               const ClassicInstance& sender,
                                               const PacketFacts& facts, Recorder recorder) {
  const Ipv4Address to = facts.destination;
  const Ipv4Prefix subnet = sender.subnet();
  if (to.is_link_local()) {  // FWD-1.1
    if constexpr (Recorder::kKeeps) {
      recorder.push(Stage::kLinkLocalService, Outcome::kDenied,
                    RuleRef{.object = classic_network_id(tables.region)});
    }
    return DropReason::kNoSuchHost;
  }
  if (!check_address(sender, facts.source, recorder)) {
    return DropReason::kSrcDstCheck;
  }
  if (to.is_multicast() || to.is_limited_broadcast() || to == subnet.last()) {
    if constexpr (Recorder::kKeeps) {
      recorder.push(
          Stage::kCast, Outcome::kDenied,
          RuleRef{
              .object = classic_network_id(tables.region), .prefix = subnet, .has_prefix = true});
    }
    return DropReason::kUnsupportedCast;
  }
  return std::nullopt;
}

template <class Recorder>
std::optional<DropReason> check_classic_ingress(const ClassicInstance& receiver,
                                                const PacketFacts& facts, Recorder recorder) {
  if (!check_address(receiver, facts.destination, recorder)) {
    return DropReason::kSrcDstCheck;
  }
  return std::nullopt;
}

bool goes_by_link(const VpcTables& linked, Ipv4Address destination) {
  return linked.contains(destination) || linked.link_route_to(destination) != nullptr;
}

template <class Recorder>
Verdict route_in_classic(const ClassicTables& tables, const VpcTables* linked,
                         const PacketFacts& facts, Recorder recorder) {
  const std::uint32_t owner = tables.owner_of(facts.destination);
  if (owner != kNowhere) {
    return deliver_in_classic(tables, owner, recorder);
  }
  if (private_block(facts.destination, false) == nullptr) {
    return Verdict{Action::kLeaveByGateway, {}, kNowhere};
  }
  if constexpr (Recorder::kKeeps) {
    record_no_route(tables, linked, facts, recorder);
  }
  return Verdict::drop(DropReason::kNoRoute);
}

template <class Recorder>
Translation leave_classic(const ClassicTables& tables, const PacketFacts& facts,
                          Recorder recorder) {
  const std::uint32_t sender = tables.owner_of(facts.source);
  if (sender == kNowhere || tables.instances[sender].public_address.is_unspecified()) {
    const api::ResourceId instance =
        sender == kNowhere ? api::ResourceId{} : tables.instances[sender].id;
    return refuse_translation(at_edge(tables, instance), nullptr, DropReason::kIgwNoPublicIp,
                              recorder);
  }
  const ClassicInstance& instance = tables.instances[sender];
  return translate(at_edge(tables, instance.id), instance.public_address, recorder);
}

template <class Recorder>
Translation enter_classic(const ClassicTables& tables, const PacketFacts& facts,
                          Recorder recorder) {
  const std::uint32_t found = tables.public_owners.find(facts.destination);
  if (found == AddressMap::kNone) {
    return refuse_translation(at_edge(tables, {}), nullptr, DropReason::kIgwUnmapped, recorder);
  }
  const ClassicInstance& instance = tables.instances[found];
  if (const Ipv4Prefix* block = private_block(facts.source, true)) {
    return refuse_translation(at_edge(tables, instance.id), block, DropReason::kIgwPrivateSrc,
                              recorder);
  }
  return translate(at_edge(tables, instance.id), instance.address, recorder);
}

template std::optional<DropReason> check_classic_egress(const ClassicTables&,
                                                        const ClassicInstance&, const PacketFacts&,
                                                        NoSteps);
template std::optional<DropReason> check_classic_egress(const ClassicTables&,
                                                        const ClassicInstance&, const PacketFacts&,
                                                        KeepSteps);
template std::optional<DropReason> check_classic_ingress(const ClassicInstance&, const PacketFacts&,
                                                         NoSteps);
template std::optional<DropReason> check_classic_ingress(const ClassicInstance&, const PacketFacts&,
                                                         KeepSteps);
template Verdict route_in_classic(const ClassicTables&, const VpcTables*, const PacketFacts&,
                                  NoSteps);
template Verdict route_in_classic(const ClassicTables&, const VpcTables*, const PacketFacts&,
                                  KeepSteps);
template Translation leave_classic(const ClassicTables&, const PacketFacts&, NoSteps);
template Translation leave_classic(const ClassicTables&, const PacketFacts&, KeepSteps);
template Translation enter_classic(const ClassicTables&, const PacketFacts&, NoSteps);
template Translation enter_classic(const ClassicTables&, const PacketFacts&, KeepSteps);

}  // namespace vpclab::dataplane
