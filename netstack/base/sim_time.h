// base/sim_time.h - virtual time, in nanoseconds since the start of a run. The clock deliberately
// has no now(): time is an argument, or the simulator's.
#pragma once

#include <chrono>
#include <cstdint>
#include <ratio>
#include <string>
#include <string_view>

#include "netstack/base/result.h"

namespace vpclab {

struct SimClock {
  using rep = std::int64_t;
  using period = std::nano;
  using duration = std::chrono::duration<rep, period>;
  using time_point = std::chrono::time_point<SimClock>;
  static constexpr bool is_steady = true;
};

using Duration = SimClock::duration;
using SimTime = SimClock::time_point;

/// Later than everything a run can schedule.
inline constexpr SimTime kNever = SimTime::max();

/// Nanoseconds since the start of the run.
[[nodiscard]] constexpr std::int64_t to_nanoseconds(SimTime time) {
  return time.time_since_epoch().count();
}

/// The shortest exact form with one unit: `5500ms`, `2s`, `1us`, `0s`. Reads back with
/// parse_duration.
[[nodiscard]] std::string to_string(Duration duration);

/// Seconds with nine decimals: `5.500000000s`.
[[nodiscard]] std::string to_string(SimTime time);

/// Reads `250us`, `5500ms`, `2s`, `1.5s`, `10m`, `3h`, `7d`; units ns, us, ms, s, m, h, d. A bare
/// `0` is zero; another number without a unit is refused, as are negative ones, what exceeds
/// 100 years, and what is finer than a nanosecond.
[[nodiscard]] Result<Duration> parse_duration(std::string_view text);

}  // namespace vpclab
