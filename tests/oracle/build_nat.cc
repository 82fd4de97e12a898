// NAT gateways (NAT-1, NAT-11).
#include <algorithm>

#include <fmt/format.h>

#include "emulator/control/inventory.h"
#include "tests/oracle/build.h"

namespace vpclab::oracle {

bool Lab::belongs_to_nat(const Elastic& elastic) const {
  return std::any_of(network_.nats.begin(), network_.nats.end(), [&](const NatGateway& nat) {
    return nat.public_address != 0 && nat.public_address == elastic.address;
  });
}

void Lab::make_nat(const Wish& wish) {
  const Subnet* subnet = pick(network_.subnets, wish.a);
  const std::uint32_t address = subnet == nullptr ? 0 : free_address(*subnet, wish.b);
  if (address == 0 || network_.nats.size() >= 4) {
    return;
  }
  const Vpc& vpc = vpc_of(subnet->vpc);
  const bool is_private = wish.c % 4 == 0;
  NatGateway nat{next_id("nat"), vpc.id, subnet->id, address, 0};
  std::string line = fmt::format("ec2 create-nat-gateway --subnet-id {} --private-ip-address {}",
                                 subnet->id, text(address));
  if (is_private) {
    line += " --connectivity-type private";
  } else if (vpc.gateway.empty()) {
    return;  // NAT-2: it would fail
  } else {
    const std::string allocation = next_id("eipalloc");
    if (!call(vpc, "ec2 allocate-address --domain vpc", allocation)) {
      return;
    }
    Elastic elastic;
    elastic.id = allocation;
    elastic.account = vpc.account;
    elastic.region = vpc.region;
    network_.elastics.push_back(elastic);
    learn_publics();
    nat.public_address = network_.elastics.back().address;
    line += " --allocation-id " + allocation;
  }
  if (call(vpc, line, nat.id)) {
    network_.nats.push_back(nat);
    learn_publics();
  }
}

/// CASE-18: the gateway's subnet has a table of its own with a route to the internet, the others
/// lead to the gateway.
void Lab::use_nat(const Wish& wish) {
  const NatGateway* nat = pick(network_.nats, wish.a);
  if (nat == nullptr) {
    return;
  }
  const Vpc& vpc = vpc_of(nat->vpc);
  Subnet& subnet = *find(network_.subnets, nat->subnet);
  const Cidr everything{0, 0};
  if (subnet.table.empty()) {
    const std::string id = next_id("rtb");
    if (!call(vpc, "ec2 create-route-table --vpc-id " + vpc.id, id) ||
        !call(vpc, fmt::format("ec2 associate-route-table --route-table-id {} --subnet-id {}", id,
                               subnet.id))) {
      return;
    }
    network_.tables.push_back({id, vpc.id, {}});
    subnet.table = id;
    subnet.table_association =
        inventory().subnets.get(*api::SubnetId::parse(subnet.id)).route_table_association.text();
  }
  if (!vpc.gateway.empty()) {
    put_route(*find(network_.tables, subnet.table), everything, vpc.gateway);
  }
  if (subnet.table != vpc.main_table) {
    put_route(*find(network_.tables, vpc.main_table), everything, nat->id);
  }
}

void Lab::delete_nat(const Wish& wish) {
  const NatGateway* nat = pick(network_.nats, wish.a);
  if (nat != nullptr &&
      call(vpc_of(nat->vpc), "ec2 delete-nat-gateway --nat-gateway-id " + nat->id)) {
    network_.nats.erase(network_.nats.begin() + (nat - &network_.nats[0]));
    learn_publics();
  }
}

}  // namespace vpclab::oracle
