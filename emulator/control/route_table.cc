#include "emulator/control/route_table.h"

#include <algorithm>

#include "emulator/api/generated/route_table.h"
#include "emulator/control/describe.h"
#include "emulator/control/network_actions.h"
#include "emulator/control/noun.h"
#include "emulator/control/select.h"
#include "emulator/control/tag_specification.h"

namespace vpclab::control {
namespace {

/// A static route or (without target) a `local` one.
api::Route describe_route(const Call& call, const RouteTable& table, const Route& route) {
  const Inventory& inventory = call.inventory();
  api::Route described;
  if (route.to_prefix_list()) {
    described.destination_prefix_list_id = route.prefix_list.text();
  } else {
    described.destination_cidr_block = to_string(route.destination);
  }
  // A route in the place of a `local` one came with the table, whatever its target is now (RT-7).
  const bool local =
      !route.to_prefix_list() && inventory.vpcs.get(table.vpc).has_cidr(route.destination);
  described.origin = local ? "CreateRouteTable" : "CreateRoute";
  described.state = to_string(route_state(inventory, table, route));
  switch (route.target.kind()) {
    case api::ResourceKind::kNone:
      described.gateway_id = "local";
      described.origin = "CreateRouteTable";
      described.state = "active";
      break;
    case api::ResourceKind::kNatGateway:
      described.nat_gateway_id = route.target.text();
      break;
    case api::ResourceKind::kVpcPeeringConnection:
      described.vpc_peering_connection_id = route.target.text();
      break;
    case api::ResourceKind::kNetworkInterface: {
      described.network_interface_id = route.target.text();
      const NetworkInterface* interface =
          inventory.network_interfaces.find(api::NetworkInterfaceId(route.target.digits()));
      if (interface != nullptr && interface->attached()) {
        described.instance_id = interface->instance.text();
        described.instance_owner_id = inventory.owner(interface->owner).account;
      } else if (!route.instance.empty()) {
        described.instance_id = route.instance.text();
      }
      break;
    }
    default:
      described.gateway_id = route.target.text();
  }
  return described;
}

/// Calls visit(route) for the local routes, or what stands in their place (RT-7), then the others.
template <class Visitor>
void for_each_route(const Call& call, const RouteTable& table, Visitor&& visit) {
  const Inventory& inventory = call.inventory();
  const Vpc& vpc = inventory.vpcs.get(table.vpc);
  for (const VpcCidr& cidr : vpc.cidrs) {
    if (!cidr.in_effect()) {
      continue;
    }
    const auto replaced =
        std::find_if(table.routes.begin(), table.routes.end(), [&](const Route& route) {
          return !route.to_prefix_list() && route.destination == cidr.prefix;
        });
    visit(replaced == table.routes.end() ? Route{cidr.prefix, {}} : *replaced);
  }
  if (inventory.has_classic_route(vpc)) {
    visit(Route{kClassicBlock, {}});  // CL-1, CL-22
  }
  for (const Route& route : table.routes) {
    if (route.to_prefix_list() || !vpc.has_cidr(route.destination)) {
      visit(route);
    }
  }
}

/// Adds one member of every route to the values of a filter.
template <class Member>
void add_routes(const Call& call, const RouteTable& table, FilterValues& values, Member member) {
  for_each_route(call, table, [&](const Route& route) {
    const api::Route described = describe_route(call, table, route);
    if ((described.*member).has_value()) {
      values.add(*(described.*member));
    }
  });
}

template <class Visitor>
void for_each_association(const Call& call, const RouteTable& table, Visitor&& visit) {
  for (const api::RouteTableAssociationId& id : table.associations) {
    visit(call.inventory().route_table_associations.get(id));
  }
}

constexpr FilterField<RouteTable> kRouteTableFilters[] = {
    {"association.gateway-id",
     [](const Call& call, const RouteTable& table, FilterValues& values) {
       for_each_association(call, table, [&](const RouteTableAssociation& association) {
         if (!association.gateway.empty()) {
           values.add(association.gateway.text());
         }
       });
     }},
    {"association.main",
     [](const Call& call, const RouteTable& table, FilterValues& values) {
       for_each_association(call, table, [&](const RouteTableAssociation& association) {
         values.add_flag(association.is_main());
       });
     }},
    {"association.route-table-association-id",
     [](const Call& call, const RouteTable& table, FilterValues& values) {
       for_each_association(call, table, [&](const RouteTableAssociation& association) {
         values.add(association.id.text());
       });
     }},
    {"association.route-table-id",
     [](const Call&, const RouteTable& table, FilterValues& values) {
       if (!table.associations.empty()) {
         values.add(table.id.text());
       }
     }},
    {"association.subnet-id",
     [](const Call& call, const RouteTable& table, FilterValues& values) {
       for_each_association(call, table, [&](const RouteTableAssociation& association) {
         if (!association.subnet.empty()) {
           values.add(association.subnet.text());
         }
       });
     }},
    {"owner-id", [](const Call& call, const RouteTable&,
                    FilterValues& values) { values.add(call.caller.account); }},
    {"route-table-id", [](const Call&, const RouteTable& table,
                          FilterValues& values) { values.add(table.id.text()); }},
    {"route.destination-cidr-block",
     [](const Call& call, const RouteTable& table, FilterValues& values) {
       add_routes(call, table, values, &api::Route::destination_cidr_block);
     }},
    {"route.destination-prefix-list-id",
     [](const Call& call, const RouteTable& table, FilterValues& values) {
       add_routes(call, table, values, &api::Route::destination_prefix_list_id);
     }},
    {"route.gateway-id",
     [](const Call& call, const RouteTable& table, FilterValues& values) {
       add_routes(call, table, values, &api::Route::gateway_id);
     }},
    {"route.instance-id",
     [](const Call& call, const RouteTable& table, FilterValues& values) {
       add_routes(call, table, values, &api::Route::instance_id);
     }},
    {"route.nat-gateway-id",
     [](const Call& call, const RouteTable& table, FilterValues& values) {
       add_routes(call, table, values, &api::Route::nat_gateway_id);
     }},
    {"route.origin",
     [](const Call& call, const RouteTable& table, FilterValues& values) {
       add_routes(call, table, values, &api::Route::origin);
     }},
    {"route.state",
     [](const Call& call, const RouteTable& table, FilterValues& values) {
       add_routes(call, table, values, &api::Route::state);
     }},
    {"route.vpc-peering-connection-id",
     [](const Call& call, const RouteTable& table, FilterValues& values) {
       add_routes(call, table, values, &api::Route::vpc_peering_connection_id);
     }},
    {"vpc-id", [](const Call&, const RouteTable& table,
                  FilterValues& values) { values.add(table.vpc.text()); }},
};

RouteTable& store_route_table(Call& call, Vpc& vpc, const api::RouteTableId& id) {
  Inventory& inventory = call.inventory();
  const auto slot = inventory.route_tables.insert({id, vpc.id, vpc.owner, {}, {}});
  vpc.route_tables.push_back(id);
  return inventory.route_tables.at(slot);
}

}  // namespace

std::string_view to_string(RouteState state) {
  return state == RouteState::kActive ? "active" : "blackhole";
}

RouteState route_state(const Inventory& inventory, const RouteTable& table, const Route& route) {
  const IdDigits digits = route.target.digits();
  bool usable = false;
  switch (route.target.kind()) {
    case api::ResourceKind::kInternetGateway: {
      const auto* gateway = inventory.internet_gateways.find(api::InternetGatewayId(digits));
      usable = gateway != nullptr && gateway->vpc == table.vpc;
      break;
    }
    case api::ResourceKind::kNatGateway: {
      const auto* gateway = inventory.nat_gateways.find(api::NatGatewayId(digits));
      usable = gateway != nullptr && gateway->is_available();
      break;
    }
    case api::ResourceKind::kVpcPeeringConnection: {
      const auto* peering = inventory.peering_connections.find(api::VpcPeeringConnectionId(digits));
      usable = peering != nullptr && peering->is_active();
      break;
    }
    case api::ResourceKind::kNetworkInterface: {
      const auto* interface = inventory.network_interfaces.find(api::NetworkInterfaceId(digits));
      usable = interface != nullptr && interface->attached();
      break;
    }
    default:
      break;
  }
  return usable ? RouteState::kActive : RouteState::kBlackhole;
}

std::uint64_t route_weight(const Inventory& inventory, const RouteTable& table) {
  const Vpc& vpc = inventory.vpcs.get(table.vpc);
  std::uint64_t weight = 0;
  for (const Route& route : table.routes) {
    if (route.to_prefix_list()) {
      weight += inventory.prefix_lists.get(route.prefix_list).max_entries;
    } else {
      weight += vpc.has_cidr(route.destination) ? 0U : 1U;
    }
  }
  return weight;
}

void build_main_route_table(Call& call, Vpc& vpc) {
  Inventory& inventory = call.inventory();
  RouteTable& table = store_route_table(call, vpc, part_id(inventory.route_tables, vpc.id));
  const api::RouteTableAssociationId association =
      part_id(inventory.route_table_associations, vpc.id, vpc.main_associations_made++);
  inventory.route_table_associations.insert({association, table.id, {}});
  table.associations.push_back(association);
  vpc.main_route_table = table.id;
}

void erase_route_table(Inventory& inventory, const api::RouteTableId& id) {
  const RouteTable& table = inventory.route_tables.get(id);
  for (const api::RouteTableAssociationId& association : table.associations) {
    inventory.route_table_associations.erase(association);
  }
  std::erase(inventory.vpcs.get(table.vpc).route_tables, id);
  drop_tags(inventory, table.owner, id);
  inventory.route_tables.erase(id);
}

api::RouteTable describe(const Call& call, const RouteTable& table) {
  api::RouteTable described;
  for_each_association(call, table, [&](const RouteTableAssociation& association) {
    api::RouteTableAssociation& shown = described.associations.emplace_back();
    shown.main = association.is_main();
    shown.route_table_association_id = association.id.text();
    shown.route_table_id = table.id.text();
    if (!association.subnet.empty()) {
      shown.subnet_id = association.subnet.text();
    }
    if (!association.gateway.empty()) {
      shown.gateway_id = association.gateway.text();
    }
    shown.association_state = api::RouteTableAssociationState{.state = "associated"};
  });
  for_each_route(call, table, [&](const Route& route) {
    described.routes.push_back(describe_route(call, table, route));
  });
  described.route_table_id = table.id.text();
  described.vpc_id = table.vpc.text();
  described.owner_id = call.inventory().owner(table.owner).account;
  described.tags = describe_tags(call, table.id);
  return described;
}

api::ApiResult<api::CreateRouteTableResponse> handle(Call& call,
                                                     const api::CreateRouteTableRequest& request) {
  const auto vpc = require<Vpc>(call, request.vpc_id);
  if (!vpc.has_value()) {
    return tl::unexpected(vpc.error());
  }
  auto tags = tags_for(request.tag_specifications, "route-table");
  if (!tags.has_value()) {
    return tl::unexpected(tags.error());
  }
  if ((*vpc)->route_tables.size() >= call.quotas().route_tables_per_vpc) {
    return api::refuse(api::code::kRouteTableLimitExceeded,
                       "The maximum number of route tables has been reached.");
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  const auto id = call.new_id(call.inventory().route_tables);
  if (!id.has_value()) {
    return tl::unexpected(id.error());
  }
  const RouteTable& table = store_route_table(call, **vpc, *id);
  put_tags(call, table.id, std::move(*tags));
  return api::CreateRouteTableResponse{.route_table = describe(call, table)};
}

api::ApiResult<api::DeleteRouteTableResponse> handle(Call& call,
                                                     const api::DeleteRouteTableRequest& request) {
  const auto table = require<RouteTable>(call, request.route_table_id);
  if (!table.has_value()) {
    return tl::unexpected(table.error());
  }
  const api::RouteTableId id = (*table)->id;
  if (!(*table)->associations.empty()) {  // the main table always has one (RT-23)
    return tl::unexpected(has_dependencies("routeTable", id.text()));
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  erase_route_table(call.inventory(), id);
  return api::DeleteRouteTableResponse{};
}

api::ApiResult<api::DescribeRouteTablesResponse> handle(
    Call& call, const api::DescribeRouteTablesRequest& request) {
  const auto selected =
      select<RouteTable>(call, request.route_table_ids, request.filters, kRouteTableFilters,
                         {request.max_results, request.next_token});
  if (!selected.has_value()) {
    return tl::unexpected(selected.error());
  }
  api::DescribeRouteTablesResponse response;
  for (const RouteTable* table : selected->items) {
    response.route_tables.push_back(describe(call, *table));
  }
  response.next_token = selected->next_token;
  return response;
}

}  // namespace vpclab::control
