// ClassicLink of a VPC: the route 10.0.0.0/8 -> local (CL-1…8) and its DNS support (CL-19).
#include <algorithm>

#include "emulator/api/generated/classiclink.h"
#include "emulator/control/classic_actions.h"
#include "emulator/control/classic_link.h"
#include "emulator/control/effective_routes.h"
#include "emulator/control/noun.h"

namespace vpclab::control {
namespace {

/// CL-7: no account without EC2-Classic has anything to link.
api::ApiResult<bool> check_platform(const Call& call) {
  if (auto checked = check_classic_region(call); !checked.has_value()) {
    return checked;
  }
  if (!has_classic(call)) {
    return api::refuse(
        api::code::kUnsupportedOperation,
        "The account " + call.caller.account + " does not support EC2-Classic in this region.");
  }
  return true;
}

tl::unexpected<api::ApiError> cidr_conflict(const Vpc& vpc, const std::string& with) {
  return api::refuse(api::code::kVpcCidrConflict,
                     "ClassicLink cannot be enabled for VPC '" + vpc.id.text() +
                         "': the route 10.0.0.0/8 conflicts with " + with);
}

/// CL-3…6: what keeps the route 10.0.0.0/8 out of a VPC.
api::ApiResult<bool> check_enabling(const Inventory& inventory, const Vpc& vpc) {
  if (vpc.tenancy == Tenancy::kDedicated) {
    return api::refuse(
        api::code::kDisallowedForDedicatedTenancyNetwork,
        "ClassicLink is not allowed for VPC '" + vpc.id.text() + "': its tenancy is dedicated.");
  }
  for (const VpcCidr& cidr : vpc.cidrs) {
    if (kClassicBlock.contains(cidr.prefix) && !kClassicLinkVpcBlock.contains(cidr.prefix)) {
      return cidr_conflict(vpc, "its CIDR block " + to_string(cidr.prefix) +
                                    "; only 10.0.0.0/16 and 10.1.0.0/16 may be used of it.");
    }
  }
  if (const auto route = static_route_in_classic_block(inventory, vpc); route.has_value()) {
    return cidr_conflict(vpc, *route + ".");
  }
  return true;
}

}  // namespace

api::ApiResult<bool> check_classic_region(const Call& call) {
  if (!call.region.had_classic) {
    return api::refuse(api::code::kUnsupportedOperation,
                       "The functionality you requested is not available in this region.");
  }
  return true;
}

std::optional<std::string> static_route_in_classic_block(const Inventory& inventory,
                                                         const Vpc& vpc) {
  const auto is_own = [&](wire::Ipv4Prefix destination) {  // CL-4
    return std::any_of(vpc.cidrs.begin(), vpc.cidrs.end(), [&](const VpcCidr& cidr) {
      return cidr.in_effect() && cidr.prefix == destination;
    });
  };
  for (const api::RouteTableId& id : vpc.route_tables) {
    for (const EffectiveRoute& route :
         effective_routes(inventory, inventory.route_tables.get(id))) {
      if (!route.is_local() && kClassicBlock.contains(route.destination) &&
          !is_own(route.destination)) {
        return "the route " + to_string(route.destination) + " in route table " + id.text();
      }
    }
  }
  return std::nullopt;
}

api::ApiResult<api::EnableVpcClassicLinkResponse> handle(
    Call& call, const api::EnableVpcClassicLinkRequest& request) {
  const auto vpc = require<Vpc>(call, request.vpc_id);
  if (!vpc.has_value()) {
    return tl::unexpected(vpc.error());
  }
  if (const auto checked = check_platform(call); !checked.has_value()) {
    return tl::unexpected(checked.error());
  }
  if (!(*vpc)->classic_link) {  // CL-7
    if (const auto checked = check_enabling(call.inventory(), **vpc); !checked.has_value()) {
      return tl::unexpected(checked.error());
    }
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  (*vpc)->classic_link = true;
  call.inventory().mark_changed((*vpc)->id);
  return api::EnableVpcClassicLinkResponse{.return_value = true};
}

api::ApiResult<api::DisableVpcClassicLinkResponse> handle(
    Call& call, const api::DisableVpcClassicLinkRequest& request) {
  const auto vpc = require<Vpc>(call, request.vpc_id);
  if (!vpc.has_value()) {
    return tl::unexpected(vpc.error());
  }
  if (!(*vpc)->linked_instances.empty()) {  // CL-8
    return api::refuse(
        api::code::kDependencyViolation,
        "The vpc '" + (*vpc)->id.text() + "' has linked EC2-Classic instances; unlink them first.");
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  (*vpc)->classic_link = false;
  (*vpc)->keeps_classic_route = false;
  call.inventory().mark_changed((*vpc)->id);
  return api::DisableVpcClassicLinkResponse{.return_value = true};
}

api::ApiResult<api::EnableVpcClassicLinkDnsSupportResponse> handle(
    Call& call, const api::EnableVpcClassicLinkDnsSupportRequest& request) {
  const auto vpc = require<Vpc>(call, request.vpc_id);
  if (!vpc.has_value()) {
    return tl::unexpected(vpc.error());
  }
  if (const auto checked = check_platform(call); !checked.has_value()) {
    return tl::unexpected(checked.error());
  }
  if (!(*vpc)->dns_support || !(*vpc)->dns_hostnames) {
    return tl::unexpected(api::invalid_parameter_value(
        "vpcId", (*vpc)->id.text(),
        "DNS resolution and DNS hostnames must be enabled for the VPC."));
  }
  (*vpc)->classic_link_dns = true;
  call.inventory().mark_changed((*vpc)->id);
  return api::EnableVpcClassicLinkDnsSupportResponse{.return_value = true};
}

api::ApiResult<api::DisableVpcClassicLinkDnsSupportResponse> handle(
    Call& call, const api::DisableVpcClassicLinkDnsSupportRequest& request) {
  const auto vpc = require<Vpc>(call, request.vpc_id);
  if (!vpc.has_value()) {
    return tl::unexpected(vpc.error());
  }
  (*vpc)->classic_link_dns = false;
  call.inventory().mark_changed((*vpc)->id);
  return api::DisableVpcClassicLinkDnsSupportResponse{.return_value = true};
}

}  // namespace vpclab::control
