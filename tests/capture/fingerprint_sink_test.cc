#include "emulator/capture/fingerprint_sink.h"

#include <functional>
#include <set>
#include <utility>

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

wire::Ipv4Prefix prefix_of(int length) {
  return wire::Ipv4Prefix::of(wire::Ipv4Address::of(10, 2, 0, 0), length);
}

/// A step whose rule `change` altered.
std::function<void(trace::StepList&)> of_rule(std::function<void(trace::RuleRef&)> change) {
  return [change = std::move(change)](trace::StepList& steps) {
    trace::RuleRef rule;
    change(rule);
    steps.push({trace::Stage::kRouteLookup, trace::Outcome::kMatched, rule});
  };
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

TEST(FingerprintSink, ChangesWithEveryFactOfAStep) {
  const std::vector<std::function<void(trace::StepList&)>> changes = {
      [](trace::StepList&) {},
      [](trace::StepList& steps) { steps.push({}); },
      of_rule([](trace::RuleRef&) {}),
      of_rule([](trace::RuleRef& rule) { rule.object = testing::kVpc1; }),
      of_rule([](trace::RuleRef& rule) { rule.rule = testing::kVpc1; }),
      of_rule([](trace::RuleRef& rule) { rule.scope = testing::kVpc1; }),
      of_rule([](trace::RuleRef& rule) { rule.prefix = prefix_of(16); }),
      of_rule([](trace::RuleRef& rule) { rule.prefix = prefix_of(24); }),
      of_rule([](trace::RuleRef& rule) { rule.number = 100; }),
      of_rule([](trace::RuleRef& rule) { rule.state = trace::ObjectState::kDeleted; }),
      of_rule([](trace::RuleRef& rule) { rule.has_prefix = true; }),
      of_rule([](trace::RuleRef& rule) { rule.main_table = true; }),
  };
  std::set<std::string> seen{of_event([](trace::TraceEvent&) {})};
  for (const auto& change : changes) {
    trace::StepList steps;
    change(steps);
    seen.insert(of_event([&steps](trace::TraceEvent& event) { event.steps = &steps; }));
  }
  EXPECT_EQ(seen.size(), changes.size() + 1);
}

// Golden files hold fingerprints: the hash is part of the format.
TEST(FingerprintSink, KeepsItsValueForever) {
  FingerprintSink lab;
  testing::play_lab(lab);

  EXPECT_EQ(lab.hex(), "8acaf2aef69c93a09756cce9dd5e8912");
}

}  // namespace
}  // namespace vpclab::capture
