// app/ping_options.h - what a ping is told: as values, and read from the words of the real
// program's command line (iputils 20221126), with the real program's complaints.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "netstack/app/arguments.h"
#include "netstack/base/sim_time.h"
#include "netstack/host/host_stack.h"

namespace vpclab::app {

/// The most data bytes that an IPv4 datagram can carry in an echo request.
inline constexpr std::uint32_t kPingSizeMax = 65'535 - 20 - 8;

struct PingOptions {
  std::optional<std::uint64_t> count;           // -c; nothing: until interrupted
  Duration interval = std::chrono::seconds(1);  // -i; whole milliseconds; 0: as fast as answered
  std::uint32_t size = 56;                      // -s: data bytes
  std::optional<std::uint8_t> ttl;              // -t
  std::optional<std::uint16_t> identifier;      // -e; nothing, or 0: one that is free
  std::optional<Duration> deadline;             // -w
  Duration linger = std::chrono::seconds(10);   // -W
  host::PathMtuDiscovery discovery = host::PathMtuDiscovery::kWant;  // -M
  std::vector<std::uint8_t> pattern;  // -p: 1 to 16 bytes; empty: 00 01 02 …
  std::string source;                 // -I: an address of the host, or ethN
  bool quiet = false;                 // -q
  bool allow_broadcast = false;       // -b
  /// Seconds since 1970 at virtual time 0, for the time stamps in the data: 2024-01-01T00:00:00Z.
  std::int64_t epoch_seconds = 1'704'067'200;
  /// How many of the latest probes keep their results.
  std::size_t probes_kept = 65'536;
};

struct PingCommand {
  PingOptions options;
  std::string destination;  // as written
  std::vector<UsageWarning> warnings;
};

/// Reads the words behind `ping`. Knows -c -i -s -t -e -w -W -M -p -I -q, -b, and -n, -4 which
/// change nothing here; a valid option of the real program that is not known is refused by name.
[[nodiscard]] tl::expected<PingCommand, UsageError> parse_ping(std::span<const std::string> words);

}  // namespace vpclab::app
