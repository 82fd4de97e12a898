// What can be done to rules that are there: change them by id, describe them, describe them in
// words.
#include <algorithm>

#include "emulator/api/generated/security_group.h"
#include "emulator/control/describe.h"
#include "emulator/control/noun.h"
#include "emulator/control/policy_actions.h"
#include "emulator/control/protocol.h"
#include "emulator/control/security_group_permission.h"
#include "emulator/control/select.h"
#include "emulator/control/tag_specification.h"

namespace vpclab::control {
namespace {

/// A rule with its group, as DescribeSecurityGroupRules and its filters see it.
struct RuleRow {
  api::SecurityGroupRuleId id;
  const SecurityGroup* group;
  const SecurityGroupRule* rule;
};

constexpr FilterField<RuleRow> kRuleRowFilters[] = {
    {"group-id", [](const Call&, const RuleRow& row,
                    FilterValues& values) { values.add(row.group->id.text()); }},
    {"security-group-rule-id",
     [](const Call&, const RuleRow& row, FilterValues& values) { values.add(row.id.text()); }},
};

api::ApiError no_such_rule(const std::string& text) {
  return not_found(api::code::kInvalidSecurityGroupRuleIdNotFound, "The security group rule ID",
                   {text});
}

api::ApiResult<SecurityGroupRule*> find_rule(SecurityGroup& group, const std::string& text) {
  const Result<api::SecurityGroupRuleId> id = api::SecurityGroupRuleId::parse(text);
  if (!id.has_value()) {
    return api::refuse(api::code::kInvalidSecurityGroupRuleIdMalformed, id.error().message);
  }
  for (SecurityGroupRule& rule : group.rules) {
    if (rule.id == *id) {
      return &rule;
    }
  }
  return tl::unexpected(no_such_rule(text));
}

/// What ModifySecurityGroupRules wants a rule to be, as a permission.
api::IpPermission permission_of(const api::SecurityGroupRuleRequest& wanted) {
  api::IpPermission permission;
  permission.ip_protocol = wanted.ip_protocol;
  permission.from_port = wanted.from_port;
  permission.to_port = wanted.to_port;
  if (wanted.cidr_ipv4.has_value()) {
    permission.ip_ranges.push_back(
        {.cidr_ip = wanted.cidr_ipv4, .description = wanted.description});
  }
  if (wanted.cidr_ipv6.has_value()) {
    permission.ipv6_ranges.push_back({.cidr_ipv6 = wanted.cidr_ipv6});
  }
  if (wanted.prefix_list_id.has_value()) {
    permission.prefix_list_ids.push_back(
        {.description = wanted.description, .prefix_list_id = wanted.prefix_list_id});
  }
  if (wanted.referenced_group_id.has_value()) {
    api::UserIdGroupPair& pair = permission.user_id_group_pairs.emplace_back();
    pair.group_id = wanted.referenced_group_id;
    pair.description = wanted.description;
  }
  return permission;
}

api::ApiResult<SecurityGroupRule> changed_rule(const Call& call, const SecurityGroup& group,
                                               const SecurityGroupRule& before,
                                               const api::SecurityGroupRuleRequest& wanted) {
  auto rules =
      read_permissions(call, group, before.egress, {permission_of(wanted)}, PermissionUse::kAdd);
  if (!rules.has_value()) {
    return tl::unexpected(rules.error());
  }
  if (rules->size() != 1) {
    return api::refuse(api::code::kInvalidParameterCombination,
                       "A security group rule must name exactly one range, prefix list or group.");
  }
  rules->front().id = before.id;
  return rules->front();
}

template <class Response, class Request>
api::ApiResult<Response> update_descriptions(Call& call, bool egress, const Request& request) {
  const auto group = require<SecurityGroup>(call, request.group_id);
  if (!group.has_value()) {
    return tl::unexpected(group.error());
  }
  const auto wanted =
      read_permissions(call, **group, egress, request.ip_permissions, PermissionUse::kMatch);
  if (!wanted.has_value()) {
    return tl::unexpected(wanted.error());
  }
  std::vector<SecurityGroupRule> after = (*group)->rules;
  for (const SecurityGroupRule& rule : *wanted) {
    const auto existing =
        std::find_if(after.begin(), after.end(),
                     [&](const SecurityGroupRule& other) { return same_rule(other, rule); });
    if (existing == after.end()) {
      return api::refuse(api::code::kInvalidPermissionNotFound,
                         "The specified rule does not exist in this security group.");
    }
    existing->description = rule.description;
  }
  for (const api::SecurityGroupRuleDescription& given : request.security_group_rule_descriptions) {
    const auto rule = find_rule(**group, given.security_group_rule_id.value_or(""));
    if (!rule.has_value()) {
      return tl::unexpected(rule.error());
    }
    if ((*rule)->egress != egress) {  // each direction has an action of its own
      return tl::unexpected(no_such_rule(given.security_group_rule_id.value_or("")));
    }
    const auto place = static_cast<std::size_t>(*rule - (*group)->rules.data());
    after[place].description = given.description.value_or("");
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  (*group)->rules = std::move(after);
  return Response{.return_value = true};
}

}  // namespace

api::SecurityGroupRule describe(const Call& call, const SecurityGroup& group,
                                const SecurityGroupRule& rule) {
  api::SecurityGroupRule described;
  described.security_group_rule_id = rule.id.text();
  described.group_id = group.id.text();
  described.group_owner_id = call.inventory().owner(group.owner).account;
  described.is_egress = rule.egress;
  described.ip_protocol = protocol_text(rule.protocol);
  described.from_port = rule.from_port;
  described.to_port = rule.to_port;
  if (rule.names_group()) {
    const api::UserIdGroupPair pair = describe_group_pair(call, group, rule);
    described.referenced_group_info =
        api::ReferencedSecurityGroup{.group_id = pair.group_id,
                                     .peering_status = pair.peering_status,
                                     .user_id = pair.user_id,
                                     .vpc_id = pair.vpc_id,
                                     .vpc_peering_connection_id = pair.vpc_peering_connection_id};
  } else if (rule.names_prefix_list()) {
    described.prefix_list_id = rule.prefix_list.text();
  } else {
    described.cidr_ipv4 = to_string(rule.cidr);
  }
  if (!rule.description.empty()) {
    described.description = rule.description;
  }
  described.tags = describe_tags(call, rule.id);
  return described;
}

api::ApiResult<api::ModifySecurityGroupRulesResponse> handle(
    Call& call, const api::ModifySecurityGroupRulesRequest& request) {
  const auto group = require<SecurityGroup>(call, request.group_id);
  if (!group.has_value()) {
    return tl::unexpected(group.error());
  }
  if (request.security_group_rules.empty()) {
    return tl::unexpected(api::missing_parameter("SecurityGroupRules"));
  }
  std::vector<SecurityGroupRule> after = (*group)->rules;
  for (const api::SecurityGroupRuleUpdate& update : request.security_group_rules) {
    const auto rule = find_rule(**group, update.security_group_rule_id.value_or(""));
    if (!rule.has_value()) {
      return tl::unexpected(rule.error());
    }
    auto changed =
        changed_rule(call, **group, **rule,
                     update.security_group_rule.value_or(api::SecurityGroupRuleRequest{}));
    if (!changed.has_value()) {
      return tl::unexpected(changed.error());
    }
    after[static_cast<std::size_t>(*rule - (*group)->rules.data())] = std::move(*changed);
  }
  for (std::size_t i = 0; i < after.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (same_rule(after[i], after[j])) {
        return api::refuse(api::code::kInvalidPermissionDuplicate,
                           "the specified rule \"" + rule_sentence(after[i]) + "\" already exists");
      }
    }
  }
  for (const bool egress : {false, true}) {  // a rule may have come to name a prefix list
    if (rule_weight(call.inventory(), after, egress) > rule_quota(call, **group)) {
      return tl::unexpected(too_many_rules());
    }
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  (*group)->rules = std::move(after);
  mark_group_changed(call.inventory(), **group);
  return api::ModifySecurityGroupRulesResponse{.return_value = true};
}

api::ApiResult<api::UpdateSecurityGroupRuleDescriptionsIngressResponse> handle(
    Call& call, const api::UpdateSecurityGroupRuleDescriptionsIngressRequest& request) {
  return update_descriptions<api::UpdateSecurityGroupRuleDescriptionsIngressResponse>(
      call, /*egress=*/false, request);
}

api::ApiResult<api::UpdateSecurityGroupRuleDescriptionsEgressResponse> handle(
    Call& call, const api::UpdateSecurityGroupRuleDescriptionsEgressRequest& request) {
  return update_descriptions<api::UpdateSecurityGroupRuleDescriptionsEgressResponse>(
      call, /*egress=*/true, request);
}

api::ApiResult<api::DescribeSecurityGroupRulesResponse> handle(
    Call& call, const api::DescribeSecurityGroupRulesRequest& request) {
  const std::span<const FilterField<RuleRow>> fields(kRuleRowFilters);
  if (const auto checked = check_filters<RuleRow>(request.filters, fields); !checked.has_value()) {
    return tl::unexpected(checked.error());
  }
  const auto begins = check_page({request.max_results, request.next_token},
                                 !request.security_group_rule_ids.empty());
  if (!begins.has_value()) {
    return tl::unexpected(begins.error());
  }
  std::vector<std::string> missing = request.security_group_rule_ids;
  api::DescribeSecurityGroupRulesResponse response;
  std::uint64_t place = 0;
  for (const SecurityGroup& group : call.inventory().security_groups) {
    for (std::size_t i = 0; i < group.rules.size() && group.owner == call.owner; ++i) {
      const RuleRow row{group.rules[i].id, &group, &group.rules[i]};
      const bool wanted =
          request.security_group_rule_ids.empty() || std::erase(missing, row.id.text()) > 0;
      if (!wanted || !filters_match<RuleRow>(call, row, request.filters, fields) ||
          place++ < *begins) {
        continue;
      }
      if (request.max_results.has_value() &&
          response.security_group_rules.size() == static_cast<std::size_t>(*request.max_results)) {
        response.next_token = token_of(place - 1);
        return response;
      }
      response.security_group_rules.push_back(describe(call, group, *row.rule));
    }
  }
  if (!missing.empty()) {
    return tl::unexpected(not_found(api::code::kInvalidSecurityGroupRuleIdNotFound,
                                    "The security group rule ID", missing));
  }
  return response;
}

}  // namespace vpclab::control
