#include "emulator/dataplane/plan.h"

#include <algorithm>

#include "emulator/dataplane/classic_plan.h"

namespace vpclab::dataplane {

std::uint32_t VpcTables::subnet_of(wire::Ipv4Address address) const {
  for (std::uint32_t i = 0; i < subnets.size(); ++i) {
    if (subnets[i].cidr.contains(address)) {
      return i;
    }
  }
  return kNowhere;
}

std::uint32_t VpcTables::zone_of(wire::Ipv4Address address) const {
  if (only_zone != kNowhere) {
    return only_zone;
  }
  const std::uint32_t owner = owner_of(address);
  return owner == kNowhere ? kNowhere : zone_of(owner);
}

namespace {

/// FWD-7.2: of the main table only the routes to peering connections count for linked instances.
/// Their 10.0.0.0/8 is EC2-Classic's own whatever wider route there is (CL-10).
void seal_links(VpcTables& tables) {
  if (tables.links.empty()) {
    return;
  }
  tables.link_owners.reset(tables.links.size());
  for (std::uint32_t i = 0; i < tables.links.size(); ++i) {
    tables.link_owners.insert(tables.links[i].address, i);
  }
  if (tables.main_table == kNowhere) {
    return;
  }
  std::vector<wire::Ipv4Prefix> prefixes;
  tables.link_routes.clear();
  const std::vector<Route>& routes = tables.route_tables[tables.main_table].routes;
  for (std::uint32_t i = 0; i < routes.size(); ++i) {
    if (routes[i].kind == TargetKind::kPeering) {
      prefixes.push_back(routes[i].destination);
      tables.link_routes.push_back(i);
    }
  }
  tables.link_lookup = PrefixTable(prefixes);
}

}  // namespace

const Route* VpcTables::link_route_to(wire::Ipv4Address address) const {
  const std::uint32_t found =
      kClassicBlock.contains(address) ? PrefixTable::kNone : link_lookup.find(address);
  return found == PrefixTable::kNone ? nullptr
                                     : &route_tables[main_table].routes[link_routes[found]];
}

void seal(VpcTables& tables) {
  tables.only_zone = tables.subnets.empty() ? kNowhere : tables.subnets.front().zone;
  for (const Subnet& subnet : tables.subnets) {
    if (subnet.zone != tables.only_zone) {
      tables.only_zone = kNowhere;
    }
  }
  std::vector<wire::Ipv4Prefix> prefixes;
  for (RouteTable& table : tables.route_tables) {
    prefixes.clear();
    for (const Route& route : table.routes) {
      prefixes.push_back(route.destination);
    }
    table.lookup = PrefixTable(prefixes);
  }
  seal_links(tables);
  tables.owners.reset(tables.addresses.size());
  for (std::uint32_t i = 0; i < tables.addresses.size(); ++i) {
    tables.owners.insert(tables.addresses[i].private_address, i);
  }
  const auto is_public = [](const MappedAddress& address) {
    return !address.public_address.is_unspecified();
  };
  const auto count = std::count_if(tables.addresses.begin(), tables.addresses.end(), is_public);
  tables.public_owners.reset(static_cast<std::size_t>(count));
  for (std::uint32_t i = 0; i < tables.addresses.size(); ++i) {
    if (is_public(tables.addresses[i])) {
      tables.public_owners.insert(tables.addresses[i].public_address, i);
    }
  }
}

void seal(ClassicTables& tables) {
  std::size_t publics = 0;
  for (const ClassicInstance& instance : tables.instances) {
    publics += instance.public_address.is_unspecified() ? 0U : 1U;
  }
  tables.owners.reset(tables.instances.size());
  tables.public_owners.reset(publics);
  for (std::uint32_t i = 0; i < tables.instances.size(); ++i) {
    if (!tables.instances[i].address.is_unspecified()) {
      tables.owners.insert(tables.instances[i].address, i);
    }
    if (!tables.instances[i].public_address.is_unspecified()) {
      tables.public_owners.insert(tables.instances[i].public_address, i);
    }
  }
}

}  // namespace vpclab::dataplane
