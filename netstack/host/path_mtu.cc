#include "netstack/host/path_mtu.h"

#include <algorithm>
#include <array>

namespace vpclab::host {
namespace {

// The plateaus of RFC 1191 section 7: common MTUs, for routers that do not say theirs.
constexpr std::array<std::uint16_t, 10> kPlateaus = {32000, 17914, 8166, 4352, 2002,
                                                     1492,  1006,  508,  296,  68};

std::uint16_t plateau_below(std::uint16_t size) {
  for (const std::uint16_t plateau : kPlateaus) {
    if (plateau < size) {
      return plateau;
    }
  }
  return kPlateaus.back();
}

}  // namespace

bool PathMtuCache::learn(SimTime now, wire::Ipv4Address destination, std::uint16_t told,
                         std::uint16_t size, std::uint16_t known) {
  if (told == 0) {
    told = plateau_below(size);
  }
  if (told >= size || told >= known) {
    return false;  // nonsense, or nothing new: the MTU never grows by such a message
  }
  const Entry learnt{destination, std::max(told, kLeast), told < kLeast, now + kLifetime};
  const auto find_place = [&] {
    return std::lower_bound(
        entries_.begin(), entries_.end(), destination,
        [](const Entry& entry, wire::Ipv4Address wanted) { return entry.destination < wanted; });
  };
  const auto place = find_place();
  if (place != entries_.end() && place->destination == destination) {
    *place = learnt;
    return true;
  }
  if (entries_.size() >= entries_max_) {
    entries_.erase(
        std::min_element(entries_.begin(), entries_.end(),
                         [](const Entry& a, const Entry& b) { return a.until < b.until; }));
  }
  entries_.insert(find_place(), learnt);  // anew: to erase moves what lies behind
  return true;
}

PathMtuCache::PathMtu PathMtuCache::find(SimTime now, wire::Ipv4Address destination,
                                         std::uint16_t interface_mtu) const {
  const auto place = std::lower_bound(
      entries_.begin(), entries_.end(), destination,
      [](const Entry& entry, wire::Ipv4Address wanted) { return entry.destination < wanted; });
  if (place == entries_.end() || place->destination != destination || place->until <= now) {
    return {interface_mtu, false};
  }
  return {std::min(place->mtu, interface_mtu), place->may_fragment};
}

}  // namespace vpclab::host
