#include "emulator/control/address_book.h"

#include <algorithm>

#include "netstack/base/check.h"

namespace vpclab::control {

AddressBook::AddressBook(wire::Ipv4Prefix cidr)
    : base_(cidr.network().to_host_order()),
      size_(static_cast<std::uint32_t>(cidr.size())),
      capacity_(size_ - kReservedAtStart - 1) {}

bool AddressBook::is_reserved(wire::Ipv4Address address) const {
  const std::uint32_t offset = address.to_host_order() - base_;
  return offset < kReservedAtStart || offset == size_ - 1;
}

AddressBook::InterfaceSlot AddressBook::holder(wire::Ipv4Address address) const {
  const std::uint32_t offset = address.to_host_order() - base_;
  const std::uint32_t page = offset / kPageSize;
  if (offset >= size_ || page >= pages_.size() || pages_[page] == nullptr) {
    return kNobody;
  }
  return (*pages_[page])[offset % kPageSize];
}

bool AddressBook::is_free_offset(std::uint32_t offset) const {
  const std::uint32_t page = offset / kPageSize;
  return page >= pages_.size() || pages_[page] == nullptr ||
         (*pages_[page])[offset % kPageSize] == kNobody;
}

std::optional<wire::Ipv4Address> AddressBook::lowest_free() const {
  for (std::uint32_t offset = lowest_hint_; offset + 1 < size_; ++offset) {
    if (is_free_offset(offset)) {
      return wire::Ipv4Address::from_host_order(base_ + offset);
    }
  }
  return std::nullopt;
}

void AddressBook::take(wire::Ipv4Address address, InterfaceSlot interface) {
  const std::uint32_t offset = address.to_host_order() - base_;
  VPCLAB_CHECK(offset < size_ && !is_reserved(address) && is_free_offset(offset),
               "taking an address that cannot be had");
  const std::uint32_t page = offset / kPageSize;
  if (page >= pages_.size()) {
    pages_.resize(page + 1);
  }
  if (pages_[page] == nullptr) {
    pages_[page] = std::make_unique<Page>();
    pages_[page]->fill(kNobody);
  }
  (*pages_[page])[offset % kPageSize] = interface;
  ++taken_;
  if (offset == lowest_hint_) {
    ++lowest_hint_;
  }
}

void AddressBook::release(wire::Ipv4Address address) {
  VPCLAB_CHECK(holder(address) != kNobody, "releasing an address that nobody holds");
  const std::uint32_t offset = address.to_host_order() - base_;
  (*pages_[offset / kPageSize])[offset % kPageSize] = kNobody;
  --taken_;
  lowest_hint_ = std::min(lowest_hint_, offset);
}

}  // namespace vpclab::control
