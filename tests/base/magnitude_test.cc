#include "netstack/base/magnitude.h"

#include <chrono>
#include <cstdint>
#include <limits>

#include <gtest/gtest.h>

namespace vpclab::base {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

TEST(Magnitude, KnowsNumbersAboveALimit) {
  for (const char* text : {"65536", "+65536", "000065536", "65535.5", "1e5", "1E+5", "1e30",
                           "1e999", "99999999999999999999999999"}) {
    EXPECT_TRUE(is_above(text, 65'535)) << text;
  }
  for (const char* text : {"65535", "0", "00000000065535", "6.5535e4", "1e-999", "1.5"}) {
    EXPECT_FALSE(is_above(text, 65'535)) << text;
  }
}

TEST(Magnitude, WritesNumbersWithoutExponents) {
  EXPECT_EQ(plain_decimal("12"), "12");
  EXPECT_EQ(plain_decimal("1.5"), "1.5");
  EXPECT_EQ(plain_decimal(".5"), "0.5");
  EXPECT_EQ(plain_decimal("2."), "2");
  EXPECT_EQ(plain_decimal("1.5e3"), "1500");
  EXPECT_EQ(plain_decimal("1.25E+1"), "12.5");
  EXPECT_EQ(plain_decimal("125e-2"), "1.25");
  EXPECT_EQ(plain_decimal("125e-5"), "0.00125");
  EXPECT_EQ(plain_decimal("1e99999999999999999999").value_or("").size(), 401U);
  for (const char* text :
       {"", ".", "e3", "1e", "1e+", "1e3x", "1..5", "-1", "+1", "inf", "1e1.5"}) {
    EXPECT_EQ(plain_decimal(text), std::nullopt) << text;
  }
}

TEST(Magnitude, IsExactAtTheLimit) {
  EXPECT_FALSE(is_above("18446744073709551615", kMost));
  EXPECT_TRUE(is_above("18446744073709551616", kMost));
  EXPECT_FALSE(is_above("1.8446744073709551615e19", kMost));
  EXPECT_TRUE(is_above("1.8446744073709551616e19", kMost));
  EXPECT_TRUE(is_above("18446744073709551615.000001", kMost));
  EXPECT_TRUE(is_above("1", std::uint64_t{0}));
  EXPECT_TRUE(is_above("0.5", std::uint64_t{0}));
  EXPECT_FALSE(is_above("0", std::uint64_t{0}));
  EXPECT_FALSE(is_above("0.0e5", std::uint64_t{0}));
}

TEST(Magnitude, MeasuresDurationsInTheirOwnUnit) {
  EXPECT_FALSE(is_above("24.5d", 2'147'483s));  // 24.85 days
  EXPECT_TRUE(is_above("24.9d", 2'147'483s));
  EXPECT_FALSE(is_above("596.5h", 2'147'483s));
  EXPECT_TRUE(is_above("99999999999999999999h", 2'147'483s));
}

TEST(Magnitude, TakesNothingElseForANumber) {
  for (const char* text : {"", "+", "-1", "-99999999999", "abc", "inf", "nan", "1e", "1e5x", "1 2",
                           "0x10000", "70000 ", " 70000", ".", "1..5", "12/34"}) {
    EXPECT_FALSE(is_above(text, 1)) << text;
  }
}

TEST(Magnitude, KnowsTimeSpansAboveALimit) {
  for (const char* text : {"61s", "2m", "1h", "1e30s", "99999999999999999999999s", "60001ms", "1d",
                           "60.5s", "60000000001ns"}) {
    EXPECT_TRUE(is_above(text, 60s)) << text;
  }
  for (const char* text : {"60s", "1m", "60000ms", "0", "61", "soon", "", "s", "-61s", "61 s"}) {
    EXPECT_FALSE(is_above(text, 60s)) << text;
  }
}

}  // namespace
}  // namespace vpclab::base
