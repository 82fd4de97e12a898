#include "emulator/world/guest_settings.h"

#include "emulator/control/region.h"
#include "emulator/node/resolver.h"

namespace vpclab::world {
namespace {

using wire::Ipv4Address;
using wire::Ipv4Prefix;

/// AmazonProvidedDNS among the servers of an option set.
constexpr std::string_view kProvided = "AmazonProvidedDNS";

Ipv4Address above(const Ipv4Prefix& prefix, std::uint32_t offset) {
  return Ipv4Address::from_host_order(prefix.network().to_host_order() + offset);
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
  if (instance.in_classic()) {  // CLC-5
    if (!instance.classic->has_address()) {
      return std::nullopt;
    }
    settings.address = instance.classic->private_address;
    settings.subnet = Ipv4Prefix::of(settings.address, control::kClassicSubnetLength);
    settings.domain_name = control::private_domain(region);
    settings.name_servers = {node::Resolver::kClassicAddress};
  } else {
    const control::NetworkInterface* interface =
        inventory.network_interfaces.find(instance.primary_interface);
    if (interface == nullptr) {
      return std::nullopt;
    }
    const control::Vpc& vpc = inventory.vpcs.get(interface->vpc);
    settings.address = interface->primary.private_address;
    settings.subnet = inventory.subnets.get(interface->subnet).cidr;
    if (const control::DhcpOptions* options = inventory.dhcp_options.find(vpc.dhcp_options)) {
      read_options(*options, above(vpc.primary_cidr(), 2), settings);
    }
  }
  settings.router = above(settings.subnet, 1);
  settings.host_name = control::private_dns_name(settings.address, region);
  return settings;
}

}  // namespace vpclab::world
