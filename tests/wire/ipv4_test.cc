#include "netstack/wire/ipv4.h"

#include <gtest/gtest.h>

#include "tests/wire/packets.h"

namespace vpclab::wire {
namespace {

using testing::Buffer;
using testing::datagram;
using testing::header_of;
using testing::kAlice;
using testing::kBob;
using testing::pattern;

Buffer plain(std::size_t payload = 8) {
  return datagram(header_of(kAlice, kBob, IpProtocol::kUdp), pattern(payload));
}

TEST(Ipv4, WritesTheHeaderThatTheRfcDraws) {
  Ipv4Header header = header_of(kAlice, kBob, IpProtocol::kIcmp);
  header.tos = 0xb8;
  header.dont_fragment = true;

  const Buffer packet = datagram(header, pattern(4));

  EXPECT_EQ(packet, (Buffer{0x45, 0xb8, 0x00, 0x18, 0x12, 0x34, 0x40, 0x00, 0x40, 0x01, 0x0b, 0x91,
                            10,   1,    4,    7,    10,   2,    4,    95,   0,    1,    2,    3}));
  EXPECT_TRUE(ipv4_checksum_ok(packet));
}

TEST(Ipv4, ReadsEveryFieldItWrote) {
  Ipv4Header header = header_of(kAlice, kBob, IpProtocol{253});
  header.tos = 0xff;
  header.identification = 0xffff;
  header.reserved_flag = true;
  header.more_fragments = true;
  header.fragment_offset = 65'528;
  header.ttl = 255;
  header.total_length = 23;
  Buffer packet(23);

  header.emit(packet);

  EXPECT_EQ(Ipv4Header::parse(packet), header);
  EXPECT_EQ(ipv4_fragment_offset(packet), 65'528);
  EXPECT_TRUE(ipv4_more_fragments(packet));
  EXPECT_TRUE(ipv4_is_fragment(packet));
  EXPECT_FALSE(ipv4_dont_fragment(packet));
}

TEST(Ipv4, CarriesOptionsOfEveryLength) {
  for (std::uint8_t size = 0; size <= 40; size = static_cast<std::uint8_t>(size + 4)) {
    Ipv4Header header = header_of(kAlice, kBob, IpProtocol::kUdp);
    header.options.size = size;
    for (std::uint8_t i = 0; i < size; ++i) {
      header.options.bytes[i] = static_cast<std::uint8_t>(i + 1);
    }

    const Buffer packet = datagram(header, pattern(5));
    const Parsed<Ipv4Header> read = Ipv4Header::parse(packet);

    ASSERT_TRUE(read.has_value()) << int{size};
    EXPECT_EQ(read->options, header.options) << int{size};
    EXPECT_EQ(read->header_size(), 20U + size);
    EXPECT_EQ(read->payload_size(), 5U);
    EXPECT_EQ(ipv4_payload(Bytes(packet)).size(), 5U);
    EXPECT_EQ(ipv4_payload(Bytes(packet))[4], 4);
    EXPECT_TRUE(ipv4_checksum_ok(packet)) << int{size};
  }
}

// RFC 1812 section 5.2.2
TEST(Ipv4, RefusesBrokenHeaders) {
  const struct {
    const char* what;
    std::size_t offset;
    std::uint8_t value;
    ParseError expected;
  } cases[] = {
      {"version 0", 0, 0x05, ParseError::kBadVersion},
      {"version 6", 0, 0x65, ParseError::kBadVersion},
      {"header length 16", 0, 0x44, ParseError::kBadHeaderLength},
      {"header length 0", 0, 0x40, ParseError::kBadHeaderLength},
      {"header length beyond the bytes", 0, 0x4f, ParseError::kBadHeaderLength},
      {"total length below the header", 3, 19, ParseError::kBadTotalLength},
      {"total length zero", 3, 0, ParseError::kBadTotalLength},
      {"total length beyond the bytes", 3, 29, ParseError::kBadTotalLength},
  };

  for (const auto& row : cases) {
    Buffer packet = plain();
    packet[row.offset] = row.value;

    const Parsed<Ipv4Header> read = Ipv4Header::parse(packet);

    ASSERT_FALSE(read.has_value()) << row.what;
    EXPECT_EQ(read.error(), row.expected) << row.what;
    EXPECT_FALSE(ipv4_well_formed(packet)) << row.what;
  }
}

TEST(Ipv4, RefusesEveryTruncation) {
  const Buffer packet = plain();
  for (std::size_t size = 0; size < packet.size(); ++size) {
    EXPECT_FALSE(Ipv4Header::parse(Bytes(packet).first(size)).has_value()) << size;
    EXPECT_FALSE(ipv4_well_formed(Bytes(packet).first(size))) << size;
  }
  EXPECT_EQ(Ipv4Header::parse(Bytes(packet).first(19)).error(), ParseError::kTooShort);
  EXPECT_EQ(Ipv4Header::parse(Bytes(packet).first(20)).error(), ParseError::kBadTotalLength);
}

TEST(Ipv4, IgnoresPaddingBehindTheTotalLength) {
  Buffer packet = plain(2);
  packet.resize(46, 0xee);

  ASSERT_TRUE(Ipv4Header::parse(packet).has_value());
  EXPECT_EQ(Ipv4Header::parse(packet)->payload_size(), 2U);
  EXPECT_EQ(ipv4_payload(Bytes(packet)).size(), 2U);
}

TEST(Ipv4, TellsTheFourKindsOfFragment) {
  const struct {
    bool more;
    std::uint16_t offset;
    bool is_fragment;
  } cases[] = {{false, 0, false}, {true, 0, true}, {true, 8, true}, {false, 8, true}};

  for (const auto& row : cases) {
    Ipv4Header header = header_of(kAlice, kBob, IpProtocol::kUdp);
    header.more_fragments = row.more;
    header.fragment_offset = row.offset;

    const Buffer packet = datagram(header, pattern(8));

    EXPECT_EQ(Ipv4Header::parse(packet)->is_fragment(), row.is_fragment);
    EXPECT_EQ(ipv4_is_fragment(packet), row.is_fragment);
  }
}

TEST(Ipv4, DoesNotTakeDontFragmentForAFragment) {
  Ipv4Header header = header_of(kAlice, kBob, IpProtocol::kUdp);
  header.dont_fragment = true;

  const Buffer packet = datagram(header, pattern(8));

  EXPECT_FALSE(ipv4_is_fragment(packet));
  EXPECT_TRUE(ipv4_dont_fragment(packet));
}

TEST(Ipv4, FindsEveryFlippedBitOfTheHeader) {
  for (std::size_t bit = 0; bit < 20 * 8; ++bit) {
    Buffer packet = plain();
    packet[bit / 8] = static_cast<std::uint8_t>(packet[bit / 8] ^ (1U << (bit % 8)));

    if (ipv4_well_formed(packet)) {
      EXPECT_FALSE(ipv4_checksum_ok(packet)) << bit;
    }
  }
}

}  // namespace
}  // namespace vpclab::wire
