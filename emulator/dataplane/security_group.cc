#include "emulator/dataplane/security_group.h"

#include <algorithm>
#include <utility>

namespace vpclab::dataplane {
namespace {

/// SG-22's "0.0.0.0/0 on all ports", for one class.
bool opens_all_ports(const GroupRule& rule, std::uint8_t protocol) {
  const bool covers =
      rule.traffic.protocol < 0 ||
      (rule.traffic.protocol == protocol && rule.traffic.first == 0 && rule.traffic.last == 0xffff);
  return covers && rule.is_open();
}

}  // namespace

SecurityGroups::SecurityGroups(std::vector<api::SecurityGroupId> groups,
                               std::vector<GroupRule> rules)
    : groups_(std::move(groups)), rules_(std::move(rules)) {
  for (std::uint32_t i = 0; i < rules_.size(); ++i) {
    const GroupRule& rule = rules_[i];
    const std::size_t direction = rule.egress ? 1 : 0;
    lists_[direction].add(rule.traffic, rule.remote, rule.address_set, i);
    bool& tcp = all_open_[direction][static_cast<std::size_t>(TrafficClass::kTcp)];
    bool& udp = all_open_[direction][static_cast<std::size_t>(TrafficClass::kUdp)];
    tcp = tcp || opens_all_ports(rule, 6);
    udp = udp || opens_all_ports(rule, 17);
  }
  for (RuleLists& lists : lists_) {
    lists.seal();
  }
}

bool SecurityGroups::is_open_to_all(bool egress, TrafficClass traffic, std::uint16_t port) const {
  for (const FilterRule* rule = lists_[egress ? 1 : 0].begin(traffic);; ++rule) {
    if (rule->mask == 0 && rule->set == FilterRule::kNoSet && rule->matches(0, port)) {
      return rule->source != RuleLists::kEnd;
    }
  }
}

std::uint32_t SecurityGroups::rule_count(const api::SecurityGroupId& group, bool egress) const {
  return static_cast<std::uint32_t>(std::count_if(
      rules_.begin(), rules_.end(),
      [&](const GroupRule& rule) { return rule.group == group && rule.egress == egress; }));
}

}  // namespace vpclab::dataplane
