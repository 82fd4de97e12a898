#include "netstack/base/rng.h"

#include <algorithm>
#include <array>
#include <vector>

#include <gtest/gtest.h>

namespace vpclab::base {
namespace {

std::vector<std::uint64_t> draw(Rng rng, std::size_t count) {
  std::vector<std::uint64_t> drawn(count);
  std::generate(drawn.begin(), drawn.end(), [&rng] { return rng.next(); });
  return drawn;
}

TEST(Rng, GivesTheSameStreamForTheSameSeedAndName) {
  EXPECT_EQ(draw(Rng(1, "link/ab/loss"), 100), draw(Rng(1, "link/ab/loss"), 100));
}

TEST(Rng, GivesOtherStreamsForOtherSeedsAndNames) {
  const auto stream = draw(Rng(1, "link/ab/loss"), 4);

  EXPECT_NE(stream, draw(Rng(2, "link/ab/loss"), 4));
  EXPECT_NE(stream, draw(Rng(1, "link/ba/loss"), 4));
  EXPECT_NE(stream, draw(Rng(1, ""), 4));
}

// The numbers are part of the format: files written by one version are compared with another's.
TEST(Rng, KeepsItsNumbersForever) {
  EXPECT_EQ(hash_name(""), 0xcbf29ce484222325U);
  EXPECT_EQ(hash_name("a"), 0xaf63dc4c8601ec8cU);  // FNV-1a's published test vector
  EXPECT_EQ(hash_name("foobar"), 0x85944171f73967e8U);
  EXPECT_EQ(
      draw(Rng(1, "link/ab/loss"), 3),
      (std::vector<std::uint64_t>{0xd0bd91d9d3b42f3dU, 0x2b612b2372ab49d3U, 0x7bd98cde19bf287fU}));
}

TEST(Rng, StaysBelowItsBound) {
  Rng rng(7, "bounds");

  for (const std::uint64_t bound : {std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{10},
                                    std::uint64_t{1'000'000}, std::uint64_t{1} << 32}) {
    for (int i = 0; i < 1'000; ++i) {
      EXPECT_LT(rng.below(bound), bound);
    }
  }
}

TEST(Rng, DrawsEveryValueAboutEquallyOften) {
  Rng rng(7, "dice");
  std::array<int, 6> seen{};

  for (int i = 0; i < 60'000; ++i) {
    ++seen[rng.below(6)];
  }

  for (const int count : seen) {
    EXPECT_GT(count, 9'500);  // five standard deviations
    EXPECT_LT(count, 10'500);
  }
}

TEST(Rng, TakesChancesInPartsPerMillion) {
  Rng rng(7, "chance");
  int hits = 0;

  for (int i = 0; i < 100'000; ++i) {
    EXPECT_FALSE(rng.chance(0));
    EXPECT_TRUE(rng.chance(1'000'000));
    hits += rng.chance(250'000) ? 1 : 0;
  }

  EXPECT_GT(hits, 24'300);
  EXPECT_LT(hits, 25'700);
}

}  // namespace
}  // namespace vpclab::base
