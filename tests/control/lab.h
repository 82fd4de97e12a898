// tests/control/lab.h - a control plane in a test's hands: calls that must succeed, calls that must
// be refused, and virtual time. Every call is checked for referential integrity, every refused one
// for having changed nothing, every accepted one with DryRun first where it has that (API-3).
#pragma once

#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "emulator/api/generated/address.h"
#include "emulator/api/generated/gateway.h"
#include "emulator/api/generated/instance.h"
#include "emulator/api/generated/network_interface.h"
#include "emulator/api/generated/peering.h"
#include "emulator/api/generated/route_table.h"
#include "emulator/api/generated/security_group.h"
#include "emulator/api/generated/subnet.h"
#include "emulator/api/generated/vpc.h"
#include "emulator/control/control_plane.h"

namespace vpclab::control {

/// Options that differ from the default in one thing.
inline ControlOptions with_quotas(const Quotas& quotas) {
  ControlOptions options;
  options.quotas = quotas;
  return options;
}

inline ControlOptions with_knobs(const Knobs& knobs) {
  ControlOptions options;
  options.knobs = knobs;
  return options;
}

inline ControlOptions with_seed(std::uint64_t seed) {
  ControlOptions options;
  options.seed = seed;
  return options;
}

class Lab {
 public:
  explicit Lab(ControlOptions options = {}) : plane_(std::move(options)) {}

  [[nodiscard]] ControlPlane& plane() { return plane_; }

  [[nodiscard]] const Inventory& inventory() const { return plane_.inventory(); }

  [[nodiscard]] SimTime now() const { return now_; }

  [[nodiscard]] Caller& caller() { return caller_; }

  /// The response to a call that is accepted.
  template <class Response, class Request>
  Response call(Request request, const Declared& declared = {}) {
    if constexpr (requires { request.dry_run; }) {
      request.dry_run = true;
      EXPECT_EQ(refusal(request),
                "DryRunOperation: Request would have succeeded, but DryRun flag is set.");
      request.dry_run = false;
    }
    api::Reply reply = plane_.execute(caller_, request, now_, &declared);
    if (!reply.has_value()) {
      ADD_FAILURE() << text(reply.error());
      return {};
    }
    expect_intact();
    return reply->as<Response>();
  }

  /// `Code: Message` of a call that is refused; nothing has changed then.
  template <class Request>
  std::string refusal(const Request& request, const Declared& declared = {}) {
    plane_.advance(now_);
    const std::uint64_t fingerprint = inventory().fingerprint();
    const std::uint64_t revision = plane_.revision();
    api::Reply reply = plane_.execute(caller_, request, now_, &declared);
    if (reply.has_value()) {
      return "accepted";
    }
    EXPECT_EQ(inventory().fingerprint(), fingerprint) << text(reply.error());
    EXPECT_EQ(plane_.revision(), revision) << text(reply.error());
    expect_intact();
    return text(reply.error());
  }

  /// Lets virtual time pass.
  void pass(Duration duration) {
    now_ += duration;
    plane_.advance(now_);
    expect_intact();
  }

  /// Lets time pass until nothing is under way.
  void settle() {
    while (const std::optional<SimTime> next = plane_.next_settling_transition()) {
      now_ = std::max(now_, *next);
      plane_.advance(now_);
    }
    expect_intact();
  }

  void expect_intact() const {
    for (const std::string& finding : inventory().check()) {
      ADD_FAILURE() << finding;
    }
  }

  [[nodiscard]] static std::string text(const api::ApiError& error) {
    return error.code + ": " + error.message;
  }

  // --- common things, settled -----------------------------------------------------------------
  std::string vpc(const std::string& cidr) {
    const auto response = call<api::CreateVpcResponse>(api::CreateVpcRequest{.cidr_block = cidr});
    settle();
    return response.vpc->vpc_id.value();
  }

  std::string subnet(const std::string& vpc_id, const std::string& cidr) {
    const auto response = call<api::CreateSubnetResponse>(
        api::CreateSubnetRequest{.cidr_block = cidr, .vpc_id = vpc_id});
    settle();
    return response.subnet->subnet_id.value();
  }

  std::string route_table(const std::string& vpc_id) {
    return call<api::CreateRouteTableResponse>(api::CreateRouteTableRequest{.vpc_id = vpc_id})
        .route_table->route_table_id.value();
  }

  std::string gateway() {
    return call<api::CreateInternetGatewayResponse>(api::CreateInternetGatewayRequest{})
        .internet_gateway->internet_gateway_id.value();
  }

  std::string attached_gateway(const std::string& vpc_id) {
    std::string id = gateway();
    call<api::AttachInternetGatewayResponse>(
        api::AttachInternetGatewayRequest{.internet_gateway_id = id, .vpc_id = vpc_id});
    return id;
  }

  std::string group(const std::string& vpc_id, const std::string& name) {
    return call<api::CreateSecurityGroupResponse>(
               api::CreateSecurityGroupRequest{
                   .description = "of a test", .group_name = name, .vpc_id = vpc_id})
        .group_id.value();
  }

  std::string interface(const std::string& subnet_id) {
    return call<api::CreateNetworkInterfaceResponse>(
               api::CreateNetworkInterfaceRequest{.subnet_id = subnet_id})
        .network_interface->network_interface_id.value();
  }

  /// A request for one instance of Amazon Linux 2023.
  [[nodiscard]] static api::RunInstancesRequest launch(const std::string& subnet_id) {
    return api::RunInstancesRequest{
        .image_id = "al2023", .max_count = 1, .min_count = 1, .subnet_id = subnet_id};
  }

  /// A running instance.
  std::string instance(const std::string& subnet_id) {
    const auto response = call<api::RunInstancesResponse>(launch(subnet_id));
    settle();
    return response.instances.at(0).instance_id.value();
  }

  std::string peering(const std::string& requester, const std::string& accepter) {
    const auto response = call<api::CreateVpcPeeringConnectionResponse>(
        api::CreateVpcPeeringConnectionRequest{.peer_vpc_id = accepter, .vpc_id = requester});
    settle();
    return response.vpc_peering_connection->vpc_peering_connection_id.value();
  }

  void accept(const std::string& peering_id) {
    call<api::AcceptVpcPeeringConnectionResponse>(
        api::AcceptVpcPeeringConnectionRequest{.vpc_peering_connection_id = peering_id});
    settle();
  }

  std::string active_peering(const std::string& requester, const std::string& accepter) {
    std::string id = peering(requester, accepter);
    accept(id);
    return id;
  }

  // --- looking at the inventory ---------------------------------------------------------------
  [[nodiscard]] const Vpc& vpc_of(const std::string& id) const {
    return inventory().vpcs.get(*api::VpcId::parse(id));
  }

  [[nodiscard]] const Subnet& subnet_of(const std::string& id) const {
    return inventory().subnets.get(*api::SubnetId::parse(id));
  }

  [[nodiscard]] const Instance& instance_of(const std::string& id) const {
    return inventory().instances.get(*api::InstanceId::parse(id));
  }

  [[nodiscard]] const NetworkInterface& interface_of(const std::string& id) const {
    return inventory().network_interfaces.get(*api::NetworkInterfaceId::parse(id));
  }

  /// The primary interface of an instance.
  [[nodiscard]] const NetworkInterface& primary_of(const std::string& id) const {
    return inventory().network_interfaces.get(instance_of(id).primary_interface);
  }

  [[nodiscard]] const VpcPeeringConnection& peering_of(const std::string& id) const {
    return inventory().peering_connections.get(*api::VpcPeeringConnectionId::parse(id));
  }

 private:
  ControlPlane plane_;
  Caller caller_;
  SimTime now_{};
};

}  // namespace vpclab::control
