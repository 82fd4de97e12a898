#include "netstack/host/arp_cache.h"

#include <algorithm>
#include <utility>

namespace vpclab::host {
namespace {

bool is(const ArpCache::Neighbour& neighbour, std::size_t interface, wire::Ipv4Address address) {
  return neighbour.address == address && neighbour.interface == interface;
}

}  // namespace

std::size_t ArpCache::position(std::size_t interface, wire::Ipv4Address address) const {
  const auto place = std::lower_bound(
      neighbours_.begin(), neighbours_.end(), std::pair(interface, address),
      [](const Neighbour& neighbour, const std::pair<std::size_t, wire::Ipv4Address>& wanted) {
        return std::pair(std::size_t{neighbour.interface}, neighbour.address) < wanted;
      });
  return static_cast<std::size_t>(place - neighbours_.begin());
}

ArpCache::Neighbour* ArpCache::find(std::size_t interface, wire::Ipv4Address address) {
  if (last_found_ < neighbours_.size() && is(neighbours_[last_found_], interface, address)) {
    return &neighbours_[last_found_];
  }
  const std::size_t place = position(interface, address);
  if (place == neighbours_.size() || !is(neighbours_[place], interface, address)) {
    return nullptr;
  }
  last_found_ = place;
  return &neighbours_[place];
}

ArpCache::Neighbour* ArpCache::insert(std::size_t interface, wire::Ipv4Address address) {
  if (neighbours_.size() >= entries_max_) {
    auto oldest = neighbours_.end();
    for (auto each = neighbours_.begin(); each != neighbours_.end(); ++each) {
      if (each->state != State::kAsking && (oldest == neighbours_.end() || each->at < oldest->at)) {
        oldest = each;
      }
    }
    if (oldest == neighbours_.end()) {
      return nullptr;
    }
    neighbours_.erase(oldest);
  }
  const std::size_t place = position(interface, address);
  Neighbour made;
  made.address = address;
  made.interface = static_cast<std::uint8_t>(interface);
  const auto at =
      neighbours_.insert(neighbours_.begin() + static_cast<std::ptrdiff_t>(place), std::move(made));
  return &*at;
}

void ArpCache::erase(std::size_t interface, wire::Ipv4Address address) {
  std::erase_if(neighbours_,
                [&](const Neighbour& neighbour) { return is(neighbour, interface, address); });
}

std::vector<ArpCache::Waiting> ArpCache::forget(std::size_t interface) {
  std::vector<Waiting> waited;
  for (Neighbour& neighbour : neighbours_) {
    if (neighbour.interface == interface) {
      const std::vector<Waiting> taken = take_waiting(neighbour);
      waited.insert(waited.end(), taken.begin(), taken.end());
    }
  }
  std::erase_if(neighbours_,
                [&](const Neighbour& neighbour) { return neighbour.interface == interface; });
  return waited;
}

std::optional<ArpCache::Waiting> ArpCache::enqueue(Neighbour& neighbour, Waiting packet) {
  std::optional<Waiting> refused;
  if (!neighbour.waiting.empty() &&
      (neighbour.waiting.size() >= waiting_per_address_max_ || waiting_ >= waiting_max_)) {
    refused = neighbour.waiting.front();
    neighbour.waiting.erase(neighbour.waiting.begin());
    --waiting_;
  } else if (waiting_ >= waiting_max_) {
    return packet;
  }
  neighbour.waiting.push_back(packet);
  ++waiting_;
  return refused;
}

std::vector<ArpCache::Waiting> ArpCache::take_waiting(Neighbour& neighbour) {
  waiting_ -= static_cast<std::uint32_t>(neighbour.waiting.size());
  return std::exchange(neighbour.waiting, {});
}

SimTime ArpCache::next_timer() const {
  SimTime next = kNever;
  for (const Neighbour& neighbour : neighbours_) {
    if (neighbour.state != State::kReachable) {
      next = std::min(next, neighbour.at);
    }
  }
  return next;
}

}  // namespace vpclab::host
