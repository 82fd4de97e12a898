#include "emulator/control/control_plane.h"

#include <algorithm>

#include "emulator/api/action.h"
#include "emulator/control/dispatch.h"

namespace vpclab::control {
namespace {

constexpr std::size_t kAccountDigits = 12;

/// VPC-15.
bool is_account(const std::string& account) {
  return account.size() == kAccountDigits &&
         std::all_of(account.begin(), account.end(), [](char c) { return c >= '0' && c <= '9'; });
}

void do_due(ControlState& state, const Transition& due) {
  const IdDigits digits = due.subject.digits();
  switch (due.subject.kind()) {
    case api::ResourceKind::kVpc:
      return vpc_due(state, api::VpcId(digits));
    case api::ResourceKind::kVpcCidrAssociation:
      return vpc_cidr_due(state, api::VpcCidrAssociationId(digits), due.at);
    case api::ResourceKind::kSubnet:
      return subnet_due(state, api::SubnetId(digits));
    case api::ResourceKind::kNatGateway:
      return nat_gateway_due(state, api::NatGatewayId(digits), due.at);
    case api::ResourceKind::kPrefixList:
      return prefix_list_due(state, api::ManagedPrefixListId(digits));
    case api::ResourceKind::kVpcPeeringConnection:
      return peering_due(state, api::VpcPeeringConnectionId(digits), due.at);
    case api::ResourceKind::kNetworkInterface:
      return interface_due(state, api::NetworkInterfaceId(digits), due.at);
    case api::ResourceKind::kInstance:
      return instance_due(state, api::InstanceId(digits), due.at);
    case api::ResourceKind::kReservation:
      return reservation_due(state, api::ReservationId(digits));
    default:
      return;
  }
}

/// Lets a request with a ClientToken happen once: the same again gets the same answer.
api::Reply answer_once(Call& call, const HandlerEntry& entry, const api::Request& request) {
  const std::string* token =
      entry.token == nullptr || call.dry_run ? nullptr : entry.token(request);
  if (token == nullptr) {
    return entry.handler(call, request);
  }
  ClientTokens& tokens = call.state.client_tokens;
  if (const ClientTokens::Use* use = tokens.find(call.owner, request.action(), *token)) {
    if (use->request != request) {
      return api::refuse(api::code::kIdempotentParameterMismatch,
                         "Arguments on this idempotent request are inconsistent with arguments "
                         "used in previous request(s).");
    }
    return api::Answer(use->response);
  }
  api::Reply reply = entry.handler(call, request);
  if (reply.has_value()) {
    tokens.put(call.owner, request.action(), *token, {request, reply->response()});
  }
  return reply;
}

}  // namespace

const HandlerEntry* find_handler(api::Action action) {
  for (const auto& family :
       {network_handlers(), host_handlers(), policy_handlers(), classic_handlers()}) {
    for (const HandlerEntry& entry : family) {
      if (entry.action == action) {
        return &entry;
      }
    }
  }
  return nullptr;
}

ControlPlane::ControlPlane(ControlOptions options) : state_(std::move(options)) {
  build_classic_default_groups(state_);
}

api::Reply ControlPlane::execute(const Caller& caller, const api::Request& request, SimTime now,
                                 const Declared* declared) {
  advance(now);
  const Region* region = find_region(caller.region);
  if (region == nullptr) {
    return tl::unexpected(
        api::invalid_parameter_value("region", caller.region, "There is no such region."));
  }
  if (!is_account(caller.account)) {
    return api::refuse(api::code::kAuthFailure,
                       "AWS was not able to validate the provided access credentials");
  }
  Call call{state_,
            caller,
            state_.inventory.intern(caller),
            *region,
            now,
            declared,
            request.is_dry_run()};
  const HandlerEntry* entry = find_handler(request.action());
  if (entry == nullptr) {
    return tl::unexpected(api::unsupported_operation(api::to_string(request.action())));
  }
  return answer_once(call, *entry, request);
}

void ControlPlane::advance(SimTime now) {
  while (const std::optional<Transition> due = state_.transitions.take_due(now)) {
    state_.now = due->at;
    do_due(state_, *due);
  }
  state_.now = now;
}

}  // namespace vpclab::control
