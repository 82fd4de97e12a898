#include "netstack/host/port_table.h"

#include <algorithm>
#include <bitset>
#include <utility>

#include "netstack/host/port_translation.h"

namespace vpclab::host {
namespace {

constexpr std::uint32_t key_of(PortSpace space, std::uint16_t port) {
  return (static_cast<std::uint32_t>(space) << 16) | port;
}

}  // namespace

std::vector<PortTable::Entry>::const_iterator PortTable::first_of(std::uint32_t key) const {
  return std::lower_bound(
      entries_.begin(), entries_.end(), key,
      [](const Entry& entry, std::uint32_t wanted) { return entry.key < wanted; });
}

bool PortTable::is_taken(std::uint32_t key, wire::Ipv4Address address) const {
  // All of the host's addresses and one of them are the same place.
  for (auto entry = first_of(key); entry != entries_.end() && entry->key == key; ++entry) {
    if (entry->address == address || entry->address.is_unspecified() || address.is_unspecified()) {
      return true;
    }
  }
  return false;
}

std::optional<std::uint16_t> PortTable::next_free(PortSpace space, wire::Ipv4Address address) {
  const bool udp = space == PortSpace::kUdp;
  const std::uint16_t first = udp ? kEphemeralFirst : std::uint16_t{1};
  const std::uint16_t last = udp ? kEphemeralLast : std::uint16_t{0xffff};
  std::uint16_t& next = udp ? next_udp_ : next_echo_;
  std::bitset<0x1'0000> translated;
  if (translation_ != nullptr) {
    translation_->mark_ports(udp ? wire::IpProtocol::kUdp : wire::IpProtocol::kIcmp, translated);
  }
  for (std::uint32_t tries = 0; tries <= static_cast<std::uint32_t>(last - first); ++tries) {
    const std::uint16_t candidate = next;
    next = candidate == last ? first : static_cast<std::uint16_t>(candidate + 1);
    if (!translated[candidate] && !is_taken(key_of(space, candidate), address)) {
      return candidate;
    }
  }
  return std::nullopt;
}

std::optional<std::uint16_t> PortTable::bind(PortSpace space, wire::Ipv4Address address,
                                             std::uint16_t port, Endpoint& endpoint) {
  if (port == 0) {
    const std::optional<std::uint16_t> free = next_free(space, address);
    if (!free) {
      return std::nullopt;
    }
    port = *free;
  } else if (is_taken(key_of(space, port), address)) {
    return std::nullopt;
  }
  const Entry made{key_of(space, port), address, &endpoint};
  const auto place =
      std::upper_bound(entries_.begin(), entries_.end(), made, [](const Entry& a, const Entry& b) {
        return std::pair(a.key, a.address) < std::pair(b.key, b.address);
      });
  entries_.insert(place, made);
  return port;
}

void PortTable::release(PortSpace space, wire::Ipv4Address address, std::uint16_t port) {
  const std::uint32_t key = key_of(space, port);
  std::erase_if(entries_,
                [&](const Entry& entry) { return entry.key == key && entry.address == address; });
}

void PortTable::release_all() {
  std::vector<Endpoint*> told;
  for (const Entry& entry : std::exchange(entries_, {})) {
    // One endpoint may stand behind many ports.
    if (std::find(told.begin(), told.end(), entry.endpoint) == told.end()) {
      told.push_back(entry.endpoint);
      entry.endpoint->host_stopped();
    }
  }
}

Endpoint* PortTable::find(PortSpace space, wire::Ipv4Address address, std::uint16_t port) const {
  const std::uint32_t key = key_of(space, port);
  for (auto entry = first_of(key); entry != entries_.end() && entry->key == key; ++entry) {
    if (entry->address.is_unspecified() || entry->address == address) {
      return entry->endpoint;
    }
  }
  return nullptr;
}

}  // namespace vpclab::host
