// control/security_group.h - security groups (SG-1…20) and the EC2 actions on them (on their rules:
// control/security_group_rule.h). Never judges packets.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "emulator/api/ids.h"
#include "emulator/control/owner.h"
#include "netstack/wire/ipv4_prefix.h"

namespace vpclab::control {

class Inventory;

/// One rule: a direction, a protocol, ports or ICMP type and code, and one peer (SG-7, SG-8).
struct SecurityGroupRule {
  static constexpr std::int16_t kAllProtocols = -1;

  api::SecurityGroupRuleId id;
  /// The peer: a CIDR, or (then not empty) a prefix list, or a group with the VPC and account it
  /// was in.
  wire::Ipv4Prefix cidr;
  api::ManagedPrefixListId prefix_list;
  api::SecurityGroupId group;
  api::VpcId group_vpc;
  OwnerIndex group_owner{};
  bool egress = false;
  std::int16_t protocol = kAllProtocols;
  /// TCP, UDP: first and last port. ICMP: type and code, -1 for any. Others: -1, ignored.
  std::int32_t from_port = -1;
  std::int32_t to_port = -1;
  std::string description;

  [[nodiscard]] bool names_group() const { return !group.empty(); }

  [[nodiscard]] bool names_prefix_list() const { return !prefix_list.empty(); }
};

struct SecurityGroup {
  api::SecurityGroupId id;
  api::VpcId vpc;  // empty: a group of EC2-Classic (CLC-3)
  OwnerIndex owner{};
  bool is_default = false;
  /// What carries it (SG-17): interfaces, instances of EC2-Classic, links of such instances.
  std::uint32_t members = 0;
  std::uint32_t rules_made = 0;  // counts the ids of its rules
  std::string name;
  std::string description;
  std::vector<SecurityGroupRule> rules;  // in order of creation, both directions

  [[nodiscard]] bool is_classic() const { return vpc.empty(); }
};

/// SG-13, SG-16: whether a rule of `holder` that names a group can match anything now: the group
/// exists, in the same VPC or in one joined by an active peering of the same region.
[[nodiscard]] bool reference_in_effect(const Inventory& inventory, const SecurityGroup& holder,
                                       const SecurityGroupRule& rule);

/// What counts against the quota of rules of one direction: a rule that names a prefix list as many
/// as its MaxEntries.
[[nodiscard]] std::uint64_t rule_weight(const Inventory& inventory,
                                        const std::vector<SecurityGroupRule>& rules, bool egress);

// --- for other nouns
// ------------------------------------------------------------------------------

struct Call;
struct Vpc;

/// Makes a new VPC's default group: all in from itself, all out (SG-6).
void build_default_security_group(Call& call, Vpc& vpc);

/// Makes an account's `default` group in EC2-Classic: all in from itself (CLC-3).
void build_default_classic_group(Inventory& inventory, OwnerIndex owner,
                                 const api::SecurityGroupId& id);

/// The groups of an owner in EC2-Classic, in order of creation.
[[nodiscard]] std::vector<api::SecurityGroupId> classic_groups_of(const Inventory& inventory,
                                                                  OwnerIndex owner);

/// Marks what a change of a group's rules concerns: its VPC or its region's EC2-Classic; both, if
/// instances of EC2-Classic are linked to the VPC.
void mark_group_changed(Inventory& inventory, const SecurityGroup& group);

/// Removes a group that nothing carries; its VPC, if it has one, forgets it.
void erase_security_group(Inventory& inventory, const api::SecurityGroupId& id);

/// The next id of a rule of a group.
[[nodiscard]] api::SecurityGroupRuleId next_rule_id(SecurityGroup& group);

}  // namespace vpclab::control
