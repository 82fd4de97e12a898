#include "emulator/control/classic_link.h"

#include <algorithm>

#include "emulator/api/generated/classiclink.h"
#include "emulator/control/classic_actions.h"
#include "emulator/control/noun.h"

namespace vpclab::control {
namespace {

/// CL-11: an instance in EC2-Classic that runs and has no link.
api::ApiResult<bool> check_linkable(const Instance& instance) {
  if (!instance.in_classic()) {
    return api::refuse(api::code::kInvalidInstanceIDNotLinkable,
                       "Only EC2-Classic instances can be linked to a VPC; instance '" +
                           instance.id.text() + "' is in a VPC.");
  }
  if (instance.state == InstanceState::kPending) {
    return api::refuse(api::code::kInvalidInstanceIDNotLinkable,
                       "Only EC2-Classic instances in the 'running' state can be linked to a VPC; "
                       "instance '" +
                           instance.id.text() + "' is pending.");
  }
  if (!instance.is_running()) {
    return api::refuse(api::code::kIncorrectInstanceState,
                       "The instance '" + instance.id.text() + "' is not in the 'running' state.");
  }
  if (instance.classic->is_linked()) {  // CL-12
    return api::refuse(api::code::kInstanceAlreadyLinked,
                       "The instance '" + instance.id.text() + "' is already linked to VPC '" +
                           instance.classic->linked_vpc.text() + "'.");
  }
  return true;
}

/// CL-11: the groups of the VPC that a link is made with, each once.
api::ApiResult<std::vector<api::SecurityGroupId>> link_groups(
    const Call& call, const Vpc& vpc, const std::vector<std::string>& texts) {
  const auto found = find_all<SecurityGroup>(call, texts);
  if (!found.has_value()) {
    return tl::unexpected(found.error());
  }
  std::vector<api::SecurityGroupId> groups;
  for (const SecurityGroup* group : *found) {
    if (group->vpc != vpc.id) {
      return api::refuse(api::code::kInvalidGroupNotFound,
                         "The security group '" + group->id.text() + "' does not exist in VPC '" +
                             vpc.id.text() + "'");
    }
    if (std::find(groups.begin(), groups.end(), group->id) == groups.end()) {
      groups.push_back(group->id);
    }
  }
  if (groups.size() > call.quotas().security_groups_per_interface) {
    return api::refuse(api::code::kSecurityGroupsPerInstanceLimitExceeded,
                       "The maximum number of security groups per link has been reached.");
  }
  return groups;
}

}  // namespace

void unlink(Inventory& inventory, Instance& instance) {
  ClassicPart& classic = *instance.classic;
  if (!classic.is_linked()) {
    return;
  }
  mark_classic_changed(inventory, instance);  // while the VPC is known
  std::erase(inventory.vpcs.get(classic.linked_vpc).linked_instances, instance.id);
  for (const api::SecurityGroupId& group : classic.link_groups) {
    --inventory.security_groups.get(group).members;
  }
  classic.linked_vpc = {};
  classic.link_groups.clear();
}

api::ApiResult<api::AttachClassicLinkVpcResponse> handle(
    Call& call, const api::AttachClassicLinkVpcRequest& request) {
  const auto instance = require<Instance>(call, request.instance_id);
  if (!instance.has_value()) {
    return tl::unexpected(instance.error());
  }
  const auto vpc = require<Vpc>(call, request.vpc_id);
  if (!vpc.has_value()) {
    return tl::unexpected(vpc.error());
  }
  if (request.groups.empty()) {
    return tl::unexpected(api::missing_parameter("SecurityGroupId"));
  }
  if (const auto checked = check_linkable(**instance); !checked.has_value()) {
    return tl::unexpected(checked.error());
  }
  if (!(*vpc)->classic_link) {
    return tl::unexpected(api::invalid_parameter_value("vpcId", (*vpc)->id.text(),
                                                       "The VPC is not enabled for ClassicLink."));
  }
  auto groups = link_groups(call, **vpc, request.groups);
  if (!groups.has_value()) {
    return tl::unexpected(groups.error());
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  for (const api::SecurityGroupId& group : *groups) {
    ++call.inventory().security_groups.get(group).members;
  }
  (*instance)->classic->linked_vpc = (*vpc)->id;
  ++(*instance)->classic->links_made;
  (*instance)->classic->link_groups = std::move(*groups);
  (*vpc)->linked_instances.push_back((*instance)->id);
  mark_classic_changed(call.inventory(), **instance);
  return api::AttachClassicLinkVpcResponse{.return_value = true};
}

api::ApiResult<api::DetachClassicLinkVpcResponse> handle(
    Call& call, const api::DetachClassicLinkVpcRequest& request) {
  const auto instance = require<Instance>(call, request.instance_id);
  if (!instance.has_value()) {
    return tl::unexpected(instance.error());
  }
  const auto vpc = require<Vpc>(call, request.vpc_id);
  if (!vpc.has_value()) {
    return tl::unexpected(vpc.error());
  }
  if (!(*instance)->in_classic() || (*instance)->classic->linked_vpc != (*vpc)->id) {
    return tl::unexpected(api::invalid_parameter_value(
        "instanceId", (*instance)->id.text(),
        "The instance is not linked to VPC " + (*vpc)->id.text() + "."));
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  unlink(call.inventory(), **instance);
  return api::DetachClassicLinkVpcResponse{.return_value = true};
}

}  // namespace vpclab::control
