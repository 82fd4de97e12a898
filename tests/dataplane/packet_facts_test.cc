#include "emulator/dataplane/packet_facts.h"

#include <gtest/gtest.h>

#include "emulator/dataplane/address_map.h"
#include "netstack/base/rng.h"
#include "tests/support/ipv4_packets.h"

namespace vpclab::dataplane {
namespace {

using testing::address;
using testing::PacketBytes;
using trace::DropReason;

const wire::Ipv4Address kAlice = address("10.1.6.33");
const wire::Ipv4Address kBob = address("10.2.4.95");

TEST(PacketFacts, ReadsAnEcho) {
  PacketFacts facts;

  ASSERT_EQ(read_facts(testing::icmp(kAlice, kBob, 8, 0, 0x1234), facts), std::nullopt);

  EXPECT_EQ(facts.source, kAlice);
  EXPECT_EQ(facts.destination, kBob);
  EXPECT_EQ(facts.traffic, TrafficClass::kIcmp);
  EXPECT_EQ(facts.icmp_type(), 8);
  EXPECT_EQ(facts.icmp_code(), 0);
  EXPECT_EQ(facts.source_port, 0x1234);  // SG-21: the identifier
  EXPECT_EQ(facts.destination_port, 0x1234);
  EXPECT_FALSE(facts.is_fragment());
}

TEST(PacketFacts, ReadsPortsOfUdpAndTcp) {
  PacketFacts facts;

  ASSERT_EQ(read_facts(testing::udp(kAlice, kBob, 40000, 53), facts), std::nullopt);
  EXPECT_EQ(facts.traffic, TrafficClass::kUdp);
  EXPECT_EQ(facts.source_port, 40000);
  EXPECT_EQ(facts.selector, 53);  // ACL-10: the destination port
  ASSERT_EQ(read_facts(testing::tcp(kAlice, kBob, 40001, 22, wire::tcp_flag::kFin), facts),
            std::nullopt);
  EXPECT_EQ(facts.traffic, TrafficClass::kTcp);
  EXPECT_EQ(facts.selector, 22);
  EXPECT_EQ(facts.tcp_flags, wire::tcp_flag::kFin);
}

TEST(PacketFacts, SelectsOtherProtocolsByNumber) {  // SG-7
  PacketFacts facts;

  ASSERT_EQ(read_facts(testing::ipv4(kAlice, kBob, 47, {1, 2, 3}), facts), std::nullopt);

  EXPECT_EQ(facts.traffic, TrafficClass::kOther);
  EXPECT_EQ(facts.selector, 47);
  EXPECT_EQ(facts.source_port, 0);
}

TEST(PacketFacts, KnowsFragments) {
  PacketFacts facts;

  ASSERT_EQ(read_facts(testing::icmp(kAlice, kBob, 8, 0, 7, {.more_fragments = true}), facts),
            std::nullopt);
  EXPECT_TRUE(facts.is_fragment());
  EXPECT_FALSE(facts.is_later_fragment());
  ASSERT_EQ(read_facts(testing::ipv4(kAlice, kBob, 1, {9, 9, 9},
                                     {.identification = 77, .fragment_offset = 1480}),
                       facts),
            std::nullopt);
  EXPECT_TRUE(facts.is_later_fragment());
  EXPECT_EQ(facts.identification, 77);
  EXPECT_EQ(facts.selector, 0);
}

TEST(PacketFacts, RefusesWhatCannotBeForwarded) {
  PacketFacts facts;
  const PacketBytes good = testing::udp(kAlice, kBob, 1, 2);

  PacketBytes version = good;
  version[0] = 0x65;
  EXPECT_EQ(read_facts(version, facts), DropReason::kMalformed);
  PacketBytes short_header = good;
  short_header[0] = 0x44;
  EXPECT_EQ(read_facts(short_header, facts), DropReason::kMalformed);
  PacketBytes long_total = good;
  long_total[3] = static_cast<std::uint8_t>(good.size() + 1);
  EXPECT_EQ(read_facts(long_total, facts), DropReason::kMalformed);
  EXPECT_EQ(read_facts(Bytes(good).first(19), facts), DropReason::kMalformed);
  EXPECT_EQ(read_facts({}, facts), DropReason::kMalformed);
}

TEST(PacketFacts, RefusesAFirstFragmentWithoutItsTransportHeader) {
  PacketFacts facts;

  EXPECT_EQ(read_facts(testing::ipv4(kAlice, kBob, 17, {1, 2, 3}), facts), DropReason::kMalformed);
  EXPECT_EQ(read_facts(testing::ipv4(kAlice, kBob, 6, PacketBytes(19)), facts),
            DropReason::kMalformed);
  EXPECT_EQ(read_facts(testing::ipv4(kAlice, kBob, 1, PacketBytes(7)), facts),
            DropReason::kMalformed);
}

TEST(PacketFacts, RefusesEverySingleFlippedBitOfTheHeader) {  // BAD_CHECKSUM
  const PacketBytes good = testing::icmp(kAlice, kBob, 8);
  for (std::size_t bit = 0; bit < 160; ++bit) {
    PacketBytes spoilt = good;
    spoilt[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    PacketFacts facts;
    EXPECT_TRUE(read_facts(spoilt, facts).has_value()) << bit;
  }
}

TEST(PacketFacts, ReadsTheDatagramThatAnErrorQuotes) {
  const PacketBytes sent = testing::udp(kAlice, kBob, 40000, 33434);
  const PacketBytes error = testing::icmp_error(kBob, kAlice, 3, 3, sent);
  PacketFacts outer;
  PacketFacts inner;

  ASSERT_EQ(read_facts(error, outer), std::nullopt);
  ASSERT_TRUE(read_quoted_facts(quoted_datagram(error, outer), inner));

  EXPECT_EQ(inner.source, kAlice);
  EXPECT_EQ(inner.destination, kBob);
  EXPECT_EQ(inner.source_port, 40000);
  EXPECT_EQ(inner.destination_port, 33434);
}

TEST(PacketFacts, FindsNoQuotationElsewhere) {
  PacketFacts facts;
  const PacketBytes echo = testing::icmp(kAlice, kBob, 8);
  ASSERT_EQ(read_facts(echo, facts), std::nullopt);
  EXPECT_TRUE(quoted_datagram(echo, facts).empty());
  PacketFacts inner;
  EXPECT_FALSE(read_quoted_facts(Bytes(echo).first(27), inner));
  EXPECT_FALSE(read_quoted_facts({}, inner));
}

TEST(AddressMap, FindsWhatWasPutInAndNothingElse) {
  base::Rng rng(2, "address-map");
  AddressMap map;
  EXPECT_EQ(map.find(kAlice), AddressMap::kNone);
  map.reset(1000);
  for (std::uint32_t i = 0; i < 1000; ++i) {
    map.insert(wire::Ipv4Address::from_host_order(0x0a00'0000 + i * 4), i);
  }
  for (std::uint32_t i = 0; i < 4000; ++i) {
    const std::uint32_t expected = i % 4 == 0 ? i / 4 : AddressMap::kNone;
    ASSERT_EQ(map.find(wire::Ipv4Address::from_host_order(0x0a00'0000 + i)), expected);
  }
  map.reset(1);
  EXPECT_EQ(map.find(wire::Ipv4Address::from_host_order(0x0a00'0000)), AddressMap::kNone);
}

}  // namespace
}  // namespace vpclab::dataplane
