// capture/journey_capture.h - one capture with all taps: interfaces of instances inside and
// outside, VPC routers, peering connections, gateways on both sides of translation. A dropped
// packet has one frame whose comment begins DROPPED, at the tap of the element that dropped it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "emulator/capture/capture_options.h"
#include "emulator/capture/frame_tools.h"
#include "emulator/capture/name_records.h"
#include "emulator/capture/output.h"
#include "emulator/trace/name_directory.h"
#include "emulator/trace/trace_sink.h"

namespace vpclab::capture {

class JourneyCapture final : public trace::TraceSink {
 public:
  /// Writes to `output`; with FrameOrder::kTap each tap waits in a file of its own beside it until
  /// finish(), so `output` must be a file then. `names` outlives the sink. Fails if the filter is
  /// wrong.
  [[nodiscard]] static Result<std::unique_ptr<JourneyCapture>> create(
      Output output, CaptureOptions options, const trace::NameDirectory& names);

  void record(const trace::TraceEvent& event) override;

  void note(SimTime at, std::string_view kind, std::string_view text) override;

  /// Writes what waits; the number of frames, or the first error.
  [[nodiscard]] Result<std::uint64_t> finish();

 private:
  struct TapHash {
    std::size_t operator()(const trace::Tap& tap) const noexcept;
  };

  JourneyCapture(Output output, CaptureOptions options, FrameTools tools,
                 const trace::NameDirectory& names);

  /// The tap's interface number, declared if need be.
  [[nodiscard]] std::uint32_t interface_of(const trace::Tap& tap);

  Output output_;
  CaptureOptions options_;
  BpfFilter filter_;
  std::unique_ptr<Encoder> encoder_;
  const trace::NameDirectory& names_;
  NameRecords name_records_;
  std::uint64_t revision_ = 0;  // of the network: whatever is noted may have changed it
  std::unordered_map<trace::Tap, std::uint32_t, TapHash> interfaces_;
  std::vector<Output> spools_;  // one per interface with FrameOrder::kTap, else empty
  std::vector<std::uint8_t> scratch_;
  std::uint64_t frames_ = 0;
  std::optional<Error> error_;
};

}  // namespace vpclab::capture
