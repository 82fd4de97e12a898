// app/ping_statistics.h - the sums behind ping's last lines, in whole microseconds as iputils
// measures them, without floating point. Owned by a Ping.
#pragma once

#include <cstdint>
#include <string>

#include "netstack/base/sim_time.h"

namespace vpclab::app {

/// Round-trip times: minimum, average, maximum, standard deviation, and the moving average that
/// floods report.
class RoundTripTimes {
 public:
  /// Counts one. What is finer than a microsecond is cut off.
  void add(Duration rtt);

  [[nodiscard]] std::uint64_t count() const { return count_; }

  [[nodiscard]] std::int64_t min_microseconds() const { return count_ == 0 ? 0 : min_; }

  [[nodiscard]] std::int64_t max_microseconds() const { return max_; }

  /// The sum over `total` (received and duplicates), rounded down.
  [[nodiscard]] std::int64_t average_microseconds() const;

  /// The square root, rounded down, of the mean square less the squared mean.
  [[nodiscard]] std::int64_t deviation_microseconds() const;

  /// iputils' exponentially weighted moving average (1/8), rounded down.
  [[nodiscard]] std::int64_t moving_average_microseconds() const { return moving_ / 8; }

 private:
  __extension__ using Wide = unsigned __int128;  // sums of squares of hours, a million times

  std::uint64_t count_ = 0;
  std::int64_t min_ = 0;
  std::int64_t max_ = 0;
  std::int64_t sum_ = 0;
  std::int64_t moving_ = 0;  // eighths
  Wide squares_ = 0;
};

struct PingStatistics {
  std::uint64_t transmitted = 0;
  std::uint64_t received = 0;  // without duplicates
  std::uint64_t duplicates = 0;
  std::uint64_t errors = 0;  // ICMP errors, and messages too long to send
  std::uint32_t pipe = 0;    // the most that were under way when one was answered
  Duration elapsed{};        // from the first to the last request
  RoundTripTimes round_trips;
};

/// `part` of `whole` in percent as printf's %g shows the nearest float: 0, 33.3333, 100. Pre: part
/// <= whole, whole > 0.
[[nodiscard]] std::string percent_text(std::uint64_t part, std::uint64_t whole);

}  // namespace vpclab::app
