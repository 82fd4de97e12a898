// control/policy_actions.h - the actions on security groups, network ACLs, prefix lists, tags and
// the account: handle(call, request), an overload each, implemented by the file that stands above
// it. A refused call changes nothing.
#pragma once

#include "emulator/api/api_error.h"

namespace vpclab::api {

struct AuthorizeSecurityGroupEgressRequest;
struct AuthorizeSecurityGroupEgressResponse;
struct AuthorizeSecurityGroupIngressRequest;
struct AuthorizeSecurityGroupIngressResponse;
struct CreateManagedPrefixListRequest;
struct CreateManagedPrefixListResponse;
struct CreateNetworkAclRequest;
struct CreateNetworkAclResponse;
struct CreateNetworkAclEntryRequest;
struct CreateNetworkAclEntryResponse;
struct CreateSecurityGroupRequest;
struct CreateSecurityGroupResponse;
struct CreateTagsRequest;
struct CreateTagsResponse;
struct DeleteManagedPrefixListRequest;
struct DeleteManagedPrefixListResponse;
struct DeleteNetworkAclRequest;
struct DeleteNetworkAclResponse;
struct DeleteNetworkAclEntryRequest;
struct DeleteNetworkAclEntryResponse;
struct DeleteSecurityGroupRequest;
struct DeleteSecurityGroupResponse;
struct DeleteTagsRequest;
struct DeleteTagsResponse;
struct DescribeAccountAttributesRequest;
struct DescribeAccountAttributesResponse;
struct DescribeAvailabilityZonesRequest;
struct DescribeAvailabilityZonesResponse;
struct DescribeManagedPrefixListsRequest;
struct DescribeManagedPrefixListsResponse;
struct DescribeNetworkAclsRequest;
struct DescribeNetworkAclsResponse;
struct DescribeRegionsRequest;
struct DescribeRegionsResponse;
struct DescribeSecurityGroupReferencesRequest;
struct DescribeSecurityGroupReferencesResponse;
struct DescribeSecurityGroupRulesRequest;
struct DescribeSecurityGroupRulesResponse;
struct DescribeSecurityGroupsRequest;
struct DescribeSecurityGroupsResponse;
struct DescribeStaleSecurityGroupsRequest;
struct DescribeStaleSecurityGroupsResponse;
struct DescribeTagsRequest;
struct DescribeTagsResponse;
struct GetManagedPrefixListAssociationsRequest;
struct GetManagedPrefixListAssociationsResponse;
struct GetManagedPrefixListEntriesRequest;
struct GetManagedPrefixListEntriesResponse;
struct ModifyManagedPrefixListRequest;
struct ModifyManagedPrefixListResponse;
struct ModifySecurityGroupRulesRequest;
struct ModifySecurityGroupRulesResponse;
struct ReplaceNetworkAclAssociationRequest;
struct ReplaceNetworkAclAssociationResponse;
struct ReplaceNetworkAclEntryRequest;
struct ReplaceNetworkAclEntryResponse;
struct RestoreManagedPrefixListVersionRequest;
struct RestoreManagedPrefixListVersionResponse;
struct RevokeSecurityGroupEgressRequest;
struct RevokeSecurityGroupEgressResponse;
struct RevokeSecurityGroupIngressRequest;
struct RevokeSecurityGroupIngressResponse;
struct UpdateSecurityGroupRuleDescriptionsEgressRequest;
struct UpdateSecurityGroupRuleDescriptionsEgressResponse;
struct UpdateSecurityGroupRuleDescriptionsIngressRequest;
struct UpdateSecurityGroupRuleDescriptionsIngressResponse;

}  // namespace vpclab::api

namespace vpclab::control {

struct Call;

// security_group.cc
api::ApiResult<api::CreateSecurityGroupResponse> handle(
    Call& call, const api::CreateSecurityGroupRequest& request);
api::ApiResult<api::DeleteSecurityGroupResponse> handle(
    Call& call, const api::DeleteSecurityGroupRequest& request);

// security_group_describe.cc
api::ApiResult<api::DescribeSecurityGroupsResponse> handle(
    Call& call, const api::DescribeSecurityGroupsRequest& request);

// security_group_rule.cc
api::ApiResult<api::AuthorizeSecurityGroupIngressResponse> handle(
    Call& call, const api::AuthorizeSecurityGroupIngressRequest& request);
api::ApiResult<api::AuthorizeSecurityGroupEgressResponse> handle(
    Call& call, const api::AuthorizeSecurityGroupEgressRequest& request);
api::ApiResult<api::RevokeSecurityGroupIngressResponse> handle(
    Call& call, const api::RevokeSecurityGroupIngressRequest& request);
api::ApiResult<api::RevokeSecurityGroupEgressResponse> handle(
    Call& call, const api::RevokeSecurityGroupEgressRequest& request);

// security_group_rule_change.cc
api::ApiResult<api::ModifySecurityGroupRulesResponse> handle(
    Call& call, const api::ModifySecurityGroupRulesRequest& request);
api::ApiResult<api::UpdateSecurityGroupRuleDescriptionsIngressResponse> handle(
    Call& call, const api::UpdateSecurityGroupRuleDescriptionsIngressRequest& request);
api::ApiResult<api::UpdateSecurityGroupRuleDescriptionsEgressResponse> handle(
    Call& call, const api::UpdateSecurityGroupRuleDescriptionsEgressRequest& request);
api::ApiResult<api::DescribeSecurityGroupRulesResponse> handle(
    Call& call, const api::DescribeSecurityGroupRulesRequest& request);

// security_group_reference.cc
api::ApiResult<api::DescribeSecurityGroupReferencesResponse> handle(
    Call& call, const api::DescribeSecurityGroupReferencesRequest& request);
api::ApiResult<api::DescribeStaleSecurityGroupsResponse> handle(
    Call& call, const api::DescribeStaleSecurityGroupsRequest& request);

// network_acl.cc
api::ApiResult<api::CreateNetworkAclResponse> handle(Call& call,
                                                     const api::CreateNetworkAclRequest& request);
api::ApiResult<api::DeleteNetworkAclResponse> handle(Call& call,
                                                     const api::DeleteNetworkAclRequest& request);
api::ApiResult<api::ReplaceNetworkAclAssociationResponse> handle(
    Call& call, const api::ReplaceNetworkAclAssociationRequest& request);
api::ApiResult<api::DescribeNetworkAclsResponse> handle(
    Call& call, const api::DescribeNetworkAclsRequest& request);

// network_acl_entry.cc
api::ApiResult<api::CreateNetworkAclEntryResponse> handle(
    Call& call, const api::CreateNetworkAclEntryRequest& request);
api::ApiResult<api::ReplaceNetworkAclEntryResponse> handle(
    Call& call, const api::ReplaceNetworkAclEntryRequest& request);
api::ApiResult<api::DeleteNetworkAclEntryResponse> handle(
    Call& call, const api::DeleteNetworkAclEntryRequest& request);

// tags.cc
api::ApiResult<api::CreateTagsResponse> handle(Call& call, const api::CreateTagsRequest& request);
api::ApiResult<api::DeleteTagsResponse> handle(Call& call, const api::DeleteTagsRequest& request);
api::ApiResult<api::DescribeTagsResponse> handle(Call& call,
                                                 const api::DescribeTagsRequest& request);

// account.cc
api::ApiResult<api::DescribeAccountAttributesResponse> handle(
    Call& call, const api::DescribeAccountAttributesRequest& request);
api::ApiResult<api::DescribeAvailabilityZonesResponse> handle(
    Call& call, const api::DescribeAvailabilityZonesRequest& request);
api::ApiResult<api::DescribeRegionsResponse> handle(Call& call,
                                                    const api::DescribeRegionsRequest& request);

// prefix_list.cc
api::ApiResult<api::CreateManagedPrefixListResponse> handle(
    Call& call, const api::CreateManagedPrefixListRequest& request);
api::ApiResult<api::DeleteManagedPrefixListResponse> handle(
    Call& call, const api::DeleteManagedPrefixListRequest& request);
api::ApiResult<api::RestoreManagedPrefixListVersionResponse> handle(
    Call& call, const api::RestoreManagedPrefixListVersionRequest& request);

// prefix_list_change.cc
api::ApiResult<api::ModifyManagedPrefixListResponse> handle(
    Call& call, const api::ModifyManagedPrefixListRequest& request);

// prefix_list_describe.cc
api::ApiResult<api::DescribeManagedPrefixListsResponse> handle(
    Call& call, const api::DescribeManagedPrefixListsRequest& request);
api::ApiResult<api::GetManagedPrefixListEntriesResponse> handle(
    Call& call, const api::GetManagedPrefixListEntriesRequest& request);
api::ApiResult<api::GetManagedPrefixListAssociationsResponse> handle(
    Call& call, const api::GetManagedPrefixListAssociationsRequest& request);

}  // namespace vpclab::control
