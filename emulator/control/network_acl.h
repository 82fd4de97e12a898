// control/network_acl.h - network ACLs and their entries (ACL-1…15) and the EC2 actions on them.
// The `*` entries are not stored: every list ends with them (ACL-3). Never judges packets.
#pragma once

#include <cstdint>
#include <vector>

#include "emulator/api/ids.h"
#include "emulator/control/owner.h"
#include "netstack/wire/ipv4_prefix.h"

namespace vpclab::control {

class Inventory;

/// ACL-8.
struct NetworkAclEntry {
  static constexpr std::int16_t kAllProtocols = -1;

  std::uint16_t number = 0;  // 1…32766
  bool egress = false;
  bool allow = false;
  std::int16_t protocol = kAllProtocols;
  wire::Ipv4Prefix cidr;
  std::uint16_t from_port = 0;  // TCP and UDP only, the destination port (ACL-10)
  std::uint16_t to_port = 65535;
  std::int16_t icmp_type = -1;  // ICMP only; -1 is any
  std::int16_t icmp_code = -1;
};

struct NetworkAcl {
  static constexpr std::uint16_t kLastNumber = 32766;
  static constexpr std::uint16_t kFinalDeny = 32767;  // `*` (ACL-3)

  api::NetworkAclId id;
  api::VpcId vpc;
  OwnerIndex owner{};
  bool is_default = false;
  std::vector<NetworkAclEntry> entries;                    // sorted by (egress, number)
  std::vector<api::NetworkAclAssociationId> associations;  // in order of creation
};

struct NetworkAclAssociation {
  api::NetworkAclAssociationId id;
  api::NetworkAclId network_acl;
  api::SubnetId subnet;
};

// --- for other nouns
// ------------------------------------------------------------------------------

struct Call;
struct Subnet;
struct Vpc;

/// Makes a new VPC's default ACL: rule 100 allows all, both ways (ACL-4).
void build_default_network_acl(Call& call, Vpc& vpc);

/// Ties a subnet to an ACL, ending its association with another (ACL-1).
void associate_network_acl(Inventory& inventory, Subnet& subnet, const api::NetworkAclId& acl);

/// Ends a subnet's association, when the subnet goes.
void erase_network_acl_association(Inventory& inventory, const api::NetworkAclAssociationId& id);

/// Removes an ACL without associations; its VPC forgets it.
void erase_network_acl(Inventory& inventory, const api::NetworkAclId& id);

}  // namespace vpclab::control
