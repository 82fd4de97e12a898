// tests/support/classic_world.h - the ClassicLink page's lab in a World: CASE-2 with its ids, VPC A
// 172.31.0.0/16 and the EC2-Classic instances of account 111222333444, VPC B 192.168.0.0/16 of an
// account that has EC2-VPC alone.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/support/toy_world.h"

namespace vpclab::testing {

inline constexpr std::string_view kAccountA = "111222333444";
inline constexpr std::string_view kAccountB = "123456789101";
inline constexpr std::string_view kVpcA = "vpc-f527be91";
inline constexpr std::string_view kVpcB = "vpc-80cb52e4";
inline constexpr std::string_view kPcx = "pcx-aaaabbbb";
inline constexpr std::string_view kMainA = "rtb-0000aa00";
inline constexpr std::string_view kCustomA = "rtb-0000aa01";
inline constexpr std::string_view kCustomB = "rtb-0000bb01";
inline constexpr std::string_view kLinkGroup = "sg-0000aa01";
inline constexpr std::string_view kClassicGroup = "sg-0000cc01";

/// The instances' numbers in ToyWorld.
enum ClassicHost : int {
  kClassicA = 0xa,    // a, 10.44.7.9
  kClassicA2 = 0xa2,  // a2, 10.50.1.1
  kInVpcB = 0xb,      // b, 192.168.1.20
  kInVpcA = 0xc,      // c, 172.31.5.5
};

inline world::WorldOptions classic_options() {
  world::WorldOptions options;
  options.control.classic_accounts.insert(std::string(kAccountA));
  return options;
}

class ClassicWorld : public ToyWorld {
 public:
  /// "Before": ClassicLink is enabled and `a` linked; peered and routed in the custom tables; both
  /// options off.
  ClassicWorld() : ToyWorld(classic_options()) {
    act_as(kAccountA);
    make_vpc_a();
    act_as(kAccountB);
    make_vpc_b();
    make_peering();
    act_as(kAccountA);
    classic(kClassicA, "10.44.7.9");
    classic(kClassicA2, "10.50.1.1");
    world.settle();
    link(kClassicA);
    begin();
  }

  void act_as(std::string_view account) { caller.account = std::string(account); }

  /// One line of the page, as the owner of VPC A or B.
  void a(const std::string& line, const std::string& id = {}) { by(kAccountA, line, id); }

  void b(const std::string& line, const std::string& id = {}) { by(kAccountB, line, id); }

  void link(int number) {
    a(fmt::format("ec2 attach-classic-link-vpc --instance-id {} --vpc-id {} --groups {}",
                  instance_id(number), kVpcA, kLinkGroup));
  }

  void unlink(int number) {
    a(fmt::format("ec2 detach-classic-link-vpc --instance-id {} --vpc-id {}", instance_id(number),
                  kVpcA));
  }

  void set_requester_flag(bool on) {
    a(
        fmt::format("ec2 modify-vpc-peering-connection-options --vpc-peering-connection-id {} "
                    "--requester-peering-connection-options "
                    "AllowEgressFromLocalClassicLinkToRemoteVpc={}",
                    kPcx, on));
  }

  void set_accepter_flag(bool on) {
    b(
        fmt::format("ec2 modify-vpc-peering-connection-options --vpc-peering-connection-id {} "
                    "--accepter-peering-connection-options "
                    "AllowEgressFromLocalVpcToRemoteClassicLink={}",
                    kPcx, on));
  }

  void add_main_route() {
    a(
        fmt::format("ec2 create-route --route-table-id {} --destination-cidr-block 192.168.0.0/16 "
                    "--vpc-peering-connection-id {}",
                    kMainA, kPcx));
  }

  /// Everything that the page asks for.
  void finish() {
    set_requester_flag(true);
    add_main_route();
    set_accepter_flag(true);
  }

  /// An instance of EC2-Classic with a fixed address and a group that admits ICMP from anywhere.
  void classic(int number, std::string_view address) {
    const auto command = api::parse_cli_line(fmt::format(
        "ec2 run-instances --image-id al2023 --count 1 --security-group-ids {}", kClassicGroup));
    ASSERT_TRUE(command.has_value());
    const auto request = api::decode(command->action, command->params);
    ASSERT_TRUE(request.has_value());
    const control::Declared declared{
        .name = {}, .id = instance_id(number), .private_address = std::string(address)};
    const api::Reply reply = world.call(caller, *request, &declared);
    ASSERT_TRUE(reply.has_value()) << reply.error().message;
    world.set_name(*api::InstanceId::parse(instance_id(number)), fmt::format("host-{:x}", number));
  }

  [[nodiscard]] std::string address_of(int number) { return to_string(guest(number).address()); }

 private:
  void by(std::string_view account, const std::string& line, const std::string& id) {
    const std::string before = caller.account;
    act_as(account);
    aws(line, id);
    caller.account = before;
  }

  void make_vpc_a() {
    aws("ec2 create-vpc --cidr-block 172.31.0.0/16", std::string(kVpcA));
    aws(fmt::format("ec2 create-route-table --vpc-id {}", kVpcA), std::string(kMainA));
    make_main();
    aws(fmt::format("ec2 create-route-table --vpc-id {}", kVpcA), std::string(kCustomA));
    make_host_subnet("subnet-0000aa01", kVpcA, "172.31.0.0/20", kCustomA);
    group(kLinkGroup, "link", fmt::format("--vpc-id {}", kVpcA), "192.168.0.0/16");
    allow(kLinkGroup, "172.31.0.0/16");
    group(kClassicGroup, "classic", "", "0.0.0.0/0");
    group("sg-0000aa02", "hosts", fmt::format("--vpc-id {}", kVpcA), "0.0.0.0/0");
    host(kInVpcA, "subnet-0000aa01", "172.31.5.5", "sg-0000aa02");
    aws(fmt::format("ec2 enable-vpc-classic-link --vpc-id {}", kVpcA));
  }

  void make_vpc_b() {
    aws("ec2 create-vpc --cidr-block 192.168.0.0/16", std::string(kVpcB));
    aws(fmt::format("ec2 create-route-table --vpc-id {}", kVpcB), std::string(kCustomB));
    make_host_subnet("subnet-0000bb01", kVpcB, "192.168.1.0/24", kCustomB);
    group("sg-0000bb01", "hosts", fmt::format("--vpc-id {}", kVpcB), "10.0.0.0/8");
    allow("sg-0000bb01", "172.31.0.0/16");
    host(kInVpcB, "subnet-0000bb01", "192.168.1.20", "sg-0000bb01");
  }

  /// kMainA, not the table that came with the VPC, so that its id is known.
  void make_main() {
    const control::Vpc* vpc =
        world.control().inventory().vpcs.find(*api::VpcId::parse(std::string(kVpcA)));
    const auto& tables = world.control().inventory().route_tables;
    const control::RouteTable* main = tables.find(vpc->main_route_table);
    aws(fmt::format("ec2 replace-route-table-association --association-id {} --route-table-id {}",
                    main->associations.front().text(), kMainA));
  }

  void make_host_subnet(std::string_view id, std::string_view vpc, std::string_view cidr,
                        std::string_view table) {
    aws(fmt::format("ec2 create-subnet --vpc-id {} --cidr-block {}", vpc, cidr), std::string(id));
    aws(fmt::format("ec2 associate-route-table --route-table-id {} --subnet-id {}", table, id));
  }

  void group(std::string_view id, std::string_view name, const std::string& where,
             std::string_view icmp_from) {
    aws(fmt::format("ec2 create-security-group --group-name {} --description d {}", name, where),
        std::string(id));
    allow(id, icmp_from);
  }

  void allow(std::string_view id, std::string_view icmp_from) {
    aws(
        fmt::format("ec2 authorize-security-group-ingress --group-id {} --protocol icmp --port -1 "
                    "--cidr {}",
                    id, icmp_from));
  }

  void host(int number, std::string_view subnet, std::string_view address, std::string_view id) {
    aws(fmt::format("ec2 run-instances --image-id al2023 --count 1 --subnet-id {} "
                    "--private-ip-address {} --security-group-ids {}",
                    subnet, address, id),
        instance_id(number));
    world.set_name(*api::InstanceId::parse(instance_id(number)), fmt::format("host-{:x}", number));
  }

  void make_peering() {
    a(fmt::format("ec2 create-vpc-peering-connection --vpc-id {} --peer-vpc-id {} "
                  "--peer-owner-id {}",
                  kVpcA, kVpcB, kAccountB),
      std::string(kPcx));
    world.settle();
    b(fmt::format("ec2 accept-vpc-peering-connection --vpc-peering-connection-id {}", kPcx));
    world.settle();
    a(
        fmt::format("ec2 create-route --route-table-id {} --destination-cidr-block 192.168.0.0/16 "
                    "--vpc-peering-connection-id {}",
                    kCustomA, kPcx));
    b(
        fmt::format("ec2 create-route --route-table-id {} --destination-cidr-block 172.31.0.0/16 "
                    "--vpc-peering-connection-id {}",
                    kCustomB, kPcx));
  }
};

}  // namespace vpclab::testing
