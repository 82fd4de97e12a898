#include "emulator/capture/capture_options.h"

namespace vpclab::capture {

std::string section_comment(const CaptureInfo& info) {
  std::string text = "vpclab " + info.version + "; scenario " + info.scenario;
  if (!info.scenario_hash.empty()) {
    text += " (" + info.scenario_hash + ")";
  }
  return text + "; seed " + std::to_string(info.seed);
}

std::string_view to_string(CaptureFormat format) {
  switch (format) {
    case CaptureFormat::kPcapng:
      return "pcapng";
    case CaptureFormat::kPcap:
      return "pcap";
  }
  return "";
}

}  // namespace vpclab::capture
