// ClassicLink as responses show it: VPCs that have it or not, and the linked instances (CL-14).
#include "emulator/api/generated/classiclink.h"
#include "emulator/control/classic_actions.h"
#include "emulator/control/describe.h"
#include "emulator/control/noun.h"
#include "emulator/control/select.h"
#include "emulator/control/tag_specification.h"

namespace vpclab::control {
namespace {

constexpr FilterField<Vpc> kVpcFilters[] = {
    {"is-classic-link-enabled",
     [](const Call&, const Vpc& vpc, FilterValues& values) { values.add_flag(vpc.classic_link); }},
    {"vpc-id",
     [](const Call&, const Vpc& vpc, FilterValues& values) { values.add(vpc.id.text()); }},
};

constexpr FilterField<Instance> kLinkFilters[] = {
    {"group-id",
     [](const Call&, const Instance& instance, FilterValues& values) {
       for (const api::SecurityGroupId& group : instance.classic->link_groups) {
         values.add(group.text());
       }
     }},
    {"instance-id", [](const Call&, const Instance& instance,
                       FilterValues& values) { values.add(instance.id.text()); }},
    {"vpc-id", [](const Call&, const Instance& instance,
                  FilterValues& values) { values.add(instance.classic->linked_vpc.text()); }},
};

api::ClassicLinkInstance describe_link(const Call& call, const Instance& instance) {
  api::ClassicLinkInstance described;
  described.groups = describe_groups(call, instance.classic->link_groups);
  described.instance_id = instance.id.text();
  described.tags = describe_tags(call, instance.id);
  described.vpc_id = instance.classic->linked_vpc.text();
  return described;
}

/// The caller's linked instances: among the named ones, which must be in EC2-Classic, or all.
api::ApiResult<std::vector<const Instance*>> linked_instances(const Call& call,
                                                              const std::vector<std::string>& ids) {
  const auto named = find_all<Instance>(call, ids);
  if (!named.has_value()) {
    return tl::unexpected(named.error());
  }
  std::vector<const Instance*> linked;
  for (const Instance* instance : *named) {
    if (!instance->in_classic()) {
      return tl::unexpected(api::invalid_parameter_value(
          "instanceId", instance->id.text(), "This action cannot be used for VPC instances."));
    }
    if (instance->classic->is_linked()) {
      linked.push_back(instance);
    }
  }
  if (ids.empty()) {
    const Inventory& inventory = call.inventory();
    for (const api::InstanceId& id :
         inventory.classic[region_of(inventory, call.owner)].instances) {
      const Instance& instance = inventory.instances.get(id);
      if (instance.owner == call.owner && instance.classic->is_linked()) {
        linked.push_back(&instance);
      }
    }
  }
  return linked;
}

}  // namespace

api::ApiResult<api::DescribeVpcClassicLinkResponse> handle(
    Call& call, const api::DescribeVpcClassicLinkRequest& request) {
  const auto selected = select<Vpc>(call, request.vpc_ids, request.filters, kVpcFilters);
  if (!selected.has_value()) {
    return tl::unexpected(selected.error());
  }
  api::DescribeVpcClassicLinkResponse response;
  for (const Vpc* vpc : selected->items) {
    response.vpcs.push_back({.classic_link_enabled = vpc->classic_link,
                             .tags = describe_tags(call, vpc->id),
                             .vpc_id = vpc->id.text()});
  }
  return response;
}

api::ApiResult<api::DescribeVpcClassicLinkDnsSupportResponse> handle(
    Call& call, const api::DescribeVpcClassicLinkDnsSupportRequest& request) {
  const auto selected = select<Vpc>(call, request.vpc_ids, {}, kVpcFilters,
                                    {request.max_results, request.next_token});
  if (!selected.has_value()) {
    return tl::unexpected(selected.error());
  }
  api::DescribeVpcClassicLinkDnsSupportResponse response;
  for (const Vpc* vpc : selected->items) {
    response.vpcs.push_back(
        {.classic_link_dns_supported = vpc->classic_link_dns, .vpc_id = vpc->id.text()});
  }
  response.next_token = selected->next_token;
  return response;
}

api::ApiResult<api::DescribeClassicLinkInstancesResponse> handle(
    Call& call, const api::DescribeClassicLinkInstancesRequest& request) {
  const std::span<const FilterField<Instance>> fields(kLinkFilters);
  if (const auto checked = check_filters<Instance>(request.filters, fields); !checked.has_value()) {
    return tl::unexpected(checked.error());
  }
  const auto begins =
      check_page({request.max_results, request.next_token}, !request.instance_ids.empty());
  if (!begins.has_value()) {
    return tl::unexpected(begins.error());
  }
  const auto linked = linked_instances(call, request.instance_ids);
  if (!linked.has_value()) {
    return tl::unexpected(linked.error());
  }
  api::DescribeClassicLinkInstancesResponse response;
  for (std::size_t place = *begins; place < linked->size(); ++place) {
    if (!filters_match<Instance>(call, *(*linked)[place], request.filters, fields)) {
      continue;
    }
    if (request.max_results.has_value() &&
        response.instances.size() == static_cast<std::size_t>(*request.max_results)) {
      response.next_token = token_of(place);
      break;
    }
    response.instances.push_back(describe_link(call, *(*linked)[place]));
  }
  return response;
}

}  // namespace vpclab::control
