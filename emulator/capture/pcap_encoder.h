// capture/pcap_encoder.h - the classic format with nanoseconds, written by libpcap. It holds
// neither names nor comments nor interfaces. libpcap's types stay in the source file.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "emulator/capture/encoder.h"

namespace vpclab::capture {

class PcapEncoder final : public Encoder {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Encoder>> create();

  PcapEncoder(const PcapEncoder&) = delete;
  PcapEncoder& operator=(const PcapEncoder&) = delete;
  ~PcapEncoder() override;

  void begin(Output& output, const CaptureInfo& info) override;

  void interface(Output& output, std::string_view name, std::string_view description) override;

  void name(Output& output, wire::Ipv4Address address, std::string_view name) override;

  void frame(Output& output, const Frame& frame) override;

 private:
  struct Dumper;

  explicit PcapEncoder(std::unique_ptr<Dumper> dumper);

  std::unique_ptr<Dumper> dumper_;
};

}  // namespace vpclab::capture
