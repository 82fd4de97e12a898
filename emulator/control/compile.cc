#include "emulator/control/compile.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "emulator/control/compile_groups.h"
#include "emulator/control/compile_states.h"
#include "emulator/control/effective_routes.h"
#include "emulator/control/inventory.h"
#include "emulator/control/protocol.h"
#include "emulator/control/region.h"
#include "emulator/control/region_distance.h"

namespace vpclab::control {
namespace {

using dataplane::kNowhere;
using dataplane::RuleTraffic;
using dataplane::TargetKind;
using dataplane::VpcTables;
using trace::ObjectState;

constexpr std::uint32_t kZonesPerRegion = 32;

RuleTraffic traffic_of(const NetworkAclEntry& entry) {
  if (has_ports(entry.protocol)) {
    return RuleTraffic{entry.protocol, entry.from_port, entry.to_port};
  }
  if (entry.protocol == kProtocolIcmp) {
    return RuleTraffic::icmp(entry.icmp_type, entry.icmp_code);
  }
  if (entry.protocol == kProtocolIcmpV6) {  // ACL-8: with an IPv4 CIDR, ICMP of all types
    return RuleTraffic::icmp(-1, -1);
  }
  return RuleTraffic{entry.protocol, 0, 0xffff};
}

/// RT-1: the router has one address, and here one MAC address, in each subnet.
wire::MacAddress router_mac(const api::SubnetId& subnet) {
  constexpr std::uint64_t kRouters = 0x0a;  // a locally administered first octet (L2-1)
  const std::uint64_t mixed = subnet.digits().low * 0x9e3779b97f4a7c15U;
  return wire::MacAddress::from_integer((kRouters << 40) | (mixed >> 24));
}

class Compiler {
 public:
  Compiler(const Inventory& inventory, const Knobs& knobs, const Vpc& vpc)
      : inventory_(inventory), knobs_(knobs), vpc_(vpc), groups_(inventory) {}

  VpcTables compile() {
    tables_.id = vpc_.id;
    tables_.region = region_number(inventory_.owner(vpc_.owner).region);
    for (const VpcCidr& cidr : vpc_.cidrs) {
      if (cidr.in_effect()) {
        tables_.cidrs.push_back(cidr.prefix);
      }
    }
    tables_.dns_support = vpc_.dns_support;
    tables_.classic_link_enabled = vpc_.classic_link;
    tables_.nat_to_peerings = knobs_.nat_to_peering == NatToPeering::kAllow;  // PCX-39
    if (!vpc_.internet_gateway.empty()) {
      tables_.internet_gateway = vpc_.internet_gateway;
    }
    add_peerings();
    add_acls();
    add_subnets();
    add_interfaces();
    add_nat_gateways();
    add_links();
    add_route_tables();
    groups_.finish(tables_.group_sets, tables_.address_sets);
    seal(tables_);
    return std::move(tables_);
  }

 private:
  void add_peerings() {
    for (const api::VpcPeeringConnectionId& id : vpc_.peering_connections) {
      const VpcPeeringConnection& peering = inventory_.peering_connections.get(id);
      const PeeringSide& far = peering.far_side(vpc_.id);
      dataplane::Peering added;
      added.id = id;
      added.far_vpc = far.vpc;
      added.state = state_of(peering.state);
      added.requested_here = peering.requester.vpc == vpc_.id;
      const PeeringOptions& options = peering.near_side(vpc_.id).options;
      added.egress_from_links = options.egress_from_local_classic_link_to_remote_vpc;
      added.egress_to_links = options.egress_from_local_vpc_to_remote_classic_link;
      if (knobs_.classic_link_gating == ClassicLinkGating::kBoth) {  // CL-25
        added.far_egress_from_links = far.options.egress_from_local_classic_link_to_remote_vpc;
        added.far_egress_to_links = far.options.egress_from_local_vpc_to_remote_classic_link;
      }
      if (const Vpc* far_vpc = inventory_.vpcs.find(far.vpc)) {
        const std::uint32_t far_region = region_number(inventory_.owner(far_vpc->owner).region);
        added.inter_region = far_region != tables_.region;
        if (added.inter_region) {
          added.distance = region_distance(tables_.region, far_region);
        } else {
          add_far_links(*far_vpc, added);
        }
        for (const VpcCidr& cidr : far_vpc->cidrs) {
          if (cidr.in_effect()) {
            added.far_cidrs.push_back(cidr.prefix);
          }
        }
      } else if (peering.is_active()) {
        added.state = ObjectState::kDeleted;
      }
      tables_.peerings.push_back(std::move(added));
    }
  }

  /// CL-20: within one region alone (CL-29).
  void add_far_links(const Vpc& far_vpc, dataplane::Peering& peering) const {
    for (const api::InstanceId& id : far_vpc.linked_instances) {
      peering.far_links.push_back(inventory_.instances.get(id).classic->private_address);
    }
    std::sort(peering.far_links.begin(), peering.far_links.end());
  }

  void add_acls() {
    for (const api::NetworkAclId& id : vpc_.network_acls) {
      const NetworkAcl& acl = inventory_.network_acls.get(id);
      std::vector<dataplane::AclEntry> entries;
      entries.reserve(acl.entries.size());
      for (const NetworkAclEntry& entry : acl.entries) {
        entries.push_back({entry.number, entry.egress, entry.allow, traffic_of(entry), entry.cidr});
      }
      tables_.acls.emplace_back(id, std::move(entries));
    }
  }

  void add_subnets() {
    for (const api::SubnetId& id : vpc_.subnets) {
      const Subnet& subnet = inventory_.subnets.get(id);
      dataplane::Subnet added;
      added.id = id;
      added.cidr = subnet.cidr;
      added.zone = tables_.region * kZonesPerRegion + subnet.zone;
      added.router_mac = router_mac(id);
      added.route_table =
          position_of(vpc_.route_tables, inventory_.effective_route_table(subnet).id);
      added.acl = position_of(vpc_.network_acls, subnet.network_acl);
      tables_.subnets.push_back(added);
    }
  }

  template <class Id>
  static std::uint32_t position_of(const std::vector<Id>& ids, const Id& id) {
    return static_cast<std::uint32_t>(std::find(ids.begin(), ids.end(), id) - ids.begin());
  }

  void add_interfaces() {
    std::uint32_t subnet = kNowhere;
    for_each_interface(inventory_, vpc_, [&](const NetworkInterface& interface) {
      if (subnet == kNowhere || tables_.subnets[subnet].id != interface.subnet) {
        subnet = position_of(vpc_.subnets, interface.subnet);
      }
      add_interface(interface, subnet);
    });
  }

  void add_interface(const NetworkInterface& interface, std::uint32_t subnet) {
    const auto slot = static_cast<std::uint32_t>(tables_.interfaces.size());
    dataplane::Interface added;
    added.id = interface.id;
    added.address = interface.primary.private_address;
    added.subnet = subnet;
    added.groups = groups_.number_of({interface.groups.data(), interface.groups.size()});
    added.mac = interface.mac;
    added.source_dest_check = interface.source_dest_check;
    added.device_index = interface.device_index;
    added.has_secondary = interface.address_count() > 1;
    if (const Instance* instance =
            interface.attached() ? inventory_.instances.find(interface.instance) : nullptr) {
      added.instance = interface.instance;
      added.state = state_of(instance->state);
      if (interface.device_index == 0) {
        tables_.guests.push_back(
            {instance->id, added.state, instance->initial_ttl(), instance->boots, slot});
      }
    }
    tables_.interfaces.push_back(added);
    for (std::size_t i = 0; i < interface.address_count(); ++i) {
      const InterfaceAddress& address = interface.address(i);
      tables_.addresses.push_back({address.private_address, address.public_address, slot});
    }
  }

  void add_nat_gateways() {
    for (std::uint32_t slot = 0; slot < tables_.interfaces.size(); ++slot) {
      const NetworkInterface& interface =
          inventory_.network_interfaces.get(tables_.interfaces[slot].id);
      if (interface.nat_gateway().empty()) {
        continue;
      }
      const NatGateway& gateway = inventory_.nat_gateways.get(interface.nat_gateway());
      dataplane::NatGateway added;
      added.id = gateway.id;
      added.address = interface.primary.private_address;
      added.public_address = interface.primary.public_address;
      added.subnet = tables_.interfaces[slot].subnet;
      added.interface = slot;
      added.state = state_of(gateway.state);
      added.is_private = gateway.connectivity == Connectivity::kPrivate;
      tables_.interfaces[slot].nat_gateway =
          static_cast<std::uint32_t>(tables_.nat_gateways.size());
      tables_.nat_gateways.push_back(added);
    }
  }

  /// CL-14, CL-15.
  void add_links() {
    for (const api::InstanceId& id : vpc_.linked_instances) {
      const ClassicPart& linked = *inventory_.instances.get(id).classic;
      tables_.links.push_back({id, linked.private_address, groups_.number_of(linked.link_groups)});
    }
  }

  void add_route_tables() {
    for (const api::RouteTableId& id : vpc_.route_tables) {
      const RouteTable& table = inventory_.route_tables.get(id);
      dataplane::RouteTable added;
      added.id = id;
      added.is_main = id == vpc_.main_route_table;
      if (added.is_main) {
        tables_.main_table = static_cast<std::uint32_t>(tables_.route_tables.size());
      }
      for (const EffectiveRoute& route : effective_routes(inventory_, table)) {
        added.routes.push_back(route.is_local() ? local_route(route.destination)
                                                : compile_route(route.destination, *route.route));
      }
      tables_.route_tables.push_back(std::move(added));
    }
    if (!vpc_.internet_gateway.empty()) {  // RT-25
      const InternetGateway& gateway = inventory_.internet_gateways.get(vpc_.internet_gateway);
      if (!gateway.route_table.empty()) {
        tables_.gateway_table = position_of(vpc_.route_tables, gateway.route_table);
      }
    }
  }

  /// RT-7, and the one that ClassicLink adds (CL-1, CL-20).
  [[nodiscard]] dataplane::Route local_route(wire::Ipv4Prefix destination) const {
    const bool is_own =
        std::find(tables_.cidrs.begin(), tables_.cidrs.end(), destination) != tables_.cidrs.end();
    return {destination, vpc_.id, is_own ? TargetKind::kLocal : TargetKind::kClassicLink,
            ObjectState::kUsable, kNowhere};
  }

  /// RT-14.
  [[nodiscard]] dataplane::Route compile_route(wire::Ipv4Prefix destination, const Route& route) {
    dataplane::Route added;
    added.destination = destination;
    added.target = route.target;
    const IdDigits digits = route.target.digits();
    switch (route.target.kind()) {
      case api::ResourceKind::kInternetGateway: {
        added.kind = TargetKind::kInternetGateway;
        const api::InternetGatewayId id(digits);
        if (id == vpc_.internet_gateway) {
          added.state = ObjectState::kUsable;
        } else if (inventory_.internet_gateways.contains(id)) {
          added.state = ObjectState::kDetached;
        }
        break;
      }
      case api::ResourceKind::kVpcPeeringConnection: {
        added.kind = TargetKind::kPeering;
        const api::VpcPeeringConnectionId id(digits);
        const std::uint32_t position = position_of(vpc_.peering_connections, id);
        if (position < tables_.peerings.size()) {
          added.index = position;
          added.state = tables_.peerings[position].state;
        }
        break;
      }
      case api::ResourceKind::kNetworkInterface: {
        added.kind = TargetKind::kInterface;
        const api::NetworkInterfaceId id(digits);
        const std::uint32_t slot = slot_of(id);
        if (slot != kNowhere) {
          added.index = slot;
          added.state = tables_.interfaces[slot].instance.empty() ? ObjectState::kDetached
                                                                  : ObjectState::kUsable;
        }
        break;
      }
      case api::ResourceKind::kNatGateway:
        compile_nat_route(api::NatGatewayId(digits), added);
        break;
      default:
        break;
    }
    return added;
  }

  void compile_nat_route(const api::NatGatewayId& id, dataplane::Route& added) const {
    added.kind = TargetKind::kNatGateway;
    if (const NatGateway* gateway = inventory_.nat_gateways.find(id)) {
      added.state = state_of(gateway->state);
    }
    for (std::uint32_t i = 0; i < tables_.nat_gateways.size(); ++i) {
      if (tables_.nat_gateways[i].id == id) {
        added.index = i;
      }
    }
    if (added.index == kNowhere && added.is_active()) {
      added.state = ObjectState::kDeleted;
    }
  }

  /// The position of an interface of this VPC, or kNowhere.
  [[nodiscard]] std::uint32_t slot_of(const api::NetworkInterfaceId& id) {
    if (slots_.empty()) {  // made for the first route to an interface
      for (std::uint32_t i = 0; i < tables_.interfaces.size(); ++i) {
        slots_.emplace_back(tables_.interfaces[i].id, i);
      }
      std::sort(slots_.begin(), slots_.end());
    }
    const auto found = std::lower_bound(slots_.begin(), slots_.end(), std::pair(id, 0U));
    return found == slots_.end() || found->first != id ? kNowhere : found->second;
  }

  const Inventory& inventory_;
  const Knobs& knobs_;
  const Vpc& vpc_;
  VpcTables tables_;
  GroupCompiler groups_;
  std::vector<std::pair<api::NetworkInterfaceId, std::uint32_t>> slots_;  // sorted
};

}  // namespace

std::optional<VpcTables> compile(const Inventory& inventory, const Knobs& knobs,
                                 const api::VpcId& vpc) {
  const Vpc* found = inventory.vpcs.find(vpc);
  if (found == nullptr) {
    return std::nullopt;
  }
  return Compiler(inventory, knobs, *found).compile();
}

}  // namespace vpclab::control
