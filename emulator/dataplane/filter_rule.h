// dataplane/filter_rule.h - the compiled form of one rule of a security group or network ACL, and
// the flat lists, one for each class of traffic, that a packet is compared with. Built by
// security_group.cc and network_acl.cc; knows neither groups nor verdicts.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "emulator/dataplane/packet_facts.h"
#include "netstack/wire/ipv4_address.h"
#include "netstack/wire/ipv4_prefix.h"

namespace vpclab::dataplane {

/// The private addresses of a group's members: what a rule that names a group matches (SG-10).
class AddressSet {
 public:
  AddressSet() = default;

  explicit AddressSet(std::vector<std::uint32_t> addresses) : addresses_(std::move(addresses)) {
    std::sort(addresses_.begin(), addresses_.end());
    addresses_.erase(std::unique(addresses_.begin(), addresses_.end()), addresses_.end());
    addresses_.shrink_to_fit();
  }

  [[nodiscard]] bool contains(std::uint32_t address) const {
    return std::binary_search(addresses_.begin(), addresses_.end(), address);
  }

  [[nodiscard]] std::size_t size() const { return addresses_.size(); }

 private:
  std::vector<std::uint32_t> addresses_;  // ascending, host order
};

/// What a rule says about protocol and ports, in the wire's terms. `protocol` -1 is all (SG-7).
struct RuleTraffic {
  std::int16_t protocol = -1;
  std::uint16_t first = 0;      // port, or ICMP type * 256 + code
  std::uint16_t last = 0xffff;  // inclusive

  /// SG-8, ACL-8: -1 is any; a type of -1 makes the code any too.
  [[nodiscard]] static constexpr RuleTraffic icmp(int type, int code) {
    if (type < 0) {
      return RuleTraffic{1, 0, 0xffff};
    }
    const auto base = static_cast<std::uint16_t>((type & 0xff) << 8);
    if (code < 0) {
      return RuleTraffic{1, base, static_cast<std::uint16_t>(base | 0xff)};
    }
    const auto exact = static_cast<std::uint16_t>(base | (code & 0xff));
    return RuleTraffic{1, exact, exact};
  }

  friend bool operator==(const RuleTraffic&, const RuleTraffic&) = default;
};

/// 20 bytes. Matches when the selector lies in [first, first + span], the remote address in the
/// network, and in the address set if there is one.
struct FilterRule {
  static constexpr std::uint32_t kNoSet = 0xffffffff;

  std::uint32_t network = 0;
  std::uint32_t mask = 0;
  std::uint16_t first = 0;
  std::uint16_t span = 0xffff;
  std::uint32_t set = kNoSet;  // number in VpcTables::address_sets
  std::uint32_t source = 0;    // number of the rule it was made from

  [[nodiscard]] bool matches(std::uint32_t remote, std::uint16_t selector) const {
    return (remote & mask) == network && static_cast<std::uint16_t>(selector - first) <= span;
  }
};

/// The rules of one direction, by class of traffic, each class in the given order. Behind each
/// class stands a rule that matches everything, so that a search needs no other end.
class RuleLists {
 public:
  /// The `source` of the rule behind the last one of a class.
  static constexpr std::uint32_t kEnd = 0xffffffff;

  /// Appends a rule to every class that it concerns.
  void add(const RuleTraffic& traffic, wire::Ipv4Prefix remote, std::uint32_t set,
           std::uint32_t source);

  /// Sets the lists in one block of memory. Nothing may be added afterwards.
  void seal();

  /// The first rule of a class; kEnd comes after its last. Empty lists need not be sealed.
  [[nodiscard]] const FilterRule* begin(TrafficClass traffic) const {
    return rules_.data() + starts_[static_cast<std::size_t>(traffic)];
  }

 private:
  /// Class after class once sealed, each with its end; before that in order of add().
  std::vector<FilterRule> rules_ = std::vector<FilterRule>(1, FilterRule{.source = kEnd});
  std::vector<TrafficClass> classes_;  // of rules_, until sealed
  std::array<std::uint32_t, kTrafficClasses> starts_{};
};

}  // namespace vpclab::dataplane
