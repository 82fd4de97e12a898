// Network interfaces, instances and elastic IPs as EC2 calls.
#include <algorithm>
#include <map>
#include <string_view>

#include "emulator/api/generated/address.h"
#include "emulator/api/generated/classiclink.h"
#include "emulator/api/generated/instance.h"
#include "emulator/api/generated/network_interface.h"
#include "emulator/scenario/lowering.h"

namespace vpclab::scenario {
namespace {

constexpr std::string_view kDefaultImage = "al2023";

std::vector<std::string> references(const std::vector<Text>& names) {
  std::vector<std::string> ids;
  ids.reserve(names.size());
  for (const Text& name : names) {
    ids.push_back(reference(name.value));
  }
  return ids;
}

std::optional<std::string> value_of(const std::optional<Text>& text) {
  return text.has_value() ? std::optional(text->value) : std::nullopt;
}

std::optional<Text> first_of(const std::vector<Text>& texts) {
  return texts.empty() ? std::nullopt : std::optional(texts.front());
}

control::Caller owner_of(const Lowering& lowering, const Instance& instance) {
  return instance.subnet.has_value()
             ? lowering.owner_of(instance.subnet->value)
             : caller_of(lowering.scenario(), instance.account, instance.region);
}

void lower_interface(Lowering& lowering, const NetworkInterface& interface) {
  api::CreateNetworkInterfaceRequest request;
  request.subnet_id = reference(interface.subnet.value);
  request.groups = references(interface.security_groups);
  request.private_ip_address = value_of(interface.private_ip);
  request.description = value_of(interface.description);
  lowering.create(
      lowering.owner_of(interface.subnet.value), std::move(request),
      interface.private_ip.has_value() ? interface.private_ip->mark : interface.name.mark,
      interface);
}

/// What can be said about an interface only when it is there.
void lower_interface_attributes(Lowering& lowering, const NetworkInterface& interface) {
  const control::Caller owner = lowering.owner_of(interface.subnet.value);
  for (const Text& address : interface.secondary_private_ips) {
    api::AssignPrivateIpAddressesRequest assign;
    assign.network_interface_id = reference(interface.name.value);
    assign.private_ip_addresses.push_back(address.value);
    lowering.call(owner, std::move(assign), address.mark);
  }
  if (interface.source_dest_check.has_value()) {
    api::ModifyNetworkInterfaceAttributeRequest modify;
    modify.network_interface_id = reference(interface.name.value);
    modify.source_dest_check = api::AttributeBooleanValue{interface.source_dest_check->value};
    lowering.call(owner, std::move(modify), interface.source_dest_check->mark);
  }
}

void lower_instance(Lowering& lowering, const Instance& instance) {
  api::RunInstancesRequest request;
  request.image_id =
      instance.image.has_value() ? instance.image->value : std::string(kDefaultImage);
  request.instance_type = value_of(instance.instance_type);
  request.min_count = 1;
  request.max_count = 1;
  std::optional<std::string> subnet;
  if (instance.subnet.has_value()) {
    subnet = reference(instance.subnet->value);
  }
  if (instance.public_ip.has_value()) {
    api::InstanceNetworkInterfaceSpecification& primary = request.network_interfaces.emplace_back();
    primary.device_index = 0;
    primary.subnet_id = subnet;
    primary.groups = references(instance.security_groups);
    primary.private_ip_address = value_of(instance.private_ip);
    primary.associate_public_ip_address = instance.public_ip->value;
  } else {
    request.subnet_id = subnet;
    request.security_group_ids = references(instance.security_groups);
    if (!is_set(instance.classic)) {
      request.private_ip_address = value_of(instance.private_ip);
    }
  }
  lowering.create(owner_of(lowering, instance), std::move(request), instance.name.mark, instance);
  if (is_set(instance.classic)) {
    lowering.place(instance.private_ip);
  }
  lowering.blame("InvalidAMIID", instance.image);
  lowering.blame("InvalidInstanceType", instance.instance_type);
  lowering.blame("ddress", instance.private_ip);
  lowering.blame("ecurity group", first_of(instance.security_groups));
}

void lower_instance_attributes(Lowering& lowering, const Instance& instance) {
  const control::Caller owner = owner_of(lowering, instance);
  std::int64_t device = 1;
  for (const Text& interface : instance.network_interfaces) {
    api::AttachNetworkInterfaceRequest attach;
    attach.instance_id = reference(instance.name.value);
    attach.network_interface_id = reference(interface.value);
    attach.device_index = device++;
    lowering.call(owner, std::move(attach), interface.mark);
  }
  if (instance.source_dest_check.has_value()) {
    api::ModifyNetworkInterfaceAttributeRequest modify;
    modify.network_interface_id = reference(instance.name.value + ".eni");
    modify.source_dest_check = api::AttributeBooleanValue{instance.source_dest_check->value};
    lowering.call(owner, std::move(modify), instance.source_dest_check->mark);
  }
  if (instance.classic_link.has_value()) {
    api::AttachClassicLinkVpcRequest attach;
    attach.instance_id = reference(instance.name.value);
    attach.vpc_id = reference(instance.classic_link->vpc.value);
    attach.groups = references(instance.classic_link->security_groups);
    lowering.call(owner, std::move(attach), instance.classic_link->mark);
    lowering.blame("InvalidGroup", first_of(instance.classic_link->security_groups));
  }
}

void associate(Lowering& lowering, const control::Caller& owner, const std::string& address,
               const std::string& interface, const std::optional<Text>& private_ip,
               const Mark& mark) {
  api::AssociateAddressRequest request;
  request.allocation_id = reference(address);
  request.network_interface_id = reference(interface);
  request.private_ip_address = value_of(private_ip);
  lowering.call(owner, std::move(request), mark);
}

/// CLC-4: an address of EC2-Classic goes by itself to an instance as a whole.
void associate_in_classic(Lowering& lowering, const control::Caller& owner,
                          const std::string& address, const std::string& instance,
                          const Mark& mark) {
  api::AssociateAddressRequest request;
  request.public_ip = '{' + address + ".public_ip}";
  request.instance_id = reference(instance);
  lowering.call(owner, std::move(request), mark);
}

bool is_in_classic(const Scenario& scenario, const std::string& instance) {
  return std::any_of(scenario.instances.begin(), scenario.instances.end(),
                     [&instance](const Instance& other) {
                       return other.name.value == instance && is_set(other.classic);
                     });
}

/// Whether the author says so, or what the address is for.
AddressUse use_of(const Scenario& scenario, const ElasticIp& address) {
  const bool is_classic =
      is_set(address.classic) ||
      (address.instance.has_value() && is_in_classic(scenario, address.instance->value)) ||
      std::any_of(scenario.instances.begin(), scenario.instances.end(),
                  [&address](const Instance& instance) {
                    return is_set(instance.classic) && instance.elastic_ip.has_value() &&
                           instance.elastic_ip->value == address.name.value;
                  });
  return is_classic ? AddressUse::kClassic : AddressUse::kVpc;
}

/// Who owns what an address may be for, and the addresses that instances ask for, by name.
using Owners = std::map<std::string_view, control::Caller>;

Owners find_owners(const Lowering& lowering) {
  Owners owners;
  for (const Instance& instance : lowering.scenario().instances) {
    const control::Caller owner = owner_of(lowering, instance);
    owners.emplace(instance.name.value, owner);
    if (instance.elastic_ip.has_value()) {
      owners.emplace(instance.elastic_ip->value, owner);
    }
  }
  for (const NatGateway& gateway : lowering.scenario().nat_gateways) {
    if (gateway.elastic_ip.has_value()) {
      owners.emplace(gateway.elastic_ip->value, lowering.owner_of(gateway.subnet.value));
    }
  }
  for (const NetworkInterface& interface : lowering.scenario().network_interfaces) {
    owners.emplace(interface.name.value, lowering.owner_of(interface.subnet.value));
  }
  return owners;
}

/// Who the author says, else the owner of what the address is for.
control::Caller owner_of(const Lowering& lowering, const Owners& owners, const ElasticIp& address) {
  if (address.account.has_value() || address.region.has_value()) {
    return caller_of(lowering.scenario(), address.account, address.region);
  }
  const std::optional<Text>& user =
      address.instance.has_value() ? address.instance : address.network_interface;
  const auto found = owners.find(user.has_value() ? user->value : address.name.value);
  return found == owners.end() ? default_caller(lowering.scenario()) : found->second;
}

void lower_elastic_ips(Lowering& lowering) {
  const Scenario& scenario = lowering.scenario();
  const Owners owners = find_owners(lowering);
  for (const ElasticIp& address : scenario.elastic_ips) {
    if (address.broken) {
      continue;
    }
    const control::Caller owner = owner_of(lowering, owners, address);
    const AddressUse use = use_of(scenario, address);
    lower_address(lowering, owner, address, use);
    if (address.instance.has_value() && use == AddressUse::kClassic) {
      associate_in_classic(lowering, owner, address.name.value, address.instance->value,
                           address.instance->mark);
    } else if (address.instance.has_value()) {
      associate(lowering, owner, address.name.value, address.instance->value + ".eni",
                address.private_ip, address.instance->mark);
    } else if (address.network_interface.has_value()) {
      associate(lowering, owner, address.name.value, address.network_interface->value,
                address.private_ip, address.network_interface->mark);
    }
  }
  for (const Instance& instance : scenario.instances) {
    if (!instance.is_sound() || !instance.elastic_ip.has_value()) {
      continue;
    }
    const control::Caller owner = owner_of(lowering, instance);
    const bool is_classic = is_set(instance.classic);
    if (instance.elastic_ip->value == instance.name.value + ".elastic_ip") {
      Resource own;
      own.name = *instance.elastic_ip;
      lower_address(lowering, owner, own, is_classic ? AddressUse::kClassic : AddressUse::kVpc);
    }
    if (is_classic) {
      associate_in_classic(lowering, owner, instance.elastic_ip->value, instance.name.value,
                           instance.elastic_ip->mark);
    } else {
      associate(lowering, owner, instance.elastic_ip->value, instance.name.value + ".eni",
                std::nullopt, instance.elastic_ip->mark);
    }
  }
}

/// Whether something of an instance was refused, though nothing that says where it is.
bool can_be_launched(const Instance& instance) {
  return !instance.broken && instance.faulty &&
         (instance.subnet.has_value() || is_set(instance.classic));
}

}  // namespace

void lower_address(Lowering& lowering, const control::Caller& owner, const Resource& address,
                   AddressUse use) {
  api::AllocateAddressRequest request;
  request.domain = use == AddressUse::kClassic ? "standard" : "vpc";
  lowering.create(owner, std::move(request), address.name.mark, address);
}

/// Last, so that the address that such an instance gets is nobody's who asks for it by number.
void lower_doubtful_instances(Lowering& lowering) {
  for (const Instance& instance : lowering.scenario().instances) {
    if (can_be_launched(instance) && !instance.private_ip.has_value()) {
      lower_instance(lowering, instance);
    }
  }
}

void lower_hosts(Lowering& lowering) {
  const Scenario& scenario = lowering.scenario();
  for (const NetworkInterface& interface : scenario.network_interfaces) {
    if (!interface.broken) {
      lower_interface(lowering, interface);
    }
  }
  for (const Instance& instance : scenario.instances) {
    // Who has said its address has it from here on, whatever else is wrong.
    if (instance.is_sound() || (can_be_launched(instance) && instance.private_ip.has_value())) {
      lower_instance(lowering, instance);
    }
  }
  lowering.settle();
  for (const Instance& instance : scenario.instances) {
    if (instance.is_sound()) {
      lower_instance_attributes(lowering, instance);
    }
  }
  for (const NetworkInterface& interface : scenario.network_interfaces) {
    if (!interface.broken) {
      lower_interface_attributes(lowering, interface);
    }
  }
  lowering.settle();
  lower_elastic_ips(lowering);
}

}  // namespace vpclab::scenario
