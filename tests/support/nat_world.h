// tests/support/nat_world.h - a World with a NAT gateway (CASE-18): a private subnet whose table
// leads to it, and a public one, where it stands, whose table leads to the internet gateway.
#pragma once

#include <string>
#include <vector>

#include "emulator/node/nat_gateway.h"
#include "tests/support/toy_world.h"

namespace vpclab::testing {

inline constexpr int kPublic = 0;   // subnet 10.1.0.0/20, where the gateway stands
inline constexpr int kPrivate = 1;  // subnet 10.1.16.0/20, where instance 1 stands at 10.1.16.10

/// CASE-18: private subnet {local, 0/0 -> nat}, public subnet {local, 0/0 -> igw}.
class NatLab : public ToyWorld {
 public:
  NatLab() {
    make_vpc(1);
    make_subnet(1, kPrivate, "10.1.16.0/20");
    make_gateway(1);
    route(1, "0.0.0.0/0", via_gateway(1), kPublic);
    make_instance(1, 1, "10.1.16.10", kPrivate);
    allow_in(1, "10.1.0.0/16");
    world.settle();
  }

  static constexpr const char* kNat = "nat-00000001";

  void make_nat_gateway(int subnet_number = kPublic, bool is_private = false) {
    std::string line = "ec2 create-nat-gateway --subnet-id " + subnet(1, subnet_number);
    if (is_private) {
      line += " --connectivity-type private";
    } else {
      aws("ec2 allocate-address", "eipalloc-0000000a");
      line += " --allocation-id eipalloc-0000000a";
    }
    aws(line, kNat);
    world.settle();
  }

  static std::string via_nat() { return std::string("--nat-gateway-id ") + kNat; }

  static api::NatGatewayId nat_id() { return *api::NatGatewayId::parse(kNat); }

  /// The gateway as the plan has it.
  const dataplane::NatGateway& nat() {
    return world.fabric().router(*api::VpcId::parse(vpc(1)))->tables().nat_gateways.at(0);
  }

  std::string elastic() { return to_string(nat().public_address); }

  std::string nat_address() { return to_string(nat().address); }

  node::InternetHost& outside() { return *world.internet_host("outside"); }

  /// Replaces a subnet's ACL by an open one with these entries before all others.
  void set_acl(int subnet_number, const std::vector<std::string>& entries) {
    const std::string acl = fmt::format("acl-{:08x}", 0x10 + subnet_number);
    aws("ec2 create-network-acl --vpc-id " + vpc(1), acl);
    for (const char* direction : {"--ingress", "--egress"}) {
      aws(
          fmt::format("ec2 create-network-acl-entry --network-acl-id {} --rule-number 100 "
                      "--protocol=-1 --rule-action allow --cidr-block 0.0.0.0/0 {}",
                      acl, direction));
    }
    for (const std::string& entry : entries) {
      aws(fmt::format("ec2 create-network-acl-entry --network-acl-id {} --rule-action deny {}", acl,
                      entry));
    }
    const auto& inventory = world.control().inventory();
    const auto& found = inventory.subnets.get(*api::SubnetId::parse(subnet(1, subnet_number)));
    aws(fmt::format("ec2 replace-network-acl-association --association-id {} --network-acl-id {}",
                    found.network_acl_association.text(), acl));
  }
};

/// The usual lab, begun.
struct OpenNatLab : NatLab {
  OpenNatLab() {
    make_nat_gateway();
    route(1, "0.0.0.0/0", via_nat(), kPrivate);
    begin();
  }
};

}  // namespace vpclab::testing
