// dataplane/security_group.h - the union of the security groups of an interface (SG-3), compiled:
// allow rules only, no order (SG-1). Interfaces with the same groups share one. Stateless: tracking
// is conntrack.h's. Never knows the control plane.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "emulator/api/ids.h"
#include "emulator/dataplane/filter_rule.h"
#include "emulator/dataplane/packet_facts.h"
#include "netstack/wire/ipv4_prefix.h"

namespace vpclab::dataplane {

/// One rule of one group (SG-7). A peer that names a group has its members in an address set; a
/// stale one has an empty set (SG-16).
struct GroupRule {
  api::SecurityGroupId group;
  api::SecurityGroupRuleId id;
  wire::Ipv4Prefix remote;                         // 0.0.0.0/0 if the peer is a group
  std::uint32_t address_set = FilterRule::kNoSet;  // number in VpcTables::address_sets
  RuleTraffic traffic;
  bool egress = false;

  /// Whether the peer is 0.0.0.0/0 (SG-22).
  [[nodiscard]] bool is_open() const {
    return remote.length() == 0 && address_set == FilterRule::kNoSet;
  }
};

class SecurityGroups {
 public:
  SecurityGroups() = default;

  /// `groups` in order; `rules` of all of them, in order. `address_sets` are not looked at.
  SecurityGroups(std::vector<api::SecurityGroupId> groups, std::vector<GroupRule> rules);

  /// The first rule that allows the packet whose other end is `remote` (SG-9), or null.
  [[nodiscard]] const GroupRule* match(bool egress, wire::Ipv4Address remote,
                                       const PacketFacts& facts,
                                       std::span<const AddressSet> address_sets) const {
    const RuleLists& lists = lists_[egress ? 1 : 0];
    const std::uint32_t address = remote.to_host_order();
    for (const FilterRule* rule = lists.begin(facts.traffic);; ++rule) {
      if (rule->matches(address, facts.selector) &&
          (rule->set == FilterRule::kNoSet || address_sets[rule->set].contains(address))) {
        return rule->source == RuleLists::kEnd ? nullptr : &rules_[rule->source];
      }
    }
  }

  /// SG-22: whether a packet, of no tracked flow, belongs to an untracked one. It is of TCP or UDP,
  /// and begins such a flow (some rule admits it from 0.0.0.0/0, and in the other direction
  /// 0.0.0.0/0 is allowed on all ports) or answers one. Either way some rule admits it.
  [[nodiscard]] bool leaves_untracked(bool egress, const PacketFacts& facts) const {
    const auto traffic = static_cast<std::size_t>(facts.traffic);
    const bool begins = all_open_[egress ? 0 : 1][traffic] &&
                        is_open_to_all(egress, facts.traffic, facts.destination_port);
    return begins || (all_open_[egress ? 1 : 0][traffic] &&
                      is_open_to_all(!egress, facts.traffic, facts.source_port));
  }

  [[nodiscard]] const std::vector<api::SecurityGroupId>& groups() const { return groups_; }

  /// Of all groups and both directions, as given.
  [[nodiscard]] const std::vector<GroupRule>& rules() const { return rules_; }

  /// How many rules a group has in a direction: none at all is SG_HAS_NO_RULES.
  [[nodiscard]] std::uint32_t rule_count(const api::SecurityGroupId& group, bool egress) const;

 private:
  /// Whether any rule opens a port to 0.0.0.0/0: rules have no order (SG-1), so it need not be the
  /// one that match() finds.
  [[nodiscard]] bool is_open_to_all(bool egress, TrafficClass traffic, std::uint16_t port) const;

  std::vector<api::SecurityGroupId> groups_;
  std::vector<GroupRule> rules_;
  std::array<RuleLists, 2> lists_;  // ingress, egress
  /// By direction and class; only ever true for TCP and UDP.
  std::array<std::array<bool, kTrafficClasses>, 2> all_open_{};
};

}  // namespace vpclab::dataplane
