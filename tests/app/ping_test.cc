// Ping between two hosts: what it prints, line by line, and what it says in values.
#include "netstack/app/ping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "netstack/app/ping_text.h"
#include "netstack/wire/icmpv4.h"
#include "netstack/wire/ipv4.h"
#include "tests/app/wire_of_two.h"

namespace vpclab::app::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using wire::IcmpType;
using wire::Ipv4Address;

/// True for an ICMP message of `type` in an Ethernet frame.
bool is_icmp(Bytes frame, IcmpType type) {
  return load_be16(frame, 12) == 0x0800 &&
         wire::ipv4_protocol(frame.subspan(14)) == wire::IpProtocol::kIcmp &&
         wire::ipv4_fragment_offset(frame.subspan(14)) == 0 &&
         wire::ipv4_payload(frame.subspan(14))[0] == static_cast<std::uint8_t>(type);
}

std::uint16_t sequence_of(Bytes frame) {
  return load_be16(wire::ipv4_payload(frame.subspan(14)), 6);
}

/// A ping from alice, run to its end.
struct Pinging {
  explicit Pinging(const PingOptions& options, Ipv4Address to = kBob, const std::string& name = "")
      : wire() {
    start(options, to, name);
  }

  Pinging() = default;

  void start(const PingOptions& options, Ipv4Address to = kBob, const std::string& name = "") {
    ping = std::make_unique<Ping>(options, to, name.empty() ? to_string(to) : name, &text);
    ping->start(wire.now, wire.alice);
  }

  std::vector<std::string>& lines() {
    wire.run_until([&] { return !ping->is_running(); });
    return screen.output;
  }

  WireOfTwo wire;
  Screen screen;
  PingText text{screen.sink()};
  std::unique_ptr<Ping> ping;
};

PingOptions count(std::uint64_t n) {
  PingOptions options;
  options.count = n;
  return options;
}

TEST(Ping, PrintsWhatIputilsPrints) {
  Pinging run(count(3));

  EXPECT_THAT(run.lines(),
              ElementsAre("PING 10.1.0.6 (10.1.0.6) 56(84) bytes of data.",
                          // The first waits for both sides' address resolution.
                          "64 bytes from 10.1.0.6: icmp_seq=1 ttl=127 time=1.00 ms",
                          "64 bytes from 10.1.0.6: icmp_seq=2 ttl=127 time=0.500 ms",
                          "64 bytes from 10.1.0.6: icmp_seq=3 ttl=127 time=0.500 ms", "",
                          "--- 10.1.0.6 ping statistics ---",
                          "3 packets transmitted, 3 received, 0% packet loss, time 2000ms",
                          "rtt min/avg/max/mdev = 0.500/0.666/1.000/0.235 ms"));
  EXPECT_THAT(run.screen.errors, IsEmpty());
  EXPECT_EQ(run.ping->exit_status(), 0);
  EXPECT_EQ(run.wire.pool.live(), 0u);
}

TEST(Ping, ShowsTheNameItWasGiven) {
  Pinging run(count(1), kBob, "instance-2");

  EXPECT_EQ(run.lines()[0], "PING instance-2 (10.1.0.6) 56(84) bytes of data.");
  EXPECT_EQ(run.lines()[3], "--- instance-2 ping statistics ---");
}

TEST(Ping, SaysNothingOfLostRequestsAndWaitsTenSecondsForTheLast) {  // ICMP-1
  Pinging run;
  run.wire.fate = [](Bytes frame, bool) {
    return std::pair(is_icmp(frame, IcmpType::kEchoRequest) ? 0 : 1, Duration::zero());
  };
  run.start(count(3));

  EXPECT_THAT(run.lines(), ElementsAre("PING 10.1.0.6 (10.1.0.6) 56(84) bytes of data.", "",
                                       "--- 10.1.0.6 ping statistics ---",
                                       "3 packets transmitted, 0 received, 100% packet loss, "
                                       "time 2000ms",
                                       ""));
  EXPECT_EQ(run.screen.times.back(), SimTime(12s));
  EXPECT_EQ(run.ping->exit_status(), 1);
}

TEST(Ping, WaitsOneIntervalForTheLastWhenOthersWereAnswered) {
  Pinging run;
  run.wire.fate = [](Bytes frame, bool) {
    const bool lost = is_icmp(frame, IcmpType::kEchoReply) && sequence_of(frame) == 3;
    return std::pair(lost ? 0 : 1, Duration::zero());
  };
  run.start(count(3));

  EXPECT_THAT(run.lines(), ::testing::Contains("3 packets transmitted, 2 received, 33.3333% packet "
                                               "loss, time 2000ms"));
  EXPECT_EQ(run.screen.times.back(), SimTime(3s));
}

TEST(Ping, SaysThatNobodyIsThere) {  // ICMP-1's exception, L2-3
  Pinging run(count(4), Ipv4Address::of(10, 1, 0, 77));

  EXPECT_THAT(run.lines(),
              ElementsAre("PING 10.1.0.77 (10.1.0.77) 56(84) bytes of data.",
                          "From 10.1.0.5 icmp_seq=1 Destination Host Unreachable",
                          "From 10.1.0.5 icmp_seq=2 Destination Host Unreachable",
                          "From 10.1.0.5 icmp_seq=3 Destination Host Unreachable",
                          "From 10.1.0.5 icmp_seq=4 Destination Host Unreachable", "",
                          "--- 10.1.0.77 ping statistics ---",
                          "4 packets transmitted, 0 received, +4 errors, 100% packet loss, time "
                          "3000ms",
                          "pipe 4"));
  EXPECT_EQ(run.ping->exit_status(), 1);
}

TEST(Ping, MarksDuplicatesAndCountsThem) {
  Pinging run;
  run.wire.fate = [](Bytes frame, bool) {
    return std::pair(is_icmp(frame, IcmpType::kEchoReply) ? 2 : 1, Duration::zero());
  };
  run.start(count(2));

  EXPECT_THAT(run.lines(),
              ElementsAre(HasSubstr("PING"), HasSubstr("icmp_seq=1 ttl=127 time=1.00 ms"),
                          "64 bytes from 10.1.0.6: icmp_seq=1 ttl=127 time=1.00 ms (DUP!)",
                          HasSubstr("icmp_seq=2 ttl=127 time=0.500 ms"), "", HasSubstr("---"),
                          "2 packets transmitted, 2 received, +1 duplicates, 0% packet loss, "
                          "time 1000ms",
                          HasSubstr("rtt min/avg/max/mdev = 0.500/0.833/1.000/0.235 ms")));
  EXPECT_EQ(run.ping->probe(1)->duplicates, 1);
}

TEST(Ping, ShowsRepliesAsTheyComeAndCountsThePipe) {
  Pinging run;
  run.wire.fate = [](Bytes frame, bool) {
    const bool slow = is_icmp(frame, IcmpType::kEchoReply) && sequence_of(frame) == 1;
    return std::pair(1, slow ? Duration(1500ms) : Duration::zero());
  };
  run.start(count(3));

  EXPECT_THAT(run.lines(),
              ElementsAre(HasSubstr("PING"), HasSubstr("icmp_seq=2 ttl=127 time=0.500 ms"),
                          HasSubstr("icmp_seq=1 ttl=127 time=1501 ms"),
                          HasSubstr("icmp_seq=3 ttl=127 time=0.500 ms"), "", HasSubstr("---"),
                          HasSubstr("3 packets transmitted, 3 received, 0% packet loss"),
                          HasSubstr(" ms, pipe 2")));
}

TEST(Ping, HasNoTimesWhenTheDataIsTooShortForATimeStamp) {
  PingOptions options = count(2);
  options.size = 15;
  Pinging run(options);

  EXPECT_THAT(run.lines(),
              ElementsAre("PING 10.1.0.6 (10.1.0.6) 15(43) bytes of data.",
                          "23 bytes from 10.1.0.6: icmp_seq=1 ttl=127",
                          "23 bytes from 10.1.0.6: icmp_seq=2 ttl=127", "", HasSubstr("---"),
                          HasSubstr("2 packets transmitted, 2 received"), ""));
}

TEST(Ping, IsQuietWhenAskedTo) {
  PingOptions options = count(2);
  options.quiet = true;
  options.pattern = {0xff};
  Pinging run(options);

  EXPECT_THAT(run.lines(), ElementsAre(HasSubstr("PING"), "", HasSubstr("---"),
                                       HasSubstr("2 received"), HasSubstr("rtt ")));
}

TEST(Ping, FillsItsDataWithThePattern) {
  PingOptions options = count(1);
  options.pattern = {0xde, 0xad, 0x0f};
  options.size = 30;
  Pinging run;
  std::vector<std::uint8_t> data;
  run.wire.fate = [&](Bytes frame, bool) {
    if (is_icmp(frame, IcmpType::kEchoRequest)) {
      const Bytes message = wire::ipv4_payload(frame.subspan(14));
      data.assign(message.begin() + 8, message.end());
    }
    return std::pair(1, Duration::zero());
  };
  run.start(options);

  EXPECT_EQ(run.lines()[0], "PATTERN: 0xdead0f");
  ASSERT_EQ(data.size(), 30u);
  EXPECT_EQ(data[16], 0xad);  // behind the time stamp the pattern goes on as if it had begun at 0
  EXPECT_EQ(data[17], 0x0f);
  EXPECT_EQ(data[18], 0xde);
}

TEST(Ping, PutsTheTimeIntoItsData) {  // struct timeval, as Wireshark's icmp.data_time reads it
  Pinging run;
  std::vector<std::uint8_t> data;
  run.wire.fate = [&](Bytes frame, bool) {
    if (is_icmp(frame, IcmpType::kEchoRequest)) {
      const Bytes message = wire::ipv4_payload(frame.subspan(14));
      data.assign(message.begin() + 8, message.end());
    }
    return std::pair(1, Duration::zero());
  };
  run.wire.run_for(1500ms);
  run.start(count(1));
  run.lines();

  ASSERT_EQ(data.size(), 56u);
  const std::uint32_t seconds = std::uint32_t{data[0]} | (std::uint32_t{data[1]} << 8) |
                                (std::uint32_t{data[2]} << 16) | (std::uint32_t{data[3]} << 24);
  const std::uint32_t microseconds =
      std::uint32_t{data[8]} | (std::uint32_t{data[9]} << 8) | (std::uint32_t{data[10]} << 16);
  EXPECT_EQ(seconds, 1'704'067'201u);  // 2024-01-01T00:00:01Z
  EXPECT_EQ(microseconds, 500'000u);
  EXPECT_EQ(data[16], 16);
  EXPECT_EQ(data[55], 55);
}

TEST(Ping, RefusesAMessageTooLongForThePath) {  // MTU-1
  PingOptions options = count(2);
  options.discovery = host::PathMtuDiscovery::kDo;
  options.size = 8974;
  Pinging run(options);

  EXPECT_THAT(
      run.lines(),
      ElementsAre("PING 10.1.0.6 (10.1.0.6) 8974(9002) bytes of data.", "", HasSubstr("---"),
                  "2 packets transmitted, 0 received, +2 errors, 100% packet loss, time "
                  "1000ms",
                  ""));
  EXPECT_THAT(run.screen.errors, ElementsAre("ping: local error: message too long, mtu=9001",
                                             "ping: local error: message too long, mtu=9001"));
  EXPECT_EQ(run.ping->probe(1)->packet_id, 0u);
}

TEST(Ping, FragmentsWhatIsTooLongUnlessForbidden) {
  for (const std::uint32_t size : {8973U, 8974U, 65507U}) {
    PingOptions options = count(1);
    options.size = size;
    Pinging run(options);
    EXPECT_THAT(run.lines()[1],
                HasSubstr(std::to_string(size + 8) + " bytes from 10.1.0.6: icmp_seq=1"));
  }
  PingOptions options = count(1);
  options.size = 65508;  // no datagram is so long
  Pinging run(options);
  run.lines();
  EXPECT_THAT(run.screen.errors, ElementsAre("ping: local error: message too long, mtu=9001"));
}

TEST(Ping, ShowsWhatRoutersComplainAbout) {
  PingOptions options = count(1);
  options.ttl = std::uint8_t{1};
  // bob forwards: alice's gateway.
  WireOfTwo forwarding(host::HostOptions{.ip_forward = true});
  Screen screen;
  PingText text(screen.sink());
  Ping ping(options, Ipv4Address::of(192, 0, 2, 1), "192.0.2.1", &text);
  ping.start(forwarding.now, forwarding.alice);
  forwarding.run_until([&] { return !ping.is_running(); });

  EXPECT_THAT(
      screen.output,
      ElementsAre(HasSubstr("PING"), "From 10.1.0.6 icmp_seq=1 Time to live exceeded", "",
                  HasSubstr("---"), HasSubstr("+1 errors, 100% packet loss, time 0ms"), ""));
  EXPECT_EQ(ping.probe(1)->error_type, 11);
  EXPECT_EQ(ping.probe(1)->from, kBob);
  EXPECT_NE(ping.probe(1)->answer_id, 0u);
  EXPECT_EQ(forwarding.pool.live(), 0u);
}

TEST(Ping, EndsAtTheDeadline) {
  PingOptions options = count(3);
  options.deadline = 2s;
  options.interval = 1s;
  Pinging run;
  run.wire.fate = [](Bytes frame, bool) {
    return std::pair(is_icmp(frame, IcmpType::kEchoRequest) ? 0 : 1, Duration::zero());
  };
  run.start(options);

  EXPECT_THAT(run.lines(), ::testing::Contains(HasSubstr("2 packets transmitted, 0 received")));
  EXPECT_EQ(run.screen.times.back(), SimTime(2s));
  EXPECT_EQ(run.ping->exit_status(), 1);
}

TEST(Ping, GoesOnUntilEnoughWereAnsweredWhenThereIsADeadline) {
  PingOptions options = count(3);
  options.deadline = 10s;
  Pinging run;
  run.wire.fate = [](Bytes frame, bool) {
    const bool lost = is_icmp(frame, IcmpType::kEchoRequest) && sequence_of(frame) <= 2;
    return std::pair(lost ? 0 : 1, Duration::zero());
  };
  run.start(options);

  EXPECT_THAT(run.lines(),
              ::testing::Contains(HasSubstr("5 packets transmitted, 3 received, 40%")));
  EXPECT_EQ(run.ping->exit_status(), 0);
}

TEST(Ping, StopsAtTheFirstErrorWhenThereIsADeadline) {
  PingOptions options;
  options.deadline = 10s;
  Pinging run(options, Ipv4Address::of(10, 1, 0, 77));

  EXPECT_THAT(run.lines(), ::testing::Contains(HasSubstr("+1 errors")));
}

TEST(Ping, SendsAsFastAsItIsAnsweredWithoutAnInterval) {
  PingOptions options = count(5);
  options.interval = Duration::zero();
  Pinging run(options);

  EXPECT_THAT(run.lines().back(),
              "rtt min/avg/max/mdev = 0.500/0.600/1.000/0.200 ms, ipg/ewma 0.625/0.793 ms");
}

TEST(Ping, WaitsTenMillisecondsForAFloodThatIsNotAnswered) {
  PingOptions options = count(3);
  options.interval = Duration::zero();
  options.linger = 1s;
  Pinging run;
  run.wire.fate = [](Bytes frame, bool) {
    return std::pair(is_icmp(frame, IcmpType::kEchoRequest) ? 0 : 1, Duration::zero());
  };
  run.start(options);

  EXPECT_THAT(run.lines(), ::testing::Contains(HasSubstr("100% packet loss, time 20ms")));
}

TEST(Ping, EndsWhenInterrupted) {
  Pinging run((PingOptions()));
  run.wire.run_for(2500ms);

  run.ping->interrupt(run.wire.now);

  EXPECT_THAT(run.lines(), ::testing::Contains(HasSubstr("3 packets transmitted, 3 received")));
  EXPECT_EQ(run.ping->exit_status(), 0);
  run.ping->interrupt(run.wire.now);
  EXPECT_EQ(run.wire.alice.deadline(), kNever);
}

TEST(Ping, SaysNothingMoreWhenItsHostStops) {
  Pinging run((PingOptions()));
  run.wire.run_for(2500ms);
  const std::size_t before = run.screen.output.size();

  run.wire.alice.shut_down(run.wire.now);
  run.wire.run_for(10s);

  EXPECT_EQ(run.screen.output.size(), before);
  EXPECT_EQ(run.ping->state(), Ping::State::kHostStopped);
  EXPECT_EQ(run.ping->statistics().transmitted, 3u);
}

TEST(Ping, RefusesToStartAsTheRealProgramDoes) {
  struct Row {
    const char* what;
    void (*change)(PingOptions&, Ipv4Address&);
    const char* error;
  };

  const Row rows[] = {
      {"TTL 0", [](PingOptions& o, Ipv4Address&) { o.ttl = std::uint8_t{0}; },
       "ping: cannot set unicast time-to-live: Invalid argument"},
      {"an address of another", [](PingOptions& o, Ipv4Address&) { o.source = "10.9.9.9"; },
       "ping: bind: Cannot assign requested address"},
      {"127.0.0.1 to somebody", [](PingOptions& o, Ipv4Address&) { o.source = "127.0.0.1"; },
       "ping: connect: Invalid argument"},
      {"no such interface", [](PingOptions& o, Ipv4Address&) { o.source = "eth7"; },
       "ping: SO_BINDTODEVICE eth7: No such device"},
      {"no interface at all", [](PingOptions& o, Ipv4Address&) { o.source = "wlan0"; },
       "ping: SO_BINDTODEVICE wlan0: No such device"},
      {"broadcast", [](PingOptions&, Ipv4Address& to) { to = Ipv4Address::of(10, 1, 15, 255); },
       "ping: Do you want to ping broadcast? Then -b. If not, check your local firewall rules"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    PingOptions options;
    Ipv4Address to = kBob;
    row.change(options, to);
    Pinging run(options, to);
    EXPECT_THAT(run.lines(), IsEmpty());
    EXPECT_THAT(run.screen.errors, ElementsAre(row.error));
    EXPECT_EQ(run.ping->exit_status(), 2);
    EXPECT_EQ(run.wire.alice.deadline(), kNever);
  }
}

TEST(Ping, RefusesToStartWithoutARoute) {
  wire::PacketPool pool;
  host::HostStack stack(pool, {});
  stack.add_interface(interface_of(kAlice, 0x0a));
  Screen screen;
  PingText text(screen.sink());
  Ping ping({}, Ipv4Address::of(192, 0, 2, 1), "192.0.2.1", &text);

  EXPECT_FALSE(ping.start(SimTime(), stack));

  EXPECT_THAT(screen.errors, ElementsAre("ping: connect: Network is unreachable"));
}

TEST(Ping, NamesItsSource) {
  for (const auto& [source, header] :
       {std::pair("eth0", "PING 10.1.0.6 (10.1.0.6) from 10.1.0.5 eth0: 56(84) bytes of data."),
        std::pair("10.1.0.5", "PING 10.1.0.6 (10.1.0.6) from 10.1.0.5 : 56(84) bytes of data.")}) {
    PingOptions options = count(1);
    options.source = source;
    Pinging run(options);
    EXPECT_EQ(run.lines()[0], header);
    EXPECT_EQ(run.ping->statistics().received, 1u);
  }
}

TEST(Ping, WarnsBeforeItPingsBroadcast) {
  PingOptions options = count(1);
  options.allow_broadcast = true;
  Pinging run(options, Ipv4Address::of(10, 1, 15, 255));
  run.lines();

  EXPECT_THAT(run.screen.errors, ElementsAre("WARNING: pinging broadcast address"));
  EXPECT_EQ(run.ping->statistics().received, 0u);
}

TEST(Ping, NumbersProbesBeyondSixteenBits) {
  PingOptions options = count(70'000);
  options.interval = 1ms;
  options.probes_kept = 100;
  options.quiet = true;
  Pinging run(options);
  run.lines();

  EXPECT_EQ(run.ping->statistics().received, 70'000u);
  EXPECT_EQ(run.ping->statistics().duplicates, 0u);
  EXPECT_EQ(run.ping->probe(69'900), nullptr);
  ASSERT_NE(run.ping->probe(69'901), nullptr);
  EXPECT_TRUE(run.ping->probe(69'901)->received);
  EXPECT_EQ(run.ping->probe(70'001), nullptr);
  EXPECT_EQ(run.ping->probe(0), nullptr);
}

TEST(Ping, KeepsWhatBecameOfEachProbe) {
  Pinging run;
  run.wire.fate = [](Bytes frame, bool) {
    const bool lost = is_icmp(frame, IcmpType::kEchoRequest) && sequence_of(frame) == 2;
    return std::pair(lost ? 0 : 1, Duration::zero());
  };
  run.start(count(3));
  run.lines();

  const PingProbe& first = *run.ping->probe(1);
  EXPECT_EQ(first.sent, SimTime(0s));
  EXPECT_EQ(first.answered, SimTime(1ms));
  EXPECT_EQ(first.from, kBob);
  EXPECT_EQ(first.ttl, 127);
  EXPECT_TRUE(first.received);
  EXPECT_NE(first.packet_id, 0u);
  EXPECT_NE(first.answer_id, 0u);
  const PingProbe& second = *run.ping->probe(2);
  EXPECT_FALSE(second.received || second.failed);
  EXPECT_EQ(second.answered, kNever);
  EXPECT_NE(second.packet_id, first.packet_id);
}

TEST(Ping, BelievesNoTimeStampThatMakesNoSense) {  // of a probe whose result is no longer kept
  PingOptions options = count(3);
  options.probes_kept = 1;
  Pinging run;
  run.wire.fate = [](Bytes frame, bool) {
    // The first reply comes when only the second probe is known.
    const bool slow = is_icmp(frame, IcmpType::kEchoReply) && sequence_of(frame) == 1;
    return std::pair(1, slow ? Duration(1500ms) : Duration::zero());
  };
  run.start(options);
  EXPECT_THAT(run.lines(), ::testing::Contains(HasSubstr("icmp_seq=1 ttl=127 time=1501 ms")));

  for (const int fill : {0x00, 0x7f, 0x80, 0xff}) {
    SCOPED_TRACE(fill);
    Pinging strange;
    strange.start(count(2));
    std::vector<std::uint8_t> message(64, static_cast<std::uint8_t>(fill));
    wire::IcmpV4Header::echo(IcmpType::kEchoReply, strange.ping->identifier(), 9).emit(message);
    const wire::PacketHandle packet = strange.wire.bob.allocate_message(message.size());
    std::copy(message.begin(), message.end(), strange.wire.pool.bytes(packet).begin());
    host::Outgoing outgoing;
    outgoing.destination = kAlice;
    outgoing.protocol = wire::IpProtocol::kIcmp;
    strange.wire.bob.send(strange.wire.now, packet, outgoing);  // a reply to what was never sent
    strange.lines();
    EXPECT_GE(strange.ping->statistics().round_trips.min_microseconds(), 0);
  }
}

TEST(Ping, GivesEachRunAnIdentifierOfItsOwn) {
  WireOfTwo wire;
  Ping one(count(2), kBob, "one");
  Ping two(count(2), kBob, "two");
  one.start(wire.now, wire.alice);
  two.start(wire.now, wire.alice);

  wire.run_for(5s);

  EXPECT_NE(one.identifier(), two.identifier());
  EXPECT_EQ(one.statistics().received, 2u);
  EXPECT_EQ(two.statistics().received, 2u);
  EXPECT_EQ(one.statistics().duplicates, 0u);
}

TEST(Ping, HasTheIdentifierThatItIsToldUnlessThatIsTaken) {
  WireOfTwo wire;
  PingOptions options = count(1);
  options.identifier = std::uint16_t{7};
  Screen screen;
  PingText text(screen.sink());
  Ping one(options, kBob, "one");
  Ping two(options, kBob, "two", &text);
  one.start(wire.now, wire.alice);

  EXPECT_FALSE(two.start(wire.now, wire.alice));

  wire.run_for(5s);
  EXPECT_EQ(one.identifier(), 7);
  EXPECT_EQ(one.statistics().received, 1u);
  EXPECT_THAT(screen.errors, ElementsAre("ping: identifier 7 is in use on this host"));
}

TEST(PingText, DumpsDataThatIsNotWhatWasSent) {
  Pinging run;
  PingOptions options = count(1);
  options.size = 20;
  run.start(options);
  PingReply reply{};
  const std::vector<std::uint8_t> data = {0, 0, 0, 0, 0, 0, 0,    0,    0,    0,
                                          0, 0, 0, 0, 0, 0, 0x10, 0xff, 0x12, 3};
  reply.sequence = 1;
  reply.from = kBob;
  reply.ttl = 64;
  reply.size = 28;
  reply.rtt = 512us;
  reply.wrong_byte = 17;
  reply.expected_byte = 0x11;
  reply.data = data;
  run.screen.output.clear();

  run.text.on_ping(SimTime(), *run.ping, reply);

  EXPECT_THAT(run.screen.output,
              ElementsAre("28 bytes from 10.1.0.6: icmp_seq=1 ttl=64 time=0.512 ms",
                          "wrong data byte #17 should be 0x11 but was 0xff", "#16\t10 ff 12 3 "));
}

TEST(PingText, WritesRoundTripTimesWithThreeToZeroDecimals) {
  EXPECT_EQ(round_trip_text(0us), "0.000");
  EXPECT_EQ(round_trip_text(512us), "0.512");
  EXPECT_EQ(round_trip_text(999'999ns), "0.999");
  EXPECT_EQ(round_trip_text(1ms), "1.00");
  EXPECT_EQ(round_trip_text(1504us), "1.50");
  EXPECT_EQ(round_trip_text(1505us), "1.51");
  EXPECT_EQ(round_trip_text(9994us), "9.99");
  EXPECT_EQ(round_trip_text(9995us), "10.0");
  EXPECT_EQ(round_trip_text(12'349us), "12.3");
  EXPECT_EQ(round_trip_text(12'350us), "12.4");
  EXPECT_EQ(round_trip_text(99'949us), "99.9");
  EXPECT_EQ(round_trip_text(99'950us), "100");
  EXPECT_EQ(round_trip_text(1'234'500us), "1235");
}

TEST(PingText, NamesEveryIcmpError) {
  struct Row {
    std::uint8_t type;
    std::uint8_t code;
    std::uint32_t rest;
    const char* text;
  };

  const Row rows[] = {
      {3, 0, 0, "Destination Net Unreachable"},
      {3, 1, 0, "Destination Host Unreachable"},
      {3, 2, 0, "Destination Protocol Unreachable"},
      {3, 3, 0, "Destination Port Unreachable"},
      {3, 4, 1500, "Frag needed and DF set (mtu = 1500)"},
      {3, 5, 0, "Source Route Failed"},
      {3, 6, 0, "Destination Net Unknown"},
      {3, 7, 0, "Destination Host Unknown"},
      {3, 8, 0, "Source Host Isolated"},
      {3, 9, 0, "Destination Net Prohibited"},
      {3, 10, 0, "Destination Host Prohibited"},
      {3, 11, 0, "Destination Net Unreachable for Type of Service"},
      {3, 12, 0, "Destination Host Unreachable for Type of Service"},
      {3, 13, 0, "Packet filtered"},
      {3, 14, 0, "Precedence Violation"},
      {3, 15, 0, "Precedence Cutoff"},
      {3, 16, 0, "Dest Unreachable, Bad Code: 16"},
      {11, 0, 0, "Time to live exceeded"},
      {11, 1, 0, "Frag reassembly time exceeded"},
      {11, 7, 0, "Time exceeded, Bad Code: 7"},
      {12, 0, 0x14000000, "Parameter problem: pointer = 20"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(icmp_error_text(row.type, row.code, row.rest), row.text);
  }
}

}  // namespace
}  // namespace vpclab::app::testing
