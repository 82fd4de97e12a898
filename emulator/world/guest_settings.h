// world/guest_settings.h - the names that DHCP gives an instance (DHCP-1, CLC-5), read from the
// control plane's inventory as it is now: a guest renews its lease the moment it looks. Its
// address, subnet, router and MTU are its host stack's (host::InterfaceConfig).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "emulator/control/inventory.h"
#include "netstack/wire/ipv4_address.h"

namespace vpclab::world {

struct GuestSettings {
  std::string host_name;    // `ip-10-1-2-3.ec2.internal`: private, whatever the domain
  std::string domain_name;  // as the option set has it; empty: none
  std::vector<wire::Ipv4Address> name_servers;  // AmazonProvidedDNS is the VPC's base+2
};

/// Nothing for an instance that has no address (terminated, or stopped in EC2-Classic).
[[nodiscard]] std::optional<GuestSettings> guest_settings(const control::Inventory& inventory,
                                                          const control::Instance& instance);

}  // namespace vpclab::world
