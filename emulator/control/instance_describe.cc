// Instances as responses show them.
#include "emulator/api/generated/instance.h"
#include "emulator/control/describe.h"
#include "emulator/control/instance_text.h"
#include "emulator/control/interface_text.h"
#include "emulator/control/tag_specification.h"

namespace vpclab::control {
namespace {

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

const NetworkInterface* primary_of(const Call& call, const Instance& instance) {
  return call.inventory().network_interfaces.find(instance.primary_interface);
}

PrimaryAddress address_of(const Call& call, const Instance& instance) {
  if (instance.in_classic()) {
    return {instance.classic->private_address, instance.classic->public_address};
  }
  const NetworkInterface* primary = primary_of(call, instance);
  return primary == nullptr
             ? PrimaryAddress()
             : PrimaryAddress{primary->primary.private_address, primary->primary.public_address};
}

std::string public_name_of(const Call& call, const Instance& instance) {
  if (instance.in_classic()) {
    return public_dns_name(instance.classic->public_address, call.caller.region);
  }
  const NetworkInterface* primary = primary_of(call, instance);
  return public_name_of(call, *primary, primary->primary);
}

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

}  // namespace vpclab::control
