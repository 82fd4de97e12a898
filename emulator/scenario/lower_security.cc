// Security groups and network ACLs as EC2 calls.
#include <set>
#include <string_view>

#include "emulator/api/generated/network_acl.h"
#include "emulator/api/generated/security_group.h"
#include "emulator/scenario/lowering.h"

namespace vpclab::scenario {
namespace {

constexpr std::string_view kEverywhere = "0.0.0.0/0";

bool is_default_group(const SecurityGroup& group) {
  return group.vpc.has_value() && group.name.value == group.vpc->value + ".default";
}

/// Which groups nothing is made of: what was refused, and whose place or name is not known.
class LeftOut {
 public:
  explicit LeftOut(const Scenario& scenario) {
    for (const SecurityGroup& group : scenario.security_groups) {
      if (group.group_name.has_value()) {
        group_names_.insert(group.group_name->value);
      }
    }
  }

  [[nodiscard]] bool holds(const SecurityGroup& group) const {
    return group.broken || (!group.vpc.has_value() && !is_set(group.classic)) ||
           has_a_doubtful_name(group);
  }

 private:
  /// A faulty group's own name is another one's `group_name`: it may have one of its own among what
  /// was refused, and then there is no duplicate.
  [[nodiscard]] bool has_a_doubtful_name(const SecurityGroup& group) const {
    return group.faulty && !group.group_name.has_value() && group_names_.contains(group.name.value);
  }

  std::set<std::string_view> group_names_;
};

api::IpPermission permission_of(const SecurityGroupRule& rule) {
  api::IpPermission permission;
  permission.ip_protocol = rule.traffic.protocol;
  if (rule.traffic.protocol != "-1") {
    permission.from_port = rule.traffic.from;
    permission.to_port = rule.traffic.to;
  }
  for (const Text& cidr : rule.cidrs) {
    api::IpRange& range = permission.ip_ranges.emplace_back();
    range.cidr_ip = cidr.value;
    if (rule.description.has_value()) {
      range.description = rule.description->value;
    }
  }
  for (const Text& group : rule.groups) {
    api::UserIdGroupPair& pair = permission.user_id_group_pairs.emplace_back();
    const std::size_t slash = group.value.find('/');
    if (slash == std::string::npos) {
      pair.group_id = reference(group.value);
    } else {
      pair.user_id = group.value.substr(0, slash);
      pair.group_id = group.value.substr(slash + 1);
    }
    if (rule.description.has_value()) {
      pair.description = rule.description->value;
    }
  }
  for (const Text& list : rule.prefix_lists) {
    api::PrefixListId& id = permission.prefix_list_ids.emplace_back();
    id.prefix_list_id = reference(list.value);
    if (rule.description.has_value()) {
      id.description = rule.description->value;
    }
  }
  return permission;
}

template <class Request>
void authorize(Lowering& lowering, const SecurityGroup& group,
               const std::vector<SecurityGroupRule>& rules) {
  for (const SecurityGroupRule& rule : rules) {
    Request request;
    request.group_id = reference(group.name.value);
    request.ip_permissions.push_back(permission_of(rule));
    lowering.call(owner_of(lowering, group), std::move(request), rule.mark);
  }
}

/// Takes away the rule that lets everything out (SG-5, SG-6).
void revoke_all_egress(Lowering& lowering, const SecurityGroup& group) {
  api::RevokeSecurityGroupEgressRequest request;
  request.group_id = reference(group.name.value);
  api::IpPermission& permission = request.ip_permissions.emplace_back();
  permission.ip_protocol = "-1";
  permission.ip_ranges.emplace_back().cidr_ip = std::string(kEverywhere);
  lowering.call(lowering.owner_of(group.vpc->value), std::move(request), group.name.mark);
}

/// ACL entries take protocols by number (ACL-8).
std::string protocol_number(const std::string& protocol) {
  if (protocol == "icmp") {
    return "1";
  }
  if (protocol == "tcp") {
    return "6";
  }
  return protocol == "udp" ? "17" : protocol;
}

void add_entries(Lowering& lowering, const NetworkAcl& acl,
                 const std::vector<NetworkAclEntry>& entries, bool is_egress) {
  for (const NetworkAclEntry& entry : entries) {
    api::CreateNetworkAclEntryRequest request;
    request.network_acl_id = reference(acl.name.value);
    request.rule_number = entry.number;
    request.egress = is_egress;
    request.rule_action = entry.allow ? "allow" : "deny";
    request.protocol = protocol_number(entry.traffic.protocol);
    request.cidr_block = entry.cidr.value;
    if (entry.traffic.protocol == "icmp") {
      api::IcmpTypeCode& icmp = request.icmp_type_code.emplace();
      icmp.type = entry.traffic.from;
      icmp.code = entry.traffic.to;
    } else if (entry.traffic.protocol == "tcp" || entry.traffic.protocol == "udp") {
      api::PortRange& ports = request.port_range.emplace();
      ports.from = entry.traffic.from;
      ports.to = entry.traffic.to;
    }
    lowering.call(lowering.owner_of(acl.vpc->value), std::move(request), entry.mark);
  }
}

}  // namespace

void lower_security_groups(Lowering& lowering) {
  const LeftOut left_out(lowering.scenario());
  for (const SecurityGroup& group : lowering.scenario().security_groups) {
    if (left_out.holds(group) || is_default_group(group)) {
      continue;
    }
    api::CreateSecurityGroupRequest request;
    if (group.vpc.has_value()) {
      request.vpc_id = reference(group.vpc->value);
    }
    request.group_name = group.group_name.has_value() ? group.group_name->value : group.name.value;
    request.description =
        group.description.has_value() ? group.description->value : group.name.value;
    lowering.create(owner_of(lowering, group), std::move(request),
                    group.group_name.has_value() ? group.group_name->mark : group.name.mark, group);
  }
}

void lower_group_rules(Lowering& lowering) {
  const LeftOut left_out(lowering.scenario());
  for (const SecurityGroup& group : lowering.scenario().security_groups) {
    if (left_out.holds(group)) {
      continue;
    }
    authorize<api::AuthorizeSecurityGroupIngressRequest>(lowering, group, group.ingress);
    if (group.egress.has_value()) {
      revoke_all_egress(lowering, group);
      authorize<api::AuthorizeSecurityGroupEgressRequest>(lowering, group, *group.egress);
    }
  }
}

void lower_network_acls(Lowering& lowering) {
  for (const NetworkAcl& acl : lowering.scenario().network_acls) {
    if (acl.broken || !acl.vpc.has_value()) {
      continue;
    }
    const control::Caller owner = lowering.owner_of(acl.vpc->value);
    if (acl.name.value != acl.vpc->value + ".default_acl") {
      api::CreateNetworkAclRequest request;
      request.vpc_id = reference(acl.vpc->value);
      lowering.create(owner, std::move(request), acl.name.mark, acl);
    }
    add_entries(lowering, acl, acl.ingress, false);
    add_entries(lowering, acl, acl.egress, true);
    for (const Text& subnet : acl.subnets) {
      api::ReplaceNetworkAclAssociationRequest replace;
      replace.association_id = reference(subnet.value + ".network_acl_association");
      replace.network_acl_id = reference(acl.name.value);
      lowering.call(owner, std::move(replace), subnet.mark);
    }
  }
}

}  // namespace vpclab::scenario
