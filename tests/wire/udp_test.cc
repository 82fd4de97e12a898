#include "netstack/wire/udp.h"

#include <gtest/gtest.h>

#include "netstack/wire/checksum.h"
#include "tests/wire/packets.h"

namespace vpclab::wire {
namespace {

using testing::Buffer;
using testing::kAlice;
using testing::kBob;
using testing::pattern;
using testing::udp;

Buffer segment_of(const Buffer& packet) { return Buffer(packet.begin() + 20, packet.end()); }

TEST(Udp, ReadsWhatItWrote) {
  const Buffer segment = segment_of(udp(kAlice, kBob, 4'711, 53, pattern(9)));

  EXPECT_EQ(UdpHeader::parse(segment), (UdpHeader{4'711, 53, 17}));
  EXPECT_TRUE(udp_checksum_ok(segment, kAlice, kBob));
}

TEST(Udp, CoversTheAddressesWithItsChecksum) {
  const Buffer segment = segment_of(udp(kAlice, kBob, 4'711, 53, pattern(9)));

  EXPECT_FALSE(udp_checksum_ok(segment, kAlice, Ipv4Address::of(10, 2, 4, 96)));
  EXPECT_TRUE(udp_checksum_ok(segment, kBob, kAlice));  // addition does not mind the order
}

TEST(Udp, TakesAZeroChecksumForNone) {
  Buffer segment = segment_of(udp(kAlice, kBob, 4'711, 53, pattern(9)));
  segment[6] = 0;
  segment[7] = 0;

  EXPECT_TRUE(udp_checksum_ok(segment, kAlice, kBob));
  segment[7] = 1;
  EXPECT_FALSE(udp_checksum_ok(segment, kAlice, kBob));
}

// RFC 768: "If the computed checksum is zero, it is transmitted as all ones".
TEST(Udp, SendsAZeroSumAsAllOnes) {
  int found = 0;
  for (std::uint32_t port = 0; port <= 0xffff; ++port) {
    Buffer segment(UdpHeader::kSize);
    UdpHeader{static_cast<std::uint16_t>(port), 53, 8}.emit(segment, kAlice, kBob);

    ASSERT_NE(load_be16(segment, 6), 0) << port;
    if (load_be16(segment, 6) == 0xffff) {
      ++found;
      EXPECT_TRUE(udp_checksum_ok(segment, kAlice, kBob));
    }
  }
  EXPECT_EQ(found, 1);
}

TEST(Udp, RefusesBadLengths) {
  Buffer segment = segment_of(udp(kAlice, kBob, 4'711, 53, pattern(4)));
  EXPECT_EQ(UdpHeader::parse(Bytes(segment).first(7)).error(), ParseError::kTooShort);
  EXPECT_EQ(UdpHeader::parse(Bytes(segment).first(11)).error(), ParseError::kBadTotalLength);

  segment[5] = 7;
  EXPECT_EQ(UdpHeader::parse(segment).error(), ParseError::kBadTotalLength);
  segment[5] = 13;
  EXPECT_EQ(UdpHeader::parse(segment).error(), ParseError::kBadTotalLength);
  segment[5] = 8;  // shorter than the datagram is legal
  EXPECT_TRUE(UdpHeader::parse(segment).has_value());
}

}  // namespace
}  // namespace vpclab::wire
