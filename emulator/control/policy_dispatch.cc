#include <array>

#include "emulator/api/generated/account.h"
#include "emulator/api/generated/network_acl.h"
#include "emulator/api/generated/prefix_list.h"
#include "emulator/api/generated/security_group.h"
#include "emulator/api/generated/tag.h"
#include "emulator/control/dispatch.h"
#include "emulator/control/policy_actions.h"

namespace vpclab::control {
namespace {

constexpr std::array kHandlers{
    handler_of<api::CreateSecurityGroupRequest>(),
    handler_of<api::DeleteSecurityGroupRequest>(),
    handler_of<api::DescribeSecurityGroupsRequest>(),
    handler_of<api::AuthorizeSecurityGroupIngressRequest>(),
    handler_of<api::AuthorizeSecurityGroupEgressRequest>(),
    handler_of<api::RevokeSecurityGroupIngressRequest>(),
    handler_of<api::RevokeSecurityGroupEgressRequest>(),
    handler_of<api::ModifySecurityGroupRulesRequest>(),
    handler_of<api::UpdateSecurityGroupRuleDescriptionsIngressRequest>(),
    handler_of<api::UpdateSecurityGroupRuleDescriptionsEgressRequest>(),
    handler_of<api::DescribeSecurityGroupRulesRequest>(),
    handler_of<api::DescribeSecurityGroupReferencesRequest>(),
    handler_of<api::DescribeStaleSecurityGroupsRequest>(),
    handler_of<api::CreateNetworkAclRequest>(),
    handler_of<api::DeleteNetworkAclRequest>(),
    handler_of<api::ReplaceNetworkAclAssociationRequest>(),
    handler_of<api::DescribeNetworkAclsRequest>(),
    handler_of<api::CreateNetworkAclEntryRequest>(),
    handler_of<api::ReplaceNetworkAclEntryRequest>(),
    handler_of<api::DeleteNetworkAclEntryRequest>(),
    handler_of<api::CreateManagedPrefixListRequest>(),
    handler_of<api::ModifyManagedPrefixListRequest>(),
    handler_of<api::RestoreManagedPrefixListVersionRequest>(),
    handler_of<api::DeleteManagedPrefixListRequest>(),
    handler_of<api::DescribeManagedPrefixListsRequest>(),
    handler_of<api::GetManagedPrefixListEntriesRequest>(),
    handler_of<api::GetManagedPrefixListAssociationsRequest>(),
    handler_of<api::CreateTagsRequest>(),
    handler_of<api::DeleteTagsRequest>(),
    handler_of<api::DescribeTagsRequest>(),
    handler_of<api::DescribeAccountAttributesRequest>(),
    handler_of<api::DescribeAvailabilityZonesRequest>(),
    handler_of<api::DescribeRegionsRequest>(),
};

}  // namespace

std::span<const HandlerEntry> policy_handlers() { return kHandlers; }

}  // namespace vpclab::control
