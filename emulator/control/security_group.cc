#include "emulator/control/security_group.h"

#include <algorithm>

#include "emulator/api/generated/security_group.h"
#include "emulator/control/classic.h"
#include "emulator/control/default_vpc.h"
#include "emulator/control/describe.h"
#include "emulator/control/noun.h"
#include "emulator/control/policy_actions.h"
#include "emulator/control/protocol.h"
#include "emulator/control/security_group_name.h"
#include "emulator/control/tag_specification.h"

namespace vpclab::control {
namespace {

constexpr std::size_t kMaxNameSize = 255;
constexpr std::string_view kNameCharacters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789. _-:/()#,@[]+=&;{}!$*";

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

/// CLC-3: such a group has no rules for what leaves: everything may.
SecurityGroup& store_classic_group(Inventory& inventory, OwnerIndex owner, SecurityGroup group) {
  group.owner = owner;
  return inventory.security_groups.at(inventory.security_groups.insert(std::move(group)));
}

/// The VPC of a new group: the one named, else none where there is EC2-Classic (nullptr), else the
/// default VPC.
api::ApiResult<Vpc*> vpc_of(const Call& call, const std::optional<std::string>& id) {
  if (id.has_value()) {
    return find<Vpc>(call, *id);
  }
  if (has_classic(call)) {
    return nullptr;
  }
  Vpc* vpc = find_default_vpc(call);
  if (vpc == nullptr) {
    return api::refuse(api::code::kVPCIdNotSpecified, "No default VPC for this user");
  }
  return vpc;
}

/// SG-18: the characters of a name in a VPC; in EC2-Classic all that ASCII can print.
bool has_name_characters(const std::string& name, bool classic) {
  if (!classic) {
    return name.find_first_not_of(kNameCharacters) == std::string::npos;
  }
  return std::all_of(name.begin(), name.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

/// SG-18. Pre: `vpc` is null for EC2-Classic.
api::ApiResult<bool> check_name(const Call& call, const Vpc* vpc, const std::string& name) {
  if (name == "default") {
    return api::refuse(api::code::kInvalidGroupReserved,
                       "The security group 'default' is reserved");
  }
  if (name.starts_with("sg-")) {
    return tl::unexpected(api::invalid_parameter_value(
        "groupName", name, "Group names may not be in the format sg-*."));
  }
  if (name.size() > kMaxNameSize || !has_name_characters(name, vpc == nullptr)) {
    return tl::unexpected(api::invalid_parameter_value(
        "groupName", name,
        vpc == nullptr
            ? "Up to 255 characters of ASCII are allowed."
            : "Up to 255 characters are allowed: a-z, A-Z, 0-9, spaces and ._-:/()#,@[]+=&;{}!$*"));
  }
  const Inventory& inventory = call.inventory();
  const std::vector<api::SecurityGroupId> others =
      vpc == nullptr ? classic_groups_of(inventory, call.owner) : vpc->security_groups;
  for (const api::SecurityGroupId& id : others) {
    if (inventory.security_groups.get(id).name == name) {
      return api::refuse(
          api::code::kInvalidGroupDuplicate,
          "The security group '" + name + "' already exists" +
              (vpc == nullptr ? std::string() : " for VPC '" + vpc->id.text() + "'"));
    }
  }
  return true;
}

/// The quota of the platform that a new group is for.
bool at_group_quota(const Call& call, bool classic) {
  const Quotas& quotas = call.quotas();
  const std::uint32_t limit =
      classic ? quotas.classic_security_groups_per_region : quotas.security_groups_per_region;
  const Table<SecurityGroup>& groups = call.inventory().security_groups;
  if (groups.size() < limit) {
    return false;
  }
  std::uint32_t count = 0;
  for (const SecurityGroup& group : groups) {
    count += group.owner == call.owner && group.is_classic() == classic ? 1U : 0U;
  }
  return count >= limit;
}

/// Another group of its VPC, or of its owner's EC2-Classic, that names it; nullptr if none does.
const SecurityGroup* referrer_of(const Inventory& inventory, const SecurityGroup& group) {
  const std::vector<api::SecurityGroupId> others =
      group.is_classic() ? classic_groups_of(inventory, group.owner)
                         : inventory.vpcs.get(group.vpc).security_groups;
  for (const api::SecurityGroupId& id : others) {
    const SecurityGroup& other = inventory.security_groups.get(id);
    if (id != group.id &&
        std::any_of(other.rules.begin(), other.rules.end(),
                    [&](const SecurityGroupRule& rule) { return rule.group == group.id; })) {
      return &other;
    }
  }
  return nullptr;
}

/// SG-17, SG-6: what keeps a group from being deleted.
api::ApiResult<bool> check_deletable(const Inventory& inventory, const SecurityGroup& group) {
  if (group.is_default && group.is_classic()) {  // CLC-3
    return api::refuse(api::code::kInvalidGroupReserved,
                       "The security group 'default' is reserved");
  }
  if (group.is_default) {
    return api::refuse(api::code::kCannotDelete, "the specified group: \"" + group.id.text() +
                                                     "\" name: \"default\" cannot be deleted by a "
                                                     "user");
  }
  const SecurityGroup* referrer = referrer_of(inventory, group);
  if (group.is_classic() && group.members > 0) {
    return api::refuse(api::code::kInvalidGroupInUse,
                       "There are active instances using security group '" + group.name + "'");
  }
  if (group.is_classic() && referrer != nullptr) {
    return api::refuse(api::code::kInvalidGroupInUse,
                       "Group '" + group.name + "' is used by group '" + referrer->name + "'");
  }
  if (group.members > 0 || referrer != nullptr) {
    return api::refuse(api::code::kDependencyViolation,
                       "resource " + group.id.text() + " has a dependent object");
  }
  return true;
}

}  // namespace

bool reference_in_effect(const Inventory& inventory, const SecurityGroup& holder,
                         const SecurityGroupRule& rule) {
  const SecurityGroup* named = inventory.security_groups.find(rule.group);
  if (named == nullptr) {
    return false;
  }
  return named->vpc == holder.vpc ||  // of EC2-Classic both, in one region (CLC-3)
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

void build_default_classic_group(Inventory& inventory, OwnerIndex owner,
                                 const api::SecurityGroupId& id) {
  SecurityGroup group;
  group.id = id;
  group.is_default = true;
  group.name = "default";
  group.description = "default group";
  SecurityGroup& stored = store_classic_group(inventory, owner, std::move(group));
  SecurityGroupRule from_itself;
  from_itself.group = id;
  from_itself.group_owner = owner;
  for (const std::int16_t protocol : {kProtocolIcmp, kProtocolTcp, kProtocolUdp}) {
    from_itself.id = next_rule_id(stored);
    from_itself.protocol = protocol;
    from_itself.from_port = has_ports(protocol) ? 0 : -1;
    from_itself.to_port = has_ports(protocol) ? 65535 : -1;
    stored.rules.push_back(from_itself);
  }
}

std::vector<api::SecurityGroupId> classic_groups_of(const Inventory& inventory, OwnerIndex owner) {
  std::vector<api::SecurityGroupId> groups;
  for (const SecurityGroup& group : inventory.security_groups) {
    if (group.is_classic() && group.owner == owner) {
      groups.push_back(group.id);
    }
  }
  return groups;
}

void mark_group_changed(Inventory& inventory, const SecurityGroup& group) {
  if (!group.is_classic()) {
    inventory.mark_changed(group.vpc);
  }
  if (group.is_classic() || !inventory.vpcs.get(group.vpc).linked_instances.empty()) {
    inventory.mark_classic_changed(region_of(inventory, group.owner));
  }
}

void erase_security_group(Inventory& inventory, const api::SecurityGroupId& id) {
  const SecurityGroup& group = inventory.security_groups.get(id);
  mark_group_changed(inventory, group);
  if (!group.is_classic()) {
    Vpc& vpc = inventory.vpcs.get(group.vpc);
    inventory.mark_changed_with_peers(vpc);  // rules there that name it become stale (SG-16)
    std::erase(vpc.security_groups, id);
  }
  for (const SecurityGroupRule& rule : group.rules) {
    drop_tags(inventory, group.owner, rule.id);
  }
  drop_tags(inventory, group.owner, id);
  inventory.security_groups.erase(id);
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
  const bool classic = *vpc == nullptr;
  if (const auto checked = check_name(call, *vpc, *request.group_name); !checked.has_value()) {
    return tl::unexpected(checked.error());
  }
  auto tags = tags_for(request.tag_specifications, "security-group");
  if (!tags.has_value()) {
    return tl::unexpected(tags.error());
  }
  if (at_group_quota(call, classic)) {
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
  const SecurityGroup& stored =
      classic ? store_classic_group(call.inventory(), call.owner, std::move(group))
              : store_security_group(call.inventory(), **vpc, std::move(group));
  mark_group_changed(call.inventory(), stored);
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
  if (const auto checked = check_deletable(call.inventory(), **group); !checked.has_value()) {
    return tl::unexpected(checked.error());
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  erase_security_group(call.inventory(), id);
  return api::DeleteSecurityGroupResponse{};
}

}  // namespace vpclab::control
