#include "emulator/scenario/fates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vpclab::scenario {
namespace {

using testing::Contains;
using testing::HasSubstr;

class NoNames final : public trace::NameDirectory {
 public:
  [[nodiscard]] std::string name_of(const api::ResourceId& /*id*/) const override { return {}; }

  [[nodiscard]] std::vector<std::string> hosts_at(wire::Ipv4Address /*address*/) const override {
    return {};
  }
};

class FatesTest : public testing::Test {
 protected:
  void sent(std::uint64_t packet, std::uint64_t cause = 0,
            trace::Tap::Side side = trace::Tap::Side::kGuest) {
    trace::TraceEvent event = event_of(trace::EventKind::kSent, packet);
    event.cause = cause;
    event.tap.side = side;
    fates_.record(event);
  }

  void dropped(std::uint64_t packet, trace::DropReason reason) {
    trace::TraceEvent event = event_of(trace::EventKind::kDropped, packet);
    event.reason = reason;
    fates_.record(event);
  }

  void consumed(std::uint64_t packet, std::string_view outcome) {
    trace::TraceEvent event = event_of(trace::EventKind::kConsumed, packet);
    event.outcome = outcome;
    fates_.record(event);
  }

  void replaced(std::uint64_t packet) {
    fates_.record(event_of(trace::EventKind::kReplaced, packet));
  }

  NoNames names_;
  Fates fates_{names_};

 private:
  static trace::TraceEvent event_of(trace::EventKind kind, std::uint64_t packet) {
    trace::TraceEvent event;
    event.kind = kind;
    event.packet = packet;
    event.tap.element = api::ResourceId::numbered(api::ResourceKind::kNetworkInterface, 7);
    return event;
  }
};

TEST_F(FatesTest, TellsWhereARequestWasDropped) {
  sent(1);
  dropped(1, trace::DropReason::kLinkLoss);

  const Fate fate = fates_.fate_of(1);

  EXPECT_EQ(fate.packet, LostPacket::kRequest);
  EXPECT_EQ(fate.reason, "LINK_LOSS");
  EXPECT_EQ(fate.code, "X_LINK_LOSS");
  EXPECT_THAT(fate.objects, Contains("eni-00000007"));
}

TEST_F(FatesTest, TellsThatAnAnswerWasLostWhereItIsAnError) {
  sent(1);
  consumed(1, "no-listener");
  sent(2, 1);  // port unreachable
  dropped(2, trace::DropReason::kLinkDown);
  sent(3);
  dropped(3, trace::DropReason::kTtlExpired);
  sent(4, 3);  // time exceeded
  dropped(4, trace::DropReason::kLinkLoss);

  const Fate unreachable = fates_.fate_of(1);
  const Fate exceeded = fates_.fate_of(3);

  EXPECT_EQ(unreachable.packet, LostPacket::kReply);
  EXPECT_EQ(unreachable.reason, "LINK_DOWN");
  EXPECT_THAT(unreachable.sentence, HasSubstr("the answer to a request that met no-listener"));
  EXPECT_EQ(exceeded.packet, LostPacket::kReply);
  EXPECT_EQ(exceeded.reason, "LINK_LOSS");
  EXPECT_THAT(exceeded.sentence, HasSubstr("the answer to a request that met TTL_EXPIRED"));
}

TEST_F(FatesTest, TellsTheRequestsEndWhereItsErrorArrived) {
  sent(1);
  dropped(1, trace::DropReason::kTtlExpired);
  sent(2, 1);
  consumed(2, "icmp-error");

  const Fate fate = fates_.fate_of(1);

  EXPECT_EQ(fate.packet, LostPacket::kRequest);
  EXPECT_EQ(fate.reason, "TTL_EXPIRED");
}

TEST_F(FatesTest, FollowsTheReply) {
  sent(1);
  consumed(1, "echo-request");
  sent(2, 1);
  dropped(2, trace::DropReason::kLinkDown);

  const Fate fate = fates_.fate_of(1);

  EXPECT_EQ(fate.packet, LostPacket::kReply);
  EXPECT_EQ(fate.reason, "LINK_DOWN");
}

TEST_F(FatesTest, KnowsWhatAHostSaid) {
  sent(1);
  consumed(1, "not-for-me");
  const Fate fate = fates_.fate_of(1);
  EXPECT_EQ(fate.reason, "not-for-me");
  EXPECT_EQ(fate.code, "X_NOT_FOR_ME");
  EXPECT_EQ(fate.sentence,
            "eni-00000007 does not have the destination address, and forwards nothing");
  EXPECT_THAT(fate.details, Contains(trace::Detail{"element", "eni-00000007"}));

  sent(2);
  consumed(2, "echo-request");
  sent(3, 2);
  consumed(3, "echo-reply-unmatched");  // somebody else's
  EXPECT_EQ(fates_.fate_of(2).reason, "echo-reply-unmatched");
  EXPECT_EQ(fates_.fate_of(2).packet, LostPacket::kReply);
}

TEST_F(FatesTest, FollowsFragmentsAndWhatIsMadeOfThem) {
  sent(1);
  replaced(1);
  sent(2, 1);
  sent(3, 1);
  replaced(2);
  replaced(3);
  sent(4, 2);  // the datagram, made again
  consumed(4, "echo-request");
  sent(5, 4);
  dropped(5, trace::DropReason::kLinkLoss);

  EXPECT_EQ(fates_.fate_of(1).packet, LostPacket::kReply);
  EXPECT_EQ(fates_.fate_of(1).reason, "LINK_LOSS");
}

TEST_F(FatesTest, BlamesTheFragmentThatWasDropped) {
  sent(1);
  replaced(1);
  sent(2, 1);
  sent(3, 1);
  consumed(2, "reassembly-timeout");
  dropped(3, trace::DropReason::kLinkLoss);

  EXPECT_EQ(fates_.fate_of(1).reason, "LINK_LOSS");
  EXPECT_EQ(fates_.fate_of(1).packet, LostPacket::kRequest);
}

TEST_F(FatesTest, DoesNotTakeACopyForAnAnswer) {
  sent(1);
  sent(2, 1, trace::Tap::Side::kLink);  // a link duplicates
  consumed(2, "echo-request");
  consumed(1, "echo-request");
  sent(3, 1);
  dropped(3, trace::DropReason::kLinkLoss);

  EXPECT_EQ(fates_.fate_of(1).reason, "LINK_LOSS");
}

TEST_F(FatesTest, SaysWhatIsStillOnItsWay) {
  EXPECT_EQ(fates_.fate_of(99).reason, kInFlight);
  EXPECT_EQ(fates_.fate_of(99).code, "X_IN_FLIGHT");
  sent(1);
  EXPECT_EQ(fates_.fate_of(1).reason, kInFlight);
  EXPECT_EQ(fates_.fate_of(1).packet, LostPacket::kRequest);
  consumed(1, "echo-request");
  sent(2, 1);
  EXPECT_EQ(fates_.fate_of(1).reason, kInFlight);
  EXPECT_EQ(fates_.fate_of(1).packet, LostPacket::kReply);
}

TEST_F(FatesTest, DoesNotTakeForwardingForAnEnd) {
  sent(1);
  consumed(1, "forwarded");
  EXPECT_EQ(fates_.fate_of(1).reason, kInFlight);
}

}  // namespace
}  // namespace vpclab::scenario
