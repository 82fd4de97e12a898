#include "emulator/control/effective_routes.h"

#include <algorithm>

#include "emulator/control/classic.h"
#include "emulator/control/inventory.h"

namespace vpclab::control {
namespace {

/// What a route of its own could not name, AWS ignores in a list.
bool may_be_routed(const Vpc& vpc, bool classic_route, wire::Ipv4Prefix destination) {
  return !vpc.contains(destination) && !kUnroutableBlock.contains(destination) &&
         !(classic_route && kClassicBlock.contains(destination));  // CL-10
}

}  // namespace

std::vector<EffectiveRoute> effective_routes(const Inventory& inventory, const RouteTable& table) {
  const Vpc& vpc = inventory.vpcs.get(table.vpc);
  const bool classic_route = inventory.has_classic_route(vpc);
  std::vector<EffectiveRoute> routes;
  // In order of precedence: of equal destinations the first is kept.
  for (const Route& route : table.routes) {  // those to prefix lists come last
    if (!route.to_prefix_list()) {
      routes.push_back({route.destination, &route});
      continue;
    }
    for (const PrefixListEntry& entry : inventory.prefix_lists.get(route.prefix_list).entries) {
      if (may_be_routed(vpc, classic_route, entry.cidr)) {
        routes.push_back({entry.cidr, &route});
      }
    }
  }
  for (const VpcCidr& cidr : vpc.cidrs) {  // RT-7
    if (cidr.in_effect()) {
      routes.push_back({cidr.prefix, nullptr});
    }
  }
  if (classic_route) {  // CL-1, CL-22
    routes.push_back({kClassicBlock, nullptr});
  }
  std::stable_sort(routes.begin(), routes.end(),
                   [](const EffectiveRoute& a, const EffectiveRoute& b) {
                     return a.destination < b.destination;
                   });
  const auto same = [](const EffectiveRoute& a, const EffectiveRoute& b) {
    return a.destination == b.destination;
  };
  routes.erase(std::unique(routes.begin(), routes.end(), same), routes.end());
  return routes;
}

}  // namespace vpclab::control
