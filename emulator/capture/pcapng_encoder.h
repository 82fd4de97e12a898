// capture/pcapng_encoder.h - the pcapng format (draft-ietf-opsawg-pcapng), little-endian: section
// header, interfaces, frames with comments, names. Interfaces are counted by the caller, so that
// one encoder serves many files.
#pragma once

#include <string>
#include <string_view>

#include "emulator/capture/encoder.h"

namespace vpclab::capture {

class PcapngEncoder final : public Encoder {
 public:
  /// A Section Header Block with the section comment and the program's name.
  void begin(Output& output, const CaptureInfo& info) override;

  /// An Interface Description Block: Ethernet, one snap length, nanoseconds. May stand anywhere
  /// before the interface's first frame.
  void interface(Output& output, std::string_view name, std::string_view description) override;

  /// A Name Resolution Block with one record. May stand anywhere; who
  /// reads in one pass uses it from there on only.
  void name(Output& output, wire::Ipv4Address address, std::string_view name) override;

  /// An Enhanced Packet Block with direction, packet id, and the comment if there is one.
  void frame(Output& output, const Frame& frame) override;

 private:
  std::string scratch_;  // the block being made
};

}  // namespace vpclab::capture
