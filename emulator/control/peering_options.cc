// ModifyVpcPeeringConnectionOptions (PCX-15…18, DNS-12).
#include "emulator/api/generated/peering.h"
#include "emulator/control/classic_link.h"
#include "emulator/control/network_actions.h"
#include "emulator/control/noun.h"

namespace vpclab::control {
namespace {

using GivenOptions = std::optional<api::PeeringConnectionOptionsRequest>;

/// DNS-12: what the DNS option wants of both VPCs.
api::ApiResult<bool> check_dns(const Inventory& inventory, const VpcPeeringConnection& peering) {
  for (const PeeringSide* side : {&peering.requester, &peering.accepter}) {
    const Vpc& vpc = inventory.vpcs.get(side->vpc);
    if (!vpc.dns_support || !vpc.dns_hostnames) {
      return api::refuse(api::code::kInvalidVpcPeeringConnectionStateDnsHostnamesDisabled,
                         "DNS resolution and DNS hostnames must be enabled for the VPC " +
                             vpc.id.text() + " of the peering " + peering.id.text() + ".");
    }
  }
  return true;
}

/// CL-22, CL-29: what the ClassicLink options want of the peering and of the side's VPC.
api::ApiResult<bool> check_classic_link(const Call& call, const VpcPeeringConnection& peering,
                                        const PeeringSide& side,
                                        const api::PeeringConnectionOptionsRequest& given) {
  const bool to_classic = given.allow_egress_from_local_vpc_to_remote_classic_link.value_or(false);
  if (!to_classic && !given.allow_egress_from_local_classic_link_to_remote_vpc.value_or(false)) {
    return true;
  }
  const Inventory& inventory = call.inventory();
  if (region_of(inventory, peering.requester.owner) !=
      region_of(inventory, peering.accepter.owner)) {  // PCX-19
    return api::refuse(api::code::kOperationNotPermitted,
                       "Peering " + peering.id.text() +
                           " joins VPCs of different regions. ClassicLink options can be enabled "
                           "only for peerings within one region.");
  }
  if (auto checked = check_classic_region(call); !checked.has_value()) {
    return checked;
  }
  if (to_classic && !side.options.egress_from_local_vpc_to_remote_classic_link) {
    const Vpc& vpc = inventory.vpcs.get(side.vpc);
    if (const auto route = static_route_in_classic_block(inventory, vpc); route.has_value()) {
      return api::refuse(api::code::kCidrConflict, "The route 10.0.0.0/8 for ClassicLink in VPC " +
                                                       vpc.id.text() + " conflicts with " + *route +
                                                       ".");
    }
  }
  return true;
}

/// What one side's owner asks for, judged.
api::ApiResult<bool> check_side(const Call& call, const VpcPeeringConnection& peering,
                                const PeeringSide& side, const GivenOptions& given,
                                std::string_view role) {
  if (!given.has_value()) {
    return true;
  }
  if (side.owner != call.owner) {  // PCX-17
    return api::refuse(api::code::kOperationNotPermitted,
                       "User " + call.caller.account + " cannot modify the " + std::string(role) +
                           " options of peering " + peering.id.text() + " in region " +
                           call.caller.region);
  }
  if (auto checked = check_classic_link(call, peering, side, *given); !checked.has_value()) {
    return checked;
  }
  if (given->allow_dns_resolution_from_remote_vpc.value_or(false)) {
    return check_dns(call.inventory(), peering);
  }
  return true;
}

/// Changes what is given and echoes just that (PCX-18).
std::optional<api::PeeringConnectionOptions> apply(Call& call, PeeringSide& side,
                                                   const GivenOptions& given) {
  if (!given.has_value()) {
    return std::nullopt;
  }
  PeeringOptions& options = side.options;
  const bool had_route = options.egress_from_local_vpc_to_remote_classic_link;
  options.egress_from_local_classic_link_to_remote_vpc =
      given->allow_egress_from_local_classic_link_to_remote_vpc.value_or(
          options.egress_from_local_classic_link_to_remote_vpc);
  options.egress_from_local_vpc_to_remote_classic_link =
      given->allow_egress_from_local_vpc_to_remote_classic_link.value_or(had_route);
  if (had_route && !options.egress_from_local_vpc_to_remote_classic_link &&
      !call.knobs().classic_link_option_route_removed_on_disable) {  // CL-24
    call.inventory().vpcs.get(side.vpc).keeps_classic_route = true;
  }
  options.dns_resolution_from_remote_vpc =
      given->allow_dns_resolution_from_remote_vpc.value_or(options.dns_resolution_from_remote_vpc);
  return api::PeeringConnectionOptions{
      .allow_dns_resolution_from_remote_vpc = given->allow_dns_resolution_from_remote_vpc,
      .allow_egress_from_local_classic_link_to_remote_vpc =
          given->allow_egress_from_local_classic_link_to_remote_vpc,
      .allow_egress_from_local_vpc_to_remote_classic_link =
          given->allow_egress_from_local_vpc_to_remote_classic_link};
}

}  // namespace

api::ApiResult<api::ModifyVpcPeeringConnectionOptionsResponse> handle(
    Call& call, const api::ModifyVpcPeeringConnectionOptionsRequest& request) {
  const auto peering = require<VpcPeeringConnection>(call, request.vpc_peering_connection_id);
  if (!peering.has_value()) {
    return tl::unexpected(peering.error());
  }
  const GivenOptions& requester = request.requester_peering_connection_options;
  const GivenOptions& accepter = request.accepter_peering_connection_options;
  if (!requester.has_value() && !accepter.has_value()) {
    return api::refuse(api::code::kMissingParameter,
                       "The request must contain the parameter RequesterPeeringConnectionOptions "
                       "or AccepterPeeringConnectionOptions");
  }
  if (!(*peering)->is_active()) {  // PCX-16
    return api::refuse(api::code::kOperationNotPermitted,
                       "Peering " + (*peering)->id.text() +
                           " is not active. Peering options can be added only to active "
                           "peerings.");
  }
  if (const auto checked =
          check_side(call, **peering, (*peering)->requester, requester, "requester");
      !checked.has_value()) {
    return tl::unexpected(checked.error());
  }
  if (const auto checked = check_side(call, **peering, (*peering)->accepter, accepter, "accepter");
      !checked.has_value()) {
    return tl::unexpected(checked.error());
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  for (const api::VpcId& vpc : {(*peering)->requester.vpc, (*peering)->accepter.vpc}) {
    call.inventory().mark_changed(vpc);
  }
  return api::ModifyVpcPeeringConnectionOptionsResponse{
      .accepter_peering_connection_options = apply(call, (*peering)->accepter, accepter),
      .requester_peering_connection_options = apply(call, (*peering)->requester, requester)};
}

}  // namespace vpclab::control
