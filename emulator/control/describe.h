// control/describe.h - resources as responses show them to a caller: one function per noun, used by
// its describing, creating and changing actions. Reads, never changes.
#pragma once

#include <span>
#include <vector>

#include "emulator/control/call.h"

namespace vpclab::api {

struct Address;
struct DhcpOptions;
struct GroupIdentifier;
struct Instance;
struct InternetGateway;
struct KeyPairInfo;
struct ManagedPrefixList;
struct NatGateway;
struct NetworkAcl;
struct NetworkInterface;
struct RouteTable;
struct SecurityGroup;
struct SecurityGroupRule;
struct Subnet;
struct Vpc;
struct VpcCidrBlockAssociation;
struct VpcPeeringConnection;

}  // namespace vpclab::api

namespace vpclab::control {

[[nodiscard]] api::Vpc describe(const Call& call, const Vpc& vpc);
[[nodiscard]] api::VpcCidrBlockAssociation describe(const VpcCidr& cidr);
[[nodiscard]] api::Subnet describe(const Call& call, const Subnet& subnet);
[[nodiscard]] api::DhcpOptions describe(const Call& call, const DhcpOptions& options);
[[nodiscard]] api::RouteTable describe(const Call& call, const RouteTable& table);
[[nodiscard]] api::InternetGateway describe(const Call& call, const InternetGateway& gateway);
[[nodiscard]] api::NatGateway describe(const Call& call, const NatGateway& gateway);
[[nodiscard]] api::ManagedPrefixList describe(const Call& call, const PrefixList& list);
[[nodiscard]] api::Address describe(const Call& call, const ElasticAddress& address);
[[nodiscard]] api::NetworkInterface describe(const Call& call, const NetworkInterface& interface);
[[nodiscard]] api::SecurityGroup describe(const Call& call, const SecurityGroup& group);
[[nodiscard]] api::SecurityGroupRule describe(const Call& call, const SecurityGroup& group,
                                              const SecurityGroupRule& rule);
[[nodiscard]] api::NetworkAcl describe(const Call& call, const NetworkAcl& acl);
[[nodiscard]] api::VpcPeeringConnection describe(const Call& call,
                                                 const VpcPeeringConnection& peering);
[[nodiscard]] api::Instance describe(const Call& call, const Instance& instance,
                                     InstanceState as_state);
[[nodiscard]] api::KeyPairInfo describe(const Call& call, const KeyPair& key_pair);

/// The groups of an interface, with their names.
[[nodiscard]] std::vector<api::GroupIdentifier> describe_groups(const Call& call,
                                                                const NetworkInterface& interface);

/// Groups, with their names.
[[nodiscard]] std::vector<api::GroupIdentifier> describe_groups(
    const Call& call, std::span<const api::SecurityGroupId> ids);

}  // namespace vpclab::control
