// Which instances DescribeInstances and DescribeInstanceStatus show.
#include <algorithm>
#include <map>

#include "emulator/api/generated/instance.h"
#include "emulator/control/describe.h"
#include "emulator/control/host_actions.h"
#include "emulator/control/instance_text.h"
#include "emulator/control/interface_text.h"
#include "emulator/control/select.h"

namespace vpclab::control {
namespace {

/// Calls add(id) for each group of an instance, as often as it carries it.
template <class Add>
void for_groups(const Call& call, const Instance& instance, Add&& add) {
  if (instance.in_classic()) {
    std::for_each(instance.classic->groups.begin(), instance.classic->groups.end(), add);
  }
  for_interfaces(call, instance, [&](const NetworkInterface& interface) {
    std::for_each(interface.groups.begin(), interface.groups.end(), add);
  });
}

void add_groups(const Call& call, const Instance& instance, FilterValues& values) {
  for_groups(call, instance, [&](const api::SecurityGroupId& id) { values.add(id.text()); });
}

void add_group_names(const Call& call, const Instance& instance, FilterValues& values) {
  for_groups(call, instance, [&](const api::SecurityGroupId& id) {
    values.add(call.inventory().security_groups.get(id).name);
  });
}

void add_state_code(const Call&, const Instance& instance, FilterValues& values) {
  values.add_number(code_of(instance.state));
}

void add_state_name(const Call&, const Instance& instance, FilterValues& values) {
  values.add(to_string(instance.state));
}

void add_zone(const Call& call, const Instance& instance, FilterValues& values) {
  values.add(zone_name(call.region, instance.zone));
}

constexpr FilterField<Instance> kInstanceFilters[] = {
    {"architecture",
     [](const Call&, const Instance&, FilterValues& values) { values.add("x86_64"); }},
    {"availability-zone", add_zone},
    {"dns-name",
     [](const Call& call, const Instance& instance, FilterValues& values) {
       if (address_of(call, instance).has_public()) {
         values.add(public_name_of(call, instance));
       }
     }},
    {"group-id", add_groups},
    {"group-name", add_group_names},
    {"image-id", [](const Call&, const Instance& instance,
                    FilterValues& values) { values.add(image_of(instance.image).id.text()); }},
    {"instance-id", [](const Call&, const Instance& instance,
                       FilterValues& values) { values.add(instance.id.text()); }},
    {"instance-state-code", add_state_code},
    {"instance-state-name", add_state_name},
    {"instance-type",
     [](const Call& call, const Instance& instance, FilterValues& values) {
       values.add(call.inventory().text(instance.type));
     }},
    {"instance.group-id", add_groups},
    {"instance.group-name", add_group_names},
    {"ip-address",
     [](const Call& call, const Instance& instance, FilterValues& values) {
       if (const PrimaryAddress address = address_of(call, instance); address.has_public()) {
         values.add(to_string(address.public_address));
       }
     }},
    {"key-name",
     [](const Call& call, const Instance& instance, FilterValues& values) {
       values.add(call.inventory().text(instance.key_name));
     }},
    {"launch-index", [](const Call&, const Instance& instance,
                        FilterValues& values) { values.add_number(instance.launch_index); }},
    {"launch-time",
     [](const Call& call, const Instance& instance, FilterValues& values) {
       values.add(to_string(whole_seconds(call.timestamp(instance.launched))));
     }},
    {"network-interface.addresses.association.public-ip",
     [](const Call& call, const Instance& instance, FilterValues& values) {
       for_interfaces(call, instance, [&](const NetworkInterface& interface) {
         add_public_addresses(call, interface, values);
       });
     }},
    {"network-interface.addresses.private-ip-address",
     [](const Call& call, const Instance& instance, FilterValues& values) {
       for_interfaces(call, instance, [&](const NetworkInterface& interface) {
         add_private_addresses(call, interface, values);
       });
     }},
    {"network-interface.group-id", add_groups},
    {"network-interface.network-interface-id",
     [](const Call& call, const Instance& instance, FilterValues& values) {
       for_interfaces(call, instance,
                      [&](const NetworkInterface& interface) { values.add(interface.id.text()); });
     }},
    {"network-interface.source-dest-check",
     [](const Call& call, const Instance& instance, FilterValues& values) {
       for_interfaces(call, instance, [&](const NetworkInterface& interface) {
         values.add_flag(interface.source_dest_check);
       });
     }},
    {"network-interface.subnet-id",
     [](const Call& call, const Instance& instance, FilterValues& values) {
       for_interfaces(call, instance, [&](const NetworkInterface& interface) {
         values.add(interface.subnet.text());
       });
     }},
    {"network-interface.vpc-id",
     [](const Call& call, const Instance& instance, FilterValues& values) {
       for_interfaces(call, instance,
                      [&](const NetworkInterface& interface) { values.add(interface.vpc.text()); });
     }},
    {"owner-id", [](const Call& call, const Instance&,
                    FilterValues& values) { values.add(call.caller.account); }},
    {"platform",
     [](const Call&, const Instance& instance, FilterValues& values) {
       if (instance.image == ImageFamily::kWindows) {
         values.add("windows");
       }
     }},
    {"private-dns-name",
     [](const Call& call, const Instance& instance, FilterValues& values) {
       if (const PrimaryAddress address = address_of(call, instance); address.exists()) {
         values.add(private_dns_name(address.private_address, call.caller.region));
       }
     }},
    {"private-ip-address",
     [](const Call& call, const Instance& instance, FilterValues& values) {
       if (const PrimaryAddress address = address_of(call, instance); address.exists()) {
         values.add(to_string(address.private_address));
       }
     }},
    {"reservation-id", [](const Call&, const Instance& instance,
                          FilterValues& values) { values.add(instance.reservation.text()); }},
    {"source-dest-check",
     [](const Call& call, const Instance& instance, FilterValues& values) {
       if (const NetworkInterface* primary = primary_of(call, instance); primary != nullptr) {
         values.add_flag(primary->source_dest_check);
       }
     }},
    {"subnet-id",
     [](const Call& call, const Instance& instance, FilterValues& values) {
       if (const NetworkInterface* primary = primary_of(call, instance); primary != nullptr) {
         values.add(primary->subnet.text());
       }
     }},
    {"vpc-id",
     [](const Call& call, const Instance& instance, FilterValues& values) {
       if (const NetworkInterface* primary = primary_of(call, instance); primary != nullptr) {
         values.add(primary->vpc.text());
       }
     }},
};

constexpr FilterField<Instance> kStatusFilters[] = {
    {"availability-zone", add_zone},
    {"instance-state-code", add_state_code},
    {"instance-state-name", add_state_name},
};

}  // namespace

api::ApiResult<api::DescribeInstancesResponse> handle(
    Call& call, const api::DescribeInstancesRequest& request) {
  const auto selected =
      select<Instance>(call, request.instance_ids, request.filters, kInstanceFilters,
                       {request.max_results, request.next_token});
  if (!selected.has_value()) {
    return tl::unexpected(selected.error());
  }
  api::DescribeInstancesResponse response;
  std::map<api::ReservationId, std::size_t> places;  // in the response
  for (const Instance* instance : selected->items) {
    const auto [place, is_new] =
        places.try_emplace(instance->reservation, response.reservations.size());
    if (is_new) {
      api::Reservation& reservation = response.reservations.emplace_back();
      reservation.owner_id = call.inventory().owner(instance->owner).account;
      reservation.reservation_id = instance->reservation.text();
      if (instance->in_classic()) {
        reservation.groups = describe_groups(call, instance->classic->groups);
      }
    }
    response.reservations[place->second].instances.push_back(
        describe(call, *instance, instance->state));
  }
  response.next_token = selected->next_token;
  return response;
}

api::ApiResult<api::DescribeInstanceStatusResponse> handle(
    Call& call, const api::DescribeInstanceStatusRequest& request) {
  const auto selected = select<Instance>(call, request.instance_ids, request.filters,
                                         kStatusFilters, {request.max_results, request.next_token});
  if (!selected.has_value()) {
    return tl::unexpected(selected.error());
  }
  api::DescribeInstanceStatusResponse response;
  for (const Instance* instance : selected->items) {
    if (!instance->is_running() && !request.include_all_instances.value_or(false)) {
      continue;
    }
    const std::string health = instance->is_running() ? "ok" : "not-applicable";
    api::InstanceStatus& status = response.instance_statuses.emplace_back();
    status.availability_zone = zone_name(call.region, instance->zone);
    status.instance_id = instance->id.text();
    status.instance_state = api::InstanceState{.code = code_of(instance->state),
                                               .name = std::string(to_string(instance->state))};
    status.instance_status = api::InstanceStatusSummary{.details = {}, .status = health};
    status.system_status = api::InstanceStatusSummary{.details = {}, .status = health};
  }
  response.next_token = selected->next_token;
  return response;
}

}  // namespace vpclab::control
