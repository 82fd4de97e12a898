#include "emulator/control/private_address_plan.h"

#include <algorithm>

#include "emulator/control/noun.h"

namespace vpclab::control {

void AddressPlan::list_named(std::vector<wire::Ipv4Address>& named) const {
  if (primary.has_value()) {
    named.push_back(*primary);
  }
  named.insert(named.end(), secondary.begin(), secondary.end());
}

api::ApiError no_free_addresses(const Subnet& subnet) {
  return {std::string(api::code::kInsufficientFreeAddressesInSubnet),
          "The specified subnet '" + subnet.id.text() +
              "' does not have enough free addresses to satisfy the request."};
}

api::ApiResult<AddressPlan> plan_addresses(const Call& call, const Subnet& subnet,
                                           const AddressWish& wish) {
  AddressPlan plan;
  if (wish.private_ip_address.has_value()) {
    const auto address = check_free_address(subnet, *wish.private_ip_address);
    if (!address.has_value()) {
      return tl::unexpected(address.error());
    }
    plan.primary = *address;
  }
  for (const api::PrivateIpAddressSpecification& given : wish.private_ip_addresses) {
    const auto address = check_free_address(subnet, given.private_ip_address.value_or(""));
    if (!address.has_value()) {
      return tl::unexpected(address.error());
    }
    if (plan.primary == *address ||
        std::find(plan.secondary.begin(), plan.secondary.end(), *address) != plan.secondary.end()) {
      return combination("The same private address must not appear multiple times.");
    }
    if (!given.primary.value_or(false)) {
      plan.secondary.push_back(*address);
    } else if (plan.primary.has_value()) {
      return combination("Only one primary private IP address can be specified.");
    } else {
      plan.primary = *address;
    }
  }
  const std::int64_t count = wish.secondary_count.value_or(0);
  if (count != 0 && !plan.secondary.empty()) {
    return combination(
        "Secondary private addresses and their count may not be specified "
        "together.");
  }
  const std::int64_t limit = call.quotas().private_addresses_per_interface;
  if (count < 0 || count >= limit || static_cast<std::int64_t>(plan.secondary.size()) + 1 > limit) {
    return api::refuse(api::code::kPrivateIpAddressLimitExceeded,
                       "Number of private addresses will exceed limit.");
  }
  plan.more_secondary = static_cast<std::uint32_t>(count);
  if (plan.needed() > subnet.addresses.available()) {
    return tl::unexpected(no_free_addresses(subnet));
  }
  return plan;
}

NetworkInterface& build_planned_interface(Call& call, const api::NetworkInterfaceId& id,
                                          Subnet& subnet, const AddressPlan& plan,
                                          std::span<const wire::Ipv4Address> spoken_for,
                                          const GroupIds& groups) {
  const wire::Ipv4Address primary =
      plan.primary.has_value() ? *plan.primary : *subnet.addresses.lowest_free(spoken_for);
  NetworkInterface& interface = build_interface(call, id, subnet, primary, groups);
  for (const wire::Ipv4Address& address : plan.secondary) {
    add_secondary(call.inventory(), interface, address);
  }
  for (std::uint32_t i = 0; i < plan.more_secondary; ++i) {
    add_secondary(call.inventory(), interface, *subnet.addresses.lowest_free(spoken_for));
  }
  return interface;
}

}  // namespace vpclab::control
