// NAT gateways as responses show them.
#include "emulator/api/generated/nat_gateway.h"
#include "emulator/control/describe.h"
#include "emulator/control/interface_text.h"
#include "emulator/control/network_actions.h"
#include "emulator/control/select.h"
#include "emulator/control/tag_specification.h"

namespace vpclab::control {
namespace {

constexpr FilterField<NatGateway> kNatGatewayFilters[] = {
    {"nat-gateway-id", [](const Call&, const NatGateway& gateway,
                          FilterValues& values) { values.add(gateway.id.text()); }},
    {"state", [](const Call&, const NatGateway& gateway,
                 FilterValues& values) { values.add(to_string(gateway.state)); }},
    {"subnet-id", [](const Call&, const NatGateway& gateway,
                     FilterValues& values) { values.add(gateway.subnet.text()); }},
    {"vpc-id", [](const Call&, const NatGateway& gateway,
                  FilterValues& values) { values.add(gateway.vpc.text()); }},
};

/// While it is pending, and when it failed, a gateway shows the allocation alone.
api::NatGatewayAddress describe_address(const NatGateway& gateway) {
  api::NatGatewayAddress described;
  if (!gateway.allocation.empty()) {
    described.allocation_id = gateway.allocation.text();
  }
  if (gateway.state == NatGatewayState::kPending || gateway.last_interface.empty()) {
    return described;
  }
  described.network_interface_id = gateway.last_interface.text();
  described.private_ip = to_string(gateway.private_address);
  if (gateway.connectivity == Connectivity::kPublic) {
    described.public_ip = to_string(gateway.public_address);
  }
  return described;
}

}  // namespace

api::NatGateway describe(const Call& call, const NatGateway& gateway) {
  api::NatGateway described;
  described.create_time = whole_seconds(call.timestamp(gateway.created));
  if (gateway.state != NatGatewayState::kPending && gateway.state != NatGatewayState::kAvailable) {
    described.delete_time = whole_seconds(call.timestamp(gateway.deleted));
  }
  if (gateway.state != NatGatewayState::kPending && !gateway.failure_code.empty()) {  // NAT-2
    described.failure_code = gateway.failure_code;
    described.failure_message = gateway.failure_message;
  }
  described.nat_gateway_addresses.push_back(describe_address(gateway));
  described.nat_gateway_id = gateway.id.text();
  described.state = std::string(to_string(gateway.state));
  described.subnet_id = gateway.subnet.text();
  described.vpc_id = gateway.vpc.text();
  described.tags = describe_tags(call, gateway.id);
  described.connectivity_type =
      gateway.connectivity == Connectivity::kPublic ? "public" : "private";
  return described;
}

api::ApiResult<api::DescribeNatGatewaysResponse> handle(
    Call& call, const api::DescribeNatGatewaysRequest& request) {
  const auto selected =
      select<NatGateway>(call, request.nat_gateway_ids, request.filter, kNatGatewayFilters,
                         {request.max_results, request.next_token});
  if (!selected.has_value()) {
    return tl::unexpected(selected.error());
  }
  api::DescribeNatGatewaysResponse response;
  for (const NatGateway* gateway : selected->items) {
    response.nat_gateways.push_back(describe(call, *gateway));
  }
  response.next_token = selected->next_token;
  return response;
}

}  // namespace vpclab::control
