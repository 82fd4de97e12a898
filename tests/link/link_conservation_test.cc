// Packets over a chain of misbehaving links: every one that was sent has one end, and the same seed
// gives the same history.
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "emulator/engine/simulator.h"
#include "emulator/link/link.h"
#include "emulator/link/link_context.h"
#include "emulator/trace/fate_counter.h"
#include "emulator/trace/trace_sink.h"
#include "netstack/base/rng.h"

namespace vpclab::link {
namespace {

using namespace std::chrono_literals;

/// Writes every event as a line.
struct History : trace::TraceSink {
  void record(const trace::TraceEvent& event) override {
    std::string line = to_string(event.at) + " " + std::string(to_string(event.kind)) + " " +
                       std::to_string(event.packet) + "<" + std::to_string(event.cause);
    if (event.reason) {
      line += " " + std::string(to_string(*event.reason));
    }
    lines.push_back(line);
  }

  std::vector<std::string> lines;
};

/// Hands packets to the next link, or consumes them at the end.
class Relay : public engine::PacketSink {
 public:
  Relay(LinkContext& context, trace::TraceHub& hub)
      : context_(context), hub_(hub), port_(context.simulator().add_sink(*this)) {}

  void accept(wire::PacketHandle packet) override {
    if (next != nullptr) {
      next->accept(context_, packet);
      return;
    }
    wire::PacketPool& packets = context_.simulator().packets();
    trace::TraceEvent event;
    event.at = context_.simulator().now();
    event.kind = trace::EventKind::kConsumed;
    event.packet = packets.id(packet);
    event.cause = packets.cause(packet);
    hub_.record(event);
    packets.free(packet);
  }

  [[nodiscard]] engine::PortId port() const { return port_; }

  Link* next = nullptr;

 private:
  LinkContext& context_;
  trace::TraceHub& hub_;
  engine::PortId port_;
};

struct Outcome {
  std::vector<std::string> history;
  trace::FateCounter fates;
  LinkCounters counters;
  std::size_t live_midway = 0;
  std::uint64_t in_flight_midway = 0;
  std::size_t live = 0;
};

Impairments draw_impairments(base::Rng& rng) {
  const auto sometimes = [&rng](std::uint32_t most) {
    return rng.chance(500'000) ? static_cast<std::uint32_t>(rng.below(most)) : 0U;
  };
  Impairments drawn{.down = rng.chance(50'000),
                    .loss_ppm = sometimes(300'000),
                    .duplicate_ppm = sometimes(300'000),
                    .corrupt_ppm = sometimes(300'000),
                    .reorder_ppm = sometimes(300'000),
                    .jitter = Duration(sometimes(2'000'000))};
  if (rng.chance(300'000)) {
    drawn.rate_bits_per_second = 1'000'000 + rng.below(1'000'000'000);
  }
  return drawn;
}

Outcome run_chain(std::uint64_t seed) {
  wire::PacketPool packets;
  engine::Simulator simulator(packets);
  trace::TraceHub hub;
  Outcome outcome;
  History history;
  hub.add(history);
  hub.add(outcome.fates);
  LinkContext context(simulator, hub, [](engine::PortId) { return api::ResourceId{}; });
  const LinkProfile profile(LinkOptions{.rate_bits_per_second = 100'000'000,
                                        .propagation_delay = 100us,
                                        .random_delay = 50us,
                                        .queue_limit_bytes = 20'000});
  std::vector<std::unique_ptr<Relay>> relays;
  std::vector<Link> links;
  for (int i = 0; i < 4; ++i) {
    relays.push_back(std::make_unique<Relay>(context, hub));
    links.emplace_back(profile, relays.back()->port(), seed, "hop/" + std::to_string(i));
  }
  for (std::size_t i = 0; i + 1 < relays.size(); ++i) {
    relays[i]->next = &links[i + 1];
  }

  base::Rng rng(seed, "chain");
  for (int i = 0; i < 3'000; ++i) {
    if (i % 100 == 0) {
      const std::size_t which = rng.below(links.size());
      links[which].impair(context, draw_impairments(rng), seed, "hop/" + std::to_string(which));
    }
    const wire::PacketHandle packet = packets.allocate(20 + rng.below(1'480));
    trace::TraceEvent sent;
    sent.at = simulator.now();
    sent.packet = packets.id(packet);
    hub.record(sent);
    links.front().accept(context, packet);
    simulator.run_until(simulator.now() + Duration(static_cast<std::int64_t>(rng.below(200'000))));
    if (i == 1'500) {
      outcome.live_midway = packets.live();
      outcome.in_flight_midway = outcome.fates.in_flight();
    }
  }
  simulator.run();
  outcome.history = history.lines;
  outcome.counters = context.counters();
  outcome.live = packets.live();
  return outcome;
}

TEST(LinkConservation, GivesEveryPacketOneEnd) {
  LinkCounters all;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Outcome outcome = run_chain(seed);

    EXPECT_TRUE(outcome.fates.violations().empty()) << outcome.fates.violations().front();
    EXPECT_EQ(outcome.fates.sent(), 3'000 + outcome.counters.duplicated);
    EXPECT_EQ(outcome.fates.sent(), outcome.fates.consumed() + outcome.fates.dropped());
    EXPECT_EQ(outcome.fates.in_flight(), 0U);
    EXPECT_EQ(outcome.live, 0U);
    EXPECT_EQ(outcome.live_midway, outcome.in_flight_midway);
    EXPECT_EQ(outcome.fates.dropped(trace::DropReason::kLinkLoss), outcome.counters.lost);
    EXPECT_EQ(outcome.fates.dropped(trace::DropReason::kLinkDown), outcome.counters.down);
    EXPECT_EQ(outcome.fates.dropped(trace::DropReason::kQueueFull), outcome.counters.queue_full);
    all.lost += outcome.counters.lost;
    all.down += outcome.counters.down;
    all.queue_full += outcome.counters.queue_full;
    all.reordered += outcome.counters.reordered;
    all.corrupted += outcome.counters.corrupted;
  }
  for (const std::uint64_t count :
       {all.lost, all.down, all.queue_full, all.reordered, all.corrupted}) {
    EXPECT_GT(count, 0U) << "each misfortune has its turn";
  }
}

TEST(LinkConservation, RepeatsItsHistoryForTheSameSeed) {
  const Outcome first = run_chain(7);
  const Outcome second = run_chain(7);
  const Outcome other = run_chain(8);

  EXPECT_EQ(first.history, second.history);
  EXPECT_NE(first.history, other.history);
}

}  // namespace
}  // namespace vpclab::link
