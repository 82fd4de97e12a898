#include "emulator/node/classic_network.h"

#include "emulator/dataplane/decide_classic.h"
#include "emulator/node/classic_instance.h"
#include "emulator/node/vpc_router.h"
#include "netstack/wire/edit.h"

namespace vpclab::node {
namespace {

using dataplane::Action;
using dataplane::KeepSteps;
using dataplane::NoSteps;
using dataplane::PacketFacts;
using dataplane::Translation;
using dataplane::Verdict;
using trace::Direction;
using trace::DropReason;
using trace::EventKind;
using trace::Tap;
using wire::PacketHandle;

}  // namespace

ClassicNetwork::ClassicNetwork(Context& context, ClassicPlanner& planner, std::uint32_t region,
                               engine::PortId border)
    : context_(&context),
      planner_(&planner),
      region_(region),
      uplink_(context.profiles().gateway, border, context.options().seed, id().text() + "/up"),
      downlink_(context.profiles().gateway,
                context.simulator().add_sink(static_cast<engine::PacketSink&>(*this)),
                context.options().seed, id().text() + "/down") {}

void ClassicNetwork::install(ClassicPlan plan) {
  plan_ = std::move(plan);
  stale_ = false;
  ++plan_number_;
}

void ClassicNetwork::from_instance(ClassicInstance& from, PacketHandle packet) {
  const Tap router = tap(Tap::Side::kRouter);
  const dataplane::ClassicTables& now = tables();
  PacketFacts facts;
  if (const auto reason = context_->read_facts(packet, facts)) {
    return context_->drop(*reason, router, Direction::kIn, packet, nullptr);
  }
  VpcRouter* vpc = from.linked_vpc();
  const dataplane::VpcTables* linked = vpc == nullptr ? nullptr : &vpc->tables();
  const bool listening = context_->listening();
  trace::StepList& steps = context_->fresh_steps();
  const Verdict verdict = listening ? route_in_classic(now, linked, facts, KeepSteps{steps})
                                    : route_in_classic(now, linked, facts, NoSteps{});
  switch (verdict.action) {
    case Action::kDeliver:
      return pass_on(verdict.target, packet, listening ? &steps : nullptr);
    case Action::kLeaveByGateway:
      return leave(packet, facts);
    default:
      return context_->drop(verdict.reason, router, Direction::kIn, packet,
                            listening ? &steps : nullptr);
  }
}

void ClassicNetwork::pass_on(std::uint32_t instance, PacketHandle packet,
                             const trace::StepList* steps) {
  if (steps != nullptr) {
    context_->record(EventKind::kPassed, tap(Tap::Side::kRouter), Direction::kIn, packet, steps);
  }
  plan_.instances[instance]->deliver(packet);
}

/// CL-18.
void ClassicNetwork::leave(PacketHandle packet, const PacketFacts& facts) {
  const bool listening = context_->listening();
  trace::StepList& steps = context_->fresh_steps();
  const Translation translation = listening ? leave_classic(*plan_.tables, facts, KeepSteps{steps})
                                            : leave_classic(*plan_.tables, facts, NoSteps{});
  const Tap inside = tap(Tap::Side::kInside);
  if (translation.dropped) {
    return context_->drop(*translation.dropped, inside, Direction::kOut, packet,
                          listening ? &steps : nullptr);
  }
  if (listening) {
    context_->record(EventKind::kPassed, inside, Direction::kOut, packet, nullptr);
  }
  wire::rewrite_source(context_->packets().bytes(packet), translation.address);
  context_->forget_facts(packet);
  if (listening) {
    context_->record(EventKind::kPassed, tap(Tap::Side::kOutside), Direction::kOut, packet, &steps);
  }
  uplink_.accept(context_->links(), packet);
}

void ClassicNetwork::accept(PacketHandle packet) {
  const Tap outside = tap(Tap::Side::kOutside);
  const dataplane::ClassicTables& now = tables();
  PacketFacts facts;
  if (const auto reason = context_->read_facts(packet, facts)) {
    return context_->drop(*reason, outside, Direction::kIn, packet, nullptr);
  }
  const bool listening = context_->listening();
  trace::StepList& steps = context_->fresh_steps();
  const Translation translation = listening ? enter_classic(now, facts, KeepSteps{steps})
                                            : enter_classic(now, facts, NoSteps{});
  if (translation.dropped) {
    return context_->drop(*translation.dropped, outside, Direction::kIn, packet,
                          listening ? &steps : nullptr);
  }
  if (listening) {
    context_->record(EventKind::kPassed, outside, Direction::kIn, packet, nullptr);
  }
  wire::rewrite_destination(context_->packets().bytes(packet), translation.address);
  context_->forget_facts(packet);
  if (listening) {
    context_->record(EventKind::kPassed, tap(Tap::Side::kInside), Direction::kIn, packet, &steps);
  }
  pass_on(now.owner_of(translation.address), packet, nullptr);
}

void ClassicNetwork::impair(Direction direction, const link::Impairments& impairments) {
  link::Link& wire = direction == Direction::kOut ? uplink_ : downlink_;
  wire.impair(context_->links(), impairments, context_->options().seed,
              id().text() + (direction == Direction::kOut ? "/up" : "/down"));
}

}  // namespace vpclab::node
