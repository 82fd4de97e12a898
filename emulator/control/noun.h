// control/noun.h - what the actions of all nouns share: how AWS names each kind of resource in its
// sentences and codes (API-2, API-7), and the search for a resource that a request names. A caller
// finds only what its account owns in its region (VPC-15), and peerings of either side (PCX-3).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/api/api_error.h"
#include "emulator/control/call.h"

namespace vpclab::control {

template <class T>
struct NounText {
  Table<T> Inventory::*table;
  std::string_view parameter;  // the usual one: "VpcId"
  std::string_view subject;    // "The vpc ID", of the sentence "… 'vpc-…' does not exist"
  std::string_view not_found;
  std::string_view malformed;
  std::string_view resource_type;  // of tags: "vpc"
};

template <class T>
inline constexpr NounText<T> kNoun;

template <>
inline constexpr NounText<Vpc> kNoun<Vpc>{&Inventory::vpcs,
                                          "VpcId",
                                          "The vpc ID",
                                          api::code::kInvalidVpcIDNotFound,
                                          api::code::kInvalidVpcIdMalformed,
                                          "vpc"};

template <>
inline constexpr NounText<Subnet> kNoun<Subnet>{&Inventory::subnets,
                                                "SubnetId",
                                                "The subnet ID",
                                                api::code::kInvalidSubnetIDNotFound,
                                                api::code::kInvalidSubnetIdMalformed,
                                                "subnet"};

template <>
inline constexpr NounText<RouteTable> kNoun<RouteTable>{&Inventory::route_tables,
                                                        "RouteTableId",
                                                        "The routeTable ID",
                                                        api::code::kInvalidRouteTableIDNotFound,
                                                        api::code::kInvalidRouteTableIdMalformed,
                                                        "route-table"};

template <>
inline constexpr NounText<RouteTableAssociation> kNoun<RouteTableAssociation>{
    &Inventory::route_table_associations,
    "AssociationId",
    "The association ID",
    api::code::kInvalidAssociationIDNotFound,
    api::code::kInvalidAssociationIdMalformed,
    ""};

template <>
inline constexpr NounText<InternetGateway> kNoun<InternetGateway>{
    &Inventory::internet_gateways,
    "InternetGatewayId",
    "The internetGateway ID",
    api::code::kInvalidInternetGatewayIDNotFound,
    api::code::kInvalidInternetGatewayIdMalformed,
    "internet-gateway"};

template <>
inline constexpr NounText<NatGateway> kNoun<NatGateway>{&Inventory::nat_gateways,
                                                        "NatGatewayId",
                                                        "NatGateway",
                                                        api::code::kNatGatewayNotFound,
                                                        api::code::kInvalidNatGatewayIdMalformed,
                                                        "natgateway"};

template <>
inline constexpr NounText<PrefixList> kNoun<PrefixList>{&Inventory::prefix_lists,
                                                        "PrefixListId",
                                                        "The prefix list ID",
                                                        api::code::kInvalidPrefixListIDNotFound,
                                                        api::code::kInvalidPrefixListIdMalformed,
                                                        "prefix-list"};

template <>
inline constexpr NounText<ElasticAddress> kNoun<ElasticAddress>{
    &Inventory::elastic_addresses,
    "AllocationId",
    "The allocation ID",
    api::code::kInvalidAllocationIDNotFound,
    api::code::kInvalidAllocationIdMalformed,
    "elastic-ip"};

template <>
inline constexpr NounText<NetworkInterface> kNoun<NetworkInterface>{
    &Inventory::network_interfaces,
    "NetworkInterfaceId",
    "The networkInterface ID",
    api::code::kInvalidNetworkInterfaceIDNotFound,
    api::code::kInvalidNetworkInterfaceIdMalformed,
    "network-interface"};

template <>
inline constexpr NounText<SecurityGroup> kNoun<SecurityGroup>{&Inventory::security_groups,
                                                              "GroupId",
                                                              "The security group",
                                                              api::code::kInvalidGroupNotFound,
                                                              api::code::kInvalidGroupIdMalformed,
                                                              "security-group"};

template <>
inline constexpr NounText<NetworkAcl> kNoun<NetworkAcl>{&Inventory::network_acls,
                                                        "NetworkAclId",
                                                        "The network acl ID",
                                                        api::code::kInvalidNetworkAclIDNotFound,
                                                        api::code::kInvalidNetworkAclIdMalformed,
                                                        "network-acl"};

template <>
inline constexpr NounText<NetworkAclAssociation> kNoun<NetworkAclAssociation>{
    &Inventory::network_acl_associations,
    "AssociationId",
    "The association ID",
    api::code::kInvalidAssociationIDNotFound,
    api::code::kInvalidAssociationIdMalformed,
    ""};

template <>
inline constexpr NounText<VpcPeeringConnection> kNoun<VpcPeeringConnection>{
    &Inventory::peering_connections,
    "VpcPeeringConnectionId",
    "The vpcPeeringConnection ID",
    api::code::kInvalidVpcPeeringConnectionIDNotFound,
    api::code::kInvalidVpcPeeringConnectionIdMalformed,
    "vpc-peering-connection"};

template <>
inline constexpr NounText<Instance> kNoun<Instance>{&Inventory::instances,
                                                    "InstanceId",
                                                    "The instance ID",
                                                    api::code::kInvalidInstanceIDNotFound,
                                                    api::code::kInvalidInstanceIDMalformed,
                                                    "instance"};

template <>
inline constexpr NounText<DhcpOptions> kNoun<DhcpOptions>{&Inventory::dhcp_options,
                                                          "DhcpOptionsId",
                                                          "The dhcpOption ID",
                                                          api::code::kInvalidDhcpOptionsIDNotFound,
                                                          api::code::kInvalidDhcpOptionsIdMalformed,
                                                          "dhcp-options"};

template <>
inline constexpr NounText<KeyPair> kNoun<KeyPair>{&Inventory::key_pairs,
                                                  "KeyPairId",
                                                  "The key pair ID",
                                                  api::code::kInvalidKeyPairNotFound,
                                                  api::code::kInvalidKeyPairIdMalformed,
                                                  "key-pair"};

// --- who sees what ------------------------------------------------------------------------------

template <class T>
[[nodiscard]] bool visible_to(const Call& call, const T& resource) {
  return resource.owner == call.owner;
}

[[nodiscard]] inline bool visible_to(const Call& call, const RouteTableAssociation& association) {
  return call.inventory().route_tables.get(association.route_table).owner == call.owner;
}

[[nodiscard]] inline bool visible_to(const Call& call, const NetworkAclAssociation& association) {
  return call.inventory().network_acls.get(association.network_acl).owner == call.owner;
}

/// PCX-2, PCX-3: from pending-acceptance on both sides see it, each for its own time after the end;
/// before that, and when it failed, only the requester does.
[[nodiscard]] bool visible_to(const Call& call, const VpcPeeringConnection& peering);

// --- finding ------------------------------------------------------------------------------------

/// `SUBJECT 'ID' does not exist`, `SUBJECTs 'A, B' do not exist`.
[[nodiscard]] api::ApiError not_found(std::string_view code, std::string_view subject,
                                      const std::vector<std::string>& ids);

/// The refusal for resources of a noun. AWS has its own sentence for NAT gateways: `NatGateway
/// nat-… was not found`.
template <class T>
[[nodiscard]] api::ApiError not_found(const std::vector<std::string>& ids) {
  return not_found(kNoun<T>.not_found, kNoun<T>.subject, ids);
}

template <>
[[nodiscard]] api::ApiError not_found<NatGateway>(const std::vector<std::string>& ids);

/// API-2: `Invalid id: "x" (expecting "pcx-...")`.
template <class T>
[[nodiscard]] api::ApiResult<typename Table<T>::Id> parse_id(const std::string& text) {
  const Result<typename Table<T>::Id> id = Table<T>::Id::parse(text);
  if (!id.has_value()) {
    return api::refuse(kNoun<T>.malformed, id.error().message);
  }
  return *id;
}

/// The resource that an id names, if the caller can see it. The pointer is never null.
template <class T>
[[nodiscard]] api::ApiResult<T*> find(const Call& call, const std::string& text) {
  const auto id = parse_id<T>(text);
  if (!id.has_value()) {
    return tl::unexpected(id.error());
  }
  T* found = (call.inventory().*kNoun<T>.table).find(*id);
  if (found == nullptr || !visible_to(call, *found)) {
    return tl::unexpected(not_found<T>({text}));
  }
  return found;
}

/// The same for a required parameter.
template <class T>
[[nodiscard]] api::ApiResult<T*> require(const Call& call, const std::optional<std::string>& text,
                                         std::string_view parameter = kNoun<T>.parameter) {
  if (!text.has_value() || text->empty()) {
    return tl::unexpected(api::missing_parameter(parameter));
  }
  return find<T>(call, *text);
}

/// All of the resources, or the refusal that names those that do not exist.
template <class T>
[[nodiscard]] api::ApiResult<std::vector<T*>> find_all(const Call& call,
                                                       const std::vector<std::string>& texts) {
  std::vector<T*> all;
  std::vector<std::string> missing;
  for (const std::string& text : texts) {
    const auto id = parse_id<T>(text);
    if (!id.has_value()) {
      return tl::unexpected(id.error());
    }
    T* found = (call.inventory().*kNoun<T>.table).find(*id);
    if (found == nullptr || !visible_to(call, *found)) {
      missing.push_back(text);
    } else {
      all.push_back(found);
    }
  }
  if (!missing.empty()) {
    return tl::unexpected(not_found<T>(missing));
  }
  return all;
}

/// How many resources of a kind the caller has; stops counting at `limit` (quotas).
template <class T>
[[nodiscard]] bool at_quota(const Call& call, const Table<T>& table, std::uint32_t limit) {
  if (table.size() < limit) {
    return false;
  }
  std::uint32_t count = 0;
  for (const T& resource : table) {
    count += resource.owner == call.owner ? 1 : 0;
  }
  return count >= limit;
}

// --- parameters ---------------------------------------------------------------------------------

/// A CIDR with its host bits cleared (VPC-3), or `Value (x) for parameter p is invalid. This is not
/// a valid CIDR block.`
[[nodiscard]] api::ApiResult<wire::Ipv4Prefix> parse_cidr(const std::string& text,
                                                          std::string_view parameter);

/// An address, or `Value (x) for parameter p is invalid. Invalid IPv4 address.`
[[nodiscard]] api::ApiResult<wire::Ipv4Address> parse_address(const std::string& text,
                                                              std::string_view parameter);

/// `InvalidParameterCombination`.
[[nodiscard]] inline tl::unexpected<api::ApiError> combination(std::string message) {
  return api::refuse(api::code::kInvalidParameterCombination, std::move(message));
}

/// `UnsupportedOperation`: `what` is a whole sentence.
[[nodiscard]] api::ApiError unsupported(std::string_view what);

/// `DependencyViolation`: "The vpc 'vpc-…' has dependencies and cannot be deleted."
[[nodiscard]] api::ApiError has_dependencies(std::string_view noun, std::string_view id);

}  // namespace vpclab::control
