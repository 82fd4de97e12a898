#include "emulator/dataplane/fragment_gate.h"

#include <gtest/gtest.h>

namespace vpclab::dataplane {
namespace {

using std::chrono::seconds;

constexpr SimTime at(std::int64_t second) { return SimTime(seconds(second)); }

const DatagramKey kOne{1, 2, 0, 77, 1};
const DatagramKey kOther{1, 2, 0, 78, 1};

TEST(FragmentGate, SharesTheFirstFragmentsVerdictForThirtySeconds) {  // SG-27
  const FragmentOptions options;
  FragmentGate gate(options);
  EXPECT_EQ(gate.verdict(kOne, at(0)), nullptr);

  gate.judge(kOne, {trace::DropReason::kSgIngress, {}}, at(0));
  gate.judge(kOther, {std::nullopt, {}}, at(5));

  ASSERT_NE(gate.verdict(kOne, at(29)), nullptr);
  EXPECT_EQ(gate.verdict(kOne, at(29))->denied, trace::DropReason::kSgIngress);
  EXPECT_EQ(gate.verdict(kOne, at(30)), nullptr);
  EXPECT_EQ(gate.verdict(kOther, at(30))->denied, std::nullopt);
}

TEST(FragmentGate, GivesUpOldVerdictsForNewOnes) {
  FragmentOptions options;
  options.verdicts_max = 100;
  FragmentGate gate(options);
  for (std::uint16_t id = 0; id < 1'000; ++id) {
    gate.judge(DatagramKey{1, 2, 0, id, 1}, {std::nullopt, {}}, at(0));
    ASSERT_NE(gate.verdict(DatagramKey{1, 2, 0, id, 1}, at(1)), nullptr);
  }

  EXPECT_NE(gate.verdict(DatagramKey{1, 2, 0, 950, 1}, at(1)), nullptr);
  EXPECT_EQ(gate.verdict(DatagramKey{1, 2, 0, 1, 1}, at(1)), nullptr);
}

TEST(FragmentGate, TellsDatagramsApart) {
  const FragmentOptions options;
  FragmentGate gate(options);
  gate.judge(kOne, {std::nullopt, {}}, at(0));

  for (const DatagramKey& other :
       {DatagramKey{9, 2, 0, 77, 1}, DatagramKey{1, 9, 0, 77, 1}, DatagramKey{1, 2, 9, 77, 1},
        DatagramKey{1, 2, 0, 9, 1}, DatagramKey{1, 2, 0, 77, 9}}) {
    EXPECT_EQ(gate.verdict(other, at(1)), nullptr);
  }
}

TEST(FragmentGate, ReleasesWhatWaitedInOrder) {
  const FragmentOptions options;
  FragmentGate gate(options);
  ASSERT_TRUE(gate.hold(kOne, wire::PacketHandle{10}, 100, at(0)));
  ASSERT_TRUE(gate.hold(kOther, wire::PacketHandle{11}, 100, at(1)));
  ASSERT_TRUE(gate.hold(kOne, wire::PacketHandle{12}, 100, at(2)));

  EXPECT_EQ(gate.release(kOne), wire::PacketHandle{10});
  EXPECT_EQ(gate.release(kOne), wire::PacketHandle{12});
  EXPECT_EQ(gate.release(kOne), wire::kNoPacket);
  EXPECT_EQ(gate.deadline(), at(31));
}

TEST(FragmentGate, GivesUpAfterTheTimeout) {
  const FragmentOptions options;
  FragmentGate gate(options);
  EXPECT_EQ(gate.deadline(), kNever);
  ASSERT_TRUE(gate.hold(kOne, wire::PacketHandle{10}, 100, at(0)));
  ASSERT_TRUE(gate.hold(kOne, wire::PacketHandle{11}, 100, at(3)));

  EXPECT_EQ(gate.take_expired(at(29)), std::nullopt);
  ASSERT_TRUE(gate.take_expired(at(30)).has_value());
  EXPECT_EQ(gate.take_expired(at(30)), std::nullopt);
  EXPECT_EQ(gate.deadline(), at(33));
}

TEST(FragmentGate, BoundsWhatWaits) {
  FragmentOptions options;
  options.waiting_max = 3;
  options.waiting_bytes_max = 1'000;
  FragmentGate by_number(options);
  for (std::uint32_t i = 0; i < 3; ++i) {
    EXPECT_TRUE(by_number.hold(kOne, wire::PacketHandle{i}, 10, at(0)));
  }
  EXPECT_FALSE(by_number.hold(kOne, wire::PacketHandle{3}, 10, at(0)));

  FragmentGate by_bytes(options);
  EXPECT_TRUE(by_bytes.hold(kOne, wire::PacketHandle{0}, 600, at(0)));
  EXPECT_FALSE(by_bytes.hold(kOne, wire::PacketHandle{1}, 600, at(0)));
  EXPECT_EQ(by_bytes.release(kOne), wire::PacketHandle{0});
  EXPECT_TRUE(by_bytes.hold(kOne, wire::PacketHandle{1}, 600, at(0)));
}

}  // namespace
}  // namespace vpclab::dataplane
