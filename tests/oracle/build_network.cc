// VPCs, subnets, tables, gateways.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "emulator/control/inventory.h"
#include "tests/oracle/build.h"

namespace vpclab::oracle {
namespace {

/// Some overlap, some lie in others, one looks public (VPC-4).
constexpr std::array kVpcCidrs{"10.0.0.0/16",    "10.1.0.0/16",    "10.2.0.0/20", "172.16.0.0/16",
                               "192.168.0.0/16", "172.31.0.0/16",  "10.0.0.0/16", "10.0.128.0/17",
                               "100.64.0.0/16",  "198.51.100.0/24"};
constexpr std::array kMoreCidrs{"10.3.0.0/16", "172.20.0.0/16", "10.2.16.0/20", "192.168.0.0/20",
                                "10.64.0.0/24"};

template <std::size_t kSize>
Cidr choose(const std::array<const char*, kSize>& list, std::uint32_t a) {
  return Cidr::parse(list[a % kSize]);
}

}  // namespace

void Lab::grant_network(const Wish& wish) {
  switch (wish.kind) {
    case WishKind::kVpc:
      return make_vpc(wish);
    case WishKind::kCidr:
      return add_cidr(wish);
    case WishKind::kSubnet:
      return make_subnet(wish);
    case WishKind::kTable:
      if (const Vpc* vpc = pick(network_.vpcs, wish.a)) {
        const std::string id = next_id("rtb");
        if (call(*vpc, "ec2 create-route-table --vpc-id " + vpc->id, id)) {
          network_.tables.push_back({id, vpc->id, {}});
        }
      }
      return;
    case WishKind::kUseTable:
      return use_table(wish);
    case WishKind::kLeaveTable:
      return leave_table(wish);
    case WishKind::kMainTable:
      return set_main_table(wish);
    case WishKind::kRoute:
      return make_route(wish);
    case WishKind::kDropRoute:
      return drop_route(wish);
    case WishKind::kLocalRoute:
      return replace_local(wish);
    case WishKind::kGatewayTable:
      return make_gateway_table(wish);
    case WishKind::kPrefixList:
      return make_prefix_list(wish);
    case WishKind::kListRoute:
      return route_list(wish);
    case WishKind::kGateway:
      return attach_gateway(wish);
    default:
      return detach_gateway(wish);
  }
}

void Lab::make_vpc(const Wish& wish) {
  if (network_.vpcs.size() >= 4) {
    return;
  }
  Vpc vpc;
  vpc.id = next_id("vpc");
  vpc.account = wish.b % 8 == 7  ? "222222222222"
                : wish.b % 8 < 3 ? std::string(kClassicAccount)
                                 : "111111111111";
  vpc.region = wish.b % 8 == 6 ? "eu-west-1" : "us-east-1";
  vpc.cidrs = {choose(kVpcCidrs, wish.a)};
  if (!call(vpc, "ec2 create-vpc --cidr-block " + text(vpc.cidrs[0]), vpc.id)) {
    return;
  }
  const control::Vpc& made = inventory().vpcs.get(*api::VpcId::parse(vpc.id));
  vpc.main_table = made.main_route_table.text();
  vpc.main_association =
      inventory().route_tables.get(made.main_route_table).associations.front().text();
  vpc.default_acl = made.default_network_acl.text();
  vpc.default_group = made.default_security_group.text();
  network_.tables.push_back({vpc.main_table, vpc.id, {}});
  const Cidr everything{0, 0};
  Acl acl{vpc.default_acl, vpc.id, true, {}};  // ACL-4
  acl.entries.push_back({.egress = false, .number = 100, .cidr = everything});
  acl.entries.push_back({.egress = true, .number = 100, .cidr = everything});
  network_.acls.push_back(acl);
  Group group{vpc.default_group, vpc.id, {}, vpc.account, vpc.region};  // SG-6
  group.rules.push_back({.egress = false, .cidr = {}, .group = group.id, .id = {}});
  group.rules.push_back({.egress = true, .cidr = everything, .group = {}, .id = {}});
  network_.groups.push_back(group);
  network_.vpcs.push_back(vpc);
}

/// VPC-9, PCX-12.
void Lab::add_cidr(const Wish& wish) {
  Vpc* vpc = pick(network_.vpcs, wish.a);
  if (vpc == nullptr || vpc->cidrs.size() >= 3) {
    return;
  }
  const Cidr cidr = choose(kMoreCidrs, wish.b);
  const auto overlaps = [&](const Vpc& other) {
    return std::any_of(other.cidrs.begin(), other.cidrs.end(),
                       [&](const Cidr& own) { return own.overlaps(cidr); });
  };
  bool legal = !overlaps(*vpc) && !network_.has_classic_route(*vpc);  // VPC-9 (f)
  for (const Table& table : network_.tables) {
    for (const Route& route : table.routes) {
      legal = legal && (table.vpc != vpc->id ||
                        (!route.destination.within(cidr) && route.prefix_list.empty()));
    }
  }
  for (const Peering& peering : network_.peerings) {
    if (peering.joins(vpc->id) && peering.state == PeeringState::kActive) {
      legal = legal && !overlaps(vpc_of(peering.far_from(vpc->id)));
    } else if (peering.joins(vpc->id) && peering.state == PeeringState::kPending) {
      legal = false;
    }
  }
  if (legal && call(*vpc, fmt::format("ec2 associate-vpc-cidr-block --vpc-id {} --cidr-block {}",
                                      vpc->id, text(cidr)))) {
    vpc->cidrs.push_back(cidr);
  }
}

void Lab::make_subnet(const Wish& wish) {
  const Vpc* vpc = pick(network_.vpcs, wish.a);
  if (vpc == nullptr) {
    return;
  }
  const Cidr block = *pick(vpc->cidrs, wish.b);
  const int length = std::max(block.length, std::array{24, 24, 24, 26, 28, 16}[wish.d % 6]);
  const std::uint64_t places = block.size() / Cidr{0, length}.size();
  const std::uint64_t place = std::min<std::uint64_t>(wish.c % 6, places - 1);
  Subnet subnet;
  subnet.id = next_id("subnet");
  subnet.vpc = vpc->id;
  subnet.cidr =
      Cidr::of(static_cast<std::uint32_t>(block.base + place * Cidr{0, length}.size()), length);
  subnet.zone = (wish.d / 6) % 3 == 0 ? 'b' : 'a';
  for (const Subnet& other : network_.subnets) {
    if (other.vpc == vpc->id && other.cidr.overlaps(subnet.cidr)) {
      return;
    }
  }
  if (!call(*vpc,
            fmt::format("ec2 create-subnet --vpc-id {} --cidr-block {} --availability-zone {}{}",
                        vpc->id, text(subnet.cidr), vpc->region, subnet.zone),
            subnet.id)) {
    return;
  }
  const control::Subnet& made = inventory().subnets.get(*api::SubnetId::parse(subnet.id));
  subnet.acl = vpc->default_acl;
  subnet.acl_association = made.network_acl_association.text();
  network_.subnets.push_back(subnet);
}

void Lab::use_table(const Wish& wish) {
  Subnet* subnet = pick(network_.subnets, wish.a);
  const Table* table = pick(network_.tables, wish.b);
  if (subnet == nullptr || table->vpc != subnet->vpc || subnet->table == table->id) {
    return;
  }
  const std::string line =
      subnet->table.empty()
          ? fmt::format("ec2 associate-route-table --route-table-id {} --subnet-id {}", table->id,
                        subnet->id)
          : fmt::format(
                "ec2 replace-route-table-association --association-id {} "
                "--route-table-id {}",
                subnet->table_association, table->id);
  if (call(vpc_of(subnet->vpc), line)) {
    subnet->table = table->id;
    subnet->table_association =
        inventory().subnets.get(*api::SubnetId::parse(subnet->id)).route_table_association.text();
  }
}

void Lab::leave_table(const Wish& wish) {
  Subnet* subnet = pick(network_.subnets, wish.a);
  if (subnet != nullptr && !subnet->table.empty() &&
      call(vpc_of(subnet->vpc),
           "ec2 disassociate-route-table --association-id " + subnet->table_association)) {
    subnet->table.clear();
  }
}

/// RT-3.
void Lab::set_main_table(const Wish& wish) {
  const Table* table = pick(network_.tables, wish.a);
  Vpc* vpc = table == nullptr ? nullptr : find(network_.vpcs, table->vpc);
  if (vpc == nullptr || vpc->main_table == table->id ||
      !call(*vpc, fmt::format("ec2 replace-route-table-association --association-id {} "
                              "--route-table-id {}",
                              vpc->main_association, table->id))) {
    return;
  }
  vpc->main_table = table->id;
  for (const control::RouteTableAssociation& association : inventory().route_table_associations) {
    if (association.is_main() && association.route_table.text() == table->id) {
      vpc->main_association = association.id.text();
    }
  }
}

void Lab::attach_gateway(const Wish& wish) {
  Vpc* vpc = pick(network_.vpcs, wish.a);
  if (vpc == nullptr || !vpc->gateway.empty()) {
    return;
  }
  std::string id = next_id("igw");
  const auto idle =
      std::find_if(network_.idle_gateways.begin(), network_.idle_gateways.end(),
                   [&](const IdleGateway& gateway) {
                     return gateway.account == vpc->account && gateway.region == vpc->region;
                   });
  if (idle != network_.idle_gateways.end() && wish.b % 2 == 0) {
    id = idle->id;
    network_.idle_gateways.erase(idle);
  } else if (!call(*vpc, "ec2 create-internet-gateway", id)) {
    return;
  }
  if (call(*vpc, fmt::format("ec2 attach-internet-gateway --internet-gateway-id {} --vpc-id {}", id,
                             vpc->id))) {
    vpc->gateway = id;
  }
}

/// IGW-9: only without mapped public addresses.
void Lab::detach_gateway(const Wish& wish) {
  Vpc* vpc = pick(network_.vpcs, wish.a);
  if (vpc == nullptr || vpc->gateway.empty() || !vpc->gateway_table.empty()) {
    return;
  }
  for (const Interface& interface : network_.interfaces) {
    for (const Address& address : interface.addresses) {
      if (interface.vpc == vpc->id && address.public_address != 0) {
        return;
      }
    }
  }
  for (const NatGateway& nat : network_.nats) {
    if (nat.vpc == vpc->id && nat.public_address != 0) {
      return;
    }
  }
  if (call(*vpc, fmt::format("ec2 detach-internet-gateway --internet-gateway-id {} --vpc-id {}",
                             vpc->gateway, vpc->id))) {
    network_.idle_gateways.push_back({vpc->gateway, vpc->account, vpc->region});
    vpc->gateway.clear();
  }
}

}  // namespace vpclab::oracle
