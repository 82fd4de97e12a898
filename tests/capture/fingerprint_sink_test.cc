#include "emulator/capture/fingerprint_sink.h"

#include <functional>
#include <set>

#include <gtest/gtest.h>

#include "tests/capture/lab.h"

namespace vpclab::capture {
namespace {

using testing::Buffer;

/// The fingerprint of one event that `change` altered.
std::string of_event(const std::function<void(trace::TraceEvent&)>& change) {
  static const Buffer kBytes =
      testing::echo(testing::kAlice, testing::kBob, wire::IcmpType::kEchoRequest, 1);
  trace::TraceEvent event;
  event.at = SimTime{std::chrono::seconds(1)};
  event.kind = trace::EventKind::kPassed;
  event.tap = {testing::kPcx, testing::Side::kCrossing};
  event.packet = 5;
  event.bytes = kBytes;
  change(event);
  FingerprintSink sink;
  sink.record(event);
  return sink.hex();
}

TEST(FingerprintSink, IsEqualForEqualRuns) {
  FingerprintSink first;
  FingerprintSink second;
  testing::play_lab(first);
  testing::play_lab(second);

  EXPECT_EQ(first.hex(), second.hex());
  EXPECT_EQ(first.hex().size(), 32U);
  EXPECT_EQ(first.count(), testing::kJourneyFrames + 3U);
}

TEST(FingerprintSink, ChangesWithEveryFactOfAnEvent) {
  static const Buffer kOther =
      testing::echo(testing::kAlice, testing::kBob, wire::IcmpType::kEchoRequest, 2);
  trace::StepList steps;
  steps.push({trace::Stage::kPeeringCrossing, trace::Outcome::kMatched, {}});
  const std::vector<std::function<void(trace::TraceEvent&)>> changes = {
      [](trace::TraceEvent&) {},
      [](trace::TraceEvent& event) { event.at += std::chrono::nanoseconds(1); },
      [](trace::TraceEvent& event) { event.kind = trace::EventKind::kSent; },
      [](trace::TraceEvent& event) { event.direction = trace::Direction::kIn; },
      [](trace::TraceEvent& event) { event.tap.side = testing::Side::kLink; },
      [](trace::TraceEvent& event) { event.tap.element = testing::kVpc1; },
      [](trace::TraceEvent& event) { event.packet = 6; },
      [](trace::TraceEvent& event) { event.cause = 1; },
      [](trace::TraceEvent& event) { event.reason = trace::DropReason::kSgEgress; },
      [](trace::TraceEvent& event) { event.reason = trace::DropReason::kSgIngress; },
      [](trace::TraceEvent& event) { event.outcome = "udp"; },
      [&steps](trace::TraceEvent& event) { event.steps = &steps; },
      [](trace::TraceEvent& event) { event.bytes = kOther; },
      [](trace::TraceEvent& event) { event.bytes = event.bytes.first(event.bytes.size() - 1); },
      [](trace::TraceEvent& event) { event.ethernet = true; },
  };
  std::set<std::string> seen;
  for (const auto& change : changes) {
    seen.insert(of_event(change));
  }
  EXPECT_EQ(seen.size(), changes.size());
}

TEST(FingerprintSink, MindsTheOrder) {
  FingerprintSink first;
  first.note(SimTime{}, "api", "a");
  first.note(SimTime{}, "api", "b");
  FingerprintSink second;
  second.note(SimTime{}, "api", "b");
  second.note(SimTime{}, "api", "a");

  EXPECT_NE(first.hex(), second.hex());
  EXPECT_NE(first.hex(), FingerprintSink().hex());
}

// Golden files hold fingerprints: the hash is part of the format.
TEST(FingerprintSink, KeepsItsValueForever) {
  FingerprintSink lab;
  testing::play_lab(lab);

  EXPECT_EQ(lab.hex(), "6191568cf0b5824d0723ac99933eff8d");
}

}  // namespace
}  // namespace vpclab::capture
