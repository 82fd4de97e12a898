#include "emulator/control/launch_plan.h"

#include <algorithm>
#include <limits>

#include "emulator/api/generated/instance.h"
#include "emulator/control/default_vpc.h"
#include "emulator/control/noun.h"
#include "emulator/control/tag_specification.h"

namespace vpclab::control {
namespace {

using InterfaceRequest = api::InstanceNetworkInterfaceSpecification;

tl::unexpected<api::ApiError> combination(std::string message) {
  return api::refuse(api::code::kInvalidParameterCombination, std::move(message));
}

api::ApiResult<bool> check_supported(const Call& call, const api::RunInstancesRequest& request) {
  if (request.ipv6_address_count.value_or(0) != 0 || !request.ipv6_addresses.empty()) {
    if (leads_into_classic(call, request)) {  // CL-19a: not there yet, and never there
      return combination("IPv6 addresses are only valid for VPC instances.");
    }
    return tl::unexpected(unsupported("IPv6 addresses are not emulated yet."));
  }
  if (request.launch_template.has_value()) {
    return tl::unexpected(unsupported("Launch templates are not emulated."));
  }
  for (const InterfaceRequest& given : request.network_interfaces) {
    if (given.ipv6_address_count.value_or(0) != 0 || !given.ipv6_addresses.empty()) {
      return tl::unexpected(unsupported("IPv6 addresses are not emulated yet."));
    }
  }
  return true;
}

api::ApiResult<const Image*> image_for(const api::RunInstancesRequest& request) {
  if (!request.image_id.has_value()) {
    return tl::unexpected(api::missing_parameter("ImageId"));
  }
  const Image* image = find_image(*request.image_id);
  if (image != nullptr) {
    return image;
  }
  const Result<api::ImageId> id = api::ImageId::parse(*request.image_id);
  if (!id.has_value()) {
    return api::refuse(api::code::kInvalidAMIIDMalformed, id.error().message);
  }
  return api::refuse(api::code::kInvalidAMIIDNotFound,
                     "The image id '[" + *request.image_id + "]' does not exist");
}

api::ApiResult<bool> check_key(const Call& call, const std::string& name) {
  for (const KeyPair& key : call.inventory().key_pairs) {
    if (key.name == name && key.owner == call.owner) {
      return true;
    }
  }
  return api::refuse(api::code::kInvalidKeyPairNotFound,
                     "The key pair '" + name + "' does not exist");
}

/// INST-4: the subnet that a request names, else a default one.
api::ApiResult<Subnet*> subnet_for(const Call& call, const api::RunInstancesRequest& request,
                                   const std::optional<std::string>& id) {
  std::optional<std::uint8_t> zone;
  const std::string zone_text = request.placement.has_value()
                                    ? request.placement->availability_zone.value_or("")
                                    : std::string();
  if (!zone_text.empty()) {
    zone = find_zone(call.region, zone_text);
    if (!zone.has_value()) {
      return api::refuse(api::code::kInvalidParameterValue,
                         "Invalid Availability Zone (" + zone_text + ")");
    }
  }
  if (id.has_value()) {
    auto subnet = find<Subnet>(call, *id);
    if (subnet.has_value() && zone.has_value() && (*subnet)->zone != *zone) {
      return tl::unexpected(api::invalid_parameter_value(
          "availabilityZone", zone_text, "The subnet is in another Availability Zone."));
    }
    return subnet;
  }
  const Vpc* vpc = find_default_vpc(call);
  if (vpc == nullptr) {
    return api::refuse(api::code::kVPCIdNotSpecified, "No default VPC for this user");
  }
  Subnet* subnet = find_default_subnet(call, *vpc, zone);
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
  std::vector<wire::Ipv4Address> named;
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
      const AddressPlan& a = plans[i].addresses;
      const AddressPlan& b = plans[j].addresses;
      if ((plans[i].existing != nullptr && plans[i].existing == plans[j].existing) ||
          (a.primary.has_value() && a.primary == b.primary)) {
        return combination("The same interface or address must not appear multiple times.");
      }
    }
  }
  return true;
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

/// Where the instances will be: in EC2-Classic, or at the interfaces.
api::ApiResult<bool> plan_network(const Call& call, const api::RunInstancesRequest& request,
                                  LaunchPlan& plan) {
  if (leads_into_classic(call, request)) {
    auto classic = plan_classic_launch(call, request);
    if (!classic.has_value()) {
      return tl::unexpected(classic.error());
    }
    plan.zone = classic->zone;
    plan.classic = std::move(*classic);
    return true;
  }
  auto interfaces = plan_interfaces(call, request);
  if (!interfaces.has_value()) {
    return tl::unexpected(interfaces.error());
  }
  plan.interfaces = std::move(*interfaces);
  plan.zone = plan.interfaces.front().subnet->zone;
  return true;
}

/// How many instances there is room for: quota and free addresses.
api::ApiResult<std::uint32_t> count_for(const Call& call, const api::RunInstancesRequest& request,
                                        const std::vector<InterfacePlan>& plans) {
  if (!request.min_count.has_value() || !request.max_count.has_value()) {
    return tl::unexpected(
        api::missing_parameter(request.min_count.has_value() ? "MaxCount" : "MinCount"));
  }
  if (*request.min_count < 1 || *request.max_count < *request.min_count ||
      *request.max_count > std::numeric_limits<std::int32_t>::max()) {
    return tl::unexpected(api::invalid_parameter_value(
        *request.min_count < 1 ? "minCount" : "maxCount",
        std::to_string(*request.min_count < 1 ? *request.min_count : *request.max_count)));
  }
  const bool single = std::any_of(plans.begin(), plans.end(), [](const InterfacePlan& plan) {
    return plan.existing != nullptr || plan.addresses.names_addresses();
  });
  if (single && *request.max_count > 1) {
    return combination(
        "A network interface or a private address may be specified for a single instance only.");
  }
  const Quotas& quotas = call.quotas();
  if (plans.size() > quotas.interfaces_per_instance) {
    return api::refuse(api::code::kAttachmentLimitExceeded,
                       "Interface count " + std::to_string(plans.size()) + " exceeds the limit");
  }
  std::int64_t owned = 0;
  if (call.inventory().instances.size() + static_cast<std::uint64_t>(*request.max_count) >
      quotas.instances_per_region) {  // else there is no need to count
    for (const Instance& instance : call.inventory().instances) {
      owned += instance.owner == call.owner && instance.state != InstanceState::kTerminated ? 1 : 0;
    }
  }
  std::int64_t room = static_cast<std::int64_t>(quotas.instances_per_region) - owned;
  if (room < *request.min_count) {
    return api::refuse(api::code::kInstanceLimitExceeded,
                       "You have requested more instances (" + std::to_string(*request.min_count) +
                           ") than your current instance limit of " +
                           std::to_string(quotas.instances_per_region) + " allows.");
  }
  for (const InterfacePlan& plan : plans) {
    std::int64_t needed = 0;
    for (const InterfacePlan& other : plans) {
      needed +=
          other.existing == nullptr && other.subnet == plan.subnet ? other.addresses.needed() : 0;
    }
    if (needed == 0) {
      continue;
    }
    room = std::min(room, plan.subnet->addresses.available() / needed);
    if (room < *request.min_count) {
      return tl::unexpected(no_free_addresses(*plan.subnet));
    }
  }
  return static_cast<std::uint32_t>(std::min(room, *request.max_count));
}

/// The tags for instances and for their interfaces; volumes are not emulated.
api::ApiResult<bool> read_tags(const api::RunInstancesRequest& request, LaunchPlan& plan) {
  std::vector<api::TagSpecification> of_instances;
  std::vector<api::TagSpecification> of_interfaces;
  for (const api::TagSpecification& specification : request.tag_specifications) {
    if (specification.resource_type == "network-interface") {
      of_interfaces.push_back(specification);
    } else if (specification.resource_type != "volume") {
      of_instances.push_back(specification);
    }
  }
  auto instance_tags = tags_for(of_instances, "instance");
  auto interface_tags = tags_for(of_interfaces, "network-interface");
  if (!instance_tags.has_value() || !interface_tags.has_value()) {
    return tl::unexpected(instance_tags.has_value() ? interface_tags.error()
                                                    : instance_tags.error());
  }
  plan.instance_tags = std::move(*instance_tags);
  plan.interface_tags = std::move(*interface_tags);
  return true;
}

}  // namespace

api::ApiResult<LaunchPlan> plan_launch(const Call& call, const api::RunInstancesRequest& request) {
  LaunchPlan plan;
  if (const auto checked = check_supported(call, request); !checked.has_value()) {
    return tl::unexpected(checked.error());
  }
  const auto image = image_for(request);
  if (!image.has_value()) {
    return tl::unexpected(image.error());
  }
  plan.image = *image;
  plan.type = request.instance_type.value_or("m1.small");
  if (plan.type.find('.') == std::string::npos) {
    return tl::unexpected(api::invalid_parameter_value("instanceType", plan.type));
  }
  plan.key_name = request.key_name.value_or("");
  if (request.key_name.has_value()) {
    if (const auto checked = check_key(call, plan.key_name); !checked.has_value()) {
      return tl::unexpected(checked.error());
    }
  }
  if (const auto planned = plan_network(call, request, plan); !planned.has_value()) {
    return tl::unexpected(planned.error());
  }
  const auto count = count_for(call, request, plan.interfaces);
  if (!count.has_value()) {
    return tl::unexpected(count.error());
  }
  if (const auto read = read_tags(request, plan); !read.has_value()) {
    return tl::unexpected(read.error());
  }
  plan.count = *count;
  plan.disable_api_termination = request.disable_api_termination.value_or(false);
  return plan;
}

}  // namespace vpclab::control
