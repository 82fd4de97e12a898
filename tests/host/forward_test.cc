// A host that forwards, as NAT instances and appliances do.
#include "tests/host/dialogue.h"

namespace vpclab::host::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using wire::IcmpType;

constexpr MacAddress kMacInside = MacAddress::from_integer(0x02'00'00'00'00'1a);
constexpr Ipv4Address kInside = Ipv4Address::of(10, 2, 0, 5);
constexpr Ipv4Address kServer = Ipv4Address::of(10, 2, 0, 80);
constexpr MacAddress kMacServer = MacAddress::from_integer(0x02'00'00'00'00'80);

/// alice (10.1.0.5) with a second foot in 10.2.0.0/20, whose link is smaller.
struct Forwarder : Dialogue {
  Forwarder() : Dialogue({.ip_forward = true}) {
    InterfaceConfig inside = interface_of(kInside, kMacInside);
    inside.gateway.reset();
    inside.mtu = 1500;
    stack.add_interface(inside);
    introduce(kBob);
  }

  void introduce_server() {
    in(arp(wire::ArpOperation::kRequest, kMacServer, kServer, MacAddress(), kInside), 1);
    out();
    endings.take();
  }

  static Ip to_server() {
    Ip ip;
    ip.destination = kServer;
    return ip;
  }
};

TEST(Forwarding, LowersTheTtlAndKeepsTheRest) {  // TTL-4
  Forwarder host;
  host.introduce_server();
  Ip ip = Forwarder::to_server();
  ip.tos = 0x10;
  ip.options = {7, 3, 4, 0};
  const Frame packet = ip_packet(ip, echo(IcmpType::kEchoRequest, 7, 1, bytes_of(40)));
  Frame frame = ethernet(packet);
  frame.resize(frame.size() + 5, 0xee);  // padding stays behind
  const PacketHandle handle = host.make(frame);
  const std::uint64_t id = host.pool.id(handle);

  host.stack.receive(host.now, 0, handle);

  int seen = 0;
  host.stack.drain_outbound([&](std::size_t interface, PacketHandle sent) {
    ++seen;
    EXPECT_EQ(interface, 1u);
    EXPECT_EQ(host.pool.id(sent), id);  // the same packet
    const Bytes bytes = std::as_const(host.pool).bytes(sent);
    EXPECT_EQ(MacAddress::load(bytes, 0), kMacServer);
    EXPECT_EQ(MacAddress::load(bytes, 6), kMacInside);
    const Bytes out_ip = bytes.subspan(14);
    EXPECT_EQ(out_ip.size(), packet.size());
    EXPECT_TRUE(wire::ipv4_checksum_ok(out_ip));
    wire::Ipv4Header expected = *wire::Ipv4Header::parse(packet);
    expected.ttl = 63;
    EXPECT_EQ(*wire::Ipv4Header::parse(out_ip), expected);
    EXPECT_TRUE(std::equal(out_ip.begin() + 24, out_ip.end(), packet.begin() + 24));
    host.pool.free(sent);
  });
  EXPECT_EQ(seen, 1);
  EXPECT_THAT(host.endings.take(), ElementsAre(HostOutcome::kForwarded));
}

TEST(Forwarding, DoesNothingOfTheKindWhenItIsOff) {
  Dialogue host;
  host.introduce();

  host.in(ethernet(ip_packet(Forwarder::to_server(), bytes_of(8))));

  EXPECT_THAT(host.out(), IsEmpty());
  EXPECT_THAT(host.endings.take(), ElementsAre(HostOutcome::kNotForMe));
}

TEST(Forwarding, SaysThatTheTtlIsSpent) {
  for (const int ttl : {0, 1, 2}) {
    SCOPED_TRACE(ttl);
    Forwarder host;
    host.introduce_server();
    Ip ip = Forwarder::to_server();
    ip.ttl = static_cast<std::uint8_t>(ttl);

    host.in(ethernet(ip_packet(ip, echo(IcmpType::kEchoRequest, 7, 1, bytes_of(8)))));

    const auto sent = host.out();
    ASSERT_THAT(sent, SizeIs(1));
    if (ttl < 2) {
      EXPECT_THAT(sent[0], IsIcmp(IcmpType::kTimeExceeded, 0));
      EXPECT_EQ(header_of(sent[0]).source, kAlice);  // the side the sender is on
      EXPECT_EQ(wire::ipv4_ttl(message_of(sent[0]).subspan(8)), ttl);
      EXPECT_THAT(host.endings.take(), ElementsAre(HostOutcome::kTtlExpired));
    } else {
      EXPECT_EQ(header_of(sent[0]).ttl, 1);
      EXPECT_THAT(host.endings.take(), ElementsAre(HostOutcome::kForwarded));
    }
  }
}

TEST(Forwarding, SaysThatThePacketIsTooBigOrFragmentsIt) {
  Forwarder host;
  host.introduce_server();
  Ip ip = Forwarder::to_server();
  ip.dont_fragment = true;
  const Frame message = echo(IcmpType::kEchoRequest, 7, 1, bytes_of(1473));

  host.in(ethernet(ip_packet(ip, message)));

  auto sent = host.out();
  ASSERT_THAT(sent, ElementsAre(IsIcmp(IcmpType::kDestinationUnreachable, 4)));
  EXPECT_EQ(load_be16(message_of(sent[0]), 6), 1500);
  EXPECT_THAT(host.endings.take(), ElementsAre(HostOutcome::kFragmentationNeeded));
  ip.dont_fragment = false;
  host.in(ethernet(ip_packet(ip, message)));
  sent = host.out();
  ASSERT_THAT(sent, SizeIs(2));
  EXPECT_EQ(header_of(sent[0]).ttl, 63);
  EXPECT_EQ(header_of(sent[0]).total_length, 1500);
  EXPECT_THAT(host.endings.take(), IsEmpty());
  EXPECT_EQ(host.endings.replaced, 1u);
  EXPECT_EQ(host.endings.replacements, 2u);
  EXPECT_EQ(host.pool.live(), 0u);
}

TEST(Forwarding, NeverHoldsBackFragmentationNeeded) {  // RFC 1191: no rate limit
  Forwarder host;
  Ip ip = Forwarder::to_server();
  ip.dont_fragment = true;

  for (int i = 0; i < 20; ++i) {
    host.in(ethernet(ip_packet(ip, echo(IcmpType::kEchoRequest, 7, 1, bytes_of(1473)))));
  }

  EXPECT_THAT(host.out(), SizeIs(20));
}

TEST(Forwarding, SaysThatNobodyAnswersOnTheNextLink) {
  Forwarder host;
  host.in(ethernet(ip_packet(Forwarder::to_server(), echo(IcmpType::kEchoRequest, 7, 1, {}))));
  EXPECT_THAT(host.out(), ElementsAre(IsArpRequestFor(kServer)));

  host.wait(3s);

  const auto sent = host.out();
  ASSERT_THAT(sent, SizeIs(3));  // two more questions, and the answer to the sender
  EXPECT_THAT(sent[2], IsIcmp(IcmpType::kDestinationUnreachable, 1));
  EXPECT_EQ(header_of(sent[2]).destination, kBob);
  EXPECT_THAT(host.endings.take(), ElementsAre(HostOutcome::kArpFailed));
  EXPECT_EQ(host.pool.live(), 0u);
}

TEST(Forwarding, SaysThatNobodyAnswersForThePiecesEither) {
  Forwarder host;
  host.in(ethernet(
      ip_packet(Forwarder::to_server(), echo(IcmpType::kEchoRequest, 7, 1, bytes_of(1473)))));
  host.out();

  host.wait(3s);

  const auto sent = host.out();
  ASSERT_THAT(sent, SizeIs(3));  // about the first piece alone (RFC 1122 section 3.2.2)
  EXPECT_THAT(sent[2], IsIcmp(IcmpType::kDestinationUnreachable, 1));
  EXPECT_EQ(header_of(sent[2]).destination, kBob);
  EXPECT_THAT(host.endings.take(), ElementsAre(HostOutcome::kArpFailed, HostOutcome::kArpFailed));
  EXPECT_EQ(host.pool.live(), 0u);
}

TEST(Forwarding, SaysThatThereIsNoRoute) {
  HostOptions options;
  options.ip_forward = true;
  InterfaceConfig config = interface_of(kAlice, kMacA);
  config.gateway.reset();
  Dialogue host(options, config);
  host.introduce();
  Ip ip;
  ip.destination = kFar;

  host.in(ethernet(ip_packet(ip, echo(IcmpType::kEchoRequest, 7, 1, {}))));

  EXPECT_THAT(host.out(), ElementsAre(IsIcmp(IcmpType::kDestinationUnreachable, 0)));
  EXPECT_THAT(host.endings.take(), ElementsAre(HostOutcome::kNoRoute));
}

TEST(Forwarding, TellsTheObserverOnlyWhenThePacketLeaves) {
  Forwarder host;
  host.in(ethernet(ip_packet(Forwarder::to_server(), echo(IcmpType::kEchoRequest, 7, 1, {}))));
  EXPECT_THAT(host.endings.take(), IsEmpty());  // it waits for the server's address

  host.in(arp(wire::ArpOperation::kReply, kMacServer, kServer, kMacInside, kInside, kMacInside), 1);

  EXPECT_THAT(host.endings.take(), ElementsAre(HostOutcome::kArp, HostOutcome::kForwarded));
}

}  // namespace
}  // namespace vpclab::host::testing
