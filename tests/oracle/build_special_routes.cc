// Routes that are not everyday: in place of `local` ones (RT-7), of gateways (RT-25), to prefix
// lists.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "tests/oracle/build.h"

namespace vpclab::oracle {

std::vector<std::string> Lab::interfaces_of(const std::string& vpc) const {
  std::vector<std::string> found;
  for (const Interface& interface : network_.interfaces) {
    if (interface.vpc == vpc && !interface.instance.empty()) {
      found.push_back(interface.id);
    }
  }
  return found;
}

void Lab::replace_local(const Wish& wish) {
  Table* table = pick(network_.tables, wish.a);
  if (table == nullptr) {
    return;
  }
  const Vpc& vpc = vpc_of(table->vpc);
  const std::vector<std::string> possible = interfaces_of(vpc.id);
  const Cidr destination = *pick(vpc.cidrs, wish.b);
  const std::string* target = pick(possible, wish.c);
  const bool known =
      std::any_of(table->routes.begin(), table->routes.end(), [&](const Route& route) {
        return route.prefix_list.empty() && route.destination == destination;
      });
  if (target != nullptr && !known && !network_.has_classic_route(vpc) &&
      call(vpc, fmt::format("ec2 replace-route --route-table-id {} --destination-cidr-block {} "
                            "--network-interface-id {}",
                            table->id, text(destination), *target))) {
    table->routes.push_back({destination, *target});
  }
}

void Lab::make_gateway_table(const Wish& wish) {
  Vpc* vpc = pick(network_.vpcs, wish.a);
  if (vpc == nullptr || vpc->gateway.empty() || !vpc->gateway_table.empty() ||
      network_.has_classic_route(*vpc)) {
    return;
  }
  const std::vector<std::string> possible = interfaces_of(vpc->id);
  std::vector<Cidr> subnets;
  for (const Subnet& subnet : network_.subnets) {
    if (subnet.vpc == vpc->id && subnet.cidr != vpc->cidrs.front()) {
      subnets.push_back(subnet.cidr);
    }
  }
  Table table{next_id("rtb"), vpc->id, {}};
  if (possible.empty() || subnets.empty() ||
      !call(*vpc, "ec2 create-route-table --vpc-id " + vpc->id, table.id)) {
    return;
  }
  const Route route{*pick(subnets, wish.b), *pick(possible, wish.c)};
  if (call(*vpc, fmt::format("ec2 create-route --route-table-id {} --destination-cidr-block {} "
                             "--network-interface-id {}",
                             table.id, text(route.destination), route.target))) {
    table.routes.push_back(route);
  }
  if (call(*vpc, fmt::format("ec2 associate-route-table --route-table-id {} --gateway-id {}",
                             table.id, vpc->gateway))) {
    vpc->gateway_table = table.id;
    network_.gateway_tables.push_back(table);
  }
}

void Lab::make_prefix_list(const Wish& wish) {
  constexpr std::array kEntries{"8.8.8.0/24",     "198.51.100.0/24", "172.16.0.0/12", "10.2.0.0/16",
                                "192.168.0.0/16", "1.1.1.1/32",      "172.31.0.0/16"};
  const Vpc* vpc = pick(network_.vpcs, wish.a);
  if (vpc == nullptr || network_.prefix_lists.size() >= 3) {
    return;
  }
  PrefixList list{next_id("pl"), vpc->account, vpc->region, {}};
  list.entries.push_back(Cidr::parse(kEntries[wish.b % kEntries.size()]));
  if (wish.c % kEntries.size() != wish.b % kEntries.size()) {
    list.entries.push_back(Cidr::parse(kEntries[wish.c % kEntries.size()]));
  }
  std::string line = fmt::format(
      "ec2 create-managed-prefix-list --prefix-list-name {} --address-family IPv4 "
      "--max-entries 5 --entries",
      list.id);
  for (const Cidr& entry : list.entries) {
    line += " Cidr=" + text(entry);
  }
  if (call(*vpc, line, list.id)) {
    network_.prefix_lists.push_back(list);
  }
}

void Lab::route_list(const Wish& wish) {
  Table* table = pick(network_.tables, wish.a);
  const PrefixList* list = pick(network_.prefix_lists, wish.b);
  if (table == nullptr || list == nullptr) {
    return;
  }
  const Vpc& vpc = vpc_of(table->vpc);
  const std::vector<std::string> possible = targets(vpc);
  const std::string* target = pick(possible, wish.c);
  const bool known = std::any_of(table->routes.begin(), table->routes.end(),
                                 [&](const Route& route) { return route.prefix_list == list->id; });
  if (target == nullptr || known || network_.has_classic_route(vpc) ||
      list->account != vpc.account || list->region != vpc.region) {
    return;
  }
  const std::string kind = target->substr(0, 4);
  const std::string option = kind == "eni-"   ? "--network-interface-id"
                             : kind == "nat-" ? "--nat-gateway-id"
                             : kind == "pcx-" ? "--vpc-peering-connection-id"
                                              : "--gateway-id";
  if (call(vpc, fmt::format("ec2 create-route --route-table-id {} --destination-prefix-list-id {} "
                            "{} {}",
                            table->id, list->id, option, *target))) {
    table->routes.push_back({{}, *target, list->id});
  }
}

}  // namespace vpclab::oracle
