// Attaching interfaces to instances and detaching them (ENI-1).
#include <limits>

#include "emulator/api/generated/network_interface.h"
#include "emulator/control/host_actions.h"
#include "emulator/control/noun.h"

namespace vpclab::control {
namespace {

tl::unexpected<api::ApiError> invalid(std::string message) {
  return api::refuse(api::code::kInvalidParameterValue, std::move(message));
}

bool has_device(const Inventory& inventory, const Instance& instance, std::int64_t index) {
  bool used = false;
  instance.for_each_interface([&](const api::NetworkInterfaceId& id) {
    used = used || inventory.network_interfaces.get(id).device_index == index;
  });
  return used;
}

/// Whether a device index is one, and free at the instance.
api::ApiResult<std::uint8_t> check_device(const Call& call, const Instance& instance,
                                          const std::optional<std::int64_t>& index) {
  if (!index.has_value()) {
    return tl::unexpected(api::missing_parameter("DeviceIndex"));
  }
  if (*index < 1 || *index > std::numeric_limits<std::uint8_t>::max()) {
    return tl::unexpected(api::invalid_parameter_value("deviceIndex", std::to_string(*index),
                                                       "Expecting a value from 1 to 255."));
  }
  if (has_device(call.inventory(), instance, *index)) {
    return invalid("Instance '" + instance.id.text() +
                   "' already has an interface attached at device index '" +
                   std::to_string(*index) + "'.");
  }
  return static_cast<std::uint8_t>(*index);
}

api::ApiResult<bool> check_pair(const Call& call, const NetworkInterface& interface,
                                const Instance& instance) {
  if (interface.in_use()) {
    return api::refuse(api::code::kInvalidNetworkInterfaceInUse,
                       "Network interface '" + interface.id.text() + "' is currently in use.");
  }
  if (instance.state != InstanceState::kRunning && instance.state != InstanceState::kStopped) {
    return api::refuse(
        api::code::kIncorrectInstanceState,
        "Instance '" + instance.id.text() + "' is not in the 'running' or 'stopped' state.");
  }
  if (instance.in_classic()) {  // CLC-6
    return invalid("Instance '" + instance.id.text() +
                   "' is in EC2-Classic: it has no network interfaces.");
  }
  const Inventory& inventory = call.inventory();
  if (inventory.subnets.get(interface.subnet).zone != instance.zone) {
    return invalid(
        "You may not attach a network interface to an instance if they are not in the "
        "same availability zone");
  }
  if (inventory.network_interfaces.get(instance.primary_interface).vpc != interface.vpc) {
    return invalid("Network interface '" + interface.id.text() + "' and instance '" +
                   instance.id.text() + "' belong to different networks");
  }
  if (instance.interface_count() >= call.quotas().interfaces_per_instance) {
    return api::refuse(api::code::kAttachmentLimitExceeded,
                       "Interface count " + std::to_string(instance.interface_count() + 1) +
                           " exceeds the limit for " + call.inventory().text(instance.type));
  }
  return true;
}

}  // namespace

api::ApiResult<api::AttachNetworkInterfaceResponse> handle(
    Call& call, const api::AttachNetworkInterfaceRequest& request) {
  const auto found = require<NetworkInterface>(call, request.network_interface_id);
  if (!found.has_value()) {
    return tl::unexpected(found.error());
  }
  const auto instance = require<Instance>(call, request.instance_id);
  if (!instance.has_value()) {
    return tl::unexpected(instance.error());
  }
  NetworkInterface& interface = **found;
  if (const auto checked = check_pair(call, interface, **instance); !checked.has_value()) {
    return tl::unexpected(checked.error());
  }
  const auto device = check_device(call, **instance, request.device_index);
  if (!device.has_value()) {
    return tl::unexpected(device.error());
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  attach(call.inventory(), interface, **instance, *device, /*delete_on_termination=*/false,
         call.now);
  interface.attachment_state = AttachmentState::kAttaching;
  interface.due = call.now + call.knobs().interface_attach_delay;
  call.state.transitions.in_progress(interface.due, interface.id);
  mark_interface_changed(call.inventory(), interface);
  return api::AttachNetworkInterfaceResponse{.attachment_id = interface.attachment.text(),
                                             .network_card_index = 0};
}

api::ApiResult<api::DetachNetworkInterfaceResponse> handle(
    Call& call, const api::DetachNetworkInterfaceRequest& request) {
  if (!request.attachment_id.has_value()) {
    return tl::unexpected(api::missing_parameter("AttachmentId"));
  }
  const auto id = api::NetworkInterfaceAttachmentId::parse(*request.attachment_id);
  if (!id.has_value()) {
    return api::refuse(api::code::kInvalidAttachmentIdMalformed, id.error().message);
  }
  NetworkInterface* found = nullptr;
  for (NetworkInterface& interface : call.inventory().network_interfaces) {
    if (interface.attachment == *id && interface.owner == call.owner) {
      found = &interface;
    }
  }
  if (found == nullptr) {
    return tl::unexpected(
        not_found(api::code::kInvalidAttachmentIDNotFound, "The attachment ID", {id->text()}));
  }
  if (!found->nat_gateway().empty()) {
    return tl::unexpected(no_permission());
  }
  if (found->device_index == 0) {
    return api::refuse(api::code::kOperationNotPermitted,
                       "The network interface at device index 0 cannot be detached.");
  }
  if (found->attachment_state != AttachmentState::kAttached) {
    return api::refuse(api::code::kIncorrectState,
                       "The attachment '" + id->text() + "' is not in the 'attached' state.");
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  found->attachment_state = AttachmentState::kDetaching;
  found->due = call.now + call.knobs().interface_attach_delay;
  call.state.transitions.in_progress(found->due, found->id);
  mark_interface_changed(call.inventory(), *found);
  return api::DetachNetworkInterfaceResponse{};
}

}  // namespace vpclab::control
