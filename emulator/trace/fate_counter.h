// trace/fate_counter.h - counts how packets begin and end: each that was sent is consumed, dropped,
// replaced, or still in flight. A sink for tests of conservation; remembers every packet's id.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "emulator/trace/drop_reason.h"
#include "emulator/trace/trace_sink.h"

namespace vpclab::trace {

class FateCounter : public TraceSink {
 public:
  void record(const TraceEvent& event) override;

  [[nodiscard]] std::uint64_t sent() const { return sent_; }

  [[nodiscard]] std::uint64_t consumed() const { return consumed_; }

  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

  [[nodiscard]] std::uint64_t dropped(DropReason reason) const {
    return dropped_by_reason_[static_cast<std::size_t>(reason)];
  }

  [[nodiscard]] std::uint64_t replaced() const { return replaced_; }

  /// Sent and without an end so far: sent - consumed - dropped - replaced, if no law is broken.
  [[nodiscard]] std::uint64_t in_flight() const { return in_flight_; }

  /// What went against the law, one sentence each: a packet that was sent twice, ended without
  /// being sent, ended twice, or was seen after its end; a drop without a reason. At most 20.
  [[nodiscard]] const std::vector<std::string>& violations() const { return violations_; }

 private:
  enum class Life : std::uint8_t { kInFlight, kEnded };

  void end(const TraceEvent& event, std::uint64_t& counter);
  void violate(const TraceEvent& event, std::string_view what);

  std::map<std::uint64_t, Life> lives_;
  std::uint64_t sent_ = 0;
  std::uint64_t consumed_ = 0;
  std::uint64_t dropped_ = 0;
  std::uint64_t replaced_ = 0;
  std::uint64_t in_flight_ = 0;
  std::array<std::uint64_t, kDropReasonCount> dropped_by_reason_{};
  std::vector<std::string> violations_;
};

}  // namespace vpclab::trace
