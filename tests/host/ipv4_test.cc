// What the host does with IPv4 packets before it looks inside: header checks, addresses, options.
#include "tests/host/dialogue.h"

namespace vpclab::host::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Frame request_frame(const Ip& ip = {}) {
  return ethernet(ip_packet(ip, echo(wire::IcmpType::kEchoRequest, 7, 1, bytes_of(56))));
}

TEST(Ipv4Input, RefusesBrokenHeaders) {
  struct Row {
    const char* what;
    HostOutcome outcome;
    void (*spoil)(Frame&);
  };

  const Row rows[] = {
      {"version 5", HostOutcome::kMalformed, [](Frame& f) { f[14] = 0x55; }},
      {"a header of 16 bytes", HostOutcome::kMalformed, [](Frame& f) { f[14] = 0x44; }},
      {"a header longer than the packet", HostOutcome::kMalformed,
       [](Frame& f) {
         f[14] = 0x4f;
         f.resize(14 + 40);
       }},
      {"a total length beyond the frame", HostOutcome::kMalformed, [](Frame& f) { f[16] = 0x10; }},
      {"a total length within the header", HostOutcome::kMalformed,
       [](Frame& f) {
         f[16] = 0;
         f[17] = 19;
       }},
      {"19 bytes", HostOutcome::kMalformed, [](Frame& f) { f.resize(14 + 19); }},
      {"a wrong checksum", HostOutcome::kBadChecksum, [](Frame& f) { f[24] ^= 1; }},
      {"another Ethernet destination", HostOutcome::kNotForMe, [](Frame& f) { f[5] ^= 1; }},
      {"another EtherType", HostOutcome::kUnknownEthertype, [](Frame& f) { f[13] = 0x42; }},
      {"IPv6", HostOutcome::kUnknownEthertype,
       [](Frame& f) {
         f[12] = 0x86;
         f[13] = 0xdd;
       }},
      {"13 bytes of frame", HostOutcome::kMalformed, [](Frame& f) { f.resize(13); }},
      {"an empty frame", HostOutcome::kMalformed, [](Frame& f) { f.clear(); }},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    Dialogue dialogue;
    Frame frame = request_frame();
    row.spoil(frame);
    dialogue.in(frame);
    EXPECT_THAT(dialogue.endings.take(), ElementsAre(row.outcome));
    EXPECT_THAT(dialogue.out(), IsEmpty());
    EXPECT_EQ(dialogue.pool.live(), 0u);
  }
}

TEST(Ipv4Input, RefusesMartians) {
  struct Row {
    const char* what;
    Ipv4Address source;
    Ipv4Address destination;
    HostOutcome outcome;
  };

  const Row rows[] = {
      {"from the own address", kAlice, kAlice, HostOutcome::kMartian},
      {"from loopback", Ipv4Address::of(127, 0, 0, 1), kAlice, HostOutcome::kMartian},
      {"from a group", Ipv4Address::of(224, 0, 0, 1), kAlice, HostOutcome::kMartian},
      {"from everybody", Ipv4Address::of(255, 255, 255, 255), kAlice, HostOutcome::kMartian},
      {"from the subnet's broadcast", Ipv4Address::of(10, 1, 15, 255), kAlice,
       HostOutcome::kMartian},
      {"from nobody", Ipv4Address(), kAlice, HostOutcome::kMartian},
      {"from this network", Ipv4Address::of(0, 1, 2, 3), kAlice, HostOutcome::kMartian},
      {"to loopback", kBob, Ipv4Address::of(127, 0, 0, 1), HostOutcome::kMartian},
      {"to nobody", kBob, Ipv4Address(), HostOutcome::kMartian},
      {"to another host", kBob, Ipv4Address::of(10, 1, 0, 9), HostOutcome::kNotForMe},
      {"to a group", kBob, Ipv4Address::of(224, 0, 0, 1), HostOutcome::kUnsupportedCast},
      {"an echo to the broadcast address", kBob, Ipv4Address::of(10, 1, 15, 255),
       HostOutcome::kUnsupportedCast},
      {"an echo to everybody", kBob, Ipv4Address::of(255, 255, 255, 255),
       HostOutcome::kUnsupportedCast},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    Dialogue dialogue;
    dialogue.introduce();
    Ip ip;
    ip.source = row.source;
    ip.destination = row.destination;
    dialogue.in(request_frame(ip));
    EXPECT_THAT(dialogue.endings.take(), ElementsAre(row.outcome));
    EXPECT_THAT(dialogue.out(), IsEmpty());
  }
}

TEST(Ipv4Input, AnswersSourcesOf240Slash4) {  // TTL-3: the provider's routers live there
  Dialogue dialogue;
  dialogue.introduce(kRouter);
  Ip ip;
  ip.source = Ipv4Address::of(240, 0, 0, 9);

  dialogue.in(request_frame(ip));

  EXPECT_THAT(dialogue.out(), ElementsAre(IsIcmp(wire::IcmpType::kEchoReply, 0)));
}

TEST(Ipv4Input, DiscardsUnicastPacketsInBroadcastFrames) {  // RFC 1122 section 3.3.6
  Dialogue dialogue;

  dialogue.in(ethernet(ip_packet({}, echo(wire::IcmpType::kEchoRequest, 7, 1, bytes_of(8))),
                       MacAddress::broadcast()));

  EXPECT_THAT(dialogue.endings.take(), ElementsAre(HostOutcome::kUnsupportedCast));
  EXPECT_THAT(dialogue.out(), IsEmpty());
}

TEST(Ipv4Input, IgnoresEthernetsPadding) {
  Dialogue dialogue;
  dialogue.introduce();
  Frame frame = ethernet(ip_packet({}, echo(wire::IcmpType::kEchoRequest, 7, 1, bytes_of(4))));
  frame.resize(60, 0xee);

  dialogue.in(frame);

  const auto sent = dialogue.out();
  ASSERT_THAT(sent, ElementsAre(IsIcmp(wire::IcmpType::kEchoReply, 0)));
  EXPECT_EQ(sent[0].size(), 14u + 20 + 8 + 4);
}

TEST(Ipv4Options, AreIgnoredWhenReadable) {
  Dialogue dialogue;
  dialogue.introduce();
  Ip ip;
  ip.options = {7, 7, 4, 0, 0, 0, 0, 0};  // record route with room for one, end

  dialogue.in(request_frame(ip));

  const auto sent = dialogue.out();
  ASSERT_THAT(sent, ElementsAre(IsIcmp(wire::IcmpType::kEchoReply, 0)));
  EXPECT_EQ(header_of(sent[0]).header_size(), 20u);
  EXPECT_EQ(Frame(message_of(sent[0]).begin() + 8, message_of(sent[0]).end()), bytes_of(56));
}

TEST(Ipv4Options, AreRefusedWhenBrokenOrSourceRouting) {
  struct Row {
    const char* what;
    std::vector<std::uint8_t> options;
    HostOutcome outcome;
  };

  const Row rows[] = {
      {"loose source route", {131, 7, 4, 10, 1, 0, 9, 0}, HostOutcome::kSourceRoute},
      {"strict source route behind a no-operation",
       {1, 137, 7, 4, 10, 1, 0, 9},
       HostOutcome::kSourceRoute},
      {"a length of 0", {7, 0, 0, 0}, HostOutcome::kMalformed},
      {"a length of 1", {7, 1, 0, 0}, HostOutcome::kMalformed},
      {"a length beyond the header", {7, 40, 4, 0}, HostOutcome::kMalformed},
      {"a kind without its length", {1, 1, 1, 7}, HostOutcome::kMalformed},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    Dialogue dialogue;
    dialogue.introduce();
    Ip ip;
    ip.options = row.options;
    dialogue.in(request_frame(ip));
    EXPECT_THAT(dialogue.endings.take(), ElementsAre(row.outcome));
    EXPECT_THAT(dialogue.out(), IsEmpty());
  }
}

TEST(Ipv4Output, ChoosesTheInterfacesAddressAndTheHostsTtl) {
  for (const int ttl : {64, 127, 128, 255}) {  // INST-7
    HostOptions options;
    options.initial_ttl = static_cast<std::uint8_t>(ttl);
    Dialogue dialogue(options);
    dialogue.introduce();

    dialogue.in(request_frame());

    const auto sent = dialogue.out();
    ASSERT_THAT(sent, SizeIs(1));
    EXPECT_EQ(header_of(sent[0]).ttl, ttl);
    EXPECT_EQ(header_of(sent[0]).source, kAlice);
  }
}

TEST(Ipv4Output, SaysWhyItCannotSend) {
  InterfaceConfig config = interface_of(kAlice, kMacA);
  config.gateway.reset();
  Dialogue dialogue({}, config);
  const auto send = [&](Ipv4Address to, Ipv4Address from, std::size_t size,
                        PathMtuDiscovery discovery) {
    Outgoing outgoing;
    outgoing.destination = to;
    outgoing.source = from;
    outgoing.protocol = wire::IpProtocol::kIcmp;
    outgoing.discovery = discovery;
    return dialogue.stack.send(dialogue.now, dialogue.stack.allocate_message(size), outgoing);
  };

  EXPECT_EQ(send(kFar, {}, 8, PathMtuDiscovery::kWant).status, SendStatus::kNoRoute);
  EXPECT_EQ(send(kBob, kFar, 8, PathMtuDiscovery::kWant).status, SendStatus::kNoSuchSource);
  EXPECT_EQ(send(Ipv4Address::of(10, 1, 15, 255), {}, 8, PathMtuDiscovery::kWant).status,
            SendStatus::kBroadcast);
  const SendResult too_long = send(kBob, {}, 9000, PathMtuDiscovery::kDo);
  EXPECT_EQ(too_long.status, SendStatus::kMessageTooLong);
  EXPECT_EQ(too_long.mtu, 9001);  // MTU-1
  EXPECT_EQ(dialogue.pool.live(), 0u);
}

TEST(Ipv4Output, LetsNoLoopbackAddressOut) {  // RFC 1122 section 3.2.1.3 (g)
  Dialogue dialogue;
  const auto send = [&](Ipv4Address to) {
    Outgoing outgoing;
    outgoing.destination = to;
    outgoing.source = Ipv4Address::of(127, 0, 0, 1);
    outgoing.protocol = wire::IpProtocol::kIcmp;
    outgoing.allow_broadcast = true;
    return dialogue.stack.send(dialogue.now, dialogue.stack.allocate_message(8), outgoing).status;
  };

  EXPECT_EQ(send(kBob), SendStatus::kLoopbackSource);
  EXPECT_EQ(send(Ipv4Address::of(255, 255, 255, 255)), SendStatus::kLoopbackSource);
  EXPECT_THAT(dialogue.out(), IsEmpty());
  EXPECT_EQ(dialogue.pool.live(), 0u);
  EXPECT_EQ(send(kAlice), SendStatus::kSent);  // within the host it may
}

TEST(Ipv4Output, SendsBroadcastsAndMulticastsWithoutAsking) {
  Dialogue dialogue;
  const auto send = [&](Ipv4Address to) {
    Outgoing outgoing;
    outgoing.destination = to;
    outgoing.protocol = wire::IpProtocol::kUdp;
    outgoing.allow_broadcast = true;
    dialogue.stack.send(dialogue.now, dialogue.stack.allocate_message(8), outgoing);
  };

  send(Ipv4Address::of(10, 1, 15, 255));
  send(Ipv4Address::of(255, 255, 255, 255));
  send(Ipv4Address::of(239, 129, 2, 3));

  const auto sent = dialogue.out();
  ASSERT_THAT(sent, SizeIs(3));
  EXPECT_TRUE(MacAddress::load(sent[0], 0).is_broadcast());
  EXPECT_TRUE(MacAddress::load(sent[1], 0).is_broadcast());
  EXPECT_EQ(type_of(sent[1]), wire::EtherType::kIpv4);
  EXPECT_EQ(to_string(MacAddress::load(sent[2], 0)), "01:00:5e:01:02:03");
}

TEST(Routes, PreferTheLongestPrefix) {
  Dialogue dialogue;
  const auto next_hop = Ipv4Address::of(10, 1, 0, 77);
  dialogue.stack.add_route(
      {wire::Ipv4Prefix::of(Ipv4Address::of(198, 51, 100, 0), 24), next_hop, 0});
  const auto ask = [&](Ipv4Address to) {
    Outgoing outgoing;
    outgoing.destination = to;
    outgoing.protocol = wire::IpProtocol::kUdp;
    dialogue.stack.send(dialogue.now, dialogue.stack.allocate_message(8), outgoing);
    return dialogue.out();
  };

  EXPECT_THAT(ask(kFar), ElementsAre(IsArpRequestFor(next_hop)));
  EXPECT_THAT(ask(Ipv4Address::of(192, 0, 2, 1)), ElementsAre(IsArpRequestFor(kRouter)));
  EXPECT_THAT(ask(kBob), ElementsAre(IsArpRequestFor(kBob)));
}

TEST(Routes, AnswerFromAFurtherInterfaceThroughThatInterface) {
  for (const bool by_source : {true, false}) {
    HostOptions options;
    options.route_by_source = by_source;
    Dialogue dialogue(options);
    const Ipv4Address second = Ipv4Address::of(10, 2, 0, 5);
    dialogue.stack.add_interface(interface_of(second, kMacB));
    Ip ip;
    ip.source = kFar;
    ip.destination = second;

    dialogue.in(
        ethernet(ip_packet(ip, echo(wire::IcmpType::kEchoRequest, 7, 1, bytes_of(8))), kMacB), 1);

    EXPECT_THAT(dialogue.out(),
                ElementsAre(IsArpRequestFor(by_source ? Ipv4Address::of(10, 2, 0, 1) : kRouter)));
  }
}

TEST(Routes, AssumeEverythingOnTheLinkOneIsBoundTo) {  // ping -I eth0 without a gateway
  InterfaceConfig config = interface_of(kAlice, kMacA);
  config.gateway.reset();
  Dialogue dialogue({}, config);
  Outgoing outgoing;
  outgoing.destination = kFar;
  outgoing.interface = 0;
  outgoing.protocol = wire::IpProtocol::kUdp;

  EXPECT_EQ(dialogue.stack.send(dialogue.now, dialogue.stack.allocate_message(8), outgoing).status,
            SendStatus::kSent);

  EXPECT_THAT(dialogue.out(), ElementsAre(IsArpRequestFor(kFar)));
}

TEST(Addresses, ComeAndGo) {
  Dialogue dialogue;
  const Ipv4Address second = Ipv4Address::of(10, 1, 0, 50);

  EXPECT_TRUE(dialogue.stack.add_address(0, second));
  EXPECT_FALSE(dialogue.stack.add_address(0, second));
  EXPECT_TRUE(dialogue.stack.owns(second));
  EXPECT_TRUE(dialogue.stack.remove_address(0, second));
  EXPECT_FALSE(dialogue.stack.remove_address(0, second));
  EXPECT_FALSE(dialogue.stack.owns(second));
}

TEST(HostOutcome, HasUniqueKebabCaseNames) {
  std::vector<std::string> names;
  for (const HostOutcome outcome : all_host_outcomes()) {
    const std::string name(to_string(outcome));
    EXPECT_THAT(name, ::testing::MatchesRegex("[a-z0-9]+(-[a-z0-9]+)*"));
    names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
  EXPECT_EQ(names.size(), kHostOutcomeCount);
}

}  // namespace
}  // namespace vpclab::host::testing
