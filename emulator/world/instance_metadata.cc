#include "emulator/world/instance_metadata.h"

#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include "emulator/control/region.h"

namespace vpclab::world {
namespace {

using control::Instance;
using control::Inventory;
using control::NetworkInterface;
using Keys = std::map<std::string, std::string>;

constexpr std::string_view kInterfaces = "network/interfaces/macs/";

constexpr std::array<std::string_view, 19> kPaths{"ami-id",
                                                  "ami-launch-index",
                                                  "hostname",
                                                  "instance-id",
                                                  "instance-life-cycle",
                                                  "instance-type",
                                                  "local-hostname",
                                                  "local-ipv4",
                                                  "mac",
                                                  "network/interfaces/macs",
                                                  "placement/availability-zone",
                                                  "placement/availability-zone-id",
                                                  "placement/region",
                                                  "public-hostname",
                                                  "public-ipv4",
                                                  "reservation-id",
                                                  "security-groups",
                                                  "services/domain",
                                                  "services/partition"};

void add_line(std::string& text, const std::string& line) {
  text += (text.empty() ? "" : "\n") + line;
}

std::string group_names(const Inventory& inventory, const auto& groups) {
  std::string names;
  for (const api::SecurityGroupId& id : groups) {
    add_line(names, inventory.security_groups.get(id).name);
  }
  return names;
}

std::string group_ids(const auto& groups) {
  std::string ids;
  for (const api::SecurityGroupId& id : groups) {
    add_line(ids, id.text());
  }
  return ids;
}

/// DNS-2: the name of a public address, where the VPC gives names.
std::string public_name(const Inventory& inventory, const control::Vpc& vpc,
                        wire::Ipv4Address address) {
  return vpc.dns_hostnames ? control::public_dns_name(address, inventory.owner(vpc.owner).region)
                           : std::string();
}

void add_interface(const Inventory& inventory, const NetworkInterface& interface, Keys& keys) {
  const std::string at = std::string(kInterfaces) + to_string(interface.mac) + "/";
  const control::Vpc& vpc = inventory.vpcs.get(interface.vpc);
  const control::Caller& owner = inventory.owner(interface.owner);
  std::string locals;
  std::string publics;
  std::string public_host;
  for (std::size_t i = 0; i < interface.address_count(); ++i) {
    const control::InterfaceAddress& address = interface.address(i);
    add_line(locals, to_string(address.private_address));
    if (address.has_public()) {
      add_line(publics, to_string(address.public_address));
      keys[at + "ipv4-associations/" + to_string(address.public_address)] =
          to_string(address.private_address);
      if (public_host.empty()) {
        public_host = public_name(inventory, vpc, address.public_address);
      }
    }
  }
  std::string blocks;
  for (const control::VpcCidr& cidr : vpc.cidrs) {
    if (cidr.in_effect()) {
      add_line(blocks, to_string(cidr.prefix));
    }
  }
  keys[at + "device-number"] = std::to_string(interface.device_index);
  keys[at + "interface-id"] = interface.id.text();
  keys[at + "local-hostname"] =
      control::private_dns_name(interface.primary.private_address, owner.region);
  keys[at + "local-ipv4s"] = locals;
  keys[at + "mac"] = to_string(interface.mac);
  keys[at + "owner-id"] = owner.account;
  keys[at + "security-groups"] = group_names(inventory, interface.groups);
  keys[at + "security-group-ids"] = group_ids(interface.groups);
  keys[at + "subnet-id"] = interface.subnet.text();
  keys[at + "subnet-ipv4-cidr-block"] = to_string(inventory.subnets.get(interface.subnet).cidr);
  keys[at + "vpc-id"] = vpc.id.text();
  keys[at + "vpc-ipv4-cidr-block"] = to_string(vpc.primary_cidr());
  keys[at + "vpc-ipv4-cidr-blocks"] = blocks;
  if (!publics.empty()) {
    keys[at + "public-ipv4s"] = publics;
  }
  if (!public_host.empty()) {
    keys[at + "public-hostname"] = public_host;
  }
}

/// What stands at the top and depends on the primary address.
void add_addresses(wire::Ipv4Address private_address, const std::string& region,
                   const std::string& mac, Keys& keys) {
  keys["hostname"] = control::private_dns_name(private_address, region);
  keys["local-hostname"] = keys["hostname"];
  keys["local-ipv4"] = to_string(private_address);
  keys["mac"] = mac;
}

void add_vpc_network(const Inventory& inventory, const Instance& instance, Keys& keys) {
  const NetworkInterface* primary = inventory.network_interfaces.find(instance.primary_interface);
  if (primary == nullptr) {
    return;
  }
  add_addresses(primary->primary.private_address, inventory.owner(instance.owner).region,
                to_string(primary->mac), keys);
  keys["security-groups"] = group_names(inventory, primary->groups);
  if (primary->primary.has_public()) {
    keys["public-ipv4"] = to_string(primary->primary.public_address);
    const std::string name =
        public_name(inventory, inventory.vpcs.get(primary->vpc), primary->primary.public_address);
    if (!name.empty()) {
      keys["public-hostname"] = name;
    }
  }
  instance.for_each_interface([&](const api::NetworkInterfaceId& id) {
    add_interface(inventory, inventory.network_interfaces.get(id), keys);
  });
}

/// CLC-5, CLC-6: without interfaces, always with names.
void add_classic_network(const Inventory& inventory, const Instance& instance, Keys& keys) {
  const control::ClassicPart& classic = *instance.classic;
  const std::string& region = inventory.owner(instance.owner).region;
  if (!classic.has_address()) {
    return;
  }
  add_addresses(classic.private_address, region, to_string(classic.mac), keys);
  keys["security-groups"] = group_names(inventory, classic.groups);
  if (!classic.public_address.is_unspecified()) {
    keys["public-ipv4"] = to_string(classic.public_address);
    keys["public-hostname"] = control::public_dns_name(classic.public_address, region);
  }
}

}  // namespace

Keys metadata_of(const Inventory& inventory, const Instance& instance) {
  const control::Caller& owner = inventory.owner(instance.owner);
  Keys keys;
  keys["ami-id"] = control::image_of(instance.image).id.text();
  keys["ami-launch-index"] = std::to_string(instance.launch_index);
  keys["instance-id"] = instance.id.text();
  keys["instance-life-cycle"] = "on-demand";
  keys["instance-type"] = inventory.text(instance.type);
  keys["reservation-id"] = instance.reservation.text();
  keys["placement/region"] = owner.region;
  keys["services/domain"] = "amazonaws.com";
  keys["services/partition"] = "aws";
  if (const control::Region* region = control::find_region(owner.region)) {
    keys["placement/availability-zone"] = control::zone_name(*region, instance.zone);
    keys["placement/availability-zone-id"] = control::zone_id(*region, instance.zone);
  }
  instance.in_classic() ? add_classic_network(inventory, instance, keys)
                        : add_vpc_network(inventory, instance, keys);
  return keys;
}

std::optional<std::string> metadata(const Inventory& inventory, const Instance& instance,
                                    std::string_view path) {
  const Keys keys = metadata_of(inventory, instance);
  const auto found = keys.find(std::string(path));
  if (found != keys.end()) {
    return found->second;
  }
  std::string folder(path);
  if (!folder.empty() && folder.back() != '/') {
    folder += '/';
  }
  std::set<std::string> children;
  for (const auto& [key, value] : keys) {
    if (key.starts_with(folder)) {
      const std::size_t slash = key.find('/', folder.size());
      children.insert(key.substr(folder.size(),
                                 slash == std::string::npos ? slash : slash + 1 - folder.size()));
    }
  }
  std::string list;
  for (const std::string& child : children) {
    add_line(list, child);
  }
  return children.empty() ? std::nullopt : std::optional(list);
}

std::span<const std::string_view> metadata_paths() { return kPaths; }

bool may_hold_metadata(std::string_view path) {
  if (path.starts_with(kInterfaces)) {
    return true;  // by hardware address, which nobody knows before
  }
  const bool is_folder = path.empty() || path.ends_with('/');
  const std::string folder = std::string(path) + (is_folder ? "" : "/");
  return std::any_of(kPaths.begin(), kPaths.end(), [&](std::string_view known) {
    return known == path || known.starts_with(folder);
  });
}

}  // namespace vpclab::world
