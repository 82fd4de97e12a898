#include "emulator/capture/encoder.h"

#include "emulator/capture/pcap_encoder.h"
#include "emulator/capture/pcapng_encoder.h"

namespace vpclab::capture {

Result<std::unique_ptr<Encoder>> make_encoder(CaptureFormat format) {
  switch (format) {
    case CaptureFormat::kPcapng:
      return std::make_unique<PcapngEncoder>();
    case CaptureFormat::kPcap:
      return PcapEncoder::create();
  }
  return fail("no such capture format");
}

}  // namespace vpclab::capture
