// api/api_error.h - a refused call: AWS's code and AWS's sentence. The codes are the closed
// catalogue of what this emulation refuses with; the generic sentences (API-3, API-4) are made
// here, those about one resource by the control plane.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace vpclab::api {

/// What a refused call answers. Its HTTP status is 400 (API-1).
struct ApiError {
  std::string code;     // `InvalidVpcID.NotFound`
  std::string message;  // `The vpc ID 'vpc-…' does not exist`

  friend bool operator==(const ApiError&, const ApiError&) = default;
};

template <class T>
using ApiResult = tl::expected<T, ApiError>;

/// Shorthand for `return refuse(code::k…, "…")` in a function that returns an ApiResult.
[[nodiscard]] tl::unexpected<ApiError> refuse(std::string_view code, std::string message);

/// `An error occurred (Code) when calling the CreateVpc operation: Message` (API-1).
[[nodiscard]] std::string cli_message(const ApiError& error, std::string_view action);

// The generic refusals (API-3, API-4).
[[nodiscard]] ApiError missing_parameter(std::string_view name);
[[nodiscard]] ApiError unknown_parameter(std::string_view name);
/// `Value (x) for parameter p is invalid. …`; `why` is a sentence or empty.
[[nodiscard]] ApiError invalid_parameter_value(std::string_view parameter, std::string_view value,
                                               std::string_view why = {});
[[nodiscard]] ApiError invalid_action(std::string_view action);
[[nodiscard]] ApiError unsupported_operation(std::string_view action);
/// What DryRun=true answers where the call would have succeeded.
[[nodiscard]] ApiError dry_run_operation();

/// AWS's error codes, sorted by their text.
namespace code {
inline constexpr std::string_view kActiveVpcPeeringConnectionPerVpcLimitExceeded =
    "ActiveVpcPeeringConnectionPerVpcLimitExceeded";
inline constexpr std::string_view kAddressLimitExceeded = "AddressLimitExceeded";
inline constexpr std::string_view kAttachmentLimitExceeded = "AttachmentLimitExceeded";
inline constexpr std::string_view kAuthFailure = "AuthFailure";
inline constexpr std::string_view kCannotDelete = "CannotDelete";
inline constexpr std::string_view kCidrConflict = "CidrConflict";
inline constexpr std::string_view kCidrLimitExceeded = "CidrLimitExceeded";
inline constexpr std::string_view kDefaultSubnetAlreadyExistsInAvailabilityZone =
    "DefaultSubnetAlreadyExistsInAvailabilityZone";
inline constexpr std::string_view kDefaultVpcAlreadyExists = "DefaultVpcAlreadyExists";
inline constexpr std::string_view kDefaultVpcDoesNotExist = "DefaultVpcDoesNotExist";
inline constexpr std::string_view kDependencyViolation = "DependencyViolation";
inline constexpr std::string_view kDisallowedForDedicatedTenancyNetwork =
    "DisallowedForDedicatedTenancyNetwork";
inline constexpr std::string_view kDryRunOperation = "DryRunOperation";
inline constexpr std::string_view kFilterLimitExceeded = "FilterLimitExceeded";
inline constexpr std::string_view kGatewayNotAttached = "Gateway.NotAttached";
inline constexpr std::string_view kIdempotentParameterMismatch = "IdempotentParameterMismatch";
inline constexpr std::string_view kIncorrectInstanceState = "IncorrectInstanceState";
inline constexpr std::string_view kIncorrectState = "IncorrectState";
inline constexpr std::string_view kInstanceAlreadyLinked = "InstanceAlreadyLinked";
inline constexpr std::string_view kInstanceLimitExceeded = "InstanceLimitExceeded";
inline constexpr std::string_view kInsufficientAddressCapacity = "InsufficientAddressCapacity";
inline constexpr std::string_view kInsufficientFreeAddressesInSubnet =
    "InsufficientFreeAddressesInSubnet";
inline constexpr std::string_view kInternalError = "InternalError";
inline constexpr std::string_view kInternetGatewayLimitExceeded = "InternetGatewayLimitExceeded";
inline constexpr std::string_view kInvalidAMIIDMalformed = "InvalidAMIID.Malformed";
inline constexpr std::string_view kInvalidAMIIDNotFound = "InvalidAMIID.NotFound";
inline constexpr std::string_view kInvalidAction = "InvalidAction";
inline constexpr std::string_view kInvalidAddressLocked = "InvalidAddress.Locked";
inline constexpr std::string_view kInvalidAddressNotFound = "InvalidAddress.NotFound";
inline constexpr std::string_view kInvalidAddressIDNotFound = "InvalidAddressID.NotFound";
inline constexpr std::string_view kInvalidAllocationIDNotFound = "InvalidAllocationID.NotFound";
inline constexpr std::string_view kInvalidAllocationIdMalformed = "InvalidAllocationId.Malformed";
inline constexpr std::string_view kInvalidAssociationIDNotFound = "InvalidAssociationID.NotFound";
inline constexpr std::string_view kInvalidAssociationIdMalformed = "InvalidAssociationId.Malformed";
inline constexpr std::string_view kInvalidAttachmentInUse = "InvalidAttachment.InUse";
inline constexpr std::string_view kInvalidAttachmentIDNotFound = "InvalidAttachmentID.NotFound";
inline constexpr std::string_view kInvalidAttachmentIdMalformed = "InvalidAttachmentId.Malformed";
inline constexpr std::string_view kInvalidDhcpOptionsIDNotFound = "InvalidDhcpOptionsID.NotFound";
inline constexpr std::string_view kInvalidDhcpOptionsIdMalformed = "InvalidDhcpOptionsId.Malformed";
inline constexpr std::string_view kInvalidFilter = "InvalidFilter";
inline constexpr std::string_view kInvalidGatewayIDNotFound = "InvalidGatewayID.NotFound";
inline constexpr std::string_view kInvalidGatewayIdMalformed = "InvalidGatewayId.Malformed";
inline constexpr std::string_view kInvalidGroupDuplicate = "InvalidGroup.Duplicate";
inline constexpr std::string_view kInvalidGroupInUse = "InvalidGroup.InUse";
inline constexpr std::string_view kInvalidGroupNotFound = "InvalidGroup.NotFound";
inline constexpr std::string_view kInvalidGroupReserved = "InvalidGroup.Reserved";
inline constexpr std::string_view kInvalidGroupIdMalformed = "InvalidGroupId.Malformed";
inline constexpr std::string_view kInvalidID = "InvalidID";
inline constexpr std::string_view kInvalidIPAddressInUse = "InvalidIPAddress.InUse";
inline constexpr std::string_view kInvalidInstanceAttributeValue = "InvalidInstanceAttributeValue";
inline constexpr std::string_view kInvalidInstanceID = "InvalidInstanceID";
inline constexpr std::string_view kInvalidInstanceIDMalformed = "InvalidInstanceID.Malformed";
inline constexpr std::string_view kInvalidInstanceIDNotFound = "InvalidInstanceID.NotFound";
inline constexpr std::string_view kInvalidInstanceIDNotLinkable = "InvalidInstanceID.NotLinkable";
inline constexpr std::string_view kInvalidInstanceType = "InvalidInstanceType";
inline constexpr std::string_view kInvalidInternetGatewayIDNotFound =
    "InvalidInternetGatewayID.NotFound";
inline constexpr std::string_view kInvalidInternetGatewayIdMalformed =
    "InvalidInternetGatewayId.Malformed";
inline constexpr std::string_view kInvalidKeyPairDuplicate = "InvalidKeyPair.Duplicate";
inline constexpr std::string_view kInvalidKeyPairFormat = "InvalidKeyPair.Format";
inline constexpr std::string_view kInvalidKeyPairNotFound = "InvalidKeyPair.NotFound";
inline constexpr std::string_view kInvalidKeyPairIdMalformed = "InvalidKeyPairId.Malformed";
inline constexpr std::string_view kInvalidMaxResults = "InvalidMaxResults";
inline constexpr std::string_view kInvalidNatGatewayIDNotFound = "InvalidNatGatewayID.NotFound";
inline constexpr std::string_view kInvalidNatGatewayIdMalformed = "InvalidNatGatewayId.Malformed";
inline constexpr std::string_view kInvalidNetworkAclEntryNotFound =
    "InvalidNetworkAclEntry.NotFound";
inline constexpr std::string_view kInvalidNetworkAclIDNotFound = "InvalidNetworkAclID.NotFound";
inline constexpr std::string_view kInvalidNetworkAclIdMalformed = "InvalidNetworkAclId.Malformed";
inline constexpr std::string_view kInvalidNetworkInterfaceInUse = "InvalidNetworkInterface.InUse";
inline constexpr std::string_view kInvalidNetworkInterfaceAttachmentIdMalformed =
    "InvalidNetworkInterfaceAttachmentId.Malformed";
inline constexpr std::string_view kInvalidNetworkInterfaceIDNotFound =
    "InvalidNetworkInterfaceID.NotFound";
inline constexpr std::string_view kInvalidNetworkInterfaceIdMalformed =
    "InvalidNetworkInterfaceId.Malformed";
inline constexpr std::string_view kInvalidNextToken = "InvalidNextToken";
inline constexpr std::string_view kInvalidPaginationToken = "InvalidPaginationToken";
inline constexpr std::string_view kInvalidParameter = "InvalidParameter";
inline constexpr std::string_view kInvalidParameterCombination = "InvalidParameterCombination";
inline constexpr std::string_view kInvalidParameterDependency = "InvalidParameterDependency";
inline constexpr std::string_view kInvalidParameterValue = "InvalidParameterValue";
inline constexpr std::string_view kInvalidPermissionDuplicate = "InvalidPermission.Duplicate";
inline constexpr std::string_view kInvalidPermissionMalformed = "InvalidPermission.Malformed";
inline constexpr std::string_view kInvalidPermissionNotFound = "InvalidPermission.NotFound";
inline constexpr std::string_view kInvalidPrefixListIDNotFound = "InvalidPrefixListID.NotFound";
inline constexpr std::string_view kInvalidPrefixListIdMalformed = "InvalidPrefixListId.Malformed";
inline constexpr std::string_view kInvalidRouteMalformed = "InvalidRoute.Malformed";
inline constexpr std::string_view kInvalidRouteNotFound = "InvalidRoute.NotFound";
inline constexpr std::string_view kInvalidRouteTableIDNotFound = "InvalidRouteTableID.NotFound";
inline constexpr std::string_view kInvalidRouteTableIdMalformed = "InvalidRouteTableId.Malformed";
inline constexpr std::string_view kInvalidSecurityGroupRuleIdMalformed =
    "InvalidSecurityGroupRuleId.Malformed";
inline constexpr std::string_view kInvalidSecurityGroupRuleIdNotFound =
    "InvalidSecurityGroupRuleId.NotFound";
inline constexpr std::string_view kInvalidStateTransition = "InvalidStateTransition";
inline constexpr std::string_view kInvalidSubnetConflict = "InvalidSubnet.Conflict";
inline constexpr std::string_view kInvalidSubnetRange = "InvalidSubnet.Range";
inline constexpr std::string_view kInvalidSubnetIDNotFound = "InvalidSubnetID.NotFound";
inline constexpr std::string_view kInvalidSubnetIdMalformed = "InvalidSubnetId.Malformed";
inline constexpr std::string_view kInvalidTagKeyMalformed = "InvalidTagKey.Malformed";
inline constexpr std::string_view kInvalidUserDataMalformed = "InvalidUserData.Malformed";
inline constexpr std::string_view kInvalidVpcRange = "InvalidVpc.Range";
inline constexpr std::string_view kInvalidVpcIDNotFound = "InvalidVpcID.NotFound";
inline constexpr std::string_view kInvalidVpcIdMalformed = "InvalidVpcId.Malformed";
inline constexpr std::string_view kInvalidVpcPeeringConnectionIDNotFound =
    "InvalidVpcPeeringConnectionID.NotFound";
inline constexpr std::string_view kInvalidVpcPeeringConnectionIdMalformed =
    "InvalidVpcPeeringConnectionId.Malformed";
inline constexpr std::string_view kInvalidVpcPeeringConnectionStateDnsHostnamesDisabled =
    "InvalidVpcPeeringConnectionState.DnsHostnamesDisabled";
inline constexpr std::string_view kInvalidVpcState = "InvalidVpcState";
inline constexpr std::string_view kInvalidZoneNotFound = "InvalidZone.NotFound";
inline constexpr std::string_view kMalformedQueryString = "MalformedQueryString";
inline constexpr std::string_view kMissingAction = "MissingAction";
inline constexpr std::string_view kMissingParameter = "MissingParameter";
inline constexpr std::string_view kNatGatewayLimitExceeded = "NatGatewayLimitExceeded";
inline constexpr std::string_view kNatGatewayNotFound = "NatGatewayNotFound";
inline constexpr std::string_view kNetworkAclEntryAlreadyExists = "NetworkAclEntryAlreadyExists";
inline constexpr std::string_view kNetworkAclEntryLimitExceeded = "NetworkAclEntryLimitExceeded";
inline constexpr std::string_view kNetworkAclLimitExceeded = "NetworkAclLimitExceeded";
inline constexpr std::string_view kNetworkInterfaceLimitExceeded = "NetworkInterfaceLimitExceeded";
inline constexpr std::string_view kOperationNotPermitted = "OperationNotPermitted";
inline constexpr std::string_view kOptInRequired = "OptInRequired";
inline constexpr std::string_view kOutstandingVpcPeeringConnectionLimitExceeded =
    "OutstandingVpcPeeringConnectionLimitExceeded";
inline constexpr std::string_view kPendingVpcPeeringConnectionLimitExceeded =
    "PendingVpcPeeringConnectionLimitExceeded";
inline constexpr std::string_view kPrefixListMaxEntriesExceeded = "PrefixListMaxEntriesExceeded";
inline constexpr std::string_view kPrefixListVersionMismatch = "PrefixListVersionMismatch";
inline constexpr std::string_view kPrivateIpAddressLimitExceeded = "PrivateIpAddressLimitExceeded";
inline constexpr std::string_view kRequestEntityTooLarge = "RequestEntityTooLarge";
inline constexpr std::string_view kResourceAlreadyAssigned = "Resource.AlreadyAssigned";
inline constexpr std::string_view kResourceAlreadyAssociated = "Resource.AlreadyAssociated";
inline constexpr std::string_view kResourceCountExceeded = "ResourceCountExceeded";
inline constexpr std::string_view kResourceLimitExceeded = "ResourceLimitExceeded";
inline constexpr std::string_view kRouteAlreadyExists = "RouteAlreadyExists";
inline constexpr std::string_view kRouteLimitExceeded = "RouteLimitExceeded";
inline constexpr std::string_view kRouteTableLimitExceeded = "RouteTableLimitExceeded";
inline constexpr std::string_view kRulesPerSecurityGroupLimitExceeded =
    "RulesPerSecurityGroupLimitExceeded";
inline constexpr std::string_view kSecurityGroupLimitExceeded = "SecurityGroupLimitExceeded";
inline constexpr std::string_view kSecurityGroupsPerInstanceLimitExceeded =
    "SecurityGroupsPerInstanceLimitExceeded";
inline constexpr std::string_view kSecurityGroupsPerInterfaceLimitExceeded =
    "SecurityGroupsPerInterfaceLimitExceeded";
inline constexpr std::string_view kSubnetLimitExceeded = "SubnetLimitExceeded";
inline constexpr std::string_view kTagLimitExceeded = "TagLimitExceeded";
inline constexpr std::string_view kUnauthorizedOperation = "UnauthorizedOperation";
inline constexpr std::string_view kUnknownParameter = "UnknownParameter";
inline constexpr std::string_view kUnsupported = "Unsupported";
inline constexpr std::string_view kUnsupportedOperation = "UnsupportedOperation";
inline constexpr std::string_view kVPCIdNotSpecified = "VPCIdNotSpecified";
inline constexpr std::string_view kVPCResourceNotSpecified = "VPCResourceNotSpecified";
inline constexpr std::string_view kVcpuLimitExceeded = "VcpuLimitExceeded";
inline constexpr std::string_view kVpcCidrConflict = "VpcCidrConflict";
inline constexpr std::string_view kVpcLimitExceeded = "VpcLimitExceeded";
inline constexpr std::string_view kVpcPeeringConnectionAlreadyExists =
    "VpcPeeringConnectionAlreadyExists";
inline constexpr std::string_view kVpcPeeringConnectionsPerVpcLimitExceeded =
    "VpcPeeringConnectionsPerVpcLimitExceeded";
}  // namespace code

}  // namespace vpclab::api
