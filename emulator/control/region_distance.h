// control/region_distance.h - how far regions lie apart, for the latency of inter-region peering
// (PCX-20): a fixed table of kilometres. An estimate, and the same in every run.
#pragma once

#include <cstdint>

#include "netstack/base/sim_time.h"

namespace vpclab::control {

/// Kilometres between two regions by number (control/region.h), along the great circle between the
/// cities that they are named after; 0 within a region.
[[nodiscard]] std::uint32_t region_kilometres(std::uint32_t a, std::uint32_t b);

/// What a packet takes one way: light in a fibre goes 200 km in a millisecond, and the way is half
/// as long again as the great circle. us-east-1 and eu-west-1, 5,460 km apart, have a round trip of
/// 82 ms.
[[nodiscard]] Duration region_distance(std::uint32_t a, std::uint32_t b);

}  // namespace vpclab::control
