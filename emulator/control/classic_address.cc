// The addresses of EC2-Classic: drawn at launch and start, given back at stop (CLC-2, CLC-8).
#include <string>

#include "emulator/control/classic.h"
#include "emulator/control/control_state.h"
#include "emulator/control/region.h"
#include "netstack/base/check.h"

namespace vpclab::control {
namespace {

wire::Ipv4Prefix block(std::uint8_t second, int length) {
  return wire::Ipv4Prefix::of(wire::Ipv4Address::of(10, second, 0, 0), length);
}

/// 10.0.0.0/8 without what VPCs with ClassicLink may use, the half first that VPCs rarely use.
AddressPool& pool_of(ControlState& state, std::uint32_t region) {
  const auto found = state.classic_pools.find(region);
  if (found != state.classic_pools.end()) {
    return found->second;
  }
  const std::string name = "control/classic/" + std::string(all_regions()[region].name);
  const std::vector<wire::Ipv4Prefix> blocks{block(128, 9), block(64, 10), block(32, 11),
                                             block(16, 12), block(8, 13),  block(4, 14),
                                             block(2, 15)};
  return state.classic_pools.emplace(region, AddressPool(state.options.seed, name, blocks))
      .first->second;
}

/// CLC-8: whether a VPC of the region uses the address: any may be linked to, or be a peer of one.
bool in_a_vpc(const Inventory& inventory, std::uint32_t region, wire::Ipv4Address address) {
  for (const Vpc& vpc : inventory.vpcs) {
    if (vpc.contains(address) && region_of(inventory, vpc.owner) == region) {
      return true;
    }
  }
  return false;
}

}  // namespace

bool is_classic_host(wire::Ipv4Address address) {
  const auto block = wire::Ipv4Prefix::of(address, kClassicSubnetLength);
  return address != block.network() && address != block.last();
}

std::vector<wire::Ipv4Address> draw_classic_addresses(ControlState& state, std::uint32_t region,
                                                      std::size_t count) {
  std::vector<wire::Ipv4Address> drawn;
  if (count == 0) {
    return drawn;
  }
  const Inventory& inventory = state.inventory;
  AddressPool& pool = pool_of(state, region);
  while (drawn.size() < count) {
    const auto address = pool.next([&](wire::Ipv4Address candidate) {
      return is_classic_host(candidate) && inventory.classic_at(region, candidate) == nullptr &&
             !in_a_vpc(inventory, region, candidate);
    });
    if (!address.has_value() || (!drawn.empty() && *address == drawn.front())) {
      return drawn;  // there are no more: it would begin again
    }
    drawn.push_back(*address);
  }
  return drawn;
}

void give_classic_addresses(ControlState& state, Instance& instance,
                            wire::Ipv4Address private_address) {
  ClassicPart& classic = *instance.classic;
  VPCLAB_CHECK(!classic.has_address(), "an instance of EC2-Classic has one private address");
  classic.private_address = private_address;
  state.inventory.classic[region_of(state.inventory, instance.owner)].addresses.emplace(
      private_address, instance.id);
  give_classic_public_address(state, instance);
}

void give_classic_public_address(ControlState& state, Instance& instance) {
  const auto address = state.next_public();
  if (address.has_value()) {
    instance.classic->public_address = *address;
    state.inventory.hold_public(*address, instance.id);
  }
}

void take_classic_public_address(Inventory& inventory, Instance& instance) {
  ClassicPart& classic = *instance.classic;
  if (classic.allocation.empty() && !classic.public_address.is_unspecified()) {
    inventory.release_public(classic.public_address);
    classic.public_address = {};
  }
}

void take_classic_addresses(Inventory& inventory, Instance& instance) {
  ClassicPart& classic = *instance.classic;
  if (!classic.allocation.empty()) {
    end_association(inventory, inventory.elastic_addresses.get(classic.allocation));
  }
  take_classic_public_address(inventory, instance);
  inventory.classic[region_of(inventory, instance.owner)].addresses.erase(classic.private_address);
  classic.private_address = {};
}

}  // namespace vpclab::control
