// The arithmetic behind ping's last lines, checked against floating point, which only tests may
// use.
#include "netstack/app/ping_statistics.h"

#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "netstack/base/rng.h"

namespace vpclab::app {
namespace {

using namespace std::chrono_literals;

std::string as_printf(std::uint64_t part, std::uint64_t whole) {
  char text[64];
  const auto percent =
      static_cast<float>(static_cast<double>(part) * 100.0 / static_cast<double>(whole));
  std::snprintf(text, sizeof text, "%g", static_cast<double>(percent));
  return text;
}

TEST(PercentText, IsWhatPrintfMakesOfTheFloat) {
  EXPECT_EQ(percent_text(0, 7), "0");
  EXPECT_EQ(percent_text(7, 7), "100");
  EXPECT_EQ(percent_text(4, 10), "40");
  EXPECT_EQ(percent_text(1, 3), "33.3333");
  EXPECT_EQ(percent_text(1, 1000), "0.1");
  EXPECT_EQ(percent_text(1, 100'000'000), "1e-06");
  for (std::uint64_t whole = 1; whole <= 400; ++whole) {
    for (std::uint64_t part = 0; part <= whole; ++part) {
      ASSERT_EQ(percent_text(part, whole), as_printf(part, whole)) << part << " of " << whole;
    }
  }
  base::Rng rng(1, "percent");
  for (int i = 0; i < 20'000; ++i) {
    const std::uint64_t whole = 1 + rng.below(std::uint64_t{1} << (1 + rng.below(31)));
    const std::uint64_t part = rng.below(whole + 1);
    ASSERT_EQ(percent_text(part, whole), as_printf(part, whole)) << part << " of " << whole;
  }
}

TEST(RoundTripTimes, AreZeroAtFirst) {
  const RoundTripTimes times;
  EXPECT_EQ(times.min_microseconds(), 0);
  EXPECT_EQ(times.average_microseconds(), 0);
  EXPECT_EQ(times.deviation_microseconds(), 0);
}

TEST(RoundTripTimes, CutOffWhatIsFinerThanAMicrosecond) {
  RoundTripTimes times;
  times.add(1'999ns);
  times.add(2'999ns);
  EXPECT_EQ(times.min_microseconds(), 1);
  EXPECT_EQ(times.max_microseconds(), 2);
  EXPECT_EQ(times.average_microseconds(), 1);
}

TEST(RoundTripTimes, AgreeWithFloatingPoint) {
  base::Rng rng(2, "rtt");
  for (int round = 0; round < 200; ++round) {
    RoundTripTimes times;
    std::vector<double> values;
    const std::uint64_t count = 1 + rng.below(50);
    const std::uint64_t bound = std::uint64_t{1} << (1 + rng.below(24));
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::uint64_t microseconds = rng.below(bound);
      times.add(std::chrono::microseconds(microseconds));
      values.push_back(static_cast<double>(microseconds));
    }
    double sum = 0;
    double squares = 0;
    for (const double value : values) {
      sum += value;
      squares += value * value;
    }
    const double mean = sum / static_cast<double>(count);
    const double deviation = std::sqrt(squares / static_cast<double>(count) - mean * mean);
    EXPECT_EQ(times.average_microseconds(), static_cast<std::int64_t>(mean));
    EXPECT_NEAR(static_cast<double>(times.deviation_microseconds()), deviation, 1.5);
  }
}

TEST(RoundTripTimes, DoNotOverflow) {
  RoundTripTimes times;
  for (int i = 0; i < 1000; ++i) {
    times.add(1h);
  }
  EXPECT_EQ(times.average_microseconds(), 3'600'000'000);
  EXPECT_EQ(times.deviation_microseconds(), 0);
}

TEST(RoundTripTimes, MoveTheirAverageByAnEighth) {
  RoundTripTimes times;
  times.add(800us);
  EXPECT_EQ(times.moving_average_microseconds(), 800);
  times.add(1600us);
  EXPECT_EQ(times.moving_average_microseconds(), 900);
}

}  // namespace
}  // namespace vpclab::app
