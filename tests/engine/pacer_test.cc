#include "emulator/engine/pacer.h"

#include <optional>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/engine/simulator.h"

namespace vpclab::engine {
namespace {

using namespace std::chrono_literals;

constexpr SimTime kPacerStart{};

struct RecordingSink : PacketSink {
  explicit RecordingSink(Simulator& owner) : simulator(owner) {}

  void accept(wire::PacketHandle packet) override {
    times.push_back(simulator.now());
    simulator.packets().free(packet);
  }

  Simulator& simulator;
  std::vector<SimTime> times;
};

/// Lets one packet in from outside at `visit_at`, whatever the simulator waits for.
class VisitedPacer : public Pacer {
 public:
  VisitedPacer(Simulator& simulator, PortId to, SimTime visit_at)
      : simulator_(simulator), to_(to), visit_at_(visit_at) {}

  SimTime wait(SimTime now, SimTime next) override {
    waits.emplace_back(now, next);
    if (visit_at_ && *visit_at_ < next) {
      visiting_ = true;
      return *visit_at_;
    }
    return next;
  }

  void admit() override {
    if (visiting_) {
      visiting_ = false;
      visit_at_.reset();
      simulator_.schedule(simulator_.now() + 1ms, simulator_.packets().allocate(100), to_);
    }
  }

  std::vector<std::pair<SimTime, SimTime>> waits;

 private:
  Simulator& simulator_;
  PortId to_;
  std::optional<SimTime> visit_at_;
  bool visiting_ = false;
};

TEST(Pacer, LetsAPacketInBetweenNowAndTheNextEvent) {
  wire::PacketPool packets;
  Simulator simulator(packets);
  RecordingSink sink(simulator);
  const PortId port = simulator.add_sink(sink);
  simulator.schedule(kPacerStart + 10ms, packets.allocate(100), port);
  VisitedPacer pacer(simulator, port, kPacerStart + 3ms);
  simulator.set_pacer(&pacer);

  simulator.run_until(kPacerStart + 20ms);

  EXPECT_THAT(sink.times, testing::ElementsAre(kPacerStart + 4ms, kPacerStart + 10ms));
  EXPECT_EQ(simulator.now(), kPacerStart + 20ms);
  EXPECT_THAT(pacer.waits, testing::ElementsAre(std::pair(kPacerStart, kPacerStart + 10ms),
                                                std::pair(kPacerStart + 3ms, kPacerStart + 4ms),
                                                std::pair(kPacerStart + 4ms, kPacerStart + 10ms),
                                                std::pair(kPacerStart + 10ms, kPacerStart + 20ms)));
}

TEST(Pacer, LetsAPacketInWhileNothingIsPending) {
  wire::PacketPool packets;
  Simulator simulator(packets);
  RecordingSink sink(simulator);
  const PortId port = simulator.add_sink(sink);
  VisitedPacer pacer(simulator, port, kPacerStart + 3ms);
  simulator.set_pacer(&pacer);

  const bool arrived =
      simulator.run_until([&sink] { return !sink.times.empty(); }, kPacerStart + 1min);

  EXPECT_TRUE(arrived);
  EXPECT_EQ(simulator.now(), kPacerStart + 4ms);
}

TEST(Pacer, IsAskedBySingleStepsToo) {
  wire::PacketPool packets;
  Simulator simulator(packets);
  RecordingSink sink(simulator);
  const PortId port = simulator.add_sink(sink);
  simulator.schedule(kPacerStart + 10ms, packets.allocate(100), port);
  VisitedPacer pacer(simulator, port, kPacerStart + 3ms);
  simulator.set_pacer(&pacer);

  EXPECT_TRUE(simulator.run_one());
  EXPECT_THAT(sink.times, testing::ElementsAre(kPacerStart + 4ms));
  simulator.run();

  EXPECT_THAT(sink.times, testing::ElementsAre(kPacerStart + 4ms, kPacerStart + 10ms));
}

}  // namespace
}  // namespace vpclab::engine
