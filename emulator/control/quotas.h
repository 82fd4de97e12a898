// control/quotas.h - how much of everything a caller may have: AWS's quotas (aws-semantics section
// 1), each a number that may be changed. Kept by ControlOptions; the actions compare with it.
#pragma once

#include <cstdint>

namespace vpclab::control {

/// What the largest of EC2's instance types takes. It is as far as that quota can be raised: a
/// guest has no room for more (host::kInterfacesMax).
inline constexpr std::uint32_t kMostInterfacesPerInstance = 15;

struct Quotas {
  std::uint32_t vpcs_per_region = 5;
  std::uint32_t subnets_per_vpc = 200;
  std::uint32_t cidrs_per_vpc = 5;  // VPC-8
  std::uint32_t route_tables_per_vpc = 200;
  std::uint32_t routes_per_table = 50;  // static ones
  std::uint32_t internet_gateways_per_region = 5;
  std::uint32_t nat_gateways_per_zone = 5;
  std::uint32_t elastic_addresses_per_region = 5;  // EIP-9
  std::uint32_t network_acls_per_vpc = 200;
  std::uint32_t entries_per_network_acl = 20;  // per direction, the `*` counted
  std::uint32_t security_groups_per_region = 2500;
  std::uint32_t rules_per_security_group = 60;  // per direction
  std::uint32_t security_groups_per_interface = 5;
  std::uint32_t classic_security_groups_per_region = 500;  // CLC-3
  std::uint32_t classic_rules_per_security_group = 100;
  std::uint32_t classic_rules_per_instance = 800;
  std::uint32_t active_peerings_per_vpc = 50;
  std::uint32_t outstanding_peering_requests = 25;   // PCX-6
  std::uint32_t pending_peerings_per_accepter = 25;  // requests that wait for one VPC
  std::uint32_t prefix_lists_per_region = 100;
  std::uint32_t entries_per_prefix_list = 1000;  // how large MaxEntries may be
  std::uint32_t network_interfaces_per_region = 5000;
  std::uint32_t interfaces_per_instance = 8;
  std::uint32_t private_addresses_per_interface = 30;
  std::uint32_t instances_per_region = 1000;

  /// No limit anywhere, but that of a host: for large networks.
  [[nodiscard]] static constexpr Quotas lifted() {
    constexpr std::uint32_t kMany = 0x7fffffff;
    Quotas quotas;
    quotas.vpcs_per_region = kMany;
    quotas.subnets_per_vpc = kMany;
    quotas.cidrs_per_vpc = kMany;
    quotas.route_tables_per_vpc = kMany;
    quotas.routes_per_table = kMany;
    quotas.internet_gateways_per_region = kMany;
    quotas.nat_gateways_per_zone = kMany;
    quotas.elastic_addresses_per_region = kMany;
    quotas.network_acls_per_vpc = kMany;
    quotas.entries_per_network_acl = kMany;
    quotas.security_groups_per_region = kMany;
    quotas.rules_per_security_group = kMany;
    quotas.security_groups_per_interface = kMany;
    quotas.classic_security_groups_per_region = kMany;
    quotas.classic_rules_per_security_group = kMany;
    quotas.classic_rules_per_instance = kMany;
    quotas.active_peerings_per_vpc = kMany;
    quotas.outstanding_peering_requests = kMany;
    quotas.pending_peerings_per_accepter = kMany;
    quotas.prefix_lists_per_region = kMany;
    quotas.entries_per_prefix_list = kMany;
    quotas.network_interfaces_per_region = kMany;
    quotas.interfaces_per_instance = kMostInterfacesPerInstance;
    quotas.private_addresses_per_interface = kMany;
    quotas.instances_per_region = kMany;
    return quotas;
  }
};

}  // namespace vpclab::control
