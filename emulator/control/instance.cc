#include "emulator/control/instance.h"

#include <algorithm>

#include "emulator/api/generated/instance.h"
#include "emulator/control/classic_launch.h"
#include "emulator/control/classic_link.h"
#include "emulator/control/describe.h"
#include "emulator/control/host_actions.h"
#include "emulator/control/noun.h"
#include "emulator/control/tag_specification.h"
#include "netstack/base/check.h"

namespace vpclab::control {
namespace {

/// Enters a state; what the instance's VPCs forward may change with it.
void enter(ControlState& state, Instance& instance, InstanceState next) {
  VPCLAB_CHECK(may_become(instance.state, next), "a change of state that instances do not have");
  state.tell(instance.id, to_string(instance.state), to_string(next));
  instance.state = next;
  if (instance.in_classic()) {
    mark_classic_changed(state.inventory, instance);
  }
  instance.for_each_interface([&](const api::NetworkInterfaceId& id) {
    state.inventory.mark_changed(state.inventory.network_interfaces.get(id).vpc);
  });
}

/// INST-3: interfaces made with the instance go with it, others stay, detached.
void drop_network(Inventory& inventory, Instance& instance) {
  if (instance.in_classic()) {
    return leave_classic(inventory, instance);
  }
  std::vector<api::NetworkInterfaceId> interfaces;
  instance.for_each_interface([&](const api::NetworkInterfaceId& id) { interfaces.push_back(id); });
  for (const api::NetworkInterfaceId& id : interfaces) {
    NetworkInterface& interface = inventory.network_interfaces.get(id);
    const bool goes = interface.delete_on_termination;
    detach(inventory, interface);
    mark_interface_changed(inventory, interface);
    if (goes) {
      erase_interface(inventory, id);
    }
  }
}

/// Lets the state change by itself after a while.
void schedule(Call& call, Instance& instance, Duration delay) {
  instance.due = call.now + delay;
  call.state.transitions.in_progress(instance.due, instance.id);
}

void forget(Inventory& inventory, const Instance& instance) {
  const api::InstanceId id = instance.id;
  Reservation& reservation = inventory.reservations.get(instance.reservation);
  std::erase(reservation.instances, id);
  if (reservation.instances.empty()) {
    inventory.reservations.erase(reservation.id);
  }
  if (instance.in_classic()) {
    std::erase(inventory.classic[region_of(inventory, instance.owner)].instances, id);
  }
  drop_tags(inventory, instance.owner, id);
  inventory.instances.erase(id);
}

/// CLC-2, CL-13: an instance that stops leaves its link and its addresses, the private one too.
void stop_in_classic(Inventory& inventory, Instance& instance) {
  unlink(inventory, instance);
  take_classic_addresses(inventory, instance);
}

/// The addresses with which the stopped instances of EC2-Classic among some will start (CLC-2).
api::ApiResult<std::vector<wire::Ipv4Address>> addresses_to_start(
    Call& call, const std::vector<Instance*>& instances) {
  const auto count = std::count_if(instances.begin(), instances.end(), [](const Instance* one) {
    return one->in_classic() && one->state == InstanceState::kStopped;
  });
  return classic_addresses(call, {}, static_cast<std::uint32_t>(count));
}

/// EIP-2: the automatic public address leaves with a stop and comes, another one, with a start.
void change_public_address(ControlState& state, const Instance& instance, bool starting) {
  instance.for_each_interface([&](const api::NetworkInterfaceId& id) {
    NetworkInterface& interface = state.inventory.network_interfaces.get(id);
    if (!starting) {
      take_public_address(state.inventory, interface);
    } else if (interface.auto_public && instance.interface_count() == 1) {
      give_public_address(state, interface);
    }
  });
}

api::InstanceState describe_state(InstanceState state) {
  return {.code = code_of(state), .name = std::string(to_string(state))};
}

tl::unexpected<api::ApiError> wrong_state(const Instance& instance, std::string_view verb) {
  return api::refuse(api::code::kIncorrectInstanceState,
                     "The instance '" + instance.id.text() +
                         "' is not in a state from which it can be " + std::string(verb) + ".");
}

/// The instances that a request names, without doubles.
api::ApiResult<std::vector<Instance*>> require_instances(const Call& call,
                                                         const std::vector<std::string>& ids) {
  if (ids.empty()) {
    return tl::unexpected(api::missing_parameter("InstanceId"));
  }
  auto found = find_all<Instance>(call, ids);
  if (found.has_value()) {
    std::vector<Instance*> once;
    for (Instance* instance : *found) {
      if (std::find(once.begin(), once.end(), instance) == once.end()) {
        once.push_back(instance);
      }
    }
    *found = std::move(once);
  }
  return found;
}

/// Changes each instance and lists its states before and after.
template <class Change>
std::vector<api::InstanceStateChange> change_each(const std::vector<Instance*>& instances,
                                                  Change&& change) {
  std::vector<api::InstanceStateChange> changes;
  for (Instance* instance : instances) {
    const InstanceState before = instance->state;
    change(*instance);
    changes.push_back({.current_state = describe_state(instance->state),
                       .instance_id = instance->id.text(),
                       .previous_state = describe_state(before)});
  }
  return changes;
}

}  // namespace

std::string_view to_string(InstanceState state) {
  switch (state) {
    case InstanceState::kPending:
      return "pending";
    case InstanceState::kRunning:
      return "running";
    case InstanceState::kStopping:
      return "stopping";
    case InstanceState::kStopped:
      return "stopped";
    case InstanceState::kShuttingDown:
      return "shutting-down";
    case InstanceState::kTerminated:
      return "terminated";
  }
  return "";
}

std::uint16_t code_of(InstanceState state) {
  switch (state) {
    case InstanceState::kPending:
      return 0;
    case InstanceState::kRunning:
      return 16;
    case InstanceState::kShuttingDown:
      return 32;
    case InstanceState::kTerminated:
      return 48;
    case InstanceState::kStopping:
      return 64;
    case InstanceState::kStopped:
      return 80;
  }
  return 0;
}

void instance_due(ControlState& state, const api::InstanceId& id, SimTime now) {
  Instance* instance = state.inventory.instances.find(id);
  if (instance == nullptr || now < instance->due) {  // of a state that was left meanwhile
    return;
  }
  switch (instance->state) {
    case InstanceState::kPending:
      return enter(state, *instance, InstanceState::kRunning);
    case InstanceState::kStopping:
      return enter(state, *instance, InstanceState::kStopped);
    case InstanceState::kShuttingDown:
      enter(state, *instance, InstanceState::kTerminated);
      drop_network(state.inventory, *instance);
      instance->due = now + state.options.knobs.instance_terminated_visible;
      state.transitions.later(instance->due, id);
      return;
    case InstanceState::kTerminated:
      return forget(state.inventory, *instance);
    case InstanceState::kRunning:
    case InstanceState::kStopped:
      return;
  }
}

void reservation_due(ControlState& state, const api::ReservationId& id) {
  const Reservation* reservation = state.inventory.reservations.find(id);
  if (reservation == nullptr) {
    return;
  }
  for (const api::InstanceId& member : reservation->instances) {
    Instance& instance = state.inventory.instances.get(member);
    if (instance.state == InstanceState::kPending) {
      enter(state, instance, InstanceState::kRunning);
    }
  }
}

api::ApiResult<api::StartInstancesResponse> handle(Call& call,
                                                   const api::StartInstancesRequest& request) {
  const auto instances = require_instances(call, request.instance_ids);
  if (!instances.has_value()) {
    return tl::unexpected(instances.error());
  }
  for (const Instance* instance : *instances) {  // INST-6
    if (instance->state != InstanceState::kStopped && instance->state != InstanceState::kRunning &&
        instance->state != InstanceState::kPending) {
      return wrong_state(*instance, "started");
    }
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  auto addresses = addresses_to_start(call, *instances);
  if (!addresses.has_value()) {
    return tl::unexpected(addresses.error());
  }
  return api::StartInstancesResponse{
      .starting_instances = change_each(*instances, [&](Instance& instance) {
        if (instance.state == InstanceState::kStopped) {
          if (instance.in_classic()) {
            give_classic_addresses(call.state, instance, addresses->back());
            addresses->pop_back();
          }
          enter(call.state, instance, InstanceState::kPending);
          ++instance.boots;
          instance.launched = call.now;
          change_public_address(call.state, instance, /*starting=*/true);
          schedule(call, instance, call.knobs().instance_pending_delay);
        }
      })};
}

api::ApiResult<api::StopInstancesResponse> handle(Call& call,
                                                  const api::StopInstancesRequest& request) {
  if (request.hibernate.value_or(false)) {
    return tl::unexpected(unsupported("Hibernation is not emulated."));
  }
  const auto instances = require_instances(call, request.instance_ids);
  if (!instances.has_value()) {
    return tl::unexpected(instances.error());
  }
  for (const Instance* instance : *instances) {
    if (instance->state != InstanceState::kRunning && instance->state != InstanceState::kStopping &&
        instance->state != InstanceState::kStopped) {
      return wrong_state(*instance, "stopped");
    }
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  return api::StopInstancesResponse{
      .stopping_instances = change_each(*instances, [&](Instance& instance) {
        if (instance.state == InstanceState::kRunning) {
          enter(call.state, instance, InstanceState::kStopping);
          change_public_address(call.state, instance, /*starting=*/false);
          if (instance.in_classic()) {
            stop_in_classic(call.inventory(), instance);
          }
          schedule(call, instance, call.knobs().instance_stopping_delay);
        }
      })};
}

api::ApiResult<api::RebootInstancesResponse> handle(Call& call,
                                                    const api::RebootInstancesRequest& request) {
  const auto instances = require_instances(call, request.instance_ids);
  if (!instances.has_value()) {
    return tl::unexpected(instances.error());
  }
  for (const Instance* instance : *instances) {
    if (instance->state != InstanceState::kRunning) {
      return wrong_state(*instance, "rebooted");
    }
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  for (Instance* instance : *instances) {
    ++instance->boots;
    if (instance->in_classic()) {
      mark_classic_changed(call.inventory(), *instance);
    } else {
      call.inventory().mark_changed(
          call.inventory().network_interfaces.get(instance->primary_interface).vpc);
    }
  }
  return api::RebootInstancesResponse{};
}

api::ApiResult<api::TerminateInstancesResponse> handle(
    Call& call, const api::TerminateInstancesRequest& request) {
  const auto instances = require_instances(call, request.instance_ids);
  if (!instances.has_value()) {
    return tl::unexpected(instances.error());
  }
  for (const Instance* instance : *instances) {
    if (instance->disable_api_termination) {
      return api::refuse(api::code::kOperationNotPermitted,
                         "The instance '" + instance->id.text() +
                             "' may not be terminated. Modify its 'disableApiTermination' "
                             "instance attribute and try again.");
    }
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  return api::TerminateInstancesResponse{
      .terminating_instances = change_each(*instances, [&](Instance& instance) {
        if (may_become(instance.state, InstanceState::kShuttingDown)) {
          enter(call.state, instance, InstanceState::kShuttingDown);
          if (instance.in_classic()) {
            unlink(call.inventory(), instance);  // CL-13
          }
          schedule(call, instance, call.knobs().instance_shutting_down_delay);
        }
      })};
}

}  // namespace vpclab::control
