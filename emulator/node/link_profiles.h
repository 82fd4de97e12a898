// node/link_profiles.h - how long the fabric's wires take (TTL-6, PCX-20): one class of links for
// each kind of way. Owned by the fabric and shared by its links.
#pragma once

#include "emulator/link/link_profile.h"

namespace vpclab::node {

/// Delays are one way. Round trips that follow, each of two instances' interfaces being crossed
/// twice: one zone 0.20-0.56 ms, two zones 0.7-2 ms, over a peering connection 0-0.04 ms more.
struct LinkProfileOptions {
  link::LinkOptions interface {
    .rate_bits_per_second = 10'000'000'000, .propagation_delay = std::chrono::microseconds(50),
    .random_delay = std::chrono::microseconds(90), .queue_limit_bytes = 2U << 20
  };
  /// To an interface in another zone than the packet comes from.
  link::LinkOptions far_zone{.rate_bits_per_second = 10'000'000'000,
                             .propagation_delay = std::chrono::microseconds(300),
                             .random_delay = std::chrono::microseconds(560),
                             .queue_limit_bytes = 2U << 20};
  link::LinkOptions peering{.rate_bits_per_second = 50'000'000'000,
                            .random_delay = std::chrono::microseconds(20),
                            .queue_limit_bytes = 8U << 20};
  /// Beside what the distance between the two regions costs (PCX-20).
  link::LinkOptions inter_region{.rate_bits_per_second = 50'000'000'000,
                                 .random_delay = std::chrono::milliseconds(1),
                                 .queue_limit_bytes = 64U << 20};
  link::LinkOptions gateway{.rate_bits_per_second = 5'000'000'000,
                            .propagation_delay = std::chrono::microseconds(100),
                            .random_delay = std::chrono::microseconds(100),
                            .queue_limit_bytes = 4U << 20};
  /// Between routers of the internet model, and to its hosts.
  link::LinkOptions internet{.rate_bits_per_second = 10'000'000'000,
                             .propagation_delay = std::chrono::microseconds(300),
                             .random_delay = std::chrono::microseconds(200),
                             .queue_limit_bytes = 8U << 20};
};

struct LinkProfiles {
  explicit LinkProfiles(const LinkProfileOptions& options)
      : interface(options.interface),
        far_zone(options.far_zone),
        peering(options.peering),
        gateway(options.gateway),
        internet(options.internet) {}

  link::LinkProfile interface;
  link::LinkProfile far_zone;
  link::LinkProfile peering;
  link::LinkProfile gateway;
  link::LinkProfile internet;
};

}  // namespace vpclab::node
