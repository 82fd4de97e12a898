// control/classic.h - EC2-Classic (CLC-1…9): what an instance there has instead of network
// interfaces, the one flat network of a region, its address blocks. Linking such an instance to a
// VPC: control/classic_link.h. Never knows how packets move.
#pragma once

#include <map>
#include <vector>

#include "emulator/api/ids.h"
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

}  // namespace vpclab::control
