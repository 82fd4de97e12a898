// api/timestamp.h - a moment as EC2 says it: milliseconds of Unix time. Who knows virtual time and
// the scenario's epoch (world) makes them; nothing here reads a clock.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vpclab::api {

struct Timestamp {
  std::int64_t unix_milliseconds = 0;

  friend constexpr auto operator<=>(const Timestamp&, const Timestamp&) = default;
};

/// EC2's wire form: `2024-01-01T00:00:00.000Z`.
[[nodiscard]] std::string to_string(Timestamp timestamp);

/// The AWS CLI's form: `2024-01-01T00:00:00+00:00`, with microseconds where they are not zero.
[[nodiscard]] std::string to_cli_string(Timestamp timestamp);

/// Reads `2024-01-01T00:00:00Z`, with or without fraction, `Z` or `±hh:mm`; or a date alone.
[[nodiscard]] std::optional<Timestamp> parse_timestamp(std::string_view text);

}  // namespace vpclab::api
