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

/// RT-12: link-local services; no route may point exactly there or inside.
inline constexpr wire::Ipv4Prefix kUnroutableBlock =
    wire::Ipv4Prefix::of(wire::Ipv4Address::of(169, 254, 168, 0), 22);

/// One static route. `target` is the gateway, peering connection or network interface; a route to
/// an instance names the instance's only interface as target, and the instance. A route whose
/// destination is a CIDR of the VPC stands in place of its `local` route (RT-7).
struct Route {
  wire::Ipv4Prefix destination;  // 0.0.0.0/0, without meaning, if a prefix list is named
  api::ResourceId target;
  api::InstanceId instance{};              // only of routes to an instance (RT-10)
  api::ManagedPrefixListId prefix_list{};  // the destination, unless it is empty

  [[nodiscard]] bool to_prefix_list() const { return !prefix_list.empty(); }

  /// The order of a table's routes: those to CIDR blocks first.
  [[nodiscard]] friend bool operator<(const Route& a, const Route& b) {
    return a.prefix_list != b.prefix_list ? a.prefix_list < b.prefix_list
                                          : a.destination < b.destination;
  }
};

struct RouteTable {
  api::RouteTableId id;
  api::VpcId vpc;
  OwnerIndex owner{};
  std::vector<Route> routes;  // sorted; no `local` ones
  /// In order of creation; the main one, if this is the main table, among them.
  std::vector<api::RouteTableAssociationId> associations;
};

/// Ties a subnet, an internet gateway (RT-25), or (both empty) the role of main table to a table
/// (RT-3, RT-4).
struct RouteTableAssociation {
  api::RouteTableAssociationId id;
  api::RouteTableId route_table;
  api::SubnetId subnet;
  api::InternetGatewayId gateway{};

  [[nodiscard]] bool is_main() const { return subnet.empty() && gateway.empty(); }
};

enum class RouteState : std::uint8_t { kActive, kBlackhole };

[[nodiscard]] std::string_view to_string(RouteState state);

/// RT-14: active while the target can be used from this VPC: an attached internet gateway, an
/// available NAT gateway, an active peering connection, an interface attached to an instance.
[[nodiscard]] RouteState route_state(const Inventory& inventory, const RouteTable& table,
                                     const Route& route);

/// What counts against the quota of routes: static ones, those to a prefix list as many as its
/// MaxEntries, those in place of a `local` one not at all.
[[nodiscard]] std::uint64_t route_weight(const Inventory& inventory, const RouteTable& table);

// --- for other nouns
// ------------------------------------------------------------------------------

struct Call;
struct Vpc;

/// Makes a new VPC's main table (VPC-6).
void build_main_route_table(Call& call, Vpc& vpc);

/// Removes a table with its associations; its VPC forgets it.
void erase_route_table(Inventory& inventory, const api::RouteTableId& id);

/// Removes the explicit association of a subnet, which falls back to the main table, or that of a
/// gateway.
void erase_route_table_association(Inventory& inventory, api::RouteTableAssociationId id);

/// Puts a route into its place in the sorted list.
void insert_route(RouteTable& table, const Route& route);

}  // namespace vpclab::control
