#include "tools/benchmarks/networks.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>

#include "emulator/api/cli_line.h"
#include "emulator/api/decode.h"
#include "emulator/api/generated/network_acl.h"
#include "emulator/control/quotas.h"
#include "emulator/node/instance.h"

namespace vpclab::benchmarks {
namespace {

constexpr std::uint64_t kGroups = 5;
constexpr std::uint64_t kRules = 10;       // of a group, in each direction
constexpr std::uint64_t kAclEntries = 10;  // the default one among them
constexpr std::uint64_t kInstancesPerVpc = 1000;

/// Builds a network line by line; any refusal ends the program, for then the figures are void.
class Builder {
 public:
  explicit Builder(const NetworkOptions& options) {
    world::WorldOptions world_options;
    world_options.control.quotas = control::Quotas::lifted();
    world_options.fabric.nodes.judge_anew = options.judge_anew;
    world_ = std::make_unique<world::World>(world_options);
  }

  api::Reply call(const std::string& line, const std::string& id = {}) {
    const auto command = api::parse_cli_line(line);
    if (!command) {
      give_up(line, command.error().message);
    }
    const auto request = api::decode(command->action, command->params);
    if (!request) {
      give_up(line, request.error().message);
    }
    const control::Declared declared{.name = {}, .id = id};
    api::Reply reply = world_->call({"123456789012", "us-east-1"}, *request, &declared);
    if (!reply) {
      give_up(line, reply.error().message);
    }
    return reply;
  }

  /// A VPC 10.`number`.0.0/16 with five groups whose last rule is the one that matches.
  void make_vpc(std::uint64_t number) {
    call(fmt::format("ec2 create-vpc --cidr-block 10.{}.0.0/16", number), vpc(number));
    for (std::uint64_t i = 0; i < kGroups; ++i) {
      make_group(number, i);
    }
    fill_acl(number);
  }

  void make_subnet(std::uint64_t vpc_number, std::uint64_t number, std::string_view cidr) {
    const std::string id = subnet(vpc_number, number);
    call(fmt::format("ec2 create-subnet --vpc-id {} --cidr-block {}", vpc(vpc_number), cidr), id);
    call(fmt::format("ec2 create-route-table --vpc-id {}", vpc(vpc_number)),
         table(vpc_number, number));
    call(fmt::format("ec2 associate-route-table --route-table-id {} --subnet-id {}",
                     table(vpc_number, number), id));
  }

  /// One instance with an address of its own and all groups.
  void make_instance(std::uint64_t number, std::uint64_t vpc_number, std::uint64_t subnet_number,
                     std::string_view address) {
    call(fmt::format("ec2 run-instances --image-id al2023 --count 1 --subnet-id {} "
                     "--private-ip-address {} --security-group-ids {}",
                     subnet(vpc_number, subnet_number), address, groups(vpc_number)),
         instance_id(number));
  }

  void make_instances(std::uint64_t vpc_number, std::uint64_t subnet_number, std::uint64_t count) {
    call(
        fmt::format("ec2 run-instances --image-id al2023 --count {} --subnet-id {} "
                    "--security-group-ids {}",
                    count, subnet(vpc_number, subnet_number), groups(vpc_number)));
  }

  void make_peering(std::uint64_t requester, std::uint64_t accepter) {
    call(fmt::format("ec2 create-vpc-peering-connection --vpc-id {} --peer-vpc-id {}",
                     vpc(requester), vpc(accepter)),
         peering(accepter));
    world_->settle();
    call(fmt::format("ec2 accept-vpc-peering-connection --vpc-peering-connection-id {}",
                     peering(accepter)));
    route(requester, 0, fmt::format("10.{}.0.0/16", accepter),
          "--vpc-peering-connection-id " + peering(accepter));
    route(accepter, 0, fmt::format("10.{}.0.0/16", requester),
          "--vpc-peering-connection-id " + peering(accepter));
  }

  void route(std::uint64_t vpc_number, std::uint64_t subnet_number, std::string_view destination,
             std::string_view target) {
    call(fmt::format("ec2 create-route --route-table-id {} --destination-cidr-block {} {}",
                     table(vpc_number, subnet_number), destination, target));
  }

  /// Settles what is declared and lets the fabric follow it.
  Network finish(std::uint64_t sender) {
    world_->settle();
    world_->begin();
    world_->fabric().follow_plan();
    Network network;
    network.sender = instance(sender);
    network.world = std::move(world_);
    return network;
  }

  node::Instance* instance(std::uint64_t number) {
    return world_->instance(*api::InstanceId::parse(instance_id(number)));
  }

  static std::string instance_id(std::uint64_t number) { return fmt::format("i-{:08x}", number); }

 private:
  [[noreturn]] static void give_up(const std::string& line, const std::string& why) {
    std::fprintf(stderr, "vpclab_workload: %s: %s\n", line.c_str(), why.c_str());
    std::exit(1);
  }

  static std::string vpc(std::uint64_t number) { return fmt::format("vpc-{:08x}", number); }

  static std::string peering(std::uint64_t number) { return fmt::format("pcx-{:08x}", number); }

  static std::string subnet(std::uint64_t vpc_number, std::uint64_t number) {
    return fmt::format("subnet-{:04x}{:04x}", vpc_number, number);
  }

  static std::string table(std::uint64_t vpc_number, std::uint64_t number) {
    return fmt::format("rtb-{:04x}{:04x}", vpc_number, number);
  }

  static std::string group(std::uint64_t vpc_number, std::uint64_t number) {
    return fmt::format("sg-{:04x}{:04x}", vpc_number, number);
  }

  static std::string groups(std::uint64_t vpc_number) {
    std::string all;
    for (std::uint64_t i = 0; i < kGroups; ++i) {
      all += (i == 0 ? "" : " ") + group(vpc_number, i);
    }
    return all;
  }

  /// Ten rules for ICMP in each direction; only the very last one of the last group matches.
  void make_group(std::uint64_t vpc_number, std::uint64_t number) {
    const std::string id = group(vpc_number, number);
    call(fmt::format("ec2 create-security-group --group-name g{} --description b --vpc-id {}",
                     number, vpc(vpc_number)),
         id);
    call(
        fmt::format("ec2 revoke-security-group-egress --group-id {} --ip-permissions "
                    "IpProtocol=-1,IpRanges=[{{CidrIp=0.0.0.0/0}}]",
                    id));
    for (const char* direction : {"ingress", "egress"}) {
      for (std::uint64_t i = 0; i < kRules; ++i) {
        const bool last = number + 1 == kGroups && i + 1 == kRules;
        const std::string cidr =
            last ? "10.0.0.0/8" : fmt::format("192.0.2.{}/32", number * kRules + i);
        call(
            fmt::format("ec2 authorize-security-group-{} --group-id {} --ip-permissions "
                        "IpProtocol=icmp,FromPort=-1,ToPort=-1,IpRanges=[{{CidrIp={}}}]",
                        direction, id, cidr));
      }
    }
  }

  /// Nine entries before the default ACL's own, which allows all.
  void fill_acl(std::uint64_t vpc_number) {
    api::Reply reply = call(
        fmt::format("ec2 describe-network-acls --filters Name=vpc-id,Values={}", vpc(vpc_number)));
    const std::string acl =
        *reply->as<api::DescribeNetworkAclsResponse>().network_acls.at(0).network_acl_id;
    for (const char* direction : {"ingress", "egress"}) {
      for (std::uint64_t i = 1; i < kAclEntries; ++i) {
        call(
            fmt::format("ec2 create-network-acl-entry --network-acl-id {} --{} --rule-number {} "
                        "--protocol icmp --icmp-type-code Code=-1,Type=-1 --cidr-block "
                        "192.0.2.{}/32 --rule-action deny",
                        acl, direction, i, i));
      }
    }
  }

  std::unique_ptr<world::World> world_;
};

}  // namespace

Network make_peering(const NetworkOptions& options) {
  Builder builder(options);
  for (const std::uint64_t number : {1U, 2U}) {
    builder.make_vpc(number);
    builder.make_subnet(number, 0, fmt::format("10.{}.0.0/24", number));
    builder.make_instance(number, number, 0, fmt::format("10.{}.0.10", number));
  }
  builder.make_peering(1, 2);
  Network network = builder.finish(1);
  network.destinations = {wire::Ipv4Address::of(10, 2, 0, 10)};
  network.hosts = 2;
  network.crossings_per_exchange = 6;
  return network;
}

Network make_appliances(const NetworkOptions& options) {
  const std::uint64_t count = options.appliances;
  const std::uint64_t server = count + 1;
  Builder builder(options);
  builder.make_vpc(1);
  for (std::uint64_t i = 0; i <= server; ++i) {  // 0 is the client
    builder.make_subnet(1, i, fmt::format("10.1.{}.0/24", i));
    builder.make_instance(i + 1, 1, i, fmt::format("10.1.{}.10", i));
  }
  for (std::uint64_t i = 1; i <= count; ++i) {
    const std::string id = Builder::instance_id(i + 1);
    builder.call("ec2 modify-instance-attribute --no-source-dest-check --instance-id " + id);
    builder.route(1, i - 1, fmt::format("10.1.{}.0/24", server), "--instance-id " + id);
    builder.route(1, i + 1, "10.1.0.0/24", "--instance-id " + id);
  }
  Network network = builder.finish(1);
  for (std::uint64_t i = 1; i <= count; ++i) {
    network.world->instance(*api::InstanceId::parse(Builder::instance_id(i + 1)))
        ->set_ip_forward(true);
  }
  network.destinations = {wire::Ipv4Address::of(10, 1, static_cast<std::uint8_t>(server), 10)};
  network.hosts = count + 2;
  network.crossings_per_exchange = 4 * (count + 1);
  return network;
}

Network make_star(const NetworkOptions& options) {
  constexpr std::uint64_t kHub = 255;
  const std::uint64_t per_vpc =
      std::min(kInstancesPerVpc, std::max<std::uint64_t>(options.hosts / 10, 1));
  const std::uint64_t spokes = (options.hosts + per_vpc - 1) / per_vpc;
  Builder builder(options);
  builder.make_vpc(kHub);
  builder.make_subnet(kHub, 0, fmt::format("10.{}.0.0/20", kHub));
  builder.make_instance(1, kHub, 0, fmt::format("10.{}.0.10", kHub));
  std::vector<wire::Ipv4Address> destinations;
  for (std::uint64_t spoke = 1; spoke <= spokes; ++spoke) {
    const std::uint64_t count = std::min(per_vpc, options.hosts - (spoke - 1) * per_vpc);
    builder.make_vpc(spoke);
    builder.make_subnet(spoke, 0, fmt::format("10.{}.0.0/20", spoke));
    builder.make_peering(kHub, spoke);
    builder.make_instances(spoke, 0, count);
    for (std::uint64_t i = 0; i < count; ++i) {  // the lowest free addresses, from base + 4
      destinations.push_back(wire::Ipv4Address::from_host_order(
          (10U << 24) + static_cast<std::uint32_t>((spoke << 16) + 4 + i)));
    }
  }
  Network network = builder.finish(1);
  network.destinations = std::move(destinations);
  network.hosts = options.hosts + 1;
  network.crossings_per_exchange = 6;
  return network;
}

}  // namespace vpclab::benchmarks
