// dataplane/network_acl.h - a network ACL, compiled: stateless, per direction, the first matching
// entry by ascending number decides, at last `*` denies (ACL-2, ACL-3). Never knows the control
// plane.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "emulator/api/ids.h"
#include "emulator/dataplane/filter_rule.h"
#include "emulator/dataplane/packet_facts.h"
#include "netstack/wire/ipv4_prefix.h"

namespace vpclab::dataplane {

/// One entry (ACL-8). The remote end is the source of ingress and the destination of egress
/// (ACL-9).
struct AclEntry {
  std::uint16_t number = 0;  // 1…32766
  bool egress = false;
  bool allow = false;
  RuleTraffic traffic;
  wire::Ipv4Prefix remote;
};

class NetworkAcl {
 public:
  /// The number of the undeletable last entry, which denies all (ACL-3).
  static constexpr std::uint16_t kFinalDeny = 32767;

  NetworkAcl() = default;

  /// `entries` in any order; numbers are unique per direction.
  NetworkAcl(const api::NetworkAclId& id, std::vector<AclEntry> entries);

  /// The entry that decides, or null: then `*` denies.
  [[nodiscard]] const AclEntry* match(bool egress, const PacketFacts& facts) const {
    const RuleLists& lists = lists_[egress ? 1 : 0];
    const std::uint32_t remote =
        egress ? facts.destination.to_host_order() : facts.source.to_host_order();
    for (const FilterRule* rule = lists.begin(facts.traffic);; ++rule) {
      if (rule->matches(remote, facts.selector)) {
        return rule->source == RuleLists::kEnd ? nullptr : &entries_[rule->source];
      }
    }
  }

  [[nodiscard]] const api::NetworkAclId& id() const { return id_; }

  /// Ascending by number, both directions.
  [[nodiscard]] const std::vector<AclEntry>& entries() const { return entries_; }

 private:
  api::NetworkAclId id_;
  std::vector<AclEntry> entries_;
  std::array<RuleLists, 2> lists_;  // ingress, egress
};

}  // namespace vpclab::dataplane
