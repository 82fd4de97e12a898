#include "emulator/control/launch_plan.h"

#include <algorithm>
#include <limits>

#include "emulator/api/generated/instance.h"
#include "emulator/control/noun.h"
#include "emulator/control/tag_specification.h"

namespace vpclab::control {
namespace {

using InterfaceRequest = api::InstanceNetworkInterfaceSpecification;

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
