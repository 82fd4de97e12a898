// The actions on routes.
#include <algorithm>

#include "emulator/api/generated/route_table.h"
#include "emulator/control/network_actions.h"
#include "emulator/control/noun.h"
#include "emulator/control/route_rules.h"
#include "emulator/control/route_table.h"

namespace vpclab::control {
namespace {

std::vector<Route>::iterator find_route(RouteTable& table, const Route& destination) {
  return std::find_if(table.routes.begin(), table.routes.end(), [&](const Route& route) {
    return route.destination == destination.destination &&
           route.prefix_list == destination.prefix_list;
  });
}

/// A table and a destination in it, as all three actions name them.
struct RoutePlace {
  RouteTable* table = nullptr;
  RouteRequest request;
  Route destination;
};

template <class Request>
api::ApiResult<RoutePlace> place_of(const Call& call, const Request& request) {
  const auto table = require<RouteTable>(call, request.route_table_id);
  if (!table.has_value()) {
    return tl::unexpected(table.error());
  }
  RoutePlace place{*table, route_request(request), {}};
  const auto destination = destination_of(call, place.request);
  if (!destination.has_value()) {
    return tl::unexpected(destination.error());
  }
  place.destination = *destination;
  return place;
}

/// How much a route counts against the quota.
std::uint64_t weight_of(const Inventory& inventory, const Route& route) {
  return route.to_prefix_list() ? inventory.prefix_lists.get(route.prefix_list).max_entries : 1U;
}

/// RT-7: puts a target in the place of a `local` route, or `local` (no target) back.
void replace_local(RouteTable& table, const Route& route) {
  const auto existing = find_route(table, route);
  if (existing != table.routes.end()) {
    table.routes.erase(existing);
  }
  if (!route.target.empty()) {
    insert_route(table, route);
  }
}

tl::unexpected<api::ApiError> local_stays(const RoutePlace& place, std::string_view verb) {
  return api::refuse(api::code::kInvalidParameterValue,
                     "cannot " + std::string(verb) + " local route " +
                         destination_text(place.destination) + " in route table " +
                         place.table->id.text());
}

}  // namespace

void insert_route(RouteTable& table, const Route& route) {
  const auto place = std::lower_bound(table.routes.begin(), table.routes.end(), route);
  table.routes.insert(place, route);
}

api::ApiResult<api::CreateRouteResponse> handle(Call& call,
                                                const api::CreateRouteRequest& request) {
  const auto place = place_of(call, request);
  if (!place.has_value()) {
    return tl::unexpected(place.error());
  }
  RouteTable& table = *place->table;
  const auto route = route_of(call, table, place->destination, place->request);
  if (!route.has_value()) {
    return tl::unexpected(route.error());
  }
  const auto existing = find_route(table, *route);
  const bool exists = existing != table.routes.end();
  if (exists && call.knobs().route_create_idempotent && existing->target == route->target) {
    return api::CreateRouteResponse{.return_value = true};  // RT-28
  }
  if (exists || is_local(call, table, *route)) {
    return api::refuse(api::code::kRouteAlreadyExists,
                       "The route identified by " + destination_text(*route) + " already exists.");
  }
  if (route_weight(call.inventory(), table) + weight_of(call.inventory(), *route) >
      call.quotas().routes_per_table) {
    return api::refuse(api::code::kRouteLimitExceeded,
                       "The maximum number of routes has been reached.");
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  insert_route(table, *route);
  call.inventory().mark_changed(table.vpc);
  return api::CreateRouteResponse{.return_value = true};
}

api::ApiResult<api::ReplaceRouteResponse> handle(Call& call,
                                                 const api::ReplaceRouteRequest& request) {
  const auto place = place_of(call, request);
  if (!place.has_value()) {
    return tl::unexpected(place.error());
  }
  RouteTable& table = *place->table;
  const bool local = is_local(call, table, place->destination);
  const bool fixed = call.knobs().more_specific_routes == MoreSpecificRoutes::kClassicEra;
  if (is_classic_route(call, table, place->destination) || (local && fixed)) {  // CL-1, RT-7
    return local_stays(*place, "replace");
  }
  const auto existing = find_route(table, place->destination);
  if (!local && existing == table.routes.end()) {
    return api::refuse(api::code::kInvalidParameterValue,
                       "There is no route defined for '" + destination_text(place->destination) +
                           "' in the route table. Use CreateRoute instead.");
  }
  const auto route = route_of(call, table, place->destination, place->request);
  if (!route.has_value()) {
    return tl::unexpected(route.error());
  }
  if (place->request.local_target && !local) {
    return api::refuse(api::code::kInvalidParameterValue, "The route " + destination_text(*route) +
                                                              " in route table " + table.id.text() +
                                                              " is not a local route.");
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  if (local) {
    replace_local(table, *route);
  } else {
    *existing = *route;
  }
  call.inventory().mark_changed(table.vpc);
  return api::ReplaceRouteResponse{};
}

api::ApiResult<api::DeleteRouteResponse> handle(Call& call,
                                                const api::DeleteRouteRequest& request) {
  const auto place = place_of(call, request);
  if (!place.has_value()) {
    return tl::unexpected(place.error());
  }
  RouteTable& table = *place->table;
  if (is_local(call, table, place->destination) ||
      is_classic_route(call, table, place->destination)) {
    return local_stays(*place, "remove");
  }
  const auto existing = find_route(table, place->destination);
  if (existing == table.routes.end()) {
    const bool by_list = place->destination.to_prefix_list();
    return api::refuse(
        api::code::kInvalidRouteNotFound,
        std::string("no route with destination-") + (by_list ? "prefix-list-id " : "cidr-block ") +
            destination_text(place->destination) + " in route table " + table.id.text());
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  table.routes.erase(existing);
  call.inventory().mark_changed(table.vpc);
  return api::DeleteRouteResponse{};
}

}  // namespace vpclab::control
