#include "emulator/control/region_distance.h"

#include <algorithm>
#include <array>

#include "emulator/control/region.h"
#include "netstack/base/check.h"

namespace vpclab::control {
namespace {

constexpr std::size_t kRegionCount = 17;

// One row for each region from the second on, in the order of all_regions(): the kilometres to
// those before it, rounded to ten.
// clang-format off
constexpr std::array<std::uint16_t, kRegionCount * (kRegionCount - 1) / 2> kKilometres{
    1160,  // Seoul
    400, 830,  // Osaka
    6730, 5590, 6350,  // Mumbai
    5320, 4670, 4950, 3900,  // Singapore
    7820, 8330, 7800, 10160, 6310,  // Sydney
    10390, 10550, 10630, 12080, 14800, 16030,  // Montreal
    9340, 8550, 9240, 6560, 10260, 16480, 5840,  // Frankfurt
    8170, 7430, 8090, 6230, 9640, 15600, 5880, 1190,  // Stockholm
    9590, 8950, 9550, 7600, 11200, 17210, 4760, 1090, 1630,  // Dublin
    9560, 8860, 9500, 7190, 10850, 16990, 5220, 640, 1430, 460,  // London
    9720, 8970, 9630, 7010, 10730, 16960, 5510, 480, 1540, 780, 340,  // Paris
    18530, 18340, 18760, 13770, 15990, 13360, 8150, 9830, 10930, 9390, 9500, 9400,  // São Paulo
    10870, 11140, 11140, 12850, 15520, 15670, 790, 6550, 6650, 5460, 5920, 6190, 7660,  // Ashburn
    10530, 10870, 10820, 12990, 15370, 15220, 990, 6830, 6840, 5750, 6210, 6490,
        8010, 480,  // Columbus
    8330, 9100, 8710, 13550, 13650, 11960, 4070, 9150, 8650, 8190, 8630, 8970,
        10370, 3850, 3360,  // San José
    7970, 8600, 8320, 12690, 13260, 12560, 3530, 8250, 7700, 7320, 7750, 8090,
        10650, 3500, 3030, 960,  // Boardman
};
// clang-format on

constexpr Duration kPerKilometre = std::chrono::nanoseconds(7'500);  // 1.5 / (200 km/ms)

}  // namespace

std::uint32_t region_kilometres(std::uint32_t a, std::uint32_t b) {
  VPCLAB_CHECK(a < kRegionCount && b < kRegionCount && all_regions().size() == kRegionCount,
               "every region has its row in the table of distances");
  if (a == b) {
    return 0;
  }
  const std::size_t row = std::max(a, b);
  return kKilometres[row * (row - 1) / 2 + std::min(a, b)];
}

Duration region_distance(std::uint32_t a, std::uint32_t b) {
  return region_kilometres(a, b) * kPerKilometre;
}

}  // namespace vpclab::control
