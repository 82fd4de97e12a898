#include "emulator/capture/tap_frame.h"

#include <set>

#include <gtest/gtest.h>

#include "netstack/wire/summary.h"
#include "tests/capture/lab.h"

namespace vpclab::capture {
namespace {

using testing::Buffer;
using testing::id;
using testing::kAlice;
using testing::kBob;
using testing::kEniA;
using testing::kPcx;
using testing::Side;
using trace::Direction;
using trace::EventKind;

constexpr Side kSides[] = {Side::kGuest,    Side::kFilter, Side::kRouter,
                           Side::kCrossing, Side::kInside, Side::kOutside,
                           Side::kInternet, Side::kLink,   Side::kClassicLink};

TEST(TapFrame, NamesTapsByIdAndSide) {
  EXPECT_EQ(tap_name({kEniA, Side::kGuest}), "eni-00000000aaaaaaaaa");
  EXPECT_EQ(tap_name({kEniA, Side::kFilter}), "eni-00000000aaaaaaaaa filter");
  EXPECT_EQ(tap_name({kPcx, Side::kCrossing}), "pcx-aaaabbbb");
  EXPECT_EQ(tap_name({id("igw-11111111"), Side::kInside}), "igw-11111111 inside");
  EXPECT_EQ(tap_name({id("igw-11111111"), Side::kOutside}), "igw-11111111 outside");
}

TEST(TapFrame, DescribesTapsInWords) {
  const testing::LabNames names;

  EXPECT_EQ(tap_description({kEniA, Side::kGuest}, names), "instance-1, inside the guest");
  EXPECT_EQ(tap_description({kPcx, Side::kCrossing}, names), "peering connection vpc1-vpc2");
  EXPECT_EQ(tap_description({id("igw-11111111"), Side::kOutside}, names),
            "internet gateway igw-11111111, public addresses");
  EXPECT_EQ(tap_description({id("nat-11111111"), Side::kInside}, names),
            "NAT gateway nat-11111111, private addresses");
}

TEST(TapFrame, TellsTheSidesOfAnElementApart) {
  std::set<std::string> names;
  std::set<wire::MacAddress> addresses;
  for (const Side side : kSides) {
    for (const bool near : {true, false}) {
      const wire::MacAddress address = tap_mac({kEniA, side}, near);
      EXPECT_TRUE(address.is_local() && !address.is_group());
      EXPECT_EQ(address.octets()[0], 0x02);
      addresses.insert(address);
    }
  }
  EXPECT_EQ(addresses.size(), 2 * std::size(kSides));
}

// CAP-1: tcpdump in the guest shows what it sent and what reached it.
TEST(TapFrame, ShowsTheGuestWhatItSentAndReceived) {
  trace::TraceEvent event;
  for (const EventKind kind : {EventKind::kSent, EventKind::kPassed, EventKind::kDropped,
                               EventKind::kConsumed, EventKind::kReplaced}) {
    for (const Side side : kSides) {
      event.kind = kind;
      event.tap = {kEniA, side};
      const bool crosses = kind == EventKind::kSent || kind == EventKind::kPassed;
      event.ethernet = true;
      EXPECT_EQ(is_guest_frame(event), side == Side::kGuest && crosses);
      event.ethernet = false;  // inside the host, never on a wire: shown by no capture
      EXPECT_FALSE(is_guest_frame(event));
      EXPECT_EQ(is_frame(event), kind == EventKind::kDropped || (crosses && side != Side::kGuest));
    }
  }
}

TEST(TapFrame, GivesPacketsInsideTheFabricTheTapsAddresses) {
  const Buffer packet = testing::echo(kAlice, kBob, wire::IcmpType::kEchoRequest, 1);
  trace::TraceEvent event;
  event.tap = {kPcx, Side::kCrossing};
  event.bytes = packet;
  Buffer scratch;

  event.direction = Direction::kOut;
  const Bytes out = frame_of(event, scratch);
  ASSERT_EQ(out.size(), packet.size() + 14);
  const wire::EthernetHeader outward = wire::EthernetHeader::parse(out).value();
  EXPECT_EQ(outward.source, tap_mac(event.tap, true));
  EXPECT_EQ(outward.destination, tap_mac(event.tap, false));
  EXPECT_EQ(wire::summarize_frame(out), "IP " + wire::summarize_ipv4(packet));

  event.direction = Direction::kIn;
  const wire::EthernetHeader inward = wire::EthernetHeader::parse(frame_of(event, scratch)).value();
  EXPECT_EQ(inward.source, outward.destination);
  EXPECT_EQ(inward.destination, outward.source);
}

TEST(TapFrame, LeavesAFrameAsItIs) {
  const Buffer frame = testing::arp(wire::ArpOperation::kRequest, kAlice, kBob);
  trace::TraceEvent event;
  event.tap = {kEniA, Side::kFilter};
  event.bytes = frame;
  event.ethernet = true;
  Buffer scratch;

  EXPECT_EQ(frame_of(event, scratch).data(), frame.data());
}

TEST(TapFrame, BeginsADropsCommentWithDropped) {
  const testing::LabNames names;
  const Buffer packet = testing::echo(kAlice, kBob, wire::IcmpType::kEchoRequest, 1);
  trace::StepList steps;
  steps.push({trace::Stage::kSecurityGroupIngress,
              trace::Outcome::kDenied,
              {.object = testing::kSgB, .scope = testing::kEniB, .number = 1}});
  trace::TraceEvent event;
  event.kind = EventKind::kDropped;
  event.tap = {testing::kEniB, Side::kFilter};
  event.direction = Direction::kIn;
  event.reason = trace::DropReason::kSgIngress;
  event.steps = &steps;
  event.bytes = packet;

  const std::string comment = comment_of(event, names);

  EXPECT_TRUE(comment.starts_with("DROPPED SG_INGRESS (ENI_SG_RULES_MISMATCH): ")) << comment;
  EXPECT_NE(comment.find("sg-bbbbbbbb"), std::string::npos) << comment;
  EXPECT_NE(comment.find("10.1.4.7"), std::string::npos) << comment;
}

TEST(TapFrame, CommentsOnWhatAPacketPassed) {
  const testing::LabNames names;
  trace::StepList steps;
  steps.push({trace::Stage::kRouteLookup,
              trace::Outcome::kMatched,
              {.object = id("rtb-11111111"),
               .rule = kPcx,
               .prefix = wire::Ipv4Prefix::of(kBob, 16),
               .has_prefix = true}});
  trace::TraceEvent event;
  event.kind = EventKind::kPassed;
  event.steps = &steps;

  const std::string comment = comment_of(event, names);

  EXPECT_NE(comment.find("10.2.0.0/16"), std::string::npos) << comment;
  EXPECT_NE(comment.find("pcx-aaaabbbb"), std::string::npos) << comment;
  event.steps = nullptr;
  EXPECT_EQ(comment_of(event, names), "");
}

}  // namespace
}  // namespace vpclab::capture
