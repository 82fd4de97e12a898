// The oracle's route tables: RT-*, FWD-1.7 and 8.
#include <algorithm>

#include "tests/oracle/evaluate.h"
#include "tests/oracle/walk.h"

namespace vpclab::oracle {
namespace {

const Cidr kTen = Cidr::parse("10.0.0.0/8");

/// RT-8; of equal destinations a static one goes before a list's, and lists go by id.
const Route* longest_match(const std::vector<Route>& routes, std::uint32_t destination) {
  const Route* best = nullptr;
  for (const Route& route : routes) {
    if (route.destination.contains(destination) &&
        (best == nullptr || route.destination.length > best->destination.length ||
         (route.destination.length == best->destination.length &&
          route.prefix_list < best->prefix_list))) {
      best = &route;
    }
  }
  return best;
}

std::string kind_of(std::string_view id) { return std::string(id.substr(0, id.find('-'))); }

}  // namespace

/// A table's routes, prefix lists written out, and the local ones unless others stand in their
/// place (RT-7).
std::vector<Route> Oracle::effective_routes(const Vpc& vpc, const Table& table) const {
  const bool has_links = network_.has_classic_route(vpc);
  std::vector<Route> routes;
  std::vector<Cidr> local = vpc.cidrs;
  for (const Route& route : table.routes) {
    const PrefixList* list = find(network_.prefix_lists, route.prefix_list);
    if (list == nullptr) {
      routes.push_back(route);
      local.erase(std::remove(local.begin(), local.end(), route.destination), local.end());
      continue;
    }
    for (const Cidr& entry : list->entries) {
      bool passed_over = has_links && entry.within(kTen);
      for (const Cidr& cidr : vpc.cidrs) {
        passed_over = passed_over || entry.within(cidr);
      }
      if (!passed_over) {
        routes.push_back({entry, route.target, list->id});
      }
    }
  }
  for (const Cidr& cidr : local) {
    routes.push_back({cidr, "local"});
  }
  if (has_links) {
    routes.push_back({kTen, "links"});  // CL-1, CL-23
  }
  return routes;
}

/// FWD-1.7 and 8.
void Oracle::follow_route(Walk& walk, const Subnet& subnet) {
  const Vpc& vpc = *find(network_.vpcs, subnet.vpc);
  walk.vpc = vpc.id;
  const std::string& table_id = subnet.table.empty() ? vpc.main_table : subnet.table;  // RT-2
  const Table& table = *find(network_.tables, table_id);
  const std::vector<Route> routes = effective_routes(vpc, table);
  const Route* best = longest_match(routes, walk.packet.destination);
  if (best == nullptr) {
    walk.step("route", "denied", table.id).says = "RT-17: none matches";
    return walk.drop("NO_ROUTE", vpc.id);
  }
  const std::string& target = best->target;
  const std::string kind = kind_of(target);
  bool usable = true;  // RT-14
  if (kind == "igw") {
    usable = vpc.gateway == target;
  } else if (kind == "pcx") {
    const Peering* peering = find(network_.peerings, target);
    usable = peering != nullptr && peering->state == PeeringState::kActive;
  } else if (kind == "eni") {
    const Interface* interface = find(network_.interfaces, target);
    usable = interface != nullptr && !interface->instance.empty();
  } else if (kind == "nat") {
    usable = find(network_.nats, target) != nullptr;
  }
  Step& step = walk.step("route", usable ? "matched" : "denied", table.id);
  step.range = text(best->destination);
  step.rule = target;
  step.says = usable ? "RT-8" : "RT-14, RT-15: blackhole";
  if (!usable) {
    return walk.drop("BLACKHOLE", vpc.id);
  }
  if (kind == "local") {
    return enter_vpc(walk, vpc, &subnet);
  }
  if (!walk.by_nat.empty() && (kind == "pcx" || kind == "links")) {
    walk.step("translation", "denied", walk.by_nat).says = "PCX-39, NAT-8";
    return walk.drop("NAT_TO_PCX", vpc.id);
  }
  if (kind == "nat") {
    if (target == walk.by_nat) {
      walk.step("route", "denied").says = "NAT-9: back to itself";
      return walk.drop("NO_ROUTE", vpc.id);
    }
    return enter_nat(walk, *find(network_.nats, target), subnet);
  }
  if (kind == "links") {
    return enter_links(walk, vpc);
  }
  if (kind == "pcx") {
    return cross(walk, target, vpc);
  }
  if (kind == "igw") {
    return leave_by_gateway(walk, vpc);
  }
  const Interface& next = *find(network_.interfaces, target);  // RT-27
  if (!network_.is_up(next)) {
    walk.step("owner", "denied", next.id).says = "FWD-1.8: the target must be running";
    return walk.drop("INSTANCE_NOT_RUNNING", vpc.id);
  }
  const Subnet& entered = *find(network_.subnets, next.subnet);
  if (entered.id != subnet.id && !ask_acl(walk, entered, false)) {  // ACL-7, ACL-11
    return walk.drop("NACL_INGRESS", vpc.id);
  }
  enter_interface(walk, next);
}

/// RT-25: by the gateway's own table, if it has one.
void Oracle::enter_from_gateway(Walk& walk, const Vpc& vpc) {
  const Table* table = find(network_.gateway_tables, vpc.gateway_table);
  if (table != nullptr) {
    const std::vector<Route> routes = effective_routes(vpc, *table);
    const Route* route = longest_match(routes, walk.packet.destination);
    const Interface* next = route == nullptr ? nullptr : find(network_.interfaces, route->target);
    const bool is_local = route != nullptr && route->target == "local";
    const bool usable = is_local || (next != nullptr && !next->instance.empty());
    Step& step = walk.step("route", usable ? "matched" : "denied", table->id);
    step.range = route == nullptr ? std::string() : text(route->destination);
    step.rule = route == nullptr ? std::string() : route->target;
    step.says = "RT-25";
    if (!usable) {
      return walk.drop("BLACKHOLE", vpc.id);
    }
    if (!is_local) {
      if (!network_.is_up(*next)) {
        return walk.drop("INSTANCE_NOT_RUNNING", vpc.id);
      }
      if (!ask_acl(walk, *find(network_.subnets, next->subnet), false)) {  // FWD-4b, FWD-3.1
        return walk.drop("NACL_INGRESS", vpc.id);
      }
      return enter_interface(walk, *next);
    }
  }
  enter_vpc(walk, vpc, nullptr);
}

}  // namespace vpclab::oracle
