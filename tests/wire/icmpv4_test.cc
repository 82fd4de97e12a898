#include "netstack/wire/icmpv4.h"

#include <gtest/gtest.h>

#include "tests/wire/packets.h"

namespace vpclab::wire {
namespace {

using testing::Buffer;
using testing::icmp_message;
using testing::pattern;

TEST(Icmp, WritesAnEchoRequest) {
  const Buffer message = icmp_message(IcmpV4Header::echo(IcmpType::kEchoRequest, 0x0102, 3), {});

  EXPECT_EQ(message, (Buffer{8, 0, 0xf6, 0xfa, 1, 2, 0, 3}));
  EXPECT_TRUE(icmp_checksum_ok(message));
  EXPECT_EQ(IcmpV4Header::parse(message)->identifier(), 0x0102);
  EXPECT_EQ(IcmpV4Header::parse(message)->sequence(), 3);
}

TEST(Icmp, ChecksumsEvenAndOddSizes) {
  for (std::size_t size = 0; size <= 65; ++size) {
    Buffer message = icmp_message(IcmpV4Header::echo(IcmpType::kEchoReply, 7, 9), pattern(size));

    EXPECT_TRUE(icmp_checksum_ok(message)) << size;
    message.back() = static_cast<std::uint8_t>(message.back() ^ 0x10);
    EXPECT_FALSE(icmp_checksum_ok(message)) << size;
  }
}

// RFC 1191 section 4: the low half of the second word
TEST(Icmp, CarriesTheNextHopMtu) {
  const Buffer message = icmp_message(IcmpV4Header::fragmentation_needed(1'500), pattern(28));
  const Parsed<IcmpV4Header> read = IcmpV4Header::parse(message);

  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->type, IcmpType::kDestinationUnreachable);
  EXPECT_EQ(read->code, unreachable::kFragmentationNeeded);
  EXPECT_EQ(read->next_hop_mtu(), 1'500);
  EXPECT_EQ(load_be16(message, 4), 0);
}

TEST(Icmp, TellsErrorsFromQueriesForEveryType) {
  for (int number = 0; number < 256; ++number) {
    const auto type = static_cast<IcmpType>(number);
    const bool error = number == 3 || number == 4 || number == 5 || number == 11 || number == 12;
    const bool query = number == 0 || number == 8 || number == 13 || number == 14;

    EXPECT_EQ(is_icmp_error(type), error) << number;
    EXPECT_EQ(is_icmp_query(type), query) << number;
  }
}

TEST(Icmp, WantsEightBytes) {
  EXPECT_EQ(IcmpV4Header::parse(Buffer(7)).error(), ParseError::kTooShort);
  EXPECT_TRUE(IcmpV4Header::parse(Buffer(8)).has_value());
}

}  // namespace
}  // namespace vpclab::wire
