// host/icmp_limiter.h - how often a host sends ICMP errors: Linux's two token buckets, one for each
// peer (a burst of six, then one a second) and one for all (a burst of 50, then 1,000 a second). A
// function of virtual time alone. Made when a host first sends an error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "netstack/base/sim_time.h"
#include "netstack/wire/ipv4_address.h"

namespace vpclab::host {

class IcmpLimiter {
 public:
  static constexpr Duration kPeerInterval = std::chrono::seconds(1);
  static constexpr int kPeerBurst = 6;
  static constexpr Duration kGlobalInterval = std::chrono::milliseconds(1);
  static constexpr int kGlobalBurst = 50;
  static constexpr std::size_t kPeersMax = 256;

  /// True if an error may go to `peer` now; then it counts.
  [[nodiscard]] bool allow(SimTime now, wire::Ipv4Address peer);

 private:
  /// Credit in units of time: each error costs one interval.
  struct Bucket {
    Duration credit;
    SimTime updated;

    void refill(SimTime now, Duration most);
  };

  struct Peer {
    wire::Ipv4Address address;
    Bucket bucket;
  };

  [[nodiscard]] Peer& peer_of(SimTime now, wire::Ipv4Address address);

  Bucket global_{kGlobalInterval * kGlobalBurst, SimTime{}};
  std::vector<Peer> peers_;  // sorted by address
};

}  // namespace vpclab::host
