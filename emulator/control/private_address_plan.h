// control/private_address_plan.h - which private addresses a new interface gets: those that the
// request names, and the lowest free ones for the rest (SUB-2…5). Judged before anything changes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "emulator/api/generated/common.h"
#include "emulator/control/call.h"

namespace vpclab::control {

/// The members by which requests speak of private addresses.
struct AddressWish {
  const std::optional<std::string>& private_ip_address;
  const std::vector<api::PrivateIpAddressSpecification>& private_ip_addresses;
  const std::optional<std::int64_t>& secondary_count;
};

struct AddressPlan {
  std::optional<wire::Ipv4Address> primary;  // nothing: the lowest free one
  std::vector<wire::Ipv4Address> secondary;
  std::uint32_t more_secondary = 0;  // as many of the lowest free ones

  /// How many free addresses it takes from the subnet, named ones among them.
  [[nodiscard]] std::uint32_t needed() const {
    return 1 + static_cast<std::uint32_t>(secondary.size()) + more_secondary;
  }

  /// Adds the addresses that the request names.
  void list_named(std::vector<wire::Ipv4Address>& named) const;

  /// Whether it can be carried out for one interface only.
  [[nodiscard]] bool names_addresses() const { return primary.has_value() || !secondary.empty(); }
};

/// Refuses addresses that cannot be had (SUB-5) and more than the subnet has free.
[[nodiscard]] api::ApiResult<AddressPlan> plan_addresses(const Call& call, const Subnet& subnet,
                                                         const AddressWish& wish);

/// `InsufficientFreeAddressesInSubnet`.
[[nodiscard]] api::ApiError no_free_addresses(const Subnet& subnet);

/// Makes the interface. What it gets by itself is none of the `spoken_for`: those that the whole
/// request names, for this interface and for others. Pre: the subnet has the addresses.
NetworkInterface& build_planned_interface(Call& call, const api::NetworkInterfaceId& id,
                                          Subnet& subnet, const AddressPlan& plan,
                                          std::span<const wire::Ipv4Address> spoken_for,
                                          const GroupIds& groups);

}  // namespace vpclab::control
