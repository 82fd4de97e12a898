#include "emulator/control/security_group.h"

#include <algorithm>

#include "emulator/api/generated/security_group.h"
#include "emulator/control/default_vpc.h"
#include "emulator/control/describe.h"
#include "emulator/control/noun.h"
#include "emulator/control/policy_actions.h"
#include "emulator/control/protocol.h"
#include "emulator/control/security_group_name.h"
#include "emulator/control/security_group_permission.h"
#include "emulator/control/select.h"
#include "emulator/control/tag_specification.h"

namespace vpclab::control {
namespace {

constexpr std::size_t kMaxNameSize = 255;
constexpr std::string_view kNameCharacters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789. _-:/()#,@[]+=&;{}!$*";

template <bool kEgress, class Add>
void for_rules(const SecurityGroup& group, Add&& add) {
  for (const SecurityGroupRule& rule : group.rules) {
    if (rule.egress == kEgress) {
      add(rule);
    }
  }
}

template <bool kEgress>
void add_cidrs(const Call&, const SecurityGroup& group, FilterValues& values) {
  for_rules<kEgress>(group, [&](const SecurityGroupRule& rule) {
    if (!rule.names_group()) {
      values.add(to_string(rule.cidr));
    }
  });
}

template <bool kEgress>
void add_from_ports(const Call&, const SecurityGroup& group, FilterValues& values) {
  for_rules<kEgress>(group,
                     [&](const SecurityGroupRule& rule) { values.add_number(rule.from_port); });
}

template <bool kEgress>
void add_to_ports(const Call&, const SecurityGroup& group, FilterValues& values) {
  for_rules<kEgress>(group,
                     [&](const SecurityGroupRule& rule) { values.add_number(rule.to_port); });
}

template <bool kEgress>
void add_groups(const Call&, const SecurityGroup& group, FilterValues& values) {
  for_rules<kEgress>(group, [&](const SecurityGroupRule& rule) { values.add(rule.group.text()); });
}

template <bool kEgress>
void add_group_names(const Call& call, const SecurityGroup& group, FilterValues& values) {
  for_rules<kEgress>(group, [&](const SecurityGroupRule& rule) {
    // A stale rule names a group that is no more (SG-16).
    if (const auto* named = call.inventory().security_groups.find(rule.group); named != nullptr) {
      values.add(named->name);
    }
  });
}

template <bool kEgress>
void add_protocols(const Call&, const SecurityGroup& group, FilterValues& values) {
  for_rules<kEgress>(
      group, [&](const SecurityGroupRule& rule) { values.add(protocol_text(rule.protocol)); });
}

template <bool kEgress>
void add_users(const Call& call, const SecurityGroup& group, FilterValues& values) {
  for_rules<kEgress>(group, [&](const SecurityGroupRule& rule) {
    if (rule.names_group()) {
      values.add(call.inventory().owner(rule.group_owner).account);
    }
  });
}

constexpr FilterField<SecurityGroup> kFilters[] = {
    {"description", [](const Call&, const SecurityGroup& group,
                       FilterValues& values) { values.add(group.description); }},
    {"egress.ip-permission.cidr", add_cidrs<true>},
    {"egress.ip-permission.from-port", add_from_ports<true>},
    {"egress.ip-permission.group-id", add_groups<true>},
    {"egress.ip-permission.group-name", add_group_names<true>},
    {"egress.ip-permission.protocol", add_protocols<true>},
    {"egress.ip-permission.to-port", add_to_ports<true>},
    {"egress.ip-permission.user-id", add_users<true>},
    {"group-id", [](const Call&, const SecurityGroup& group,
                    FilterValues& values) { values.add(group.id.text()); }},
    {"group-name",
     [](const Call&, const SecurityGroup& group, FilterValues& values) { values.add(group.name); }},
    {"ip-permission.cidr", add_cidrs<false>},
    {"ip-permission.from-port", add_from_ports<false>},
    {"ip-permission.group-id", add_groups<false>},
    {"ip-permission.group-name", add_group_names<false>},
    {"ip-permission.protocol", add_protocols<false>},
    {"ip-permission.to-port", add_to_ports<false>},
    {"ip-permission.user-id", add_users<false>},
    {"owner-id", [](const Call& call, const SecurityGroup&,
                    FilterValues& values) { values.add(call.caller.account); }},
    {"vpc-id", [](const Call&, const SecurityGroup& group,
                  FilterValues& values) { values.add(group.vpc.text()); }},
};

SecurityGroup& store_security_group(Inventory& inventory, Vpc& vpc, SecurityGroup group) {
  group.vpc = vpc.id;
  group.owner = vpc.owner;
  vpc.security_groups.push_back(group.id);
  SecurityGroup& stored =
      inventory.security_groups.at(inventory.security_groups.insert(std::move(group)));
  SecurityGroupRule all_out;  // SG-5, SG-6
  all_out.id = next_rule_id(stored);
  all_out.egress = true;
  stored.rules.push_back(all_out);
  return stored;
}

/// The VPC of a new group: the one named, else the default VPC.
api::ApiResult<Vpc*> vpc_of(const Call& call, const std::optional<std::string>& id) {
  if (id.has_value()) {
    return find<Vpc>(call, *id);
  }
  Vpc* vpc = find_default_vpc(call);
  if (vpc == nullptr) {
    return api::refuse(api::code::kVPCIdNotSpecified, "No default VPC for this user");
  }
  return vpc;
}

/// SG-18.
api::ApiResult<bool> check_name(const Inventory& inventory, const Vpc& vpc,
                                const std::string& name) {
  if (name == "default") {
    return api::refuse(api::code::kInvalidGroupReserved,
                       "The security group 'default' is reserved");
  }
  if (name.starts_with("sg-")) {
    return tl::unexpected(api::invalid_parameter_value(
        "groupName", name, "Group names may not be in the format sg-*."));
  }
  if (name.size() > kMaxNameSize || name.find_first_not_of(kNameCharacters) != std::string::npos) {
    return tl::unexpected(api::invalid_parameter_value(
        "groupName", name,
        "Up to 255 characters are allowed: a-z, A-Z, 0-9, spaces and ._-:/()#,@[]+=&;{}!$*"));
  }
  for (const api::SecurityGroupId& id : vpc.security_groups) {
    if (inventory.security_groups.get(id).name == name) {
      return api::refuse(
          api::code::kInvalidGroupDuplicate,
          "The security group '" + name + "' already exists for VPC '" + vpc.id.text() + "'");
    }
  }
  return true;
}

/// SG-17: whether an interface carries it or another group of its VPC names it.
bool has_dependents(const Inventory& inventory, const SecurityGroup& group) {
  if (group.members > 0) {
    return true;
  }
  for (const api::SecurityGroupId& id : inventory.vpcs.get(group.vpc).security_groups) {
    const SecurityGroup& other = inventory.security_groups.get(id);
    if (id != group.id &&
        std::any_of(other.rules.begin(), other.rules.end(),
                    [&](const SecurityGroupRule& rule) { return rule.group == group.id; })) {
      return true;
    }
  }
  return false;
}

}  // namespace

bool reference_in_effect(const Inventory& inventory, const SecurityGroup& holder,
                         const SecurityGroupRule& rule) {
  const SecurityGroup* named = inventory.security_groups.find(rule.group);
  if (named == nullptr) {
    return false;
  }
  return named->vpc == holder.vpc ||
         (inventory.owner(named->owner).region == inventory.owner(holder.owner).region &&
          active_peering_between(inventory, holder.vpc, named->vpc) != nullptr);
}

api::SecurityGroupRuleId next_rule_id(SecurityGroup& group) {
  return api::SecurityGroupRuleId(
      IdSource::part(group.id, api::ResourceKind::kSecurityGroupRule, group.rules_made++));
}

void build_default_security_group(Call& call, Vpc& vpc) {
  SecurityGroup group;
  group.id = part_id(call.inventory().security_groups, vpc.id);
  group.is_default = true;
  group.name = "default";
  group.description = "default VPC security group";
  vpc.default_security_group = group.id;
  SecurityGroup& stored = store_security_group(call.inventory(), vpc, std::move(group));
  SecurityGroupRule from_itself;
  from_itself.id = next_rule_id(stored);
  from_itself.group = stored.id;
  from_itself.group_vpc = vpc.id;
  from_itself.group_owner = vpc.owner;
  stored.rules.push_back(from_itself);
}

void erase_security_group(Inventory& inventory, const api::SecurityGroupId& id) {
  const SecurityGroup& group = inventory.security_groups.get(id);
  Vpc& vpc = inventory.vpcs.get(group.vpc);
  inventory.mark_changed_with_peers(vpc);  // rules there that name it become stale (SG-16)
  std::erase(vpc.security_groups, id);
  for (const SecurityGroupRule& rule : group.rules) {
    drop_tags(inventory, group.owner, rule.id);
  }
  drop_tags(inventory, group.owner, id);
  inventory.security_groups.erase(id);
}

api::SecurityGroup describe(const Call& call, const SecurityGroup& group) {
  api::SecurityGroup described;
  described.description = group.description;
  described.group_name = group.name;
  described.ip_permissions = describe_permissions(call, group, group.rules, /*egress=*/false);
  described.owner_id = call.inventory().owner(group.owner).account;
  described.group_id = group.id.text();
  described.ip_permissions_egress = describe_permissions(call, group, group.rules, /*egress=*/true);
  described.tags = describe_tags(call, group.id);
  described.vpc_id = group.vpc.text();
  return described;
}

api::ApiResult<api::CreateSecurityGroupResponse> handle(
    Call& call, const api::CreateSecurityGroupRequest& request) {
  if (request.group_name.value_or("").empty()) {
    return tl::unexpected(api::missing_parameter("GroupName"));
  }
  if (request.description.value_or("").empty()) {
    return tl::unexpected(api::missing_parameter("GroupDescription"));
  }
  const auto vpc = vpc_of(call, request.vpc_id);
  if (!vpc.has_value()) {
    return tl::unexpected(vpc.error());
  }
  if (const auto checked = check_name(call.inventory(), **vpc, *request.group_name);
      !checked.has_value()) {
    return tl::unexpected(checked.error());
  }
  auto tags = tags_for(request.tag_specifications, "security-group");
  if (!tags.has_value()) {
    return tl::unexpected(tags.error());
  }
  if (at_quota(call, call.inventory().security_groups, call.quotas().security_groups_per_region)) {
    return api::refuse(api::code::kSecurityGroupLimitExceeded,
                       "The maximum number of security groups has been reached.");
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  const auto id = call.new_id(call.inventory().security_groups);
  if (!id.has_value()) {
    return tl::unexpected(id.error());
  }
  SecurityGroup group;
  group.id = *id;
  group.name = *request.group_name;
  group.description = *request.description;
  const SecurityGroup& stored = store_security_group(call.inventory(), **vpc, std::move(group));
  call.inventory().mark_changed((*vpc)->id);
  put_tags(call, stored.id, std::move(*tags));
  return api::CreateSecurityGroupResponse{.group_id = stored.id.text(),
                                          .tags = describe_tags(call, stored.id)};
}

api::ApiResult<api::DeleteSecurityGroupResponse> handle(
    Call& call, const api::DeleteSecurityGroupRequest& request) {
  const auto group = find_security_group(call, request.group_id, request.group_name);
  if (!group.has_value()) {
    return tl::unexpected(group.error());
  }
  const api::SecurityGroupId id = (*group)->id;
  if ((*group)->is_default) {  // SG-6
    return api::refuse(
        api::code::kCannotDelete,
        "the specified group: \"" + id.text() + "\" name: \"default\" cannot be deleted by a user");
  }
  if (has_dependents(call.inventory(), **group)) {
    return api::refuse(api::code::kDependencyViolation,
                       "resource " + id.text() + " has a dependent object");
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  erase_security_group(call.inventory(), id);
  return api::DeleteSecurityGroupResponse{};
}

api::ApiResult<api::DescribeSecurityGroupsResponse> handle(
    Call& call, const api::DescribeSecurityGroupsRequest& request) {
  std::vector<std::string> ids = request.group_ids;
  for (const std::string& name : request.group_names) {
    const auto group = find_security_group(call, std::nullopt, name);
    if (!group.has_value()) {
      return tl::unexpected(group.error());
    }
    ids.push_back((*group)->id.text());
  }
  const auto selected = select<SecurityGroup>(call, ids, request.filters, kFilters,
                                              {request.max_results, request.next_token});
  if (!selected.has_value()) {
    return tl::unexpected(selected.error());
  }
  api::DescribeSecurityGroupsResponse response;
  for (const SecurityGroup* group : selected->items) {
    response.security_groups.push_back(describe(call, *group));
  }
  response.next_token = selected->next_token;
  return response;
}

}  // namespace vpclab::control
