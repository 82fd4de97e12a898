// node/group_gate.h - what security groups remember at an interface, or at one side of one: flows
// (SG-21…24) and the verdicts on fragmented datagrams (SG-27). Judges nothing itself: its owner
// brings the rules along. Made small: a hundred thousand idle ones cost two words each.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "emulator/dataplane/conntrack.h"
#include "emulator/dataplane/fragment_gate.h"
#include "emulator/dataplane/interface_filter.h"
#include "emulator/dataplane/packet_facts.h"
#include "emulator/node/context.h"
#include "emulator/node/fragment_timer.h"
#include "emulator/trace/decision.h"
#include "emulator/trace/drop_reason.h"
#include "emulator/trace/trace_event.h"
#include "netstack/base/bytes.h"
#include "netstack/base/sim_time.h"
#include "netstack/wire/packet_pool.h"

namespace vpclab::node {

/// Where a gate stands, and who is woken when fragments have waited in vain.
struct GatePlace {
  Context& context;
  FragmentHolder& holder;
  trace::Tap tap;
};

/// Rules, the argument of the templates, has
///   Admission judge(facts, packet, egress, conntrack, recorder): of what is no later fragment;
///   std::optional<DropReason> check(facts, egress, recorder): its part that all fragments pass;
///   bool serve(packet, facts, egress): whether it takes over what judge() denied;
///   std::uint32_t plan(): the number of the plan that it judges by.
class GroupGate {
 public:
  /// Whether the packet belongs to a tracked flow that went this way before under the same plan:
  /// nothing needs asking again. Notes it in the flow.
  [[nodiscard]] bool goes_on(Context& context, const dataplane::PacketFacts& facts, bool egress,
                             std::uint32_t plan) {
    if (conntrack_ == nullptr || facts.is_fragment() || context.options().judge_anew) {
      return false;
    }
    const SimTime now = context.now();
    dataplane::Conntrack::Flow* flow = conntrack_->find(flow_key(facts, egress), now);
    if (flow == nullptr || !dataplane::Conntrack::is_cleared(*flow, egress, plan)) {
      return false;
    }
    conntrack_->refresh(*flow, facts, egress, now);
    return true;
  }

  /// Tracking and fragments included. True if the packet may go on; else it was dropped, taken over
  /// or waits. `steps` is null if nobody listens.
  template <class Rules, class Recorder>
  bool admit(const GatePlace& place, const Rules& rules, wire::PacketHandle packet,
             const dataplane::PacketFacts& facts, bool egress, trace::StepList* steps,
             Recorder recorder);

  /// Calls again(packet, facts) for each fragment that waited for this first one.
  template <class Again>
  void release(const GatePlace& place, const dataplane::PacketFacts& facts, bool egress,
               Again&& again);

  /// Forgets flows, and drops the fragments that wait: the guest was stopped, or the interface or
  /// link is gone.
  void forget(const GatePlace& place,
              trace::DropReason reason = trace::DropReason::kInstanceNotRunning);

  /// Drops the fragments that have waited in vain; answers when to ask again.
  SimTime expire(const GatePlace& place, SimTime now);

  /// The flows tracked here; null before the first.
  [[nodiscard]] const dataplane::Conntrack* conntrack() const { return conntrack_.get(); }

 private:
  template <class Rules, class Recorder>
  bool admit_later_fragment(const GatePlace& place, const Rules& rules, wire::PacketHandle packet,
                            const dataplane::PacketFacts& facts, bool egress,
                            trace::StepList* steps, Recorder recorder);

  [[nodiscard]] std::optional<trace::DropReason> learn(const GatePlace& place,
                                                       const dataplane::Admission& admission,
                                                       const dataplane::PacketFacts& facts,
                                                       bool egress, std::uint32_t plan);
  void share_verdict(const GatePlace& place, const dataplane::PacketFacts& facts, bool egress,
                     std::optional<trace::DropReason> denied, const trace::StepList* steps);
  [[nodiscard]] bool share_or_hold(const GatePlace& place, wire::PacketHandle packet,
                                   const dataplane::PacketFacts& facts, bool egress,
                                   trace::StepList* steps);
  [[nodiscard]] dataplane::FragmentGate& fragments(Context& context);

  std::unique_ptr<dataplane::Conntrack> conntrack_;     // made for the first tracked flow
  std::unique_ptr<dataplane::FragmentGate> fragments_;  // made for the first fragment
};

template <class Rules, class Recorder>
bool GroupGate::admit(const GatePlace& place, const Rules& rules, wire::PacketHandle packet,
                      const dataplane::PacketFacts& facts, bool egress, trace::StepList* steps,
                      Recorder recorder) {
  if (facts.is_later_fragment()) [[unlikely]] {
    return admit_later_fragment(place, rules, packet, facts, egress, steps, recorder);
  }
  Context& context = place.context;
  // Only what quotes another packet is looked into further.
  const Bytes bytes = facts.traffic == dataplane::TrafficClass::kIcmp && facts.source_port == 0
                          ? Bytes(context.packets().bytes(packet))
                          : Bytes{};
  const dataplane::Admission admission =
      rules.judge(facts, bytes, egress, conntrack_.get(), recorder);
  std::optional<trace::DropReason> denied;
  if (!admission.allowed()) {
    if (rules.serve(packet, facts, egress)) {
      return false;
    }
    denied = admission.reason;
  } else {
    denied = learn(place, admission, facts, egress, rules.plan());
    if constexpr (Recorder::kKeeps) {
      if (denied) {
        recorder.push(dataplane::group_stage(egress), trace::Outcome::kDenied,
                      trace::RuleRef{.object = place.tap.element, .scope = place.tap.element});
      }
    }
  }
  if (facts.is_fragment()) [[unlikely]] {
    share_verdict(place, facts, egress, denied, steps);
  }
  if (denied) {
    context.drop(*denied, place.tap, trace::direction_of(egress), packet, steps);
  }
  return !denied.has_value();
}

/// SG-27.
template <class Rules, class Recorder>
bool GroupGate::admit_later_fragment(const GatePlace& place, const Rules& rules,
                                     wire::PacketHandle packet, const dataplane::PacketFacts& facts,
                                     bool egress, trace::StepList* steps, Recorder recorder) {
  if (const auto reason = rules.check(facts, egress, recorder)) {
    place.context.drop(*reason, place.tap, trace::direction_of(egress), packet, steps);
    return false;
  }
  return place.context.options().fragments.policy == dataplane::FragmentPolicy::kFirstOnly ||
         share_or_hold(place, packet, facts, egress, steps);
}

template <class Again>
void GroupGate::release(const GatePlace& place, const dataplane::PacketFacts& facts, bool egress,
                        Again&& again) {
  while (fragments_ != nullptr) {
    const wire::PacketHandle next =
        fragments_->release(dataplane::DatagramKey::of(facts, egress ? 1 : 0));
    dataplane::PacketFacts later;
    if (next == wire::kNoPacket) {
      return;
    }
    if (const auto reason = place.context.read_facts(next, later)) {
      place.context.drop(*reason, place.tap, trace::direction_of(egress), next, nullptr);
    } else {
      again(next, later);
    }
  }
}

}  // namespace vpclab::node
