// Instances as responses show them.
#include <algorithm>
#include <map>

#include "emulator/api/generated/instance.h"
#include "emulator/control/describe.h"
#include "emulator/control/host_actions.h"
#include "emulator/control/interface_text.h"
#include "emulator/control/select.h"
#include "emulator/control/tag_specification.h"

namespace vpclab::control {
namespace {

const NetworkInterface* primary_of(const Call& call, const Instance& instance) {
  return call.inventory().network_interfaces.find(instance.primary_interface);
}

/// Adds what one function says of each of an instance's interfaces.
template <class Add>
void for_interfaces(const Call& call, const Instance& instance, Add&& add) {
  instance.for_each_interface(
      [&](const api::NetworkInterfaceId& id) { add(call.inventory().network_interfaces.get(id)); });
}

/// Where an instance's only private address is: an interface's, or its own in EC2-Classic; none
/// while it has none (CLC-2).
struct PrimaryAddress {
  wire::Ipv4Address private_address;
  wire::Ipv4Address public_address;

  [[nodiscard]] bool exists() const { return !private_address.is_unspecified(); }

  [[nodiscard]] bool has_public() const { return !public_address.is_unspecified(); }
};

PrimaryAddress address_of(const Call& call, const Instance& instance) {
  if (instance.in_classic()) {
    return {instance.classic->private_address, instance.classic->public_address};
  }
  const NetworkInterface* primary = primary_of(call, instance);
  return primary == nullptr
             ? PrimaryAddress()
             : PrimaryAddress{primary->primary.private_address, primary->primary.public_address};
}

/// CLC-5: in EC2-Classic every public address has a name.
std::string public_name_of(const Call& call, const Instance& instance) {
  if (instance.in_classic()) {
    return public_dns_name(instance.classic->public_address, call.caller.region);
  }
  const NetworkInterface* primary = primary_of(call, instance);
  return public_name_of(call, *primary, primary->primary);
}

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

constexpr FilterField<Instance> kFilters[] = {
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

std::optional<api::InstanceNetworkInterfaceAssociation> describe_association(
    const Call& call, const NetworkInterface& interface, const InterfaceAddress& address) {
  if (!address.has_public()) {
    return std::nullopt;
  }
  api::InstanceNetworkInterfaceAssociation association;
  association.ip_owner_id = address.has_elastic() ? call.caller.account : std::string("amazon");
  association.public_dns_name = public_name_of(call, interface, address);
  association.public_ip = to_string(address.public_address);
  return association;
}

api::InstanceNetworkInterface describe_interface(const Call& call,
                                                 const NetworkInterface& interface) {
  api::InstanceNetworkInterface described;
  described.association = describe_association(call, interface, interface.primary);
  described.attachment = api::InstanceNetworkInterfaceAttachment{
      .attach_time = whole_seconds(call.timestamp(interface.attached_at)),
      .attachment_id = interface.attachment.text(),
      .delete_on_termination = interface.delete_on_termination,
      .device_index = interface.device_index,
      .status = std::string(to_string(interface.attachment_state)),
      .network_card_index = 0};
  described.description = std::string(description_of(interface));
  described.groups = describe_groups(call, interface);
  described.mac_address = to_string(interface.mac);
  described.network_interface_id = interface.id.text();
  described.owner_id = call.inventory().owner(interface.owner).account;
  described.private_dns_name =
      private_dns_name(interface.primary.private_address, call.caller.region);
  described.private_ip_address = to_string(interface.primary.private_address);
  for (std::size_t i = 0; i < interface.address_count(); ++i) {
    const InterfaceAddress& address = interface.address(i);
    described.private_ip_addresses.push_back(
        {.association = describe_association(call, interface, address),
         .primary = i == 0,
         .private_dns_name = private_dns_name(address.private_address, call.caller.region),
         .private_ip_address = to_string(address.private_address)});
  }
  described.source_dest_check = interface.source_dest_check;
  described.status = std::string(status_of(interface));
  described.subnet_id = interface.subnet.text();
  described.vpc_id = interface.vpc.text();
  described.interface_type = "interface";
  return described;
}

/// The members of an instance that its addresses give it; one that has none (terminated, or
/// stopped in EC2-Classic) shows none.
void describe_addresses(const Call& call, const Instance& instance, api::Instance& described) {
  const PrimaryAddress address = address_of(call, instance);
  if (!address.exists()) {
    return;
  }
  described.private_dns_name = private_dns_name(address.private_address, call.caller.region);
  described.private_ip_address = to_string(address.private_address);
  described.public_dns_name = "";
  if (address.has_public()) {
    described.public_ip_address = to_string(address.public_address);
    described.public_dns_name = public_name_of(call, instance);
  }
}

/// What an instance in a VPC has by its primary interface, and one in EC2-Classic by itself: no VPC
/// and no subnet (CLC-1, CL-14).
void describe_network(const Call& call, const Instance& instance, api::Instance& described) {
  describe_addresses(call, instance, described);
  if (instance.in_classic()) {
    described.security_groups = describe_groups(call, instance.classic->groups);
  } else if (const NetworkInterface* primary = primary_of(call, instance); primary != nullptr) {
    described.subnet_id = primary->subnet.text();
    described.vpc_id = primary->vpc.text();
    described.security_groups = describe_groups(call, *primary);
    described.source_dest_check = primary->source_dest_check;
  }
}

}  // namespace

api::Instance describe(const Call& call, const Instance& instance, InstanceState as_state) {
  const Inventory& inventory = call.inventory();
  const Image& image = image_of(instance.image);
  api::Instance described;
  described.ami_launch_index = instance.launch_index;
  described.image_id = image.id.text();
  described.instance_id = instance.id.text();
  described.instance_type = inventory.text(instance.type);
  if (instance.key_name != InternedText{}) {
    described.key_name = inventory.text(instance.key_name);
  }
  described.launch_time = whole_seconds(call.timestamp(instance.launched));
  described.monitoring = api::Monitoring{.state = "disabled"};
  described.placement = api::Placement{.availability_zone = zone_name(call.region, instance.zone),
                                       .group_name = "",
                                       .tenancy = "default"};
  if (instance.image == ImageFamily::kWindows) {
    described.platform = "windows";
  }
  described.state =
      api::InstanceState{.code = code_of(as_state), .name = std::string(to_string(as_state))};
  described.state_transition_reason = "";
  describe_network(call, instance, described);
  described.architecture = "x86_64";
  described.ebs_optimized = false;
  described.ena_support = true;
  described.hypervisor = "xen";
  for_interfaces(call, instance, [&](const NetworkInterface& interface) {
    described.network_interfaces.push_back(describe_interface(call, interface));
  });
  described.root_device_name = "/dev/xvda";
  described.root_device_type = "ebs";
  described.tags = describe_tags(call, instance.id);
  described.virtualization_type = "hvm";
  return described;
}

api::ApiResult<api::DescribeInstancesResponse> handle(
    Call& call, const api::DescribeInstancesRequest& request) {
  const auto selected = select<Instance>(call, request.instance_ids, request.filters, kFilters,
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
