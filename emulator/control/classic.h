// control/classic.h - EC2-Classic (CLC-1…9): what an instance there has instead of network
// interfaces, the one flat network of a region, its address blocks. Linking such an instance to a
// VPC: control/classic_link.h. Never knows how packets move.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "emulator/api/ids.h"
#include "emulator/control/owner.h"
#include "netstack/wire/ipv4_address.h"
#include "netstack/wire/ipv4_prefix.h"
#include "netstack/wire/mac_address.h"

namespace vpclab::control {

/// CLC-1: where the private addresses of EC2-Classic lie; the destination of the `local` route that
/// ClassicLink adds to route tables (CL-1, CL-22).
inline constexpr wire::Ipv4Prefix kClassicBlock =
    wire::Ipv4Prefix::of(wire::Ipv4Address::of(10, 0, 0, 0), 8);

/// CL-4, CL-5: the part of it that VPCs with ClassicLink may use, 10.0.0.0/16 and 10.1.0.0/16; no
/// instance of EC2-Classic has an address there (CLC-8).
inline constexpr wire::Ipv4Prefix kClassicLinkVpcBlock =
    wire::Ipv4Prefix::of(wire::Ipv4Address::of(10, 0, 0, 0), 15);

/// The length of the blocks of EC2-Classic's network that guests are told (CLC-1).
inline constexpr int kClassicSubnetLength = 23;

/// The network of one instance in EC2-Classic: it has no subnet and no interface (CLC-1, CLC-6).
struct ClassicPart {
  wire::Ipv4Address private_address;         // 0.0.0.0 while it is stopped (CLC-2)
  wire::Ipv4Address public_address;          // 0.0.0.0 likewise
  api::AllocationId allocation;              // empty: the public address is an automatic one
  wire::MacAddress mac;                      // of its only card; the same for its whole life
  std::vector<api::SecurityGroupId> groups;  // of EC2-Classic, fixed at launch (CLC-3)
  /// The VPC that it is linked to, empty if to none (CL-12), and the groups of that VPC which the
  /// link was made with.
  api::VpcId linked_vpc;
  std::vector<api::SecurityGroupId> link_groups;
  std::uint32_t links_made = 0;  // so far: a new link knows no flow of the one before (CL-13)

  [[nodiscard]] bool has_address() const { return !private_address.is_unspecified(); }

  [[nodiscard]] bool is_linked() const { return !linked_vpc.empty(); }
};

/// The flat network of one region, shared by all accounts (CLC-1).
struct ClassicRegion {
  /// In order of launch, whatever their state, until the control plane forgets them.
  std::vector<api::InstanceId> instances;
  /// Who holds a private address now.
  std::map<wire::Ipv4Address, api::InstanceId> addresses;
};

// --- for other nouns
// ------------------------------------------------------------------------------

struct Call;
struct ControlState;
struct Instance;
class Inventory;

/// CLC-7, CLC-9: whether the caller's account launches into EC2-Classic in its region.
[[nodiscard]] bool has_classic(const Call& call);

/// The number of the region that an owner is in.
[[nodiscard]] std::uint32_t region_of(const Inventory& inventory, OwnerIndex owner);

/// Makes the `default` group (CLC-3) of each account that has EC2-Classic, in each region of it.
void build_classic_default_groups(ControlState& state);

/// CLC-1: whether an instance can have the address, and its neighbours reach it there: neither the
/// base nor the broadcast address of the block that its guest is told.
[[nodiscard]] bool is_classic_host(wire::Ipv4Address address);

/// CLC-8: new private addresses of a region's EC2-Classic, fewer than `count` if there are no more:
/// of 10.0.0.0/8, outside 10.0.0.0/15 and outside every VPC of the region.
[[nodiscard]] std::vector<wire::Ipv4Address> draw_classic_addresses(ControlState& state,
                                                                    std::uint32_t region,
                                                                    std::size_t count);

/// Gives an instance that has none a private address and an automatic public one (CLC-2).
void give_classic_addresses(ControlState& state, Instance& instance,
                            wire::Ipv4Address private_address);

/// Gives an instance of EC2-Classic an automatic public address, if the pool has one left.
void give_classic_public_address(ControlState& state, Instance& instance);

/// Takes an instance's automatic public address away, if it has one.
void take_classic_public_address(Inventory& inventory, Instance& instance);

/// Takes all its addresses away: an elastic one stays allocated, idle (CLC-2).
void take_classic_addresses(Inventory& inventory, Instance& instance);

/// Marks what a change of an instance of EC2-Classic concerns: its region's network and, while it
/// is linked, the VPC and the peers of that.
void mark_classic_changed(Inventory& inventory, const Instance& instance);

}  // namespace vpclab::control
