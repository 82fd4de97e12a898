// control/route_table.h - route tables, their associations and their static routes (RT-1…28), and
// the EC2 actions on tables and associations (routes: control/route.h). `local` routes are not
// stored: they are the VPC's CIDRs (RT-7); a route's state is derived, never stored (RT-14).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "emulator/api/ids.h"
#include "emulator/control/owner.h"
#include "netstack/wire/ipv4_prefix.h"

namespace vpclab::control {

class Inventory;

/// One static route. `target` is the internet gateway, peering connection or network interface;
/// a route to an instance names the instance's only interface as target, and the instance.
struct Route {
  wire::Ipv4Prefix destination;
  api::ResourceId target;
  api::InstanceId instance;  // only of routes to an instance (RT-10)
};

struct RouteTable {
  api::RouteTableId id;
  api::VpcId vpc;
  OwnerIndex owner{};
  std::vector<Route> routes;  // sorted by destination; no `local` ones
  /// In order of creation; the main one, if this is the main table, among them.
  std::vector<api::RouteTableAssociationId> associations;
};

/// Ties a subnet, or the role of main table (subnet empty), to a table (RT-3, RT-4).
struct RouteTableAssociation {
  api::RouteTableAssociationId id;
  api::RouteTableId route_table;
  api::SubnetId subnet;

  [[nodiscard]] bool is_main() const { return subnet.empty(); }
};

enum class RouteState : std::uint8_t { kActive, kBlackhole };

[[nodiscard]] std::string_view to_string(RouteState state);

/// RT-14: active while the target can be used from this VPC: an attached internet gateway, an
/// active peering connection, an interface that is attached to an instance.
[[nodiscard]] RouteState route_state(const Inventory& inventory, const RouteTable& table,
                                     const Route& route);

// --- for other nouns
// ------------------------------------------------------------------------------

struct Call;
struct Vpc;

/// Makes a new VPC's main table (VPC-6).
void build_main_route_table(Call& call, Vpc& vpc);

/// Removes a table with its associations; its VPC forgets it.
void erase_route_table(Inventory& inventory, const api::RouteTableId& id);

/// Removes a subnet's explicit association: the subnet falls back to the main table.
void erase_route_table_association(Inventory& inventory, const api::RouteTableAssociationId& id);

/// Puts a route into its place in the sorted list.
void insert_route(RouteTable& table, const Route& route);

}  // namespace vpclab::control
