// dataplane/address_map.h - IPv4 address -> small number, built once and asked for each packet:
// open addressing in one flat array. A value of VpcTables.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "netstack/wire/ipv4_address.h"

namespace vpclab::dataplane {

class AddressMap {
 public:
  static constexpr std::uint32_t kNone = 0xffffffff;

  /// Makes room for `count` addresses in all; forgets what was inside.
  void reset(std::size_t count) {
    std::size_t size = 4;
    while (size * 2 < count * 3) {
      size *= 2;
    }
    slots_.assign(size, Slot{0, kNone});
  }

  /// Pre: room was made for it, and `value` is not kNone. The first value of an address stays.
  void insert(wire::Ipv4Address address, std::uint32_t value) {
    for (std::size_t i = home_of(address);; i = (i + 1) & (slots_.size() - 1)) {
      if (slots_[i].value == kNone) {
        slots_[i] = Slot{address.to_host_order(), value};
        return;
      }
      if (slots_[i].address == address.to_host_order()) {
        return;
      }
    }
  }

  /// The value of an address, or kNone.
  [[nodiscard]] std::uint32_t find(wire::Ipv4Address address) const {
    if (slots_.empty()) {
      return kNone;
    }
    for (std::size_t i = home_of(address);; i = (i + 1) & (slots_.size() - 1)) {
      const Slot& slot = slots_[i];
      if (slot.address == address.to_host_order() || slot.value == kNone) {
        return slot.value;
      }
    }
  }

 private:
  struct Slot {
    std::uint32_t address;
    std::uint32_t value;  // kNone: free
  };

  [[nodiscard]] std::size_t home_of(wire::Ipv4Address address) const {
    const std::uint64_t mixed = address.to_host_order() * 0x9e3779b97f4a7c15U;
    return static_cast<std::size_t>(mixed >> 32) & (slots_.size() - 1);
  }

  std::vector<Slot> slots_;  // a power of two, at most two thirds full
};

}  // namespace vpclab::dataplane
