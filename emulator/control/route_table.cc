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
  described.destination_cidr_block = to_string(route.destination);
  described.origin = "CreateRoute";
  described.state = to_string(route_state(inventory, table, route));
  switch (route.target.kind()) {
    case api::ResourceKind::kNone:
      described.gateway_id = "local";
      described.origin = "CreateRouteTable";
      described.state = "active";
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

/// Calls visit(route) for the local routes, then the static ones.
template <class Visitor>
void for_each_route(const Call& call, const RouteTable& table, Visitor&& visit) {
  for (const VpcCidr& cidr : call.inventory().vpcs.get(table.vpc).cidrs) {
    if (cidr.in_effect()) {
      visit(Route{cidr.prefix, {}, {}});
    }
  }
  for (const Route& route : table.routes) {
    visit(route);
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

constexpr FilterField<RouteTable> kFilters[] = {
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
         values.add(association.subnet.text());
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
    {"route.gateway-id",
     [](const Call& call, const RouteTable& table, FilterValues& values) {
       add_routes(call, table, values, &api::Route::gateway_id);
     }},
    {"route.instance-id",
     [](const Call& call, const RouteTable& table, FilterValues& values) {
       add_routes(call, table, values, &api::Route::instance_id);
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
    if (!association.is_main()) {
      shown.subnet_id = association.subnet.text();
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
  const auto selected = select<RouteTable>(call, request.route_table_ids, request.filters, kFilters,
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
