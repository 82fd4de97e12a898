#include "emulator/control/security_group_permission.h"

#include <algorithm>

#include "emulator/api/generated/security_group.h"
#include "emulator/control/noun.h"
#include "emulator/control/protocol.h"

namespace vpclab::control {
namespace {

constexpr std::int64_t kLastPort = 65535;

tl::unexpected<api::ApiError> invalid(std::string message) {
  return api::refuse(api::code::kInvalidParameterValue, std::move(message));
}

api::ApiResult<bool> read_ports(const api::IpPermission& permission, SecurityGroupRule& rule) {
  if (!permission.from_port.has_value() || !permission.to_port.has_value()) {
    return invalid(
        "Invalid value 'Must specify both from and to ports with TCP/UDP.' for "
        "portRange.");
  }
  for (const std::int64_t port : {*permission.from_port, *permission.to_port}) {
    if (port < 0 || port > kLastPort) {
      return invalid("TCP/UDP port (" + std::to_string(port) + ") out of range");
    }
  }
  if (*permission.from_port > *permission.to_port) {
    return invalid("Invalid TCP/UDP port range (" + std::to_string(*permission.from_port) + ":" +
                   std::to_string(*permission.to_port) + ")");
  }
  rule.from_port = static_cast<std::int32_t>(*permission.from_port);
  rule.to_port = static_cast<std::int32_t>(*permission.to_port);
  return true;
}

/// SG-8: the type stands where the first port stands, the code where the last one stands.
api::ApiResult<bool> read_icmp(const api::IpPermission& permission, SecurityGroupRule& rule) {
  const std::int64_t type = permission.from_port.value_or(-1);
  const std::int64_t code = permission.to_port.value_or(-1);
  if (type < -1 || type > 255) {
    return invalid("ICMP type (" + std::to_string(type) + ") out of range");
  }
  if (code < -1 || code > 255 || (type == -1 && code != -1)) {
    return invalid("ICMP code (" + std::to_string(code) + ") out of range");
  }
  rule.from_port = static_cast<std::int32_t>(type);
  rule.to_port = static_cast<std::int32_t>(code);
  return true;
}

/// The protocol and the numbers that go with it; the peer is still empty. CLC-3: in EC2-Classic
/// there are rules for ICMP, TCP and UDP alone.
api::ApiResult<SecurityGroupRule> read_traffic(const api::IpPermission& permission, bool egress,
                                               bool classic) {
  if (!permission.ip_protocol.has_value()) {
    return tl::unexpected(api::missing_parameter("IpProtocol"));
  }
  const std::optional<std::int16_t> protocol = parse_protocol(*permission.ip_protocol);
  if (!protocol.has_value() || (classic && !has_ports(*protocol) && *protocol != kProtocolIcmp)) {
    return invalid("Invalid value '" + *permission.ip_protocol +
                   "' for IP protocol. Unknown protocol.");
  }
  SecurityGroupRule rule;
  rule.egress = egress;
  rule.protocol = *protocol;
  api::ApiResult<bool> read = true;
  if (has_ports(rule.protocol)) {
    read = read_ports(permission, rule);
  } else if (has_icmp_types(rule.protocol)) {
    read = read_icmp(permission, rule);
  }
  if (!read.has_value()) {
    return tl::unexpected(read.error());
  }
  return rule;
}

/// SG-13: which groups a rule of `holder` may name.
api::ApiResult<bool> check_group(const Call& call, const SecurityGroup& holder,
                                 const api::SecurityGroupId& id, const std::string& account) {
  const Inventory& inventory = call.inventory();
  const SecurityGroup* named = inventory.security_groups.find(id);
  const auto refused = [&] {
    return tl::unexpected(
        not_found(api::code::kInvalidGroupNotFound, "The security group", {id.text()}));
  };
  if (named == nullptr) {
    return refused();
  }
  const Caller& owner = inventory.owner(named->owner);
  const bool own_account = owner.account == call.caller.account;
  if ((account.empty() && !own_account) || (!account.empty() && account != owner.account) ||
      owner.region != call.caller.region) {
    return refused();
  }
  if (named->vpc == holder.vpc ||
      active_peering_between(inventory, holder.vpc, named->vpc) != nullptr) {
    return true;
  }
  if (!own_account) {
    return refused();
  }
  return invalid("You have specified two resources that belong to different networks.");
}

/// The id of the group that a pair of a rule in EC2-Classic names by name, in its owner's account
/// or another one (CLC-3).
api::ApiResult<std::string> id_of_name(const Call& call, const api::UserIdGroupPair& pair) {
  const Inventory& inventory = call.inventory();
  const std::string name = pair.group_name.value_or("");
  const std::string account = pair.user_id.value_or(call.caller.account);
  for (const SecurityGroup& group : inventory.security_groups) {
    if (group.is_classic() && group.name == name &&
        inventory.owner(group.owner) == Caller{account, call.caller.region}) {
      return group.id.text();
    }
  }
  return tl::unexpected(not_found(api::code::kInvalidGroupNotFound, "The security group", {name}));
}

api::ApiResult<SecurityGroupRule> read_group_pair(const Call& call, const SecurityGroup& holder,
                                                  const SecurityGroupRule& traffic,
                                                  const api::UserIdGroupPair& pair,
                                                  PermissionUse use) {
  if (!pair.group_id.has_value() && holder.is_classic()) {
    const auto id = id_of_name(call, pair);
    if (!id.has_value()) {
      return tl::unexpected(id.error());
    }
    api::UserIdGroupPair by_id = pair;
    by_id.group_id = *id;
    return read_group_pair(call, holder, traffic, by_id, use);
  }
  if (!pair.group_id.has_value()) {  // SG-14
    return invalid("Invalid value '" + pair.group_name.value_or("") +
                   "' for groupName. You may not reference Amazon VPC security groups by name. "
                   "Please use the corresponding id for this operation.");
  }
  std::string text = *pair.group_id;
  std::string account = pair.user_id.value_or("");
  if (const std::size_t slash = text.find('/'); slash != std::string::npos) {
    account = text.substr(0, slash);  // `account/sg-…`
    text.erase(0, slash + 1);
  }
  const auto id = parse_id<SecurityGroup>(text);
  if (!id.has_value()) {
    return tl::unexpected(id.error());
  }
  SecurityGroupRule rule = traffic;
  rule.group = *id;
  rule.description = pair.description.value_or("");
  if (use == PermissionUse::kMatch) {  // need not exist, and yet is shown where it does not match
    const SecurityGroup* named = call.inventory().security_groups.find(*id);
    rule.group_vpc = named == nullptr ? holder.vpc : named->vpc;
    rule.group_owner = named == nullptr ? holder.owner : named->owner;
    return rule;
  }
  if (const auto checked = check_group(call, holder, *id, account); !checked.has_value()) {
    return tl::unexpected(checked.error());
  }
  const SecurityGroup& named = call.inventory().security_groups.get(*id);
  rule.group_vpc = named.vpc;
  rule.group_owner = named.owner;
  return rule;
}

/// A rule whose peers are the entries of a prefix list.
api::ApiResult<SecurityGroupRule> read_prefix_list(const Call& call, const SecurityGroup& holder,
                                                   const SecurityGroupRule& traffic,
                                                   const api::PrefixListId& named,
                                                   PermissionUse use) {
  if (holder.is_classic()) {
    return invalid("Prefix lists cannot be used in EC2-Classic.");
  }
  const std::string text = named.prefix_list_id.value_or("");
  const auto id = parse_id<PrefixList>(text);
  if (!id.has_value()) {
    return tl::unexpected(id.error());
  }
  if (use == PermissionUse::kAdd) {
    if (const auto list = find_usable_list(call, text); !list.has_value()) {
      return tl::unexpected(list.error());
    }
  }
  SecurityGroupRule rule = traffic;
  rule.prefix_list = *id;
  rule.description = named.description.value_or("");
  return rule;
}

/// Adds a permission's rules to `rules`.
api::ApiResult<bool> read_permission(const Call& call, const SecurityGroup& group, bool egress,
                                     const api::IpPermission& permission, PermissionUse use,
                                     std::vector<SecurityGroupRule>& rules) {
  if (!permission.ipv6_ranges.empty()) {
    if (group.is_classic()) {  // CL-19a
      return api::refuse(api::code::kInvalidParameterValue,
                         "IPv6 ranges are only valid for security groups of a VPC.");
    }
    return tl::unexpected(unsupported("IPv6 rules of security groups are not emulated yet."));
  }
  const auto traffic = read_traffic(permission, egress, group.is_classic());
  if (!traffic.has_value()) {
    return tl::unexpected(traffic.error());
  }
  if (permission.ip_ranges.empty() && permission.user_id_group_pairs.empty() &&
      permission.prefix_list_ids.empty()) {
    return api::refuse(api::code::kInvalidPermissionMalformed,
                       "A permission must name at least one range, prefix list or group.");
  }
  for (const api::IpRange& range : permission.ip_ranges) {
    const std::string text = range.cidr_ip.value_or("");
    const Result<wire::ParsedIpv4Prefix> cidr = wire::Ipv4Prefix::parse(text);
    if (!cidr.has_value()) {
      return invalid("invalid CIDR subnet specification: " + text);
    }
    SecurityGroupRule rule = *traffic;
    rule.cidr = cidr->prefix;
    rule.description = range.description.value_or("");
    rules.push_back(std::move(rule));
  }
  for (const api::PrefixListId& named : permission.prefix_list_ids) {
    auto rule = read_prefix_list(call, group, *traffic, named, use);
    if (!rule.has_value()) {
      return tl::unexpected(rule.error());
    }
    rules.push_back(std::move(*rule));
  }
  for (const api::UserIdGroupPair& pair : permission.user_id_group_pairs) {
    auto rule = read_group_pair(call, group, *traffic, pair, use);
    if (!rule.has_value()) {
      return tl::unexpected(rule.error());
    }
    rules.push_back(std::move(*rule));
  }
  return true;
}

}  // namespace

api::ApiResult<std::vector<SecurityGroupRule>> read_permissions(
    const Call& call, const SecurityGroup& group, bool egress,
    const std::vector<api::IpPermission>& permissions, PermissionUse use) {
  std::vector<SecurityGroupRule> rules;
  for (const api::IpPermission& permission : permissions) {
    const auto read = read_permission(call, group, egress, permission, use, rules);
    if (!read.has_value()) {
      return tl::unexpected(read.error());
    }
  }
  for (std::size_t i = 0; i < rules.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (same_rule(rules[i], rules[j])) {
        return invalid("The same permission must not appear multiple times");
      }
    }
  }
  return rules;
}

bool same_rule(const SecurityGroupRule& a, const SecurityGroupRule& b) {
  return a.egress == b.egress && a.protocol == b.protocol && a.from_port == b.from_port &&
         a.to_port == b.to_port && a.group == b.group && a.prefix_list == b.prefix_list &&
         a.cidr == b.cidr;
}

std::uint64_t rule_weight(const Inventory& inventory, const std::vector<SecurityGroupRule>& rules,
                          bool egress) {
  std::uint64_t weight = 0;
  for (const SecurityGroupRule& rule : rules) {
    if (rule.egress == egress) {
      weight +=
          rule.names_prefix_list() ? inventory.prefix_lists.get(rule.prefix_list).max_entries : 1U;
    }
  }
  return weight;
}

std::uint32_t rule_quota(const Call& call, const SecurityGroup& group) {
  return group.is_classic() ? call.quotas().classic_rules_per_security_group
                            : call.quotas().rules_per_security_group;
}

api::ApiError too_many_rules() {
  return {std::string(api::code::kRulesPerSecurityGroupLimitExceeded),
          "The maximum number of rules per security group has been reached."};
}

}  // namespace vpclab::control
