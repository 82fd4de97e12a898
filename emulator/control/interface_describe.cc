// Network interfaces as responses show them.
#include "emulator/api/generated/network_interface.h"
#include "emulator/control/describe.h"
#include "emulator/control/host_actions.h"
#include "emulator/control/interface_text.h"
#include "emulator/control/select.h"
#include "emulator/control/tag_specification.h"

namespace vpclab::control {
namespace {

/// Who made an interface that is not the caller's to change.
constexpr std::string_view kRequester = "amazon-aws";

std::string_view type_of(const NetworkInterface& interface) {
  return interface.nat_gateway().empty() ? "interface" : "nat_gateway";
}

std::optional<api::NetworkInterfaceAssociation> describe_association(
    const Call& call, const NetworkInterface& interface, const InterfaceAddress& address) {
  if (!address.has_public()) {
    return std::nullopt;
  }
  api::NetworkInterfaceAssociation association;
  association.ip_owner_id = "amazon";
  if (address.has_elastic()) {
    const ElasticAddress& elastic = call.inventory().elastic_addresses.get(address.allocation);
    association.allocation_id = elastic.id.text();
    association.association_id = elastic.association.text();
    association.ip_owner_id = call.inventory().owner(elastic.owner).account;
  }
  association.public_dns_name = public_name_of(call, interface, address);
  association.public_ip = to_string(address.public_address);
  return association;
}

std::optional<api::NetworkInterfaceAttachment> describe_attachment(
    const Call& call, const NetworkInterface& interface) {
  if (!interface.in_use()) {
    return std::nullopt;
  }
  api::NetworkInterfaceAttachment attachment;
  attachment.attach_time = whole_seconds(call.timestamp(interface.attached_at));
  attachment.attachment_id = interface.attachment.text();
  attachment.delete_on_termination = interface.delete_on_termination;
  attachment.device_index = interface.device_index;
  attachment.network_card_index = 0;
  if (interface.attached()) {
    attachment.instance_id = interface.instance.text();
    attachment.instance_owner_id = call.inventory().owner(interface.owner).account;
  } else {
    attachment.instance_owner_id = std::string(kRequester);
  }
  attachment.status = std::string(to_string(interface.attachment_state));
  return attachment;
}

constexpr FilterField<NetworkInterface> kNetworkInterfaceFilters[] = {
    {"addresses.private-ip-address", add_private_addresses},
    {"addresses.primary",
     [](const Call&, const NetworkInterface& interface, FilterValues& values) {
       for (std::size_t i = 0; i < interface.address_count(); ++i) {
         values.add_flag(i == 0);
       }
     }},
    {"addresses.association.public-ip", add_public_addresses},
    {"association.allocation-id",
     [](const Call&, const NetworkInterface& interface, FilterValues& values) {
       for (std::size_t i = 0; i < interface.address_count(); ++i) {
         if (interface.address(i).has_elastic()) {
           values.add(interface.address(i).allocation.text());
         }
       }
     }},
    {"association.public-ip", add_public_addresses},
    {"attachment.attachment-id",
     [](const Call&, const NetworkInterface& interface, FilterValues& values) {
       values.add(interface.attachment.text());
     }},
    {"attachment.delete-on-termination",
     [](const Call&, const NetworkInterface& interface, FilterValues& values) {
       if (interface.in_use()) {
         values.add_flag(interface.delete_on_termination);
       }
     }},
    {"attachment.device-index",
     [](const Call&, const NetworkInterface& interface, FilterValues& values) {
       if (interface.in_use()) {
         values.add_number(interface.device_index);
       }
     }},
    {"attachment.instance-id", [](const Call&, const NetworkInterface& interface,
                                  FilterValues& values) { values.add(interface.instance.text()); }},
    {"attachment.status",
     [](const Call&, const NetworkInterface& interface, FilterValues& values) {
       values.add(to_string(interface.attachment_state));
     }},
    {"availability-zone",
     [](const Call& call, const NetworkInterface& interface, FilterValues& values) {
       values.add(zone_name(call.region, call.inventory().subnets.get(interface.subnet).zone));
     }},
    {"description", [](const Call&, const NetworkInterface& interface,
                       FilterValues& values) { values.add(description_of(interface)); }},
    {"group-id",
     [](const Call&, const NetworkInterface& interface, FilterValues& values) {
       for (const api::SecurityGroupId& group : interface.groups) {
         values.add(group.text());
       }
     }},
    {"group-name",
     [](const Call& call, const NetworkInterface& interface, FilterValues& values) {
       for (const api::SecurityGroupId& group : interface.groups) {
         values.add(call.inventory().security_groups.get(group).name);
       }
     }},
    {"interface-type", [](const Call&, const NetworkInterface& interface,
                          FilterValues& values) { values.add(type_of(interface)); }},
    {"mac-address", [](const Call&, const NetworkInterface& interface,
                       FilterValues& values) { values.add(to_string(interface.mac)); }},
    {"network-interface-id", [](const Call&, const NetworkInterface& interface,
                                FilterValues& values) { values.add(interface.id.text()); }},
    {"owner-id", [](const Call& call, const NetworkInterface&,
                    FilterValues& values) { values.add(call.caller.account); }},
    {"private-ip-address",
     [](const Call&, const NetworkInterface& interface, FilterValues& values) {
       values.add(to_string(interface.primary.private_address));
     }},
    {"private-dns-name",
     [](const Call& call, const NetworkInterface& interface, FilterValues& values) {
       values.add(private_dns_name(interface.primary.private_address, call.caller.region));
     }},
    {"requester-managed",
     [](const Call&, const NetworkInterface& interface, FilterValues& values) {
       values.add_flag(!interface.nat_gateway().empty());
     }},
    {"source-dest-check",
     [](const Call&, const NetworkInterface& interface, FilterValues& values) {
       values.add_flag(interface.source_dest_check);
     }},
    {"status", [](const Call&, const NetworkInterface& interface,
                  FilterValues& values) { values.add(status_of(interface)); }},
    {"subnet-id", [](const Call&, const NetworkInterface& interface,
                     FilterValues& values) { values.add(interface.subnet.text()); }},
    {"vpc-id", [](const Call&, const NetworkInterface& interface,
                  FilterValues& values) { values.add(interface.vpc.text()); }},
};

}  // namespace

std::string_view to_string(AttachmentState state) {
  switch (state) {
    case AttachmentState::kDetached:
      return "detached";
    case AttachmentState::kAttaching:
      return "attaching";
    case AttachmentState::kAttached:
      return "attached";
    case AttachmentState::kDetaching:
      return "detaching";
  }
  return "";
}

std::string_view status_of(const NetworkInterface& interface) {
  if (!interface.in_use()) {
    return "available";
  }
  return interface.attachment_state == AttachmentState::kDetaching ? "detaching" : "in-use";
}

std::string_view description_of(const NetworkInterface& interface) {
  return interface.extras == nullptr ? std::string_view() : interface.extras->description;
}

std::string public_name_of(const Call& call, const NetworkInterface& interface,
                           const InterfaceAddress& address) {
  return call.inventory().vpcs.get(interface.vpc).dns_hostnames
             ? public_dns_name(address.public_address, call.caller.region)
             : std::string();
}

api::Timestamp whole_seconds(api::Timestamp timestamp) {
  return {timestamp.unix_milliseconds - timestamp.unix_milliseconds % 1000};
}

void add_private_addresses(const Call&, const NetworkInterface& interface, FilterValues& values) {
  for (std::size_t i = 0; i < interface.address_count(); ++i) {
    values.add(to_string(interface.address(i).private_address));
  }
}

void add_public_addresses(const Call&, const NetworkInterface& interface, FilterValues& values) {
  for (std::size_t i = 0; i < interface.address_count(); ++i) {
    if (interface.address(i).has_public()) {
      values.add(to_string(interface.address(i).public_address));
    }
  }
}

std::vector<api::GroupIdentifier> describe_groups(const Call& call,
                                                  std::span<const api::SecurityGroupId> ids) {
  std::vector<api::GroupIdentifier> groups;
  for (const api::SecurityGroupId& id : ids) {
    groups.push_back(
        {.group_name = call.inventory().security_groups.get(id).name, .group_id = id.text()});
  }
  return groups;
}

std::vector<api::GroupIdentifier> describe_groups(const Call& call,
                                                  const NetworkInterface& interface) {
  return describe_groups(call, std::span(interface.groups.data(), interface.groups.size()));
}

api::NetworkInterface describe(const Call& call, const NetworkInterface& interface) {
  const Inventory& inventory = call.inventory();
  api::NetworkInterface described;
  described.association = describe_association(call, interface, interface.primary);
  described.attachment = describe_attachment(call, interface);
  described.availability_zone =
      zone_name(call.region, inventory.subnets.get(interface.subnet).zone);
  described.description = std::string(description_of(interface));
  described.groups = describe_groups(call, interface);
  described.interface_type = std::string(type_of(interface));
  described.mac_address = to_string(interface.mac);
  described.network_interface_id = interface.id.text();
  described.owner_id = inventory.owner(interface.owner).account;
  described.private_dns_name =
      private_dns_name(interface.primary.private_address, call.caller.region);
  described.private_ip_address = to_string(interface.primary.private_address);
  for (std::size_t i = 0; i < interface.address_count(); ++i) {
    const InterfaceAddress& address = interface.address(i);
    api::NetworkInterfacePrivateIpAddress& shown = described.private_ip_addresses.emplace_back();
    shown.association = describe_association(call, interface, address);
    shown.primary = i == 0;
    shown.private_dns_name = private_dns_name(address.private_address, call.caller.region);
    shown.private_ip_address = to_string(address.private_address);
  }
  described.requester_managed = !interface.nat_gateway().empty();
  if (*described.requester_managed) {
    described.requester_id = std::string(kRequester);
  }
  described.source_dest_check = interface.source_dest_check;
  described.status = std::string(status_of(interface));
  described.subnet_id = interface.subnet.text();
  described.tag_set = describe_tags(call, interface.id);
  described.vpc_id = interface.vpc.text();
  return described;
}

api::ApiResult<api::DescribeNetworkInterfacesResponse> handle(
    Call& call, const api::DescribeNetworkInterfacesRequest& request) {
  const auto selected =
      select<NetworkInterface>(call, request.network_interface_ids, request.filters,
                               kNetworkInterfaceFilters, {request.max_results, request.next_token});
  if (!selected.has_value()) {
    return tl::unexpected(selected.error());
  }
  api::DescribeNetworkInterfacesResponse response;
  for (const NetworkInterface* interface : selected->items) {
    response.network_interfaces.push_back(describe(call, *interface));
  }
  response.next_token = selected->next_token;
  return response;
}

api::ApiResult<api::DescribeNetworkInterfaceAttributeResponse> handle(
    Call& call, const api::DescribeNetworkInterfaceAttributeRequest& request) {
  const auto interface = require<NetworkInterface>(call, request.network_interface_id);
  if (!interface.has_value()) {
    return tl::unexpected(interface.error());
  }
  const std::string attribute = request.attribute.value_or("");
  if (attribute.empty()) {
    return tl::unexpected(api::missing_parameter("Attribute"));
  }
  api::DescribeNetworkInterfaceAttributeResponse response;
  response.network_interface_id = (*interface)->id.text();
  if (attribute == "description") {
    response.description = api::AttributeValue{.value = std::string(description_of(**interface))};
  } else if (attribute == "groupSet") {
    response.groups = describe_groups(call, **interface);
  } else if (attribute == "sourceDestCheck") {
    response.source_dest_check =
        api::AttributeBooleanValue{.value = (*interface)->source_dest_check};
  } else if (attribute == "attachment") {
    response.attachment = describe_attachment(call, **interface);
  } else {
    return tl::unexpected(api::invalid_parameter_value("attribute", attribute));
  }
  return response;
}

}  // namespace vpclab::control
