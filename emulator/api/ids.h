// api/ids.h - the identifiers of EC2's resources (API-2): one type a kind, and ResourceId, which
// can hold any of them. All are 16 bytes and print in AWS's form.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "netstack/base/strong_id.h"

namespace vpclab::api {

/// Every kind of thing that has an AWS id, and (last) the parts of the emulation that have none.
enum class ResourceKind : std::uint8_t {
  kNone,
  kVpc,
  kSubnet,
  kRouteTable,
  kRouteTableAssociation,
  kInternetGateway,
  kEgressOnlyInternetGateway,
  kNatGateway,
  kVpcPeeringConnection,
  kNetworkAcl,
  kNetworkAclAssociation,
  kSecurityGroup,
  kSecurityGroupRule,
  kNetworkInterface,
  kNetworkInterfaceAttachment,
  kAllocation,
  kAddressAssociation,
  kInstance,
  kReservation,
  kImage,
  kKeyPair,
  kDhcpOptions,
  kVpcCidrAssociation,
  kSubnetCidrAssociation,
  kPrefixList,
  kFlowLog,
  kVolume,
  kInternetRouter,  // the internet model's routers and hosts: a number, no AWS id
  kInternetHost,
  kClassicNetwork,  // EC2-Classic in a region: the region's number, no AWS id
};

/// "vpc-", "subnet-", …; "inet-router-", "inet-host-" and "classic-" for the
/// parts that have no AWS id.
[[nodiscard]] constexpr std::string_view prefix_of(ResourceKind kind) {
  switch (kind) {
    case ResourceKind::kNone:
      return "";
    case ResourceKind::kVpc:
      return "vpc-";
    case ResourceKind::kSubnet:
      return "subnet-";
    case ResourceKind::kRouteTable:
      return "rtb-";
    case ResourceKind::kRouteTableAssociation:
      return "rtbassoc-";
    case ResourceKind::kInternetGateway:
      return "igw-";
    case ResourceKind::kEgressOnlyInternetGateway:
      return "eigw-";
    case ResourceKind::kNatGateway:
      return "nat-";
    case ResourceKind::kVpcPeeringConnection:
      return "pcx-";
    case ResourceKind::kNetworkAcl:
      return "acl-";
    case ResourceKind::kNetworkAclAssociation:
      return "aclassoc-";
    case ResourceKind::kSecurityGroup:
      return "sg-";
    case ResourceKind::kSecurityGroupRule:
      return "sgr-";
    case ResourceKind::kNetworkInterface:
      return "eni-";
    case ResourceKind::kNetworkInterfaceAttachment:
      return "eni-attach-";
    case ResourceKind::kAllocation:
      return "eipalloc-";
    case ResourceKind::kAddressAssociation:
      return "eipassoc-";
    case ResourceKind::kInstance:
      return "i-";
    case ResourceKind::kReservation:
      return "r-";
    case ResourceKind::kImage:
      return "ami-";
    case ResourceKind::kKeyPair:
      return "key-";
    case ResourceKind::kDhcpOptions:
      return "dopt-";
    case ResourceKind::kVpcCidrAssociation:
      return "vpc-cidr-assoc-";
    case ResourceKind::kSubnetCidrAssociation:
      return "subnet-cidr-assoc-";
    case ResourceKind::kPrefixList:
      return "pl-";
    case ResourceKind::kFlowLog:
      return "fl-";
    case ResourceKind::kVolume:
      return "vol-";
    case ResourceKind::kInternetRouter:
      return "inet-router-";
    case ResourceKind::kInternetHost:
      return "inet-host-";
    case ResourceKind::kClassicNetwork:
      return "classic-";
  }
  return "";
}

template <ResourceKind kKindOfTag>
struct IdTag {
  static constexpr ResourceKind kKind = kKindOfTag;
  static constexpr std::string_view kPrefix = prefix_of(kKindOfTag);
};

using VpcId = StrongId<IdTag<ResourceKind::kVpc>>;
using SubnetId = StrongId<IdTag<ResourceKind::kSubnet>>;
using RouteTableId = StrongId<IdTag<ResourceKind::kRouteTable>>;
using RouteTableAssociationId = StrongId<IdTag<ResourceKind::kRouteTableAssociation>>;
using InternetGatewayId = StrongId<IdTag<ResourceKind::kInternetGateway>>;
using NatGatewayId = StrongId<IdTag<ResourceKind::kNatGateway>>;
using VpcPeeringConnectionId = StrongId<IdTag<ResourceKind::kVpcPeeringConnection>>;
using NetworkAclId = StrongId<IdTag<ResourceKind::kNetworkAcl>>;
using NetworkAclAssociationId = StrongId<IdTag<ResourceKind::kNetworkAclAssociation>>;
using SecurityGroupId = StrongId<IdTag<ResourceKind::kSecurityGroup>>;
using SecurityGroupRuleId = StrongId<IdTag<ResourceKind::kSecurityGroupRule>>;
using NetworkInterfaceId = StrongId<IdTag<ResourceKind::kNetworkInterface>>;
using NetworkInterfaceAttachmentId = StrongId<IdTag<ResourceKind::kNetworkInterfaceAttachment>>;
using AllocationId = StrongId<IdTag<ResourceKind::kAllocation>>;
using AddressAssociationId = StrongId<IdTag<ResourceKind::kAddressAssociation>>;
using InstanceId = StrongId<IdTag<ResourceKind::kInstance>>;
using ReservationId = StrongId<IdTag<ResourceKind::kReservation>>;
using ImageId = StrongId<IdTag<ResourceKind::kImage>>;
using KeyPairId = StrongId<IdTag<ResourceKind::kKeyPair>>;
using DhcpOptionsId = StrongId<IdTag<ResourceKind::kDhcpOptions>>;
/// `pl-…`; EC2's model calls a structure PrefixListId.
using ManagedPrefixListId = StrongId<IdTag<ResourceKind::kPrefixList>>;
using VpcCidrAssociationId = StrongId<IdTag<ResourceKind::kVpcCidrAssociation>>;

/// The id of any resource: what traces, decisions and the name directory hold.
class ResourceId {
 public:
  constexpr ResourceId() = default;

  constexpr ResourceId(ResourceKind kind, IdDigits digits)
      : low_(digits.low), high_(digits.high), length_(digits.length), kind_(kind) {}

  template <ResourceKind kKind>
  constexpr ResourceId(StrongId<IdTag<kKind>> id)  // NOLINT(google-explicit-constructor)
      : ResourceId(id.empty() ? ResourceKind::kNone : kKind, id.digits()) {}

  /// A thing of the emulation that AWS gives no id (an internet router): 8 digits of a number.
  [[nodiscard]] static constexpr ResourceId numbered(ResourceKind kind, std::uint32_t number) {
    return ResourceId(kind, IdDigits{number, 0, 8});
  }

  /// Reads any id whose prefix is known.
  [[nodiscard]] static Result<ResourceId> parse(std::string_view text);

  [[nodiscard]] constexpr bool empty() const { return kind_ == ResourceKind::kNone; }

  [[nodiscard]] constexpr ResourceKind kind() const { return kind_; }

  [[nodiscard]] constexpr IdDigits digits() const { return IdDigits{low_, high_, length_}; }

  [[nodiscard]] std::string text() const { return id_text(prefix_of(kind_), digits()); }

  friend constexpr auto operator<=>(const ResourceId&, const ResourceId&) = default;

 private:
  std::uint64_t low_ = 0;
  std::uint8_t high_ = 0;
  std::uint8_t length_ = 0;
  ResourceKind kind_ = ResourceKind::kNone;
};

static_assert(sizeof(ResourceId) == 16);

[[nodiscard]] inline std::string to_string(const ResourceId& id) { return id.text(); }

}  // namespace vpclab::api

template <>
struct std::hash<vpclab::api::ResourceId> {
  std::size_t operator()(const vpclab::api::ResourceId& id) const noexcept {
    const vpclab::IdDigits digits = id.digits();
    return static_cast<std::size_t>((digits.low ^ (static_cast<std::uint64_t>(id.kind()) << 56)) *
                                    0x9e3779b97f4a7c15U);
  }
};
