// control/subnet.h - a subnet: a range of its VPC's addresses in one zone, and who holds them
// (SUB-1…9), and the EC2 actions on it. Never judges packets.
#pragma once

#include <cstdint>

#include "emulator/api/ids.h"
#include "emulator/control/address_book.h"
#include "emulator/control/owner.h"
#include "netstack/wire/ipv4_prefix.h"

namespace vpclab::control {

class Inventory;

enum class SubnetState : std::uint8_t { kPending, kAvailable };

struct Subnet {
  api::SubnetId id;
  api::VpcId vpc;
  OwnerIndex owner{};
  SubnetState state = SubnetState::kPending;
  std::uint8_t zone = 0;  // index into the region's availability zones (control/region.h)
  bool map_public_ip_on_launch = false;  // SUB-6
  bool default_for_zone = false;
  wire::Ipv4Prefix cidr;
  /// The explicit association; both empty: the VPC's main table (RT-2).
  api::RouteTableId route_table;
  api::RouteTableAssociationId route_table_association;
  std::uint16_t route_table_associations_made = 0;  // these two count ids
  std::uint16_t network_acl_associations_made = 0;
  /// Always there (ACL-1).
  api::NetworkAclId network_acl;
  api::NetworkAclAssociationId network_acl_association;
  /// Private address -> slot in Inventory::network_interfaces.
  AddressBook addresses;
};

// --- for other nouns
// ------------------------------------------------------------------------------

struct Call;
struct ControlState;
struct Vpc;

/// Makes a subnet, associated with the default ACL and implicitly with the main table (SUB-6).
/// Pre: the range is free.
Subnet& build_subnet(Call& call, const api::SubnetId& id, Vpc& vpc, wire::Ipv4Prefix cidr,
                     std::uint8_t zone);

/// Whether another subnet of the VPC has some of these addresses.
[[nodiscard]] bool conflicts_with_subnet(const Inventory& inventory, const Vpc& vpc,
                                         wire::Ipv4Prefix cidr);

/// pending -> available.
void subnet_due(ControlState& state, const api::SubnetId& id);

}  // namespace vpclab::control
