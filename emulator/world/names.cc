// World as the directory of names: those that were given, Name tags, and what follows from them.
#include <algorithm>
#include <optional>

#include "emulator/control/control_plane.h"
#include "emulator/control/inventory.h"
#include "emulator/world/instance_metadata.h"
#include "emulator/world/world.h"
#include "netstack/base/printable.h"

namespace vpclab::world {
namespace {

using control::Inventory;
using control::OwnerIndex;

template <class T>
std::optional<OwnerIndex> owner_in(const control::Table<T>& table, const IdDigits& digits) {
  const T* found = table.find(typename control::Table<T>::Id(digits));
  return found == nullptr ? std::nullopt : std::optional(found->owner);
}

/// Whose tags name a resource.
std::optional<OwnerIndex> owner_of(const Inventory& inventory, const api::ResourceId& id) {
  const IdDigits digits = id.digits();
  switch (id.kind()) {
    case api::ResourceKind::kVpc:
      return owner_in(inventory.vpcs, digits);
    case api::ResourceKind::kSubnet:
      return owner_in(inventory.subnets, digits);
    case api::ResourceKind::kRouteTable:
      return owner_in(inventory.route_tables, digits);
    case api::ResourceKind::kInternetGateway:
      return owner_in(inventory.internet_gateways, digits);
    case api::ResourceKind::kNatGateway:
      return owner_in(inventory.nat_gateways, digits);
    case api::ResourceKind::kPrefixList:
      return owner_in(inventory.prefix_lists, digits);
    case api::ResourceKind::kNetworkAcl:
      return owner_in(inventory.network_acls, digits);
    case api::ResourceKind::kSecurityGroup:
      return owner_in(inventory.security_groups, digits);
    case api::ResourceKind::kNetworkInterface:
      return owner_in(inventory.network_interfaces, digits);
    case api::ResourceKind::kInstance:
      return owner_in(inventory.instances, digits);
    case api::ResourceKind::kAllocation:
      return owner_in(inventory.elastic_addresses, digits);
    case api::ResourceKind::kVpcPeeringConnection: {  // PCX-14: each side's own; the requester's
                                                      // here
      const auto* found = inventory.peering_connections.find(api::VpcPeeringConnectionId(digits));
      return found == nullptr ? std::nullopt : std::optional(found->requester.owner);
    }
    default:
      return std::nullopt;
  }
}

}  // namespace

void World::set_name(const api::ResourceId& id, const std::string& name) {
  names_[id] = base::printable(name);
}

std::string World::name_of(const api::ResourceId& id) const {
  const auto given = names_.find(id);
  if (given != names_.end()) {
    return given->second;
  }
  if (id.kind() == api::ResourceKind::kInternetRouter ||
      id.kind() == api::ResourceKind::kInternetHost) {
    return fabric_->internet().name_of(id);
  }
  if (id.kind() == api::ResourceKind::kClassicNetwork) {
    return "EC2-Classic in " + std::string(control::all_regions()[id.digits().low].name);
  }
  const Inventory& inventory = control_->inventory();
  if (const auto owner = owner_of(inventory, id)) {
    const std::string_view tag = inventory.name_tag(id, *owner);
    if (!tag.empty()) {
      return base::printable(tag);  // a tag may hold anything
    }
  }
  if (id.kind() == api::ResourceKind::kNetworkInterface) {
    const auto* interface = inventory.network_interfaces.find(api::NetworkInterfaceId(id.digits()));
    if (interface != nullptr && interface->attached()) {
      const std::string instance = name_of(interface->instance);
      const bool is_primary = interface->device_index == 0;
      return instance.empty() || is_primary
                 ? instance
                 : instance + ".eth" + std::to_string(interface->device_index);
    }
    if (interface != nullptr && !interface->nat_gateway().empty()) {
      return name_of(interface->nat_gateway());
    }
  }
  if (id.kind() == api::ResourceKind::kPrefixList) {
    const auto* list = inventory.prefix_lists.find(api::ManagedPrefixListId(id.digits()));
    return list == nullptr ? std::string() : base::printable(list->name);
  }
  if (id.kind() == api::ResourceKind::kSecurityGroup) {
    const auto* group = inventory.security_groups.find(api::SecurityGroupId(id.digits()));
    return group == nullptr ? std::string() : base::printable(group->name);
  }
  return {};
}

std::vector<std::string> World::hosts_at(wire::Ipv4Address address) const {
  const Inventory& inventory = control_->inventory();
  std::vector<std::string> hosts;
  const auto add = [&](const api::ResourceId& id) {
    std::string name = name_of(id);
    hosts.push_back(name.empty() ? id.text() : std::move(name));
  };
  const auto add_holder = [&](const control::NetworkInterface* interface) {
    if (interface != nullptr && interface->attached()) {
      add(interface->instance);
    } else if (interface != nullptr && !interface->nat_gateway().empty()) {
      add(interface->nat_gateway());
    }
  };
  for (const control::Vpc& vpc : inventory.vpcs) {
    add_holder(inventory.interface_at(vpc, address));
  }
  for (std::uint32_t region = 0; region < inventory.classic.size(); ++region) {
    if (const control::Instance* found = inventory.classic_at(region, address)) {
      add(found->id);
    }
  }
  if (const control::Instance* found = inventory.classic_with_public(address)) {
    add(found->id);
  }
  add_holder(inventory.interface_with_public(address));
  if (const node::InternetHost* host = fabric_->internet().host(address)) {
    add(host->id());
  }
  std::sort(hosts.begin(), hosts.end());
  return hosts;
}

// --- What guests are told ------------------------------------------------------------------------

app::DnsReply World::look_up(const node::NameClient& client, const wire::DnsQuestion& question) {
  return Zones(control_->inventory(), internet_names_).look_up(client, question);
}

std::optional<GuestSettings> World::settings_of(const api::ResourceId& guest) {
  if (guest.kind() == api::ResourceKind::kInstance) {
    const control::Instance* instance =
        control_->inventory().instances.find(api::InstanceId(guest.digits()));
    return instance == nullptr ? std::nullopt : guest_settings(control_->inventory(), *instance);
  }
  const node::InternetHost* host = fabric_->internet().host(guest);
  if (host == nullptr) {
    return std::nullopt;
  }
  GuestSettings settings;
  settings.host_name = host->name();
  settings.name_servers = {wire::Ipv4Address::of(8, 8, 8, 8)};
  return settings;
}

std::optional<std::string> World::metadata(const api::InstanceId& instance,
                                           std::string_view path) const {
  const control::Instance* found = control_->inventory().instances.find(instance);
  return found == nullptr ? std::nullopt : world::metadata(control_->inventory(), *found, path);
}

}  // namespace vpclab::world
