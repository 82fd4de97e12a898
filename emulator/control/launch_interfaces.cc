#include "emulator/control/launch_interfaces.h"

#include <algorithm>
#include <limits>

#include "emulator/api/generated/instance.h"
#include "emulator/control/default_vpc.h"
#include "emulator/control/noun.h"

namespace vpclab::control {
namespace {

using InterfaceRequest = api::InstanceNetworkInterfaceSpecification;

/// INST-4: the subnet that a request names, else a default one.
api::ApiResult<Subnet*> subnet_for(const Call& call, const api::RunInstancesRequest& request,
                                   const std::optional<std::string>& id) {
  const auto zone = wanted_zone(call, request);
  if (!zone.has_value()) {
    return tl::unexpected(zone.error());
  }
  if (id.has_value()) {
    auto subnet = find<Subnet>(call, *id);
    if (subnet.has_value() && zone->has_value() && (*subnet)->zone != **zone) {
      return tl::unexpected(
          api::invalid_parameter_value("availabilityZone", *request.placement->availability_zone,
                                       "The subnet is in another Availability Zone."));
    }
    return subnet;
  }
  const Vpc* vpc = find_default_vpc(call);
  if (vpc == nullptr) {
    return api::refuse(api::code::kVPCIdNotSpecified, "No default VPC for this user");
  }
  Subnet* subnet = find_default_subnet(call, *vpc, *zone);
  if (subnet == nullptr) {
    return api::refuse(
        api::code::kInvalidSubnetIDNotFound,
        "No subnets found for the default VPC '" + vpc->id.text() + "'. Please specify a subnet.");
  }
  return subnet;
}

/// The ids of the groups that a request names by id, or, in the default VPC, by name.
api::ApiResult<std::vector<std::string>> group_ids(const Call& call,
                                                   const api::RunInstancesRequest& request,
                                                   const Subnet& subnet) {
  std::vector<std::string> ids = request.security_group_ids;
  const Vpc& vpc = call.inventory().vpcs.get(subnet.vpc);
  for (const std::string& name : request.security_groups) {
    if (!vpc.is_default) {  // SG-14
      return combination("The parameter groupName cannot be used with the parameter subnet");
    }
    const auto found = std::find_if(vpc.security_groups.begin(), vpc.security_groups.end(),
                                    [&](const api::SecurityGroupId& id) {
                                      return call.inventory().security_groups.get(id).name == name;
                                    });
    if (found == vpc.security_groups.end()) {
      return tl::unexpected(
          not_found(api::code::kInvalidGroupNotFound, "The security group", {name}));
    }
    ids.push_back(found->text());
  }
  return ids;
}

/// The one interface of a request that does not speak of interfaces.
api::ApiResult<InterfacePlan> plan_simple(const Call& call,
                                          const api::RunInstancesRequest& request) {
  const auto subnet = subnet_for(call, request, request.subnet_id);
  if (!subnet.has_value()) {
    return tl::unexpected(subnet.error());
  }
  const auto ids = group_ids(call, request, **subnet);
  if (!ids.has_value()) {
    return tl::unexpected(ids.error());
  }
  const auto groups = check_groups(call, **subnet, *ids);
  if (!groups.has_value()) {
    return tl::unexpected(groups.error());
  }
  const auto addresses = plan_addresses(call, **subnet, {request.private_ip_address, {}, {}});
  if (!addresses.has_value()) {
    return tl::unexpected(addresses.error());
  }
  InterfacePlan plan;
  plan.subnet = *subnet;
  plan.groups = *groups;
  plan.addresses = *addresses;
  plan.public_address = (*subnet)->map_public_ip_on_launch;
  return plan;
}

api::ApiResult<InterfacePlan> plan_existing(const Call& call, const InterfaceRequest& given) {
  const auto interface = find<NetworkInterface>(call, *given.network_interface_id);
  if (!interface.has_value()) {
    return tl::unexpected(interface.error());
  }
  if (given.associate_public_ip_address.has_value()) {
    return combination(
        "The associatePublicIPAddress parameter cannot be specified when launching with a network "
        "interface ID");
  }
  if ((*interface)->in_use()) {
    return api::refuse(api::code::kInvalidNetworkInterfaceInUse,
                       "Network interface '" + (*interface)->id.text() + "' is currently in use.");
  }
  InterfacePlan plan;
  plan.existing = *interface;
  plan.subnet = &call.inventory().subnets.get((*interface)->subnet);
  plan.delete_on_termination = given.delete_on_termination.value_or(false);
  return plan;
}

api::ApiResult<InterfacePlan> plan_new(const Call& call, const api::RunInstancesRequest& request,
                                       const InterfaceRequest& given) {
  const auto subnet = subnet_for(call, request, given.subnet_id);
  if (!subnet.has_value()) {
    return tl::unexpected(subnet.error());
  }
  const auto groups = check_groups(call, **subnet, given.groups);
  if (!groups.has_value()) {
    return tl::unexpected(groups.error());
  }
  const auto addresses = plan_addresses(call, **subnet,
                                        {given.private_ip_address, given.private_ip_addresses,
                                         given.secondary_private_ip_address_count});
  if (!addresses.has_value()) {
    return tl::unexpected(addresses.error());
  }
  const bool only_one = request.network_interfaces.size() == 1;
  if (given.associate_public_ip_address.value_or(false) && !only_one) {  // EIP-1
    return combination(
        "The associatePublicIPAddress parameter cannot be specified when launching with multiple "
        "network interfaces.");
  }
  InterfacePlan plan;
  plan.subnet = *subnet;
  plan.groups = *groups;
  plan.addresses = *addresses;
  plan.description = given.description.value_or("");
  plan.delete_on_termination = given.delete_on_termination.value_or(true);
  plan.public_address =
      only_one && given.associate_public_ip_address.value_or((*subnet)->map_public_ip_on_launch);
  return plan;
}

/// Whether the interfaces of one instance go together.
api::ApiResult<bool> check_together(const std::vector<InterfacePlan>& plans) {
  constexpr std::string_view kTwice =
      "The same interface or address must not appear multiple times.";
  for (std::size_t i = 0; i < plans.size(); ++i) {
    if (plans[i].device_index == 0 ? i != 0 : i == 0) {
      return combination("The request must contain a network interface with device index 0.");
    }
    if (i > 0 && plans[i].device_index == plans[i - 1].device_index) {
      return combination("Each network interface requires a unique device index.");
    }
    if (plans[i].subnet->zone != plans[0].subnet->zone ||
        plans[i].subnet->vpc != plans[0].subnet->vpc) {
      return combination("All network interfaces must be in the same VPC and Availability Zone.");
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (plans[i].existing != nullptr && plans[i].existing == plans[j].existing) {
        return combination(std::string(kTwice));
      }
    }
  }
  std::vector<wire::Ipv4Address> named = named_addresses(plans);  // of one VPC: subnets are apart
  std::sort(named.begin(), named.end());
  if (std::adjacent_find(named.begin(), named.end()) != named.end()) {
    return combination(std::string(kTwice));
  }
  return true;
}

}  // namespace

api::ApiResult<std::optional<std::uint8_t>> wanted_zone(const Call& call,
                                                        const api::RunInstancesRequest& request) {
  const std::string text = request.placement.has_value()
                               ? request.placement->availability_zone.value_or("")
                               : std::string();
  if (text.empty()) {
    return std::optional<std::uint8_t>();
  }
  const auto zone = find_zone(call.region, text);
  if (!zone.has_value()) {
    return api::refuse(api::code::kInvalidParameterValue,
                       "Invalid Availability Zone (" + text + ")");
  }
  return zone;
}

std::vector<wire::Ipv4Address> named_addresses(const std::vector<InterfacePlan>& plans) {
  std::vector<wire::Ipv4Address> named;
  for (const InterfacePlan& plan : plans) {
    plan.addresses.list_named(named);
  }
  return named;
}

api::ApiResult<std::vector<InterfacePlan>> plan_interfaces(
    const Call& call, const api::RunInstancesRequest& request) {
  std::vector<InterfacePlan> plans;
  if (request.network_interfaces.empty()) {
    auto plan = plan_simple(call, request);
    if (!plan.has_value()) {
      return tl::unexpected(plan.error());
    }
    plans.push_back(std::move(*plan));
    return plans;
  }
  if (request.subnet_id.has_value() || request.private_ip_address.has_value()) {
    return combination(
        "Network interfaces and an instance-level subnet ID may not be specified on the same "
        "request");
  }
  if (!request.security_group_ids.empty() || !request.security_groups.empty()) {
    return combination(
        "Network interfaces and an instance-level security groups may not be specified on the "
        "same request");
  }
  for (const InterfaceRequest& given : request.network_interfaces) {
    auto plan = given.network_interface_id.has_value() ? plan_existing(call, given)
                                                       : plan_new(call, request, given);
    if (!plan.has_value()) {
      return tl::unexpected(plan.error());
    }
    const std::int64_t index =
        given.device_index.value_or(request.network_interfaces.size() == 1 ? 0 : std::int64_t{-1});
    if (index < 0 || index > std::numeric_limits<std::uint8_t>::max()) {
      return combination("Each network interface requires a device index.");
    }
    plan->device_index = static_cast<std::uint8_t>(index);
    plans.push_back(std::move(*plan));
  }
  std::stable_sort(plans.begin(), plans.end(), [](const InterfacePlan& a, const InterfacePlan& b) {
    return a.device_index < b.device_index;
  });
  if (const auto checked = check_together(plans); !checked.has_value()) {
    return tl::unexpected(checked.error());
  }
  return plans;
}

}  // namespace vpclab::control
