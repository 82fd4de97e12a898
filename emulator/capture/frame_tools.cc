#include "emulator/capture/frame_tools.h"

#include <utility>

namespace vpclab::capture {

Result<FrameTools> FrameTools::make(const CaptureOptions& options) {
  auto filter = BpfFilter::compile(options.filter);
  if (!filter) {
    return tl::unexpected(filter.error());
  }
  auto encoder = make_encoder(options.format);
  if (!encoder) {
    return tl::unexpected(encoder.error());
  }
  return FrameTools{std::move(*filter), std::move(*encoder)};
}

}  // namespace vpclab::capture
