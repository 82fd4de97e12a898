// tests/control/classic_lab.h - a Lab whose caller has EC2-Classic beside VPCs (CLC-7), and the
// common things of ClassicLink in its hands.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "emulator/api/generated/classiclink.h"
#include "tests/control/lab.h"

namespace vpclab::control {

inline constexpr std::string_view kClassicAccount = "111222333444";

[[nodiscard]] inline ControlOptions with_classic(ControlOptions options = {}) {
  options.classic_accounts.insert(std::string(kClassicAccount));
  return options;
}

class ClassicLab : public Lab {
 public:
  explicit ClassicLab(ControlOptions options = {}) : Lab(with_classic(std::move(options))) {
    caller().account = kClassicAccount;
  }

  /// A request for one instance that names no subnet.
  [[nodiscard]] static api::RunInstancesRequest launch_classic() {
    return {.image_id = "al2023", .max_count = 1, .min_count = 1};
  }

  /// A running instance in EC2-Classic; with the private address given, if one is.
  std::string classic(const std::string& address = {}, std::vector<std::string> groups = {}) {
    api::RunInstancesRequest request = launch_classic();
    request.security_group_ids = std::move(groups);
    const auto response = call<api::RunInstancesResponse>(request, {{}, {}, address});
    settle();
    return response.instances.at(0).instance_id.value();
  }

  std::string classic_group(const std::string& name) {
    return call<api::CreateSecurityGroupResponse>(
               api::CreateSecurityGroupRequest{.description = "of a test", .group_name = name})
        .group_id.value();
  }

  void enable(const std::string& vpc_id) {
    call<api::EnableVpcClassicLinkResponse>(api::EnableVpcClassicLinkRequest{.vpc_id = vpc_id});
  }

  void disable(const std::string& vpc_id) {
    call<api::DisableVpcClassicLinkResponse>(api::DisableVpcClassicLinkRequest{.vpc_id = vpc_id});
  }

  std::string enabled_vpc(const std::string& cidr) {
    std::string id = vpc(cidr);
    enable(id);
    return id;
  }

  [[nodiscard]] static api::AttachClassicLinkVpcRequest link(const std::string& instance_id,
                                                             const std::string& vpc_id,
                                                             std::vector<std::string> groups) {
    return {.groups = std::move(groups), .instance_id = instance_id, .vpc_id = vpc_id};
  }

  void linked(const std::string& instance_id, const std::string& vpc_id,
              const std::vector<std::string>& groups) {
    call<api::AttachClassicLinkVpcResponse>(link(instance_id, vpc_id, groups));
  }

  void stop(const std::string& id) {
    call<api::StopInstancesResponse>(api::StopInstancesRequest{.instance_ids = {id}});
    settle();
  }

  void start(const std::string& id) {
    call<api::StartInstancesResponse>(api::StartInstancesRequest{.instance_ids = {id}});
    settle();
  }

  void terminate(const std::string& id) {
    call<api::TerminateInstancesResponse>(api::TerminateInstancesRequest{.instance_ids = {id}});
    settle();
  }

  [[nodiscard]] const ClassicPart& classic_of(const std::string& id) const {
    return *instance_of(id).classic;
  }

  /// `DESTINATION TARGET` of each route of a table, as DescribeRouteTables shows them.
  std::vector<std::string> routes(const std::string& table) {
    const auto described = call<api::DescribeRouteTablesResponse>(
        api::DescribeRouteTablesRequest{.route_table_ids = {table}});
    std::vector<std::string> shown;
    for (const api::Route& route : described.route_tables.at(0).routes) {
      shown.push_back(route.destination_cidr_block.value() + " " +
                      route.gateway_id.value_or(route.vpc_peering_connection_id.value_or("?")));
    }
    return shown;
  }

  [[nodiscard]] std::string main_table(const std::string& vpc_id) const {
    return vpc_of(vpc_id).main_route_table.text();
  }

  void route(const std::string& table, const std::string& destination, const std::string& peering) {
    call<api::CreateRouteResponse>(api::CreateRouteRequest{.destination_cidr_block = destination,
                                                           .route_table_id = table,
                                                           .vpc_peering_connection_id = peering});
  }
};

}  // namespace vpclab::control
