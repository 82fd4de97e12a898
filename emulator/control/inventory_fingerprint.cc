// Inventory::fingerprint(): a hash of all that a describing action could show.
#include "emulator/control/inventory.h"
#include "netstack/base/rng.h"

namespace vpclab::control {
namespace {

/// Order matters; equal sequences give equal hashes.
class Hash {
 public:
  void add(std::uint64_t value) {
    state_ = (state_ ^ value) * 0x9e3779b97f4a7c15U;
    state_ ^= state_ >> 29;
  }

  void add(std::string_view text) { add(base::hash_name(text)); }

  void add(const api::ResourceId& id) {
    add(id.digits().low);
    add((static_cast<std::uint64_t>(id.kind()) << 16) | (std::uint64_t{id.digits().high} << 8) |
        id.digits().length);
  }

  void add(wire::Ipv4Address address) { add(std::uint64_t{address.to_host_order()}); }

  void add(wire::Ipv4Prefix prefix) {
    add(prefix.network());
    add(static_cast<std::uint64_t>(prefix.length()));
  }

  template <class Id>
  void add_all(const Id& ids) {
    for (const auto& id : ids) {
      add(api::ResourceId(id));
    }
    add(std::uint64_t{ids.size()});
  }

  template <class Enum>
  void add_enum(Enum value) {
    add(static_cast<std::uint64_t>(value));
  }

  [[nodiscard]] std::uint64_t value() const { return state_; }

 private:
  std::uint64_t state_ = 0xcbf29ce484222325U;
};

void add(Hash& hash, const Vpc& vpc) {
  hash.add(vpc.id);
  hash.add_enum(vpc.owner);
  hash.add_enum(vpc.state);
  hash.add_enum(vpc.tenancy);
  hash.add_enum(vpc.is_default);
  hash.add_enum(vpc.dns_support);
  hash.add_enum(vpc.dns_hostnames);
  hash.add_enum(vpc.classic_link);
  hash.add_enum(vpc.classic_link_dns);
  hash.add_enum(vpc.keeps_classic_route);
  hash.add_all(vpc.linked_instances);
  for (const VpcCidr& cidr : vpc.cidrs) {
    hash.add(cidr.association);
    hash.add(cidr.prefix);
    hash.add_enum(cidr.state);
  }
  hash.add(vpc.dhcp_options);
  hash.add(vpc.main_route_table);
  hash.add(vpc.internet_gateway);
  hash.add_all(vpc.subnets);
  hash.add_all(vpc.route_tables);
  hash.add_all(vpc.network_acls);
  hash.add_all(vpc.security_groups);
  hash.add_all(vpc.nat_gateways);
  hash.add_all(vpc.peering_connections);
}

void add(Hash& hash, const Subnet& subnet) {
  hash.add(subnet.id);
  hash.add(subnet.cidr);
  hash.add_enum(subnet.state);
  hash.add_enum(subnet.map_public_ip_on_launch);
  hash.add_enum(subnet.zone);
  hash.add(subnet.route_table_association);
  hash.add(subnet.network_acl_association);
  hash.add(std::uint64_t{subnet.addresses.taken()});
}

void add(Hash& hash, const RouteTable& table) {
  hash.add(table.id);
  for (const Route& route : table.routes) {
    hash.add(route.destination);
    hash.add(route.target);
    hash.add(route.instance);
    hash.add(route.prefix_list);
  }
  hash.add_all(table.associations);
}

void add(Hash& hash, const NetworkInterface& interface) {
  hash.add(interface.id);
  hash.add(interface.subnet);
  hash.add(interface.instance);
  hash.add(interface.attachment);
  hash.add_all(interface.groups);
  hash.add_enum(interface.attachment_state);
  hash.add_enum(interface.device_index);
  hash.add_enum(interface.source_dest_check);
  hash.add_enum(interface.delete_on_termination);
  for (std::size_t i = 0; i < interface.address_count(); ++i) {
    hash.add(interface.address(i).private_address);
    hash.add(interface.address(i).public_address);
    hash.add(interface.address(i).allocation);
  }
  if (interface.extras != nullptr) {
    hash.add(interface.extras->description);
    hash.add(interface.extras->nat_gateway);
  }
}

void add(Hash& hash, const SecurityGroup& group) {
  hash.add(group.id);
  hash.add(group.vpc);
  hash.add(group.name);
  hash.add(group.description);
  hash.add(std::uint64_t{group.members});
  for (const SecurityGroupRule& rule : group.rules) {
    hash.add(rule.id);
    hash.add(rule.cidr);
    hash.add(rule.prefix_list);
    hash.add(rule.group);
    hash.add_enum(rule.egress);
    hash.add_enum(rule.protocol);
    hash.add_enum(rule.from_port);
    hash.add_enum(rule.to_port);
    hash.add(rule.description);
  }
}

void add(Hash& hash, const NetworkAcl& acl) {
  hash.add(acl.id);
  for (const NetworkAclEntry& entry : acl.entries) {
    hash.add_enum(entry.number);
    hash.add_enum(entry.egress);
    hash.add_enum(entry.allow);
    hash.add_enum(entry.protocol);
    hash.add(entry.cidr);
    hash.add_enum(entry.from_port);
    hash.add_enum(entry.to_port);
    hash.add_enum(entry.icmp_type);
    hash.add_enum(entry.icmp_code);
  }
  hash.add_all(acl.associations);
}

void add(Hash& hash, const PeeringSide& side) {
  hash.add(side.vpc);
  hash.add_enum(side.owner);
  hash.add_enum(side.options.dns_resolution_from_remote_vpc);
  hash.add_enum(side.options.egress_from_local_classic_link_to_remote_vpc);
  hash.add_enum(side.options.egress_from_local_vpc_to_remote_classic_link);
  hash.add(static_cast<std::uint64_t>(to_nanoseconds(side.visible_until)));
}

void add(Hash& hash, const VpcPeeringConnection& peering) {
  hash.add(peering.id);
  hash.add_enum(peering.state);
  hash.add(peering.message);
  hash.add_enum(peering.accepted);
  add(hash, peering.requester);
  add(hash, peering.accepter);
}

void add(Hash& hash, const Instance& instance) {
  hash.add(instance.id);
  hash.add_enum(instance.state);
  hash.add_enum(instance.type);
  hash.add_enum(instance.boots);
  hash.add_enum(instance.disable_api_termination);
  instance.for_each_interface([&](const api::NetworkInterfaceId& id) { hash.add(id); });
  if (instance.in_classic()) {
    hash.add(instance.classic->private_address);
    hash.add(instance.classic->public_address);
    hash.add(instance.classic->allocation);
    hash.add_all(instance.classic->groups);
    hash.add(instance.classic->linked_vpc);
    hash.add_all(instance.classic->link_groups);
  }
}

void add(Hash& hash, const ElasticAddress& address) {
  hash.add(address.id);
  hash.add(address.public_address);
  hash.add_enum(address.domain);
  hash.add_enum(address.from_classic);
  hash.add(address.classic_instance);
  hash.add(address.association);
  hash.add(address.network_interface);
  hash.add(address.private_address);
}

void add(Hash& hash, const InternetGateway& gateway) {
  hash.add(gateway.id);
  hash.add(gateway.vpc);
  hash.add(gateway.route_table_association);
}

void add(Hash& hash, const NatGateway& gateway) {
  hash.add(gateway.id);
  hash.add_enum(gateway.state);
  hash.add(gateway.subnet);
  hash.add(gateway.interface);
  hash.add(gateway.allocation);
  hash.add(gateway.private_address);
  hash.add(gateway.failure_code);
}

void add(Hash& hash, const PrefixList& list) {
  hash.add(list.id);
  hash.add_enum(list.state);
  hash.add(list.name);
  hash.add(std::uint64_t{list.max_entries});
  hash.add(std::uint64_t{list.wanted_max_entries});
  hash.add(static_cast<std::uint64_t>(list.version()));
  for (const PrefixListEntry& entry : list.entries) {
    hash.add(entry.cidr);
    hash.add(entry.description);
  }
}

void add(Hash& hash, const DhcpOptions& options) {
  hash.add(options.id);
  for (const DhcpConfiguration& configuration : options.configurations) {
    hash.add(configuration.key);
    for (const std::string& value : configuration.values) {
      hash.add(value);
    }
  }
}

void add(Hash& hash, const KeyPair& key) {
  hash.add(key.id);
  hash.add(key.name);
}

template <class T>
void add_table(Hash& hash, const Table<T>& table) {
  for (const T& resource : table) {
    add(hash, resource);
  }
  hash.add(std::uint64_t{table.size()});
}

}  // namespace

std::uint64_t Inventory::fingerprint() const {
  Hash hash;
  add_table(hash, vpcs);
  add_table(hash, subnets);
  add_table(hash, route_tables);
  add_table(hash, internet_gateways);
  add_table(hash, nat_gateways);
  add_table(hash, elastic_addresses);
  add_table(hash, network_interfaces);
  add_table(hash, security_groups);
  add_table(hash, network_acls);
  add_table(hash, peering_connections);
  add_table(hash, instances);
  add_table(hash, dhcp_options);
  add_table(hash, key_pairs);
  add_table(hash, prefix_lists);
  for (const auto& [key, of_resource] : tags) {
    hash.add(key.resource);
    hash.add_enum(key.owner);
    for (const auto& [name, value] : of_resource) {
      hash.add(name);
      hash.add(value);
    }
  }
  hash.add(std::uint64_t{public_holders_.size()});
  return hash.value();
}

}  // namespace vpclab::control
