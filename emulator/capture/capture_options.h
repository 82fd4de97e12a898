// capture/capture_options.h - what a run says about itself in its captures, and how they are
// written. No host, path, commit or clock: two runs give the same bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "netstack/base/sim_time.h"

namespace vpclab::capture {

/// 2024-01-01T00:00:00Z in nanoseconds since 1970: where virtual time 0 lies unless told otherwise.
inline constexpr std::int64_t kDefaultEpochNanoseconds = 1'704'067'200'000'000'000;

/// The largest frame a capture holds; one snap length for all interfaces, or tcpdump refuses the
/// file.
inline constexpr std::uint32_t kSnapLength = 262'144;

/// The section comment's facts.
struct CaptureInfo {
  std::string version;        // of vpclab: "0.1.0"
  std::string scenario;       // its name
  std::string scenario_hash;  // of the file's content, as text
  std::uint64_t seed = 0;
  std::int64_t epoch_nanoseconds = kDefaultEpochNanoseconds;
};

enum class CaptureFormat : std::uint8_t {
  kPcapng,  // names, comments, several interfaces
  kPcap,    // classic, with nanoseconds
};

enum class FrameOrder : std::uint8_t {
  kTime,  // as things happened
  kTap,   // all of one tap, then the next: Wireshark then pairs requests and replies at every tap
};

struct CaptureOptions {
  CaptureInfo info;
  CaptureFormat format = CaptureFormat::kPcapng;
  FrameOrder order = FrameOrder::kTime;  // of files with several taps
  std::string filter;                    // BPF, in tcpdump's language; empty takes every frame
};

/// `vpclab 0.1.0; scenario vpc-peering (0f3a…); seed 1`
[[nodiscard]] std::string section_comment(const CaptureInfo& info);

/// `pcapng` or `pcap`, which is also the file's extension.
[[nodiscard]] std::string_view to_string(CaptureFormat format);

/// Nanoseconds since 1970 for the capture.
[[nodiscard]] inline std::int64_t timestamp(const CaptureInfo& info, SimTime at) {
  return info.epoch_nanoseconds + to_nanoseconds(at);
}

}  // namespace vpclab::capture
