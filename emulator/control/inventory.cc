#include "emulator/control/inventory.h"

#include <algorithm>

namespace vpclab::control {

OwnerIndex Inventory::intern(const Caller& caller) {
  for (std::size_t i = 0; i < owners_.size(); ++i) {
    if (owners_[i] == caller) {
      return static_cast<OwnerIndex>(i);
    }
  }
  owners_.push_back(caller);
  return static_cast<OwnerIndex>(owners_.size() - 1);
}

InternedText Inventory::intern(std::string_view text) {
  if (text.empty()) {
    return InternedText{};
  }
  const auto found = text_numbers_.find(text);
  if (found != text_numbers_.end()) {
    return found->second;
  }
  const auto number = static_cast<InternedText>(texts_.size());
  texts_.emplace_back(text);
  text_numbers_.emplace(std::string(text), number);
  return number;
}

const RouteTable& Inventory::effective_route_table(const Subnet& subnet) const {
  return route_tables.get(subnet.route_table.empty() ? vpcs.get(subnet.vpc).main_route_table
                                                     : subnet.route_table);
}

const NetworkInterface* Inventory::interface_with_public(wire::Ipv4Address address) const {
  const auto found = public_holders_.find(address);
  return found == public_holders_.end() ||
                 found->second.kind() != api::ResourceKind::kNetworkInterface
             ? nullptr
             : network_interfaces.find(api::NetworkInterfaceId(found->second.digits()));
}

const Instance* Inventory::classic_with_public(wire::Ipv4Address address) const {
  const auto found = public_holders_.find(address);
  return found == public_holders_.end() || found->second.kind() != api::ResourceKind::kInstance
             ? nullptr
             : instances.find(api::InstanceId(found->second.digits()));
}

const Instance* Inventory::classic_at(std::uint32_t region, wire::Ipv4Address address) const {
  if (region >= classic.size()) {
    return nullptr;
  }
  const auto found = classic[region].addresses.find(address);
  return found == classic[region].addresses.end() ? nullptr : &instances.get(found->second);
}

bool Inventory::has_classic_route(const Vpc& vpc) const {
  if (vpc.classic_link || vpc.keeps_classic_route) {
    return true;
  }
  return std::any_of(
      vpc.peering_connections.begin(), vpc.peering_connections.end(),
      [&](const api::VpcPeeringConnectionId& id) {
        const VpcPeeringConnection& peering = peering_connections.get(id);
        return peering.is_active() &&
               peering.near_side(vpc.id).options.egress_from_local_vpc_to_remote_classic_link;
      });
}

const NetworkInterface* Inventory::interface_at(const Vpc& vpc, wire::Ipv4Address address) const {
  for (const api::SubnetId& id : vpc.subnets) {
    const Subnet& subnet = subnets.get(id);
    if (subnet.cidr.contains(address)) {
      const AddressBook::InterfaceSlot slot = subnet.addresses.holder(address);
      return slot == AddressBook::kNobody ? nullptr : &network_interfaces.at(slot);
    }
  }
  return nullptr;
}

const Tags* Inventory::find_tags(const api::ResourceId& resource, OwnerIndex owner) const {
  const auto found = tags.find(TagKey{owner, resource});
  return found == tags.end() ? nullptr : &found->second;
}

std::string_view Inventory::name_tag(const api::ResourceId& resource, OwnerIndex owner) const {
  const Tags* of_resource = find_tags(resource, owner);
  if (of_resource == nullptr) {
    return {};
  }
  const auto found = of_resource->find(kNameTag);
  return found == of_resource->end() ? std::string_view() : std::string_view(found->second);
}

void Inventory::mark_changed(const api::VpcId& vpc) {
  ++revision_;
  if (changed_.empty() || changed_.back() != vpc) {
    changed_.push_back(vpc);
  }
}

void Inventory::mark_changed_with_peers(const Vpc& vpc) {
  mark_changed(vpc.id);
  for (const api::VpcPeeringConnectionId& id : vpc.peering_connections) {
    const VpcPeeringConnection& peering = peering_connections.get(id);
    if (peering.is_active()) {
      mark_changed(peering.far_side(vpc.id).vpc);
    }
  }
}

void Inventory::mark_classic_changed(std::uint32_t region) {
  ++revision_;
  if (changed_classic_.empty() || changed_classic_.back() != region) {
    changed_classic_.push_back(region);
  }
}

std::vector<std::uint32_t> Inventory::take_changed_classic() {
  std::vector<std::uint32_t> taken = std::move(changed_classic_);
  changed_classic_.clear();
  std::sort(taken.begin(), taken.end());
  taken.erase(std::unique(taken.begin(), taken.end()), taken.end());
  return taken;
}

std::vector<api::VpcId> Inventory::take_changed() {
  std::vector<api::VpcId> taken = std::move(changed_);
  changed_.clear();
  std::sort(taken.begin(), taken.end());
  taken.erase(std::unique(taken.begin(), taken.end()), taken.end());
  return taken;
}

}  // namespace vpclab::control
