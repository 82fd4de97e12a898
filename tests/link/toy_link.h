// link/toy_link.h - what the tests of links share: a simulator, a sink that writes down what
// arrives, and a trace sink that keeps events.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "emulator/engine/simulator.h"
#include "emulator/link/link.h"
#include "emulator/link/link_context.h"
#include "emulator/trace/trace_sink.h"

namespace vpclab::link {

inline constexpr SimTime kStart{};

struct Arrival {
  SimTime at;
  std::uint64_t id = 0;
  std::uint64_t cause = 0;
  std::vector<std::uint8_t> bytes;
};

/// The far end of a link.
class RecordingSink : public engine::PacketSink {
 public:
  explicit RecordingSink(engine::Simulator& simulator)
      : simulator_(simulator), port_(simulator.add_sink(*this)) {}

  void accept(wire::PacketHandle packet) override {
    const wire::PacketPool& packets = simulator_.packets();
    const Bytes bytes = packets.bytes(packet);
    arrivals.push_back(Arrival{
        simulator_.now(), packets.id(packet), packets.cause(packet), {bytes.begin(), bytes.end()}});
    simulator_.packets().free(packet);
  }

  [[nodiscard]] engine::PortId port() const { return port_; }

  [[nodiscard]] std::vector<SimTime> times() const {
    std::vector<SimTime> result;
    for (const Arrival& arrival : arrivals) {
      result.push_back(arrival.at);
    }
    return result;
  }

  [[nodiscard]] std::vector<std::uint64_t> ids() const {
    std::vector<std::uint64_t> result;
    for (const Arrival& arrival : arrivals) {
      result.push_back(arrival.id);
    }
    return result;
  }

  std::vector<Arrival> arrivals;

 private:
  engine::Simulator& simulator_;
  engine::PortId port_;
};

struct KeptEvent {
  SimTime at;
  trace::EventKind kind{};
  trace::Tap tap;
  std::uint64_t packet = 0;
  std::uint64_t cause = 0;
  std::optional<trace::DropReason> reason;
  trace::Step last_step;
  std::size_t size = 0;
};

struct KeepingSink : trace::TraceSink {
  void record(const trace::TraceEvent& event) override {
    events.push_back(KeptEvent{event.at, event.kind, event.tap, event.packet, event.cause,
                               event.reason, event.steps->back(), event.bytes.size()});
  }

  std::vector<KeptEvent> events;
};

class LinkFixture : public testing::Test {
 protected:
  static constexpr std::uint64_t kSeed = 1;

  /// The element that stands behind every port of these tests.
  static api::ResourceId far_end() {
    return api::ResourceId::numbered(api::ResourceKind::kInternetHost, 0xb0b);
  }

  /// A packet of `size` zero bytes, accepted now; its id.
  std::uint64_t send(Link& link, std::size_t size) {
    const wire::PacketHandle packet = packets_.allocate(size);
    std::ranges::fill(packets_.bytes(packet), std::uint8_t{0});
    const std::uint64_t id = packets_.id(packet);
    link.accept(context_, packet);
    return id;
  }

  Link make_link(const LinkProfile& profile) { return {profile, bob_.port(), kSeed, "toy"}; }

  wire::PacketPool packets_;
  engine::Simulator simulator_{packets_};
  trace::TraceHub trace_;
  LinkContext context_{simulator_, trace_, [](engine::PortId) { return far_end(); }};
  RecordingSink bob_{simulator_};
};

}  // namespace vpclab::link
