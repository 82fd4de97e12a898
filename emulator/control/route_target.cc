#include "emulator/control/route_target.h"

#include "emulator/control/noun.h"

namespace vpclab::control {
namespace {

constexpr std::string_view kExactlyOneTarget =
    "The request must contain exactly one of gatewayId, natGatewayId, networkInterfaceId, "
    "vpcPeeringConnectionId, egressOnlyInternetGatewayId, transitGatewayId, vpcEndpointId or "
    "instanceId";

/// RT-19: the route to a target of the table's VPC; else the two belong to different networks.
/// `what` is how EC2's sentence calls the target: "network gateway" for a peering, too.
api::ApiResult<Route> route_to(const RouteTable& table, bool same_network, std::string_view what,
                               const std::string& text, const api::ResourceId& target) {
  if (!same_network) {
    return api::refuse(api::code::kInvalidParameterValue,
                       "route table " + table.id.text() + " and " + std::string(what) + " " + text +
                           " belong to different networks");
  }
  Route route;
  route.target = target;
  return route;
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
  return route_to(table, (*gateway)->vpc == table.vpc, "network gateway", text, (*gateway)->id);
}

/// One that is pending will do: the route is a blackhole until it is available (RT-14).
api::ApiResult<Route> to_nat_gateway(const Call& call, const RouteTable& table,
                                     const std::string& text) {
  const auto id = parse_id<NatGateway>(text);
  if (!id.has_value()) {
    return tl::unexpected(id.error());
  }
  const NatGateway* gateway = call.inventory().nat_gateways.find(*id);
  if (gateway == nullptr || !visible_to(call, *gateway) || gateway->is_over() ||
      gateway->state == NatGatewayState::kDeleting) {
    return tl::unexpected(
        not_found(api::code::kInvalidNatGatewayIDNotFound, "The natGateway ID", {text}));
  }
  return route_to(table, gateway->vpc == table.vpc, "network gateway", text, gateway->id);
}

api::ApiResult<Route> to_peering(const Call& call, const RouteTable& table,
                                 const std::string& text) {
  const auto peering = find<VpcPeeringConnection>(call, text);
  if (!peering.has_value()) {
    return tl::unexpected(peering.error());
  }
  return route_to(table, (*peering)->joins(table.vpc), "network gateway", text, (*peering)->id);
}

api::ApiResult<Route> to_interface(const Call& call, const RouteTable& table,
                                   const std::string& text) {
  const auto interface = find<NetworkInterface>(call, text);
  if (!interface.has_value()) {
    return tl::unexpected(interface.error());
  }
  if (!(*interface)->nat_gateway().empty()) {
    return tl::unexpected(api::invalid_parameter_value("networkInterfaceId", text,
                                                       "It belongs to NAT gateway " +
                                                           (*interface)->nat_gateway().text() +
                                                           ", which can be a target itself."));
  }
  return route_to(table, (*interface)->vpc == table.vpc, "interface", text, (*interface)->id);
}

/// RT-10: the only interface of an instance.
api::ApiResult<Route> to_instance(const Call& call, const RouteTable& table,
                                  const std::string& text) {
  const auto instance = find<Instance>(call, text);
  if (!instance.has_value()) {
    return tl::unexpected(instance.error());
  }
  if ((*instance)->in_classic()) {
    return route_to(table, /*same_network=*/false, "instance", text, {});
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
  auto route = route_to(table, interface.vpc == table.vpc, "instance", text, interface.id);
  if (route.has_value()) {
    route->instance = (*instance)->id;
  }
  return route;
}

}  // namespace

api::ApiResult<Route> target_of(const Call& call, const RouteTable& table,
                                const RouteRequest& request) {
  int given = request.other_targets + (request.local_target ? 1 : 0);
  for (const auto* target : {&request.gateway, &request.nat_gateway, &request.interface,
                             &request.peering, &request.instance}) {
    given += target->has_value() ? 1 : 0;
  }
  if (given != 1) {
    return api::refuse(
        given == 0 ? api::code::kMissingParameter : api::code::kInvalidParameterCombination,
        std::string(kExactlyOneTarget));
  }
  if (request.local_target) {
    return Route{};  // no target: `local`
  }
  if (request.gateway.has_value()) {
    return to_gateway(call, table, *request.gateway);
  }
  if (request.nat_gateway.has_value()) {
    return to_nat_gateway(call, table, *request.nat_gateway);
  }
  if (request.peering.has_value()) {
    return to_peering(call, table, *request.peering);
  }
  if (request.interface.has_value()) {
    return to_interface(call, table, *request.interface);
  }
  if (request.instance.has_value()) {
    return to_instance(call, table, *request.instance);
  }
  return tl::unexpected(unsupported("Routes to this kind of target are not emulated yet."));
}

}  // namespace vpclab::control
