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
  return pages_[page]->holders[offset % kPageSize];
}

bool AddressBook::is_free_offset(std::uint32_t offset) const {
  const std::uint32_t page = offset / kPageSize;
  return page >= pages_.size() || pages_[page] == nullptr ||
         pages_[page]->holders[offset % kPageSize] == kNobody;
}

std::uint32_t AddressBook::first_free_offset(std::uint32_t offset) const {
  while (offset + 1 < size_ && !is_free_offset(offset)) {
    const std::uint32_t page = offset / kPageSize;
    offset = pages_[page]->taken == kPageSize ? (page + 1) * kPageSize : offset + 1;
  }
  return offset;
}

std::optional<wire::Ipv4Address> AddressBook::lowest_free(
    std::span<const wire::Ipv4Address> spoken_for) const {
  for (std::uint32_t offset = first_free_offset(lowest_hint_); offset + 1 < size_;
       offset = first_free_offset(offset + 1)) {
    const auto address = wire::Ipv4Address::from_host_order(base_ + offset);
    if (std::find(spoken_for.begin(), spoken_for.end(), address) == spoken_for.end()) {
      return address;
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
    pages_[page]->holders.fill(kNobody);
  }
  pages_[page]->holders[offset % kPageSize] = interface;
  ++pages_[page]->taken;
  ++taken_;
  if (offset == lowest_hint_) {  // past what was taken by name before it
    lowest_hint_ = first_free_offset(offset);
  }
}

void AddressBook::release(wire::Ipv4Address address) {
  VPCLAB_CHECK(holder(address) != kNobody, "releasing an address that nobody holds");
  const std::uint32_t offset = address.to_host_order() - base_;
  Page& page = *pages_[offset / kPageSize];
  page.holders[offset % kPageSize] = kNobody;
  --page.taken;
  --taken_;
  lowest_hint_ = std::min(lowest_hint_, offset);
}

}  // namespace vpclab::control
