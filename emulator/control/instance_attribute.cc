// Attributes of instances: those of the only interface, the type, the protection against
// termination.
#include "emulator/api/generated/instance.h"
#include "emulator/control/describe.h"
#include "emulator/control/host_actions.h"
#include "emulator/control/interface_change.h"
#include "emulator/control/noun.h"

namespace vpclab::control {
namespace {

/// INST-*: attributes of the interface can be changed through an instance that has just one.
api::ApiResult<NetworkInterface*> only_interface(const Call& call, const Instance& instance) {
  if (instance.in_classic()) {  // CLC-3, CLC-6
    return api::refuse(api::code::kInvalidParameterCombination,
                       "The instance '" + instance.id.text() +
                           "' is in EC2-Classic: its security groups are fixed at launch and its "
                           "source/destination check cannot be changed.");
  }
  if (instance.interface_count() > 1) {
    return api::refuse(api::code::kInvalidInstanceID,
                       "There are multiple interfaces attached to instance '" + instance.id.text() +
                           "'. Please specify an interface ID for the operation instead.");
  }
  if (instance.interface_count() == 0) {
    return api::refuse(
        api::code::kIncorrectInstanceState,
        "The instance '" + instance.id.text() + "' is not in a valid state for this operation.");
  }
  return &call.inventory().network_interfaces.get(instance.primary_interface);
}

/// The modification that a request asks for: exactly one, by its own member or as Attribute and
/// Value.
struct Wish {
  std::optional<bool> source_dest_check;
  std::optional<bool> disable_api_termination;
  std::optional<std::string> type;
  std::vector<std::string> groups;
  bool other = false;

  [[nodiscard]] int count() const {
    return (source_dest_check.has_value() ? 1 : 0) + (disable_api_termination.has_value() ? 1 : 0) +
           (type.has_value() ? 1 : 0) + (groups.empty() ? 0 : 1) + (other ? 1 : 0);
  }
};

Wish wish_of(const api::ModifyInstanceAttributeRequest& request) {
  Wish wish;
  if (request.source_dest_check.has_value()) {
    wish.source_dest_check = request.source_dest_check->value.value_or(true);
  }
  if (request.disable_api_termination.has_value()) {
    wish.disable_api_termination = request.disable_api_termination->value.value_or(false);
  }
  if (request.instance_type.has_value()) {
    wish.type = request.instance_type->value.value_or("");
  }
  wish.groups = request.groups;
  const std::string attribute = request.attribute.value_or("");
  const std::string value = request.value.value_or("");
  if (attribute == "sourceDestCheck") {
    wish.source_dest_check = value != "false";
  } else if (attribute == "disableApiTermination") {
    wish.disable_api_termination = value == "true";
  } else if (attribute == "instanceType") {
    wish.type = value;
  } else {
    wish.other = !attribute.empty();
  }
  wish.other = wish.other || request.ebs_optimized.has_value() || request.ena_support.has_value() ||
               request.instance_initiated_shutdown_behavior.has_value() ||
               request.user_data.has_value() || request.kernel.has_value() ||
               request.ramdisk.has_value() || request.sriov_net_support.has_value() ||
               request.disable_api_stop.has_value() || !request.block_device_mappings.empty();
  return wish;
}

/// Changes what belongs to the instance's interface.
api::ApiResult<bool> change_interface(Call& call, const Instance& instance, const Wish& wish) {
  const auto interface = only_interface(call, instance);
  if (!interface.has_value()) {
    return tl::unexpected(interface.error());
  }
  GroupIds groups;
  if (!wish.groups.empty()) {
    const auto checked =
        check_groups(call, call.inventory().subnets.get((*interface)->subnet), wish.groups);
    if (!checked.has_value()) {
      return tl::unexpected(checked.error());
    }
    groups = *checked;
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  if (wish.source_dest_check.has_value()) {
    set_source_dest_check(call.inventory(), **interface, *wish.source_dest_check);
  } else {
    set_groups(call.inventory(), **interface, groups);
  }
  return true;
}

api::ApiResult<bool> change_instance(Call& call, Instance& instance, const Wish& wish) {
  if (wish.type.has_value()) {
    if (instance.state != InstanceState::kStopped) {
      return api::refuse(
          api::code::kIncorrectInstanceState,
          "The instance '" + instance.id.text() + "' is not in the 'stopped' state.");
    }
    if (wish.type->find('.') == std::string::npos) {
      return tl::unexpected(api::invalid_parameter_value("instanceType", *wish.type));
    }
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  if (wish.type.has_value()) {
    instance.type = call.inventory().intern(*wish.type);
  } else {
    instance.disable_api_termination = *wish.disable_api_termination;
  }
  return true;
}

}  // namespace

api::ApiResult<api::ModifyInstanceAttributeResponse> handle(
    Call& call, const api::ModifyInstanceAttributeRequest& request) {
  const auto instance = require<Instance>(call, request.instance_id);
  if (!instance.has_value()) {
    return tl::unexpected(instance.error());
  }
  const Wish wish = wish_of(request);
  if (wish.count() != 1) {
    return api::refuse(
        wish.count() == 0 ? api::code::kMissingParameter : api::code::kInvalidParameterCombination,
        "The request must contain exactly one attribute to modify");
  }
  if (wish.other) {
    return tl::unexpected(unsupported("This attribute of instances is not emulated."));
  }
  const auto changed = wish.source_dest_check.has_value() || !wish.groups.empty()
                           ? change_interface(call, **instance, wish)
                           : change_instance(call, **instance, wish);
  if (!changed.has_value()) {
    return tl::unexpected(changed.error());
  }
  return api::ModifyInstanceAttributeResponse{};
}

api::ApiResult<api::ResetInstanceAttributeResponse> handle(
    Call& call, const api::ResetInstanceAttributeRequest& request) {
  const auto instance = require<Instance>(call, request.instance_id);
  if (!instance.has_value()) {
    return tl::unexpected(instance.error());
  }
  if (request.attribute.value_or("") != "sourceDestCheck") {
    return tl::unexpected(
        api::invalid_parameter_value("attribute", request.attribute.value_or("")));
  }
  Wish wish;
  wish.source_dest_check = true;
  const auto changed = change_interface(call, **instance, wish);
  if (!changed.has_value()) {
    return tl::unexpected(changed.error());
  }
  return api::ResetInstanceAttributeResponse{};
}

api::ApiResult<api::DescribeInstanceAttributeResponse> handle(
    Call& call, const api::DescribeInstanceAttributeRequest& request) {
  const auto found = require<Instance>(call, request.instance_id);
  if (!found.has_value()) {
    return tl::unexpected(found.error());
  }
  const Instance& instance = **found;
  const std::string attribute = request.attribute.value_or("");
  if (attribute.empty()) {
    return tl::unexpected(api::missing_parameter("Attribute"));
  }
  api::DescribeInstanceAttributeResponse response;
  response.instance_id = instance.id.text();
  if (attribute == "instanceType") {
    response.instance_type = api::AttributeValue{.value = call.inventory().text(instance.type)};
  } else if (attribute == "disableApiTermination") {
    response.disable_api_termination =
        api::AttributeBooleanValue{.value = instance.disable_api_termination};
  } else if (attribute == "groupSet" && instance.in_classic()) {
    response.groups = describe_groups(call, instance.classic->groups);
  } else if (attribute == "sourceDestCheck" || attribute == "groupSet") {
    const auto interface = only_interface(call, instance);
    if (!interface.has_value()) {
      return tl::unexpected(interface.error());
    }
    if (attribute == "groupSet") {
      response.groups = describe_groups(call, **interface);
    } else {
      response.source_dest_check =
          api::AttributeBooleanValue{.value = (*interface)->source_dest_check};
    }
  } else {
    return tl::unexpected(unsupported("This attribute of instances is not emulated."));
  }
  return response;
}

}  // namespace vpclab::control
