// capture/encoder.h - how frames become the bytes of a capture file. An encoder knows no files and
// no taps; one serves many files, and appends to the output it is given.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "emulator/capture/capture_options.h"
#include "emulator/capture/output.h"
#include "emulator/trace/trace_event.h"
#include "netstack/base/bytes.h"
#include "netstack/base/result.h"
#include "netstack/wire/ipv4_address.h"

namespace vpclab::capture {

/// One frame of one interface.
struct Frame {
  std::uint32_t interface = 0;        // in the order of Encoder::interface, from 0
  std::int64_t time_nanoseconds = 0;  // since 1970
  Bytes bytes;
  std::string_view comment;
  trace::Direction direction{};
  std::uint64_t packet = 0;  // the same packet has the same id at every tap
};

class Encoder {
 public:
  virtual ~Encoder() = default;

  /// What a file begins with.
  virtual void begin(Output& output, const CaptureInfo& info) = 0;

  /// Declares the file's next interface.
  virtual void interface(Output& output, std::string_view name, std::string_view description) = 0;

  /// Gives an address a name.
  virtual void name(Output& output, wire::Ipv4Address address, std::string_view name) = 0;

  virtual void frame(Output& output, const Frame& frame) = 0;
};

/// The encoder of a format; fails only if libpcap does.
[[nodiscard]] Result<std::unique_ptr<Encoder>> make_encoder(CaptureFormat format);

}  // namespace vpclab::capture
