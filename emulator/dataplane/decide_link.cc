#include "emulator/dataplane/decide_link.h"

#include "emulator/dataplane/decide_parts.h"

namespace vpclab::dataplane {
namespace {

using trace::DropReason;
using trace::LinkLack;
using trace::Outcome;
using trace::RuleRef;
using trace::Stage;

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
    const LinkLack lack =
        peering.links(facts.destination) ? peering.lack_to_links() : LinkLack::kLink;
    recorder.push(Stage::kClassicLink, Outcome::kDenied,
                  RuleRef{.object = peering.far_vpc,
                          .scope = peering.id,
                          .number = static_cast<std::uint32_t>(lack)});
  }
}

}  // namespace

template <class Recorder>
Verdict deliver_to_link(const VpcTables& tables, const PacketFacts& facts, Recorder recorder) {
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
    if (peering.is_active() && peering.lack_to_links() == LinkLack::kLink &&
        peering.links(facts.destination)) {
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
Verdict arrive_at_link(const VpcTables& tables, const PacketFacts& facts, Recorder recorder) {
  const std::uint32_t link = tables.link_at(facts.destination);
  if constexpr (Recorder::kKeeps) {
    RuleRef rule{.object = tables.id};
    if (link != kNowhere) {
      rule.rule = tables.links[link].instance;
    }
    recorder.push(Stage::kClassicLink, link != kNowhere ? Outcome::kMatched : Outcome::kDenied,
                  rule);
  }
  return link != kNowhere ? Verdict{Action::kDeliverToLink, {}, link}
                          : Verdict::drop(DropReason::kClassiclinkNotLinked);
}

template <class Recorder>
Verdict leave_by_link(const VpcTables& tables, std::uint32_t link, const PacketFacts& facts,
                      Counters& counters, Recorder recorder) {
  ++counters.route_lookups;
  const Route* const chosen = tables.link_route_to(facts.destination);
  if constexpr (Recorder::kKeeps) {
    record_route(tables.route_tables[tables.main_table], tables.links[link].instance, chosen,
                 recorder);
  }
  if (chosen == nullptr) {
    return Verdict::drop(DropReason::kNoRoute);
  }
  return chosen->is_active() ? Verdict{Action::kCrossPeering, {}, chosen->index}
                             : Verdict::drop(DropReason::kBlackhole);
}

template <class Recorder>
std::optional<DropReason> cross_from_link(const VpcTables& tables, const Peering& peering,
                                          const PacketFacts& facts, Recorder recorder) {
  if (peering.is_active()) {
    const LinkLack lack = peering.lack_from_links();
    if constexpr (Recorder::kKeeps) {
      recorder.push(
          Stage::kClassicLink, lack == LinkLack::kLink ? Outcome::kPassed : Outcome::kDenied,
          RuleRef{
              .object = peering.id, .rule = tables.id, .number = static_cast<std::uint32_t>(lack)});
    }
    if (lack != LinkLack::kLink) {
      return DropReason::kClassiclinkEgressNotAllowed;
    }
  }
  return cross_peering(peering, facts, recorder);
}

template Verdict deliver_to_link(const VpcTables&, const PacketFacts&, NoSteps);
template Verdict deliver_to_link(const VpcTables&, const PacketFacts&, KeepSteps);
template Verdict arrive_at_link(const VpcTables&, const PacketFacts&, NoSteps);
template Verdict arrive_at_link(const VpcTables&, const PacketFacts&, KeepSteps);
template Verdict leave_by_link(const VpcTables&, std::uint32_t, const PacketFacts&, Counters&,
                               NoSteps);
template Verdict leave_by_link(const VpcTables&, std::uint32_t, const PacketFacts&, Counters&,
                               KeepSteps);
template std::optional<DropReason> cross_from_link(const VpcTables&, const Peering&,
                                                   const PacketFacts&, NoSteps);
template std::optional<DropReason> cross_from_link(const VpcTables&, const Peering&,
                                                   const PacketFacts&, KeepSteps);

}  // namespace vpclab::dataplane
