#include "emulator/scenario/fates.h"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "netstack/wire/arp.h"
#include "netstack/wire/ethernet.h"
#include "netstack/wire/ipv4.h"

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

  /// Asks the neighbours who has the address.
  void asked(std::uint64_t packet, std::string_view address) {
    std::array<std::uint8_t, wire::EthernetHeader::kSize + wire::ArpPacket::kSize> frame{};
    wire::EthernetHeader{wire::MacAddress::broadcast(), {}, wire::EtherType::kArp}.emit(frame);
    wire::ArpPacket arp;
    arp.operation = wire::ArpOperation::kRequest;
    arp.target_ip = wire::Ipv4Address::parse(address).value();
    arp.emit(MutableBytes(frame).subspan(wire::EthernetHeader::kSize));
    trace::TraceEvent event = event_of(trace::EventKind::kSent, packet);
    event.bytes = frame;
    event.ethernet = true;
    fates_.record(event);
  }

  void gave_up(std::uint64_t packet, std::string_view destination) {
    std::array<std::uint8_t, wire::Ipv4Header::kMinSize> bytes{};
    wire::Ipv4Header header;
    header.total_length = bytes.size();
    header.destination = wire::Ipv4Address::parse(destination).value();
    header.emit(bytes);
    trace::TraceEvent event = event_of(trace::EventKind::kConsumed, packet);
    event.outcome = "arp-failed";
    event.bytes = bytes;
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

TEST_F(FatesTest, TellsWhyNobodyCouldAnswerForANeighbour) {  // FWD-1.5
  sent(1);
  sent(2);
  asked(11, "10.1.0.77");
  dropped(11, trace::DropReason::kLinkLoss);
  asked(21, "10.1.0.2");
  dropped(21, trace::DropReason::kReservedAddress);
  asked(12, "10.1.0.77");
  dropped(12, trace::DropReason::kNoSuchHost);
  gave_up(2, "10.1.0.2");
  gave_up(1, "10.1.0.77");

  EXPECT_EQ(fates_.fate_of(1).reason, "NO_SUCH_HOST");
  EXPECT_EQ(fates_.fate_of(1).code, "NO_POSSIBLE_DESTINATION");
  EXPECT_EQ(fates_.fate_of(1).host_word, "arp-failed");
  EXPECT_EQ(fates_.fate_of(2).reason, "RESERVED_ADDRESS");
}

TEST_F(FatesTest, BlamesTheHostWhereTheNetworkDroppedNoQuestion) {
  sent(1);
  asked(11, "10.1.0.77");
  dropped(11, trace::DropReason::kNoSuchHost);
  for (std::uint64_t later = 12; later < 15; ++later) {  // the address has an owner now
    asked(later, "10.1.0.77");
    replaced(later);
  }
  gave_up(1, "10.1.0.77");
  sent(2);
  gave_up(2, "10.1.0.78");

  EXPECT_EQ(fates_.fate_of(1).reason, "arp-failed");
  EXPECT_EQ(fates_.fate_of(2).reason, "arp-failed");
}

TEST_F(FatesTest, BlamesALinkOnlyWhereItLostEveryQuestion) {
  sent(1);
  asked(11, "10.1.0.77");
  dropped(11, trace::DropReason::kLinkLoss);
  asked(12, "10.1.0.77");
  replaced(12);
  gave_up(1, "10.1.0.77");
  sent(2);
  asked(21, "10.1.0.78");
  dropped(21, trace::DropReason::kLinkLoss);
  asked(22, "10.1.0.78");
  dropped(22, trace::DropReason::kLinkDown);
  gave_up(2, "10.1.0.78");

  EXPECT_EQ(fates_.fate_of(1).reason, "arp-failed");
  EXPECT_EQ(fates_.fate_of(2).reason, "LINK_LOSS");
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
