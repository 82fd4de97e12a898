#include "emulator/api/generated/vpc.h"
#include "emulator/control/network_actions.h"
#include "emulator/control/noun.h"

namespace vpclab::control {

api::ApiResult<api::ModifyVpcAttributeResponse> handle(
    Call& call, const api::ModifyVpcAttributeRequest& request) {
  const auto vpc = require<Vpc>(call, request.vpc_id);
  if (!vpc.has_value()) {
    return tl::unexpected(vpc.error());
  }
  const int given = (request.enable_dns_support.has_value() ? 1 : 0) +
                    (request.enable_dns_hostnames.has_value() ? 1 : 0) +
                    (request.enable_network_address_usage_metrics.has_value() ? 1 : 0);
  if (given > 1) {  // DNS-2: one attribute a call
    return api::refuse(api::code::kInvalidParameterCombination,
                       "Fields for multiple attribute types specified");
  }
  if (given == 0) {
    return tl::unexpected(api::missing_parameter("EnableDnsSupport"));
  }
  if (request.enable_network_address_usage_metrics.has_value()) {
    return tl::unexpected(unsupported("Network address usage metrics are not emulated."));
  }
  if (request.enable_dns_support.has_value()) {
    (*vpc)->dns_support = request.enable_dns_support->value.value_or(false);
    call.inventory().mark_changed((*vpc)->id);  // DNS-1: the plan says whether anybody answers
    return api::ModifyVpcAttributeResponse{};
  }
  const bool hostnames = request.enable_dns_hostnames->value.value_or(false);
  if (hostnames && !(*vpc)->dns_support) {
    return tl::unexpected(api::invalid_parameter_value(
        "enableDnsHostnames", "true", "DNS support must be enabled before DNS hostnames."));
  }
  (*vpc)->dns_hostnames = hostnames;
  return api::ModifyVpcAttributeResponse{};
}

api::ApiResult<api::DescribeVpcAttributeResponse> handle(
    Call& call, const api::DescribeVpcAttributeRequest& request) {
  const auto vpc = require<Vpc>(call, request.vpc_id);
  if (!vpc.has_value()) {
    return tl::unexpected(vpc.error());
  }
  if (!request.attribute.has_value()) {
    return tl::unexpected(api::missing_parameter("Attribute"));
  }
  api::DescribeVpcAttributeResponse response;
  response.vpc_id = (*vpc)->id.text();
  if (*request.attribute == "enableDnsSupport") {
    response.enable_dns_support = api::AttributeBooleanValue{.value = (*vpc)->dns_support};
  } else if (*request.attribute == "enableDnsHostnames") {
    response.enable_dns_hostnames = api::AttributeBooleanValue{.value = (*vpc)->dns_hostnames};
  } else {
    return tl::unexpected(api::invalid_parameter_value("attribute", *request.attribute));
  }
  return response;
}

api::ApiResult<api::ModifyVpcTenancyResponse> handle(Call& call,
                                                     const api::ModifyVpcTenancyRequest& request) {
  const auto vpc = require<Vpc>(call, request.vpc_id);
  if (!vpc.has_value()) {
    return tl::unexpected(vpc.error());
  }
  if (request.instance_tenancy.value_or("") != "default") {  // VPC-16: only back to default
    return tl::unexpected(
        api::invalid_parameter_value("instanceTenancy", request.instance_tenancy.value_or("")));
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  (*vpc)->tenancy = Tenancy::kDefault;
  return api::ModifyVpcTenancyResponse{.return_value = true};
}

}  // namespace vpclab::control
