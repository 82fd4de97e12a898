// Secondary private addresses of network interfaces.
#include <algorithm>

#include "emulator/api/generated/network_interface.h"
#include "emulator/control/elastic_address.h"
#include "emulator/control/host_actions.h"
#include "emulator/control/noun.h"
#include "emulator/control/private_address_plan.h"

namespace vpclab::control {
namespace {

/// Removes a secondary address; an elastic one that it has becomes idle.
void remove_secondary(Inventory& inventory, NetworkInterface& interface, std::size_t index) {
  const InterfaceAddress address = interface.address(index);
  if (address.has_elastic()) {
    end_association(inventory, inventory.elastic_addresses.get(address.allocation));
  }
  inventory.subnets.get(interface.subnet).addresses.release(address.private_address);
  std::vector<InterfaceAddress>& secondary = interface.extras->secondary;
  secondary.erase(secondary.begin() + static_cast<std::ptrdiff_t>(index - 1));
  mark_interface_changed(inventory, interface);
}

/// An address that the request wants, free or to be moved from another interface where it is a
/// secondary one; nothing if the interface has it already.
api::ApiResult<std::optional<wire::Ipv4Address>> check_wanted(const Call& call,
                                                              const NetworkInterface& interface,
                                                              const Subnet& subnet,
                                                              const std::string& text,
                                                              bool may_move) {
  const auto parsed = parse_address(text, "privateIpAddress");
  if (!parsed.has_value()) {
    return tl::unexpected(parsed.error());
  }
  const AddressBook::InterfaceSlot slot = subnet.addresses.holder(*parsed);
  if (slot == AddressBook::kNobody) {
    const auto address = check_free_address(subnet, text);
    if (!address.has_value()) {
      return tl::unexpected(address.error());
    }
    return std::optional(*address);
  }
  const NetworkInterface& holder = call.inventory().network_interfaces.at(slot);
  if (holder.id == interface.id) {
    return std::optional<wire::Ipv4Address>();
  }
  if (!may_move || holder.primary.private_address == *parsed) {
    return api::refuse(
        api::code::kResourceAlreadyAssigned,
        "Private IP address " + text + " is already assigned to interface " + holder.id.text());
  }
  return std::optional(*parsed);
}

}  // namespace

api::ApiResult<api::AssignPrivateIpAddressesResponse> handle(
    Call& call, const api::AssignPrivateIpAddressesRequest& request) {
  const auto found = require_own_interface(call, request.network_interface_id);
  if (!found.has_value()) {
    return tl::unexpected(found.error());
  }
  if (!request.ipv4_prefixes.empty() || request.ipv4_prefix_count.value_or(0) != 0) {
    return tl::unexpected(unsupported("Prefix delegation is not emulated."));
  }
  const std::int64_t count = request.secondary_private_ip_address_count.value_or(0);
  if (request.private_ip_addresses.empty() == (count == 0)) {
    return api::refuse(
        count == 0 ? api::code::kMissingParameter : api::code::kInvalidParameterCombination,
        "The request must contain exactly one of privateIpAddresses and "
        "secondaryPrivateIpAddressCount");
  }
  NetworkInterface& interface = **found;
  Inventory& inventory = call.inventory();
  Subnet& subnet = inventory.subnets.get(interface.subnet);
  std::vector<wire::Ipv4Address> wanted;
  for (const std::string& text : request.private_ip_addresses) {
    const auto address =
        check_wanted(call, interface, subnet, text, request.allow_reassignment.value_or(false));
    if (!address.has_value()) {
      return tl::unexpected(address.error());
    }
    if (address->has_value() &&
        std::find(wanted.begin(), wanted.end(), **address) == wanted.end()) {
      wanted.push_back(**address);
    }
  }
  const auto after = static_cast<std::int64_t>(interface.address_count() + wanted.size());
  if (count < 0 || after + count > call.quotas().private_addresses_per_interface) {
    return api::refuse(api::code::kPrivateIpAddressLimitExceeded,
                       "Number of private addresses will exceed limit.");
  }
  if (count > subnet.addresses.available()) {
    return tl::unexpected(no_free_addresses(subnet));
  }
  for (const wire::Ipv4Address& address : wanted) {
    if (const auto slot = subnet.addresses.holder(address); slot != AddressBook::kNobody) {
      NetworkInterface& holder = inventory.network_interfaces.at(slot);
      remove_secondary(inventory, holder, find_address(holder, address));
    }
    add_secondary(inventory, interface, address);
  }
  for (std::int64_t i = 0; i < count; ++i) {
    wanted.push_back(*subnet.addresses.lowest_free());
    add_secondary(inventory, interface, wanted.back());
  }
  mark_interface_changed(inventory, interface);
  api::AssignPrivateIpAddressesResponse response;
  response.network_interface_id = interface.id.text();
  for (const wire::Ipv4Address& address : wanted) {
    response.assigned_private_ip_addresses.push_back({.private_ip_address = to_string(address)});
  }
  return response;
}

api::ApiResult<api::UnassignPrivateIpAddressesResponse> handle(
    Call& call, const api::UnassignPrivateIpAddressesRequest& request) {
  const auto found = require_own_interface(call, request.network_interface_id);
  if (!found.has_value()) {
    return tl::unexpected(found.error());
  }
  if (request.private_ip_addresses.empty()) {
    return tl::unexpected(api::missing_parameter("PrivateIpAddresses"));
  }
  NetworkInterface& interface = **found;
  std::vector<wire::Ipv4Address> leaving;
  for (const std::string& text : request.private_ip_addresses) {
    const auto address = parse_address(text, "privateIpAddress");
    if (!address.has_value()) {
      return tl::unexpected(address.error());
    }
    const std::size_t index = find_address(interface, *address);
    if (index == 0) {
      return tl::unexpected(api::invalid_parameter_value(
          "privateIpAddress", text, "The primary private address cannot be unassigned."));
    }
    if (index == interface.address_count()) {
      return tl::unexpected(api::invalid_parameter_value(
          "privateIpAddress", text,
          "The address is not assigned to interface " + interface.id.text() + "."));
    }
    leaving.push_back(*address);
  }
  for (const wire::Ipv4Address& address : leaving) {
    const std::size_t index = find_address(interface, address);
    if (index != interface.address_count()) {  // named twice
      remove_secondary(call.inventory(), interface, index);
    }
  }
  return api::UnassignPrivateIpAddressesResponse{};
}

}  // namespace vpclab::control
