// The actions on routes. CreateRoute and ReplaceRoute judge their target by the same rules (RT-10,
// RT-11, RT-19), hence the templates over the two requests.
#include <algorithm>

#include "emulator/api/generated/route_table.h"
#include "emulator/control/network_actions.h"
#include "emulator/control/noun.h"
#include "emulator/control/route_table.h"

namespace vpclab::control {
namespace {

constexpr std::string_view kExactlyOneTarget =
    "The request must contain exactly one of gatewayId, natGatewayId, networkInterfaceId, "
    "vpcPeeringConnectionId, egressOnlyInternetGatewayId, transitGatewayId, vpcEndpointId or "
    "instanceId";

tl::unexpected<api::ApiError> different_networks(const RouteTable& table,
                                                 const std::string& target) {
  return api::refuse(
      api::code::kInvalidParameterValue,
      "route table " + table.id.text() + " and " + target + " belong to different networks");
}

template <class Request>
api::ApiResult<wire::Ipv4Prefix> destination_of(const Request& request) {
  if (request.destination_ipv6_cidr_block.has_value()) {
    return tl::unexpected(unsupported("IPv6 routes are not emulated yet."));
  }
  if (request.destination_prefix_list_id.has_value()) {
    return tl::unexpected(unsupported("Routes to prefix lists are not emulated yet."));
  }
  if (!request.destination_cidr_block.has_value()) {
    return tl::unexpected(api::missing_parameter("DestinationCidrBlock"));
  }
  return parse_cidr(*request.destination_cidr_block, "destinationCidrBlock");
}

api::ApiResult<Route> to_gateway(const Call& call, const RouteTable& table,
                                 const std::string& text) {
  if (text.starts_with("vgw-")) {
    return tl::unexpected(unsupported("Virtual private gateways are not emulated."));
  }
  if (!text.starts_with("igw-")) {
    return tl::unexpected(
        not_found(api::code::kInvalidGatewayIDNotFound, "The gateway ID", {text}));
  }
  const auto gateway = find<InternetGateway>(call, text);
  if (!gateway.has_value()) {
    return tl::unexpected(gateway.error());
  }
  if ((*gateway)->vpc != table.vpc) {
    return different_networks(table, "network gateway " + text);
  }
  return Route{{}, (*gateway)->id, {}};
}

api::ApiResult<Route> to_peering(const Call& call, const RouteTable& table,
                                 const std::string& text) {
  const auto peering = find<VpcPeeringConnection>(call, text);
  if (!peering.has_value()) {
    return tl::unexpected(peering.error());
  }
  if (!(*peering)->joins(table.vpc)) {
    return different_networks(table, "network gateway " + text);
  }
  return Route{{}, (*peering)->id, {}};
}

api::ApiResult<Route> to_interface(const Call& call, const RouteTable& table,
                                   const std::string& text) {
  const auto interface = find<NetworkInterface>(call, text);
  if (!interface.has_value()) {
    return tl::unexpected(interface.error());
  }
  if ((*interface)->vpc != table.vpc) {
    return different_networks(table, "interface " + text);
  }
  return Route{{}, (*interface)->id, {}};
}

api::ApiResult<Route> to_instance(const Call& call, const RouteTable& table,
                                  const std::string& text) {
  const auto instance = find<Instance>(call, text);
  if (!instance.has_value()) {
    return tl::unexpected(instance.error());
  }
  if ((*instance)->interface_count() == 0) {
    return api::refuse(api::code::kIncorrectInstanceState,
                       "The instance '" + text + "' is not in a valid state for this operation.");
  }
  if ((*instance)->interface_count() > 1) {
    return api::refuse(api::code::kInvalidInstanceID,
                       "There are multiple interfaces attached to instance '" + text +
                           "'. Please specify an interface ID for the operation instead.");
  }
  const NetworkInterface& interface =
      call.inventory().network_interfaces.get((*instance)->primary_interface);
  if (interface.vpc != table.vpc) {
    return different_networks(table, "instance " + text);
  }
  return Route{{}, interface.id, (*instance)->id};
}

/// The target that a request names, its destination still empty.
template <class Request>
api::ApiResult<Route> target_of(const Call& call, const RouteTable& table, const Request& request) {
  const int later = (request.nat_gateway_id.has_value() ? 1 : 0) +
                    (request.egress_only_internet_gateway_id.has_value() ? 1 : 0) +
                    (request.transit_gateway_id.has_value() ? 1 : 0) +
                    (request.local_gateway_id.has_value() ? 1 : 0) +
                    (request.carrier_gateway_id.has_value() ? 1 : 0) +
                    (request.vpc_endpoint_id.has_value() ? 1 : 0) +
                    (request.core_network_arn.has_value() ? 1 : 0);
  const int given = later + (request.gateway_id.has_value() ? 1 : 0) +
                    (request.network_interface_id.has_value() ? 1 : 0) +
                    (request.vpc_peering_connection_id.has_value() ? 1 : 0) +
                    (request.instance_id.has_value() ? 1 : 0);
  if (given != 1) {
    return api::refuse(
        given == 0 ? api::code::kMissingParameter : api::code::kInvalidParameterCombination,
        std::string(kExactlyOneTarget));
  }
  if (later == 1) {
    return tl::unexpected(unsupported("Routes to this kind of target are not emulated yet."));
  }
  if (request.gateway_id.has_value()) {
    return to_gateway(call, table, *request.gateway_id);
  }
  if (request.vpc_peering_connection_id.has_value()) {
    return to_peering(call, table, *request.vpc_peering_connection_id);
  }
  if (request.network_interface_id.has_value()) {
    return to_interface(call, table, *request.network_interface_id);
  }
  return to_instance(call, table, *request.instance_id);
}

/// RT-11: what a route at least as specific as `local` may be.
api::ApiResult<bool> check_more_specific(const Call& call, const RouteTable& table,
                                         const Route& route) {
  const Vpc& vpc = call.inventory().vpcs.get(table.vpc);
  if (!vpc.contains(route.destination)) {
    return true;
  }
  if (route.target.kind() != api::ResourceKind::kNetworkInterface) {
    return api::refuse(api::code::kInvalidParameterValue,
                       "The destination CIDR block " + to_string(route.destination) +
                           " is equal to or more specific than one of this VPC's CIDR blocks. "
                           "This route can target only an interface or an instance.");
  }
  for (const VpcCidr& cidr : vpc.cidrs) {
    if (cidr.in_effect() && cidr.prefix == route.destination) {
      return api::refuse(
          api::code::kRouteAlreadyExists,
          "The route identified by " + to_string(route.destination) + " already exists.");
    }
  }
  if (call.knobs().more_specific_routes == MoreSpecificRoutes::kModern) {
    for (const api::SubnetId& subnet : vpc.subnets) {
      if (call.inventory().subnets.get(subnet).cidr == route.destination) {
        return true;
      }
    }
    return api::refuse(api::code::kInvalidParameterValue,
                       "Route destination doesn't match any subnet CIDR blocks.");
  }
  return true;
}

/// The route that a request describes, judged by all rules but those about what is there already.
template <class Request>
api::ApiResult<Route> route_of(const Call& call, const RouteTable& table, const Request& request) {
  const auto destination = destination_of(request);
  if (!destination.has_value()) {
    return tl::unexpected(destination.error());
  }
  auto route = target_of(call, table, request);
  if (!route.has_value()) {
    return route;
  }
  route->destination = *destination;
  if (kUnroutableBlock.contains(*destination)) {
    return api::refuse(
        api::code::kInvalidParameterValue,
        "The destination CIDR block " + to_string(*destination) + " is reserved by AWS.");
  }
  if (const auto checked = check_more_specific(call, table, *route); !checked.has_value()) {
    return tl::unexpected(checked.error());
  }
  return route;
}

std::vector<Route>::iterator find_route(RouteTable& table, wire::Ipv4Prefix destination) {
  return std::find_if(table.routes.begin(), table.routes.end(),
                      [&](const Route& route) { return route.destination == destination; });
}

bool is_local(const Call& call, const RouteTable& table, wire::Ipv4Prefix destination) {
  for (const VpcCidr& cidr : call.inventory().vpcs.get(table.vpc).cidrs) {
    if (cidr.in_effect() && cidr.prefix == destination) {
      return true;
    }
  }
  return false;
}

}  // namespace

void insert_route(RouteTable& table, const Route& route) {
  const auto place = std::lower_bound(table.routes.begin(), table.routes.end(), route);
  table.routes.insert(place, route);
}

api::ApiResult<api::CreateRouteResponse> handle(Call& call,
                                                const api::CreateRouteRequest& request) {
  const auto table = require<RouteTable>(call, request.route_table_id);
  if (!table.has_value()) {
    return tl::unexpected(table.error());
  }
  const auto route = route_of(call, **table, request);
  if (!route.has_value()) {
    return tl::unexpected(route.error());
  }
  const auto existing = find_route(**table, route->destination);
  if (existing != (*table)->routes.end()) {
    if (call.knobs().route_create_idempotent && existing->target == route->target) {
      return api::CreateRouteResponse{.return_value = true};  // RT-28
    }
    return api::refuse(
        api::code::kRouteAlreadyExists,
        "The route identified by " + to_string(route->destination) + " already exists.");
  }
  if ((*table)->routes.size() >= call.quotas().routes_per_table) {
    return api::refuse(api::code::kRouteLimitExceeded,
                       "The maximum number of routes has been reached.");
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  insert_route(**table, *route);
  call.inventory().mark_changed((*table)->vpc);
  return api::CreateRouteResponse{.return_value = true};
}

api::ApiResult<api::ReplaceRouteResponse> handle(Call& call,
                                                 const api::ReplaceRouteRequest& request) {
  const auto table = require<RouteTable>(call, request.route_table_id);
  if (!table.has_value()) {
    return tl::unexpected(table.error());
  }
  const auto destination = destination_of(request);
  if (!destination.has_value()) {
    return tl::unexpected(destination.error());
  }
  if (request.local_target.value_or(false) || is_local(call, **table, *destination)) {
    return tl::unexpected(
        unsupported("Replacing the target of a local route is not emulated yet."));
  }
  const auto existing = find_route(**table, *destination);
  if (existing == (*table)->routes.end()) {
    return api::refuse(api::code::kInvalidParameterValue,
                       "There is no route defined for '" + to_string(*destination) +
                           "' in the route table. Use CreateRoute instead.");
  }
  const auto route = route_of(call, **table, request);
  if (!route.has_value()) {
    return tl::unexpected(route.error());
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  *existing = *route;
  call.inventory().mark_changed((*table)->vpc);
  return api::ReplaceRouteResponse{};
}

api::ApiResult<api::DeleteRouteResponse> handle(Call& call,
                                                const api::DeleteRouteRequest& request) {
  const auto table = require<RouteTable>(call, request.route_table_id);
  if (!table.has_value()) {
    return tl::unexpected(table.error());
  }
  const auto destination = destination_of(request);
  if (!destination.has_value()) {
    return tl::unexpected(destination.error());
  }
  if (is_local(call, **table, *destination)) {
    return api::refuse(api::code::kInvalidParameterValue,
                       "cannot remove local route " + to_string(*destination) + " in route table " +
                           (*table)->id.text());
  }
  const auto existing = find_route(**table, *destination);
  if (existing == (*table)->routes.end()) {
    return api::refuse(api::code::kInvalidRouteNotFound,
                       "no route with destination-cidr-block " + to_string(*destination) +
                           " in route table " + (*table)->id.text());
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  (*table)->routes.erase(existing);
  call.inventory().mark_changed((*table)->vpc);
  return api::DeleteRouteResponse{};
}

}  // namespace vpclab::control
