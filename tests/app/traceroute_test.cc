// Traceroute through a chain of forwarding hosts: what it prints, and what it says in values.
#include "netstack/app/traceroute.h"

#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "netstack/app/traceroute_text.h"
#include "netstack/wire/icmpv4.h"
#include "netstack/wire/ipv4.h"
#include "tests/app/wire_of_two.h"

namespace vpclab::app::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using wire::Ipv4Address;

/// alice 10.1.0.5 - 10.1.0.1 router 1 10.9.1.1 - 10.9.1.2 router 2 … - bob. Every link takes 1 ms.
class Chain {
 public:
  explicit Chain(int routers) {
    for (int i = 0; i < routers + 2; ++i) {
      host::HostOptions options;
      options.ip_forward = i > 0 && i <= routers;
      nodes_.push_back(std::make_unique<host::HostStack>(pool, options));
    }
    for (int i = 0; i <= routers; ++i) {
      link(i);
    }
  }

  ~Chain() {
    for (const Flying& flying : flying_) {
      pool.free(flying.packet);
    }
  }

  host::HostStack& alice() { return *nodes_.front(); }

  /// The address of node `number` on the side of alice.
  static Ipv4Address near_side(int number) {
    return Ipv4Address::of(10, 9, static_cast<std::uint8_t>(number), 2);
  }

  Ipv4Address bob() { return near_side(static_cast<int>(nodes_.size()) - 1); }

  void run(const std::function<bool()>& done) {
    while (!done()) {
      for (std::size_t i = 0; i < nodes_.size(); ++i) {
        nodes_[i]->drain_outbound([&](std::size_t interface, wire::PacketHandle packet) {
          launch(i, interface, packet);
        });
      }
      SimTime next = kNever;
      for (const auto& node : nodes_) {
        next = std::min(next, node->deadline());
      }
      if (!flying_.empty()) {
        next = std::min(next, flying_.front().arrives);
      }
      ASSERT_NE(next, kNever) << "nothing will happen any more";
      now = std::max(now, next);
      if (!flying_.empty() && flying_.front().arrives <= now) {
        const Flying landed = flying_.front();
        flying_.pop_front();
        nodes_[landed.node]->receive(now, landed.interface, landed.packet);
      } else {
        for (const auto& node : nodes_) {
          node->poll(now);
        }
      }
    }
  }

  wire::PacketPool pool;
  SimTime now{};
  std::function<bool(std::size_t from, Bytes frame)> loses;

 private:
  struct Flying {
    SimTime arrives;
    wire::PacketHandle packet;
    std::size_t node;
    std::size_t interface;
  };

  /// Joins node i and node i + 1; the default route leads towards alice, but for alice.
  void link(int i) {
    const auto net = static_cast<std::uint8_t>(i + 1);
    const Ipv4Address left = Ipv4Address::of(10, 9, net, 1);
    const Ipv4Address right = Ipv4Address::of(10, 9, net, 2);
    host::InterfaceConfig config;
    config.subnet = wire::Ipv4Prefix::of(left, 24);
    config.address = left;
    config.mac = wire::MacAddress::from_integer(0x020000000000 + 2 * static_cast<unsigned>(net));
    const std::size_t left_interface = nodes_[static_cast<std::size_t>(i)]->add_interface(config);
    if (i > 0) {
      // Everything further away lies that way.
      nodes_[static_cast<std::size_t>(i)]->add_route(
          {wire::Ipv4Prefix::of(bob_net(), 16), right, static_cast<std::uint8_t>(left_interface)});
    } else {
      nodes_[0]->add_route({wire::Ipv4Prefix(), right, 0});
    }
    config.address = right;
    config.mac = wire::MacAddress::from_integer(0x020000000001 + 2 * static_cast<unsigned>(net));
    nodes_[static_cast<std::size_t>(i) + 1]->add_interface(config);
    nodes_[static_cast<std::size_t>(i) + 1]->add_route(
        {wire::Ipv4Prefix::of(Ipv4Address::of(10, 9, 1, 0), 24), left, 0});
  }

  static Ipv4Address bob_net() { return Ipv4Address::of(10, 9, 0, 0); }

  void launch(std::size_t from, std::size_t interface, wire::PacketHandle packet) {
    if (loses && loses(from, std::as_const(pool).bytes(packet))) {
      pool.free(packet);
      return;
    }
    // Interface 0 leads towards alice, but for alice herself.
    const bool to_right = from == 0 || interface == 1;
    const std::size_t node = to_right ? from + 1 : from - 1;
    flying_.push_back({now + 1ms, packet, node, to_right ? 0U : (node == 0 ? 0U : 1U)});
  }

  std::vector<std::unique_ptr<host::HostStack>> nodes_;
  std::deque<Flying> flying_;
};

struct Trace {
  Trace(int routers, const TracerouteOptions& options) : chain(routers), options_(options) {}

  std::vector<std::string>& lines() { return lines_to(chain.bob()); }

  std::vector<std::string>& lines_to(Ipv4Address to) {
    program = std::make_unique<Traceroute>(options_, to, to_string(to), &text);
    if (program->start(chain.now, chain.alice())) {
      chain.run([&] { return !program->is_running(); });
    }
    return screen.output;
  }

  Chain chain;
  Screen screen;
  TracerouteText text{screen.sink()};
  std::unique_ptr<Traceroute> program;

 private:
  TracerouteOptions options_;
};

TracerouteOptions numeric() {
  TracerouteOptions options;
  options.numeric = true;
  return options;
}

bool is_icmp_error(Bytes frame) {
  return load_be16(frame, 12) == 0x0800 &&
         wire::ipv4_protocol(frame.subspan(14)) == wire::IpProtocol::kIcmp &&
         wire::is_icmp_error(static_cast<wire::IcmpType>(wire::ipv4_payload(frame.subspan(14))[0]));
}

TEST(Traceroute, PrintsEachHopOnALine) {  // TTL-4: forwarding hosts answer
  Trace trace(2, numeric());

  // The first probes wait for address resolution, hop by hop.
  EXPECT_THAT(
      trace.lines(),
      ElementsAre(
          "traceroute to 10.9.3.2 (10.9.3.2), 30 hops max, 60 byte packets",
          ::testing::MatchesRegex(" 1  10\\.9\\.1\\.2  [0-9.]+ ms  [0-9.]+ ms  [0-9.]+ ms"),
          ::testing::MatchesRegex(" 2  10\\.9\\.2\\.2  [0-9.]+ ms  [0-9.]+ ms  [0-9.]+ ms"),
          ::testing::MatchesRegex(" 3  10\\.9\\.3\\.2  [0-9.]+ ms  [0-9.]+ ms  [0-9.]+ ms")));
  EXPECT_TRUE(trace.program->reached());
  EXPECT_EQ(trace.program->exit_status(), 0);
  EXPECT_EQ(trace.chain.alice().deadline(), kNever);
}

TEST(Traceroute, IsOneHopToANeighbour) {  // TTL-1, TTL-2: what a VPC looks like
  for (const TracerouteMethod method :
       {TracerouteMethod::kDefault, TracerouteMethod::kUdp, TracerouteMethod::kIcmp}) {
    TracerouteOptions options = numeric();
    options.method = method;
    Trace trace(0, options);

    EXPECT_THAT(trace.lines(),
                ElementsAre(HasSubstr("traceroute to 10.9.1.2"), HasSubstr(" 1  10.9.1.2  ")));
    ASSERT_THAT(trace.program->results(), SizeIs(3));
    EXPECT_TRUE(trace.program->results()[0].final);
    EXPECT_NE(trace.program->results()[0].packet_id, trace.program->results()[1].packet_id);
  }
}

TEST(Traceroute, PrintsTheAddressTwiceWithoutN) {
  TracerouteOptions options;
  options.queries = 1;
  Trace trace(0, options);

  EXPECT_THAT(trace.lines()[1], HasSubstr(" 1  10.9.1.2 (10.9.1.2)  "));
}

TEST(Traceroute, PrintsStarsForWhatIsNotAnswered) {  // TTL-5
  TracerouteOptions options = numeric();
  options.max_hops = 2;
  Trace trace(1, options);
  trace.chain.loses = [](std::size_t from, Bytes frame) {
    return from == 2 && is_icmp_error(frame);  // bob's port unreachable
  };

  EXPECT_THAT(trace.lines(),
              ElementsAre(HasSubstr("traceroute"), HasSubstr(" 1  10.9.1.2  "), " 2  * * *"));
  EXPECT_FALSE(trace.program->reached());
}

TEST(Traceroute, WaitsForASilentHopTenTimesWhatAFurtherOneTook) {
  TracerouteOptions options = numeric();
  options.method = TracerouteMethod::kIcmp;
  Trace trace(1, options);
  trace.chain.loses = [](std::size_t from, Bytes frame) {
    return from == 1 && is_icmp_error(frame);
  };

  EXPECT_THAT(trace.lines(),
              ElementsAre(HasSubstr("traceroute"), " 1  * * *", HasSubstr(" 2  10.9.2.2  ")));
  EXPECT_LT(trace.chain.now, SimTime(200ms));
}

TEST(Traceroute, WaitsFiveSecondsForTheLastSilentHop) {
  TracerouteOptions options = numeric();
  options.max_hops = 1;
  options.queries = 2;
  Trace trace(1, options);
  trace.chain.loses = [](std::size_t, Bytes frame) { return is_icmp_error(frame); };

  EXPECT_THAT(trace.lines(), ElementsAre(HasSubstr("traceroute"), " 1  * *"));
  EXPECT_EQ(trace.chain.now, SimTime(5s));
}

TEST(Traceroute, SendsSixteenProbesAtOnce) {
  Trace trace(0, numeric());
  int probes = 0;
  trace.chain.loses = [&](std::size_t from, Bytes frame) {
    if (from == 0 && load_be16(frame, 12) == 0x0800) {
      ++probes;
      return true;
    }
    return false;
  };
  Traceroute program(numeric(), trace.chain.bob(), "bob");
  program.start(trace.chain.now, trace.chain.alice());
  trace.chain.run([&] { return trace.chain.now >= SimTime(4s); });

  EXPECT_EQ(probes, 16);
}

TEST(Traceroute, CountsItsPortsUpFromOneProbeToTheNext) {
  TracerouteOptions options = numeric();
  options.simultaneous = 1;
  options.max_hops = 2;
  Trace trace(1, options);
  std::vector<std::uint16_t> ports;
  std::vector<std::uint8_t> data;
  trace.chain.loses = [&](std::size_t from, Bytes frame) {
    if (from == 0 && load_be16(frame, 12) == 0x0800) {
      const Bytes segment = wire::ipv4_payload(frame.subspan(14));
      ports.push_back(load_be16(segment, 2));
      data.assign(segment.begin() + 8, segment.end());
    }
    return false;
  };
  trace.lines();

  EXPECT_THAT(ports, ElementsAre(33434, 33435, 33436, 33437, 33438, 33439));
  ASSERT_THAT(data, SizeIs(32));
  EXPECT_EQ(data[0], '@');
  EXPECT_EQ(data[31], '_');
}

TEST(Traceroute, KeepsOnePortWithU) {
  TracerouteOptions options = numeric();
  options.method = TracerouteMethod::kUdp;
  Trace trace(0, options);
  std::vector<std::uint16_t> ports;
  trace.chain.loses = [&](std::size_t from, Bytes frame) {
    if (from == 0 && load_be16(frame, 12) == 0x0800) {
      ports.push_back(load_be16(wire::ipv4_payload(frame.subspan(14)), 2));
    }
    return false;
  };
  trace.lines();

  EXPECT_THAT(ports, ::testing::Each(53));
}

TEST(Traceroute, SaysThatNobodyIsThere) {  // ICMP-1's exception
  Trace trace(0, numeric());

  EXPECT_THAT(trace.lines_to(Ipv4Address::of(10, 9, 1, 77)),
              ElementsAre(HasSubstr("traceroute to 10.9.1.77"),
                          " 1  10.9.1.1  3000.000 ms !H  3000.000 ms !H  3000.000 ms !H"));
}

TEST(Traceroute, SaysThatThereIsNoWay) {
  Trace trace(1, numeric());

  EXPECT_THAT(
      trace.lines_to(Ipv4Address::of(192, 0, 2, 1)),
      ElementsAre(HasSubstr("traceroute"), " 1  10.9.1.2  4.000 ms !N  4.000 ms !N  4.000 ms !N"));
}

TEST(Traceroute, FailsToStartAsTheRealProgramDoes) {
  TracerouteOptions options = numeric();
  options.source = Ipv4Address::of(10, 77, 0, 1);
  Trace stranger(0, options);
  EXPECT_THAT(stranger.lines(), SizeIs(1));
  EXPECT_THAT(stranger.screen.errors, ElementsAre("bind: Cannot assign requested address"));
  EXPECT_EQ(stranger.program->exit_status(), 1);

  options.source = Ipv4Address::of(127, 0, 0, 1);
  Trace loopback(0, options);
  EXPECT_THAT(loopback.lines(), SizeIs(1));
  EXPECT_THAT(loopback.screen.errors, ElementsAre("connect: Invalid argument"));

  Trace broadcast(0, numeric());
  broadcast.lines_to(Ipv4Address::of(10, 9, 1, 255));
  EXPECT_THAT(broadcast.screen.errors, ElementsAre("connect: Permission denied"));

  wire::PacketPool pool;
  host::HostStack stack(pool, {});
  stack.add_interface(interface_of(kAlice, 1));
  Screen screen;
  TracerouteText text(screen.sink());
  Traceroute lost(numeric(), Ipv4Address::of(192, 0, 2, 1), "192.0.2.1", &text);
  EXPECT_FALSE(lost.start(SimTime(), stack));
  EXPECT_THAT(screen.errors, ElementsAre("connect: Network is unreachable"));
}

TEST(Traceroute, BeginsAtTheFirstHopAsked) {
  TracerouteOptions options = numeric();
  options.first_hop = 2;
  Trace trace(2, options);

  EXPECT_THAT(trace.lines(), ElementsAre(HasSubstr("traceroute"), HasSubstr(" 2  10.9.2.2"),
                                         HasSubstr(" 3  10.9.3.2")));
}

TEST(Traceroute, EndsWhenInterrupted) {
  TracerouteOptions options = numeric();
  options.max_hops = 1;
  Trace trace(1, options);
  trace.chain.loses = [](std::size_t, Bytes frame) { return is_icmp_error(frame); };
  Traceroute program(options, trace.chain.bob(), "bob", &trace.text);
  program.start(trace.chain.now, trace.chain.alice());
  trace.chain.run([&] { return trace.chain.now >= SimTime(1ms); });

  program.interrupt(trace.chain.now);

  EXPECT_EQ(program.state(), Traceroute::State::kFinished);
  EXPECT_THAT(program.results(), IsEmpty());
}

TEST(Traceroute, SaysNothingMoreWhenItsHostStops) {
  Trace trace(0, numeric());
  Traceroute program(numeric(), Ipv4Address::of(10, 9, 1, 77), "nobody", &trace.text);
  program.start(trace.chain.now, trace.chain.alice());

  trace.chain.alice().shut_down(trace.chain.now);

  EXPECT_EQ(program.state(), Traceroute::State::kHostStopped);
  EXPECT_EQ(program.next_deadline(), kNever);
}

TEST(TracerouteText, PutsSeveralAddressesOnALine) {
  Screen screen;
  TracerouteText text(screen.sink());
  const Traceroute program(numeric(), kBob, "bob", &text);
  const auto answer = [](std::uint8_t query, std::optional<Ipv4Address> from, Duration took) {
    TracerouteProbe probe;
    probe.hop = 7;
    probe.query = query;
    probe.answered = from.has_value();
    probe.from = from.value_or(Ipv4Address());
    probe.answered_at = SimTime(took);
    probe.error_type = 11;
    return probe;
  };
  const Ipv4Address one = Ipv4Address::of(192, 0, 2, 1);
  const Ipv4Address two = Ipv4Address::of(192, 0, 2, 2);

  text.on_probe(SimTime(), program, answer(0, one, 1234500ns));
  text.on_probe(SimTime(), program, answer(1, std::nullopt, 0ns));
  text.on_probe(SimTime(), program, answer(2, two, 12ms));
  text.on_probe(SimTime(), program, answer(0, one, 1ms));
  text.on_probe(SimTime(), program, answer(1, std::nullopt, 0ns));
  text.on_probe(SimTime(), program, answer(2, one, 2ms));

  EXPECT_THAT(screen.output, ElementsAre(" 7  192.0.2.1  1.235 ms * 192.0.2.2  12.000 ms",
                                         " 7  192.0.2.1  1.000 ms *  2.000 ms"));
}

TEST(TracerouteText, AnnotatesWhatIsNotTimeExceeded) {
  struct Row {
    std::uint8_t type;
    std::uint8_t code;
    std::uint32_t rest;
    const char* annotation;
  };

  const Row rows[] = {
      {0, 0, 0, ""},         {11, 0, 0, ""},   {11, 1, 0, "!<11-1>"}, {3, 0, 0, "!N"},
      {3, 1, 0, "!H"},       {3, 2, 0, "!P"},  {3, 3, 0, ""},         {3, 4, 1500, "!F-1500"},
      {3, 5, 0, "!S"},       {3, 6, 0, "!N"},  {3, 7, 0, "!H"},       {3, 8, 0, "!N"},
      {3, 9, 0, "!X"},       {3, 10, 0, "!X"}, {3, 11, 0, "!N"},      {3, 12, 0, "!H"},
      {3, 13, 0, "!X"},      {3, 14, 0, "!V"}, {3, 15, 0, "!C"},      {3, 16, 0, "!<16>"},
      {12, 0, 0, "!<12-0>"},
  };
  for (const Row& row : rows) {
    TracerouteProbe probe;
    probe.error_type = row.type;
    probe.error_code = row.code;
    probe.error_rest = row.rest;
    EXPECT_EQ(annotation_of(probe), row.annotation) << int{row.type} << "/" << int{row.code};
  }
}

}  // namespace
}  // namespace vpclab::app::testing
