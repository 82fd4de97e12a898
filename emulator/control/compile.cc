#include "emulator/control/compile.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "emulator/control/inventory.h"
#include "emulator/control/protocol.h"
#include "emulator/control/region.h"

namespace vpclab::control {
namespace {

using dataplane::FilterRule;
using dataplane::GroupRule;
using dataplane::kNowhere;
using dataplane::RuleTraffic;
using dataplane::TargetKind;
using dataplane::VpcTables;
using trace::ObjectState;

constexpr std::uint32_t kZonesPerRegion = 32;

ObjectState state_of(PeeringState state) {
  switch (state) {
    case PeeringState::kInitiatingRequest:
      return ObjectState::kInitiatingRequest;
    case PeeringState::kPendingAcceptance:
      return ObjectState::kPendingAcceptance;
    case PeeringState::kProvisioning:
      return ObjectState::kProvisioning;
    case PeeringState::kActive:
      return ObjectState::kUsable;
    case PeeringState::kDeleting:
      return ObjectState::kDeleting;
    case PeeringState::kDeleted:
      return ObjectState::kDeleted;
    case PeeringState::kRejected:
      return ObjectState::kRejected;
    case PeeringState::kExpired:
      return ObjectState::kExpired;
    case PeeringState::kFailed:
      return ObjectState::kFailed;
  }
  return ObjectState::kFailed;
}

ObjectState state_of(InstanceState state) {
  switch (state) {
    case InstanceState::kPending:
      return ObjectState::kPending;
    case InstanceState::kRunning:
      return ObjectState::kUsable;
    case InstanceState::kStopping:
      return ObjectState::kStopping;
    case InstanceState::kStopped:
      return ObjectState::kStopped;
    case InstanceState::kShuttingDown:
      return ObjectState::kShuttingDown;
    case InstanceState::kTerminated:
      return ObjectState::kTerminated;
  }
  return ObjectState::kTerminated;
}

RuleTraffic traffic_of(const SecurityGroupRule& rule) {
  if (has_ports(rule.protocol)) {
    return RuleTraffic{rule.protocol, static_cast<std::uint16_t>(rule.from_port),
                       static_cast<std::uint16_t>(rule.to_port)};
  }
  if (rule.protocol == kProtocolIcmp) {
    return RuleTraffic::icmp(rule.from_port, rule.to_port);
  }
  return RuleTraffic{rule.protocol, 0, 0xffff};
}

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

/// Calls visit(interface) for each network interface of a VPC, by subnet and primary address.
template <class Visitor>
void for_each_interface(const Inventory& inventory, const Vpc& vpc, Visitor&& visit) {
  for (const api::SubnetId& id : vpc.subnets) {
    inventory.subnets.get(id).addresses.for_each(
        [&](wire::Ipv4Address address, AddressBook::InterfaceSlot slot) {
          const NetworkInterface& interface = inventory.network_interfaces.at(slot);
          if (interface.primary.private_address == address) {
            visit(interface);
          }
        });
  }
}

class Compiler {
 public:
  Compiler(const Inventory& inventory, const Vpc& vpc) : inventory_(inventory), vpc_(vpc) {}

  VpcTables compile() {
    tables_.id = vpc_.id;
    tables_.region = region_number(inventory_.owner(vpc_.owner).region);
    for (const VpcCidr& cidr : vpc_.cidrs) {
      if (cidr.in_effect()) {
        tables_.cidrs.push_back(cidr.prefix);
      }
    }
    tables_.dns_support = vpc_.dns_support;
    if (!vpc_.internet_gateway.empty()) {
      tables_.internet_gateway = vpc_.internet_gateway;
    }
    add_peerings();
    add_acls();
    add_subnets();
    add_interfaces();
    add_route_tables();
    add_groups();
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
      if (const Vpc* far_vpc = inventory_.vpcs.find(far.vpc)) {
        added.inter_region =
            inventory_.owner(far_vpc->owner).region != inventory_.owner(vpc_.owner).region;
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
    group_lists_.emplace_back();
    group_list_numbers_.emplace(group_lists_.front(), dataplane::kNoGroups);
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
    added.groups = group_list_of(interface);
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

  /// Interfaces with the same groups share one compiled set; neighbours mostly have the same.
  std::uint32_t group_list_of(const NetworkInterface& interface) {
    const auto same = [&](const std::vector<api::SecurityGroupId>& list) {
      return std::equal(list.begin(), list.end(), interface.groups.begin(), interface.groups.end());
    };
    if (same(group_lists_[last_group_list_])) {
      return last_group_list_;
    }
    std::vector<api::SecurityGroupId> wanted(interface.groups.begin(), interface.groups.end());
    const auto [found, is_new] = group_list_numbers_.emplace(
        std::move(wanted), static_cast<std::uint32_t>(group_lists_.size()));
    if (is_new) {
      group_lists_.push_back(found->first);
    }
    last_group_list_ = found->second;
    return last_group_list_;
  }

  void add_route_tables() {
    for (const api::RouteTableId& id : vpc_.route_tables) {
      const RouteTable& table = inventory_.route_tables.get(id);
      dataplane::RouteTable added;
      added.id = id;
      added.is_main = id == vpc_.main_route_table;
      for (const wire::Ipv4Prefix& cidr : tables_.cidrs) {  // RT-7
        added.routes.push_back({cidr, vpc_.id, TargetKind::kLocal, ObjectState::kUsable, kNowhere});
      }
      for (const Route& route : table.routes) {
        added.routes.push_back(compile_route(route));
      }
      tables_.route_tables.push_back(std::move(added));
    }
  }

  /// RT-14.
  dataplane::Route compile_route(const Route& route) {
    dataplane::Route added;
    added.destination = route.destination;
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
        const NetworkInterface* target = inventory_.network_interfaces.find(id);
        if (target != nullptr && target->vpc == vpc_.id) {
          const auto place = std::find_if(
              tables_.interfaces.begin(), tables_.interfaces.end(),
              [&](const dataplane::Interface& interface) { return interface.id == id; });
          added.index = static_cast<std::uint32_t>(place - tables_.interfaces.begin());
          added.state = target->attached() ? ObjectState::kUsable : ObjectState::kDetached;
        }
        break;
      }
      default:
        break;
    }
    return added;
  }

  void add_groups() {
    for (const std::vector<api::SecurityGroupId>& list : group_lists_) {
      std::vector<GroupRule> rules;
      for (const api::SecurityGroupId& id : list) {
        const SecurityGroup& group = inventory_.security_groups.get(id);
        for (const SecurityGroupRule& rule : group.rules) {
          GroupRule added;
          added.group = id;
          added.id = rule.id;
          added.traffic = traffic_of(rule);
          added.egress = rule.egress;
          if (rule.names_group()) {
            added.address_set = address_set_of(group, rule);
          } else {
            added.remote = rule.cidr;
          }
          rules.push_back(added);
        }
      }
      tables_.group_sets.emplace_back(list, std::move(rules));
    }
    fill_address_sets();
  }

  /// The number of the set of a referenced group's members; of an empty set if the reference is
  /// stale (SG-16).
  std::uint32_t address_set_of(const SecurityGroup& holder, const SecurityGroupRule& rule) {
    const bool in_effect = reference_in_effect(inventory_, holder, rule);
    const api::SecurityGroupId referenced = in_effect ? rule.group : api::SecurityGroupId{};
    const auto next = static_cast<std::uint32_t>(members_.size());
    const auto [found, is_new] = set_numbers_.emplace(referenced, next);
    if (is_new) {
      members_.emplace_back();
      if (in_effect) {
        const api::VpcId& where = inventory_.security_groups.get(rule.group).vpc;
        if (std::find(member_vpcs_.begin(), member_vpcs_.end(), where) == member_vpcs_.end()) {
          member_vpcs_.push_back(where);
        }
      }
    }
    return found->second;
  }

  /// SG-10: every private address of every interface that carries the group.
  void fill_address_sets() {
    for (const api::VpcId& where : member_vpcs_) {
      for_each_interface(inventory_, inventory_.vpcs.get(where),
                         [&](const NetworkInterface& interface) { add_member(interface); });
    }
    for (std::vector<std::uint32_t>& members : members_) {
      tables_.address_sets.emplace_back(std::move(members));
    }
  }

  void add_member(const NetworkInterface& interface) {
    for (const api::SecurityGroupId& group : interface.groups) {
      const auto set = set_numbers_.find(group);
      if (set == set_numbers_.end()) {
        continue;
      }
      for (std::size_t i = 0; i < interface.address_count(); ++i) {
        members_[set->second].push_back(interface.address(i).private_address.to_host_order());
      }
    }
  }

  const Inventory& inventory_;
  const Vpc& vpc_;
  VpcTables tables_;
  std::vector<std::vector<api::SecurityGroupId>> group_lists_;
  std::map<std::vector<api::SecurityGroupId>, std::uint32_t> group_list_numbers_;
  std::uint32_t last_group_list_ = dataplane::kNoGroups;
  std::map<api::SecurityGroupId, std::uint32_t> set_numbers_;  // the empty id: stale references
  std::vector<std::vector<std::uint32_t>> members_;            // by set number
  std::vector<api::VpcId> member_vpcs_;                        // where referenced groups live
};

}  // namespace

std::optional<VpcTables> compile(const Inventory& inventory, const api::VpcId& vpc) {
  const Vpc* found = inventory.vpcs.find(vpc);
  if (found == nullptr) {
    return std::nullopt;
  }
  return Compiler(inventory, *found).compile();
}

}  // namespace vpclab::control
