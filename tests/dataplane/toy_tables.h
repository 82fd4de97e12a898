// tests/dataplane/toy_tables.h - VpcTables made by hand: VPC-1 of CASE-1 (10.1.0.0/16) with two
// subnets, a peering connection and a gateway.
#pragma once

#include <string>
#include <string_view>

#include "emulator/dataplane/plan.h"
#include "tests/support/ipv4_packets.h"

namespace vpclab::dataplane {

template <class Id>
Id id_of(std::uint32_t number) {
  return Id(IdDigits{number, 0, 8});
}

/// Positions in the toy's tables.
enum ToySubnet : std::uint32_t { kPublicSubnet, kPrivateSubnet };

enum ToyInterface : std::uint32_t { kAlice, kAnne, kCarol, kRouter, kStopped };

inline wire::Ipv4Address toy_address(ToyInterface which) {
  switch (which) {
    case kAlice:
      return testing::address("10.1.6.33");
    case kAnne:
      return testing::address("10.1.6.34");
    case kCarol:
      return testing::address("10.1.16.9");
    case kRouter:
      return testing::address("10.1.16.10");
    case kStopped:
      return testing::address("10.1.16.11");
  }
  return {};
}

/// Everything allowed in both directions.
inline NetworkAcl open_acl(std::uint32_t number) {
  const RuleTraffic all{-1, 0, 0xffff};
  return NetworkAcl(id_of<api::NetworkAclId>(number),
                    {AclEntry{100, false, true, all, testing::prefix("0.0.0.0/0")},
                     AclEntry{100, true, true, all, testing::prefix("0.0.0.0/0")}});
}

/// `seal` is still to be called.
inline VpcTables toy_vpc() {
  VpcTables tables;
  tables.id = id_of<api::VpcId>(1);
  tables.cidrs = {testing::prefix("10.1.0.0/16")};
  tables.acls = {open_acl(1), open_acl(2)};

  const auto subnet = [&](std::uint32_t number, std::string_view cidr, std::uint32_t zone) {
    Subnet added;
    added.id = id_of<api::SubnetId>(number + 1);
    added.cidr = testing::prefix(cidr);
    added.route_table = number;
    added.acl = number;
    added.zone = zone;
    tables.subnets.push_back(added);
  };
  subnet(kPublicSubnet, "10.1.0.0/20", 0);
  subnet(kPrivateSubnet, "10.1.16.0/20", 1);

  tables.group_sets.emplace_back();
  GroupRule out;
  out.group = id_of<api::SecurityGroupId>(1);
  out.egress = true;
  GroupRule echo_in = out;
  echo_in.egress = false;
  echo_in.traffic = RuleTraffic::icmp(8, -1);
  echo_in.remote = testing::prefix("10.0.0.0/8");
  tables.group_sets.emplace_back(
      std::vector<api::SecurityGroupId>{out.group, id_of<api::SecurityGroupId>(2)},
      std::vector<GroupRule>{out, echo_in});

  for (const ToyInterface which : {kAlice, kAnne, kCarol, kRouter, kStopped}) {
    Interface added;
    added.id = id_of<api::NetworkInterfaceId>(which + 1);
    added.instance = id_of<api::InstanceId>(which + 1);
    added.address = toy_address(which);
    added.subnet = which < kCarol ? kPublicSubnet : kPrivateSubnet;
    added.groups = 1;
    added.state = which == kStopped ? trace::ObjectState::kStopped : trace::ObjectState::kUsable;
    added.source_dest_check = which != kRouter;
    tables.interfaces.push_back(added);
    tables.addresses.push_back({added.address, {}, which});
  }
  tables.addresses[kAlice].public_address = testing::address("203.0.113.130");

  Peering peering;
  peering.id = id_of<api::VpcPeeringConnectionId>(1);
  peering.far_vpc = id_of<api::VpcId>(2);
  peering.state = trace::ObjectState::kUsable;
  peering.far_cidrs = {testing::prefix("10.2.0.0/16"), testing::prefix("10.3.0.0/24")};
  tables.peerings.push_back(peering);
  tables.internet_gateway = id_of<api::InternetGatewayId>(1);

  const auto local =
      Route{tables.cidrs[0], tables.id, TargetKind::kLocal, trace::ObjectState::kUsable, kNowhere};
  RouteTable custom{id_of<api::RouteTableId>(1), false, {local}, {}};
  RouteTable main{id_of<api::RouteTableId>(2), true, {local}, {}};
  tables.route_tables = {custom, main};
  return tables;
}

/// Adds a route to a table of the toy.
inline Route& add_route(VpcTables& tables, std::uint32_t table, std::string_view destination,
                        TargetKind kind, std::uint32_t index = kNowhere) {
  Route added;
  added.destination = testing::prefix(destination);
  added.kind = kind;
  added.state = trace::ObjectState::kUsable;
  added.index = index;
  if (kind == TargetKind::kPeering) {
    added.target = tables.peerings[index].id;
    added.state = tables.peerings[index].state;
  } else if (kind == TargetKind::kInterface) {
    added.target = tables.interfaces[index].id;
  } else if (kind == TargetKind::kInternetGateway) {
    added.target = *tables.internet_gateway;
  }
  tables.route_tables[table].routes.push_back(added);
  return tables.route_tables[table].routes.back();
}

}  // namespace vpclab::dataplane
