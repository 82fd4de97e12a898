#include "emulator/node/group_gate.h"

namespace vpclab::node {

using dataplane::Admission;
using dataplane::DatagramKey;
using dataplane::DatagramVerdict;
using dataplane::PacketFacts;
using trace::DropReason;
using trace::Outcome;
using wire::PacketHandle;

dataplane::FragmentGate& GroupGate::fragments(Context& context) {
  if (fragments_ == nullptr) {
    fragments_ = std::make_unique<dataplane::FragmentGate>(context.options().fragments);
  }
  return *fragments_;
}

/// Writes what an admission says of its flow; why it is denied after all, if there is no room.
std::optional<DropReason> GroupGate::learn(const GatePlace& place, const Admission& admission,
                                           const PacketFacts& facts, bool egress,
                                           std::uint32_t plan) {
  Context& context = place.context;
  if (admission.kind == Admission::Kind::kNew && conntrack_ == nullptr) {
    conntrack_ = std::make_unique<dataplane::Conntrack>(context.options().tracking);
  }
  if (conntrack_ != nullptr && !commit(admission, *conntrack_, facts, egress, context.now())) {
    return DropReason::kConntrackFull;
  }
  if (admission.kind == Admission::Kind::kTracked) {
    dataplane::Conntrack::clear_direction(*admission.flow, egress, plan);
  }
  return std::nullopt;
}

void GroupGate::share_verdict(const GatePlace& place, const PacketFacts& facts, bool egress,
                              std::optional<DropReason> denied, const trace::StepList* steps) {
  DatagramVerdict verdict{denied, {}};
  if (denied && steps != nullptr && !steps->empty()) {
    verdict.step = steps->back();
  }
  fragments(place.context)
      .judge(DatagramKey::of(facts, egress ? 1 : 0), verdict, place.context.now());
}

bool GroupGate::share_or_hold(const GatePlace& place, PacketHandle packet, const PacketFacts& facts,
                              bool egress, trace::StepList* steps) {
  Context& context = place.context;
  const trace::Tap& tap = place.tap;
  const DatagramKey key = DatagramKey::of(facts, egress ? 1 : 0);
  dataplane::FragmentGate& gate = fragments(context);
  if (const DatagramVerdict* verdict = gate.verdict(key, context.now())) {
    if (steps != nullptr) {
      const trace::Step shared{dataplane::group_stage(egress),
                               Outcome::kTracked,
                               {.object = tap.element, .scope = tap.element}};
      steps->push(verdict->denied ? verdict->step : shared);
    }
    if (verdict->denied) {
      context.drop(*verdict->denied, tap, trace::direction_of(egress), packet, steps);
    }
    return !verdict->denied.has_value();
  }
  if (gate.hold(key, packet, context.packets().size(packet), context.now())) {
    context.fragment_timer().watch(place.holder, gate.deadline());
    return false;
  }
  if (steps != nullptr) {
    steps->push({dataplane::group_stage(egress),
                 Outcome::kDenied,
                 {.object = tap.element, .scope = tap.element}});
  }
  context.drop(DropReason::kConntrackFull, tap, trace::direction_of(egress), packet, steps);
  return false;
}

void GroupGate::forget(const GatePlace& place, DropReason reason) {
  if (fragments_ != nullptr) {
    while (const auto held = fragments_->take_expired(kNever)) {
      place.context.drop(reason, place.tap, trace::direction_of(held->key.place != 0), held->packet,
                         nullptr);
    }
    fragments_.reset();
  }
  conntrack_.reset();
}

/// A fragment whose datagram's first one never came is no rule's affair: it is MALFORMED.
SimTime GroupGate::expire(const GatePlace& place, SimTime now) {
  if (fragments_ == nullptr) {
    return kNever;
  }
  while (const auto held = fragments_->take_expired(now)) {
    place.context.drop(DropReason::kMalformed, place.tap, trace::direction_of(held->key.place != 0),
                       held->packet, nullptr);
  }
  return fragments_->deadline();
}

}  // namespace vpclab::node
