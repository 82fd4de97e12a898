// dataplane/classic_plan.h - what the data plane knows of EC2-Classic in one region (CLC-1…9): one
// flat network of instances with their groups and addresses. Plain values compiled from the control
// plane's inventory, replaced as a whole; the links to VPCs are theirs (VpcTables::links).
#pragma once

#include <cstdint>
#include <vector>

#include "emulator/api/ids.h"
#include "emulator/dataplane/address_map.h"
#include "emulator/dataplane/filter_rule.h"
#include "emulator/dataplane/plan.h"
#include "emulator/dataplane/security_group.h"
#include "emulator/trace/decision.h"
#include "netstack/wire/ipv4_address.h"
#include "netstack/wire/ipv4_prefix.h"
#include "netstack/wire/mac_address.h"

namespace vpclab::dataplane {

/// CLC-5: the DNS server of EC2-Classic. What is for its port 53 reaches nobody else (CL-19).
inline constexpr wire::Ipv4Address kClassicDns = wire::Ipv4Address::of(172, 16, 0, 23);

/// The length of the blocks of EC2-Classic's network around its instances.
inline constexpr int kClassicSubnetLength = 23;

struct ClassicInstance {
  api::InstanceId id;
  wire::Ipv4Address address;         // unspecified while it has none: not running (CLC-2)
  wire::Ipv4Address public_address;  // unspecified: none
  wire::MacAddress mac;
  std::uint32_t groups = kNoGroups;                         // number in ClassicTables::group_sets
  trace::ObjectState state = trace::ObjectState::kPending;  // kUsable: running
  std::uint8_t initial_ttl = 127;                           // INST-7
  std::uint32_t boots = 0;       // starts and reboots: the guest begins anew when it changes
  api::VpcId linked_vpc;         // empty: not linked (CL-12)
  std::uint32_t links_made = 0;  // so far: flows end with their link (CL-13)

  [[nodiscard]] bool is_up() const { return state == trace::ObjectState::kUsable; }

  /// The block of the network around an instance, as its guest is told.
  [[nodiscard]] wire::Ipv4Prefix subnet() const {
    return wire::Ipv4Prefix::of(address, kClassicSubnetLength);
  }

  /// The router of that block: base+1, or base+2 beside an instance that has base+1 itself.
  [[nodiscard]] wire::Ipv4Address router() const {
    const std::uint32_t base = subnet().network().to_host_order();
    const std::uint32_t first = base + 1;
    return wire::Ipv4Address::from_host_order(address.to_host_order() == first ? base + 2 : first);
  }
};

struct ClassicTables {
  std::uint32_t region = 0;                // equal numbers are the same region
  std::vector<SecurityGroups> group_sets;  // kNoGroups is the empty one; all let everything out
  std::vector<AddressSet> address_sets;
  std::vector<ClassicInstance> instances;
  AddressMap owners;         // private address -> position in `instances`
  AddressMap public_owners;  // public address -> position in `instances`

  /// The instance that has a private address, or kNowhere.
  [[nodiscard]] std::uint32_t owner_of(wire::Ipv4Address address) const {
    const std::uint32_t found = owners.find(address);
    return found == AddressMap::kNone ? kNowhere : found;
  }
};

/// The id of the flat network of a region, which AWS gives none.
[[nodiscard]] inline api::ResourceId classic_network_id(std::uint32_t region) {
  return api::ResourceId::numbered(api::ResourceKind::kClassicNetwork, region);
}

/// Fills the maps of owners. Call once, when all else is there.
void seal(ClassicTables& tables);

}  // namespace vpclab::dataplane
