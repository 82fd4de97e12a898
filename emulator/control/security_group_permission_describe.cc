// Rules of security groups as responses and sentences show them.
#include <algorithm>

#include "emulator/api/generated/security_group.h"
#include "emulator/control/protocol.h"
#include "emulator/control/security_group_permission.h"

namespace vpclab::control {
namespace {

std::string peer_text(const SecurityGroupRule& rule) {
  if (rule.names_group()) {
    return rule.group.text();
  }
  return rule.names_prefix_list() ? rule.prefix_list.text() : to_string(rule.cidr);
}

std::string number_or_all(std::int32_t number) {
  return number == -1 ? std::string("ALL") : std::to_string(number);
}

/// The peering to show beside a group of another VPC: the one in force, else the last there was.
const VpcPeeringConnection* peering_to_show(const Inventory& inventory, const api::VpcId& holder,
                                            const api::VpcId& named) {
  if (const auto* active = active_peering_between(inventory, holder, named); active != nullptr) {
    return active;
  }
  const Vpc* vpc = inventory.vpcs.find(holder);
  const VpcPeeringConnection* last = nullptr;
  for (std::size_t i = 0; vpc != nullptr && i < vpc->peering_connections.size(); ++i) {
    const auto& peering = inventory.peering_connections.get(vpc->peering_connections[i]);
    if (peering.joins(named)) {
      last = &peering;
    }
  }
  return last;
}

}  // namespace

std::string rule_sentence(const SecurityGroupRule& rule) {
  std::string text = "peer: " + peer_text(rule);
  if (has_icmp_types(rule.protocol)) {
    text += std::string(rule.protocol == kProtocolIcmp ? ", ICMP" : ", ICMPv6") +
            ", type: " + number_or_all(rule.from_port) + ", code: " + number_or_all(rule.to_port);
  } else if (has_ports(rule.protocol)) {
    text += std::string(rule.protocol == kProtocolTcp ? ", TCP" : ", UDP") +
            ", from port: " + std::to_string(rule.from_port) +
            ", to port: " + std::to_string(rule.to_port);
  } else {
    text += ", " + number_or_all(rule.protocol);
  }
  return text + ", ALLOW";
}

api::UserIdGroupPair describe_group_pair(const Call& call, const SecurityGroup& holder,
                                         const SecurityGroupRule& rule) {
  const Inventory& inventory = call.inventory();
  api::UserIdGroupPair pair;
  pair.group_id = rule.group.text();
  pair.user_id = inventory.owner(rule.group_owner).account;
  if (!rule.description.empty()) {
    pair.description = rule.description;
  }
  const SecurityGroup* named = inventory.security_groups.find(rule.group);
  if (holder.is_classic() && named != nullptr) {
    pair.group_name = named->name;
  }
  if (rule.group_vpc != holder.vpc) {
    pair.vpc_id = rule.group_vpc.text();
    const auto* peering = peering_to_show(inventory, holder.vpc, rule.group_vpc);
    if (peering != nullptr) {
      pair.vpc_peering_connection_id = peering->id.text();
      pair.peering_status = to_string(peering->state);
    }
  }
  return pair;
}

std::vector<api::IpPermission> describe_permissions(const Call& call, const SecurityGroup& group,
                                                    const std::vector<SecurityGroupRule>& rules,
                                                    bool egress) {
  std::vector<api::IpPermission> permissions;
  std::vector<const SecurityGroupRule*> firsts;  // the rule that began each permission
  for (const SecurityGroupRule& rule : rules) {
    if (rule.egress != egress) {
      continue;
    }
    const auto same = std::find_if(firsts.begin(), firsts.end(), [&](const auto* first) {
      return first->protocol == rule.protocol && first->from_port == rule.from_port &&
             first->to_port == rule.to_port;
    });
    const auto place = static_cast<std::size_t>(same - firsts.begin());
    if (same == firsts.end()) {
      firsts.push_back(&rule);
      api::IpPermission& begun = permissions.emplace_back();
      begun.ip_protocol = protocol_text(rule.protocol);
      if (has_ports(rule.protocol) || has_icmp_types(rule.protocol)) {
        begun.from_port = rule.from_port;
        begun.to_port = rule.to_port;
      }
    }
    if (rule.names_group()) {
      permissions[place].user_id_group_pairs.push_back(describe_group_pair(call, group, rule));
    } else if (rule.names_prefix_list()) {
      api::PrefixListId& named = permissions[place].prefix_list_ids.emplace_back();
      named.prefix_list_id = rule.prefix_list.text();
      if (!rule.description.empty()) {
        named.description = rule.description;
      }
    } else {
      api::IpRange& range = permissions[place].ip_ranges.emplace_back();
      range.cidr_ip = to_string(rule.cidr);
      if (!rule.description.empty()) {
        range.description = rule.description;
      }
    }
  }
  return permissions;
}

}  // namespace vpclab::control
