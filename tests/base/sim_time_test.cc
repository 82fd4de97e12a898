#include "netstack/base/sim_time.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace vpclab {
namespace {

using namespace std::chrono_literals;

TEST(Duration, ReadsEveryUnit) {
  const struct {
    std::string_view text;
    Duration expected;
  } cases[] = {
      {"0", 0ns},
      {"0s", 0ns},
      {"1ns", 1ns},
      {"250us", 250us},
      {"5500ms", 5500ms},
      {"2s", 2s},
      {"1.5s", 1500ms},
      {"0.000000001s", 1ns},
      {"0.1ms", 100us},
      {"10m", 10min},
      {"1.5m", 90s},
      {"3h", 3h},
      {"7d", 168h},
      {"0.5d", 12h},
      {"0.123456789m", 7'407'407'340ns},
      {"36500d", 36'500 * 24h},
      {"007s", 7s},
  };

  for (const auto& row : cases) {
    const Result<Duration> read = parse_duration(row.text);

    ASSERT_TRUE(read.has_value()) << row.text << ": " << read.error().message;
    EXPECT_EQ(*read, row.expected) << row.text;
  }
}

TEST(Duration, RefusesWhatIsNotOne) {
  for (const std::string_view text :
       {"", "5", "s", ".5s", "5.s", "-1s", "+1s", "1 s", " 1s", "1s ", "1S", "1sec", "1e3s", "1.5",
        "0.0000000001s", "1,5s", "s5", "1..5s", "\xe2\x88\x9e"}) {
    const Result<Duration> read = parse_duration(text);

    ASSERT_FALSE(read.has_value()) << text;
    EXPECT_NE(read.error().message.find("is not a duration"), std::string::npos) << text;
  }
}

TEST(Duration, RefusesMoreThanAHundredYears) {
  for (const std::string_view text : {"36501d", "36500.5d", "876001h", "3153600001s",
                                      "99999999999999999999999999s", "9223372036854775808ns"}) {
    const Result<Duration> read = parse_duration(text);

    ASSERT_FALSE(read.has_value()) << text;
    EXPECT_NE(read.error().message.find("longer than 100 years"), std::string::npos) << text;
  }
}

TEST(Duration, RefusesWhatIsFinerThanANanosecond) {
  for (const std::string_view text : {"0.5ns", "1.0001us", "0.0000001ms"}) {
    const Result<Duration> read = parse_duration(text);

    ASSERT_FALSE(read.has_value()) << text;
    EXPECT_NE(read.error().message.find("finer than a nanosecond"), std::string::npos) << text;
  }
}

TEST(Duration, PrintsItsShortestExactForm) {
  EXPECT_EQ(to_string(Duration{0ns}), "0s");
  EXPECT_EQ(to_string(Duration{1ns}), "1ns");
  EXPECT_EQ(to_string(Duration{250us}), "250us");
  EXPECT_EQ(to_string(Duration{5500ms}), "5500ms");
  EXPECT_EQ(to_string(Duration{1500us}), "1500us");
  EXPECT_EQ(to_string(Duration{2s}), "2s");
  EXPECT_EQ(to_string(Duration{10min}), "600s");
  EXPECT_EQ(to_string(Duration{-5ms}), "-5ms");
}

TEST(Duration, ReadsBackWhatItPrints) {
  for (const Duration duration : {Duration{0ns}, Duration{1ns}, Duration{999'999'999ns},
                                  Duration{1us}, Duration{12'345ms}, Duration{100h}}) {
    EXPECT_EQ(parse_duration(to_string(duration)), duration);
  }
}

TEST(SimTime, PrintsSecondsWithNineDecimals) {
  EXPECT_EQ(to_string(SimTime{}), "0.000000000s");
  EXPECT_EQ(to_string(SimTime{5500ms}), "5.500000000s");
  EXPECT_EQ(to_string(SimTime{1ns}), "0.000000001s");
}

TEST(SimTime, CountsNanosecondsAndEndsWithNever) {
  EXPECT_EQ(to_nanoseconds(SimTime{2s}), 2'000'000'000);
  EXPECT_LT(SimTime{36'500 * 24h}, kNever);
}

}  // namespace
}  // namespace vpclab
