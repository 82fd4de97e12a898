// tests/support/toy_world.h - a World in a few lines: resources made by AWS CLI lines with explicit
// ids, pings that say what became of each request, and the law of conservation watched throughout.
//
//   ToyWorld lab;
//   lab.make_vpc(1); lab.make_instance(1, 1, "10.1.6.33");   // vpc-00000001, i-00000001, …
//   lab.begin();
//   EXPECT_EQ(lab.ping(1, "10.1.6.34"), "NO_SUCH_HOST");
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/api/cli_line.h"
#include "emulator/api/decode.h"
#include "emulator/control/control_plane.h"
#include "emulator/trace/explain.h"
#include "emulator/trace/fate_counter.h"
#include "emulator/trace/trace_sink.h"
#include "emulator/world/world.h"
#include "netstack/app/ping.h"
#include "tests/support/ipv4_packets.h"

namespace vpclab::testing {

/// Remembers how each packet was dropped or taken.
class FateLog final : public trace::TraceSink {
 public:
  struct Fate {
    std::string what;      // "SG_INGRESS", or a host's own word
    std::string sentence;  // of drops
    std::string code;
    trace::Tap tap;
    std::uint64_t cause = 0;
  };

  explicit FateLog(const trace::NameDirectory& names) : names_(names) {}

  void record(const trace::TraceEvent& event) override {
    if (event.kind == trace::EventKind::kDropped) {
      const trace::Explanation why = trace::explain(event, names_);
      fates_[event.packet] = {std::string(to_string(*event.reason)), why.sentence,
                              std::string(why.code), event.tap, event.cause};
      last_drop = fates_[event.packet];
    } else if (event.kind == trace::EventKind::kConsumed) {
      fates_[event.packet] = {std::string(event.outcome), {}, {}, event.tap, event.cause};
    }
  }

  void note(SimTime /*at*/, std::string_view kind, std::string_view text) override {
    notes.push_back(fmt::format("{} {}", kind, text));
  }

  [[nodiscard]] const Fate* of(std::uint64_t packet) const {
    const auto found = fates_.find(packet);
    return found == fates_.end() ? nullptr : &found->second;
  }

  /// What became of an echo request and of its answer: "SG_INGRESS", "reply NO_ROUTE", or the last
  /// host's own word.
  [[nodiscard]] std::string verdict(std::uint64_t request) const {
    const Fate* fate = of(request);
    if (fate == nullptr) {
      return "in flight";
    }
    if (fate->what != "echo-request") {
      return fate->what;
    }
    for (const auto& [packet, reply] : fates_) {
      if (reply.cause == request) {
        return "reply " + reply.what;
      }
    }
    return "no reply";
  }

  Fate last_drop;
  std::vector<std::string> notes;

 private:
  const trace::NameDirectory& names_;
  std::map<std::uint64_t, Fate> fates_;
};

class ToyWorld {
 public:
  explicit ToyWorld(const world::WorldOptions& options = {}) : world(options), log(world) {
    world.trace().add(fates);
    world.trace().add(log);
  }

  ToyWorld(const ToyWorld&) = delete;
  ToyWorld& operator=(const ToyWorld&) = delete;

  ~ToyWorld() {
    EXPECT_TRUE(fates.violations().empty()) << fates.violations().front();
    world.trace().remove(log);
    world.trace().remove(fates);
  }

  // --- Calls
  // --------------------------------------------------------------------------------------

  /// One line as the AWS CLI takes it, without `aws`; `id` is the explicit id of what it makes.
  api::Reply try_aws(const std::string& line, const std::string& id = {}) {
    const auto command = api::parse_cli_line(line);
    EXPECT_TRUE(command.has_value()) << line << ": " << command.error().message;
    const auto request = api::decode(command->action, command->params);
    EXPECT_TRUE(request.has_value()) << line << ": " << request.error().message;
    const control::Declared declared{.name = {}, .id = id};
    return world.call(caller, *request, id.empty() ? nullptr : &declared);
  }

  /// The same for a line that must be accepted.
  api::Reply aws(const std::string& line, const std::string& id = {}) {
    api::Reply reply = try_aws(line, id);
    EXPECT_TRUE(reply.has_value()) << line << ": " << reply.error().message;
    return reply;
  }

  /// VPC `number`: 10.`number`.0.0/16, one subnet 10.`number`.0.0/20 with a table of its own and a
  /// group `sg-…number` that lets everything out and nothing in.
  void make_vpc(int number) {
    aws(fmt::format("ec2 create-vpc --cidr-block 10.{}.0.0/16", number), vpc(number));
    make_subnet(number, 0, fmt::format("10.{}.0.0/20", number));
    aws(fmt::format("ec2 create-security-group --group-name g --description d --vpc-id {}",
                    vpc(number)),
        group(number));
  }

  /// A further subnet of a VPC, with a table of its own.
  void make_subnet(int vpc_number, int number, std::string_view cidr, std::string_view zone = "a") {
    aws(fmt::format("ec2 create-subnet --vpc-id {} --cidr-block {} --availability-zone "
                    "us-east-1{}",
                    vpc(vpc_number), cidr, zone),
        subnet(vpc_number, number));
    aws("ec2 create-route-table --vpc-id " + vpc(vpc_number), table(vpc_number, number));
    aws(fmt::format("ec2 associate-route-table --route-table-id {} --subnet-id {}",
                    table(vpc_number, number), subnet(vpc_number, number)));
  }

  /// Instance `number` with a fixed address in a subnet of a VPC and the VPC's group.
  void make_instance(int number, int vpc_number, std::string_view address, int subnet_number = 0) {
    aws(fmt::format("ec2 run-instances --image-id al2023 --count 1 --subnet-id {} "
                    "--private-ip-address {} --security-group-ids {}",
                    subnet(vpc_number, subnet_number), address, group(vpc_number)),
        instance_id(number));
    world.set_name(*api::InstanceId::parse(instance_id(number)), fmt::format("host-{}", number));
  }

  /// An active peering connection pcx-…`number` without routes.
  void make_peering(int number, int requester, int accepter) {
    aws(fmt::format("ec2 create-vpc-peering-connection --vpc-id {} --peer-vpc-id {}",
                    vpc(requester), vpc(accepter)),
        peering(number));
    world.settle();
    aws("ec2 accept-vpc-peering-connection --vpc-peering-connection-id " + peering(number));
    world.settle();
  }

  api::Reply route(int vpc_number, std::string_view destination, std::string_view target,
                   int subnet_number = 0) {
    return aws(fmt::format("ec2 create-route --route-table-id {} --destination-cidr-block {} {}",
                           table(vpc_number, subnet_number), destination, target));
  }

  /// Lets ICMP (or another protocol) into the group of a VPC.
  void allow_in(int vpc_number, std::string_view cidr, std::string_view protocol = "icmp",
                std::string_view port = "-1") {
    aws(
        fmt::format("ec2 authorize-security-group-ingress --group-id {} --protocol {} --port {} "
                    "--cidr {}",
                    group(vpc_number), protocol, port, cidr));
  }

  void make_gateway(int vpc_number) {
    aws("ec2 create-internet-gateway", gateway(vpc_number));
    aws(fmt::format("ec2 attach-internet-gateway --internet-gateway-id {} --vpc-id {}",
                    gateway(vpc_number), vpc(vpc_number)));
  }

  /// Gives an instance an Elastic IP address and returns it.
  std::string make_elastic(int number) {
    const std::string allocation = fmt::format("eipalloc-{:08x}", number);
    aws("ec2 allocate-address", allocation);
    aws(fmt::format("ec2 associate-address --allocation-id {} --instance-id {}", allocation,
                    instance_id(number)));
    const auto* found =
        world.control().inventory().elastic_addresses.find(*api::AllocationId::parse(allocation));
    return to_string(found->public_address);
  }

  void begin() {
    world.settle();
    world.begin();
  }

  void run_for(Duration duration) {
    world.simulator().run_until(world.simulator().now() + duration);
  }

  // --- Packets
  // --------------------------------------------------------------------------------------

  node::Guest& guest(int number) {
    node::Guest* found = world.guest(*api::InstanceId::parse(instance_id(number)));
    EXPECT_NE(found, nullptr) << instance_id(number);
    return *found;
  }

  /// Pings and says what became of the requests: "ok" if all were answered, else the verdict on the
  /// first that was not.
  std::string ping(int from, std::string_view to, std::uint64_t count = 1,
                   const app::PingOptions& options = {}) {
    return ping(guest(from), to, count, options);
  }

  std::string ping(node::Guest& from, std::string_view to, std::uint64_t count = 1,
                   app::PingOptions options = {}) {
    options.count = count;
    options.linger = linger;
    app::Ping program(options, address(to), std::string(to));
    if (!program.start(world.simulator().now(), from.host())) {
      return "refused";
    }
    from.pump();
    world.simulator().run_until([&] { return !program.is_running(); },
                                world.simulator().now() + std::chrono::hours(1));
    run_for(std::chrono::milliseconds(500));
    for (std::uint64_t number = 1; number <= count; ++number) {
      const app::PingProbe* probe = program.probe(number);
      if (probe == nullptr) {
        return "not sent";
      }
      ttl = probe->ttl;
      rtt = probe->received ? probe->answered - probe->sent : Duration{};
      if (!probe->received) {
        error_from = probe->from;
        error_type = probe->error_type;
        return log.verdict(probe->packet_id);
      }
    }
    return "ok";
  }

  // --- Names
  // ----------------------------------------------------------------------------------------

  static std::string vpc(int number) { return fmt::format("vpc-{:08x}", number); }

  static std::string subnet(int vpc_number, int number = 0) {
    return fmt::format("subnet-{:04x}{:04x}", vpc_number, number);
  }

  static std::string table(int vpc_number, int number = 0) {
    return fmt::format("rtb-{:04x}{:04x}", vpc_number, number);
  }

  static std::string group(int vpc_number) { return fmt::format("sg-{:08x}", vpc_number); }

  static std::string gateway(int vpc_number) { return fmt::format("igw-{:08x}", vpc_number); }

  static std::string instance_id(int number) { return fmt::format("i-{:08x}", number); }

  static std::string peering(int number) { return fmt::format("pcx-{:08x}", number); }

  static std::string via_peering(int number) {
    return "--vpc-peering-connection-id " + peering(number);
  }

  static std::string via_gateway(int vpc_number) { return "--gateway-id " + gateway(vpc_number); }

  control::Caller caller;
  Duration linger = std::chrono::seconds(1);  // how long a ping waits for the last answer
  world::World world;
  trace::FateCounter fates;
  FateLog log;
  std::uint8_t ttl = 0;          // of the last reply
  Duration rtt{};                // of the last reply
  wire::Ipv4Address error_from;  // of the last ICMP error
  std::uint8_t error_type = 0;
};

/// CASE-1's two VPCs with i-1 at 10.1.6.33 and i-2 at 10.2.4.95, peered; no routes, no rules.
inline void make_peering_lab(ToyWorld& lab) {
  lab.make_vpc(1);
  lab.make_vpc(2);
  lab.make_instance(1, 1, "10.1.6.33");
  lab.make_instance(2, 2, "10.2.4.95");
  lab.make_peering(1, 1, 2);
}

/// The same with everything set: each may ping the other.
inline void make_open_lab(ToyWorld& lab) {
  make_peering_lab(lab);
  lab.route(1, "10.2.0.0/16", ToyWorld::via_peering(1));
  lab.route(2, "10.1.0.0/16", ToyWorld::via_peering(1));
  lab.allow_in(1, "10.2.0.0/16");
  lab.allow_in(2, "10.1.0.0/16");
}

}  // namespace vpclab::testing
