#include "emulator/control/compile_groups.h"

#include <algorithm>
#include <utility>

#include "emulator/control/protocol.h"
#include "emulator/control/region.h"

namespace vpclab::control {
namespace {

using dataplane::GroupRule;
using dataplane::RuleTraffic;

RuleTraffic traffic_of(const SecurityGroupRule& rule) {
  if (has_ports(rule.protocol)) {
    return RuleTraffic{rule.protocol, static_cast<std::uint16_t>(rule.from_port),
                       static_cast<std::uint16_t>(rule.to_port)};
  }
  if (rule.protocol == kProtocolIcmp) {
    return RuleTraffic::icmp(rule.from_port, rule.to_port);
  }
  return RuleTraffic{rule.protocol, 0, 0xffff};
}

template <class T>
void note(std::vector<T>& list, const T& item) {
  if (std::find(list.begin(), list.end(), item) == list.end()) {
    list.push_back(item);
  }
}

}  // namespace

GroupCompiler::GroupCompiler(const Inventory& inventory) : inventory_(inventory) {
  lists_.emplace_back();
  numbers_.emplace(lists_.front(), 0U);
}

std::uint32_t GroupCompiler::number_of(std::span<const api::SecurityGroupId> groups) {
  const std::vector<api::SecurityGroupId>& last = lists_[last_];
  if (std::equal(last.begin(), last.end(), groups.begin(), groups.end())) {
    return last_;  // neighbours mostly have the same
  }
  const auto [found, is_new] =
      numbers_.emplace(std::vector<api::SecurityGroupId>(groups.begin(), groups.end()),
                       static_cast<std::uint32_t>(lists_.size()));
  if (is_new) {
    lists_.push_back(found->first);
  }
  last_ = found->second;
  return last_;
}

void GroupCompiler::finish(std::vector<dataplane::SecurityGroups>& sets,
                           std::vector<dataplane::AddressSet>& address_sets) {
  for (const std::vector<api::SecurityGroupId>& list : lists_) {
    std::vector<GroupRule> rules;
    for (const api::SecurityGroupId& id : list) {
      add_rules(inventory_.security_groups.get(id), rules);
    }
    sets.emplace_back(list, std::move(rules));
  }
  fill_address_sets(address_sets);
}

void GroupCompiler::add_rules(const SecurityGroup& group, std::vector<GroupRule>& rules) {
  for (const SecurityGroupRule& rule : group.rules) {
    GroupRule added;
    added.group = group.id;
    added.id = rule.id;
    added.traffic = traffic_of(rule);
    added.egress = rule.egress;
    if (rule.names_prefix_list()) {
      for (const PrefixListEntry& entry : inventory_.prefix_lists.get(rule.prefix_list).entries) {
        added.remote = entry.cidr;
        rules.push_back(added);
      }
      continue;
    }
    if (rule.names_group()) {
      added.address_set = address_set_of(group, rule);
    } else {
      added.remote = rule.cidr;
    }
    rules.push_back(added);
  }
  if (group.is_classic()) {  // CLC-3: all egress is allowed, by no rule that could be changed
    GroupRule out;
    out.group = group.id;
    out.egress = true;
    rules.push_back(out);
  }
}

/// The number of the set of a referenced group's members; of an empty set if the reference is
/// stale (SG-16).
std::uint32_t GroupCompiler::address_set_of(const SecurityGroup& holder,
                                            const SecurityGroupRule& rule) {
  const bool in_effect = reference_in_effect(inventory_, holder, rule);
  const api::SecurityGroupId referenced = in_effect ? rule.group : api::SecurityGroupId{};
  const auto next = static_cast<std::uint32_t>(members_.size());
  const auto [found, is_new] = set_numbers_.emplace(referenced, next);
  if (is_new) {
    members_.emplace_back();
    if (in_effect) {
      note_place(inventory_.security_groups.get(rule.group));
    }
  }
  return found->second;
}

void GroupCompiler::note_place(const SecurityGroup& referenced) {
  if (referenced.is_classic()) {
    note(member_regions_, region_number(inventory_.owner(referenced.owner).region));
  } else {
    note(member_vpcs_, referenced.vpc);
  }
}

/// SG-10: every private address of whatever carries the group.
void GroupCompiler::fill_address_sets(std::vector<dataplane::AddressSet>& address_sets) {
  for (const api::VpcId& where : member_vpcs_) {
    add_members(inventory_.vpcs.get(where));
  }
  for (const std::uint32_t region : member_regions_) {
    add_classic_members(inventory_.classic[region]);
  }
  for (std::vector<std::uint32_t>& members : members_) {
    address_sets.emplace_back(std::move(members));
  }
}

void GroupCompiler::add_members(const Vpc& vpc) {
  for_each_interface(inventory_, vpc, [&](const NetworkInterface& interface) {
    for (std::size_t i = 0; i < interface.address_count(); ++i) {
      add_member(interface.groups, interface.address(i).private_address);
    }
  });
  for (const api::InstanceId& id : vpc.linked_instances) {  // CL-15
    const ClassicPart& linked = *inventory_.instances.get(id).classic;
    add_member(linked.link_groups, linked.private_address);
  }
}

void GroupCompiler::add_classic_members(const ClassicRegion& region) {
  for (const auto& [address, id] : region.addresses) {
    add_member(inventory_.instances.get(id).classic->groups, address);
  }
}

template <class Groups>
void GroupCompiler::add_member(const Groups& groups, wire::Ipv4Address address) {
  for (const api::SecurityGroupId& group : groups) {
    const auto set = set_numbers_.find(group);
    if (set != set_numbers_.end()) {
      members_[set->second].push_back(address.to_host_order());
    }
  }
}

}  // namespace vpclab::control
