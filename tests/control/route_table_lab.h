// tests/control/route_table_lab.h - a VPC with a subnet, a custom table and an internet gateway,
// and requests for routes in that table.
#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/control/lab.h"

namespace vpclab::control {

/// A VPC 10.1.0.0/16 with one subnet, one custom table and an internet gateway.
class RouteTableLab : public testing::Test {
 protected:
  [[nodiscard]] api::CreateRouteRequest route(const std::string& destination) const {
    return {.destination_cidr_block = destination, .route_table_id = table};
  }

  [[nodiscard]] api::CreateRouteRequest to_gateway(const std::string& destination) const {
    api::CreateRouteRequest request = route(destination);
    request.gateway_id = gateway;
    return request;
  }

  [[nodiscard]] api::CreateRouteRequest to_peering(const std::string& destination,
                                                   const std::string& peering) const {
    api::CreateRouteRequest request = route(destination);
    request.vpc_peering_connection_id = peering;
    return request;
  }

  [[nodiscard]] api::CreateRouteRequest to_interface(const std::string& destination,
                                                     const std::string& interface) const {
    api::CreateRouteRequest request = route(destination);
    request.network_interface_id = interface;
    return request;
  }

  std::vector<api::Route> routes() {
    return lab
        .call<api::DescribeRouteTablesResponse>(
            api::DescribeRouteTablesRequest{.route_table_ids = {table}})
        .route_tables.at(0)
        .routes;
  }

  /// The state of the route to a destination: "active", "blackhole".
  std::string state_of(const std::string& destination) {
    for (const api::Route& one : routes()) {
      if (one.destination_cidr_block == destination) {
        return one.state.value();
      }
    }
    return "no route";
  }

  Lab lab;
  std::string vpc = lab.vpc("10.1.0.0/16");
  std::string subnet = lab.subnet(vpc, "10.1.0.0/20");
  std::string table = lab.route_table(vpc);
  std::string gateway = lab.attached_gateway(vpc);
  std::string main_table = lab.vpc_of(vpc).main_route_table.text();
  std::string main_association =
      lab.inventory().route_tables.get(lab.vpc_of(vpc).main_route_table).associations.at(0).text();
};

}  // namespace vpclab::control
