#include "emulator/world/guest_settings.h"

#include "emulator/control/region.h"
#include "emulator/node/resolver.h"

namespace vpclab::world {
namespace {

using wire::Ipv4Address;

/// AmazonProvidedDNS among the servers of an option set.
constexpr std::string_view kProvided = "AmazonProvidedDNS";

/// DNS-1: base+2.
Ipv4Address amazon_dns(const control::Vpc& vpc) {
  return Ipv4Address::from_host_order(vpc.primary_cidr().network().to_host_order() + 2);
}

void read_options(const control::DhcpOptions& options, Ipv4Address provided,
                  GuestSettings& settings) {
  for (const control::DhcpConfiguration& option : options.configurations) {
    if (option.key == "domain-name" && !option.values.empty()) {
      settings.domain_name = option.values.front();
    } else if (option.key == "domain-name-servers") {
      for (const std::string& value : option.values) {
        const auto address = Ipv4Address::parse(value);
        if (address || value == kProvided) {
          settings.name_servers.push_back(address ? *address : provided);
        }
      }
    }
  }
}

}  // namespace

std::optional<GuestSettings> guest_settings(const control::Inventory& inventory,
                                            const control::Instance& instance) {
  const std::string& region = inventory.owner(instance.owner).region;
  GuestSettings settings;
  Ipv4Address address;
  if (instance.in_classic()) {  // CLC-5
    if (!instance.classic->has_address()) {
      return std::nullopt;
    }
    address = instance.classic->private_address;
    settings.domain_name = control::private_domain(region);
    settings.name_servers = {node::Resolver::kClassicAddress};
  } else {
    const control::NetworkInterface* interface =
        inventory.network_interfaces.find(instance.primary_interface);
    if (interface == nullptr) {
      return std::nullopt;
    }
    const control::Vpc& vpc = inventory.vpcs.get(interface->vpc);
    address = interface->primary.private_address;
    if (const control::DhcpOptions* options = inventory.dhcp_options.find(vpc.dhcp_options)) {
      read_options(*options, amazon_dns(vpc), settings);
    }
  }
  settings.host_name = control::private_dns_name(address, region);
  return settings;
}

}  // namespace vpclab::world
