// host/path_mtu.h - what the path to a destination carries, as routers told (RFC 1191). Bounded;
// what was learnt is forgotten after ten minutes. Made when a host first learns something.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "netstack/base/sim_time.h"
#include "netstack/wire/ipv4_address.h"

namespace vpclab::host {

class PathMtuCache {
 public:
  /// How long a value holds (RFC 1191 section 6.3).
  static constexpr Duration kLifetime = std::chrono::minutes(10);
  /// The least that is believed: smaller links get their packets fragmented, as Linux does it.
  static constexpr std::uint16_t kLeast = 552;

  struct PathMtu {
    std::uint16_t mtu;
    bool may_fragment;  // told less than kLeast: DF is left clear
  };

  explicit PathMtuCache(std::uint16_t entries_max) : entries_max_(entries_max) {}

  /// A router said that a packet of `size` bytes to `destination` was too big for `told` bytes (0:
  /// an old router that does not say, RFC 1191 section 5). Returns whether that was news: never
  /// more than the size, never more than `known`.
  bool learn(SimTime now, wire::Ipv4Address destination, std::uint16_t told, std::uint16_t size,
             std::uint16_t known);

  /// What holds for `destination`, at most `interface_mtu`.
  [[nodiscard]] PathMtu find(SimTime now, wire::Ipv4Address destination,
                             std::uint16_t interface_mtu) const;

 private:
  struct Entry {
    wire::Ipv4Address destination;
    std::uint16_t mtu;
    bool may_fragment;
    SimTime until;
  };

  std::vector<Entry> entries_;  // sorted by destination
  std::uint16_t entries_max_;
};

}  // namespace vpclab::host
