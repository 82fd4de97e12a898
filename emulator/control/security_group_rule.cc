// Authorize and revoke (SG-13, SG-19, SG-20). Ingress and egress requests have the same members and
// rules, hence the templates. A batch is done whole or not at all.
#include <algorithm>

#include "emulator/api/generated/security_group.h"
#include "emulator/control/describe.h"
#include "emulator/control/noun.h"
#include "emulator/control/policy_actions.h"
#include "emulator/control/security_group_name.h"
#include "emulator/control/security_group_permission.h"
#include "emulator/control/tag_specification.h"

namespace vpclab::control {
namespace {

/// All that a group named by the flat parameters may send to a group of EC2-Classic (CLC-3).
template <class Request>
std::vector<api::IpPermission> all_from_source_group(const Request& request) {
  std::vector<api::IpPermission> permissions;
  for (const std::string_view protocol : {"icmp", "tcp", "udp"}) {
    api::IpPermission& permission = permissions.emplace_back();
    permission.ip_protocol = std::string(protocol);
    permission.from_port = protocol == "icmp" ? -1 : 0;
    permission.to_port = protocol == "icmp" ? -1 : 65535;
    permission.user_id_group_pairs.push_back({.group_name = request.source_security_group_name,
                                              .user_id = request.source_security_group_owner_id});
  }
  return permissions;
}

/// The permissions of a request: IpPermissions, or the flat parameters as one permission.
template <class Request>
api::ApiResult<std::vector<api::IpPermission>> permissions_of(const SecurityGroup& group,
                                                              const Request& request) {
  const bool flat = request.cidr_ip.has_value() || request.ip_protocol.has_value() ||
                    request.from_port.has_value() || request.to_port.has_value();
  if (request.source_security_group_name.has_value() && group.is_classic() && !flat &&
      request.ip_permissions.empty()) {
    return all_from_source_group(request);
  }
  if (request.source_security_group_name.has_value()) {  // SG-14
    return api::refuse(api::code::kInvalidParameterValue,
                       "Invalid value '" + *request.source_security_group_name +
                           "' for groupName. You may not reference Amazon VPC security groups by "
                           "name. Please use the corresponding id for this operation.");
  }
  if (!flat) {
    return request.ip_permissions;
  }
  if (!request.ip_permissions.empty()) {
    return api::refuse(api::code::kInvalidParameterCombination,
                       "The parameter 'ipPermissions' may not be used in combination with "
                       "'ipProtocol', 'fromPort', 'toPort' or 'cidrIp'.");
  }
  api::IpPermission permission;
  permission.ip_protocol = request.ip_protocol;
  permission.from_port = request.from_port;
  permission.to_port = request.to_port;
  if (request.cidr_ip.has_value()) {
    permission.ip_ranges.push_back({.cidr_ip = *request.cidr_ip});
  }
  return std::vector<api::IpPermission>{permission};
}

/// The group whose rules change. Only the ingress actions take a name; only groups of a VPC have
/// rules for what leaves (CLC-3).
template <class Request>
api::ApiResult<SecurityGroup*> group_of(const Call& call, const Request& request) {
  if constexpr (requires { request.group_name; }) {
    return find_security_group(call, request.group_id, request.group_name);
  } else {
    auto group = require<SecurityGroup>(call, request.group_id);
    if (group.has_value() && (*group)->is_classic()) {
      return tl::unexpected(api::invalid_parameter_value(
          "groupId", (*group)->id.text(), "Only security groups of a VPC have egress rules."));
    }
    return group;
  }
}

/// CLC-3: whether some instance of EC2-Classic that carries a group would have too many rules.
bool overloads_an_instance(const Call& call, const SecurityGroup& group, std::size_t added) {
  const Inventory& inventory = call.inventory();
  if (!group.is_classic() || group.members == 0) {
    return false;
  }
  for (const api::InstanceId& id : inventory.classic[region_of(inventory, group.owner)].instances) {
    const std::vector<api::SecurityGroupId>& groups = inventory.instances.get(id).classic->groups;
    if (std::find(groups.begin(), groups.end(), group.id) == groups.end()) {
      continue;
    }
    std::size_t rules = added;
    for (const api::SecurityGroupId& carried : groups) {
      rules += inventory.security_groups.get(carried).rules.size();
    }
    if (rules > call.quotas().classic_rules_per_instance) {
      return true;
    }
  }
  return false;
}

/// The new rules, judged against those that are there.
template <class Request>
api::ApiResult<std::vector<SecurityGroupRule>> rules_to_add(const Call& call,
                                                            const SecurityGroup& group, bool egress,
                                                            const Request& request) {
  const auto permissions = permissions_of(group, request);
  if (!permissions.has_value()) {
    return tl::unexpected(permissions.error());
  }
  if (permissions->empty()) {
    return tl::unexpected(api::missing_parameter("IpPermissions"));
  }
  auto rules = read_permissions(call, group, egress, *permissions, PermissionUse::kAdd);
  if (!rules.has_value()) {
    return rules;
  }
  for (const SecurityGroupRule& existing : group.rules) {
    for (const SecurityGroupRule& rule : *rules) {
      if (same_rule(existing, rule)) {
        return api::refuse(api::code::kInvalidPermissionDuplicate,
                           "the specified rule \"" + rule_sentence(rule) + "\" already exists");
      }
    }
  }
  const std::uint64_t weight = rule_weight(call.inventory(), group.rules, egress) +
                               rule_weight(call.inventory(), *rules, egress);
  if (weight > rule_quota(call, group) || overloads_an_instance(call, group, rules->size())) {
    return tl::unexpected(too_many_rules());
  }
  return rules;
}

template <class Response, class Request>
api::ApiResult<Response> authorize(Call& call, bool egress, const Request& request) {
  const auto group = group_of(call, request);
  if (!group.has_value()) {
    return tl::unexpected(group.error());
  }
  auto rules = rules_to_add(call, **group, egress, request);
  if (!rules.has_value()) {
    return tl::unexpected(rules.error());
  }
  const auto tags = tags_for(request.tag_specifications, "security-group-rule");
  if (!tags.has_value()) {
    return tl::unexpected(tags.error());
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  Response response{.return_value = true, .security_group_rules = {}};
  for (SecurityGroupRule& rule : *rules) {
    rule.id = next_rule_id(**group);
    put_tags(call, rule.id, *tags);
    response.security_group_rules.push_back(describe(call, **group, rule));
    (*group)->rules.push_back(std::move(rule));
  }
  mark_group_changed(call.inventory(), **group);
  return response;
}

/// The places, in the group's list, of the rules that a request names by id.
api::ApiResult<std::vector<std::size_t>> places_of_ids(const SecurityGroup& group, bool egress,
                                                       const std::vector<std::string>& ids) {
  std::vector<std::size_t> places;
  for (const std::string& text : ids) {
    const Result<api::SecurityGroupRuleId> id = api::SecurityGroupRuleId::parse(text);
    if (!id.has_value()) {
      return api::refuse(api::code::kInvalidSecurityGroupRuleIdMalformed, id.error().message);
    }
    const auto rule = std::find_if(
        group.rules.begin(), group.rules.end(),
        [&](const SecurityGroupRule& other) { return other.id == *id && other.egress == egress; });
    if (rule == group.rules.end()) {
      return tl::unexpected(not_found(api::code::kInvalidSecurityGroupRuleIdNotFound,
                                      "The security group rule ID", {text}));
    }
    places.push_back(static_cast<std::size_t>(rule - group.rules.begin()));
  }
  return places;
}

template <class Response, class Request>
api::ApiResult<Response> revoke(Call& call, bool egress, const Request& request) {
  const auto group = group_of(call, request);
  if (!group.has_value()) {
    return tl::unexpected(group.error());
  }
  const auto permissions = permissions_of(**group, request);
  if (!permissions.has_value()) {
    return tl::unexpected(permissions.error());
  }
  if (permissions->empty() && request.security_group_rule_ids.empty()) {
    return tl::unexpected(api::missing_parameter("IpPermissions"));
  }
  auto places = places_of_ids(**group, egress, request.security_group_rule_ids);
  if (!places.has_value()) {
    return tl::unexpected(places.error());
  }
  const auto rules = read_permissions(call, **group, egress, *permissions, PermissionUse::kMatch);
  if (!rules.has_value()) {
    return tl::unexpected(rules.error());
  }
  std::vector<SecurityGroupRule> unknown;
  for (const SecurityGroupRule& rule : *rules) {
    const auto existing =
        std::find_if((*group)->rules.begin(), (*group)->rules.end(),
                     [&](const SecurityGroupRule& other) { return same_rule(other, rule); });
    if (existing == (*group)->rules.end()) {
      unknown.push_back(rule);
    } else {
      places->push_back(static_cast<std::size_t>(existing - (*group)->rules.begin()));
    }
  }
  // In a default VPC and in EC2-Classic the answer lists them; elsewhere they are an error (SG-19).
  if (!unknown.empty() && !(*group)->is_classic() &&
      !call.inventory().vpcs.get((*group)->vpc).is_default) {
    return api::refuse(api::code::kInvalidPermissionNotFound,
                       "The specified rule does not exist in this security group.");
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  std::sort(places->begin(), places->end());
  places->erase(std::unique(places->begin(), places->end()), places->end());
  for (auto place = places->rbegin(); place != places->rend(); ++place) {
    const auto rule = (*group)->rules.begin() + static_cast<std::ptrdiff_t>(*place);
    drop_tags(call.inventory(), (*group)->owner, rule->id);
    (*group)->rules.erase(rule);
  }
  mark_group_changed(call.inventory(), **group);
  Response response;
  response.return_value = true;
  response.unknown_ip_permissions = describe_permissions(call, **group, unknown, egress);
  return response;
}

}  // namespace

api::ApiResult<api::AuthorizeSecurityGroupIngressResponse> handle(
    Call& call, const api::AuthorizeSecurityGroupIngressRequest& request) {
  return authorize<api::AuthorizeSecurityGroupIngressResponse>(call, /*egress=*/false, request);
}

api::ApiResult<api::AuthorizeSecurityGroupEgressResponse> handle(
    Call& call, const api::AuthorizeSecurityGroupEgressRequest& request) {
  return authorize<api::AuthorizeSecurityGroupEgressResponse>(call, /*egress=*/true, request);
}

api::ApiResult<api::RevokeSecurityGroupIngressResponse> handle(
    Call& call, const api::RevokeSecurityGroupIngressRequest& request) {
  return revoke<api::RevokeSecurityGroupIngressResponse>(call, /*egress=*/false, request);
}

api::ApiResult<api::RevokeSecurityGroupEgressResponse> handle(
    Call& call, const api::RevokeSecurityGroupEgressRequest& request) {
  return revoke<api::RevokeSecurityGroupEgressResponse>(call, /*egress=*/true, request);
}

}  // namespace vpclab::control
