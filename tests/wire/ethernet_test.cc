#include "netstack/wire/ethernet.h"

#include <array>

#include <gtest/gtest.h>

namespace vpclab::wire {
namespace {

TEST(Ethernet, ReadsItsFields) {
  constexpr std::array<std::uint8_t, 15> kFrame = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02, 0x00,
                                                   0x00, 0x00, 0x00, 0x01, 0x08, 0x06, 0x99};

  const Parsed<EthernetHeader> header = EthernetHeader::parse(kFrame);

  ASSERT_TRUE(header.has_value());
  EXPECT_TRUE(header->destination.is_broadcast());
  EXPECT_EQ(to_string(header->source), "02:00:00:00:00:01");
  EXPECT_EQ(header->type, EtherType::kArp);
}

TEST(Ethernet, WritesWhatItRead) {
  std::array<std::uint8_t, 14> frame{};
  const EthernetHeader header{MacAddress::from_integer(0x02000000000a),
                              MacAddress::from_integer(0x02000000000b), EtherType::kIpv4};

  header.emit(frame);

  EXPECT_EQ(frame, (std::array<std::uint8_t, 14>{2, 0, 0, 0, 0, 0xa, 2, 0, 0, 0, 0, 0xb, 8, 0}));
  EXPECT_EQ(EthernetHeader::parse(frame), header);
}

TEST(Ethernet, WantsFourteenBytes) {
  constexpr std::array<std::uint8_t, 14> kFrame{};

  EXPECT_EQ(EthernetHeader::parse(Bytes(kFrame).first(13)).error(), ParseError::kTooShort);
  EXPECT_EQ(EthernetHeader::parse(Bytes{}).error(), ParseError::kTooShort);
  EXPECT_TRUE(EthernetHeader::parse(kFrame).has_value());
}

}  // namespace
}  // namespace vpclab::wire
