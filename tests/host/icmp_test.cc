// ICMP as a dialogue: what is answered, what is complained about and what is not, and what the
// host's own programs hear of complaints.
#include "tests/host/dialogue.h"

namespace vpclab::host::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using wire::IcmpType;
using wire::IcmpV4Header;

TEST(Echo, IsAnsweredWithTheSameData) {  // ICMP-3
  Dialogue dialogue;
  dialogue.introduce();
  Ip ip;
  ip.tos = 0x2e;
  ip.dont_fragment = true;
  const Frame data = bytes_of(57, 3);
  const Frame request = ethernet(ip_packet(ip, echo(IcmpType::kEchoRequest, 0xbeef, 513, data)));
  const PacketHandle packet = dialogue.make(request);
  const std::uint64_t request_id = dialogue.pool.id(packet);

  dialogue.stack.receive(dialogue.now, 0, packet);

  std::uint64_t reply_cause = 0;
  std::uint64_t reply_id = 0;
  dialogue.stack.drain_outbound([&](std::size_t, PacketHandle reply) {
    const Bytes frame = std::as_const(dialogue.pool).bytes(reply);
    reply_cause = dialogue.pool.cause(reply);
    reply_id = dialogue.pool.id(reply);
    EXPECT_THAT(Frame(frame.begin(), frame.end()), IsIcmp(IcmpType::kEchoReply, 0));
    const Bytes message = wire::ipv4_payload(frame.subspan(14));
    EXPECT_EQ(load_be16(message, 4), 0xbeef);
    EXPECT_EQ(load_be16(message, 6), 513);
    EXPECT_EQ(Frame(message.begin() + 8, message.end()), data);
    const auto header = *wire::Ipv4Header::parse(frame.subspan(14));
    EXPECT_EQ(header.tos, 0x2e);
    EXPECT_EQ(header.source, kAlice);
    EXPECT_EQ(header.destination, kBob);
    EXPECT_EQ(header.ttl, 127);
    EXPECT_FALSE(header.dont_fragment);
    dialogue.pool.free(reply);
  });
  EXPECT_EQ(reply_cause, request_id);
  EXPECT_NE(reply_id, request_id);
  EXPECT_THAT(dialogue.endings.take(), ElementsAre(HostOutcome::kEchoRequest));
  EXPECT_EQ(dialogue.pool.live(), 0u);
}

TEST(Echo, IsAnsweredRightlyWhenItIsAllZeros) {  // RFC 1624 section 3: no -0 for 0
  for (const std::size_t size : {0U, 1U, 56U}) {
    Dialogue dialogue;
    dialogue.introduce();

    dialogue.in(ethernet(ip_packet({}, echo(IcmpType::kEchoRequest, 0, 0, Frame(size)))));

    const auto sent = dialogue.out();
    ASSERT_THAT(sent, ElementsAre(IsIcmp(IcmpType::kEchoReply, 0)));
    EXPECT_EQ(load_be16(message_of(sent[0]), 2), 0xffff);
  }
}

TEST(Protocols, UnknownHereAreNotComplainedAboutToABroadcaster) {  // RFC 1122 section 3.2.2
  Dialogue dialogue;
  dialogue.introduce();
  Ip ip;
  ip.protocol = static_cast<wire::IpProtocol>(89);
  dialogue.in(ethernet(ip_packet(ip, bytes_of(8))));
  EXPECT_THAT(dialogue.out(), ElementsAre(IsIcmp(IcmpType::kDestinationUnreachable, 2)));
  EXPECT_THAT(dialogue.endings.take(), ElementsAre(HostOutcome::kUnknownProtocol));

  ip.destination = Ipv4Address::of(10, 1, 15, 255);
  dialogue.in(ethernet(ip_packet(ip, bytes_of(8)), MacAddress::broadcast()));

  EXPECT_THAT(dialogue.out(), IsEmpty());
  EXPECT_THAT(dialogue.endings.take(), ElementsAre(HostOutcome::kUnsupportedCast));
}

TEST(Echo, IsAnsweredAtEverySizeUpToTheLargestDatagram) {
  for (const std::size_t size :
       {0U, 1U, 7U, 8U, 55U, 1472U, 1473U, 8972U, 8973U, 8974U, 30000U, 65506U, 65507U}) {
    SCOPED_TRACE(size);
    Dialogue dialogue;
    dialogue.introduce();
    Dialogue peer({}, interface_of(kBob, kMacB));
    const Frame data = bytes_of(size);
    const Frame whole = ip_packet({}, echo(IcmpType::kEchoRequest, 7, 1, data));
    // The request in pieces of 1,480 bytes, as a link of 1,500 would have it.
    const Bytes payload = Bytes(whole).subspan(20);
    for (std::size_t at = 0; at < payload.size(); at += 1480) {
      Ip piece;
      piece.offset = static_cast<std::uint16_t>(at);
      piece.more_fragments = at + 1480 < payload.size();
      const Bytes part = payload.subspan(at, std::min<std::size_t>(1480, payload.size() - at));
      dialogue.in(ethernet(ip_packet(piece, Frame(part.begin(), part.end()))));
    }

    std::size_t received = 0;
    for (const Frame& frame : dialogue.out()) {
      ASSERT_LE(frame.size(), 14u + 9001);
      received += message_of(frame).size();
      if (header_of(frame).fragment_offset == 0) {
        EXPECT_EQ(message_of(frame)[0], 0);  // a reply
      }
    }
    EXPECT_EQ(received, size + 8);
    EXPECT_EQ(dialogue.pool.live(), 0u);
  }
}

TEST(Echo, IsNotAnsweredWhenSwitchedOff) {
  HostOptions options;
  options.answer_echo = false;
  Dialogue dialogue(options);
  dialogue.introduce();

  dialogue.in(ethernet(ip_packet({}, echo(IcmpType::kEchoRequest, 7, 1, bytes_of(8)))));

  EXPECT_THAT(dialogue.out(), IsEmpty());
  EXPECT_THAT(dialogue.endings.take(), ElementsAre(HostOutcome::kEchoRequest));
  EXPECT_EQ(dialogue.pool.live(), 0u);
}

TEST(Echo, RepliesGoToWhoWaitsForThem) {
  Dialogue dialogue;
  Listener& listener = dialogue.listener;
  ASSERT_EQ(dialogue.stack.ports().bind(PortSpace::kEcho, Ipv4Address(), 9, listener), 9);

  dialogue.in(ethernet(ip_packet({}, echo(IcmpType::kEchoReply, 9, 4, bytes_of(3)))));
  dialogue.in(ethernet(ip_packet({}, echo(IcmpType::kEchoReply, 8, 4, bytes_of(3)))));

  ASSERT_THAT(listener.messages, SizeIs(1));
  EXPECT_EQ(listener.messages[0], echo(IcmpType::kEchoReply, 9, 4, bytes_of(3)));
  EXPECT_EQ(listener.last->source, kBob);
  EXPECT_EQ(listener.last->ttl, 64);
  EXPECT_THAT(dialogue.endings.take(),
              ElementsAre(HostOutcome::kEchoReply, HostOutcome::kEchoReplyUnmatched));
}

TEST(IcmpInput, RefusesOrIgnoresTheRest) {
  struct Row {
    const char* what;
    Frame message;
    HostOutcome outcome;
  };

  Frame bad = echo(IcmpType::kEchoRequest, 7, 1, bytes_of(8));
  bad[9] ^= 0x40;
  const Row rows[] = {
      {"a wrong checksum", bad, HostOutcome::kBadChecksum},
      {"7 bytes", bytes_of(7), HostOutcome::kMalformed},
      {"nothing", {}, HostOutcome::kMalformed},
      {"a timestamp request", echo(IcmpType::kTimestampRequest, 1, 1, bytes_of(12)),
       HostOutcome::kIcmpIgnored},
      {"a redirect", icmp_error({IcmpType::kRedirect, 1, 0}, bytes_of(28)),
       HostOutcome::kIcmpIgnored},
      {"an unknown type", icmp_error({static_cast<IcmpType>(99), 1, 0}, bytes_of(28)),
       HostOutcome::kIcmpIgnored},
      {"an error that quotes nothing",
       icmp_error(IcmpV4Header::error(IcmpType::kDestinationUnreachable, 1), {}),
       HostOutcome::kIcmpErrorUnmatched},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    Dialogue dialogue;
    dialogue.introduce();
    dialogue.in(ethernet(ip_packet({}, row.message)));
    EXPECT_THAT(dialogue.endings.take(), ElementsAre(row.outcome));
    EXPECT_THAT(dialogue.out(), IsEmpty());
    EXPECT_EQ(dialogue.pool.live(), 0u);
  }
}

// --- Errors that the host sends
// -------------------------------------------------------------------

TEST(IcmpErrors, SayThatAPortIsClosed) {  // ICMP-3, TTL-5
  Dialogue dialogue;
  dialogue.introduce();
  Ip ip;
  ip.protocol = wire::IpProtocol::kUdp;
  ip.tos = 0x1e;
  const Frame probe = ip_packet(ip, udp(ip, 40000, 33434, bytes_of(32)));

  dialogue.in(ethernet(probe));

  const auto sent = dialogue.out();
  ASSERT_THAT(sent, ElementsAre(IsIcmp(IcmpType::kDestinationUnreachable, 3)));
  EXPECT_EQ(header_of(sent[0]).tos, 0xde);  // RFC 1812 section 4.3.2.5: internetwork control
  const Bytes quoted = message_of(sent[0]).subspan(8);
  EXPECT_EQ(Frame(quoted.begin(), quoted.end()), probe);  // as it came, TTL included
  EXPECT_THAT(dialogue.endings.take(), ElementsAre(HostOutcome::kNoListener));
}

TEST(IcmpErrors, SayThatAProtocolIsUnknown) {  // ICMP-3
  Dialogue dialogue;
  dialogue.introduce();
  Ip ip;
  ip.protocol = static_cast<wire::IpProtocol>(132);

  dialogue.in(ethernet(ip_packet(ip, bytes_of(20))));

  EXPECT_THAT(dialogue.out(), ElementsAre(IsIcmp(IcmpType::kDestinationUnreachable, 2)));
  EXPECT_THAT(dialogue.endings.take(), ElementsAre(HostOutcome::kUnknownProtocol));
}

TEST(IcmpErrors, QuoteNoMoreThanFits576Bytes) {
  Dialogue dialogue;
  dialogue.introduce();
  Ip ip;
  ip.protocol = wire::IpProtocol::kUdp;

  dialogue.in(ethernet(ip_packet(ip, udp(ip, 40000, 9, bytes_of(1400)))));

  const auto sent = dialogue.out();
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(sent[0].size(), 14u + 576);
}

TEST(IcmpErrors, AreNeverSentAboutWhatRfc1122Forbids) {  // section 3.2.2

  struct Row {
    const char* what;
    Frame frame;
  };

  const auto unknown = static_cast<wire::IpProtocol>(132);
  const auto with = [&](auto change) {
    Ip ip;
    ip.protocol = unknown;
    change(ip);
    return ip;
  };
  Ip to_broadcast;
  to_broadcast.protocol = wire::IpProtocol::kUdp;
  to_broadcast.destination = Ipv4Address::of(10, 1, 15, 255);
  const Frame closed = udp(to_broadcast, 40000, 9, bytes_of(8));
  Ip forwarded;
  forwarded.destination = kFar;
  forwarded.ttl = 1;
  const Frame quoted = ip_packet({}, echo(IcmpType::kEchoRequest, 1, 1, {}));
  const Row rows[] = {
      {"a datagram to the broadcast address",
       ethernet(ip_packet(to_broadcast, closed), MacAddress::broadcast())},
      {"a broadcast frame",
       ethernet(ip_packet(with([](Ip&) {}), bytes_of(20)), MacAddress::broadcast())},
      {"an ICMP error that cannot go on",
       ethernet(ip_packet(forwarded,
                          icmp_error(IcmpV4Header::error(IcmpType::kTimeExceeded, 0), quoted)))},
      {"an ICMP message of unknown kind",
       ethernet(ip_packet(forwarded, icmp_error({static_cast<IcmpType>(200), 0, 0}, quoted)))},
      {"a fragment that is not the first", ethernet(ip_packet(
                                               [&] {
                                                 Ip ip = forwarded;
                                                 ip.protocol = wire::IpProtocol::kUdp;
                                                 ip.offset = 8;
                                                 return ip;
                                               }(),
                                               bytes_of(16)))},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    HostOptions options;
    options.ip_forward = true;
    Dialogue dialogue(options);
    dialogue.introduce();
    dialogue.in(row.frame);
    EXPECT_THAT(dialogue.out(), IsEmpty());
    EXPECT_THAT(dialogue.endings.take(), SizeIs(1));
  }
}

TEST(IcmpErrors, AreRateLimitedForEachPeerAsLinuxDoes) {  // a burst of six, then one a second
  Dialogue dialogue;
  dialogue.introduce();
  dialogue.introduce(Ipv4Address::of(10, 1, 0, 9));
  const auto probe = [&](Ipv4Address from) {
    Ip ip;
    ip.source = from;
    ip.protocol = wire::IpProtocol::kUdp;
    dialogue.in(ethernet(ip_packet(ip, udp(ip, 40000, 9, {}))));
    return dialogue.out().size();
  };

  std::size_t answered = 0;
  for (int i = 0; i < 10; ++i) {
    answered += probe(kBob);
  }
  EXPECT_EQ(answered, 6u);
  EXPECT_EQ(probe(Ipv4Address::of(10, 1, 0, 9)), 1u);  // another peer has a burst of its own
  dialogue.wait(999ms);
  EXPECT_EQ(probe(kBob), 0u);
  dialogue.wait(1ms);
  EXPECT_EQ(probe(kBob), 1u);
  EXPECT_EQ(probe(kBob), 0u);
}

TEST(IcmpErrors, AreRateLimitedInAll) {  // a burst of 50, then one a millisecond
  HostOptions options;
  options.ip_forward = true;
  Dialogue dialogue(options);
  dialogue.introduce(kRouter);
  const auto probe = [&](std::uint32_t number) {
    Ip ip;
    ip.source = Ipv4Address::from_host_order(0xc6336400U + number);  // 198.51.100.0/24
    ip.protocol = wire::IpProtocol::kUdp;
    dialogue.in(ethernet(ip_packet(ip, udp(ip, 40000, 9, {}))));
    return dialogue.out().size();
  };

  std::size_t answered = 0;
  for (std::uint32_t i = 0; i < 100; ++i) {
    answered += probe(i);
  }
  EXPECT_EQ(answered, 50u);
  dialogue.wait(1ms);
  EXPECT_EQ(probe(100), 1u);
  EXPECT_EQ(probe(101), 0u);
}

// --- Errors that the host receives
// ----------------------------------------------------------------

/// What a program of this host once sent, as an error quotes it.
Frame own_packet(std::uint16_t id = 7, std::size_t size = 8972, Ipv4Address to = kFar) {
  Ip ip;
  ip.source = kAlice;
  ip.destination = to;
  ip.dont_fragment = true;
  return ip_packet(ip, echo(IcmpType::kEchoRequest, id, 1, bytes_of(size)));
}

void complain(Dialogue& dialogue, IcmpV4Header error, const Frame& about, std::size_t quote = 28) {
  Ip ip;
  ip.source = kRouter;
  dialogue.in(ethernet(
      ip_packet(ip, icmp_error(error, Bytes(about).first(std::min(quote, about.size()))))));
}

TEST(IcmpErrorInput, ReachesTheProgramWhosePacketItQuotes) {
  Dialogue dialogue;
  Listener& listener = dialogue.listener;
  ASSERT_TRUE(dialogue.stack.ports().bind(PortSpace::kEcho, Ipv4Address(), 7, listener));

  complain(dialogue, IcmpV4Header::error(IcmpType::kTimeExceeded, 0), own_packet());

  ASSERT_THAT(listener.errors, SizeIs(1));
  EXPECT_EQ(listener.errors[0].from, kRouter);
  EXPECT_EQ(listener.errors[0].destination, kFar);
  EXPECT_EQ(listener.errors[0].type, 11);
  EXPECT_EQ(listener.errors[0].ttl, 64);
  EXPECT_THAT(dialogue.endings.take(), ElementsAre(HostOutcome::kIcmpError));
}

TEST(IcmpErrorInput, ReachesUdpSocketsByTheirPort) {
  Dialogue dialogue;
  Listener& listener = dialogue.listener;
  ASSERT_TRUE(dialogue.stack.ports().bind(PortSpace::kUdp, kAlice, 5000, listener));
  Ip ip;
  ip.source = kAlice;
  ip.destination = kFar;
  ip.protocol = wire::IpProtocol::kUdp;

  complain(dialogue, IcmpV4Header::error(IcmpType::kDestinationUnreachable, 3),
           ip_packet(ip, udp(ip, 5000, 53, {})));

  ASSERT_THAT(listener.errors, SizeIs(1));
  EXPECT_EQ(listener.errors[0].code, 3);
}

TEST(IcmpErrorInput, BelievesNothingAboutPacketsOfOthers) {
  struct Row {
    const char* what;
    Frame quoted;
    std::size_t quote;
  };

  Ip stranger;
  stranger.source = kBob;
  stranger.destination = kFar;
  Ip fragment;
  fragment.source = kAlice;
  fragment.destination = kFar;
  fragment.offset = 8;
  const Row rows[] = {
      {"another identifier", own_packet(8), 28},
      {"another source", ip_packet(stranger, echo(IcmpType::kEchoRequest, 7, 1, {})), 28},
      {"a fragment that is not the first",
       ip_packet(fragment, echo(IcmpType::kEchoRequest, 7, 1, {})), 28},
      {"an echo reply",
       ip_packet(
           [] {
             Ip ip;
             ip.source = kAlice;
             ip.destination = kFar;
             return ip;
           }(),
           echo(IcmpType::kEchoReply, 7, 1, {})),
       28},
      {"too short a quote", own_packet(), 27},
      {"a header without its data", own_packet(), 20},
      {"half a header", own_packet(), 10},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    Dialogue dialogue;
    Listener& listener = dialogue.listener;
    ASSERT_TRUE(dialogue.stack.ports().bind(PortSpace::kEcho, Ipv4Address(), 7, listener));
    complain(dialogue, IcmpV4Header::fragmentation_needed(1500), row.quoted, row.quote);
    EXPECT_THAT(listener.errors, IsEmpty());
    EXPECT_THAT(dialogue.endings.take(), ElementsAre(HostOutcome::kIcmpErrorUnmatched));
    EXPECT_EQ(dialogue.stack.path_mtu(dialogue.now, kFar), 9001);
  }
}

TEST(PathMtu, IsLearntFromFragmentationNeededAndForgottenAfterTenMinutes) {  // RFC 1191, MTU-1
  Dialogue dialogue;
  Listener& listener = dialogue.listener;
  ASSERT_TRUE(dialogue.stack.ports().bind(PortSpace::kEcho, Ipv4Address(), 7, listener));

  complain(dialogue, IcmpV4Header::fragmentation_needed(1500), own_packet());

  EXPECT_EQ(dialogue.stack.path_mtu(dialogue.now, kFar), 1500);
  EXPECT_EQ(dialogue.stack.path_mtu(dialogue.now, kBob), 9001);
  EXPECT_THAT(listener.errors, SizeIs(1));
  dialogue.wait(10min - 1ns);
  EXPECT_EQ(dialogue.stack.path_mtu(dialogue.now, kFar), 1500);
  dialogue.wait(1ns);
  EXPECT_EQ(dialogue.stack.path_mtu(dialogue.now, kFar), 9001);
}

TEST(PathMtu, BelievesOnlyWhatMakesSense) {
  struct Row {
    const char* what;
    std::uint16_t told;
    std::size_t size;
    std::uint16_t believed;
  };

  const Row rows[] = {
      {"more than the packet had", 9500, 8972, 9001},
      {"exactly what the packet had", 9000, 8972, 9001},
      {"more than is known", 9001, 8972, 9001},
      {"less than the least", 100, 8972, 552},
      {"the least of RFC 791", 68, 8972, 552},
      {"an old router: the plateau below 9,000", 0, 8972, 8166},
      {"an old router: the plateau below 1,500", 0, 1472, 1492},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    Dialogue dialogue;
    Listener& listener = dialogue.listener;
    ASSERT_TRUE(dialogue.stack.ports().bind(PortSpace::kEcho, Ipv4Address(), 7, listener));
    complain(dialogue, IcmpV4Header::fragmentation_needed(row.told), own_packet(7, row.size));
    EXPECT_EQ(dialogue.stack.path_mtu(dialogue.now, kFar), row.believed);
  }
}

TEST(PathMtu, DecidesBetweenRefusalAndFragments) {
  Dialogue dialogue;
  dialogue.introduce(kRouter);
  Listener& listener = dialogue.listener;
  ASSERT_TRUE(dialogue.stack.ports().bind(PortSpace::kEcho, Ipv4Address(), 7, listener));
  complain(dialogue, IcmpV4Header::fragmentation_needed(1500), own_packet());
  const auto send = [&](std::size_t size, PathMtuDiscovery discovery) {
    Outgoing outgoing;
    outgoing.destination = kFar;
    outgoing.protocol = wire::IpProtocol::kUdp;
    outgoing.discovery = discovery;
    return dialogue.stack.send(dialogue.now, dialogue.stack.allocate_message(size), outgoing);
  };

  const SendResult refused = send(1481, PathMtuDiscovery::kDo);
  EXPECT_EQ(refused.status, SendStatus::kMessageTooLong);
  EXPECT_EQ(refused.mtu, 1500);
  EXPECT_THAT(dialogue.out(), IsEmpty());
  send(1480, PathMtuDiscovery::kDo);
  auto sent = dialogue.out();
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_TRUE(header_of(sent[0]).dont_fragment);
  send(1481, PathMtuDiscovery::kWant);
  sent = dialogue.out();
  ASSERT_THAT(sent, SizeIs(2));
  EXPECT_FALSE(header_of(sent[0]).dont_fragment);
  EXPECT_TRUE(header_of(sent[0]).more_fragments);
  EXPECT_EQ(header_of(sent[1]).fragment_offset, 1480);
  send(1480, PathMtuDiscovery::kDont);
  sent = dialogue.out();
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_FALSE(header_of(sent[0]).dont_fragment);
}

TEST(PathMtu, BoundsWhatItRemembers) {
  HostOptions options;
  options.path_mtu_entries_max = 2;
  Dialogue dialogue(options);
  Listener& listener = dialogue.listener;
  ASSERT_TRUE(dialogue.stack.ports().bind(PortSpace::kEcho, Ipv4Address(), 7, listener));
  const auto far = [](std::uint8_t host) { return Ipv4Address::of(198, 51, 100, host); };
  for (const int host : {3, 1, 2}) {
    complain(dialogue, IcmpV4Header::fragmentation_needed(1500),
             own_packet(7, 8972, far(static_cast<std::uint8_t>(host))));
    dialogue.wait(1s);
  }

  EXPECT_EQ(dialogue.stack.path_mtu(dialogue.now, far(3)), 9001);  // the oldest went
  EXPECT_EQ(dialogue.stack.path_mtu(dialogue.now, far(1)), 1500);
  EXPECT_EQ(dialogue.stack.path_mtu(dialogue.now, far(2)), 1500);
}

}  // namespace
}  // namespace vpclab::host::testing
