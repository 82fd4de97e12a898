// A host that forwards under its own address, as NAT instances do (NAT-13, CASE-23).
#include "netstack/wire/tcp.h"
#include "tests/host/dialogue.h"

namespace vpclab::host::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using wire::IcmpType;
using wire::IpProtocol;

constexpr MacAddress kRouterMac = MacAddress::from_integer(0x02'00'00'00'00'01);
constexpr Ipv4Address kClient = Ipv4Address::of(10, 1, 16, 7);  // in another subnet

/// alice (10.1.0.5) as a NAT instance with one interface.
struct NatInstance : Dialogue {
  NatInstance() : Dialogue({.ip_forward = true, .masquerade = true}) {
    introduce(kRouter, kRouterMac);
  }

  static Ip from_client(IpProtocol protocol = IpProtocol::kIcmp) {
    Ip ip;
    ip.source = kClient;
    ip.destination = kFar;
    ip.protocol = protocol;
    return ip;
  }

  static Ip from_far(IpProtocol protocol = IpProtocol::kIcmp) {
    Ip ip;
    ip.source = kFar;
    ip.destination = kAlice;
    ip.protocol = protocol;
    return ip;
  }

  /// Sends an echo request of the client through; the identifier that it leaves with.
  std::uint16_t open_echo(std::uint16_t identifier = 7) {
    in(ethernet(
        ip_packet(from_client(), echo(IcmpType::kEchoRequest, identifier, 1, bytes_of(8)))));
    const auto sent = out();
    endings.take();
    return sent.size() == 1 ? load_be16(message_of(sent[0]), 4) : std::uint16_t{0};
  }
};

TEST(Masquerading, GivesItsOwnAddressAndTakesTheAnswerBack) {  // NAT-13, TTL-4
  NatInstance host;

  host.in(ethernet(
      ip_packet(NatInstance::from_client(), echo(IcmpType::kEchoRequest, 2'007, 1, bytes_of(8)))));

  auto sent = host.out();
  ASSERT_THAT(sent, ElementsAre(IsIcmp(IcmpType::kEchoRequest, 0)));
  EXPECT_EQ(header_of(sent[0]).source, kAlice);
  EXPECT_EQ(header_of(sent[0]).ttl, 63);
  EXPECT_EQ(load_be16(message_of(sent[0]), 4), 2'007);  // Linux keeps what is free
  EXPECT_THAT(host.endings.take(), ElementsAre(HostOutcome::kForwarded));

  host.in(ethernet(
      ip_packet(NatInstance::from_far(), echo(IcmpType::kEchoReply, 2'007, 1, bytes_of(8)))));

  sent = host.out();
  ASSERT_THAT(sent, ElementsAre(IsIcmp(IcmpType::kEchoReply, 0)));
  EXPECT_EQ(header_of(sent[0]).source, kFar);
  EXPECT_EQ(header_of(sent[0]).destination, kClient);
  EXPECT_EQ(header_of(sent[0]).ttl, 63);
  EXPECT_THAT(host.endings.take(), ElementsAre(HostOutcome::kForwarded));
  EXPECT_EQ(host.pool.live(), 0u);
}

TEST(Masquerading, ForwardsUnderTheSendersAddressWhenItIsOff) {
  NatInstance host;
  host.stack.set_masquerade(false);

  host.in(ethernet(
      ip_packet(NatInstance::from_client(), echo(IcmpType::kEchoRequest, 7, 1, bytes_of(8)))));

  const auto sent = host.out();
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(header_of(sent[0]).source, kClient);
}

TEST(Masquerading, StillAnswersForItself) {
  NatInstance host;
  host.open_echo(2'007);

  host.in(ethernet(
      ip_packet(NatInstance::from_far(), echo(IcmpType::kEchoRequest, 2'007, 1, bytes_of(8)))));
  host.in(ethernet(
      ip_packet(NatInstance::from_far(), echo(IcmpType::kEchoReply, 2'008, 1, bytes_of(8)))));

  EXPECT_THAT(host.out(), ElementsAre(IsIcmp(IcmpType::kEchoReply, 0)));
  EXPECT_THAT(host.endings.take(),
              ElementsAre(HostOutcome::kEchoRequest, HostOutcome::kEchoReplyUnmatched));
}

TEST(Masquerading, LeavesItsOwnProgramsTheirIdentifiers) {
  NatInstance host;
  ASSERT_TRUE(host.stack.ports().bind(PortSpace::kEcho, kAlice, 2'007, host.listener));

  EXPECT_NE(host.open_echo(2'007), 2'007);

  host.in(ethernet(
      ip_packet(NatInstance::from_far(), echo(IcmpType::kEchoReply, 2'007, 1, bytes_of(8)))));
  EXPECT_THAT(host.listener.messages, SizeIs(1));
}

TEST(Masquerading, TellsTheClientThatItsTtlIsSpent) {  // TTL-4
  NatInstance host;
  Ip ip = NatInstance::from_client();
  ip.ttl = 1;

  host.in(ethernet(ip_packet(ip, echo(IcmpType::kEchoRequest, 7, 1, bytes_of(8)))));

  const auto sent = host.out();
  ASSERT_THAT(sent, ElementsAre(IsIcmp(IcmpType::kTimeExceeded, 0)));
  EXPECT_EQ(header_of(sent[0]).source, kAlice);
  EXPECT_EQ(header_of(sent[0]).destination, kClient);
}

TEST(Masquerading, TellsTheOutsideAboutThePacketThatItSent) {
  NatInstance host;
  const std::uint16_t identifier = host.open_echo(7);
  Ip ip = NatInstance::from_far();
  ip.ttl = 1;
  const Frame packet = ip_packet(ip, echo(IcmpType::kEchoReply, identifier, 1, bytes_of(8)));

  host.in(ethernet(packet));

  // About an echo reply, a query: the sender hears of it, as it sent it.
  const auto sent = host.out();
  ASSERT_THAT(sent, ElementsAre(IsIcmp(IcmpType::kTimeExceeded, 0)));
  EXPECT_EQ(header_of(sent[0]).destination, kFar);
  const Bytes quoted = message_of(sent[0]).subspan(8);
  EXPECT_TRUE(std::equal(quoted.begin(), quoted.end(), packet.begin()));
  EXPECT_THAT(host.endings.take(), ElementsAre(HostOutcome::kTtlExpired));
}

TEST(Masquerading, HandsErrorsOnToTheClient) {  // traceroute through a NAT instance
  NatInstance host;
  Ip ip = NatInstance::from_client(IpProtocol::kUdp);
  const Frame probe = ip_packet(ip, udp(ip, 40'000, 33'434, bytes_of(12)));
  host.in(ethernet(probe));
  const Frame seen = host.out().front();
  Ip from_router = NatInstance::from_far();
  from_router.source = Ipv4Address::of(100, 65, 0, 1);
  const wire::IcmpV4Header exceeded = wire::IcmpV4Header::error(IcmpType::kTimeExceeded, 0);

  host.in(ethernet(ip_packet(from_router, icmp_error(exceeded, ip_of(seen).first(28)))));

  const auto sent = host.out();
  ASSERT_THAT(sent, ElementsAre(IsIcmp(IcmpType::kTimeExceeded, 0)));
  EXPECT_EQ(header_of(sent[0]).destination, kClient);
  const Bytes quoted = message_of(sent[0]).subspan(8);
  EXPECT_EQ(wire::ipv4_source(quoted), kClient);
  EXPECT_EQ(load_be16(quoted, 20), 40'000);
}

TEST(Masquerading, TellsTheClientThatNobodyIsThere) {  // NAT-13, RFC 1812 section 5.2.7.1
  NatInstance host;
  Ip ip = NatInstance::from_client();
  ip.destination = Ipv4Address::of(10, 1, 0, 99);
  host.in(ethernet(ip_packet(ip, echo(IcmpType::kEchoRequest, 7, 1, bytes_of(8)))));
  EXPECT_THAT(host.out(), ElementsAre(IsArpRequestFor(ip.destination)));

  host.wait(3s + 1ms);  // three questions, and the error's way through the host itself

  const auto sent = host.out();
  ASSERT_THAT(sent, SizeIs(3));
  ASSERT_THAT(sent[2], IsIcmp(IcmpType::kDestinationUnreachable, 1));
  EXPECT_EQ(header_of(sent[2]).source, kAlice);
  EXPECT_EQ(header_of(sent[2]).destination, kClient);
  EXPECT_EQ(header_of(sent[2]).ttl, host.stack.options().initial_ttl);
  EXPECT_EQ(wire::ipv4_source(message_of(sent[2]).subspan(8)), kClient);
  EXPECT_THAT(host.endings.take(), ElementsAre(HostOutcome::kArpFailed));
  EXPECT_EQ(host.pool.live(), 0u);
}

TEST(Masquerading, TellsTheOutsideNothingOfTheInside) {  // RFC 5508 REQ-4
  InterfaceConfig narrow = interface_of(Ipv4Address::of(10, 1, 16, 1), kMacB);
  narrow.mtu = 576;
  Dialogue host({.ip_forward = true, .masquerade = true});
  host.introduce(kRouter, kRouterMac);
  ASSERT_EQ(host.stack.add_interface(narrow), 1u);
  Ip ip = NatInstance::from_client(IpProtocol::kUdp);
  host.in(ethernet(ip_packet(ip, udp(ip, 40'000, 53, bytes_of(8))), kMacB), 1);
  ASSERT_THAT(host.out(), SizeIs(1));
  Ip back = NatInstance::from_far(IpProtocol::kUdp);
  back.dont_fragment = true;
  const Frame answer = ip_packet(back, udp(back, 53, 40'000, bytes_of(1'000)));

  host.in(ethernet(answer));

  const auto sent = host.out();
  ASSERT_THAT(sent, ElementsAre(IsIcmp(IcmpType::kDestinationUnreachable, 4)));
  EXPECT_EQ(header_of(sent[0]).destination, kFar);
  const Bytes quoted = message_of(sent[0]).subspan(8);
  EXPECT_TRUE(std::equal(quoted.begin(), quoted.end(), answer.begin()));
}

TEST(Masquerading, TranslatesDatagramsThatComeInPieces) {
  NatInstance host;
  Ip ip = NatInstance::from_client(IpProtocol::kUdp);
  const Frame segment = udp(ip, 40'000, 53, bytes_of(100));
  Ip first = ip;
  first.more_fragments = true;
  Ip second = ip;
  second.offset = 64;

  host.in(ethernet(ip_packet(second, Frame(segment.begin() + 64, segment.end()))));
  EXPECT_THAT(host.out(), IsEmpty());
  host.in(ethernet(ip_packet(first, Frame(segment.begin(), segment.begin() + 64))));

  const auto sent = host.out();
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(header_of(sent[0]).source, kAlice);
  EXPECT_EQ(message_of(sent[0]).size(), segment.size());
  EXPECT_TRUE(wire::udp_checksum_ok(message_of(sent[0]), kAlice, kFar));
  EXPECT_EQ(host.pool.live(), 0u);
}

TEST(Masquerading, ForgetsItsFlowsWhenItStops) {
  NatInstance host;
  const std::uint16_t identifier = host.open_echo(7);
  host.stack.shut_down(host.now);

  host.in(ethernet(
      ip_packet(NatInstance::from_far(), echo(IcmpType::kEchoReply, identifier, 1, bytes_of(8)))));

  EXPECT_THAT(host.endings.take(), ElementsAre(HostOutcome::kEchoReplyUnmatched));
}

TEST(Masquerading, GivesItsOwnProgramsOtherPortsThanItsFlowsHave) {  // NAT-13, ICMP-3
  NatInstance host;
  Ip ip = NatInstance::from_client(IpProtocol::kUdp);
  const std::uint16_t first = PortTable::kEphemeralFirst;  // where every host begins
  for (std::uint16_t i = 0; i < 3; ++i) {
    const auto port = static_cast<std::uint16_t>(first + i);
    host.in(ethernet(ip_packet(ip, udp(ip, port, 33'434, bytes_of(12)))));
  }
  ASSERT_THAT(host.out(), SizeIs(3));

  const auto port = host.stack.ports().bind(PortSpace::kUdp, Ipv4Address(), 0, host.listener);

  ASSERT_TRUE(port);
  EXPECT_EQ(*port, first + 3);
  // What the host's own probe comes to is the host's to hear.
  Ip own = ip;
  own.source = kAlice;
  Ip from_router = NatInstance::from_far();
  from_router.source = Ipv4Address::of(100, 65, 0, 1);
  const Frame probe = ip_packet(own, udp(own, *port, 33'434, bytes_of(12)));
  const wire::IcmpV4Header exceeded = wire::IcmpV4Header::error(IcmpType::kTimeExceeded, 0);
  host.in(ethernet(ip_packet(from_router, icmp_error(exceeded, Bytes(probe).first(28)))));
  EXPECT_THAT(host.listener.errors, SizeIs(1));
  EXPECT_THAT(host.out(), IsEmpty());
}

TEST(Masquerading, GivesPortsOfOtherProtocolsToItsPrograms) {  // NAT-13
  NatInstance host;
  ASSERT_EQ(host.open_echo(PortTable::kEphemeralFirst), PortTable::kEphemeralFirst);

  EXPECT_EQ(host.stack.ports().bind(PortSpace::kUdp, Ipv4Address(), 0, host.listener),
            PortTable::kEphemeralFirst);
}

TEST(Masquerading, GivesPortsBackToItsProgramsWhenItHasStopped) {
  NatInstance host;
  Ip ip = NatInstance::from_client(IpProtocol::kUdp);
  host.in(ethernet(ip_packet(ip, udp(ip, PortTable::kEphemeralFirst, 53, bytes_of(12)))));
  host.out();
  host.stack.shut_down(host.now);

  EXPECT_EQ(host.stack.ports().bind(PortSpace::kUdp, Ipv4Address(), 0, host.listener),
            PortTable::kEphemeralFirst);
}

TEST(Masquerading, HandsNoErrorOnThatQuotesAnotherSender) {  // RFC 5508 REQ-3
  NatInstance host;
  Ip ip = NatInstance::from_client(IpProtocol::kUdp);
  host.in(ethernet(ip_packet(ip, udp(ip, 40'000, 53, bytes_of(12)))));
  host.out();
  host.endings.take();
  Ip quoted = ip;
  quoted.source = Ipv4Address::of(203, 0, 113, 4);
  const Frame never_sent = ip_packet(quoted, udp(quoted, 40'000, 53, bytes_of(12)));

  host.in(ethernet(ip_packet(
      NatInstance::from_far(),
      icmp_error(wire::IcmpV4Header::fragmentation_needed(576), Bytes(never_sent).first(28)))));

  EXPECT_THAT(host.out(), IsEmpty());
  EXPECT_THAT(host.endings.take(), ElementsAre(HostOutcome::kIcmpErrorUnmatched));
}

/// Keeps the bytes of what ends.
struct LastBytes final : HostObserver {
  explicit LastBytes(const wire::PacketPool& packets) : pool(packets) {}

  void on_consumed(SimTime, std::size_t, PacketHandle packet, HostOutcome outcome) override {
    if (outcome != HostOutcome::kForwarded && outcome != HostOutcome::kArp) {
      const Bytes bytes = pool.bytes(packet);
      last.assign(bytes.begin(), bytes.end());
      how = outcome;
    }
  }

  void on_replaced(SimTime, std::size_t, std::span<const PacketHandle>,
                   std::span<const PacketHandle>) override {}

  const wire::PacketPool& pool;
  Frame last;
  std::optional<HostOutcome> how;
};

struct WatchedNatInstance {
  WatchedNatInstance() : seen(pool), stack(pool, {.ip_forward = true, .masquerade = true}, &seen) {
    stack.add_interface(interface_of(kAlice, kMacA));
  }

  void in(const Frame& frame) {
    const PacketHandle packet = pool.allocate(frame.size());
    std::copy(frame.begin(), frame.end(), pool.bytes(packet).begin());
    stack.receive(SimTime(), 0, packet);
    stack.drain_outbound([this](std::size_t, PacketHandle sent) { pool.free(sent); });
  }

  wire::PacketPool pool;
  LastBytes seen;
  HostStack stack;
};

TEST(Masquerading, ShowsWhatItRefusesAsTheFrameThatCame) {  // NAT-13: no port is left
  WatchedNatInstance host;
  host.in(arp(wire::ArpOperation::kRequest, kRouterMac, kRouter, MacAddress(), kAlice));
  Ip ip = NatInstance::from_client(IpProtocol::kUdp);
  for (std::uint32_t port = 1'024; port <= 65'535; ++port) {
    host.in(ethernet(ip_packet(ip, udp(ip, static_cast<std::uint16_t>(port), 53, bytes_of(4)))));
  }
  ASSERT_FALSE(host.seen.how);
  ip.source = Ipv4Address::of(10, 1, 16, 8);
  const Frame refused = ethernet(ip_packet(ip, udp(ip, 1'024, 53, bytes_of(4))));

  host.in(refused);

  EXPECT_EQ(host.seen.how, HostOutcome::kNoPort);
  EXPECT_EQ(host.seen.last, refused);
}

TEST(Forwarding, ShowsAsAFrameWhatWaitedInVainForANeighbour) {
  WatchedNatInstance host;
  host.stack.set_masquerade(false);
  const Frame frame = ethernet(
      ip_packet(NatInstance::from_client(), echo(IcmpType::kEchoRequest, 7, 1, bytes_of(8))));
  host.in(frame);  // the router's address is asked for

  host.stack.shut_down(SimTime());

  EXPECT_EQ(host.seen.how, HostOutcome::kHostStopped);
  ASSERT_EQ(host.seen.last.size(), frame.size());
  EXPECT_EQ(type_of(host.seen.last), wire::EtherType::kIpv4);
  EXPECT_EQ(header_of(host.seen.last).source, kClient);
}

TEST(Masquerading, IsSilentAboutPiecesThatItOnlyGathersToPassThemOn) {  // RFC 792
  NatInstance host;
  Ip ip = NatInstance::from_client(IpProtocol::kUdp);
  const Frame segment = udp(ip, 40'000, 53, bytes_of(100));
  ip.more_fragments = true;
  host.in(ethernet(ip_packet(ip, Frame(segment.begin(), segment.begin() + 64))));

  host.wait(1min);

  EXPECT_THAT(host.out(), IsEmpty());
  EXPECT_THAT(host.endings.take(), ElementsAre(HostOutcome::kReassemblyTimeout));
}

}  // namespace
}  // namespace vpclab::host::testing
