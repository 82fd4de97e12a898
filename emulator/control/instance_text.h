// control/instance_text.h - what descriptions of instances and their filters say alike, of those in
// a VPC and of those in EC2-Classic.
#pragma once

#include <string>

#include "emulator/control/call.h"

namespace vpclab::control {

/// Where an instance's first private address is: an interface's, or its own in EC2-Classic; none
/// while it has none (CLC-2).
struct PrimaryAddress {
  wire::Ipv4Address private_address;
  wire::Ipv4Address public_address;

  [[nodiscard]] bool exists() const { return !private_address.is_unspecified(); }

  [[nodiscard]] bool has_public() const { return !public_address.is_unspecified(); }
};

/// The primary interface; nullptr in EC2-Classic and of a terminated instance.
[[nodiscard]] const NetworkInterface* primary_of(const Call& call, const Instance& instance);

[[nodiscard]] PrimaryAddress address_of(const Call& call, const Instance& instance);

/// The public name of the address above; in EC2-Classic there always is one (CLC-5). Pre: it has a
/// public address.
[[nodiscard]] std::string public_name_of(const Call& call, const Instance& instance);

/// Calls add(interface) for each of an instance's interfaces.
template <class Add>
void for_interfaces(const Call& call, const Instance& instance, Add&& add) {
  instance.for_each_interface(
      [&](const api::NetworkInterfaceId& id) { add(call.inventory().network_interfaces.get(id)); });
}

}  // namespace vpclab::control
