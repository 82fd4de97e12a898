// control/vpc.h - a virtual private cloud: its address blocks, its defaults and what lies in it
// (VPC-1…17), and the EC2 actions on it. Never knows how packets move.
#pragma once

#include <cstdint>
#include <vector>

#include "emulator/api/api_error.h"
#include "emulator/api/ids.h"
#include "emulator/control/owner.h"
#include "netstack/base/sim_time.h"
#include "netstack/wire/ipv4_prefix.h"

namespace vpclab::control {

enum class VpcState : std::uint8_t { kPending, kAvailable };

enum class Tenancy : std::uint8_t { kDefault, kDedicated };

/// VPC-11, as far as they are seen here: one that is disassociated is gone, and none fails.
enum class CidrState : std::uint8_t { kAssociating, kAssociated, kDisassociating };

struct VpcCidr {
  api::VpcCidrAssociationId association;
  wire::Ipv4Prefix prefix;
  CidrState state = CidrState::kAssociated;
  SimTime due{};  // when its state changes by itself next

  /// Whether the block is the VPC's: it routes as local and may hold subnets.
  [[nodiscard]] bool in_effect() const {
    return state == CidrState::kAssociated || state == CidrState::kAssociating;
  }
};

struct Vpc {
  api::VpcId id;
  OwnerIndex owner{};
  VpcState state = VpcState::kPending;
  Tenancy tenancy = Tenancy::kDefault;
  bool is_default = false;
  bool dns_support = true;        // DNS-1
  bool dns_hostnames = false;     // DNS-2
  bool classic_link = false;      // CL-1
  bool classic_link_dns = false;  // CL-19
  /// CL-24: a peering's option brought the 10.0.0.0/8 route and went; the knob lets it stay.
  bool keeps_classic_route = false;
  std::uint32_t cidrs_made = 0;  // these two count the ids of its associations
  std::uint32_t main_associations_made = 0;
  std::vector<VpcCidr> cidrs;       // the first is the primary, for ever (VPC-7)
  api::DhcpOptionsId dhcp_options;  // empty: "default", no options (DHCP-1)
  api::RouteTableId main_route_table;
  api::NetworkAclId default_network_acl;
  api::SecurityGroupId default_security_group;
  api::InternetGatewayId internet_gateway;  // empty: none attached

  // What lies in it, in order of creation.
  std::vector<api::SubnetId> subnets;
  std::vector<api::RouteTableId> route_tables;
  std::vector<api::NetworkAclId> network_acls;
  std::vector<api::SecurityGroupId> security_groups;
  /// In any state, as long as they are stored.
  std::vector<api::NatGatewayId> nat_gateways;
  /// Every peering that names this VPC and is still stored, in any state.
  std::vector<api::VpcPeeringConnectionId> peering_connections;
  /// The instances of EC2-Classic that are linked to it now, in order of linking (CL-11).
  std::vector<api::InstanceId> linked_instances;

  [[nodiscard]] wire::Ipv4Prefix primary_cidr() const { return cidrs.front().prefix; }

  [[nodiscard]] bool contains(wire::Ipv4Prefix prefix) const {
    for (const VpcCidr& cidr : cidrs) {
      if (cidr.in_effect() && cidr.prefix.contains(prefix)) {
        return true;
      }
    }
    return false;
  }

  /// Whether a block in effect is exactly this one: there is a `local` route for it (RT-7).
  [[nodiscard]] bool has_cidr(wire::Ipv4Prefix prefix) const {
    for (const VpcCidr& cidr : cidrs) {
      if (cidr.in_effect() && cidr.prefix == prefix) {
        return true;
      }
    }
    return false;
  }

  [[nodiscard]] bool overlaps(wire::Ipv4Prefix prefix) const {
    for (const VpcCidr& cidr : cidrs) {
      if (cidr.in_effect() && cidr.prefix.overlaps(prefix)) {
        return true;
      }
    }
    return false;
  }

  /// Whether an address lies in a block in effect: what `local` routes cover (RT-7).
  [[nodiscard]] bool contains(wire::Ipv4Address address) const {
    for (const VpcCidr& cidr : cidrs) {
      if (cidr.in_effect() && cidr.prefix.contains(address)) {
        return true;
      }
    }
    return false;
  }
};

// --- for other nouns
// ------------------------------------------------------------------------------

struct Call;
struct ControlState;

/// VPC-2: /16 to /28, none of the ranges that no VPC may have; else InvalidVpc.Range.
[[nodiscard]] api::ApiResult<bool> check_vpc_range(wire::Ipv4Prefix prefix);

/// Makes a VPC with its main table, default ACL, default group and DHCP options (VPC-6).
Vpc& build_vpc(Call& call, const api::VpcId& id, wire::Ipv4Prefix cidr, Tenancy tenancy,
               bool is_default);

/// pending -> available.
void vpc_due(ControlState& state, const api::VpcId& id);

/// associating -> associated, disassociating -> gone.
void vpc_cidr_due(ControlState& state, const api::VpcCidrAssociationId& id, SimTime now);

}  // namespace vpclab::control
