#include "netstack/base/bytes.h"

#include <array>

#include <gtest/gtest.h>

#include "netstack/base/overloaded.h"
#include "netstack/base/result.h"

namespace vpclab {
namespace {

TEST(Bytes, StoresAndLoadsInNetworkOrder) {
  std::array<std::uint8_t, 6> bytes{};

  store_be16(bytes, 0, 0x0102);
  store_be32(bytes, 2, 0xfffefdfc);

  EXPECT_EQ(bytes, (std::array<std::uint8_t, 6>{0x01, 0x02, 0xff, 0xfe, 0xfd, 0xfc}));
  EXPECT_EQ(load_be16(bytes, 0), 0x0102);
  EXPECT_EQ(load_be32(bytes, 2), 0xfffefdfcU);
}

TEST(Bytes, LoadsAtOddOffsets) {
  constexpr std::array<std::uint8_t, 5> kBytes = {0x00, 0x80, 0x00, 0x00, 0x01};

  EXPECT_EQ(load_be32(kBytes, 1), 0x80000001U);
}

TEST(Result, CarriesTheSentenceOfAFailure) {
  const Result<int> failed = fail("no such thing");

  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error(), Error{"no such thing"});
}

TEST(Overloaded, CallsTheAlternativeThatFits) {
  const Overloaded visitor{[](int) { return 1; }, [](const char*) { return 2; }};

  EXPECT_EQ(visitor(7), 1);
  EXPECT_EQ(visitor("seven"), 2);
}

}  // namespace
}  // namespace vpclab
