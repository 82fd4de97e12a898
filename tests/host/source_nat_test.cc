// Many behind one address: the table of ports, and what is rewritten.
#include "netstack/host/source_nat.h"

#include <set>

#include "netstack/wire/tcp.h"
#include "tests/host/dialogue.h"

namespace vpclab::host::testing {
namespace {

using std::chrono::seconds;
using wire::IcmpType;
using wire::IcmpV4Header;
using wire::IpProtocol;

constexpr Ipv4Address kOutside = Ipv4Address::of(10, 1, 5, 9);  // the translator's own address
constexpr SimTime kStart{};

constexpr SimTime at(std::int64_t second) { return SimTime(seconds(second)); }

/// NAT-4, NAT-5.
SourceNatOptions gateway_options() {
  SourceNatOptions options;
  options.ports.per_remote_max = 55'000;
  options.ports.idle.fill(seconds(350));
  options.loose_tcp = false;
  options.other_protocols = false;
  return options;
}

Ip leaving(IpProtocol protocol, Ipv4Address from = kAlice) {
  Ip ip;
  ip.source = from;
  ip.destination = kFar;
  ip.protocol = protocol;
  return ip;
}

Ip entering(IpProtocol protocol) {
  Ip ip;
  ip.source = kFar;
  ip.destination = kOutside;
  ip.protocol = protocol;
  return ip;
}

Frame udp_packet(const Ip& ip, std::uint16_t from, std::uint16_t to) {
  return ip_packet(ip, udp(ip, from, to, bytes_of(9)));
}

Frame tcp_packet(const Ip& ip, std::uint16_t from, std::uint16_t to, std::uint8_t flags) {
  Frame segment(wire::TcpHeader::kMinSize);
  wire::TcpHeader header;
  header.source_port = from;
  header.destination_port = to;
  header.flags = flags;
  header.emit(segment, ip.source, ip.destination);
  return ip_packet(ip, segment);
}

Frame echo_packet(const Ip& ip, IcmpType type, std::uint16_t identifier) {
  return ip_packet(ip, echo(type, identifier, 1, bytes_of(9)));
}

std::uint16_t port_at(const Frame& packet, std::size_t offset) {
  return load_be16(wire::ipv4_payload(Bytes(packet)), offset);
}

TEST(SourceNat, TranslatesUdpThereAndBackAsIfWrittenAnew) {  // NAT-3
  SourceNat nat(gateway_options());
  Frame request = udp_packet(leaving(IpProtocol::kUdp), 4'711, 53);

  ASSERT_EQ(nat.leave(kStart, request, kOutside), NatResult::kTranslated);

  const std::uint16_t port = port_at(request, 0);
  EXPECT_GE(port, 1'024);
  EXPECT_EQ(request, udp_packet(leaving(IpProtocol::kUdp, kOutside), port, 53));
  Frame reply = udp_packet(entering(IpProtocol::kUdp), 53, port);
  ASSERT_EQ(nat.enter(kStart, reply), NatResult::kTranslated);
  Ip inside = entering(IpProtocol::kUdp);
  inside.destination = kAlice;
  EXPECT_EQ(reply, udp_packet(inside, 53, 4'711));
}

TEST(SourceNat, TranslatesTcpThereAndBackAsIfWrittenAnew) {  // NAT-4
  SourceNat nat(gateway_options());
  Frame syn = tcp_packet(leaving(IpProtocol::kTcp), 40'000, 443, wire::tcp_flag::kSyn);

  ASSERT_EQ(nat.leave(kStart, syn, kOutside), NatResult::kTranslated);

  const std::uint16_t port = port_at(syn, 0);
  EXPECT_EQ(syn, tcp_packet(leaving(IpProtocol::kTcp, kOutside), port, 443, wire::tcp_flag::kSyn));
  const std::uint8_t flags = wire::tcp_flag::kSyn | wire::tcp_flag::kAck;
  Frame answer = tcp_packet(entering(IpProtocol::kTcp), 443, port, flags);
  ASSERT_EQ(nat.enter(kStart, answer), NatResult::kTranslated);
  Ip inside = entering(IpProtocol::kTcp);
  inside.destination = kAlice;
  EXPECT_EQ(answer, tcp_packet(inside, 443, 40'000, flags));
}

TEST(SourceNat, TranslatesTheIdentifierOfAnEcho) {  // NAT-4
  SourceNat nat(gateway_options());
  Frame request = echo_packet(leaving(IpProtocol::kIcmp), IcmpType::kEchoRequest, 7);

  ASSERT_EQ(nat.leave(kStart, request, kOutside), NatResult::kTranslated);

  const std::uint16_t identifier = port_at(request, 4);
  EXPECT_EQ(request,
            echo_packet(leaving(IpProtocol::kIcmp, kOutside), IcmpType::kEchoRequest, identifier));
  Frame reply = echo_packet(entering(IpProtocol::kIcmp), IcmpType::kEchoReply, identifier);
  ASSERT_EQ(nat.enter(kStart, reply), NatResult::kTranslated);
  Ip inside = entering(IpProtocol::kIcmp);
  inside.destination = kAlice;
  EXPECT_EQ(reply, echo_packet(inside, IcmpType::kEchoReply, 7));
}

TEST(SourceNat, TellsTwoInsideHostsWithTheSamePortApart) {
  SourceNat nat(gateway_options());
  Frame of_alice = udp_packet(leaving(IpProtocol::kUdp), 4'711, 53);
  Frame of_bob = udp_packet(leaving(IpProtocol::kUdp, kBob), 4'711, 53);
  ASSERT_EQ(nat.leave(kStart, of_alice, kOutside), NatResult::kTranslated);
  ASSERT_EQ(nat.leave(kStart, of_bob, kOutside), NatResult::kTranslated);
  EXPECT_NE(port_at(of_alice, 0), port_at(of_bob, 0));

  Frame reply = udp_packet(entering(IpProtocol::kUdp), 53, port_at(of_bob, 0));
  ASSERT_EQ(nat.enter(kStart, reply), NatResult::kTranslated);

  EXPECT_EQ(wire::ipv4_destination(reply), kBob);
}

TEST(SourceNat, KeepsAFlowOnItsPort) {
  SourceNat nat(gateway_options());
  Frame first = udp_packet(leaving(IpProtocol::kUdp), 4'711, 53);
  Frame second = first;
  nat.leave(kStart, first, kOutside);

  nat.leave(at(349), second, kOutside);

  EXPECT_EQ(first, second);
  EXPECT_EQ(nat.table().size(), 1u);
}

TEST(SourceNat, KnowsNothingOfWhatNobodyAskedFor) {  // NAT-3, NAT-7
  SourceNat nat(gateway_options());
  Frame request = echo_packet(leaving(IpProtocol::kIcmp), IcmpType::kEchoRequest, 7);
  nat.leave(kStart, request, kOutside);
  const std::uint16_t identifier = port_at(request, 4);
  Ip stranger = entering(IpProtocol::kIcmp);
  stranger.source = Ipv4Address::of(203, 0, 113, 9);

  for (Frame packet : {echo_packet(entering(IpProtocol::kIcmp), IcmpType::kEchoRequest, identifier),
                       echo_packet(stranger, IcmpType::kEchoReply, identifier),
                       udp_packet(entering(IpProtocol::kUdp), 53, identifier),
                       tcp_packet(entering(IpProtocol::kTcp), 443, 22, wire::tcp_flag::kSyn)}) {
    const Frame before = packet;
    EXPECT_EQ(nat.enter(kStart, packet), NatResult::kNoState);
    EXPECT_EQ(packet, before);
  }
}

TEST(SourceNat, LetsOnlyASynBeginAConnection) {  // NAT-5: what is later is answered by a reset
  SourceNat nat(gateway_options());
  Frame segment = tcp_packet(leaving(IpProtocol::kTcp), 40'000, 443, wire::tcp_flag::kAck);
  EXPECT_EQ(nat.leave(kStart, segment, kOutside), NatResult::kNoState);

  Frame syn = tcp_packet(leaving(IpProtocol::kTcp), 40'000, 443, wire::tcp_flag::kSyn);
  nat.leave(kStart, syn, kOutside);
  EXPECT_EQ(nat.leave(at(349), segment, kOutside), NatResult::kTranslated);
  Frame later = tcp_packet(leaving(IpProtocol::kTcp), 40'000, 443, wire::tcp_flag::kAck);
  EXPECT_EQ(nat.leave(at(349 + 350), later, kOutside), NatResult::kNoState);
  EXPECT_EQ(nat.table().size(), 0u);
}

TEST(SourceNat, RefusesOtherProtocols) {  // NAT-4
  SourceNat nat(gateway_options());
  Frame packet = ip_packet(leaving(static_cast<IpProtocol>(47)), bytes_of(12));

  EXPECT_EQ(nat.leave(kStart, packet, kOutside), NatResult::kUnsupported);
}

TEST(SourceNat, TranslatesOtherProtocolsByAddressWhereItMay) {
  SourceNat nat{SourceNatOptions()};
  const auto kGre = static_cast<IpProtocol>(47);
  Frame packet = ip_packet(leaving(kGre), bytes_of(12));

  ASSERT_EQ(nat.leave(kStart, packet, kOutside), NatResult::kTranslated);

  EXPECT_EQ(packet, ip_packet(leaving(kGre, kOutside), bytes_of(12)));
  Frame of_bob = ip_packet(leaving(kGre, kBob), bytes_of(12));
  EXPECT_EQ(nat.leave(kStart, of_bob, kOutside), NatResult::kNoPort);  // no port tells them apart
  Frame reply = ip_packet(entering(kGre), bytes_of(3));
  ASSERT_EQ(nat.enter(kStart, reply), NatResult::kTranslated);
  EXPECT_EQ(wire::ipv4_destination(reply), kAlice);
}

TEST(SourceNat, TranslatesAnErrorThatComesBackWithWhatItQuotes) {  // RFC 5508 section 4.2
  SourceNat nat(gateway_options());
  for (const bool is_udp : {true, false}) {
    SCOPED_TRACE(is_udp);
    const IpProtocol protocol = is_udp ? IpProtocol::kUdp : IpProtocol::kIcmp;
    const Frame sent = is_udp ? udp_packet(leaving(protocol), 4'711, 33'434)
                              : echo_packet(leaving(protocol), IcmpType::kEchoRequest, 7);
    Frame seen = sent;
    nat.leave(kStart, seen, kOutside);
    const IcmpV4Header exceeded = IcmpV4Header::error(IcmpType::kTimeExceeded, 0);
    Ip from_router = entering(IpProtocol::kIcmp);
    from_router.source = Ipv4Address::of(100, 65, 0, 1);
    for (const std::size_t quoted : {28U, 30U, 37U}) {
      Frame error = ip_packet(from_router, icmp_error(exceeded, Bytes(seen).first(quoted)));

      ASSERT_EQ(nat.enter(kStart, error), NatResult::kTranslated);

      Ip inside = from_router;
      inside.destination = kAlice;
      EXPECT_EQ(error, ip_packet(inside, icmp_error(exceeded, Bytes(sent).first(quoted))));
    }
  }
}

TEST(SourceNat, TranslatesAnErrorOfTheInsideWithWhatItQuotes) {
  SourceNat nat(gateway_options());
  Frame request = udp_packet(leaving(IpProtocol::kUdp), 4'711, 53);
  nat.leave(kStart, request, kOutside);
  const Frame sent_back = udp_packet(entering(IpProtocol::kUdp), 53, port_at(request, 0));
  Frame received = sent_back;
  nat.enter(kStart, received);
  const IcmpV4Header closed =
      IcmpV4Header::error(IcmpType::kDestinationUnreachable, wire::unreachable::kPort);
  Frame error = ip_packet(leaving(IpProtocol::kIcmp), icmp_error(closed, received));

  ASSERT_EQ(nat.leave(kStart, error, kOutside), NatResult::kTranslated);

  EXPECT_EQ(error, ip_packet(leaving(IpProtocol::kIcmp, kOutside), icmp_error(closed, sent_back)));
}

TEST(SourceNat, LetsNoErrorAboutStrangersThrough) {
  SourceNat nat(gateway_options());
  const Frame quoted = udp_packet(leaving(IpProtocol::kUdp, kOutside), 1'024, 53);
  Frame error = ip_packet(
      entering(IpProtocol::kIcmp),
      icmp_error(IcmpV4Header::error(IcmpType::kTimeExceeded, 0), Bytes(quoted).first(28)));

  EXPECT_EQ(nat.enter(kStart, error), NatResult::kNoState);
  EXPECT_FALSE(nat.find_returning(kStart, error).has_value());
}

TEST(SourceNat, RefusesWhatItCannotRead) {
  SourceNat nat(gateway_options());
  Frame packet = ip_packet(leaving(IpProtocol::kUdp), bytes_of(7));

  EXPECT_EQ(nat.leave(kStart, packet, kOutside), NatResult::kUnsupported);
}

NatEnds to_server(std::uint16_t inside_port, Ipv4Address inside = kAlice) {
  return NatEnds{inside, kFar, inside_port, 443, IpProtocol::kTcp};
}

constexpr auto kAnyPort = [](std::uint16_t) { return true; };

TEST(PortTranslation, HoldsNoMoreFlowsToOneRemoteEndThanItMay) {  // NAT-5: 55,000
  PortTranslationOptions options = gateway_options().ports;
  PortTranslation table(options);
  std::set<std::uint16_t> ports;
  for (std::uint32_t i = 0; i < 55'000; ++i) {
    const auto flow = table.open(to_server(static_cast<std::uint16_t>(i)), NatPhase::kTcpOpening,
                                 kStart, kAnyPort);
    ASSERT_NE(flow, PortTranslation::kNone) << i;
    ports.insert(table.flow(flow).port);
  }
  EXPECT_EQ(ports.size(), 55'000u);
  EXPECT_GE(*ports.begin(), 1'024);

  EXPECT_EQ(table.open(to_server(1, kBob), NatPhase::kTcpOpening, kStart, kAnyPort),
            PortTranslation::kNone);
  NatEnds elsewhere = to_server(1, kBob);
  elsewhere.remote_port = 80;  // another port of the same server counts on its own
  EXPECT_NE(table.open(elsewhere, NatPhase::kTcpOpening, kStart, kAnyPort), PortTranslation::kNone);
  EXPECT_NE(table.open(to_server(1, kBob), NatPhase::kTcpOpening, at(350), kAnyPort),
            PortTranslation::kNone);  // all others have ended
  EXPECT_EQ(table.size(), 1u);
}

TEST(PortTranslation, FindsTheLastFreePort) {
  PortTranslationOptions options;
  options.first_port = 2'000;
  options.last_port = 2'299;
  PortTranslation table(options);
  std::set<std::uint16_t> ports;
  for (std::uint16_t i = 0; i < 300; ++i) {
    const auto flow = table.open(to_server(i), NatPhase::kTcpOpening, kStart, kAnyPort);
    ASSERT_NE(flow, PortTranslation::kNone) << i;
    ports.insert(table.flow(flow).port);
  }

  EXPECT_EQ(ports.size(), 300u);
  EXPECT_EQ(*ports.begin(), 2'000);
  EXPECT_EQ(*ports.rbegin(), 2'299);
  EXPECT_EQ(table.open(to_server(300), NatPhase::kTcpOpening, kStart, kAnyPort),
            PortTranslation::kNone);
}

TEST(PortTranslation, KeepsAPortThatIsFree) {
  PortTranslationOptions options;
  options.keep_ports = true;
  PortTranslation table(options);
  const auto first = table.open(to_server(40'000), NatPhase::kTcpOpening, kStart, kAnyPort);
  const auto second = table.open(to_server(40'000, kBob), NatPhase::kTcpOpening, kStart, kAnyPort);
  const auto low = table.open(to_server(22), NatPhase::kTcpOpening, kStart, kAnyPort);
  const auto own = table.open(to_server(50'000), NatPhase::kTcpOpening, kStart,
                              [](std::uint16_t port) { return port != 50'000; });

  EXPECT_EQ(table.flow(first).port, 40'000);
  EXPECT_NE(table.flow(second).port, 40'000);
  EXPECT_GE(table.flow(low).port, 1'024);
  EXPECT_NE(table.flow(own).port, 50'000);
}

TEST(PortTranslation, GivesEachPhaseItsTime) {
  PortTranslation table{PortTranslationOptions()};
  const NatEnds ends = to_server(40'000);
  const auto flow = table.open(ends, NatPhase::kTcpOpening, kStart, kAnyPort);
  table.touch(flow, NatPhase::kTcpEstablished, false, at(1));
  EXPECT_NE(table.find(ends, at(100'000)), PortTranslation::kNone);

  table.touch(flow, NatPhase::kTcpClosing, true, at(100'000));

  EXPECT_NE(table.find(ends, at(100'119)), PortTranslation::kNone);
  EXPECT_EQ(table.find(ends, at(100'120)), PortTranslation::kNone);
  EXPECT_EQ(table.size(), 0u);
}

TEST(PortTranslation, BoundsAllFlows) {
  PortTranslationOptions options;
  options.flows_max = 40;
  PortTranslation table(options);
  for (std::uint16_t i = 0; i < 40; ++i) {
    NatEnds ends = to_server(i);
    ends.remote_port = i;
    ASSERT_NE(table.open(ends, NatPhase::kUdp, kStart, kAnyPort), PortTranslation::kNone);
  }

  EXPECT_EQ(table.open(to_server(1), NatPhase::kUdp, kStart, kAnyPort), PortTranslation::kNone);
}

TEST(PortTranslation, AgreesWithANaiveTableOverManyFlows) {
  PortTranslationOptions options;
  options.first_port = 1'024;
  options.last_port = 1'123;
  options.idle.fill(seconds(50));
  PortTranslation table(options);

  struct Known {
    NatEnds ends;
    std::uint16_t port;
    SimTime used;
  };

  std::vector<Known> known;
  std::uint32_t random = 1;
  for (int step = 0; step < 20'000; ++step) {
    const SimTime now = at(step / 4);
    random = random * 1'664'525U + 1'013'904'223U;
    NatEnds ends = to_server(static_cast<std::uint16_t>((random >> 8) % 60));
    ends.remote_port = static_cast<std::uint16_t>((random >> 16) % 3);
    std::erase_if(known, [&](const Known& flow) { return flow.used + seconds(50) <= now; });
    const auto expected = std::find_if(known.begin(), known.end(),
                                       [&](const Known& flow) { return flow.ends == ends; });

    auto flow = table.find(ends, now);

    ASSERT_EQ(flow != PortTranslation::kNone, expected != known.end()) << step;
    if (flow == PortTranslation::kNone) {
      flow = table.open(ends, NatPhase::kUdp, now, kAnyPort);
      ASSERT_NE(flow, PortTranslation::kNone);
      for (const Known& other : known) {
        ASSERT_FALSE(other.ends.remote_port == ends.remote_port &&
                     other.port == table.flow(flow).port);
      }
      known.push_back({ends, table.flow(flow).port, now});
    } else {
      ASSERT_EQ(table.flow(flow).port, expected->port);
      table.touch(flow, NatPhase::kUdp, true, now);
      expected->used = now;
    }
    ASSERT_EQ(
        table.find_back(ends.remote, ends.remote_port, ends.protocol, table.flow(flow).port, now),
        flow);
    ASSERT_EQ(table.size(), known.size());
  }
}

}  // namespace
}  // namespace vpclab::host::testing
