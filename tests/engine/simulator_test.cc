#include "emulator/engine/simulator.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "netstack/base/rng.h"

namespace vpclab::engine {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

constexpr SimTime kStart{};

/// Writes what happens, as `name@time`, into a log that several share.
struct Log {
  std::vector<std::string> lines;

  void add(const std::string& name, SimTime time) {
    lines.push_back(name + "@" + std::to_string(to_nanoseconds(time)));
  }
};

struct LoggingSink : PacketSink {
  LoggingSink(Simulator& owner, Log& shared, std::string its_name)
      : simulator(owner), log(shared), name(std::move(its_name)), port(owner.add_sink(*this)) {}

  void accept(wire::PacketHandle packet) override {
    log.add(name, simulator.now());
    simulator.packets().free(packet);
    if (then) {
      std::exchange(then, nullptr)();
    }
  }

  Simulator& simulator;
  Log& log;
  std::string name;
  PortId port;
  std::function<void()> then;  // done once
};

struct LoggingActor : Actor {
  LoggingActor(Simulator& owner, Log& shared, std::string its_name)
      : simulator(owner), log(shared), name(std::move(its_name)), port(owner.add_actor(*this)) {}

  void act() override {
    log.add(name, simulator.now());
    if (then) {
      std::exchange(then, nullptr)();
    }
  }

  Simulator& simulator;
  Log& log;
  std::string name;
  PortId port;
  std::function<void()> then;  // done once
};

class SimulatorTest : public testing::Test {
 protected:
  void send(SimTime at, const LoggingSink& to) {
    simulator_.schedule(at, packets_.allocate(64), to.port);
  }

  wire::PacketPool packets_;
  Simulator simulator_{packets_};
  Log log_;
};

TEST_F(SimulatorTest, RunsEqualTimesInTheOrderOfPorts) {
  LoggingActor first(simulator_, log_, "first");
  LoggingSink second(simulator_, log_, "second");
  send(kStart + 5ns, second);
  send(kStart + 5ns, second);
  simulator_.wake_at(first.port, kStart + 5ns);

  simulator_.run();

  EXPECT_THAT(log_.lines, ElementsAre("first@5", "second@5", "second@5"));
  EXPECT_EQ(simulator_.events_processed(), 3U);
  EXPECT_EQ(packets_.live(), 0U);
}

TEST_F(SimulatorTest, RunsWhatIsScheduledAtThePresentTimeInTheSameOrder) {
  LoggingSink a(simulator_, log_, "a");
  LoggingSink b(simulator_, log_, "b");
  LoggingSink c(simulator_, log_, "c");
  b.then = [&] {
    send(simulator_.now(), c);
    send(simulator_.now(), a);
    send(simulator_.now(), b);
  };
  send(kStart + 1ns, b);
  send(kStart + 1ns, c);

  simulator_.run();

  EXPECT_THAT(log_.lines, ElementsAre("b@1", "a@1", "b@1", "c@1", "c@1"));
}

TEST_F(SimulatorTest, RunsUntilATimeAndStandsThere) {
  LoggingSink sink(simulator_, log_, "sink");
  send(kStart + 10ns, sink);
  send(kStart + 11ns, sink);

  simulator_.run_until(kStart + 10ns);

  EXPECT_THAT(log_.lines, ElementsAre("sink@10"));
  EXPECT_EQ(simulator_.now(), kStart + 10ns);
  simulator_.run_until(kStart + 1s);
  EXPECT_THAT(log_.lines, ElementsAre("sink@10", "sink@11"));
  EXPECT_EQ(simulator_.now(), kStart + 1s);
}

TEST_F(SimulatorTest, TakesEventsBetweenNowAndTheNextEventAfterAPeek) {
  LoggingSink sink(simulator_, log_, "sink");
  for (int i = 0; i < 100; ++i) {
    send(kStart + 1s + Duration(i), sink);
  }
  simulator_.run_until(kStart + 1ms);
  ASSERT_EQ(simulator_.peek_time(), kStart + 1s);

  send(kStart + 2ms, sink);
  simulator_.run_until(kStart + 3ms);
  send(kStart + 3ms, sink);
  send(kStart + 500ms, sink);
  ASSERT_EQ(simulator_.peek_time(), kStart + 3ms);
  simulator_.run_until(kStart + 999ms);

  EXPECT_THAT(log_.lines, ElementsAre("sink@2000000", "sink@3000000", "sink@500000000"));
}

TEST_F(SimulatorTest, RunsUntilAPredicateHolds) {
  LoggingSink sink(simulator_, log_, "sink");
  for (int i = 1; i <= 5; ++i) {
    send(kStart + i * 1ms, sink);
  }
  const auto heard_three = [this] { return log_.lines.size() == 3; };

  EXPECT_TRUE(simulator_.run_until(heard_three, kStart + 1s));
  EXPECT_EQ(simulator_.now(), kStart + 3ms);
  EXPECT_TRUE(simulator_.run_until(heard_three, kStart + 1s)) << "it holds before any event";
  EXPECT_EQ(simulator_.now(), kStart + 3ms);
  EXPECT_FALSE(simulator_.run_until([] { return false; }, kStart + 1s));
  EXPECT_EQ(simulator_.now(), kStart + 1s);
}

TEST_F(SimulatorTest, RunsOneEventAtATime) {
  LoggingSink sink(simulator_, log_, "sink");
  send(kStart + 1ns, sink);
  send(kStart + 1ns, sink);

  EXPECT_TRUE(simulator_.run_one());
  EXPECT_EQ(log_.lines.size(), 1U);
  EXPECT_TRUE(simulator_.run_one());
  EXPECT_FALSE(simulator_.run_one());
  EXPECT_FALSE(simulator_.peek_time().has_value());
}

TEST_F(SimulatorTest, WakesAnActorOnceAtTheEarliestTimeAskedFor) {
  LoggingActor actor(simulator_, log_, "actor");
  simulator_.wake_at(actor.port, kStart + 30ns);
  simulator_.wake_at(actor.port, kStart + 10ns);
  simulator_.wake_at(actor.port, kStart + 20ns);

  EXPECT_EQ(simulator_.pending_wake(actor.port), kStart + 10ns);
  EXPECT_EQ(simulator_.pending(), 1U);
  simulator_.run_until(kStart + 1s);

  EXPECT_THAT(log_.lines, ElementsAre("actor@10"));
  EXPECT_EQ(simulator_.pending_wake(actor.port), kNever);
  EXPECT_EQ(simulator_.events_processed(), 1U);
}

TEST_F(SimulatorTest, ForgetsAskingForNever) {
  LoggingActor actor(simulator_, log_, "actor");

  simulator_.wake_at(actor.port, kNever);

  EXPECT_EQ(simulator_.pending(), 0U);
  simulator_.run();
  EXPECT_TRUE(log_.lines.empty());
}

TEST_F(SimulatorTest, WakesAgainAtATimeWhoseFirstRequestWasReplaced) {
  LoggingActor actor(simulator_, log_, "actor");
  actor.then = [&] { simulator_.wake_at(actor.port, kStart + 30ns); };
  simulator_.wake_at(actor.port, kStart + 30ns);
  simulator_.wake_at(actor.port, kStart + 10ns);

  simulator_.run_until(kStart + 20ns);
  simulator_.run_until(kStart + 1s);

  EXPECT_THAT(log_.lines, ElementsAre("actor@10", "actor@30"));
}

TEST_F(SimulatorTest, MayWakeAgainInTheSameInstant) {
  LoggingActor actor(simulator_, log_, "actor");
  actor.then = [&] { simulator_.wake_at(actor.port, simulator_.now()); };
  simulator_.wake_at(actor.port, kStart + 10ns);

  simulator_.run();

  EXPECT_THAT(log_.lines, ElementsAre("actor@10", "actor@10"));
}

TEST_F(SimulatorTest, DoesNotWaitForReplacedWakes) {
  LoggingActor actor(simulator_, log_, "actor");
  simulator_.wake_at(actor.port, kStart + 1h);
  simulator_.wake_at(actor.port, kStart + 1ms);

  simulator_.run();

  EXPECT_EQ(simulator_.now(), kStart + 1ms);
  EXPECT_EQ(simulator_.pending(), 0U);
  EXPECT_FALSE(simulator_.peek_time().has_value());
  EXPECT_FALSE(simulator_.run_one());
}

TEST_F(SimulatorTest, RemembersTheLongTimerOfAnActorThatOftenWakesEarlier) {
  LoggingActor actor(simulator_, log_, "actor");
  simulator_.wake_at(actor.port, kStart + 60s);

  for (int i = 1; i <= 1000; ++i) {
    simulator_.wake_at(actor.port, kStart + i * 1ms);
    simulator_.run_until(kStart + i * 1ms);
    simulator_.wake_at(actor.port, kStart + 60s);
  }

  EXPECT_EQ(simulator_.events_processed(), 1000U);
  EXPECT_EQ(simulator_.pending(), 1U);
  EXPECT_EQ(simulator_.replaced_wakes(), 0U) << "each would lie in the queue for a minute";
}

TEST_F(SimulatorTest, FreesAndCountsPacketsToClosedPorts) {
  LoggingSink sink(simulator_, log_, "sink");
  LoggingActor actor(simulator_, log_, "actor");
  std::vector<PortId> reported;
  simulator_.on_undeliverable(
      [&reported](PortId port, wire::PacketHandle) { reported.push_back(port); });
  send(kStart + 1ns, sink);
  simulator_.wake_at(actor.port, kStart + 2ns);
  simulator_.close(sink.port);
  simulator_.close(actor.port);
  send(kStart + 3ns, sink);  // a link does not know that its end is gone

  simulator_.run();

  EXPECT_TRUE(log_.lines.empty());
  EXPECT_THAT(reported, ElementsAre(sink.port, sink.port));
  EXPECT_EQ(simulator_.packets_undeliverable(), 2U);
  EXPECT_EQ(simulator_.events_processed(), 0U);
  EXPECT_EQ(simulator_.pending(), 0U);
  EXPECT_EQ(packets_.live(), 0U);
}

TEST_F(SimulatorTest, GivesEachPortItsOwnNumber) {
  LoggingSink a(simulator_, log_, "a");
  LoggingSink b(simulator_, log_, "b");
  simulator_.close(a.port);
  LoggingSink c(simulator_, log_, "c");

  EXPECT_LT(a.port, b.port);
  EXPECT_LT(b.port, c.port);
  EXPECT_EQ(simulator_.port_count(), 3U);
}

TEST_F(SimulatorTest, LetsAnEventRegisterNewPorts) {
  LoggingSink first(simulator_, log_, "first");
  std::vector<std::unique_ptr<LoggingSink>> born;
  first.then = [&] {
    for (int i = 0; i < 100; ++i) {
      born.push_back(std::make_unique<LoggingSink>(simulator_, log_, "born"));
    }
    send(simulator_.now() + 1ns, *born.back());
  };
  send(kStart, first);

  simulator_.run();

  EXPECT_THAT(log_.lines, ElementsAre("first@0", "born@1"));
}

using SimulatorDeathTest = SimulatorTest;

TEST_F(SimulatorDeathTest, RefusesThePast) {
  LoggingSink sink(simulator_, log_, "sink");
  LoggingActor actor(simulator_, log_, "actor");
  simulator_.run_until(kStart + 1s);

  EXPECT_DEATH(send(kStart, sink), "may not lie in the past");
  EXPECT_DEATH(simulator_.wake_at(actor.port, kStart), "may not lie in the past");
  EXPECT_DEATH(simulator_.run_until(kStart), "time does not go back");
  EXPECT_DEATH(simulator_.wake_at(sink.port, kStart + 2s), "actor");
}

/// Actors that ask for random wakes, against a map of each one's earliest wish.
TEST(SimulatorLaw, WakesAgreeWithAMapOfEarliestWishes) {
  struct Sleeper : Actor {
    void act() override { acted.push_back(simulator->now()); }

    Simulator* simulator = nullptr;
    std::vector<SimTime> acted;
  };

  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    wire::PacketPool packets;
    Simulator simulator(packets);
    base::Rng rng(seed, "wakes");
    std::vector<Sleeper> sleepers(8);
    std::vector<PortId> ports;
    for (Sleeper& sleeper : sleepers) {
      sleeper.simulator = &simulator;
      ports.push_back(simulator.add_actor(sleeper));
    }
    std::map<std::size_t, SimTime> wishes;
    std::vector<std::vector<SimTime>> expected(sleepers.size());

    for (int i = 0; i < 5'000; ++i) {
      if (rng.chance(700'000)) {
        const std::size_t who = rng.below(sleepers.size());
        const SimTime wish =
            simulator.now() +
            Duration(static_cast<std::int64_t>(rng.below(rng.chance(500'000) ? 10 : 100'000)));
        simulator.wake_at(ports[who], wish);
        const auto [known, added] = wishes.emplace(who, wish);
        if (!added) {
          known->second = std::min(known->second, wish);
        }
      } else {
        const SimTime limit =
            simulator.now() + Duration(static_cast<std::int64_t>(rng.below(2'000)));
        simulator.run_until(limit);
        for (auto wish = wishes.begin(); wish != wishes.end();) {
          if (wish->second <= limit) {
            expected[wish->first].push_back(wish->second);
            wish = wishes.erase(wish);
          } else {
            ++wish;
          }
        }
      }
      ASSERT_EQ(simulator.pending(), wishes.size()) << "seed " << seed << " step " << i;
    }
    for (std::size_t who = 0; who < sleepers.size(); ++who) {
      EXPECT_EQ(sleepers[who].acted, expected[who]) << "seed " << seed << " sleeper " << who;
    }
  }
}

}  // namespace
}  // namespace vpclab::engine
