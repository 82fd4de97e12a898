#include "emulator/link/link_context.h"

#include <algorithm>
#include <utility>

#include "netstack/base/check.h"

namespace vpclab::link {

LinkContext::LinkContext(engine::Simulator& simulator, trace::TraceHub& trace, ElementOf element_of)
    : simulator_(&simulator), trace_(&trace), element_of_(std::move(element_of)) {}

void LinkContext::drop(trace::DropReason reason, engine::PortId to, const LinkProfile& profile,
                       wire::PacketHandle packet) {
  switch (reason) {
    case trace::DropReason::kQueueFull:
      ++counters_.queue_full;
      break;
    case trace::DropReason::kLinkLoss:
      ++counters_.lost;
      break;
    case trace::DropReason::kLinkDown:
      ++counters_.down;
      break;
    default:
      VPCLAB_CHECK(false, "a link drops for no other reason");
  }
  if (trace_->listening()) {
    trace::Step step{trace::Stage::kLink, trace::Outcome::kDenied, {}};
    if (reason == trace::DropReason::kQueueFull) {
      step.rule.number = static_cast<std::uint32_t>(
          std::min<std::uint64_t>(profile.options().queue_limit_bytes, 0xffff'ffff));
    }
    record(trace::EventKind::kDropped, reason, to, step, packet);
  }
  simulator_->packets().free(packet);
}

void LinkContext::record_copy(engine::PortId to, wire::PacketHandle copy) {
  if (trace_->listening()) {
    record(trace::EventKind::kSent, std::nullopt, to,
           trace::Step{trace::Stage::kLink, trace::Outcome::kPassed, {}}, copy);
  }
}

void LinkContext::record_corruption(engine::PortId to, wire::PacketHandle packet) {
  if (trace_->listening()) {
    record(trace::EventKind::kPassed, std::nullopt, to,
           trace::Step{trace::Stage::kLink, trace::Outcome::kCorrupted, {}}, packet);
  }
}

void LinkContext::record(trace::EventKind kind, std::optional<trace::DropReason> reason,
                         engine::PortId to, trace::Step step, wire::PacketHandle packet) {
  const wire::PacketPool& packets = simulator_->packets();
  trace::TraceEvent event;
  event.at = simulator_->now();
  event.kind = kind;
  event.direction = trace::Direction::kIn;  // towards the element that the tap names
  event.tap = {element_of_(to), trace::Tap::Side::kLink};
  event.packet = packets.id(packet);
  event.cause = packets.cause(packet);
  event.reason = reason;
  event.bytes = packets.bytes(packet);
  step.rule.object = event.tap.element;
  trace::StepList steps;
  steps.push(step);
  event.steps = &steps;
  trace_->record(event);
}

Impairment& LinkContext::add_impairment(const LinkProfile& base, std::uint64_t seed,
                                        std::string_view name) {
  impairments_.push_back(std::make_unique<Impairment>(base, seed, name));
  return *impairments_.back();
}

}  // namespace vpclab::link
