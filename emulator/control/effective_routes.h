// control/effective_routes.h - what a route table amounts to: its local routes (RT-7), its static
// ones, and those to prefix lists entry by entry, one target per destination. What compile() hands
// to the data plane; describing actions show the routes as they are stored instead.
#pragma once

#include <vector>

#include "emulator/api/ids.h"
#include "emulator/control/route_table.h"
#include "netstack/wire/ipv4_prefix.h"

namespace vpclab::control {

class Inventory;

struct EffectiveRoute {
  wire::Ipv4Prefix destination;
  /// The stored route that says so; null: a `local` route.
  const Route* route = nullptr;

  [[nodiscard]] bool is_local() const { return route == nullptr; }
};

/// Sorted by destination, each destination once. A route to a CIDR block wins over the same block
/// in a prefix list; of two lists the one whose id is lower. An entry that a route of its own could
/// not name (RT-11, RT-12) is passed over. The pointers live as long as the table is not changed.
[[nodiscard]] std::vector<EffectiveRoute> effective_routes(const Inventory& inventory,
                                                           const RouteTable& table);

}  // namespace vpclab::control
