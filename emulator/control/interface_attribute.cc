// Changing what a network interface is (ENI-3, ENI-5): one attribute a call.
#include <algorithm>

#include "emulator/api/generated/network_interface.h"
#include "emulator/control/host_actions.h"
#include "emulator/control/interface_change.h"
#include "emulator/control/noun.h"

namespace vpclab::control {
namespace {

api::ApiResult<bool> change_attachment(const Call& call, NetworkInterface& interface,
                                       const api::NetworkInterfaceAttachmentChanges& changes) {
  if (!interface.attached() || changes.attachment_id.value_or("") != interface.attachment.text()) {
    return tl::unexpected(not_found(api::code::kInvalidAttachmentIDNotFound, "The attachment ID",
                                    {changes.attachment_id.value_or("")}));
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  interface.delete_on_termination =
      changes.delete_on_termination.value_or(interface.delete_on_termination);
  return true;
}

}  // namespace

void set_source_dest_check(Inventory& inventory, NetworkInterface& interface, bool check) {
  interface.source_dest_check = check;
  inventory.mark_changed(interface.vpc);
}

void set_groups(Inventory& inventory, NetworkInterface& interface, const GroupIds& groups) {
  for (const api::SecurityGroupId& group : groups) {
    ++inventory.security_groups.get(group).members;
  }
  for (const api::SecurityGroupId& group : interface.groups) {
    --inventory.security_groups.get(group).members;
  }
  interface.groups = groups;
  mark_interface_changed(inventory, interface);
}

api::ApiResult<api::ModifyNetworkInterfaceAttributeResponse> handle(
    Call& call, const api::ModifyNetworkInterfaceAttributeRequest& request) {
  const auto found = require_own_interface(call, request.network_interface_id);
  if (!found.has_value()) {
    return tl::unexpected(found.error());
  }
  NetworkInterface& interface = **found;
  const int given = (request.source_dest_check.has_value() ? 1 : 0) +
                    (request.groups.empty() ? 0 : 1) + (request.description.has_value() ? 1 : 0) +
                    (request.attachment.has_value() ? 1 : 0);
  if (given != 1) {
    return api::refuse(
        given == 0 ? api::code::kMissingParameter : api::code::kInvalidParameterCombination,
        "The request must contain exactly one attribute to modify");
  }
  if (request.attachment.has_value()) {
    const auto changed = change_attachment(call, interface, *request.attachment);
    if (!changed.has_value()) {
      return tl::unexpected(changed.error());
    }
    return api::ModifyNetworkInterfaceAttributeResponse{};
  }
  GroupIds groups;
  if (!request.groups.empty()) {
    const auto checked =
        check_groups(call, call.inventory().subnets.get(interface.subnet), request.groups);
    if (!checked.has_value()) {
      return tl::unexpected(checked.error());
    }
    groups = *checked;
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  if (request.source_dest_check.has_value()) {
    set_source_dest_check(call.inventory(), interface,
                          request.source_dest_check->value.value_or(true));
  } else if (!groups.empty()) {
    set_groups(call.inventory(), interface, groups);
  } else {
    if (interface.extras == nullptr) {
      interface.extras = std::make_unique<InterfaceExtras>();
    }
    interface.extras->description = request.description->value.value_or("");
  }
  return api::ModifyNetworkInterfaceAttributeResponse{};
}

api::ApiResult<api::ResetNetworkInterfaceAttributeResponse> handle(
    Call& call, const api::ResetNetworkInterfaceAttributeRequest& request) {
  const auto interface = require_own_interface(call, request.network_interface_id);
  if (!interface.has_value()) {
    return tl::unexpected(interface.error());
  }
  if (!request.source_dest_check.has_value()) {
    return tl::unexpected(api::missing_parameter("SourceDestCheck"));
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  set_source_dest_check(call.inventory(), **interface, true);
  return api::ResetNetworkInterfaceAttributeResponse{};
}

}  // namespace vpclab::control
