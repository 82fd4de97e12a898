#include "netstack/wire/icmpv4.h"

#include <gtest/gtest.h>

#include "tests/wire/packets.h"

namespace vpclab::wire {
namespace {

using testing::Buffer;
using testing::echo;
using testing::icmp_message;
using testing::kAlice;
using testing::kBob;
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

// RFC 1122 section 3.2.2, RFC 1812 section 4.3.2.7
TEST(Icmp, IsComplainedAboutOnlyWhereItIsAQuestion) {
  const auto about = [](int type) {
    return may_be_complained_about(echo(kAlice, kBob, static_cast<IcmpType>(type), 1, 1));
  };
  for (int type = 0; type < 256; ++type) {
    EXPECT_EQ(about(type), is_icmp_query(static_cast<IcmpType>(type))) << type;
  }
  const auto between = [](Ipv4Address from, Ipv4Address to) {
    return may_be_complained_about(echo(from, to, IcmpType::kEchoRequest, 1, 1));
  };
  const Ipv4Address everybody = Ipv4Address::of(255, 255, 255, 255);
  const Ipv4Address group = Ipv4Address::of(224, 0, 0, 1);
  for (const Ipv4Address nobody : {everybody, group}) {
    EXPECT_FALSE(between(nobody, kBob)) << to_string(nobody);
    EXPECT_FALSE(between(kAlice, nobody)) << to_string(nobody);
  }
  EXPECT_FALSE(between(Ipv4Address(), kBob));
}

TEST(Icmp, WantsEightBytes) {
  EXPECT_EQ(IcmpV4Header::parse(Buffer(7)).error(), ParseError::kTooShort);
  EXPECT_TRUE(IcmpV4Header::parse(Buffer(8)).has_value());
}

}  // namespace
}  // namespace vpclab::wire
