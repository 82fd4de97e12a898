#include "emulator/engine/event_queue.h"

#include <cstdint>
#include <map>
#include <tuple>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "netstack/base/rng.h"

namespace vpclab::engine {
namespace {

using namespace std::chrono_literals;

SimTime at(std::int64_t nanoseconds) { return SimTime(Duration(nanoseconds)); }

Event event(std::int64_t nanoseconds, std::uint32_t port, std::uint32_t packet) {
  return Event{at(nanoseconds), wire::PacketHandle{packet}, PortId{port}};
}

/// The law: (time, port, arrival). Written with the plainest container there is.
class Reference {
 public:
  void push(const Event& pushed) {
    events_.emplace(std::tuple(pushed.at, pushed.port, arrivals_++), pushed);
  }

  [[nodiscard]] SimTime next_time() const { return events_.begin()->second.at; }

  Event pop() {
    const Event first = events_.begin()->second;
    events_.erase(events_.begin());
    return first;
  }

  [[nodiscard]] std::size_t size() const { return events_.size(); }

 private:
  std::map<std::tuple<SimTime, PortId, std::uint64_t>, Event> events_;
  std::uint64_t arrivals_ = 0;
};

std::vector<std::uint32_t> packets_in_order(EventQueue& queue) {
  std::vector<std::uint32_t> packets;
  while (!queue.empty()) {
    packets.push_back(static_cast<std::uint32_t>(queue.pop().packet));
  }
  return packets;
}

TEST(EventQueue, YieldsByTimeThenPortThenArrival) {
  EventQueue queue;
  queue.push(event(20, 1, 0));
  queue.push(event(10, 7, 1));
  queue.push(event(10, 3, 2));
  queue.push(event(10, 7, 3));
  queue.push(event(10, 3, 4));

  EXPECT_THAT(packets_in_order(queue), testing::ElementsAre(2, 4, 1, 3, 0));
}

TEST(EventQueue, PeekingMovesNothingSoThatEarlierEventsMayStillCome) {
  EventQueue queue;
  for (std::uint32_t i = 0; i < 100; ++i) {  // more than the array of near events holds
    queue.push(event(1'000'000 + i, 0, i));
  }

  ASSERT_EQ(queue.next_time(), at(1'000'000));
  queue.push(event(17, 0, 1000));
  ASSERT_EQ(queue.next_time(), at(17));
  queue.push(event(0, 0, 1001));

  EXPECT_EQ(queue.pop(), event(0, 0, 1001));
  EXPECT_EQ(queue.pop(), event(17, 0, 1000));
  EXPECT_EQ(queue.next_time(), at(1'000'000));
  queue.push(event(18, 0, 1002));
  EXPECT_EQ(queue.pop(), event(18, 0, 1002));
  EXPECT_EQ(queue.pop(), event(1'000'000, 0, 0));
}

TEST(EventQueue, OrdersAnEventPushedAtThePresentTimeAmongThoseStillPending) {
  EventQueue queue;
  for (std::uint32_t port = 0; port < 200; port += 2) {
    queue.push(event(5, port, port));
  }

  EXPECT_EQ(queue.pop().port, PortId{0});
  EXPECT_EQ(queue.pop().port, PortId{2});
  queue.push(event(5, 1, 900));  // its port's turn is over: it is next
  queue.push(event(5, 5, 901));
  queue.push(event(5, 4, 902));  // behind the one that waits at port 4 already

  EXPECT_EQ(queue.pop(), event(5, 1, 900));
  EXPECT_EQ(queue.pop(), event(5, 4, 4));
  EXPECT_EQ(queue.pop(), event(5, 4, 902));
  EXPECT_EQ(queue.pop(), event(5, 5, 901));
  EXPECT_EQ(queue.pop(), event(5, 6, 6));
}

TEST(EventQueue, KeepsAHugeCrowdOfOneInstantInOrder) {
  EventQueue queue;
  Reference reference;
  base::Rng rng(1, "crowd");
  for (std::uint32_t i = 0; i < 20'000; ++i) {
    const Event pushed = event(1'000, static_cast<std::uint32_t>(rng.below(500)), i);
    queue.push(pushed);
    reference.push(pushed);
  }

  for (std::uint32_t i = 20'000; queue.size() > 0; ++i) {
    ASSERT_EQ(queue.pop(), reference.pop());
    if (i < 25'000) {  // the crowd talks among itself
      const Event pushed = event(1'000, static_cast<std::uint32_t>(rng.below(500)), i);
      queue.push(pushed);
      reference.push(pushed);
    }
  }
}

TEST(EventQueue, TakesTimesUpToTheEndOfTime) {
  EventQueue queue;
  queue.push(Event{kNever, wire::PacketHandle{1}, PortId{0}});
  queue.push(event(0, 0, 2));
  for (std::uint32_t i = 0; i < 64; ++i) {
    queue.push(event((std::int64_t{1} << 62) + i, 0, 100 + i));
  }

  EXPECT_EQ(queue.pop().packet, wire::PacketHandle{2});
  for (std::uint32_t i = 0; i < 64; ++i) {
    EXPECT_EQ(queue.pop().packet, wire::PacketHandle{100 + i});
  }
  EXPECT_EQ(queue.pop().at, kNever);
  EXPECT_TRUE(queue.empty());
}

/// How far ahead events are pushed: each distribution drives another part of the queue.
enum class Delays { kAny, kShort, kFew, kNone, kMixed };

std::int64_t draw_delay(base::Rng& rng, Delays delays) {
  switch (delays) {
    case Delays::kAny:
      return static_cast<std::int64_t>(rng.next() >> (1 + rng.below(62))) / 1024;
    case Delays::kShort:
      return static_cast<std::int64_t>(rng.below(20));
    case Delays::kFew:
      return 50'000 * static_cast<std::int64_t>(rng.below(3));
    case Delays::kNone:
      return 0;
    case Delays::kMixed:
      return draw_delay(rng, static_cast<Delays>(rng.below(4)));
  }
  return 0;
}

class EventQueueLaw : public testing::TestWithParam<Delays> {};

TEST_P(EventQueueLaw, AgreesWithAMultimapUnderRandomPushesAndPops) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    base::Rng rng(seed, "event-queue");
    EventQueue queue;
    Reference reference;
    SimTime now{};
    const std::uint64_t target = std::uint64_t{1} << rng.below(12);  // about so many pending
    for (std::uint32_t i = 0; i < 15'000; ++i) {
      const std::uint64_t chance = queue.size() < target ? 600'000 : 400'000;
      if (rng.chance(static_cast<std::uint32_t>(chance)) || queue.empty()) {
        const Event pushed{now + Duration(draw_delay(rng, GetParam())), wire::PacketHandle{i},
                           PortId{static_cast<std::uint32_t>(rng.below(40))}};
        queue.push(pushed);
        reference.push(pushed);
      } else if (rng.chance(100'000)) {
        // Time passes without an event, as in run_until(): the next pushes lie behind `now`.
        now += (queue.next_time() - now) / 2;
      } else {
        ASSERT_EQ(queue.next_time(), reference.next_time()) << "seed " << seed << " step " << i;
        const Event popped = queue.pop();
        ASSERT_EQ(popped, reference.pop()) << "seed " << seed << " step " << i;
        now = popped.at;
      }
      ASSERT_EQ(queue.size(), reference.size());
    }
    while (!queue.empty()) {
      ASSERT_EQ(queue.pop(), reference.pop()) << "seed " << seed << " while draining";
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Delays, EventQueueLaw,
                         testing::Values(Delays::kAny, Delays::kShort, Delays::kFew, Delays::kNone,
                                         Delays::kMixed));

}  // namespace
}  // namespace vpclab::engine
