#include "emulator/link/impairment.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "netstack/base/rng.h"
#include "netstack/wire/icmpv4.h"
#include "netstack/wire/ipv4.h"
#include "tests/link/toy_link.h"

namespace vpclab::link {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

class ImpairmentTest : public LinkFixture {
 protected:
  void impair(const Impairments& impairments) { link_.impair(context_, impairments, kSeed, "toy"); }

  /// Sends `count` packets, one every 10 us, and runs to the end; their ids.
  std::vector<std::uint64_t> send_many(int count, std::size_t size = 100) {
    std::vector<std::uint64_t> ids;
    for (int i = 0; i < count; ++i) {
      ids.push_back(send(link_, size));
      simulator_.run_until(simulator_.now() + 10us);
    }
    simulator_.run();
    return ids;
  }

  LinkProfile profile_{LinkOptions{.propagation_delay = 1ms}};
  Link link_ = make_link(profile_);
};

TEST_F(ImpairmentTest, DropsEverythingWhileDown) {
  KeepingSink kept;
  trace_.add(kept);

  const std::uint64_t before = send(link_, 100);
  impair(Impairments{.down = true});
  send(link_, 100);  // LINK_DOWN
  impair(Impairments{});
  const std::uint64_t after = send(link_, 100);
  simulator_.run();

  EXPECT_THAT(bob_.ids(), ElementsAre(before, after)) << "what was on the way arrives";
  EXPECT_EQ(context_.counters(), (LinkCounters{.down = 1}));
  ASSERT_EQ(kept.events.size(), 1U);
  EXPECT_EQ(kept.events[0].reason, trace::DropReason::kLinkDown);
  EXPECT_EQ(packets_.live(), 0U);
}

TEST_F(ImpairmentTest, LosesExactlyWhatItsOwnStreamSays) {
  impair(Impairments{.loss_ppm = 250'000});
  KeepingSink kept;
  trace_.add(kept);

  const std::vector<std::uint64_t> sent = send_many(2'000);

  base::Rng stream(kSeed, "toy/loss");
  std::vector<std::uint64_t> survivors;
  for (const std::uint64_t id : sent) {
    if (!stream.chance(250'000)) {
      survivors.push_back(id);
    }
  }
  EXPECT_EQ(bob_.ids(), survivors);
  EXPECT_EQ(context_.counters().lost, 2'000 - survivors.size());
  ASSERT_EQ(kept.events.size(), context_.counters().lost);
  EXPECT_EQ(kept.events[0].reason, trace::DropReason::kLinkLoss);
  EXPECT_EQ(kept.events[0].size, 100U);
}

TEST_F(ImpairmentTest, LosesAboutAsManyAsAskedFor) {
  impair(Impairments{.loss_ppm = 100'000});

  send_many(20'000);

  // 2,000 expected; the standard deviation of 20,000 draws at one in ten is 42.4.
  EXPECT_NEAR(static_cast<double>(context_.counters().lost), 2'000.0, 4 * 42.4);
}

TEST_F(ImpairmentTest, LosesAllOrNothingAtTheEnds) {
  impair(Impairments{.loss_ppm = 1'000'000});
  send_many(100);
  EXPECT_EQ(context_.counters().lost, 100U);

  impair(Impairments{.loss_ppm = 0});
  send_many(100);
  EXPECT_EQ(context_.counters().lost, 100U);
  EXPECT_EQ(bob_.arrivals.size(), 100U);
}

TEST_F(ImpairmentTest, LetsALostPacketUseTheTransmitter) {
  const LinkProfile slow(LinkOptions{.rate_bits_per_second = 8'000'000});
  Link link = make_link(slow);
  link.impair(context_, Impairments{.loss_ppm = 1'000'000}, kSeed, "slow");
  send(link, 1000);
  link.impair(context_, Impairments{}, kSeed, "slow");

  send(link, 1000);
  simulator_.run();

  EXPECT_THAT(bob_.times(), ElementsAre(kStart + 2ms));
}

TEST_F(ImpairmentTest, KeepsTheOrderUnderJitter) {
  impair(Impairments{.jitter = 500us});

  const std::vector<std::uint64_t> sent = send_many(1'000);

  EXPECT_EQ(bob_.ids(), sent);
  std::vector<SimTime> times = bob_.times();
  EXPECT_GT(times.back() - times.front(), 10us * 900);
  EXPECT_EQ(context_.counters(), LinkCounters{});
}

TEST_F(ImpairmentTest, DelaysByJitterUpToItsBound) {
  impair(Impairments{.jitter = 500us});

  Duration least = Duration::max();
  Duration most{};
  for (int i = 0; i < 1'000; ++i) {
    const SimTime began = simulator_.now();
    send(link_, 100);
    simulator_.run();
    least = std::min(least, simulator_.now() - began);
    most = std::max(most, simulator_.now() - began);
  }

  EXPECT_GE(least, 1ms);
  EXPECT_LT(least, 1ms + 5us);
  EXPECT_LE(most, 1ms + 500us);
  EXPECT_GT(most, 1ms + 495us);
}

TEST_F(ImpairmentTest, DrawsEachMisfortuneFromAStreamOfItsOwn) {
  impair(Impairments{.loss_ppm = 300'000});
  std::vector<bool> lost_alone;
  for (int i = 0; i < 500; ++i) {
    const std::uint64_t before = context_.counters().lost;
    send(link_, 100);
    lost_alone.push_back(context_.counters().lost != before);
  }

  Link same = make_link(profile_);
  same.impair(
      context_,
      Impairments{
          .loss_ppm = 300'000, .corrupt_ppm = 500'000, .reorder_ppm = 200'000, .jitter = 3ms},
      kSeed, "toy");
  std::vector<bool> lost_among_others;
  for (int i = 0; i < 500; ++i) {
    const std::uint64_t before = context_.counters().lost;
    send(same, 100);
    lost_among_others.push_back(context_.counters().lost != before);
  }

  EXPECT_EQ(lost_alone, lost_among_others);
}

TEST_F(ImpairmentTest, GoesOnInItsStreamsWhenItIsSetAgain) {
  impair(Impairments{.loss_ppm = 300'000});
  std::vector<std::uint64_t> sent = send_many(50);
  impair(Impairments{});
  send_many(50);
  bob_.arrivals.clear();
  impair(Impairments{.loss_ppm = 300'000});
  sent = send_many(50);

  base::Rng stream(kSeed, "toy/loss");
  for (int i = 0; i < 50; ++i) {
    static_cast<void>(stream.chance(300'000));
  }
  std::vector<std::uint64_t> survivors;
  for (const std::uint64_t id : sent) {
    if (!stream.chance(300'000)) {
      survivors.push_back(id);
    }
  }
  EXPECT_EQ(bob_.ids(), survivors);
}

TEST_F(ImpairmentTest, SendsACopyAsAPacketOfItsOwn) {
  impair(Impairments{.duplicate_ppm = 1'000'000});
  KeepingSink kept;
  trace_.add(kept);

  const std::uint64_t original = send(link_, 100);
  simulator_.run();

  ASSERT_EQ(bob_.arrivals.size(), 2U);
  EXPECT_EQ(bob_.arrivals[0].id, original);
  EXPECT_NE(bob_.arrivals[1].id, original);
  EXPECT_EQ(bob_.arrivals[1].cause, original);
  EXPECT_EQ(bob_.arrivals[0].bytes, bob_.arrivals[1].bytes);
  ASSERT_EQ(kept.events.size(), 1U);
  EXPECT_EQ(kept.events[0].kind, trace::EventKind::kSent);
  EXPECT_EQ(kept.events[0].packet, bob_.arrivals[1].id);
  EXPECT_EQ(kept.events[0].cause, original);
  EXPECT_EQ(context_.counters(), (LinkCounters{.duplicated = 1}));
}

TEST_F(ImpairmentTest, SendsACopyThroughTheTransmitterToo) {
  const LinkProfile slow(LinkOptions{.rate_bits_per_second = 8'000'000});
  Link link = make_link(slow);
  link.impair(context_, Impairments{.duplicate_ppm = 1'000'000}, kSeed, "slow");

  send(link, 1000);
  simulator_.run();

  EXPECT_THAT(bob_.times(), ElementsAre(kStart + 1ms, kStart + 2ms));
}

TEST_F(ImpairmentTest, LetsOthersOvertakeAReorderedPacket) {
  impair(Impairments{.reorder_ppm = 1'000'000, .reorder_delay = 5ms});
  const std::uint64_t held_back = send(link_, 100);
  impair(Impairments{});
  const std::uint64_t overtakes = send(link_, 100);
  simulator_.run();

  EXPECT_THAT(bob_.ids(), ElementsAre(overtakes, held_back));
  EXPECT_THAT(bob_.times(), ElementsAre(kStart + 1ms, kStart + 6ms));
  EXPECT_EQ(context_.counters(), (LinkCounters{.reordered = 1}));
}

TEST_F(ImpairmentTest, FlipsExactlyOneBit) {
  impair(Impairments{.corrupt_ppm = 1'000'000});
  KeepingSink kept;
  trace_.add(kept);

  send_many(2'000, 20);

  std::vector<int> hits(160, 0);
  for (const Arrival& arrival : bob_.arrivals) {
    int flipped = 0;
    for (std::size_t i = 0; i < arrival.bytes.size(); ++i) {
      flipped += std::popcount(arrival.bytes[i]);
      for (std::size_t bit = 0; bit < 8; ++bit) {
        hits[i * 8 + bit] += (arrival.bytes[i] >> (7 - bit)) & 1;
      }
    }
    ASSERT_EQ(flipped, 1);
  }
  EXPECT_EQ(bob_.arrivals.size(), 2'000U);
  EXPECT_EQ(std::ranges::count(hits, 0), 0) << "every bit has its turn";
  EXPECT_EQ(context_.counters(), (LinkCounters{.corrupted = 2'000}));
  ASSERT_EQ(kept.events.size(), 2'000U);
  EXPECT_EQ(kept.events[0].kind, trace::EventKind::kPassed);
  EXPECT_EQ(kept.events[0].last_step.outcome, trace::Outcome::kCorrupted);
}

TEST_F(ImpairmentTest, CorruptsSoThatAChecksumCatchesIt) {
  impair(Impairments{.corrupt_ppm = 1'000'000});
  constexpr std::size_t kSize = 84;  // an echo request of 56 bytes
  for (int i = 0; i < 500; ++i) {
    const wire::PacketHandle packet = packets_.allocate(kSize);
    const MutableBytes bytes = packets_.bytes(packet);
    std::ranges::fill(bytes, std::uint8_t{0x5a});
    wire::Ipv4Header header;
    header.total_length = kSize;
    header.ttl = 127;
    header.protocol = wire::IpProtocol::kIcmp;
    header.source = wire::Ipv4Address::of(10, 1, 6, 33);
    header.destination = wire::Ipv4Address::of(10, 2, 4, 95);
    header.emit(bytes);
    wire::IcmpV4Header::echo(wire::IcmpType::kEchoRequest, 7, static_cast<std::uint16_t>(i))
        .emit(bytes.subspan(wire::Ipv4Header::kMinSize));
    link_.accept(context_, packet);
  }
  simulator_.run();

  ASSERT_EQ(bob_.arrivals.size(), 500U);
  for (const Arrival& arrival : bob_.arrivals) {
    const bool believed = wire::ipv4_well_formed(arrival.bytes) &&
                          wire::ipv4_checksum_ok(arrival.bytes) &&
                          wire::icmp_checksum_ok(wire::ipv4_payload(Bytes(arrival.bytes)));
    ASSERT_FALSE(believed);
  }
}

TEST_F(ImpairmentTest, OverridesRateAndDelayAndGivesThemBack) {
  impair(Impairments{.rate_bits_per_second = 8'000'000, .propagation_delay = 20ms});
  send(link_, 1000);
  simulator_.run();
  EXPECT_EQ(simulator_.now(), kStart + 21ms);

  impair(Impairments{});
  const SimTime began = simulator_.now();
  send(link_, 1000);
  simulator_.run();
  EXPECT_EQ(simulator_.now() - began, 1ms);
  EXPECT_EQ(link_.impairments(), Impairments{});
}

TEST_F(ImpairmentTest, OverridesTheQueueLimit) {
  const LinkProfile slow(LinkOptions{.rate_bits_per_second = 8'000'000});
  Link link = make_link(slow);
  link.impair(context_, Impairments{.queue_limit_bytes = 1'000}, kSeed, "slow");

  send(link, 1000);
  send(link, 1000);  // QUEUE_FULL
  simulator_.run();

  EXPECT_THAT(bob_.times(), ElementsAre(kStart + 1ms));
  EXPECT_EQ(context_.counters().queue_full, 1U);
}

TEST_F(ImpairmentTest, NeverReordersByAShorterDelayAlone) {
  impair(Impairments{.propagation_delay = 20ms});
  const std::uint64_t first = send(link_, 100);
  impair(Impairments{});
  const std::uint64_t second = send(link_, 100);
  simulator_.run();

  EXPECT_THAT(bob_.ids(), ElementsAre(first, second));
  EXPECT_THAT(bob_.times(), ElementsAre(kStart + 20ms, kStart + 20ms));
}

TEST_F(ImpairmentTest, ConcernsOnePacketsLinkOnly) {
  Link other(profile_, bob_.port(), kSeed, "other");
  impair(Impairments{.down = true});

  send(other, 100);
  simulator_.run();

  EXPECT_EQ(bob_.arrivals.size(), 1U);
  EXPECT_EQ(other.impairments(), Impairments{});
}

TEST_F(ImpairmentTest, AllocatesNothingToHealAHealthyLink) {
  impair(Impairments{});

  EXPECT_EQ(link_.impairments(), Impairments{});
  EXPECT_EQ(context_.impaired_links(), 0U);
  impair(Impairments{.loss_ppm = 1});
  impair(Impairments{.loss_ppm = 2});
  EXPECT_EQ(context_.impaired_links(), 1U);
}

}  // namespace
}  // namespace vpclab::link
