// capture/frame_tools.h - what a capture needs to write frames, made of its options: the filter
// that selects them and the encoder that writes them. Plain values; opens nothing.
#pragma once

#include <memory>

#include "emulator/capture/bpf_filter.h"
#include "emulator/capture/capture_options.h"
#include "emulator/capture/encoder.h"
#include "netstack/base/result.h"

namespace vpclab::capture {

struct FrameTools {
  BpfFilter filter;
  std::unique_ptr<Encoder> encoder;

  /// Fails where the filter does not compile or there is no such format.
  [[nodiscard]] static Result<FrameTools> make(const CaptureOptions& options);
};

}  // namespace vpclab::capture
