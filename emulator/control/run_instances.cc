// RunInstances: carries out a launch plan. Made for a thousand instances a call: ids are a hash
// each, addresses the next free ones, and the answer is built only when somebody looks at it.
#include "emulator/api/generated/instance.h"
#include "emulator/control/describe.h"
#include "emulator/control/host_actions.h"
#include "emulator/control/launch_plan.h"
#include "emulator/control/noun.h"
#include "emulator/control/tag_specification.h"

namespace vpclab::control {
namespace {

/// The ids of all the instances, before the first is made. Of several declared instances each has
/// the declared name with its number behind it.
api::ApiResult<std::vector<api::InstanceId>> new_ids(Call& call, std::uint32_t count) {
  const Table<Instance>& table = call.inventory().instances;
  if (count > 1 && call.declared != nullptr && !call.declared->id.empty()) {
    return api::refuse(api::code::kInvalidParameterCombination,
                       "One ID cannot be given to several instances.");
  }
  const std::string name = call.declared == nullptr ? std::string() : call.declared->name;
  std::vector<api::InstanceId> ids;
  ids.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    Declared numbered{name.empty() || count == 1 ? name : name + "/" + std::to_string(i + 1), {}};
    Call one = call;
    if (count > 1) {
      one.declared = name.empty() ? nullptr : &numbered;
    }
    const auto id = one.new_id(table);
    if (!id.has_value()) {
      return tl::unexpected(id.error());
    }
    ids.push_back(*id);
  }
  return ids;
}

/// Makes (or takes) one interface of an instance and attaches it.
void build_attached_interface(Call& call, Instance& instance, const InterfacePlan& plan,
                              const LaunchPlan& launch, std::span<const wire::Ipv4Address> named) {
  NetworkInterface* interface = plan.existing;
  if (interface == nullptr) {
    const api::NetworkInterfaceId id =
        part_id(call.inventory().network_interfaces, instance.id, plan.device_index);
    interface =
        &build_planned_interface(call, id, *plan.subnet, plan.addresses, named, plan.groups);
    if (!plan.description.empty()) {
      if (interface->extras == nullptr) {
        interface->extras = std::make_unique<InterfaceExtras>();
      }
      interface->extras->description = plan.description;
    }
    put_tags(call, id, launch.interface_tags);
  }
  attach(call.inventory(), *interface, instance, plan.device_index, plan.delete_on_termination,
         call.now);
  if (plan.public_address) {
    interface->auto_public = true;
    give_public_address(call.state, *interface);
  }
}

void build_instance(Call& call, const LaunchPlan& plan, Instance instance,
                    wire::Ipv4Address classic_address, std::span<const wire::Ipv4Address> named) {
  Table<Instance>& table = call.inventory().instances;
  Instance& stored = table.at(table.insert(std::move(instance)));
  if (plan.classic.has_value()) {
    enter_classic(call, stored, *plan.classic, classic_address);
  }
  for (const InterfacePlan& interface : plan.interfaces) {
    build_attached_interface(call, stored, interface, plan, named);
  }
  put_tags(call, stored.id, plan.instance_tags);
}

/// The answer shows the instances as the call left them: pending.
api::Response build_response(ControlState& state, const Caller& caller,
                             const api::ReservationId& id, SimTime now) {
  Inventory& inventory = state.inventory;
  const Call call{state, caller, inventory.intern(caller), *find_region(caller.region), now};
  api::RunInstancesResponse response;
  response.owner_id = caller.account;
  response.reservation_id = id.text();
  if (const Reservation* reservation = inventory.reservations.find(id); reservation != nullptr) {
    const Instance& first = inventory.instances.get(reservation->instances.front());
    if (first.in_classic()) {
      response.groups = describe_groups(call, first.classic->groups);
    }
    for (const api::InstanceId& instance : reservation->instances) {
      response.instances.push_back(
          describe(call, inventory.instances.get(instance), InstanceState::kPending));
    }
  }
  return response;
}

}  // namespace

api::Reply handle(Call& call, const api::RunInstancesRequest& request) {
  const auto plan = plan_launch(call, request);
  if (!plan.has_value()) {
    return tl::unexpected(plan.error());
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  auto ids = new_ids(call, plan->count);
  if (!ids.has_value()) {
    return tl::unexpected(ids.error());
  }
  std::vector<wire::Ipv4Address> addresses(plan->count);  // of instances in EC2-Classic
  if (plan->classic.has_value()) {
    const auto drawn = classic_addresses(call, *plan->classic, plan->count);
    if (!drawn.has_value()) {
      return tl::unexpected(drawn.error());
    }
    addresses = *drawn;
  }
  const std::vector<wire::Ipv4Address> named = named_addresses(plan->interfaces);
  Inventory& inventory = call.inventory();
  api::ReservationId reservation;
  do {
    reservation = api::ReservationId(
        call.state.ids.next(call.caller, call.owner, api::ResourceKind::kReservation));
  } while (inventory.reservations.contains(reservation));
  const InternedText type = inventory.intern(plan->type);
  const InternedText key_name = inventory.intern(plan->key_name);
  std::uint32_t launch_index = 0;
  for (const api::InstanceId& id : *ids) {
    Instance instance;
    instance.id = id;
    instance.reservation = reservation;
    instance.launched = call.now;
    instance.due = call.now + call.knobs().instance_pending_delay;
    instance.launch_index = launch_index;
    instance.type = type;
    instance.key_name = key_name;
    instance.owner = call.owner;
    instance.image = plan->image->family;
    instance.zone = plan->zone;
    instance.disable_api_termination = plan->disable_api_termination;
    build_instance(call, *plan, std::move(instance), addresses[launch_index++], named);
  }
  inventory.reservations.insert({reservation, call.owner, std::move(*ids)});
  call.state.transitions.in_progress(call.now + call.knobs().instance_pending_delay, reservation);
  if (!plan->classic.has_value()) {
    inventory.mark_changed_with_peers(inventory.vpcs.get(plan->interfaces.front().subnet->vpc));
  }
  return api::Answer::deferred(
      [&state = call.state, caller = call.caller, reservation, now = call.now]() -> api::Response {
        return build_response(state, caller, reservation, now);
      });
}

}  // namespace vpclab::control
