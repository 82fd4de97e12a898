// app/dig_options.h - what a dig is told: as values, and read from the words of the real program's
// command line (BIND 9.18), with the real program's complaints.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "netstack/app/arguments.h"
#include "netstack/base/sim_time.h"
#include "netstack/wire/dns.h"
#include "netstack/wire/ipv4_address.h"

namespace vpclab::app {

struct DigOptions {
  wire::DnsQuestion question;
  std::optional<wire::Ipv4Address> server;        // @; nothing: the host's own
  std::uint16_t port = wire::kDnsPort;            // -p
  Duration timeout = std::chrono::seconds(5);     // +time
  std::uint32_t tries = 3;                        // +tries, +retry
  bool recursion_desired = true;                  // +[no]recurse
  std::optional<std::uint16_t> edns_size = 1232;  // +[no]edns, +bufsize
  bool brief = false;                             // +short
  /// Seconds since 1970 at virtual time 0, for the line that says when.
  std::int64_t epoch_seconds = 1'704'067'200;
  std::vector<std::string> words;  // as written, for the first line
};

/// Reads the words behind `dig`: @server, a name, a type, a class; -x, -t, -q, -p, -4; +short,
/// +recurse, +time, +tries, +retry, +edns, +bufsize with their negations. A valid option of the
/// real program that is not known is refused by name, and so is what wants TCP.
[[nodiscard]] tl::expected<DigOptions, UsageError> parse_dig(std::span<const std::string> words);

}  // namespace vpclab::app
