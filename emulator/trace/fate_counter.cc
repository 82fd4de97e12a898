#include "emulator/trace/fate_counter.h"

namespace vpclab::trace {
namespace {

constexpr std::size_t kMaxViolations = 20;

}  // namespace

void FateCounter::record(const TraceEvent& event) {
  switch (event.kind) {
    case EventKind::kSent:
      ++sent_;
      if (lives_.emplace(event.packet, Life::kInFlight).second) {
        ++in_flight_;
      } else {
        violate(event, "was sent a second time");
      }
      return;
    case EventKind::kPassed:
      if (const auto life = lives_.find(event.packet); life == lives_.end()) {
        violate(event, "passed before it was sent");
      } else if (life->second == Life::kEnded) {
        violate(event, "passed after its end");
      }
      return;
    case EventKind::kDropped:
      if (event.reason) {
        ++dropped_by_reason_[static_cast<std::size_t>(*event.reason)];
      } else {
        violate(event, "was dropped without a reason");
      }
      end(event, dropped_);
      return;
    case EventKind::kConsumed:
      end(event, consumed_);
      return;
    case EventKind::kReplaced:
      end(event, replaced_);
      return;
  }
}

void FateCounter::end(const TraceEvent& event, std::uint64_t& counter) {
  ++counter;
  const auto life = lives_.find(event.packet);
  if (life == lives_.end()) {
    violate(event, "ended before it was sent");
  } else if (life->second == Life::kEnded) {
    violate(event, "ended a second time");
  } else {
    life->second = Life::kEnded;
    --in_flight_;
  }
}

void FateCounter::violate(const TraceEvent& event, std::string_view what) {
  if (violations_.size() < kMaxViolations) {
    violations_.push_back("packet " + std::to_string(event.packet) + " " + std::string(what) +
                          " (" + std::string(to_string(event.kind)) + " at " +
                          event.tap.element.text() + ", " + to_string(event.at) + ")");
  }
}

}  // namespace vpclab::trace
