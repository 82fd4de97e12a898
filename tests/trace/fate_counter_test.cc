#include "emulator/trace/fate_counter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vpclab::trace {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TraceEvent event(EventKind kind, std::uint64_t packet) {
  TraceEvent made;
  made.kind = kind;
  made.packet = packet;
  if (kind == EventKind::kDropped) {
    made.reason = DropReason::kSgIngress;
  }
  return made;
}

TEST(FateCounter, CountsOneEndForEachPacket) {
  FateCounter fates;
  for (std::uint64_t packet = 1; packet <= 4; ++packet) {
    fates.record(event(EventKind::kSent, packet));
    fates.record(event(EventKind::kPassed, packet));
  }
  fates.record(event(EventKind::kConsumed, 1));
  fates.record(event(EventKind::kDropped, 2));
  fates.record(event(EventKind::kReplaced, 3));

  EXPECT_EQ(fates.sent(), 4U);
  EXPECT_EQ(fates.consumed(), 1U);
  EXPECT_EQ(fates.dropped(), 1U);
  EXPECT_EQ(fates.dropped(DropReason::kSgIngress), 1U);
  EXPECT_EQ(fates.dropped(DropReason::kSgEgress), 0U);
  EXPECT_EQ(fates.replaced(), 1U);
  EXPECT_EQ(fates.in_flight(), 1U);
  EXPECT_TRUE(fates.violations().empty());
}

TEST(FateCounter, NamesEachBreachOfTheLaw) {
  FateCounter fates;
  fates.record(event(EventKind::kSent, 1));
  fates.record(event(EventKind::kSent, 1));
  fates.record(event(EventKind::kConsumed, 1));
  fates.record(event(EventKind::kDropped, 1));
  fates.record(event(EventKind::kPassed, 1));
  fates.record(event(EventKind::kConsumed, 2));
  fates.record(event(EventKind::kPassed, 3));
  TraceEvent nameless = event(EventKind::kDropped, 2);
  nameless.reason.reset();
  fates.record(nameless);

  EXPECT_THAT(fates.violations(), ElementsAre(HasSubstr("packet 1 was sent a second time"),
                                              HasSubstr("packet 1 ended a second time"),
                                              HasSubstr("packet 1 passed after its end"),
                                              HasSubstr("packet 2 ended before it was sent"),
                                              HasSubstr("packet 3 passed before it was sent"),
                                              HasSubstr("packet 2 was dropped without a reason"),
                                              HasSubstr("packet 2 ended before it was sent")));
}

TEST(FateCounter, KeepsTheFirstTwentyBreaches) {
  FateCounter fates;
  for (std::uint64_t packet = 1; packet <= 100; ++packet) {
    fates.record(event(EventKind::kConsumed, packet));
  }

  EXPECT_EQ(fates.violations().size(), 20U);
  EXPECT_EQ(fates.consumed(), 100U);
  EXPECT_EQ(fates.in_flight(), 0U);
}

}  // namespace
}  // namespace vpclab::trace
