#include "emulator/link/link.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "netstack/base/rng.h"
#include "tests/link/toy_link.h"

namespace vpclab::link {
namespace {

using namespace std::chrono_literals;
using testing::Each;
using testing::ElementsAre;
using testing::Ge;
using testing::Le;

class LinkTest : public LinkFixture {};

TEST_F(LinkTest, DeliversAfterSerialisationPlusPropagation) {
  const LinkProfile profile(
      LinkOptions{.rate_bits_per_second = 8'000'000, .propagation_delay = 10ms});
  Link link = make_link(profile);

  send(link, 1000);  // 8,000 bits at 8 Mbit/s take 1 ms,
  send(link, 1000);  // and the second waits for the first.
  simulator_.run();

  EXPECT_THAT(bob_.times(), ElementsAre(kStart + 11ms, kStart + 12ms));
}

TEST_F(LinkTest, BeginsAtOnceWhenItsTransmitterIsIdle) {
  const LinkProfile profile(LinkOptions{.rate_bits_per_second = 8'000'000});
  Link link = make_link(profile);

  send(link, 1000);
  simulator_.run_until(kStart + 5ms);
  EXPECT_EQ(link.idle_at(), kStart + 1ms);
  send(link, 1000);
  simulator_.run();

  EXPECT_THAT(bob_.times(), ElementsAre(kStart + 1ms, kStart + 6ms));
}

TEST_F(LinkTest, CarriesItsRateTimesTheTime) {
  const LinkProfile profile(LinkOptions{.rate_bits_per_second = 1'000'000'000});
  Link link = make_link(profile);
  base::Rng rng(kSeed, "sizes");

  std::uint64_t bytes = 0;
  for (int i = 0; i < 1'000; ++i) {
    const std::size_t size = 20 + rng.below(1'481);
    bytes += size;
    send(link, size);
  }
  simulator_.run();

  // Whole nanoseconds per byte at 1 Gbit/s: nothing is rounded.
  EXPECT_EQ(simulator_.now(), kStart + Duration(static_cast<std::int64_t>(bytes * 8)));
  EXPECT_EQ(bob_.arrivals.size(), 1'000U);
}

TEST_F(LinkTest, TakesAsManyEventsAsPackets) {
  const LinkProfile profile(LinkOptions{.rate_bits_per_second = 8'000'000});
  Link link = make_link(profile);

  send(link, 1000);
  send(link, 1000);
  simulator_.run();

  EXPECT_EQ(simulator_.events_processed(), 2U);
}

TEST_F(LinkTest, DropsWhatItsQueueDoesNotHold) {
  const LinkProfile profile(
      LinkOptions{.rate_bits_per_second = 8'000'000, .queue_limit_bytes = 3'000});
  Link link = make_link(profile);
  KeepingSink kept;
  trace_.add(kept);

  send(link, 1000);
  send(link, 1000);
  send(link, 1000);
  const std::uint64_t dropped = send(link, 1);  // QUEUE_FULL
  simulator_.run_until(kStart + 500us);
  send(link, 501);  // half of the first packet has left: 500 bytes fit, not more
  send(link, 500);
  simulator_.run();

  EXPECT_THAT(bob_.times(),
              ElementsAre(kStart + 1ms, kStart + 2ms, kStart + 3ms, kStart + 3'500us));
  EXPECT_EQ(context_.counters(), (LinkCounters{.queue_full = 2}));
  ASSERT_EQ(kept.events.size(), 2U);
  EXPECT_EQ(kept.events[0].kind, trace::EventKind::kDropped);
  EXPECT_EQ(kept.events[0].reason, trace::DropReason::kQueueFull);
  EXPECT_EQ(kept.events[0].tap, (trace::Tap{far_end(), trace::Tap::Side::kLink}));
  EXPECT_EQ(kept.events[0].packet, dropped);
  EXPECT_EQ(kept.events[0].size, 1U);
  EXPECT_EQ(kept.events[0].last_step.outcome, trace::Outcome::kDenied);
  EXPECT_EQ(kept.events[0].last_step.rule.number, 3'000U);
  EXPECT_EQ(kept.events[1].at, kStart + 500us);
  EXPECT_EQ(packets_.live(), 0U);
}

TEST_F(LinkTest, AlwaysTakesOnePacketWhenIdle) {
  const LinkProfile profile(
      LinkOptions{.rate_bits_per_second = 8'000'000, .queue_limit_bytes = 100});
  Link link = make_link(profile);

  send(link, 1000);
  send(link, 10);
  simulator_.run();

  EXPECT_THAT(bob_.times(), ElementsAre(kStart + 1ms));
  EXPECT_EQ(context_.counters().queue_full, 1U);
}

TEST_F(LinkTest, DelaysRandomlyWithinItsRangeAndInOrder) {  // TTL-6
  const LinkProfile profile(LinkOptions{.propagation_delay = 50us, .random_delay = 90us});
  Link link = make_link(profile);

  std::vector<std::uint64_t> sent;
  std::vector<Duration> took;
  for (int i = 0; i < 5'000; ++i) {
    sent.push_back(send(link, 84));
    if (i % 4 == 0) {  // alone on the way: the delay is the one drawn
      const SimTime began = simulator_.now();
      simulator_.run();
      took.push_back(simulator_.now() - began);
    } else {
      simulator_.run_until(simulator_.now() + 10us);
    }
  }
  simulator_.run();

  EXPECT_EQ(bob_.ids(), sent);
  EXPECT_THAT(took, Each(Ge(Duration(50us))));
  EXPECT_THAT(took, Each(Le(Duration(140us))));
  EXPECT_LT(*std::ranges::min_element(took), 52us);
  EXPECT_GT(*std::ranges::max_element(took), 138us);
}

TEST_F(LinkTest, DrawsTheSameDelaysForTheSameSeedAndName) {
  const LinkProfile profile(LinkOptions{.random_delay = 1ms});
  Link first(profile, bob_.port(), kSeed, "a/up");
  Link other(profile, bob_.port(), kSeed, "b/up");
  Link again(profile, bob_.port(), kSeed, "a/up");

  std::vector<std::vector<Duration>> delays(3);
  for (int i = 0; i < 50; ++i) {
    for (std::size_t which = 0; Link * link : {&first, &other, &again}) {
      const SimTime began = simulator_.now();
      send(*link, 84);
      simulator_.run();
      delays[which++].push_back(simulator_.now() - began);
    }
  }

  EXPECT_EQ(delays[0], delays[2]);
  EXPECT_NE(delays[0], delays[1]);
}

TEST_F(LinkTest, LeavesPacketsToAClosedEndToTheSimulator) {
  const LinkProfile profile(LinkOptions{.propagation_delay = 1ms});
  Link link = make_link(profile);

  send(link, 84);
  simulator_.close(bob_.port());
  simulator_.run();

  EXPECT_EQ(simulator_.packets_undeliverable(), 1U);
  EXPECT_EQ(packets_.live(), 0U);
}

}  // namespace
}  // namespace vpclab::link
