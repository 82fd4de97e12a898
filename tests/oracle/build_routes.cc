// Routes (RT-8…11).
#include <algorithm>

#include <fmt/format.h>

#include "tests/oracle/build.h"

namespace vpclab::oracle {

std::vector<Cidr> Lab::destinations() const {
  std::vector<Cidr> found{Cidr{0, 0}, Cidr::parse("10.0.0.0/8"), Cidr::parse("8.8.8.8/32"),
                          Cidr::parse("198.51.100.0/24")};
  for (const Vpc& vpc : network_.vpcs) {
    found.insert(found.end(), 3, vpc.cidrs.front());
    found.insert(found.end(), vpc.cidrs.begin() + 1, vpc.cidrs.end());
  }
  for (const Subnet& subnet : network_.subnets) {
    found.push_back(subnet.cidr);
  }
  for (const Interface& interface : network_.interfaces) {
    found.push_back(Cidr::of(interface.addresses.front().private_address, 32));
  }
  return found;
}

std::vector<std::string> Lab::targets(const Vpc& vpc) const {
  std::vector<std::string> found;
  if (!vpc.gateway.empty()) {
    found.insert(found.end(), 2, vpc.gateway);
  }
  for (const Peering& peering : network_.peerings) {
    if (peering.joins(vpc.id) &&
        (peering.state == PeeringState::kActive || peering.state == PeeringState::kPending)) {
      found.insert(found.end(), 3, peering.id);
    }
  }
  for (const Interface& interface : network_.interfaces) {
    if (interface.vpc == vpc.id && !interface.instance.empty()) {
      found.push_back(interface.id);
    }
  }
  for (const NatGateway& nat : network_.nats) {
    if (nat.vpc == vpc.id) {
      found.insert(found.end(), 3, nat.id);
    }
  }
  return found;
}

void Lab::make_route(const Wish& wish) {
  Table* table = pick(network_.tables, wish.a);
  if (table == nullptr) {
    return;
  }
  const Vpc& vpc = vpc_of(table->vpc);
  const std::vector<std::string> possible = targets(vpc);
  const std::vector<Cidr> places = destinations();
  const std::string* target = pick(possible, wish.c);
  if (target == nullptr) {
    return;
  }
  Cidr destination = *pick(places, wish.b);
  if (target->rfind("pcx-", 0) == 0 && wish.d % 3 != 0) {  // mostly a useful one
    destination = *pick(vpc_of(find(network_.peerings, *target)->far_from(vpc.id)).cidrs, wish.b);
  } else if ((target->rfind("igw-", 0) == 0 || target->rfind("nat-", 0) == 0) && wish.d % 3 != 0) {
    destination = Cidr{0, 0};
  }
  put_route(*table, destination, *target);
}

/// Creates or replaces the route, if it is legal.
void Lab::put_route(Table& table, const Cidr& destination, const std::string& target) {
  const Vpc& vpc = vpc_of(table.vpc);
  const std::string kind = target.substr(0, target.find('-'));
  if (network_.has_classic_route(vpc) && destination.within(Cidr::parse("10.0.0.0/8"))) {
    return;  // CL-10
  }
  for (const Cidr& cidr : vpc.cidrs) {  // RT-11
    if (destination.within(cidr)) {
      const bool whole_subnet =
          destination != cidr &&
          std::any_of(network_.subnets.begin(), network_.subnets.end(), [&](const Subnet& subnet) {
            return subnet.vpc == vpc.id && subnet.cidr == destination;
          });
      if (kind != "eni" || !whole_subnet) {
        return;
      }
    }
  }
  const std::string option = kind == "eni"   ? "--network-interface-id"
                             : kind == "nat" ? "--nat-gateway-id"
                             : kind == "pcx" ? "--vpc-peering-connection-id"
                                             : "--gateway-id";
  const auto known =
      std::find_if(table.routes.begin(), table.routes.end(), [&](const Route& route) {
        return route.prefix_list.empty() && route.destination == destination;
      });
  const bool is_new = known == table.routes.end();  // RT-9: else only by replacing
  if (!call(vpc, fmt::format("ec2 {}-route --route-table-id {} --destination-cidr-block {} {} {}",
                             is_new ? "create" : "replace", table.id, text(destination), option,
                             target))) {
    return;
  }
  if (is_new) {
    table.routes.push_back({destination, target});
  } else {
    known->target = target;
  }
}

void Lab::drop_route(const Wish& wish) {
  Table* table = pick(network_.tables, wish.a);
  if (table == nullptr || table->routes.empty()) {
    return;
  }
  const auto route =
      table->routes.begin() + static_cast<std::ptrdiff_t>(wish.b % table->routes.size());
  const std::vector<Cidr>& local = vpc_of(table->vpc).cidrs;
  const bool is_local = route->prefix_list.empty() &&
                        std::find(local.begin(), local.end(), route->destination) != local.end();
  const std::string destination = route->prefix_list.empty()
                                      ? "--destination-cidr-block " + text(route->destination)
                                      : "--destination-prefix-list-id " + route->prefix_list;
  if (call(vpc_of(table->vpc),
           fmt::format("ec2 {}-route --route-table-id {} {}{}", is_local ? "replace" : "delete",
                       table->id, destination, is_local ? " --local-target" : ""))) {
    table->routes.erase(route);
  }
}

}  // namespace vpclab::oracle
