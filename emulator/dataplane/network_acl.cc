#include "emulator/dataplane/network_acl.h"

#include <algorithm>
#include <utility>

namespace vpclab::dataplane {

NetworkAcl::NetworkAcl(const api::NetworkAclId& id, std::vector<AclEntry> entries)
    : id_(id), entries_(std::move(entries)) {
  std::stable_sort(entries_.begin(), entries_.end(),
                   [](const AclEntry& a, const AclEntry& b) { return a.number < b.number; });
  for (std::uint32_t i = 0; i < entries_.size(); ++i) {
    const AclEntry& entry = entries_[i];
    lists_[entry.egress ? 1 : 0].add(entry.traffic, entry.remote, FilterRule::kNoSet, i);
  }
  for (RuleLists& lists : lists_) {
    lists.seal();
  }
}

}  // namespace vpclab::dataplane
