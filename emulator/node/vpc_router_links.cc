// VpcRouter: packets over ClassicLink.
#include "emulator/dataplane/decide_link.h"
#include "emulator/node/classic_instance.h"
#include "emulator/node/peering_end.h"
#include "emulator/node/vpc_router.h"

namespace vpclab::node {
namespace {

using dataplane::Action;
using dataplane::KeepSteps;
using dataplane::NoSteps;
using dataplane::PacketFacts;
using dataplane::Verdict;
using trace::Direction;
using trace::DropReason;
using trace::EventKind;
using trace::Tap;
using wire::PacketHandle;

}  // namespace

void VpcRouter::from_link(const ClassicInstance& from, PacketHandle packet, engine::PortId wire) {
  const dataplane::VpcTables& now = tables();
  PacketFacts facts;
  if (const auto reason = context_->read_facts(packet, facts)) {
    return refuse(*reason, packet, nullptr);
  }
  const std::uint32_t link = now.link_at(facts.source);
  if (link == dataplane::kNowhere || now.links[link].instance != from.id()) {
    trace::StepList& steps = context_->fresh_steps();  // it went while the packet was on its way
    steps.push({trace::Stage::kClassicLink, trace::Outcome::kDenied,
                trace::RuleRef{.object = vpc_, .rule = from.id()}});
    return refuse(DropReason::kClassiclinkNotLinked, packet, &steps);
  }
  if (now.contains(facts.destination)) {  // FWD-7.1
    return handle(Origin{nullptr, static_cast<std::uint32_t>(wire), dataplane::kNowhere,
                         dataplane::Entry::kLink},
                  packet, facts);
  }
  if (context_->listening()) {
    trace::StepList& steps = context_->fresh_steps();
    leave_by_link(link, packet, facts, &steps, KeepSteps{steps});
  } else {
    leave_by_link(link, packet, facts, nullptr, NoSteps{});
  }
}

/// FWD-7.2.
template <class Recorder>
void VpcRouter::leave_by_link(std::uint32_t link, PacketHandle packet, const PacketFacts& facts,
                              trace::StepList* steps, Recorder recorder) {
  const dataplane::VpcTables& now = *plan_.tables;
  const Verdict verdict =
      dataplane::leave_by_link(now, link, facts, context_->counters(), recorder);
  if (verdict.action == Action::kDrop) {
    return refuse(verdict.reason, packet, steps);
  }
  if (steps != nullptr) {
    context_->record(EventKind::kPassed, tap(), Direction::kIn, packet, steps);
    steps->clear();
  }
  const dataplane::Peering& crossed = now.peerings[verdict.target];
  const Tap crossing{crossed.id, Tap::Side::kCrossing};
  if (const auto reason = cross_from_link(now, crossed, facts, recorder)) {
    return context_->drop(*reason, crossing, Direction::kOut, packet, steps);
  }
  if (steps != nullptr) {
    context_->record(EventKind::kPassed, crossing, Direction::kOut, packet, steps);
  }
  plan_.peerings[verdict.target]->send(packet);
}

}  // namespace vpclab::node
