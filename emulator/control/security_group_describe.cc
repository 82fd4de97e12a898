// Security groups as responses show them.
#include "emulator/api/generated/security_group.h"
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
    if (!rule.names_group() && !rule.names_prefix_list()) {
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
void add_prefix_lists(const Call&, const SecurityGroup& group, FilterValues& values) {
  for_rules<kEgress>(group, [&](const SecurityGroupRule& rule) {
    if (rule.names_prefix_list()) {
      values.add(rule.prefix_list.text());
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

constexpr FilterField<SecurityGroup> kSecurityGroupFilters[] = {
    {"description", [](const Call&, const SecurityGroup& group,
                       FilterValues& values) { values.add(group.description); }},
    {"egress.ip-permission.cidr", add_cidrs<true>},
    {"egress.ip-permission.from-port", add_from_ports<true>},
    {"egress.ip-permission.group-id", add_groups<true>},
    {"egress.ip-permission.group-name", add_group_names<true>},
    {"egress.ip-permission.prefix-list-id", add_prefix_lists<true>},
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
    {"ip-permission.prefix-list-id", add_prefix_lists<false>},
    {"ip-permission.protocol", add_protocols<false>},
    {"ip-permission.to-port", add_to_ports<false>},
    {"ip-permission.user-id", add_users<false>},
    {"owner-id", [](const Call& call, const SecurityGroup&,
                    FilterValues& values) { values.add(call.caller.account); }},
    {"vpc-id",
     [](const Call&, const SecurityGroup& group, FilterValues& values) {
       if (!group.is_classic()) {
         values.add(group.vpc.text());
       }
     }},
};

}  // namespace

api::SecurityGroup describe(const Call& call, const SecurityGroup& group) {
  api::SecurityGroup described;
  described.description = group.description;
  described.group_name = group.name;
  described.ip_permissions = describe_permissions(call, group, group.rules, /*egress=*/false);
  described.owner_id = call.inventory().owner(group.owner).account;
  described.group_id = group.id.text();
  described.ip_permissions_egress = describe_permissions(call, group, group.rules, /*egress=*/true);
  described.tags = describe_tags(call, group.id);
  if (!group.is_classic()) {
    described.vpc_id = group.vpc.text();
  }
  return described;
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
  const auto selected = select<SecurityGroup>(call, ids, request.filters, kSecurityGroupFilters,
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
