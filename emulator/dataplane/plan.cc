#include "emulator/dataplane/plan.h"

#include <algorithm>

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

}  // namespace vpclab::dataplane
