#include "emulator/control/network_interface.h"

#include <algorithm>

#include "emulator/api/generated/network_interface.h"
#include "emulator/control/describe.h"
#include "emulator/control/host_actions.h"
#include "emulator/control/noun.h"
#include "emulator/control/private_address_plan.h"
#include "emulator/control/tag_specification.h"
#include "netstack/base/check.h"

namespace vpclab::control {

std::size_t find_address(const NetworkInterface& interface, wire::Ipv4Address private_address) {
  std::size_t i = 0;
  while (i < interface.address_count() && interface.address(i).private_address != private_address) {
    ++i;
  }
  return i;
}

api::ApiResult<wire::Ipv4Address> check_free_address(const Subnet& subnet,
                                                     const std::string& text) {
  auto address = parse_address(text, "privateIpAddress");
  if (!address.has_value()) {
    return address;
  }
  if (!subnet.cidr.contains(*address)) {
    return tl::unexpected(api::invalid_parameter_value(
        "address", text, "Address does not fall within the subnet's address range"));
  }
  if (subnet.addresses.is_reserved(*address)) {
    return tl::unexpected(api::invalid_parameter_value(
        "address", text, "Address is in subnet's reserved address range"));
  }
  if (subnet.addresses.holder(*address) != AddressBook::kNobody) {
    return api::refuse(api::code::kInvalidIPAddressInUse, "Address " + text + " is in use.");
  }
  return address;
}

api::ApiResult<GroupIds> check_groups(const Call& call, const Subnet& subnet,
                                      const std::vector<std::string>& texts) {
  GroupIds groups;
  if (texts.empty()) {
    groups.push_back(call.inventory().vpcs.get(subnet.vpc).default_security_group);
    return groups;
  }
  const auto found = find_all<SecurityGroup>(call, texts);
  if (!found.has_value()) {
    return tl::unexpected(found.error());
  }
  for (const SecurityGroup* group : *found) {
    if (group->vpc != subnet.vpc) {
      return api::refuse(api::code::kInvalidParameter, "Security group " + group->id.text() +
                                                           " and subnet " + subnet.id.text() +
                                                           " belong to different networks.");
    }
    if (std::find(groups.begin(), groups.end(), group->id) == groups.end()) {
      groups.push_back(group->id);
    }
  }
  if (groups.size() > call.quotas().security_groups_per_interface) {
    return api::refuse(api::code::kSecurityGroupsPerInterfaceLimitExceeded,
                       "The maximum number of security groups per interface has been reached.");
  }
  return groups;
}

api::ApiError no_permission() {
  return {std::string(api::code::kAuthFailure),
          "You do not have permission to access the specified resource."};
}

api::ApiResult<NetworkInterface*> require_own_interface(const Call& call,
                                                        const std::optional<std::string>& text) {
  auto interface = require<NetworkInterface>(call, text);
  if (interface.has_value() && !(*interface)->nat_gateway().empty()) {
    return tl::unexpected(no_permission());
  }
  return interface;
}

wire::MacAddress mac_address_of(const api::VpcId& vpc, wire::Ipv4Address address) {
  const std::uint64_t of_vpc = (vpc.digits().low ^ (vpc.digits().low >> 32)) & 0xff;
  return wire::MacAddress::from_integer((std::uint64_t{0x02} << 40) | (of_vpc << 32) |
                                        address.to_host_order());
}

void mark_interface_changed(Inventory& inventory, const NetworkInterface& interface) {
  inventory.mark_changed_with_peers(inventory.vpcs.get(interface.vpc));
}

NetworkInterface& build_interface(Call& call, const api::NetworkInterfaceId& id, Subnet& subnet,
                                  wire::Ipv4Address address, const GroupIds& groups) {
  Inventory& inventory = call.inventory();
  NetworkInterface interface;
  interface.id = id;
  interface.subnet = subnet.id;
  interface.vpc = subnet.vpc;
  interface.owner = subnet.owner;
  interface.primary.private_address = address;
  interface.groups = groups;
  interface.mac = mac_address_of(subnet.vpc, address);
  const auto slot = inventory.network_interfaces.insert(std::move(interface));
  subnet.addresses.take(address, slot);
  for (const api::SecurityGroupId& group : groups) {
    ++inventory.security_groups.get(group).members;
  }
  return inventory.network_interfaces.at(slot);
}

void add_secondary(Inventory& inventory, NetworkInterface& interface, wire::Ipv4Address address) {
  if (interface.extras == nullptr) {
    interface.extras = std::make_unique<InterfaceExtras>();
  }
  interface.extras->secondary.push_back({address, {}, {}});
  inventory.subnets.get(interface.subnet)
      .addresses.take(address, inventory.network_interfaces.slot_of(interface.id));
}

void attach(const Inventory& inventory, NetworkInterface& interface, Instance& instance,
            std::uint8_t device_index, bool delete_on_termination, SimTime now) {
  VPCLAB_CHECK(!interface.attached(), "attaching an interface that is attached");
  interface.instance = instance.id;
  interface.attachment = api::NetworkInterfaceAttachmentId(IdSource::part(
      interface.id, api::ResourceKind::kNetworkInterfaceAttachment, interface.attachments_made++));
  interface.attached_at = now;
  interface.device_index = device_index;
  interface.attachment_state = AttachmentState::kAttached;
  interface.delete_on_termination = delete_on_termination;
  if (device_index == 0) {
    instance.primary_interface = interface.id;
    return;
  }
  if (instance.other_interfaces == nullptr) {
    instance.other_interfaces = std::make_unique<std::vector<api::NetworkInterfaceId>>();
  }
  std::vector<api::NetworkInterfaceId>& others = *instance.other_interfaces;
  const auto place =
      std::find_if(others.begin(), others.end(), [&](const api::NetworkInterfaceId& other) {
        return inventory.network_interfaces.get(other).device_index > device_index;
      });
  others.insert(place, interface.id);
}

void detach(Inventory& inventory, NetworkInterface& interface) {
  Instance& instance = inventory.instances.get(interface.instance);
  if (instance.primary_interface == interface.id) {
    instance.primary_interface = {};
  } else {
    std::erase(*instance.other_interfaces, interface.id);
    if (instance.other_interfaces->empty()) {
      instance.other_interfaces = nullptr;
    }
  }
  take_public_address(inventory, interface);
  interface.instance = {};
  interface.attachment = {};
  interface.attachment_state = AttachmentState::kDetached;
  interface.auto_public = false;
}

void erase_interface(Inventory& inventory, const api::NetworkInterfaceId& id) {
  NetworkInterface& interface = inventory.network_interfaces.get(id);
  Subnet& subnet = inventory.subnets.get(interface.subnet);
  for (std::size_t i = 0; i < interface.address_count(); ++i) {
    const InterfaceAddress address = interface.address(i);
    if (address.has_elastic()) {
      end_association(inventory, inventory.elastic_addresses.get(address.allocation));
    } else if (address.has_public()) {
      inventory.release_public(address.public_address);
    }
    subnet.addresses.release(address.private_address);
  }
  for (const api::SecurityGroupId& group : interface.groups) {
    --inventory.security_groups.get(group).members;
  }
  mark_interface_changed(inventory, interface);
  drop_tags(inventory, interface.owner, id);
  inventory.network_interfaces.erase(id);
}

void give_public_address(ControlState& state, NetworkInterface& interface) {
  if (interface.primary.has_public()) {
    return;
  }
  const std::optional<wire::Ipv4Address> address = state.next_public();
  if (address.has_value()) {
    interface.primary.public_address = *address;
    state.inventory.hold_public(*address, interface.id);
  }
}

void take_public_address(Inventory& inventory, NetworkInterface& interface) {
  if (interface.primary.has_public() && !interface.primary.has_elastic()) {
    inventory.release_public(interface.primary.public_address);
    interface.primary.public_address = {};
  }
}

void interface_due(ControlState& state, const api::NetworkInterfaceId& id, SimTime now) {
  NetworkInterface* interface = state.inventory.network_interfaces.find(id);
  if (interface == nullptr || now < interface->due) {  // of an attachment that is over already
    return;
  }
  if (interface->attachment_state == AttachmentState::kAttaching) {
    interface->attachment_state = AttachmentState::kAttached;
  } else if (interface->attachment_state == AttachmentState::kDetaching) {
    detach(state.inventory, *interface);
  }
  mark_interface_changed(state.inventory, *interface);
}

api::ApiResult<api::CreateNetworkInterfaceResponse> handle(
    Call& call, const api::CreateNetworkInterfaceRequest& request) {
  if (request.ipv6_address_count.value_or(0) != 0 || !request.ipv6_addresses.empty()) {
    return tl::unexpected(unsupported("IPv6 addresses are not emulated yet."));
  }
  if (!request.ipv4_prefixes.empty() || request.ipv4_prefix_count.value_or(0) != 0) {
    return tl::unexpected(unsupported("Prefix delegation is not emulated."));
  }
  const auto subnet = require<Subnet>(call, request.subnet_id);
  if (!subnet.has_value()) {
    return tl::unexpected(subnet.error());
  }
  const auto groups = check_groups(call, **subnet, request.groups);
  if (!groups.has_value()) {
    return tl::unexpected(groups.error());
  }
  const auto plan = plan_addresses(call, **subnet,
                                   {request.private_ip_address, request.private_ip_addresses,
                                    request.secondary_private_ip_address_count});
  if (!plan.has_value()) {
    return tl::unexpected(plan.error());
  }
  auto tags = tags_for(request.tag_specifications, "network-interface");
  if (!tags.has_value()) {
    return tl::unexpected(tags.error());
  }
  if (at_quota(call, call.inventory().network_interfaces,
               call.quotas().network_interfaces_per_region)) {
    return api::refuse(api::code::kNetworkInterfaceLimitExceeded,
                       "The maximum number of network interfaces has been reached.");
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  const auto id = call.new_id(call.inventory().network_interfaces);
  if (!id.has_value()) {
    return tl::unexpected(id.error());
  }
  std::vector<wire::Ipv4Address> named;
  plan->list_named(named);
  NetworkInterface& interface = build_planned_interface(call, *id, **subnet, *plan, named, *groups);
  if (!request.description.value_or("").empty()) {
    if (interface.extras == nullptr) {
      interface.extras = std::make_unique<InterfaceExtras>();
    }
    interface.extras->description = *request.description;
  }
  mark_interface_changed(call.inventory(), interface);
  put_tags(call, interface.id, std::move(*tags));
  return api::CreateNetworkInterfaceResponse{.network_interface = describe(call, interface),
                                             .client_token = request.client_token};
}

api::ApiResult<api::DeleteNetworkInterfaceResponse> handle(
    Call& call, const api::DeleteNetworkInterfaceRequest& request) {
  const auto interface = require<NetworkInterface>(call, request.network_interface_id);
  if (!interface.has_value()) {
    return tl::unexpected(interface.error());
  }
  const api::NetworkInterfaceId id = (*interface)->id;
  if ((*interface)->in_use()) {
    return api::refuse(api::code::kInvalidNetworkInterfaceInUse,
                       "Network interface '" + id.text() + "' is currently in use.");
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  erase_interface(call.inventory(), id);
  return api::DeleteNetworkInterfaceResponse{};
}

}  // namespace vpclab::control
