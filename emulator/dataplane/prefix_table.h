// dataplane/prefix_table.h - longest-prefix match (RT-8): overlapping prefixes cut into disjoint
// ranges once, then found by binary search. A value of VpcTables; never knows what a route means.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "netstack/wire/ipv4_address.h"
#include "netstack/wire/ipv4_prefix.h"

namespace vpclab::dataplane {

class PrefixTable {
 public:
  /// No prefix matches.
  static constexpr std::uint32_t kNone = 0xffffffff;

  PrefixTable() = default;

  /// The answers are positions in `prefixes`. Of equal prefixes the first one counts.
  explicit PrefixTable(std::span<const wire::Ipv4Prefix> prefixes);

  /// The position of the longest prefix that holds `address`, or kNone.
  [[nodiscard]] std::uint32_t find(wire::Ipv4Address address) const {
    const std::uint32_t wanted = address.to_host_order();
    const std::uint32_t* base = starts_.data();
    for (std::size_t left = starts_.size(); left > 1;) {  // branch-free: the compiler moves
      const std::size_t half = left / 2;
      base = base[half] <= wanted ? base + half : base;
      left -= half;
    }
    return starts_.empty() ? kNone : answers_[static_cast<std::size_t>(base - starts_.data())];
  }

  /// How many disjoint ranges the address space was cut into.
  [[nodiscard]] std::size_t size() const { return starts_.size(); }

 private:
  std::vector<std::uint32_t> starts_;   // ascending; the first is 0, each range ends at the next
  std::vector<std::uint32_t> answers_;  // parallel to starts_
};

}  // namespace vpclab::dataplane
