// Who names whose groups across peerings, and which of those rules are stale (SG-16).
#include <algorithm>

#include "emulator/api/generated/security_group.h"
#include "emulator/control/noun.h"
#include "emulator/control/policy_actions.h"
#include "emulator/control/security_group_permission.h"
#include "emulator/control/select.h"

namespace vpclab::control {
namespace {

/// A permission as stale ones are listed: with groups, without ranges.
std::vector<api::StaleIpPermission> stale_permissions(const Call& call, const SecurityGroup& group,
                                                      const std::vector<SecurityGroupRule>& stale,
                                                      bool egress) {
  std::vector<api::StaleIpPermission> listed;
  for (api::IpPermission& permission : describe_permissions(call, group, stale, egress)) {
    api::StaleIpPermission& one = listed.emplace_back();
    one.from_port = permission.from_port;
    one.ip_protocol = permission.ip_protocol;
    one.to_port = permission.to_port;
    one.user_id_group_pairs = std::move(permission.user_id_group_pairs);
  }
  return listed;
}

}  // namespace

api::ApiResult<api::DescribeSecurityGroupReferencesResponse> handle(
    Call& call, const api::DescribeSecurityGroupReferencesRequest& request) {
  if (request.group_id.empty()) {
    return tl::unexpected(api::missing_parameter("GroupId"));
  }
  const auto groups = find_all<SecurityGroup>(call, request.group_id);
  if (!groups.has_value()) {
    return tl::unexpected(groups.error());
  }
  const Inventory& inventory = call.inventory();
  api::DescribeSecurityGroupReferencesResponse response;
  for (const SecurityGroup* group : *groups) {
    std::vector<api::VpcId> seen;
    for (const SecurityGroup& other : inventory.security_groups) {
      const bool names =
          std::any_of(other.rules.begin(), other.rules.end(),
                      [&](const SecurityGroupRule& rule) { return rule.group == group->id; });
      const auto* peering = active_peering_between(inventory, group->vpc, other.vpc);
      if (!names || peering == nullptr ||
          std::find(seen.begin(), seen.end(), other.vpc) != seen.end()) {
        continue;
      }
      seen.push_back(other.vpc);
      response.security_group_reference_set.push_back(
          {.group_id = group->id.text(),
           .referencing_vpc_id = other.vpc.text(),
           .vpc_peering_connection_id = peering->id.text()});
    }
  }
  return response;
}

api::ApiResult<api::DescribeStaleSecurityGroupsResponse> handle(
    Call& call, const api::DescribeStaleSecurityGroupsRequest& request) {
  const auto vpc = require<Vpc>(call, request.vpc_id);
  if (!vpc.has_value()) {
    return tl::unexpected(vpc.error());
  }
  const Inventory& inventory = call.inventory();
  std::vector<api::StaleSecurityGroup> all;
  for (const api::SecurityGroupId& id : (*vpc)->security_groups) {
    const SecurityGroup& group = inventory.security_groups.get(id);
    std::vector<SecurityGroupRule> stale;
    for (const SecurityGroupRule& rule : group.rules) {
      if (rule.names_group() && !reference_in_effect(inventory, group, rule)) {
        stale.push_back(rule);
      }
    }
    if (!stale.empty()) {
      all.push_back(
          {.description = group.description,
           .group_id = group.id.text(),
           .group_name = group.name,
           .stale_ip_permissions = stale_permissions(call, group, stale, /*egress=*/false),
           .stale_ip_permissions_egress = stale_permissions(call, group, stale, /*egress=*/true),
           .vpc_id = group.vpc.text()});
    }
  }
  const auto page = page_of(all, {request.max_results, request.next_token});
  if (!page.has_value()) {
    return tl::unexpected(page.error());
  }
  api::DescribeStaleSecurityGroupsResponse response;
  for (const api::StaleSecurityGroup* group : page->items) {
    response.stale_security_group_set.push_back(*group);
  }
  response.next_token = page->next_token;
  return response;
}

}  // namespace vpclab::control
