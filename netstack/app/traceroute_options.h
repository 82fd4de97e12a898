// app/traceroute_options.h - what a traceroute is told: as values, and read from the words of the
// real program's command line (Debian's traceroute 2.1), with the real program's complaints.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "netstack/app/arguments.h"
#include "netstack/base/sim_time.h"
#include "netstack/wire/ipv4_address.h"

namespace vpclab::app {

/// What the probes are.
enum class TracerouteMethod : std::uint8_t {
  kDefault,  // UDP to port 33434, 33435, … (one for each probe)
  kUdp,      // -U: UDP to one port, 53 unless told otherwise
  kIcmp,     // -I: echo requests
};

struct TracerouteOptions {
  TracerouteMethod method = TracerouteMethod::kDefault;
  std::uint8_t first_hop = 1;                    // -f
  std::uint8_t max_hops = 30;                    // -m
  std::uint8_t queries = 3;                      // -q: 1 to 10 probes for each hop
  std::uint16_t simultaneous = 16;               // -N
  Duration wait_max = std::chrono::seconds(5);   // -w MAX: for a probe at most
  std::uint32_t wait_here_thousandths = 3'000;   // -w ,HERE: times what the same hop took
  std::uint32_t wait_near_thousandths = 10'000;  // -w ,,NEAR: times what a further hop took
  bool numeric = false;                          // -n: addresses only
  std::optional<std::uint16_t> port;             // -p: first port, or first sequence with -I
  std::optional<wire::Ipv4Address> source;       // -s
  std::uint8_t tos = 0;                          // -t
  std::uint16_t packet_size = 60;                // the whole IP packet, bytes
};

struct TracerouteCommand {
  TracerouteOptions options;
  std::string destination;  // as written
  std::vector<UsageWarning> warnings;
};

/// Reads the words behind `traceroute`. Knows -I -U -n -m -q -w -N -f -p -s -t, their long forms,
/// -4 and the packet length; a valid option of the real program that is not known is refused by
/// name.
[[nodiscard]] tl::expected<TracerouteCommand, UsageError> parse_traceroute(
    std::span<const std::string> words);

}  // namespace vpclab::app
