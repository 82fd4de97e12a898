// The stack as its owner sees it: deadlines, loopback, ports, TCP's refusals, stopping, memory.

#include "netstack/base/rng.h"
#include "netstack/host/host_stack.h"
#include "netstack/wire/tcp.h"
#include "tests/host/dialogue.h"
#include "tests/support/allocation_counter.h"

namespace vpclab::host::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using wire::IcmpType;

TEST(HostStack, IsSmallWhenIdle) {  // 1e5 hosts
  // The stack, its one interface on the heap, and what the allocator adds to that.
  EXPECT_LE(sizeof(HostStack) + sizeof(InterfaceConfig) + 16, 448u);
  wire::PacketPool pool;
  const std::size_t before = allocations;
  HostStack stack(pool, {});
  stack.add_interface(interface_of(kAlice, kMacA));
  EXPECT_EQ(allocations - before, 1u);
}

/// alice and bob wired back to back, without a delay.
struct Pair {
  Pair() {
    alice.add_interface(interface_of(kAlice, kMacA));
    bob.add_interface(interface_of(kBob, kMacB));
  }

  void exchange() {
    bool moved = true;
    while (moved) {
      moved = false;
      alice.drain_outbound([&](std::size_t, PacketHandle packet) {
        moved = true;
        bob.receive(now, 0, packet);
      });
      bob.drain_outbound([&](std::size_t, PacketHandle packet) {
        moved = true;
        alice.receive(now, 0, packet);
      });
    }
  }

  void ping(std::uint16_t sequence) {
    const PacketHandle message = alice.allocate_message(64);
    const MutableBytes bytes = pool.bytes(message);
    std::fill(bytes.begin(), bytes.end(), std::uint8_t{0x5a});
    wire::IcmpV4Header::echo(IcmpType::kEchoRequest, 7, sequence).emit(bytes);
    Outgoing outgoing;
    outgoing.destination = kBob;
    outgoing.protocol = wire::IpProtocol::kIcmp;
    alice.send(now, message, outgoing);
    exchange();
  }

  wire::PacketPool pool;
  Endings endings;
  SimTime now{};
  HostStack alice{pool, {}, nullptr};
  HostStack bob{pool, {}, nullptr};
};

/// Counts replies and keeps nothing.
struct CountingListener final : Endpoint {
  Taken deliver(SimTime, HostStack&, const Delivery&) override {
    ++replies;
    return Taken::kDone;
  }

  void on_error(SimTime, HostStack&, const DeliveryError&) override { ++errors; }

  void host_stopped() override {}

  int replies = 0;
  int errors = 0;
};

TEST(HostStack, AllocatesNothingForAnExchangeInSteadyState) {
  CountingListener listener;
  Pair pair;
  ASSERT_TRUE(pair.alice.ports().bind(PortSpace::kEcho, Ipv4Address(), 7, listener));
  for (std::uint16_t sequence = 1; sequence <= 10; ++sequence) {
    pair.ping(sequence);
  }
  ASSERT_EQ(listener.replies, 10);

  const std::size_t before = allocations;
  for (std::uint16_t sequence = 11; sequence <= 1010; ++sequence) {
    pair.ping(sequence);
  }

  EXPECT_EQ(allocations, before);
  EXPECT_EQ(listener.replies, 1010);
  EXPECT_EQ(pair.pool.live(), 0u);
}

TEST(HostStack, AllocatesNothingForFragmentsInSteadyState) {
  CountingListener listener;
  Pair pair;
  ASSERT_TRUE(pair.alice.ports().bind(PortSpace::kEcho, Ipv4Address(), 7, listener));
  const auto exchange = [&] {
    const PacketHandle message = pair.alice.allocate_message(40000);
    const MutableBytes bytes = pair.pool.bytes(message);
    std::fill(bytes.begin(), bytes.end(), std::uint8_t{1});
    wire::IcmpV4Header::echo(IcmpType::kEchoRequest, 7, 1).emit(bytes);
    Outgoing outgoing;
    outgoing.destination = kBob;
    outgoing.protocol = wire::IpProtocol::kIcmp;
    pair.alice.send(pair.now, message, outgoing);
    pair.exchange();
  };
  exchange();
  exchange();

  const std::size_t before = allocations;
  for (int i = 0; i < 50; ++i) {
    exchange();
  }

  EXPECT_EQ(allocations, before);
  EXPECT_EQ(listener.replies, 52);
  EXPECT_EQ(pair.pool.live(), 0u);
}

TEST(HostStack, MayReceiveWhileItIsBeingDrained) {  // the fabric answers ARP at once
  Dialogue dialogue;
  Outgoing outgoing;
  outgoing.destination = kBob;
  outgoing.protocol = wire::IpProtocol::kUdp;
  dialogue.stack.send(dialogue.now, dialogue.stack.allocate_message(8), outgoing);
  std::vector<wire::EtherType> sent;

  dialogue.stack.drain_outbound([&](std::size_t, PacketHandle packet) {
    const Bytes frame = std::as_const(dialogue.pool).bytes(packet);
    sent.push_back(static_cast<wire::EtherType>(load_be16(frame, 12)));
    dialogue.pool.free(packet);
    if (sent.size() == 1) {
      dialogue.in(arp(wire::ArpOperation::kReply, kMacB, kBob, kMacA, kAlice, kMacA));
      dialogue.stack.drain_outbound([](std::size_t, PacketHandle) { FAIL(); });
    }
  });

  EXPECT_THAT(sent, ElementsAre(wire::EtherType::kArp, wire::EtherType::kIpv4));
}

// --- Loopback
// -------------------------------------------------------------------------------------

TEST(Loopback, CarriesPacketsToTheOwnAddresses) {
  for (const Ipv4Address own : {kAlice, Ipv4Address::of(127, 0, 0, 1)}) {
    Dialogue dialogue;
    Listener& listener = dialogue.listener;
    ASSERT_TRUE(dialogue.stack.ports().bind(PortSpace::kEcho, Ipv4Address(), 7, listener));
    const Frame message = echo(IcmpType::kEchoRequest, 7, 1, bytes_of(65507));
    const PacketHandle packet = dialogue.stack.allocate_message(message.size());
    std::copy(message.begin(), message.end(), dialogue.pool.bytes(packet).begin());
    Outgoing outgoing;
    outgoing.destination = own;
    outgoing.protocol = wire::IpProtocol::kIcmp;
    EXPECT_EQ(dialogue.stack.send(dialogue.now, packet, outgoing).status, SendStatus::kSent);
    EXPECT_TRUE(dialogue.stack.next_deadline().has_value());

    dialogue.wait(1ms);

    ASSERT_THAT(listener.messages, SizeIs(1));  // in one piece
    EXPECT_EQ(listener.messages[0].size(), 65515u);
    EXPECT_EQ(listener.last->source, own);
    EXPECT_EQ(listener.last->interface, kLoopbackInterface);
    EXPECT_THAT(dialogue.out(), IsEmpty());
    EXPECT_THAT(dialogue.endings.take(),
                ElementsAre(HostOutcome::kEchoRequest, HostOutcome::kEchoReply));
    EXPECT_EQ(dialogue.pool.live(), 0u);
  }
}

TEST(Loopback, TakesTimeSoThatTheClockGoesOn) {
  Dialogue dialogue;
  Outgoing outgoing;
  outgoing.destination = kAlice;
  outgoing.protocol = wire::IpProtocol::kUdp;
  dialogue.stack.send(dialogue.now, dialogue.stack.allocate_message(8), outgoing);

  EXPECT_GT(*dialogue.stack.next_deadline(), dialogue.now);
}

// --- Ports
// ----------------------------------------------------------------------------------------

TEST(PortTable, HandsOutAndTakesBack) {
  PortTable ports;
  Listener one;
  Listener two;

  EXPECT_EQ(ports.bind(PortSpace::kUdp, kAlice, 53, one), 53);
  EXPECT_EQ(ports.bind(PortSpace::kUdp, kAlice, 53, two), std::nullopt);
  EXPECT_EQ(ports.bind(PortSpace::kUdp, Ipv4Address(), 53, two), std::nullopt);  // all are taken
  EXPECT_EQ(ports.bind(PortSpace::kUdp, kBob, 53, two), 53);
  EXPECT_EQ(ports.bind(PortSpace::kEcho, kAlice, 53, two), 53);  // another name space
  EXPECT_EQ(ports.find(PortSpace::kUdp, kAlice, 53), &one);
  EXPECT_EQ(ports.find(PortSpace::kUdp, kBob, 53), &two);
  EXPECT_EQ(ports.find(PortSpace::kUdp, kFar, 53), nullptr);
  ports.release(PortSpace::kUdp, kAlice, 53);
  EXPECT_EQ(ports.find(PortSpace::kUdp, kAlice, 53), nullptr);
  EXPECT_EQ(ports.bind(PortSpace::kUdp, Ipv4Address(), 54, one), 54);
  EXPECT_EQ(ports.find(PortSpace::kUdp, kFar, 54), &one);
  EXPECT_EQ(ports.bind(PortSpace::kUdp, kAlice, 54, two), std::nullopt);
}

TEST(PortTable, HandsOutEphemeralPortsInTurn) {
  PortTable ports;
  Listener listener;
  const auto first = ports.bind(PortSpace::kUdp, Ipv4Address(), 0, listener);
  const auto second = ports.bind(PortSpace::kUdp, Ipv4Address(), 0, listener);
  ASSERT_TRUE(first && second);
  EXPECT_GE(*first, PortTable::kEphemeralFirst);
  EXPECT_LE(*second, PortTable::kEphemeralLast);
  EXPECT_NE(*first, *second);
  ports.release(PortSpace::kUdp, Ipv4Address(), *first);
  EXPECT_NE(ports.bind(PortSpace::kUdp, Ipv4Address(), 0, listener), first);  // not at once again
}

TEST(PortTable, SaysWhenThereIsNoneLeft) {
  PortTable ports;
  Listener listener;
  const int all = PortTable::kEphemeralLast - PortTable::kEphemeralFirst + 1;
  for (int port = PortTable::kEphemeralFirst; port <= PortTable::kEphemeralLast; ++port) {
    if (port != 40000) {
      ASSERT_TRUE(
          ports.bind(PortSpace::kUdp, Ipv4Address(), static_cast<std::uint16_t>(port), listener));
    }
  }
  EXPECT_EQ(ports.bind(PortSpace::kUdp, Ipv4Address(), 0, listener), 40000);
  EXPECT_EQ(ports.bind(PortSpace::kUdp, Ipv4Address(), 0, listener), std::nullopt) << all;
}

TEST(UdpInput, ChecksAndDelivers) {
  struct Row {
    const char* what;
    HostOutcome outcome;
    void (*spoil)(Frame&);
  };

  const Row rows[] = {
      {"as it should be", HostOutcome::kUdp, [](Frame&) {}},
      {"without a checksum", HostOutcome::kUdp, [](Frame& s) { store_be16(s, 6, 0); }},
      {"a wrong checksum", HostOutcome::kBadChecksum, [](Frame& s) { s[6] ^= 1; }},
      {"a length beyond the datagram", HostOutcome::kMalformed, [](Frame& s) { s[4] = 1; }},
      {"a length below the header", HostOutcome::kMalformed, [](Frame& s) { s[5] = 7; }},
      {"seven bytes", HostOutcome::kMalformed, [](Frame& s) { s.resize(7); }},
      {"another port", HostOutcome::kNoListener,
       [](Frame& s) {
         s[3] = 99;
         store_be16(s, 6, 0);
       }},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    Dialogue dialogue;
    dialogue.introduce();
    Listener& listener = dialogue.listener;
    ASSERT_TRUE(dialogue.stack.ports().bind(PortSpace::kUdp, Ipv4Address(), 53, listener));
    Ip ip;
    ip.protocol = wire::IpProtocol::kUdp;
    Frame segment = udp(ip, 1000, 53, bytes_of(20));
    row.spoil(segment);
    dialogue.in(ethernet(ip_packet(ip, segment)));
    EXPECT_THAT(dialogue.endings.take(), ElementsAre(row.outcome));
    EXPECT_THAT(listener.messages, SizeIs(row.outcome == HostOutcome::kUdp ? 1 : 0));
  }
}

TEST(UdpInput, DeliversBroadcastsToWhoListens) {
  Dialogue dialogue;
  Listener& listener = dialogue.listener;
  ASSERT_TRUE(dialogue.stack.ports().bind(PortSpace::kUdp, Ipv4Address(), 68, listener));
  Ip ip;
  ip.protocol = wire::IpProtocol::kUdp;
  ip.destination = Ipv4Address::of(255, 255, 255, 255);

  dialogue.in(ethernet(ip_packet(ip, udp(ip, 67, 68, bytes_of(8))), MacAddress::broadcast()));

  EXPECT_THAT(listener.messages, SizeIs(1));
}

// --- TCP
// ------------------------------------------------------------------------------------------

TEST(TcpInput, IsAnsweredByAReset) {  // ICMP-3: RST for closed TCP; RFC 9293 section 3.10.7.1

  struct Row {
    const char* what;
    std::uint8_t flags;
    std::size_t data;
    std::optional<std::uint8_t> answer;
    std::uint32_t sequence;
    std::uint32_t acknowledgment;
  };

  namespace flag = wire::tcp_flag;
  const Row rows[] = {
      {"SYN", flag::kSyn, 0, std::uint8_t{flag::kRst | flag::kAck}, 0, 1001},
      {"SYN with data", flag::kSyn, 5, std::uint8_t{flag::kRst | flag::kAck}, 0, 1006},
      {"FIN", flag::kFin, 0, std::uint8_t{flag::kRst | flag::kAck}, 0, 1001},
      {"nothing set", 0, 3, std::uint8_t{flag::kRst | flag::kAck}, 0, 1003},
      {"ACK", flag::kAck, 3, flag::kRst, 2000, 0},
      {"SYN and ACK", flag::kSyn | flag::kAck, 0, flag::kRst, 2000, 0},
      {"RST", flag::kRst, 0, std::nullopt, 0, 0},
      {"RST and ACK", flag::kRst | flag::kAck, 0, std::nullopt, 0, 0},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    Dialogue dialogue;
    dialogue.introduce();
    wire::TcpHeader header;
    header.source_port = 40000;
    header.destination_port = 22;
    header.sequence = 1000;
    header.acknowledgment = 2000;
    header.flags = row.flags;
    Ip ip;
    ip.protocol = wire::IpProtocol::kTcp;
    Frame segment(20 + row.data);
    header.emit(segment, ip.source, ip.destination);

    dialogue.in(ethernet(ip_packet(ip, segment)));

    const auto sent = dialogue.out();
    EXPECT_THAT(dialogue.endings.take(), ElementsAre(HostOutcome::kNoListener));
    ASSERT_THAT(sent, SizeIs(row.answer ? 1 : 0));
    if (row.answer) {
      const Bytes answer = message_of(sent[0]);
      EXPECT_TRUE(wire::tcp_checksum_ok(answer, kAlice, kBob));
      const auto reset = *wire::TcpHeader::parse(answer);
      EXPECT_EQ(reset.flags, *row.answer);
      EXPECT_EQ(reset.source_port, 22);
      EXPECT_EQ(reset.destination_port, 40000);
      EXPECT_EQ(reset.sequence, row.sequence);
      EXPECT_EQ(reset.acknowledgment, row.acknowledgment);
    }
  }
}

// --- Programs, and the end
// ------------------------------------------------------------------------

class Alarm final : public Program {
 public:
  explicit Alarm(SimTime at) : at_(at) {}

  void poll(SimTime now, HostStack& stack) override {
    rang.push_back(now);
    at_ = kNever;
    if (detaches) {
      stack.detach(*this);
    }
  }

  [[nodiscard]] SimTime next_deadline() const override { return at_; }

  void program_stopped() override { ++stopped; }

  std::vector<SimTime> rang;
  bool detaches = false;
  int stopped = 0;

 private:
  SimTime at_;
};

TEST(Programs, ArePolledWhenTheirTimeHasCome) {
  Alarm early(SimTime(1s));
  Alarm late(SimTime(2s));
  Dialogue dialogue;
  early.detaches = true;
  dialogue.stack.attach(early);
  dialogue.stack.attach(late);
  EXPECT_EQ(dialogue.stack.deadline(), SimTime(1s));

  dialogue.wait(5s);

  EXPECT_THAT(early.rang, ElementsAre(SimTime(1s)));
  EXPECT_THAT(late.rang, ElementsAre(SimTime(2s)));
  EXPECT_EQ(dialogue.stack.next_deadline(), std::nullopt);
}

TEST(RemovedInterface, IsNobodysPlaceAnyMore) {  // ENI-*: a network interface is detached
  Dialogue dialogue;
  const Ipv4Address second = Ipv4Address::of(10, 2, 0, 5);
  ASSERT_EQ(dialogue.stack.add_interface(interface_of(second, kMacB)), 1u);
  dialogue.stack.add_route(
      {wire::Ipv4Prefix::of(kFar, 24), Ipv4Address::of(10, 2, 0, 9), std::uint8_t{1}});
  const auto send = [&](Ipv4Address to) {
    Outgoing outgoing;
    outgoing.destination = to;
    outgoing.protocol = wire::IpProtocol::kUdp;
    return dialogue.stack.send(dialogue.now, dialogue.stack.allocate_message(8), outgoing).status;
  };
  EXPECT_EQ(send(Ipv4Address::of(10, 2, 0, 77)), SendStatus::kSent);  // waits for an address there

  dialogue.stack.remove_interface(dialogue.now, 1);

  // What waited, and the question that was ready to leave.
  EXPECT_THAT(dialogue.endings.take(),
              ElementsAre(HostOutcome::kHostStopped, HostOutcome::kHostStopped));
  EXPECT_FALSE(dialogue.stack.has_interface(1));
  EXPECT_FALSE(dialogue.stack.owns(second));
  EXPECT_EQ(dialogue.stack.next_deadline(), std::nullopt);
  dialogue.in(ethernet(ip_packet({}, echo(IcmpType::kEchoRequest, 7, 1, {})), kMacB), 1);
  dialogue.in(ethernet(ip_packet({}, echo(IcmpType::kEchoRequest, 7, 1, {})), MacAddress()), 1);
  EXPECT_THAT(dialogue.endings.take(), ElementsAre(HostOutcome::kNotForMe, HostOutcome::kNotForMe));
  send(kFar);
  EXPECT_THAT(dialogue.out(), ElementsAre(IsArpRequestFor(kRouter)));  // the route went with it
  EXPECT_EQ(send(Ipv4Address()), SendStatus::kNoRoute);
}

TEST(SecondInterface, IsWhereItsPacketsEnd) {
  Dialogue dialogue;
  dialogue.introduce();
  ASSERT_EQ(dialogue.stack.add_interface(interface_of(Ipv4Address::of(10, 2, 0, 5), kMacB)), 1u);
  const auto send = [&](Ipv4Address to, std::size_t size) {
    Outgoing outgoing;
    outgoing.destination = to;
    outgoing.protocol = wire::IpProtocol::kUdp;
    outgoing.discovery = PathMtuDiscovery::kDont;
    dialogue.stack.send(dialogue.now, dialogue.stack.allocate_message(size), outgoing);
  };
  dialogue.in(ethernet(ip_packet({}, echo(IcmpType::kEchoRequest, 7, 1, {}))));
  EXPECT_EQ(dialogue.endings.last_interface, 0u);

  send(Ipv4Address::of(10, 2, 0, 99), 10'000);
  EXPECT_EQ(dialogue.endings.replaced, 1u);
  EXPECT_EQ(dialogue.endings.last_interface, 1u);  // cut on its way out

  dialogue.in(ethernet(ip_packet({}, echo(IcmpType::kEchoRequest, 7, 1, {}))));
  EXPECT_EQ(dialogue.endings.last_interface, 0u);
  dialogue.wait(4s);
  EXPECT_THAT(dialogue.endings.outcomes, Contains(HostOutcome::kArpFailed));
  EXPECT_EQ(dialogue.endings.last_interface, 1u);  // nobody answered there

  send(kAlice, 8);
  dialogue.wait(1ms);
  EXPECT_EQ(dialogue.endings.last_interface, kLoopbackInterface);
}

TEST(RemovedInterface, LeavesItsNumberToTheNext) {
  Dialogue dialogue;
  for (int cycle = 0; cycle < 40; ++cycle) {
    const Ipv4Address address = Ipv4Address::of(10, 2, 0, static_cast<std::uint8_t>(cycle + 4));
    ASSERT_EQ(dialogue.stack.add_interface(interface_of(address, kMacB)), 1u);
    EXPECT_TRUE(dialogue.stack.owns(address));
    dialogue.stack.remove_interface(dialogue.now, 1);
    EXPECT_FALSE(dialogue.stack.owns(address));
  }
  EXPECT_EQ(dialogue.stack.interface_count(), 2u);
}

TEST(RemovedInterface, MayBeTheOnlyOne) {
  Dialogue dialogue;
  dialogue.stack.remove_interface(dialogue.now, 0);
  for (const Ipv4Address to :
       {kBob, kFar, Ipv4Address::of(255, 255, 255, 255), Ipv4Address::of(224, 0, 0, 1)}) {
    Outgoing outgoing;
    outgoing.destination = to;
    outgoing.protocol = wire::IpProtocol::kUdp;
    outgoing.allow_broadcast = true;
    EXPECT_EQ(
        dialogue.stack.send(dialogue.now, dialogue.stack.allocate_message(8), outgoing).status,
        SendStatus::kNoRoute);
    outgoing.interface = 0;
    EXPECT_EQ(
        dialogue.stack.send(dialogue.now, dialogue.stack.allocate_message(8), outgoing).status,
        SendStatus::kNoRoute);
  }
  EXPECT_EQ(dialogue.pool.live(), 0u);
}

TEST(ShutDown, EndsWhatIsInsideAndTellsEverybody) {
  Alarm alarm(SimTime(1h));
  Dialogue dialogue;
  dialogue.introduce(Ipv4Address::of(10, 1, 0, 9));
  Listener& listener = dialogue.listener;
  dialogue.stack.attach(alarm);
  ASSERT_TRUE(dialogue.stack.ports().bind(PortSpace::kUdp, Ipv4Address(), 53, listener));
  ASSERT_TRUE(dialogue.stack.ports().bind(PortSpace::kUdp, Ipv4Address(), 54, listener));
  const auto send = [&](Ipv4Address to) {
    Outgoing outgoing;
    outgoing.destination = to;
    outgoing.protocol = wire::IpProtocol::kUdp;
    dialogue.stack.send(dialogue.now, dialogue.stack.allocate_message(8), outgoing);
  };
  send(kBob);                          // waits for an address; the question is ready to leave
  send(Ipv4Address::of(10, 1, 0, 9));  // ready to leave
  send(kAlice);                        // on its way through loopback
  Ip fragment;
  fragment.more_fragments = true;
  dialogue.in(ethernet(ip_packet(fragment, bytes_of(8))));  // waits for the rest

  dialogue.stack.shut_down(dialogue.now);

  EXPECT_THAT(dialogue.endings.take(),
              ::testing::AllOf(SizeIs(5), ::testing::Each(HostOutcome::kHostStopped)));
  EXPECT_EQ(listener.stopped, 1);  // once, though behind two ports
  EXPECT_EQ(alarm.stopped, 1);
  EXPECT_EQ(dialogue.stack.next_deadline(), std::nullopt);
  EXPECT_EQ(dialogue.pool.live(), 0u);
}

TEST(ShutDown, HappensByItselfWhenTheStackGoes) {
  wire::PacketPool pool;
  Alarm alarm(SimTime(1h));
  {
    HostStack stack(pool, {});
    stack.add_interface(interface_of(kAlice, kMacA));
    stack.attach(alarm);
    Outgoing outgoing;
    outgoing.destination = kBob;
    outgoing.protocol = wire::IpProtocol::kUdp;
    stack.send(SimTime(), stack.allocate_message(8), outgoing);
  }
  EXPECT_EQ(alarm.stopped, 1);
  EXPECT_EQ(pool.live(), 0u);
}

// --- Conservation
// ---------------------------------------------------------------------------------

/// Half of the frames are what somebody might send, half of those are damaged; the rest is noise.
Frame random_frame(base::Rng& rng) {
  const auto below = [&](std::uint64_t bound) { return rng.below(bound); };
  Ip ip;
  ip.source = Ipv4Address::of(10, 1, 0, static_cast<std::uint8_t>(below(12)));
  ip.destination = below(4) != 0 ? kAlice : Ipv4Address::of(10, 2, 0, 80);
  ip.ttl = static_cast<std::uint8_t>(below(4));
  ip.identification = static_cast<std::uint16_t>(below(4));
  if (below(2) == 0) {
    ip.offset = static_cast<std::uint16_t>(8 * below(6));
    ip.more_fragments = below(2) == 0;
  }
  Frame frame;
  switch (below(5)) {
    case 0:
      frame = ethernet(ip_packet(ip, echo(IcmpType::kEchoRequest, 7, 1, bytes_of(below(64)))));
      break;
    case 1:
      ip.protocol = wire::IpProtocol::kUdp;
      frame = ethernet(ip_packet(ip, udp(ip, 1000, 53, bytes_of(below(64)))));
      break;
    case 2:
      ip.protocol = static_cast<wire::IpProtocol>(below(256));
      frame = ethernet(ip_packet(ip, bytes_of(below(80))));
      break;
    case 3:
      frame = arp(below(2) == 0 ? wire::ArpOperation::kRequest : wire::ArpOperation::kReply, kMacB,
                  ip.source, MacAddress(), kAlice);
      break;
    default:
      frame = bytes_of(below(80), static_cast<std::uint8_t>(below(256)));
      break;
  }
  if (below(4) == 0 && !frame.empty()) {
    frame[below(frame.size())] = static_cast<std::uint8_t>(below(256));
  }
  return frame;
}

TEST(Conservation, EveryReceivedFrameEndsOnceOrIsReplaced) {
  HostOptions options;
  options.ip_forward = true;
  Dialogue dialogue(options);
  Listener& listener = dialogue.listener;
  ASSERT_TRUE(dialogue.stack.ports().bind(PortSpace::kUdp, Ipv4Address(), 53, listener));
  base::Rng rng(1, "conservation");
  for (int i = 0; i < 20'000; ++i) {
    dialogue.in(random_frame(rng));
    if (rng.below(8) == 0) {
      dialogue.wait(std::chrono::milliseconds(rng.below(2000)));
    }
    dialogue.out();
  }
  dialogue.wait(60s);
  dialogue.out();

  EXPECT_EQ(dialogue.pool.live(), 0u);
  std::vector<HostOutcome> kinds = dialogue.endings.take();
  std::sort(kinds.begin(), kinds.end());
  kinds.erase(std::unique(kinds.begin(), kinds.end()), kinds.end());
  EXPECT_GE(kinds.size(), 14u);  // the walk has seen something
}

}  // namespace
}  // namespace vpclab::host::testing
