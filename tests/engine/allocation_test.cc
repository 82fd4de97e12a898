// Replaces this program's operator new, to show that events cost no allocation once the queue has
// reached its size.
#include <cstddef>

#include <gtest/gtest.h>

#include "emulator/engine/simulator.h"
#include "netstack/base/rng.h"
#include "tests/support/allocation_counter.h"

namespace vpclab::engine {
namespace {

/// Sends each packet on to itself after a random delay, and wakes at random times.
struct Juggler : PacketSink, Actor {
  explicit Juggler(Simulator& owner) : simulator(owner) {}

  void accept(wire::PacketHandle packet) override {
    simulator.schedule(simulator.now() + delay(), packet, sink);
    simulator.wake_at(actor, simulator.now() + delay() / 2);
  }

  void act() override { simulator.wake_at(actor, simulator.now() + delay()); }

  Duration delay() {
    const std::uint64_t most = rng.chance(100'000) ? 2'000'000'000 : 100'000;
    return Duration(static_cast<std::int64_t>(rng.chance(100'000) ? 1'000 : rng.below(most)));
  }

  Simulator& simulator;
  base::Rng rng{1, "juggler"};
  PortId sink = simulator.add_sink(*this);
  PortId actor = simulator.add_actor(*this);
};

TEST(Simulator, AllocatesNothingInTheSteadyState) {
  wire::PacketPool packets;
  Simulator simulator(packets);
  Juggler juggler(simulator);
  for (int i = 0; i < 5'000; ++i) {
    simulator.schedule(simulator.now() + juggler.delay(), packets.allocate(100), juggler.sink);
  }
  for (int i = 0; i < 600'000; ++i) {
    ASSERT_TRUE(simulator.run_one());
  }

  const std::size_t before = allocations;
  for (int i = 0; i < 300'000; ++i) {
    static_cast<void>(simulator.run_one());
  }

  EXPECT_EQ(allocations, before);
  EXPECT_EQ(packets.live(), 5'000U);
}

}  // namespace
}  // namespace vpclab::engine
