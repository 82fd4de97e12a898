// scenario/epoch.h - the wall-clock date that virtual time 0 stands for. Reads no clock.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace vpclab::scenario {

/// `2024-01-01T00:00:00Z` (RFC 3339, UTC, whole seconds) in nanoseconds since 1970; years 1970 to
/// 2100, so that the end of the longest run still fits classic pcap. Nothing where it is something
/// else.
[[nodiscard]] std::optional<std::int64_t> parse_epoch(std::string_view text);

}  // namespace vpclab::scenario
