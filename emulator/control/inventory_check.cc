// Inventory::check(): every reference between resources leads to something, and back.
#include <algorithm>
#include <map>
#include <set>

#include "emulator/control/inventory.h"
#include "emulator/control/inventory_findings.h"

namespace vpclab::control {
namespace {

/// A VPC's list names exactly the resources of that kind that say they lie in it.
template <class T>
void check_members(const Inventory& inventory, Findings& findings, const Table<T>& table,
                   std::vector<typename Table<T>::Id> Vpc::*list) {
  for (const T& member : table) {
    if (member.vpc.empty()) {
      continue;  // in EC2-Classic: check_classic()
    }
    const Vpc* vpc = inventory.vpcs.find(member.vpc);
    findings.expect(vpc != nullptr && lists_once(vpc->*list, member.id), member.id,
                    "its VPC does not list it once");
  }
  for (const Vpc& vpc : inventory.vpcs) {
    for (const auto& id : vpc.*list) {
      const T* member = table.find(id);
      findings.expect(member != nullptr && member->vpc == vpc.id, vpc.id,
                      "lists something that is not in it");
    }
  }
}

void check_vpcs(const Inventory& inventory, Findings& findings) {
  for (const Vpc& vpc : inventory.vpcs) {
    findings.expect(!vpc.cidrs.empty() && vpc.cidrs.front().in_effect(), vpc.id,
                    "has no primary CIDR");
    for (std::size_t i = 0; i < vpc.cidrs.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        findings.expect(!vpc.cidrs[i].prefix.overlaps(vpc.cidrs[j].prefix), vpc.id,
                        "its CIDRs overlap");
      }
    }
    const NetworkAcl* acl = inventory.network_acls.find(vpc.default_network_acl);
    findings.expect(acl != nullptr && acl->is_default && acl->vpc == vpc.id, vpc.id,
                    "has no default ACL");
    const SecurityGroup* group = inventory.security_groups.find(vpc.default_security_group);
    findings.expect(group != nullptr && group->is_default && group->vpc == vpc.id, vpc.id,
                    "has no default group");
    const InternetGateway* gateway = inventory.internet_gateways.find(vpc.internet_gateway);
    findings.expect(vpc.internet_gateway.empty() || (gateway != nullptr && gateway->vpc == vpc.id),
                    vpc.id, "its internet gateway is attached elsewhere");
    findings.expect(vpc.dhcp_options.empty() || inventory.dhcp_options.contains(vpc.dhcp_options),
                    vpc.id, "its DHCP options do not exist");
    for (const api::VpcPeeringConnectionId& id : vpc.peering_connections) {
      const VpcPeeringConnection* peering = inventory.peering_connections.find(id);
      findings.expect(peering != nullptr && peering->joins(vpc.id), vpc.id,
                      "lists a peering that does not join it");
    }
  }
  for (const InternetGateway& gateway : inventory.internet_gateways) {
    const Vpc* vpc = inventory.vpcs.find(gateway.vpc);
    findings.expect(gateway.vpc.empty() || (vpc != nullptr && vpc->internet_gateway == gateway.id),
                    gateway.id, "its VPC does not know that it is attached");
  }
}

void check_route_tables(const Inventory& inventory, Findings& findings) {
  std::map<api::VpcId, int> mains;
  for (const RouteTable& table : inventory.route_tables) {
    for (const api::RouteTableAssociationId& id : table.associations) {
      const RouteTableAssociation* association = inventory.route_table_associations.find(id);
      findings.expect(association != nullptr && association->route_table == table.id, table.id,
                      "lists an association of another table");
      if (association != nullptr && association->is_main()) {
        ++mains[table.vpc];
        findings.expect(inventory.vpcs.get(table.vpc).main_route_table == table.id, table.id,
                        "its VPC has another main table");
      }
    }
    for (std::size_t i = 0; i < table.routes.size(); ++i) {
      findings.expect(i == 0 || table.routes[i - 1] < table.routes[i], table.id,
                      "its routes are not sorted or not unique");
      findings.expect(!table.routes[i].to_prefix_list() ||
                          inventory.prefix_lists.contains(table.routes[i].prefix_list),
                      table.id, "a route names a prefix list that does not exist");
    }
  }
  for (const Vpc& vpc : inventory.vpcs) {  // RT-3
    findings.expect(mains[vpc.id] == 1, vpc.id, "does not have exactly one main table");
  }
  for (const RouteTableAssociation& association : inventory.route_table_associations) {
    const RouteTable* table = inventory.route_tables.find(association.route_table);
    findings.expect(table != nullptr && lists_once(table->associations, association.id),
                    association.id, "its table does not list it once");
    const Subnet* subnet = inventory.subnets.find(association.subnet);
    const InternetGateway* gateway = inventory.internet_gateways.find(association.gateway);
    findings.expect(association.is_main() ||
                        (subnet != nullptr && subnet->route_table_association == association.id) ||
                        (gateway != nullptr && table != nullptr && gateway->vpc == table->vpc &&
                         gateway->route_table_association == association.id),
                    association.id, "its subnet or gateway does not know it");
  }
}

void check_subnets(const Inventory& inventory, Findings& findings) {
  for (const Subnet& subnet : inventory.subnets) {
    const Vpc& vpc = inventory.vpcs.get(subnet.vpc);
    findings.expect(vpc.contains(subnet.cidr), subnet.id, "lies outside its VPC");
    for (const api::SubnetId& other : vpc.subnets) {
      findings.expect(
          other == subnet.id || !inventory.subnets.get(other).cidr.overlaps(subnet.cidr), subnet.id,
          "overlaps another subnet");
    }
    const auto* explicit_one =
        inventory.route_table_associations.find(subnet.route_table_association);
    findings.expect(
        subnet.route_table.empty() == subnet.route_table_association.empty() &&
            (explicit_one == nullptr || (explicit_one->route_table == subnet.route_table &&
                                         explicit_one->subnet == subnet.id)),
        subnet.id, "its route table association is broken");
    const auto* acl = inventory.network_acl_associations.find(subnet.network_acl_association);
    findings.expect(acl != nullptr && acl->subnet == subnet.id &&
                        acl->network_acl == subnet.network_acl &&
                        inventory.network_acls.get(acl->network_acl).vpc == subnet.vpc,
                    subnet.id, "its ACL association is broken");  // ACL-1
    std::uint32_t taken = 0;
    subnet.addresses.for_each([&](wire::Ipv4Address address, AddressBook::InterfaceSlot slot) {
      ++taken;
      const NetworkInterface& interface = inventory.network_interfaces.at(slot);
      findings.expect(interface.subnet == subnet.id && !subnet.addresses.is_reserved(address) &&
                          find_address(interface, address) < interface.address_count(),
                      subnet.id, "an address is taken by an interface that has it not");
    });
    findings.expect(taken == subnet.addresses.taken(), subnet.id, "miscounts its addresses");
  }
  for (const NetworkAclAssociation& association : inventory.network_acl_associations) {
    const NetworkAcl* acl = inventory.network_acls.find(association.network_acl);
    findings.expect(acl != nullptr && lists_once(acl->associations, association.id), association.id,
                    "its ACL does not list it once");
  }
}

void check_interface_addresses(const Inventory& inventory, Findings& findings,
                               const NetworkInterface& interface, std::size_t& publics) {
  const Subnet& subnet = inventory.subnets.get(interface.subnet);
  for (std::size_t i = 0; i < interface.address_count(); ++i) {
    const InterfaceAddress& address = interface.address(i);
    const auto slot = subnet.addresses.holder(address.private_address);
    findings.expect(
        slot != AddressBook::kNobody && &inventory.network_interfaces.at(slot) == &interface,
        interface.id, "its subnet does not know its address");
    findings.expect(!address.has_elastic() || address.has_public(), interface.id,
                    "has an elastic address without the address");
    if (!address.has_public()) {
      continue;
    }
    publics += address.has_elastic() ? 0U : 1U;
    findings.expect(inventory.interface_with_public(address.public_address) == &interface,
                    interface.id, "its public address leads elsewhere");
    const auto* elastic = inventory.elastic_addresses.find(address.allocation);
    findings.expect(!address.has_elastic() ||
                        (elastic != nullptr && elastic->network_interface == interface.id &&
                         elastic->private_address == address.private_address &&
                         elastic->public_address == address.public_address),
                    interface.id, "its elastic address does not know it");
  }
}

void check_interfaces(const Inventory& inventory, Findings& findings) {
  std::map<api::SecurityGroupId, std::uint32_t> members;
  std::size_t publics = 0;
  for (const NetworkInterface& interface : inventory.network_interfaces) {
    const Subnet* subnet = inventory.subnets.find(interface.subnet);
    findings.expect(subnet != nullptr && subnet->vpc == interface.vpc, interface.id,
                    "its subnet is not in its VPC");
    check_interface_addresses(inventory, findings, interface, publics);
    const NatGateway* nat = inventory.nat_gateways.find(interface.nat_gateway());
    findings.expect(interface.groups.empty() == (nat != nullptr), interface.id,
                    "has groups exactly if it should not");
    findings.expect(interface.nat_gateway().empty() ||
                        (nat != nullptr && nat->interface == interface.id && !interface.attached()),
                    interface.id, "its NAT gateway disagrees");
    for (const api::SecurityGroupId& id : interface.groups) {
      const SecurityGroup* group = inventory.security_groups.find(id);
      findings.expect(group != nullptr && group->vpc == interface.vpc, interface.id,
                      "carries a group of another VPC");
      ++members[id];
    }
    bool listed = false;
    if (const Instance* instance = inventory.instances.find(interface.instance);
        instance != nullptr) {
      instance->for_each_interface(
          [&](const api::NetworkInterfaceId& id) { listed = listed || id == interface.id; });
    }
    findings.expect(interface.attached() == listed, interface.id, "its instance disagrees");
    findings.expect(
        interface.in_use() == (interface.attachment_state != AttachmentState::kDetached) &&
            interface.in_use() != interface.attachment.empty(),
        interface.id, "is attached and is not");
  }
  for (const Instance& instance : inventory.instances) {
    if (instance.in_classic()) {
      publics +=
          !instance.classic->public_address.is_unspecified() && instance.classic->allocation.empty()
              ? 1U
              : 0U;
      for (const auto* groups : {&instance.classic->groups, &instance.classic->link_groups}) {
        for (const api::SecurityGroupId& id : *groups) {
          ++members[id];
        }
      }
    }
  }
  for (const SecurityGroup& group : inventory.security_groups) {
    findings.expect(members[group.id] == group.members, group.id, "miscounts its members");
  }
  for (const ElasticAddress& address : inventory.elastic_addresses) {
    ++publics;
    const auto* interface = inventory.network_interfaces.find(address.network_interface);
    findings.expect(inventory.public_in_use(address.public_address) &&
                        (interface != nullptr) == !address.association.empty() &&
                        inventory.interface_with_public(address.public_address) == interface,
                    address.id, "its association is broken");
    findings.expect(inventory.instances.find(address.classic_instance) ==
                        inventory.classic_with_public(address.public_address),
                    address.id, "its instance of EC2-Classic has another address");
  }
  findings.expect(publics == inventory.publics_in_use(), api::AllocationId(),
                  "the public addresses in use are miscounted");
}

void check_nat_gateways(const Inventory& inventory, Findings& findings) {
  for (const NatGateway& gateway : inventory.nat_gateways) {
    const Vpc* vpc = inventory.vpcs.find(gateway.vpc);
    findings.expect(vpc == nullptr ? gateway.is_over() : lists_once(vpc->nat_gateways, gateway.id),
                    gateway.id, "its VPC does not list it once");
    const auto* interface = inventory.network_interfaces.find(gateway.interface);
    const bool holds = interface != nullptr && interface->nat_gateway() == gateway.id &&
                       interface->subnet == gateway.subnet &&
                       interface->primary.private_address == gateway.private_address &&
                       interface->primary.allocation == gateway.allocation;
    findings.expect(gateway.interface.empty() || holds, gateway.id,
                    "its interface does not hold its addresses");
    findings.expect(gateway.interface.empty() ? !gateway.is_available() : !gateway.is_over(),
                    gateway.id, "has an interface exactly if it should not");
  }
  for (const Vpc& vpc : inventory.vpcs) {
    for (const api::NatGatewayId& id : vpc.nat_gateways) {
      const NatGateway* gateway = inventory.nat_gateways.find(id);
      findings.expect(gateway != nullptr && gateway->vpc == vpc.id, vpc.id,
                      "lists a NAT gateway that is not in it");
    }
  }
}

void check_prefix_lists(const Inventory& inventory, Findings& findings) {
  for (const PrefixList& list : inventory.prefix_lists) {
    findings.expect(list.entries.size() <= list.max_entries, list.id, "has too many entries");
    for (std::size_t i = 1; i < list.entries.size(); ++i) {
      findings.expect(list.entries[i - 1].cidr < list.entries[i].cidr, list.id,
                      "its entries are not sorted or not unique");
    }
  }
  for (const SecurityGroup& group : inventory.security_groups) {
    for (const SecurityGroupRule& rule : group.rules) {
      findings.expect(
          !rule.names_prefix_list() || inventory.prefix_lists.contains(rule.prefix_list), group.id,
          "a rule names a prefix list that does not exist");
    }
  }
}

void check_instances(const Inventory& inventory, Findings& findings) {
  for (const Instance& instance : inventory.instances) {
    const Reservation* reservation = inventory.reservations.find(instance.reservation);
    findings.expect(reservation != nullptr && lists_once(reservation->instances, instance.id),
                    instance.id, "its reservation does not list it once");
    findings.expect((instance.state == InstanceState::kTerminated || instance.in_classic()) ==
                        (instance.interface_count() == 0),
                    instance.id, "has interfaces exactly if it should not");
    std::set<std::uint8_t> devices;
    instance.for_each_interface([&](const api::NetworkInterfaceId& id) {
      const NetworkInterface* interface = inventory.network_interfaces.find(id);
      findings.expect(interface != nullptr && interface->instance == instance.id &&
                          devices.insert(interface->device_index).second,
                      instance.id, "lists an interface that is not its own");
    });
  }
  for (const Reservation& reservation : inventory.reservations) {
    for (const api::InstanceId& id : reservation.instances) {
      findings.expect(inventory.instances.contains(id), reservation.id,
                      "lists an instance that does not exist");
    }
  }
}

void check_peerings(const Inventory& inventory, Findings& findings) {
  std::set<std::pair<api::VpcId, api::VpcId>> joined;
  for (const VpcPeeringConnection& peering : inventory.peering_connections) {
    const Vpc* requester = inventory.vpcs.find(peering.requester.vpc);
    const Vpc* accepter = inventory.vpcs.find(peering.accepter.vpc);
    findings.expect(requester == nullptr || lists_once(requester->peering_connections, peering.id),
                    peering.id, "its requester does not list it once");
    const bool settled =
        is_live(peering.state) && peering.state != PeeringState::kInitiatingRequest;
    if (!settled) {
      continue;
    }
    findings.expect(requester != nullptr && accepter != nullptr &&
                        lists_once(accepter->peering_connections, peering.id),
                    peering.id, "lives without one of its VPCs");
    findings.expect(joined.insert(std::minmax(peering.requester.vpc, peering.accepter.vpc)).second,
                    peering.id, "lives beside another peering of its VPCs");  // PCX-5
  }
}

}  // namespace

std::vector<std::string> Inventory::check() const {
  Findings findings;
  check_members(*this, findings, subnets, &Vpc::subnets);
  check_members(*this, findings, route_tables, &Vpc::route_tables);
  check_members(*this, findings, network_acls, &Vpc::network_acls);
  check_members(*this, findings, security_groups, &Vpc::security_groups);
  check_vpcs(*this, findings);
  check_route_tables(*this, findings);
  check_subnets(*this, findings);
  check_interfaces(*this, findings);
  check_nat_gateways(*this, findings);
  check_prefix_lists(*this, findings);
  check_instances(*this, findings);
  check_peerings(*this, findings);
  check_classic(*this, findings);
  return findings.take();
}

}  // namespace vpclab::control
