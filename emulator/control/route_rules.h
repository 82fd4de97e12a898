// control/route_rules.h - the route that a request describes, and whether a table may have it
// (RT-3, RT-7, RT-10…12, RT-19, RT-25, CL-10). CreateRoute and ReplaceRoute judge by the same
// rules. Changes nothing.
#pragma once

#include <optional>
#include <string>

#include "emulator/api/api_error.h"
#include "emulator/control/call.h"
#include "emulator/control/route_table.h"

namespace vpclab::control {

/// What the three actions on routes name, whatever their structure is called.
struct RouteRequest {
  std::optional<std::string> cidr;
  std::optional<std::string> ipv6_cidr;
  std::optional<std::string> prefix_list;
  std::optional<std::string> gateway;
  std::optional<std::string> nat_gateway;
  std::optional<std::string> interface;
  std::optional<std::string> peering;
  std::optional<std::string> instance;
  int other_targets = 0;  // of kinds that are not emulated
  bool local_target = false;
};

template <class Request>
[[nodiscard]] RouteRequest route_request(const Request& request) {
  RouteRequest read;
  read.cidr = request.destination_cidr_block;
  read.ipv6_cidr = request.destination_ipv6_cidr_block;
  read.prefix_list = request.destination_prefix_list_id;
  if constexpr (requires { request.gateway_id; }) {
    read.gateway = request.gateway_id;
    read.nat_gateway = request.nat_gateway_id;
    read.interface = request.network_interface_id;
    read.peering = request.vpc_peering_connection_id;
    read.instance = request.instance_id;
    for (const auto* other : {&request.egress_only_internet_gateway_id, &request.transit_gateway_id,
                              &request.local_gateway_id, &request.carrier_gateway_id,
                              &request.vpc_endpoint_id, &request.core_network_arn}) {
      read.other_targets += other->has_value() ? 1 : 0;
    }
  }
  if constexpr (requires { request.local_target; }) {
    read.local_target = request.local_target.value_or(false);
  }
  return read;
}

/// The destination that a request names: a CIDR block or a prefix list, as a route without target.
[[nodiscard]] api::ApiResult<Route> destination_of(const Call& call, const RouteRequest& request);

/// A destination as EC2's sentences name it: `10.2.0.0/16`, `pl-…`.
[[nodiscard]] std::string destination_text(const Route& route);

/// The route that a request describes, judged by all rules but those about what is there already.
/// `destination` comes from destination_of().
[[nodiscard]] api::ApiResult<Route> route_of(const Call& call, const RouteTable& table,
                                             const Route& destination, const RouteRequest& request);

/// RT-7: whether a destination has a `local` route, or one in its place: it cannot be deleted, and
/// counts against no quota.
[[nodiscard]] bool is_local(const Call& call, const RouteTable& table, const Route& destination);

/// CL-1: whether a destination is that of the `local` route that ClassicLink added.
[[nodiscard]] bool is_classic_route(const Call& call, const RouteTable& table,
                                    const Route& destination);

/// RT-3, RT-25: whether a table may be that of a gateway: its static routes lead from whole subnets
/// to interfaces.
[[nodiscard]] api::ApiResult<bool> check_gateway_table(const Inventory& inventory,
                                                       const RouteTable& table);

}  // namespace vpclab::control
