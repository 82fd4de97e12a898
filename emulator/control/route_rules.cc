#include "emulator/control/route_rules.h"

#include <algorithm>

#include "emulator/control/noun.h"
#include "emulator/control/route_target.h"

namespace vpclab::control {
namespace {

tl::unexpected<api::ApiError> invalid(std::string message) {
  return api::refuse(api::code::kInvalidParameterValue, std::move(message));
}

tl::unexpected<api::ApiError> already_exists(const Route& route) {
  return api::refuse(api::code::kRouteAlreadyExists,
                     "The route identified by " + destination_text(route) + " already exists.");
}

bool is_whole_subnet(const Inventory& inventory, const Vpc& vpc, wire::Ipv4Prefix destination) {
  return std::any_of(vpc.subnets.begin(), vpc.subnets.end(), [&](const api::SubnetId& id) {
    return inventory.subnets.get(id).cidr == destination;
  });
}

bool to_interface(const Route& route) {
  return route.target.kind() == api::ResourceKind::kNetworkInterface;
}

/// RT-25.
bool is_gateway_table(const Inventory& inventory, const RouteTable& table) {
  return std::any_of(table.associations.begin(), table.associations.end(),
                     [&](const api::RouteTableAssociationId& id) {
                       return !inventory.route_table_associations.get(id).gateway.empty();
                     });
}

/// RT-7, RT-25: whether a gateway's table may have a route.
api::ApiResult<bool> check_gateway_route(const Inventory& inventory, const RouteTable& table,
                                         const Route& route) {
  const Vpc& vpc = inventory.vpcs.get(table.vpc);
  if (route.to_prefix_list() ||
      !(vpc.has_cidr(route.destination) || is_whole_subnet(inventory, vpc, route.destination))) {
    return invalid("The destination " + destination_text(route) + " in route table " +
                   table.id.text() +
                   " of a gateway is neither a CIDR block of the VPC nor that of a whole subnet.");
  }
  if (!route.target.empty() && !to_interface(route)) {
    return invalid("The target " + route.target.text() + " in route table " + table.id.text() +
                   " of a gateway is not a network interface.");
  }
  return true;
}

/// RT-7, RT-11: what a route at least as specific as `local` may be.
api::ApiResult<bool> check_more_specific(const Call& call, const RouteTable& table,
                                         const Route& route) {
  const Inventory& inventory = call.inventory();
  const Vpc& vpc = inventory.vpcs.get(table.vpc);
  if (route.to_prefix_list() || !vpc.contains(route.destination)) {
    return true;
  }
  const bool modern = call.knobs().more_specific_routes == MoreSpecificRoutes::kModern;
  const bool to_nat = route.target.kind() == api::ResourceKind::kNatGateway;
  if (!to_interface(route) && !(modern && to_nat)) {  // the sentence is AWS's: no word of NAT
    return invalid("The destination CIDR block " + to_string(route.destination) +
                   " is equal to or more specific than one of this VPC's CIDR blocks. This route "
                   "can target only an interface or an instance.");
  }
  if (modern && !vpc.has_cidr(route.destination) &&
      !is_whole_subnet(inventory, vpc, route.destination)) {
    return invalid("Route destination doesn't match any subnet CIDR blocks.");
  }
  return true;
}

/// Whether the destination of a route, or an entry of the prefix list that it names, lies within a
/// block.
bool route_reaches(const Inventory& inventory, const Route& route, wire::Ipv4Prefix block) {
  if (!route.to_prefix_list()) {
    return block.contains(route.destination);
  }
  const std::vector<PrefixListEntry>& entries =
      inventory.prefix_lists.get(route.prefix_list).entries;
  return std::any_of(entries.begin(), entries.end(),
                     [&](const PrefixListEntry& entry) { return block.contains(entry.cidr); });
}

/// CL-10: what may lead into 10.0.0.0/8 beside the route that ClassicLink added.
api::ApiResult<bool> check_classic_block(const Call& call, const RouteTable& table,
                                         const Route& route) {
  const Inventory& inventory = call.inventory();
  if (is_classic_route(call, table, route)) {
    return already_exists(route);
  }
  if (call.knobs().classic_link_create_route_in_10_8 == RoutesInClassicBlock::kAllow ||
      !inventory.has_classic_route(inventory.vpcs.get(table.vpc)) || is_local(call, table, route) ||
      !route_reaches(inventory, route, kClassicBlock)) {
    return true;
  }
  return invalid("The destination CIDR block " + destination_text(route) +
                 " conflicts with the route 10.0.0.0/8 that ClassicLink has added to route table " +
                 table.id.text() + ".");
}

}  // namespace

std::string destination_text(const Route& route) {
  return route.to_prefix_list() ? route.prefix_list.text() : to_string(route.destination);
}

api::ApiResult<Route> destination_of(const Call& call, const RouteRequest& request) {
  if (request.ipv6_cidr.has_value()) {
    return tl::unexpected(unsupported("IPv6 routes are not emulated yet."));
  }
  if (request.cidr.has_value() && request.prefix_list.has_value()) {
    return api::refuse(api::code::kInvalidParameterCombination,
                       "The request must contain exactly one of destinationCidrBlock, "
                       "destinationIpv6CidrBlock or destinationPrefixListId");
  }
  Route route;
  if (request.prefix_list.has_value()) {
    const auto list = find_usable_list(call, *request.prefix_list);
    if (!list.has_value()) {
      return tl::unexpected(list.error());
    }
    route.prefix_list = (*list)->id;
    return route;
  }
  if (!request.cidr.has_value()) {
    return tl::unexpected(api::missing_parameter("DestinationCidrBlock"));
  }
  const auto cidr = parse_cidr(*request.cidr, "destinationCidrBlock");
  if (!cidr.has_value()) {
    return tl::unexpected(cidr.error());
  }
  route.destination = *cidr;
  return route;
}

bool is_local(const Call& call, const RouteTable& table, const Route& destination) {
  return !destination.to_prefix_list() &&
         call.inventory().vpcs.get(table.vpc).has_cidr(destination.destination);
}

bool is_classic_route(const Call& call, const RouteTable& table, const Route& destination) {
  const Inventory& inventory = call.inventory();
  return !destination.to_prefix_list() && destination.destination == kClassicBlock &&
         inventory.has_classic_route(inventory.vpcs.get(table.vpc));
}

api::ApiResult<bool> check_gateway_table(const Inventory& inventory, const RouteTable& table) {
  for (const Route& route : table.routes) {
    if (auto checked = check_gateway_route(inventory, table, route); !checked.has_value()) {
      return checked;
    }
  }
  return true;
}

api::ApiResult<Route> route_of(const Call& call, const RouteTable& table, const Route& destination,
                               const RouteRequest& request) {
  auto route = target_of(call, table, request);
  if (!route.has_value()) {
    return route;
  }
  route->destination = destination.destination;
  route->prefix_list = destination.prefix_list;
  if (!route->to_prefix_list() && kUnroutableBlock.contains(route->destination)) {
    return invalid("The destination CIDR block " + to_string(route->destination) +
                   " is reserved by AWS.");
  }
  const bool of_gateway = is_gateway_table(call.inventory(), table);
  for (const auto& checked : {route->target.empty() ? api::ApiResult<bool>(true)
                                                    : check_more_specific(call, table, *route),
                              check_classic_block(call, table, *route),
                              of_gateway ? check_gateway_route(call.inventory(), table, *route)
                                         : api::ApiResult<bool>(true)}) {
    if (!checked.has_value()) {
      return tl::unexpected(checked.error());
    }
  }
  return route;
}

}  // namespace vpclab::control
