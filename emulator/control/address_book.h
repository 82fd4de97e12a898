// control/address_book.h - which private addresses of one subnet are taken, and by which network
// interface. Owned by Subnet. Never hands out what AWS reserves (SUB-2).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "netstack/wire/ipv4_address.h"
#include "netstack/wire/ipv4_prefix.h"

namespace vpclab::control {

class AddressBook {
 public:
  /// The slot of a network interface in Inventory::network_interfaces.
  using InterfaceSlot = std::uint32_t;

  static constexpr InterfaceSlot kNobody = 0xffffffff;

  /// Addresses that AWS keeps at the start of each subnet; the last one is kept too (SUB-2).
  static constexpr std::uint32_t kReservedAtStart = 4;

  AddressBook() = default;

  explicit AddressBook(wire::Ipv4Prefix cidr);

  /// True for the four first addresses and the last one of the subnet.
  [[nodiscard]] bool is_reserved(wire::Ipv4Address address) const;

  /// Whose address it is; kNobody if it is free, reserved or outside.
  [[nodiscard]] InterfaceSlot holder(wire::Ipv4Address address) const;

  /// The lowest free address that is none of the `spoken_for`, if there is one. Pure: the same
  /// network gives the same addresses.
  [[nodiscard]] std::optional<wire::Ipv4Address> lowest_free(
      std::span<const wire::Ipv4Address> spoken_for = {}) const;

  /// SUB-4: all addresses, less the reserved, less the taken.
  [[nodiscard]] std::uint32_t available() const { return capacity_ - taken_; }

  [[nodiscard]] std::uint32_t taken() const { return taken_; }

  /// Pre: free, inside, not reserved.
  void take(wire::Ipv4Address address, InterfaceSlot interface);

  /// Pre: taken.
  void release(wire::Ipv4Address address);

  /// Calls visit(address, slot) for each taken address, ascending.
  template <class Visitor>
  void for_each(Visitor&& visit) const {
    for (std::uint32_t page = 0; page < pages_.size(); ++page) {
      for (std::uint32_t i = 0; pages_[page] != nullptr && i < kPageSize; ++i) {
        if (pages_[page]->holders[i] != kNobody) {
          visit(wire::Ipv4Address::from_host_order(base_ + page * kPageSize + i),
                pages_[page]->holders[i]);
        }
      }
    }
  }

 private:
  static constexpr std::uint32_t kPageSize = 64;

  struct Page {
    std::array<InterfaceSlot, kPageSize> holders;
    std::uint32_t taken = 0;  // a full page is passed over in one step
  };

  [[nodiscard]] bool is_free_offset(std::uint32_t offset) const;

  /// The first free offset from this one on; that of the last address if there is none.
  [[nodiscard]] std::uint32_t first_free_offset(std::uint32_t offset) const;

  std::uint32_t base_ = 0;      // the network address, host order
  std::uint32_t size_ = 0;      // how many addresses the subnet's CIDR has
  std::uint32_t capacity_ = 0;  // how many can be taken
  std::uint32_t taken_ = 0;
  std::uint32_t lowest_hint_ = kReservedAtStart;  // no free offset lies below
  std::vector<std::unique_ptr<Page>> pages_;      // made when first touched
};

}  // namespace vpclab::control
