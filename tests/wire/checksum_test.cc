#include "netstack/wire/checksum.h"

#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "netstack/base/rng.h"

namespace vpclab::wire {
namespace {

/// RFC 1071 section 1, word by word: the slow definition.
std::uint16_t slow_sum(const std::vector<std::uint8_t>& bytes) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    sum += static_cast<std::uint64_t>(bytes[i]) << (i % 2 == 0 ? 8 : 0);
  }
  while (sum > 0xffff) {
    sum = (sum & 0xffff) + (sum >> 16);
  }
  return static_cast<std::uint16_t>(sum);
}

// RFC 1071 section 3's own example.
TEST(Checksum, SumsTheExampleOfRfc1071) {
  const std::vector<std::uint8_t> bytes = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};

  EXPECT_EQ(ones_sum(bytes), 0xddf2);
  EXPECT_EQ(checksum(bytes), 0x220d);
}

TEST(Checksum, PadsAnOddByteWithZero) {
  EXPECT_EQ(ones_sum(std::vector<std::uint8_t>{0x12}), 0x1200);
  EXPECT_EQ(ones_sum(std::vector<std::uint8_t>{0x12, 0x34, 0x56}), 0x6834);
  EXPECT_EQ(ones_sum(std::vector<std::uint8_t>{}), 0);
}

TEST(Checksum, AgreesWithTheDefinitionForEveryLengthAndAlignment) {
  base::Rng rng(1, "checksum");
  std::vector<std::uint8_t> storage(300);
  for (std::uint8_t& byte : storage) {
    byte = static_cast<std::uint8_t>(rng.next() & 0xff);
  }
  for (std::size_t offset = 0; offset < 9; ++offset) {
    for (std::size_t size = 0; size + offset <= storage.size(); ++size) {
      const std::vector<std::uint8_t> copy(
          storage.begin() + static_cast<std::ptrdiff_t>(offset),
          storage.begin() + static_cast<std::ptrdiff_t>(offset + size));

      ASSERT_EQ(ones_sum(Bytes(storage).subspan(offset, size)), slow_sum(copy))
          << offset << " " << size;
    }
  }
}

TEST(Checksum, CarriesThroughTheLargestPacket) {
  EXPECT_EQ(ones_sum(std::vector<std::uint8_t>(65'535, 0xff)),
            slow_sum(std::vector<std::uint8_t>(65'535, 0xff)));
  EXPECT_EQ(ones_sum(std::vector<std::uint8_t>(65'534, 0xff)), 0xffff);
}

TEST(Checksum, FoldsWithEndAroundCarry) {
  EXPECT_EQ(fold(0), 0);
  EXPECT_EQ(fold(0xffff), 0xffff);
  EXPECT_EQ(fold(0x1'0000), 1);
  EXPECT_EQ(fold(0x1'ffff), 1);
  EXPECT_EQ(fold(0xffff'ffff), 0xffff);
  EXPECT_EQ(fold(0xffff'ffff'ffff'ffffU), 0xffff);
  EXPECT_EQ(fold(0x1'0000'0000U), 1);
}

// RFC 1624 section 4: with equation 4 of RFC 1141 the example would give 0xffff.
TEST(Checksum, UpdatesTheExampleOfRfc1624) {
  EXPECT_EQ(update_checksum(0xdd2f, 0x5555, 0x3285), 0x0000);
}

TEST(Checksum, UpdateEqualsRecomputationForEveryWord) {
  // Corners of the arithmetic: all pairs of these old and new words in a small header.
  const std::uint16_t corners[] = {0x0000, 0x0001, 0x00ff, 0x0100, 0x7fff,
                                   0x8000, 0xfffe, 0xffff, 0x5555, 0xaaaa};
  for (const std::uint16_t rest : corners) {
    for (const std::uint16_t before : corners) {
      for (const std::uint16_t after : corners) {
        std::vector<std::uint8_t> bytes = {0x45, 0x00, 0, 0, 0, 0};  // no header is all zeros
        store_be16(bytes, 2, rest);
        store_be16(bytes, 4, before);
        const std::uint16_t first = checksum(bytes);

        store_be16(bytes, 4, after);

        EXPECT_EQ(update_checksum(first, before, after), checksum(bytes))
            << rest << " " << before << " " << after;
      }
    }
  }
}

TEST(Checksum, UpdatesForAnAddressAsForItsTwoWords) {
  const Ipv4Address before = Ipv4Address::of(10, 1, 255, 255);
  const Ipv4Address after = Ipv4Address::of(203, 0, 113, 10);
  for (const std::uint32_t sum : {0x0000U, 0x0001U, 0x8000U, 0xfffeU}) {
    const auto start = static_cast<std::uint16_t>(sum);

    const std::uint16_t by_words =
        update_checksum(update_checksum(start, 0x0a01, 0xcb00), 0xffff, 0x710a);

    EXPECT_EQ(update_checksum(start, before, after), by_words) << sum;
  }
}

TEST(Checksum, SumsThePseudoHeader) {
  // 10.1.4.7 -> 10.2.4.95, UDP, 8 bytes.
  EXPECT_EQ(pseudo_header_sum(Ipv4Address::of(10, 1, 4, 7), Ipv4Address::of(10, 2, 4, 95), 17, 8),
            0x0a01U + 0x0407U + 0x0a02U + 0x045fU + 17U + 8U);
}

}  // namespace
}  // namespace vpclab::wire
