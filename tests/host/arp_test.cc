// Address resolution as a dialogue: what the host asks, when it gives up, what it believes.
#include "tests/host/dialogue.h"

namespace vpclab::host::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using wire::ArpOperation;

SendResult send_echo(Dialogue& dialogue, Ipv4Address to, std::uint16_t sequence = 1,
                     std::uint16_t id = 7) {
  const Frame message = echo(wire::IcmpType::kEchoRequest, id, sequence, bytes_of(56));
  const PacketHandle packet = dialogue.stack.allocate_message(message.size());
  std::copy(message.begin(), message.end(), dialogue.pool.bytes(packet).begin());
  Outgoing outgoing;
  outgoing.destination = to;
  outgoing.protocol = wire::IpProtocol::kIcmp;
  return dialogue.stack.send(dialogue.now, packet, outgoing);
}

TEST(Arp, AnswersForTheOwnAddress) {
  Dialogue dialogue;

  dialogue.in(arp(ArpOperation::kRequest, kMacB, kBob, MacAddress(), kAlice));

  const auto sent = dialogue.out();
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(MacAddress::load(sent[0], 0), kMacB);
  EXPECT_EQ(MacAddress::load(sent[0], 6), kMacA);
  const auto reply = wire::ArpPacket::parse(ip_of(sent[0]));
  ASSERT_TRUE(reply);
  EXPECT_EQ(*reply, (wire::ArpPacket{ArpOperation::kReply, kMacA, kAlice, kMacB, kBob}));
  EXPECT_THAT(dialogue.endings.take(), ElementsAre(HostOutcome::kArp));
}

TEST(Arp, AnswersForASecondaryAddress) {
  InterfaceConfig config = interface_of(kAlice, kMacA);
  config.secondary.push_back(Ipv4Address::of(10, 1, 0, 50));
  Dialogue dialogue({}, config);

  dialogue.in(
      arp(ArpOperation::kRequest, kMacB, kBob, MacAddress(), Ipv4Address::of(10, 1, 0, 50)));

  EXPECT_THAT(dialogue.out(), SizeIs(1));
}

TEST(Arp, AnswersAProbeButLearnsNothingFromIt) {
  Dialogue dialogue;

  dialogue.in(arp(ArpOperation::kRequest, kMacB, Ipv4Address(), MacAddress(), kAlice));

  EXPECT_THAT(dialogue.out(), SizeIs(1));  // RFC 5227: the address is in use
  send_echo(dialogue, kBob);
  EXPECT_THAT(dialogue.out(), ElementsAre(IsArpRequestFor(kBob)));
}

TEST(Arp, IsSilentAboutOthersAddresses) {
  Dialogue dialogue;

  dialogue.in(arp(ArpOperation::kRequest, kMacB, kBob, MacAddress(), Ipv4Address::of(10, 1, 0, 9)));

  EXPECT_THAT(dialogue.out(), IsEmpty());
}

TEST(Arp, AsksBeforeTheFirstPacketAndSendsItWhenAnswered) {  // L2-1
  Dialogue dialogue;

  EXPECT_EQ(send_echo(dialogue, kFar).status, SendStatus::kSent);

  const auto asked = dialogue.out();
  ASSERT_THAT(asked, ElementsAre(IsArpRequestFor(kRouter)));  // off the subnet: the router's
  EXPECT_TRUE(MacAddress::load(asked[0], 0).is_broadcast());
  dialogue.in(arp(ArpOperation::kReply, kMacB, kRouter, kMacA, kAlice, kMacA));
  const auto sent = dialogue.out();
  ASSERT_THAT(sent, ElementsAre(IsIcmp(wire::IcmpType::kEchoRequest, 0)));
  EXPECT_EQ(MacAddress::load(sent[0], 0), kMacB);
  EXPECT_EQ(header_of(sent[0]).destination, kFar);
  send_echo(dialogue, kFar, 2);
  EXPECT_THAT(dialogue.out(), SizeIs(1));  // known now
}

TEST(Arp, GivesUpAfterThreeUnansweredRequestsOneASecond) {  // ICMP-1's exception, L2-3
  Dialogue dialogue;
  Listener& listener = dialogue.listener;
  ASSERT_TRUE(dialogue.stack.ports().bind(PortSpace::kEcho, Ipv4Address(), 7, listener));

  send_echo(dialogue, kBob, 1);
  EXPECT_THAT(dialogue.out(), ElementsAre(IsArpRequestFor(kBob)));
  dialogue.wait(999ms);
  EXPECT_THAT(dialogue.out(), IsEmpty());
  dialogue.wait(1ms);
  EXPECT_THAT(dialogue.out(), ElementsAre(IsArpRequestFor(kBob)));
  send_echo(dialogue, kBob, 2);
  EXPECT_THAT(dialogue.out(), IsEmpty());  // waits with the first
  dialogue.wait(1s);
  EXPECT_THAT(dialogue.out(), ElementsAre(IsArpRequestFor(kBob)));
  dialogue.wait(999ms);
  EXPECT_THAT(listener.errors, IsEmpty());
  dialogue.wait(1ms);

  ASSERT_THAT(listener.errors, SizeIs(2));
  EXPECT_EQ(listener.errors[0].from, kAlice);  // the host itself says so
  EXPECT_EQ(listener.errors[0].type, 3);
  EXPECT_EQ(listener.errors[0].code, 1);
  EXPECT_EQ(listener.errors[0].destination, kBob);
  EXPECT_THAT(dialogue.endings.take(),
              ElementsAre(HostOutcome::kArpFailed, HostOutcome::kArpFailed));
  EXPECT_THAT(dialogue.out(), IsEmpty());
  EXPECT_EQ(dialogue.stack.next_deadline(), std::nullopt);
  EXPECT_EQ(dialogue.pool.live(), 0u);
}

TEST(Arp, AsksAnewAfterAFailure) {
  Dialogue dialogue;
  send_echo(dialogue, kBob);
  dialogue.wait(5s);
  dialogue.out();

  send_echo(dialogue, kBob);

  EXPECT_THAT(dialogue.out(), ElementsAre(IsArpRequestFor(kBob)));
}

TEST(Arp, ChecksAnOldNeighbourByUnicastWhileStillUsingIt) {  // RFC 1122 section 2.3.2.1
  Dialogue dialogue;
  dialogue.introduce();
  dialogue.wait(61s);

  send_echo(dialogue, kBob);

  const auto sent = dialogue.out();
  ASSERT_THAT(sent, SizeIs(2));
  EXPECT_THAT(sent[0], IsArpRequestFor(kBob));
  EXPECT_EQ(MacAddress::load(sent[0], 0), kMacB);
  EXPECT_THAT(sent[1], IsIcmp(wire::IcmpType::kEchoRequest, 0));
  dialogue.in(arp(ArpOperation::kReply, kMacB, kBob, kMacA, kAlice, kMacA));
  dialogue.wait(10s);
  EXPECT_THAT(dialogue.out(), IsEmpty());
}

TEST(Arp, ForgetsANeighbourThatDoesNotAnswerTheCheck) {
  Dialogue dialogue;
  dialogue.introduce();
  dialogue.wait(61s);
  send_echo(dialogue, kBob);
  dialogue.wait(4s);
  EXPECT_THAT(dialogue.out(), SizeIs(4));  // the packet and three questions

  send_echo(dialogue, kBob);

  const auto sent = dialogue.out();
  ASSERT_THAT(sent, ElementsAre(IsArpRequestFor(kBob)));
  EXPECT_TRUE(MacAddress::load(sent[0], 0).is_broadcast());
}

TEST(Arp, BelievesNoUnaskedForReplyFromStrangers) {
  Dialogue dialogue;

  dialogue.in(arp(ArpOperation::kReply, kMacB, kBob, kMacA, kAlice, kMacA));
  send_echo(dialogue, kBob);

  EXPECT_THAT(dialogue.out(), ElementsAre(IsArpRequestFor(kBob)));
}

TEST(Arp, FollowsANeighbourThatMoves) {  // RFC 826: an existing entry is updated
  Dialogue dialogue;
  dialogue.introduce();
  const MacAddress moved = MacAddress::from_integer(0x02'00'00'00'00'0c);

  dialogue.in(arp(ArpOperation::kRequest, moved, kBob, MacAddress(), kBob));  // gratuitous
  send_echo(dialogue, kBob);

  const auto sent = dialogue.out();
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(MacAddress::load(sent[0], 0), moved);
}

TEST(Arp, LearnsNothingInsane) {
  const MacAddress group = MacAddress::from_integer(0x01'00'5e'00'00'01);

  const struct {
    const char* what;
    MacAddress mac;
    Ipv4Address address;
  } rows[] = {
      {"a group as sender", group, kBob},
      {"no hardware address", MacAddress(), kBob},
      {"the own address in other hands", kMacB, kAlice},
      {"an address off the subnet", kMacB, kFar},
      {"the broadcast address", kMacB, Ipv4Address::of(10, 1, 15, 255)},
  };

  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    Dialogue dialogue;
    dialogue.in(arp(ArpOperation::kRequest, row.mac, row.address, MacAddress(), kAlice));
    EXPECT_THAT(dialogue.out(), IsEmpty());
    EXPECT_THAT(dialogue.endings.take(), ElementsAre(HostOutcome::kArp));
    send_echo(dialogue, kBob);
    EXPECT_THAT(dialogue.out(), ElementsAre(IsArpRequestFor(kBob)));
  }
}

TEST(Arp, BoundsWhatWaitsForOneAddress) {
  HostOptions options;
  options.arp_pending_per_address_max = 3;
  Dialogue dialogue(options);
  for (std::uint16_t sequence = 1; sequence <= 5; ++sequence) {
    send_echo(dialogue, kBob, sequence);
  }
  EXPECT_THAT(dialogue.endings.take(),
              ElementsAre(HostOutcome::kArpQueueFull, HostOutcome::kArpQueueFull));
  dialogue.out();

  dialogue.in(arp(ArpOperation::kReply, kMacB, kBob, kMacA, kAlice, kMacA));

  const auto sent = dialogue.out();
  ASSERT_THAT(sent, SizeIs(3));  // the latest three, in order
  EXPECT_EQ(load_be16(message_of(sent[0]), 6), 3);
  EXPECT_EQ(load_be16(message_of(sent[2]), 6), 5);
}

TEST(Arp, BoundsWhatWaitsInAll) {
  HostOptions options;
  options.arp_pending_max = 4;
  Dialogue dialogue(options);
  for (std::uint8_t host = 10; host < 20; ++host) {
    send_echo(dialogue, Ipv4Address::of(10, 1, 0, host));
  }

  EXPECT_THAT(dialogue.endings.take(), SizeIs(6));
  dialogue.wait(4s);
  EXPECT_THAT(dialogue.endings.take(), SizeIs(4));
  dialogue.out();
  EXPECT_EQ(dialogue.pool.live(), 0u);
}

TEST(Arp, BoundsItsTableByForgettingTheOldest) {
  HostOptions options;
  options.arp_entries_max = 4;
  Dialogue dialogue(options);
  for (std::uint8_t host = 10; host < 18; ++host) {
    dialogue.introduce(Ipv4Address::of(10, 1, 0, host), kMacB);
    dialogue.wait(1s);
  }

  send_echo(dialogue, Ipv4Address::of(10, 1, 0, 17));
  EXPECT_THAT(dialogue.out(), ElementsAre(IsIcmp(wire::IcmpType::kEchoRequest, 0)));
  send_echo(dialogue, Ipv4Address::of(10, 1, 0, 10));
  EXPECT_THAT(dialogue.out(), ElementsAre(IsArpRequestFor(Ipv4Address::of(10, 1, 0, 10))));
}

TEST(Arp, RefusesAPacketWhenEveryEntryIsBeingAsked) {
  HostOptions options;
  options.arp_entries_max = 2;
  Dialogue dialogue(options);
  for (std::uint8_t host = 10; host < 13; ++host) {
    send_echo(dialogue, Ipv4Address::of(10, 1, 0, host));
  }

  EXPECT_THAT(dialogue.endings.take(), ElementsAre(HostOutcome::kArpQueueFull));
}

TEST(Arp, AnnouncesEveryAddressOfAnInterface) {  // L2-4: the fabric ignores it, a link does not
  InterfaceConfig config = interface_of(kAlice, kMacA);
  config.secondary.push_back(Ipv4Address::of(10, 1, 0, 50));
  Dialogue dialogue({}, config);

  dialogue.stack.announce(0);

  EXPECT_THAT(dialogue.out(),
              ElementsAre(IsArpRequestFor(kAlice), IsArpRequestFor(Ipv4Address::of(10, 1, 0, 50))));
}

TEST(Arp, RefusesWhatIsNoArpForIpv4) {
  Dialogue dialogue;
  Frame frame = arp(ArpOperation::kRequest, kMacB, kBob, MacAddress(), kAlice);
  frame[14 + 4] = 8;  // a hardware address of 8 bytes
  Frame short_frame = arp(ArpOperation::kRequest, kMacB, kBob, MacAddress(), kAlice);
  short_frame.resize(30);

  dialogue.in(frame);
  dialogue.in(short_frame);

  EXPECT_THAT(dialogue.endings.take(),
              ElementsAre(HostOutcome::kMalformed, HostOutcome::kMalformed));
}

}  // namespace
}  // namespace vpclab::host::testing
