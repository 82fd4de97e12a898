#include "netstack/wire/arp.h"

#include <array>
#include <cstdint>

#include <gtest/gtest.h>

namespace vpclab::wire {
namespace {

constexpr std::array<std::uint8_t, 28> kRequest = {
    0x00, 0x01, 0x08, 0x00, 0x06, 0x04, 0x00, 0x01, 0x02, 0x00, 0x00, 0x00, 0x00, 0x07,
    10,   1,    4,    7,    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 10,   1,    0,    1};

TEST(Arp, ReadsARequest) {
  const Parsed<ArpPacket> arp = ArpPacket::parse(kRequest);

  ASSERT_TRUE(arp.has_value());
  EXPECT_EQ(arp->operation, ArpOperation::kRequest);
  EXPECT_EQ(arp->sender_mac, MacAddress::from_integer(0x020000000007));
  EXPECT_EQ(arp->sender_ip, Ipv4Address::of(10, 1, 4, 7));
  EXPECT_EQ(arp->target_mac, MacAddress{});
  EXPECT_EQ(arp->target_ip, Ipv4Address::of(10, 1, 0, 1));
}

TEST(Arp, WritesTheBytesItRead) {
  std::array<std::uint8_t, 28> written{};

  ArpPacket::parse(kRequest)->emit(written);

  EXPECT_EQ(written, kRequest);
}

TEST(Arp, IgnoresEthernetsPadding) {
  std::array<std::uint8_t, 46> padded{};
  std::copy(kRequest.begin(), kRequest.end(), padded.begin());
  padded[45] = 0xff;

  EXPECT_EQ(ArpPacket::parse(padded), ArpPacket::parse(kRequest));
}

TEST(Arp, RefusesWhatIsNotIpv4OverEthernet) {
  const struct {
    std::size_t offset;
    std::uint8_t value;
  } cases[] = {{1, 6}, {2, 0x86}, {4, 8}, {5, 16}, {7, 3}, {7, 0}, {6, 1}};

  for (const auto& row : cases) {
    std::array<std::uint8_t, 28> bytes = kRequest;
    bytes[row.offset] = row.value;

    EXPECT_EQ(ArpPacket::parse(bytes).error(), ParseError::kUnsupported) << row.offset;
  }
  EXPECT_EQ(ArpPacket::parse(Bytes(kRequest).first(27)).error(), ParseError::kTooShort);
}

}  // namespace
}  // namespace vpclab::wire
