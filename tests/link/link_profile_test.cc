#include "emulator/link/link_profile.h"

#include <cstdint>

#include <gtest/gtest.h>

#include "netstack/base/rng.h"

namespace vpclab::link {
namespace {

using namespace std::chrono_literals;

__extension__ using Wide = unsigned __int128;

std::int64_t divided_and_rounded_up(std::size_t bytes, std::uint64_t rate) {
  const Wide bits = static_cast<Wide>(bytes) * 8 * 1'000'000'000;
  return static_cast<std::int64_t>((bits + rate - 1) / rate);
}

TEST(LinkProfile, SerialisesBytesTimesEightOverRate) {
  const LinkProfile profile(LinkOptions{.rate_bits_per_second = 8'000'000});

  EXPECT_EQ(profile.serialisation_time(1'000), 1ms);
  EXPECT_EQ(profile.serialisation_time(1), 1us);
  EXPECT_EQ(profile.serialisation_time(0), 0ns);
}

TEST(LinkProfile, SerialisesInNoTimeWithoutARate) {
  const LinkProfile profile{LinkOptions{}};

  EXPECT_EQ(profile.serialisation_time(65'535), 0ns);
  EXPECT_EQ(profile.queue_time(), Duration::max());
}

TEST(LinkProfile, RoundsUpExactlyAtEveryRate) {
  base::Rng rng(1, "rates");
  for (const std::uint64_t rate : {1ULL, 2ULL, 3ULL, 7ULL, 8ULL, 9'600ULL, 1'000'000'000ULL,
                                   9'999'999'967ULL, 9'999'999'999'971ULL, 10'000'000'000'000ULL}) {
    const LinkProfile profile(LinkOptions{.rate_bits_per_second = rate});
    for (const std::size_t bytes : {1U, 2U, 3U, 20U, 64U, 1'500U, 9'001U, 65'535U, 131'072U}) {
      ASSERT_EQ(profile.serialisation_time(bytes).count(), divided_and_rounded_up(bytes, rate))
          << bytes << " bytes at " << rate << " bit/s";
    }
  }
  for (int i = 0; i < 200'000; ++i) {
    const std::uint64_t rate = 1 + (rng.next() >> 1) % (1ULL << (1 + rng.below(43)));
    const std::size_t bytes = rng.below(131'073);
    const LinkProfile profile(LinkOptions{.rate_bits_per_second = rate});
    ASSERT_EQ(profile.serialisation_time(bytes).count(), divided_and_rounded_up(bytes, rate))
        << bytes << " bytes at " << rate << " bit/s";
  }
}

TEST(LinkProfile, KnowsItsQueueAsATime) {
  const LinkProfile profile(
      LinkOptions{.rate_bits_per_second = 8'000'000, .queue_limit_bytes = 3'000});

  EXPECT_EQ(profile.queue_time(), 3ms);
  EXPECT_EQ(LinkProfile(LinkOptions{.rate_bits_per_second = 8'000'000}).queue_time(),
            Duration::max());
}

TEST(LinkProfileDeathTest, RefusesWhatNoLinkHas) {
  EXPECT_DEATH(LinkProfile(LinkOptions{.rate_bits_per_second = 10'000'000'000'001}), "1e13");
  EXPECT_DEATH(LinkProfile(LinkOptions{.propagation_delay = -1ns}), "not negative");
  EXPECT_DEATH(LinkProfile(LinkOptions{.random_delay = 5s}), "0 to 4 s");
}

}  // namespace
}  // namespace vpclab::link
