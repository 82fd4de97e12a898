#include "emulator/dataplane/decide_nat.h"

#include "emulator/dataplane/decide_parts.h"

namespace vpclab::dataplane {
namespace {

using trace::DropReason;
using trace::Outcome;
using trace::RuleRef;
using trace::Stage;

/// PCX-39, NAT-8: where a translated packet would go, and may not.
template <class Recorder>
Verdict refuse_way(const VpcTables& tables, const NatGateway& gateway, const api::ResourceId& way,
                   Recorder& recorder) {
  if constexpr (Recorder::kKeeps) {
    recorder.push(
        Stage::kGatewayTranslation, Outcome::kDenied,
        RuleRef{.object = gateway.id, .rule = way, .scope = tables.subnets[gateway.subnet].id});
  }
  return Verdict::drop(DropReason::kNatToPcx);
}

/// NAT-9: the table of the gateway's own subnet sends its packets back to it.
template <class Recorder>
Verdict refuse_loop(const VpcTables& tables, const NatGateway& gateway, const PacketFacts& facts,
                    Recorder& recorder) {
  if constexpr (Recorder::kKeeps) {
    const Subnet& subnet = tables.subnets[gateway.subnet];
    const RouteTable& table = tables.route_tables[subnet.route_table];
    RuleRef rule{
        .object = table.id, .rule = gateway.id, .scope = subnet.id, .main_table = table.is_main};
    const std::uint32_t found = table.lookup.find(facts.destination);
    if (found != PrefixTable::kNone) {
      rule.prefix = table.routes[found].destination;
      rule.has_prefix = true;
    }
    recorder.push(Stage::kRouteLookup, Outcome::kDenied, rule);
  }
  return Verdict::drop(DropReason::kNoRoute);
}

}  // namespace

template <class Recorder>
Verdict to_nat_gateway(const VpcTables& tables, std::uint32_t from, std::uint32_t gateway,
                       const PacketFacts& facts, AclUse acls, Counters& counters,
                       Recorder& recorder) {
  const std::uint32_t into = tables.nat_gateways[gateway].subnet;
  if (from != into &&
      !ask_acl(tables, tables.subnets[into], false, facts, acls, counters, recorder)) {
    return Verdict::drop(DropReason::kNaclIngress);
  }
  return Verdict{Action::kToNatGateway, {}, gateway};
}

template <class Recorder>
Verdict route_translated(const VpcTables& tables, std::uint32_t gateway, const PacketFacts& facts,
                         AclUse acls, Counters& counters, Recorder recorder) {
  const NatGateway& translator = tables.nat_gateways[gateway];
  if constexpr (Recorder::kKeeps) {  // explanations name who sends
    recorder.push(Stage::kGatewayTranslation, Outcome::kPassed,
                  RuleRef{.object = translator.id, .number = translator.is_private ? 1U : 0U});
  }
  const Verdict verdict = route(tables, translator.interface, facts, acls, counters, recorder);
  switch (verdict.action) {
    case Action::kCrossPeering:
      if (tables.nat_to_peerings) {
        return verdict;
      }
      [[fallthrough]];
    case Action::kCrossToLink:
      return refuse_way(tables, translator, tables.peerings[verdict.target].id, recorder);
    case Action::kDeliverToLink:
      return refuse_way(tables, translator, tables.links[verdict.target].instance, recorder);
    case Action::kToNatGateway:
      return verdict.target == gateway ? refuse_loop(tables, translator, facts, recorder) : verdict;
    case Action::kDeliver:
    case Action::kLeaveByGateway:
    case Action::kDrop:
      return verdict;
  }
  return verdict;
}

template Verdict to_nat_gateway(const VpcTables&, std::uint32_t, std::uint32_t, const PacketFacts&,
                                AclUse, Counters&, NoSteps&);
template Verdict to_nat_gateway(const VpcTables&, std::uint32_t, std::uint32_t, const PacketFacts&,
                                AclUse, Counters&, KeepSteps&);
template Verdict route_translated(const VpcTables&, std::uint32_t, const PacketFacts&, AclUse,
                                  Counters&, NoSteps);
template Verdict route_translated(const VpcTables&, std::uint32_t, const PacketFacts&, AclUse,
                                  Counters&, KeepSteps);

}  // namespace vpclab::dataplane
