// Moving Elastic IP addresses between EC2-Classic and VPCs (CLC-4): only idle ones, and back only
// those that came from EC2-Classic.
#include "emulator/api/generated/address.h"
#include "emulator/control/classic.h"
#include "emulator/control/elastic_address.h"
#include "emulator/control/host_actions.h"
#include "emulator/control/noun.h"

namespace vpclab::control {
namespace {

/// The caller's idle address of one domain that is to have the other.
api::ApiResult<ElasticAddress*> address_to_move(const Call& call,
                                                const std::optional<std::string>& text,
                                                AddressDomain from) {
  if (!text.has_value()) {
    return tl::unexpected(api::missing_parameter("PublicIp"));
  }
  auto found = find_by_public(call, *text);
  if (!found.has_value()) {
    return found;
  }
  if ((*found)->domain != from) {
    return tl::unexpected(
        api::invalid_parameter_value("publicIp", *text, "The address is there already."));
  }
  if ((*found)->associated()) {
    return api::refuse(api::code::kInvalidIPAddressInUse, "Address " + *text + " is in use.");
  }
  return found;
}

}  // namespace

api::ApiResult<api::MoveAddressToVpcResponse> handle(Call& call,
                                                     const api::MoveAddressToVpcRequest& request) {
  const auto address = address_to_move(call, request.public_ip, AddressDomain::kStandard);
  if (!address.has_value()) {
    return tl::unexpected(address.error());
  }
  if (at_address_quota(call, AddressDomain::kVpc)) {
    return tl::unexpected(too_many_addresses());
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  (*address)->domain = AddressDomain::kVpc;
  return api::MoveAddressToVpcResponse{.allocation_id = (*address)->id.text(), .status = "InVpc"};
}

api::ApiResult<api::RestoreAddressToClassicResponse> handle(
    Call& call, const api::RestoreAddressToClassicRequest& request) {
  const auto address = address_to_move(call, request.public_ip, AddressDomain::kVpc);
  if (!address.has_value()) {
    return tl::unexpected(address.error());
  }
  if (!(*address)->from_classic) {
    return tl::unexpected(api::invalid_parameter_value(
        "publicIp", *request.public_ip, "The address was not moved to a VPC from EC2-Classic."));
  }
  if (at_address_quota(call, AddressDomain::kStandard)) {
    return tl::unexpected(too_many_addresses());
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  (*address)->domain = AddressDomain::kStandard;
  return api::RestoreAddressToClassicResponse{.public_ip = *request.public_ip,
                                              .status = "InClassic"};
}

}  // namespace vpclab::control
