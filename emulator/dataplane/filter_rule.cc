#include "emulator/dataplane/filter_rule.h"

#include <utility>

namespace vpclab::dataplane {

void RuleLists::add(const RuleTraffic& traffic, wire::Ipv4Prefix remote, std::uint32_t set,
                    std::uint32_t source) {
  const FilterRule any{.network = remote.network().to_host_order(),
                       .mask = remote.mask(),
                       .set = set,
                       .source = source};
  if (traffic.protocol < 0) {
    for (std::size_t i = 0; i < kTrafficClasses; ++i) {
      rules_.push_back(any);
      classes_.push_back(static_cast<TrafficClass>(i));
    }
    return;
  }
  const auto protocol = static_cast<std::uint8_t>(traffic.protocol);
  FilterRule rule = any;
  if (class_of(protocol) == TrafficClass::kOther) {
    rule.first = protocol;  // SG-7: all ports implied
    rule.span = 0;
  } else {
    rule.first = traffic.first;
    rule.span = static_cast<std::uint16_t>(traffic.last - traffic.first);
    if (traffic.last < traffic.first) {
      return;  // an empty range matches nothing
    }
  }
  rules_.push_back(rule);
  classes_.push_back(class_of(protocol));
}

void RuleLists::seal() {
  std::vector<FilterRule> sorted;
  sorted.reserve(rules_.size() + kTrafficClasses);
  for (std::size_t wanted = 0; wanted < kTrafficClasses; ++wanted) {
    starts_[wanted] = static_cast<std::uint32_t>(sorted.size());
    for (std::size_t i = 0; i < classes_.size(); ++i) {
      if (static_cast<std::size_t>(classes_[i]) == wanted) {
        sorted.push_back(rules_[i + 1]);  // behind the end that an empty list has
      }
    }
    sorted.push_back(FilterRule{.source = kEnd});
  }
  rules_ = std::move(sorted);
  classes_ = {};
}

}  // namespace vpclab::dataplane
