#include "emulator/dataplane/conntrack.h"

#include <gtest/gtest.h>

#include "tests/support/ipv4_packets.h"

namespace vpclab::dataplane {
namespace {

using std::chrono::seconds;
using testing::address;

constexpr bool kIngress = false;
constexpr bool kEgress = true;

const wire::Ipv4Address kHere = address("10.0.0.10");
const wire::Ipv4Address kThere = address("10.1.4.7");

PacketFacts facts_of(const testing::PacketBytes& packet) {
  PacketFacts facts;
  EXPECT_EQ(read_facts(packet, facts), std::nullopt);
  return facts;
}

constexpr SimTime at(std::int64_t second) { return SimTime(seconds(second)); }

/// An interface that sees packets: true if one belongs to a flow, which it then refreshes; a packet
/// that does not begins one.
class Watcher {
 public:
  explicit Watcher(const TrackingOptions& options = {}) : options_(options), flows_(options_) {}

  bool sees(const testing::PacketBytes& packet, bool egress, SimTime now) {
    const PacketFacts facts = facts_of(packet);
    const FlowKey key = flow_key(facts, egress);
    if (Conntrack::Flow* flow = flows_.find(key, now)) {
      flows_.refresh(*flow, facts, egress, now);
      return true;
    }
    full_ = !flows_.track(key, facts, egress, now);
    return false;
  }

  bool knows(const testing::PacketBytes& packet, bool egress, SimTime now) {
    return flows_.find(flow_key(facts_of(packet), egress), now) != nullptr;
  }

  [[nodiscard]] bool full() const { return full_; }

  Conntrack& flows() { return flows_; }

 private:
  TrackingOptions options_;
  Conntrack flows_;
  bool full_ = false;
};

TEST(Conntrack, KnowsTheReplyOfAnEcho) {  // SG-2, SG-21, ICMP-4
  Watcher here;

  EXPECT_FALSE(here.sees(testing::icmp(kHere, kThere, 8, 0, 5), kEgress, at(0)));

  EXPECT_TRUE(here.knows(testing::icmp(kThere, kHere, 0, 0, 5), kIngress, at(1)));
  EXPECT_FALSE(here.knows(testing::icmp(kThere, kHere, 0, 0, 6), kIngress, at(1)));  // identifier
  EXPECT_FALSE(here.knows(testing::icmp(address("10.1.4.8"), kHere, 0, 0, 5), kIngress, at(1)));
}

TEST(Conntrack, DoesNotTakeTheOtherSidesRequestForAReply) {
  Watcher here;
  here.sees(testing::icmp(kHere, kThere, 8, 0, 5), kEgress, at(0));

  EXPECT_FALSE(here.knows(testing::icmp(kThere, kHere, 8, 0, 5), kIngress, at(1)));
}

TEST(Conntrack, TakesNoEchoForPartOfATimestampFlow) {  // SG-21: a rule for one admits not the other
  const auto timestamp = [](wire::Ipv4Address from, wire::Ipv4Address to, std::uint8_t type) {
    return testing::ipv4(from, to, 1,
                         testing::icmp_message(type, 0, 0x0005'0001, testing::PacketBytes(12)));
  };
  Watcher here;
  here.sees(timestamp(kHere, kThere, 13), kEgress, at(0));

  EXPECT_TRUE(here.knows(timestamp(kThere, kHere, 14), kIngress, at(1)));
  EXPECT_FALSE(here.knows(testing::icmp(kHere, kThere, 8, 0, 5), kEgress, at(1)));
  EXPECT_FALSE(here.knows(testing::icmp(kThere, kHere, 0, 0, 5), kIngress, at(1)));
}

TEST(Conntrack, LetsNoUnaskedReplyBeginAFlow) {  // CASE-11
  EXPECT_FALSE(may_begin_flow(facts_of(testing::icmp(kThere, kHere, 0))));
  EXPECT_FALSE(may_begin_flow(facts_of(testing::icmp(kThere, kHere, 14))));
  EXPECT_TRUE(may_begin_flow(facts_of(testing::icmp(kThere, kHere, 8))));
  EXPECT_FALSE(may_begin_flow(facts_of(testing::icmp(kThere, kHere, 3, 3))));
  EXPECT_FALSE(may_begin_flow(facts_of(testing::icmp(kThere, kHere, 11, 0))));
  EXPECT_TRUE(may_begin_flow(facts_of(testing::udp(kThere, kHere, 1, 2))));
}

TEST(Conntrack, KeysUdpAndTcpByAllFivePlaces) {  // SG-21
  Watcher here;
  here.sees(testing::udp(kHere, kThere, 1000, 53), kEgress, at(0));

  EXPECT_TRUE(here.knows(testing::udp(kThere, kHere, 53, 1000), kIngress, at(1)));
  EXPECT_FALSE(here.knows(testing::udp(kThere, kHere, 53, 1001), kIngress, at(1)));
  EXPECT_FALSE(here.knows(testing::udp(kThere, kHere, 54, 1000), kIngress, at(1)));
  EXPECT_FALSE(here.knows(testing::tcp(kThere, kHere, 53, 1000), kIngress, at(1)));
}

TEST(Conntrack, KeysOtherProtocolsByAddresses) {  // SG-21
  Watcher here;
  here.sees(testing::ipv4(kHere, kThere, 47, {1}), kEgress, at(0));

  EXPECT_TRUE(here.knows(testing::ipv4(kThere, kHere, 47, {2}), kIngress, at(599)));
  EXPECT_FALSE(here.knows(testing::ipv4(kThere, kHere, 50, {2}), kIngress, at(1)));
  EXPECT_FALSE(here.knows(testing::ipv4(kThere, kHere, 47, {2}), kIngress, at(600)));  // SG-23
}

TEST(Conntrack, ForgetsAnIdleEcho) {  // SG-23, CASE-15
  Watcher here;
  const auto request = testing::icmp(kThere, kHere, 8);
  here.sees(request, kIngress, at(0));

  EXPECT_TRUE(here.sees(request, kIngress, at(29)));  // each packet begins the time anew
  EXPECT_TRUE(here.knows(request, kIngress, at(58)));
  EXPECT_FALSE(here.knows(request, kIngress, at(59)));
}

TEST(Conntrack, KeepsAUdpStreamLonger) {  // SG-23
  Watcher here;
  const auto request = testing::udp(kHere, kThere, 1000, 53);
  const auto reply = testing::udp(kThere, kHere, 53, 1000);
  here.sees(request, kEgress, at(0));
  EXPECT_FALSE(here.knows(reply, kIngress, at(30)));  // single: 30 s

  here.sees(request, kEgress, at(100));
  here.sees(reply, kIngress, at(101));
  EXPECT_FALSE(here.knows(reply, kIngress, at(131)));  // one pair is no stream yet

  here.sees(request, kEgress, at(200));
  here.sees(reply, kIngress, at(201));
  here.sees(request, kEgress, at(202));
  EXPECT_TRUE(here.knows(reply, kIngress, at(202 + 179)));
  EXPECT_FALSE(here.knows(reply, kIngress, at(202 + 180)));
}

TEST(Conntrack, KeepsAnEstablishedTcpConnectionForDays) {  // SG-23
  Watcher here;
  const auto syn = testing::tcp(kThere, kHere, 40000, 22);
  const auto syn_ack =
      testing::tcp(kHere, kThere, 22, 40000, wire::tcp_flag::kSyn | wire::tcp_flag::kAck);
  here.sees(syn, kIngress, at(0));
  EXPECT_FALSE(here.knows(syn, kIngress, at(60)));

  here.sees(syn, kIngress, at(100));
  here.sees(syn_ack, kEgress, at(101));
  EXPECT_TRUE(here.knows(syn, kIngress, at(101 + 431'999)));
  EXPECT_FALSE(here.knows(syn, kIngress, at(101 + 432'000)));

  here.sees(syn, kIngress, at(500'000));
  here.sees(testing::tcp(kHere, kThere, 22, 40000, wire::tcp_flag::kRst), kEgress, at(500'001));
  EXPECT_FALSE(here.knows(syn, kIngress, at(500'061)));
}

TEST(Conntrack, RefusesNewFlowsWhenFull) {  // CONNTRACK_FULL
  TrackingOptions options;
  options.flows_max = 100;
  Watcher here(options);
  for (std::uint16_t i = 0; i < 100; ++i) {
    here.sees(testing::icmp(kHere, kThere, 8, 0, i), kEgress, at(0));
    ASSERT_FALSE(here.full()) << i;
  }

  here.sees(testing::icmp(kHere, kThere, 8, 0, 100), kEgress, at(1));

  EXPECT_TRUE(here.full());
  EXPECT_TRUE(
      here.sees(testing::icmp(kHere, kThere, 8, 0, 99), kEgress, at(1)));  // known ones go on
  EXPECT_EQ(here.flows().live(at(1)), 100U);
  EXPECT_LE(here.flows().capacity(), 256U);
}

TEST(Conntrack, MakesRoomOfWhatExpired) {
  TrackingOptions options;
  options.flows_max = 100;
  Watcher here(options);
  for (std::uint16_t i = 0; i < 5'000; ++i) {
    here.sees(testing::icmp(kHere, kThere, 8, 0, i), kEgress, at(i));
    ASSERT_FALSE(here.full()) << i;
  }

  EXPECT_EQ(here.flows().live(at(4'999)), 30U);
  EXPECT_LE(here.flows().capacity(), 256U);
  for (std::uint16_t i = 4'970; i < 5'000; ++i) {
    EXPECT_TRUE(here.knows(testing::icmp(kHere, kThere, 8, 0, i), kEgress, at(4'999))) << i;
  }
}

TEST(Conntrack, TakesAPlaceAsSoonAsOneIsFree) {
  TrackingOptions options;
  options.flows_max = 1'000;
  Watcher here(options);
  for (std::uint16_t i = 0; i < 1'000; ++i) {  // one flow ends each 10 ms from 30 s on
    here.sees(testing::icmp(kHere, kThere, 8, 0, i), kEgress,
              at(0) + std::chrono::milliseconds(10 * i));
  }

  int refused = 0;
  for (std::uint16_t i = 0; i < 900; ++i) {  // and one comes for each that ended
    here.sees(testing::icmp(kHere, kThere, 8, 0, static_cast<std::uint16_t>(5'000 + i)), kEgress,
              at(30) + std::chrono::milliseconds(10 * i + 5));
    refused += here.full() ? 1 : 0;
  }

  // A bounded search may miss the only free place now and then; it never gives up for long.
  EXPECT_LT(refused, 100);
  EXPECT_LE(here.flows().live(at(31)), 1'000U);
}

TEST(Conntrack, KeepsEveryFlowWhileItGrows) {
  Watcher here;
  for (std::uint32_t i = 0; i < 10'000; ++i) {
    here.sees(testing::udp(kHere, kThere, static_cast<std::uint16_t>(i), 53), kEgress, at(0));
  }
  for (std::uint32_t i = 0; i < 10'000; ++i) {
    ASSERT_TRUE(here.knows(testing::udp(kThere, kHere, 53, static_cast<std::uint16_t>(i)), kIngress,
                           at(1)));
  }
  EXPECT_EQ(here.flows().live(at(1)), 10'000U);
  here.flows().clear();
  EXPECT_EQ(here.flows().live(at(1)), 0U);
}

}  // namespace
}  // namespace vpclab::dataplane
