// The life of NAT gateways, and the actions that begin and end it.
#include "emulator/control/nat_gateway.h"

#include <algorithm>

#include "emulator/api/generated/nat_gateway.h"
#include "emulator/control/describe.h"
#include "emulator/control/network_actions.h"
#include "emulator/control/noun.h"
#include "emulator/control/tag_specification.h"

namespace vpclab::control {
namespace {

/// What a creating request asks for, as far as EC2 judges it at once.
struct NatPlan {
  Subnet* subnet = nullptr;
  ElasticAddress* address = nullptr;  // null: private connectivity
  std::optional<wire::Ipv4Address> wanted;
  Tags tags;
};

/// NAT-2: why a gateway will fail.
struct Failure {
  std::string_view code;
  std::string message;
};

api::ApiResult<Connectivity> connectivity_of(const api::CreateNatGatewayRequest& request) {
  const std::string text = request.connectivity_type.value_or("public");
  if (text != "public" && text != "private") {
    return tl::unexpected(api::invalid_parameter_value("connectivityType", text));
  }
  return text == "public" ? Connectivity::kPublic : Connectivity::kPrivate;
}

/// The Elastic IP address of a public gateway; null for a private one.
api::ApiResult<ElasticAddress*> address_of(const Call& call, Connectivity connectivity,
                                           const api::CreateNatGatewayRequest& request) {
  if (connectivity == Connectivity::kPublic) {
    return require_by_allocation(call, request.allocation_id);
  }
  if (request.allocation_id.has_value()) {
    return api::refuse(api::code::kInvalidParameterCombination,
                       "An AllocationId cannot be specified for a NAT gateway whose connectivity "
                       "type is private.");
  }
  return nullptr;
}

/// Quota: those that live in one zone.
bool at_zone_quota(const Call& call, const Subnet& subnet) {
  std::uint32_t count = 0;
  for (const NatGateway& gateway : call.inventory().nat_gateways) {
    const bool counts = gateway.owner == call.owner && !gateway.is_over();
    const Subnet* where = counts ? call.inventory().subnets.find(gateway.subnet) : nullptr;
    count += where != nullptr && where->zone == subnet.zone ? 1 : 0;
  }
  return count >= call.quotas().nat_gateways_per_zone;
}

api::ApiResult<NatPlan> plan_gateway(const Call& call,
                                     const api::CreateNatGatewayRequest& request) {
  NatPlan plan;
  const auto subnet = require<Subnet>(call, request.subnet_id);
  if (!subnet.has_value()) {
    return tl::unexpected(subnet.error());
  }
  plan.subnet = *subnet;
  const auto connectivity = connectivity_of(request);
  if (!connectivity.has_value()) {
    return tl::unexpected(connectivity.error());
  }
  const auto address = address_of(call, *connectivity, request);
  if (!address.has_value()) {
    return tl::unexpected(address.error());
  }
  plan.address = *address;
  if (request.private_ip_address.has_value()) {
    const auto wanted = check_free_address(**subnet, *request.private_ip_address);
    if (!wanted.has_value()) {
      return tl::unexpected(wanted.error());
    }
    plan.wanted = *wanted;
  }
  auto tags = tags_for(request.tag_specifications, kNoun<NatGateway>.resource_type);
  if (!tags.has_value()) {
    return tl::unexpected(tags.error());
  }
  plan.tags = std::move(*tags);
  if (at_zone_quota(call, **subnet)) {
    return api::refuse(api::code::kNatGatewayLimitExceeded,
                       "Performing this operation would exceed the limit of " +
                           std::to_string(call.quotas().nat_gateways_per_zone) + " NAT gateways");
  }
  return plan;
}

/// NAT-2: what EC2 finds only after it has answered.
std::optional<Failure> failure_of(const Call& call, const NatPlan& plan) {
  const Subnet& subnet = *plan.subnet;
  if (!plan.wanted.has_value() && subnet.addresses.available() == 0) {
    return Failure{api::code::kInsufficientFreeAddressesInSubnet,
                   "Subnet has insufficient free addresses to create this NAT gateway"};
  }
  if (plan.address == nullptr) {
    return std::nullopt;
  }
  if (call.inventory().vpcs.get(subnet.vpc).internet_gateway.empty()) {
    return Failure{api::code::kGatewayNotAttached,
                   "Network " + subnet.vpc.text() + " has no Internet gateway attached"};
  }
  if (plan.address->associated()) {
    return Failure{api::code::kResourceAlreadyAssociated,
                   "Elastic IP address " + plan.address->id.text() + " is already associated"};
  }
  return std::nullopt;
}

/// The interface that holds the gateway's addresses: EC2's, not the caller's to change.
void build_nat_interface(Call& call, NatGateway& gateway, const NatPlan& plan) {
  Inventory& inventory = call.inventory();
  const wire::Ipv4Address address =
      plan.wanted.has_value() ? *plan.wanted : *plan.subnet->addresses.lowest_free();
  NetworkInterface& interface = build_interface(
      call, part_id(inventory.network_interfaces, gateway.id), *plan.subnet, address, {});
  interface.extras = std::make_unique<InterfaceExtras>();
  interface.extras->description = "Interface for NAT Gateway " + gateway.id.text();
  interface.extras->nat_gateway = gateway.id;
  interface.source_dest_check = false;
  interface.attachment = api::NetworkInterfaceAttachmentId(IdSource::part(
      interface.id, api::ResourceKind::kNetworkInterfaceAttachment, interface.attachments_made++));
  interface.attachment_state = AttachmentState::kAttached;
  interface.attached_at = call.now;
  interface.device_index = 1;
  gateway.interface = interface.id;
  gateway.last_interface = interface.id;
  gateway.private_address = address;
  if (plan.address != nullptr) {
    begin_association(inventory, *plan.address, interface, /*index=*/0);
    gateway.public_address = plan.address->public_address;
  }
}

/// Enters a state; the VPC's forwarding changes with it.
void enter(ControlState& state, NatGateway& gateway, NatGatewayState next) {
  state.tell(gateway.id, to_string(gateway.state), to_string(next));
  gateway.state = next;
  if (state.inventory.vpcs.contains(gateway.vpc)) {
    state.inventory.mark_changed(gateway.vpc);
  }
}

/// NAT-1: it is over, and stays in listings for a while.
void end(ControlState& state, NatGateway& gateway, NatGatewayState last, SimTime now) {
  enter(state, gateway, last);
  gateway.visible_until = now + state.options.knobs.nat_gateway_visible;
  state.transitions.later(gateway.visible_until, gateway.id);
}

void forget(Inventory& inventory, const NatGateway& gateway) {
  const api::NatGatewayId id = gateway.id;
  if (Vpc* vpc = inventory.vpcs.find(gateway.vpc); vpc != nullptr) {
    std::erase(vpc->nat_gateways, id);
    inventory.mark_changed(vpc->id);
  }
  drop_tags(inventory, gateway.owner, id);
  inventory.nat_gateways.erase(id);
}

}  // namespace

std::string_view to_string(NatGatewayState state) {
  switch (state) {
    case NatGatewayState::kPending:
      return "pending";
    case NatGatewayState::kFailed:
      return "failed";
    case NatGatewayState::kAvailable:
      return "available";
    case NatGatewayState::kDeleting:
      return "deleting";
    case NatGatewayState::kDeleted:
      return "deleted";
  }
  return "";
}

void nat_gateway_due(ControlState& state, const api::NatGatewayId& id, SimTime now) {
  NatGateway* gateway = state.inventory.nat_gateways.find(id);
  if (gateway == nullptr || now < gateway->due) {
    return;  // gone, or an entry that no longer applies
  }
  switch (gateway->state) {
    case NatGatewayState::kPending:
      if (gateway->failure_code.empty()) {
        enter(state, *gateway, NatGatewayState::kAvailable);
      } else {
        gateway->deleted = now;
        end(state, *gateway, NatGatewayState::kFailed, now);
      }
      return;
    case NatGatewayState::kAvailable:
      return;
    case NatGatewayState::kDeleting:
      if (!gateway->interface.empty()) {  // NAT-11: the elastic address becomes idle
        erase_interface(state.inventory, std::exchange(gateway->interface, {}));
      }
      end(state, *gateway, NatGatewayState::kDeleted, now);
      return;
    case NatGatewayState::kFailed:
    case NatGatewayState::kDeleted:
      if (now >= gateway->visible_until) {
        forget(state.inventory, *gateway);
      }
      return;
  }
}

api::ApiResult<api::CreateNatGatewayResponse> handle(Call& call,
                                                     const api::CreateNatGatewayRequest& request) {
  auto plan = plan_gateway(call, request);
  if (!plan.has_value()) {
    return tl::unexpected(plan.error());
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  Inventory& inventory = call.inventory();
  const auto id = call.new_id(inventory.nat_gateways);
  if (!id.has_value()) {
    return tl::unexpected(id.error());
  }
  NatGateway made;
  made.id = *id;
  made.vpc = plan->subnet->vpc;
  made.subnet = plan->subnet->id;
  made.owner = call.owner;
  made.created = call.now;
  made.due = call.now + call.knobs().nat_gateway_delay;
  if (plan->address != nullptr) {
    made.allocation = plan->address->id;
  } else {
    made.connectivity = Connectivity::kPrivate;
  }
  NatGateway& gateway = inventory.nat_gateways.at(inventory.nat_gateways.insert(std::move(made)));
  if (const auto failure = failure_of(call, *plan); failure.has_value()) {
    gateway.failure_code = failure->code;
    gateway.failure_message = failure->message;
  } else {
    build_nat_interface(call, gateway, *plan);
  }
  inventory.vpcs.get(gateway.vpc).nat_gateways.push_back(gateway.id);
  inventory.mark_changed(gateway.vpc);
  call.state.transitions.in_progress(gateway.due, gateway.id);
  put_tags(call, gateway.id, std::move(plan->tags));
  return api::CreateNatGatewayResponse{.client_token = request.client_token,
                                       .nat_gateway = describe(call, gateway)};
}

api::ApiResult<api::DeleteNatGatewayResponse> handle(Call& call,
                                                     const api::DeleteNatGatewayRequest& request) {
  const auto found = require<NatGateway>(call, request.nat_gateway_id);
  if (!found.has_value()) {
    return tl::unexpected(found.error());
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  NatGateway& gateway = **found;
  api::DeleteNatGatewayResponse response{.nat_gateway_id = gateway.id.text()};
  if (gateway.state == NatGatewayState::kDeleting || gateway.state == NatGatewayState::kDeleted) {
    return response;
  }
  gateway.deleted = call.now;
  if (gateway.interface.empty()) {  // NAT-2: it has failed or would, and holds nothing
    end(call.state, gateway, NatGatewayState::kDeleted, call.now);
    return response;
  }
  gateway.due = call.now + call.knobs().nat_gateway_deleting_delay;
  enter(call.state, gateway, NatGatewayState::kDeleting);
  call.state.transitions.in_progress(gateway.due, gateway.id);
  return response;
}

}  // namespace vpclab::control
