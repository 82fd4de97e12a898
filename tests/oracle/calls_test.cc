// Laws of the whole emulator under random EC2 calls of all actions, with packets between them:
// nothing crashes, a refused call changes nothing, no reference dangles, what is compiled equals a
// fresh compile, every packet has one fate, no interface tracks more flows than it may, nor any
// that has long been over, and the same seed gives the same run.
//   VPCLAB_ORACLE_CALLS  how many (default 3,000)
//   VPCLAB_ORACLE_SEED   of the run
#include <cstdlib>
#include <iostream>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "emulator/api/decode.h"
#include "emulator/control/compile.h"
#include "emulator/control/control_plane.h"
#include "emulator/fabric/fabric.h"
#include "emulator/node/eni.h"
#include "emulator/node/vpc_router.h"
#include "emulator/trace/fate_counter.h"
#include "emulator/world/world.h"
#include "netstack/wire/ethernet.h"
#include "tests/oracle/plan_text.h"
#include "tests/oracle/random_call.h"
#include "tests/support/ipv4_packets.h"

namespace vpclab::oracle {
namespace {

std::uint64_t environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

/// So few flows may an interface track here that some are refused.
constexpr std::uint32_t kFlowsMax = 5;
/// The slots that so few flows need.
constexpr std::size_t kSlotsMax = 16;
/// Longer than any timeout of SG-23.
constexpr auto kSilence = std::chrono::seconds(432'060);

/// Everything that is recorded, as one number.
class TraceHash final : public trace::TraceSink {
 public:
  void record(const trace::TraceEvent& event) override {
    add(static_cast<std::uint64_t>(event.at.time_since_epoch().count()));
    add(event.packet);
    add(static_cast<std::uint64_t>(event.kind));
    add(event.tap.element.digits().low);
    full += event.reason == trace::DropReason::kConntrackFull ? 1U : 0U;
    add(event.reason ? static_cast<std::uint64_t>(*event.reason) + 1 : 0);
  }

  std::uint64_t value = 0xcbf29ce484222325U;
  std::uint64_t full = 0;  // packets that began a flow where there was no room

  void note(SimTime at, std::string_view kind, std::string_view text) override {
    add(static_cast<std::uint64_t>(at.time_since_epoch().count()));
    add(base::hash_name(kind));
    add(base::hash_name(text));
  }

 private:
  void add(std::uint64_t word) { value = (value ^ word) * 0x100000001b3U; }
};

class CallRun {
 public:
  explicit CallRun(std::uint64_t seed) : rng_(seed, "tests/oracle/calls"), world_(options(seed)) {
    world_.trace().add(fates_);
    world_.trace().add(hash_);
    world_.begin();
  }

  CallRun(const CallRun&) = delete;
  CallRun& operator=(const CallRun&) = delete;

  ~CallRun() {
    world_.trace().remove(hash_);
    world_.trace().remove(fates_);
  }

  /// What went wrong first; empty: nothing.
  std::string play(std::uint64_t calls) {
    for (std::uint64_t i = 0; i < calls && finding_.empty(); ++i) {
      make_call();
      if (rng_.below(4) == 0) {
        pass(Duration(
            std::chrono::milliseconds(rng_.below(30) == 0 ? 4'000'000 : rng_.below(4000))));
      }
      if (rng_.below(8) == 0) {
        send_packets();
      }
      if (rng_.below(16) == 0) {
        compare_plans();
      }
    }
    pass(std::chrono::seconds(120));
    if (finding_.empty() && fates_.in_flight() != 0) {
      find_fault(fmt::format("{} packets are still on their way", fates_.in_flight()));
    }
    if (finding_.empty() && world_.packets().live() != 0) {
      find_fault(fmt::format("{} packets are kept", world_.packets().live()));
    }
    pass(kSilence);
    check_tracking(0);
    return finding_;
  }

  std::set<std::string> accepted;
  std::uint64_t accepted_calls = 0;
  std::uint64_t refused_calls = 0;

  [[nodiscard]] std::uint64_t hash() const { return hash_.value; }

  [[nodiscard]] std::uint64_t refused_flows() const { return hash_.full; }

  [[nodiscard]] const trace::FateCounter& fates() const { return fates_; }

 private:
  static world::WorldOptions options(std::uint64_t seed) {
    world::WorldOptions made;
    made.seed = seed;
    made.control.quotas = control::Quotas::lifted();
    made.control.classic_accounts = {"111111111111"};
    made.fabric.nodes.tracking.flows_max = kFlowsMax;
    return made;
  }

  [[nodiscard]] const control::Inventory& inventory() { return world_.control().inventory(); }

  void find_fault(const std::string& what) {
    if (finding_.empty()) {
      finding_ = what;
    }
  }

  void pass(Duration duration) {
    world_.simulator().run_until(world_.simulator().now() + duration);
    check("time passed");
  }

  void check(const std::string& after) {
    for (const std::string& dangling : inventory().check()) {
      find_fault(std::string(after).append(": ").append(dangling));
    }
    if (!fates_.violations().empty()) {
      find_fault(after + ": " + fates_.violations().front());
    }
  }

  /// SG-21…23: the flows of an interface are bounded, in number and in memory, and expire.
  void check_tracking(std::size_t most) {
    for (const control::NetworkInterface& interface : inventory().network_interfaces) {
      const node::Eni* eni = world_.fabric().interface(interface.id);
      const dataplane::Conntrack* flows = eni == nullptr ? nullptr : eni->conntrack();
      if (flows != nullptr &&
          (flows->live(world_.simulator().now()) > most || flows->capacity() > kSlotsMax)) {
        find_fault(fmt::format("{} tracks {} flows in {} slots", interface.id.text(),
                               flows->live(world_.simulator().now()), flows->capacity()));
      }
    }
  }

  void make_call() {
    RandomCalls source(rng_, inventory());
    const RandomCalls::Call call = source.next();
    std::string line = call.action;
    for (const auto& [name, value] : call.params) {
      line += fmt::format(" {}={}", name, value);
    }
    const auto request = api::decode(call.action, call.params);
    if (!request) {
      ++refused_calls;
      return;
    }
    const control::Caller caller{rng_.below(6) == 0 ? "222222222222" : "111111111111",
                                 rng_.below(10) == 0 ? "eu-west-1" : "us-east-1"};
    world_.control().advance(world_.simulator().now());
    const std::uint64_t before = inventory().fingerprint();
    api::Reply reply = world_.call(caller, *request);
    if (reply) {
      ++accepted_calls;
      accepted.insert(call.action);
      static_cast<void>(reply->response());
    } else {
      ++refused_calls;
    }
    if (inventory().fingerprint() != before && (!reply || call.action.starts_with("Describe"))) {
      find_fault(line + ": changed something, though " +
                 (reply ? std::string("it describes")
                        : "refused with " + std::string(reply.error().code)));
    }
    check(line);
  }

  /// As a guest's driver would: anything to anybody.
  void send_packets() {
    std::vector<const control::NetworkInterface*> all;
    for (const control::NetworkInterface& interface : inventory().network_interfaces) {
      all.push_back(&interface);
    }
    for (int i = 0; i < 6 && !all.empty(); ++i) {
      const control::NetworkInterface& from = *all[rng_.below(all.size())];
      const control::NetworkInterface& to = *all[rng_.below(all.size())];
      node::Eni* eni = world_.fabric().interface(from.id);
      if (eni == nullptr || !eni->instance().is_running()) {
        continue;
      }
      const wire::Ipv4Address target = rng_.below(4) == 0   ? to.primary.public_address
                                       : rng_.below(8) == 0 ? testing::address("8.8.8.8")
                                                            : to.primary.private_address;
      const wire::Ipv4Address source = from.primary.private_address;
      const auto port = static_cast<std::uint16_t>(rng_.below(3) * 31 + 22);
      transmit(*eni, rng_.below(3) == 0   ? testing::tcp(source, target, 40000, port)
                     : rng_.below(2) == 0 ? testing::udp(source, target, 40000, port)
                                          : testing::icmp(source, target, 8));
    }
    pass(std::chrono::milliseconds(rng_.below(200)));
    check_tracking(kFlowsMax);
  }

  void transmit(node::Eni& eni, const testing::PacketBytes& bytes) {
    wire::PacketPool& packets = world_.packets();
    const wire::PacketHandle frame = packets.allocate(wire::EthernetHeader::kSize + bytes.size());
    wire::EthernetHeader{}.emit(packets.bytes(frame));
    std::copy(
        bytes.begin(), bytes.end(),
        packets.bytes(frame).begin() + static_cast<std::ptrdiff_t>(wire::EthernetHeader::kSize));
    trace::TraceEvent event;
    event.at = world_.simulator().now();
    event.kind = trace::EventKind::kSent;
    event.direction = trace::Direction::kOut;
    event.tap = trace::Tap{eni.id(), trace::Tap::Side::kGuest};
    event.packet = packets.id(frame);
    event.bytes = packets.bytes(frame);
    event.ethernet = true;
    world_.trace().record(event);
    eni.transmit(frame);
  }

  void compare_plans() {
    for (const control::Vpc& vpc : inventory().vpcs) {
      node::VpcRouter* router = world_.fabric().router(vpc.id);
      const auto fresh = control::compile(inventory(), world_.control().options().knobs, vpc.id);
      if (router != nullptr && fresh && plan_text(router->tables()) != plan_text(*fresh)) {
        find_fault("an old plan is in use:\n" + plan_text(router->tables()) + "a fresh one:\n" +
                   plan_text(*fresh));
      }
    }
  }

  base::Rng rng_;
  world::World world_;
  trace::FateCounter fates_;
  TraceHash hash_;
  std::string finding_;
};

TEST(RandomCalls, BreakNoLaw) {
  const std::uint64_t seed = environment("VPCLAB_ORACLE_SEED", 1);
  const std::uint64_t calls = environment("VPCLAB_ORACLE_CALLS", 3'000);
  constexpr std::uint64_t kCallsOfARun = 300;
  std::set<std::string> accepted;
  std::uint64_t packets = 0;
  std::uint64_t good = 0;
  std::uint64_t refused_flows = 0;

  for (std::uint64_t i = 0; i * kCallsOfARun < calls; ++i) {
    CallRun run(seed + i);
    const std::string finding = run.play(kCallsOfARun);
    ASSERT_TRUE(finding.empty()) << "VPCLAB_ORACLE_SEED=" << seed + i << " VPCLAB_ORACLE_CALLS=1\n"
                                 << finding;
    accepted.insert(run.accepted.begin(), run.accepted.end());
    packets += run.fates().sent();
    good += run.accepted_calls;
    refused_flows += run.refused_flows();
  }

  std::cout << "seed " << seed << ": " << calls << " calls, " << good << " accepted of "
            << accepted.size() << " actions, " << packets << " packets, " << refused_flows
            << " flows refused\n";
  EXPECT_GT(accepted.size(), 40U);  // the calls are not all nonsense
  EXPECT_GT(refused_flows, 0U);     // and the bound is met
}

TEST(RandomCalls, LeadToTheSameTraceForTheSameSeed) {
  const auto hash_of = [](std::uint64_t seed) {
    CallRun run(seed);
    EXPECT_EQ(run.play(300), "");
    return run.hash();
  };

  EXPECT_EQ(hash_of(5), hash_of(5));
  EXPECT_NE(hash_of(5), hash_of(6));
}

}  // namespace
}  // namespace vpclab::oracle
