#include "emulator/control/classic_launch.h"

#include <algorithm>

#include "emulator/api/generated/instance.h"
#include "emulator/control/launch_interfaces.h"
#include "emulator/control/noun.h"
#include "emulator/control/security_group_name.h"

namespace vpclab::control {
namespace {

/// L2-1: a locally administered address; EC2-Classic's begin with 06.
wire::MacAddress mac_address_of(const api::InstanceId& instance) {
  constexpr std::uint64_t kClassic = 0x06;
  const std::uint64_t mixed = instance.digits().low * 0x9e3779b97f4a7c15U;
  return wire::MacAddress::from_integer((kClassic << 40) | (mixed >> 24));
}

/// CLC-1, CLC-6: what only instances in a VPC have.
api::ApiResult<bool> check_vpc_only(const api::RunInstancesRequest& request) {
  if (request.private_ip_address.has_value()) {
    return combination("Specifying an IP address is only valid for VPC instances.");
  }
  if (request.placement.has_value() &&
      request.placement->tenancy.value_or("default") != "default") {
    return combination("The tenancy '" + *request.placement->tenancy +
                       "' is only valid for VPC instances.");
  }
  return true;
}

/// CLC-3: how many rules an instance's groups may have together.
api::ApiResult<bool> check_rules(const Call& call,
                                 const std::vector<api::SecurityGroupId>& groups) {
  std::size_t rules = 0;
  for (const api::SecurityGroupId& id : groups) {
    rules += call.inventory().security_groups.get(id).rules.size();
  }
  if (rules > call.quotas().classic_rules_per_instance) {
    return api::refuse(api::code::kSecurityGroupsPerInstanceLimitExceeded,
                       "The security groups have more rules than an instance in EC2-Classic may "
                       "have: " +
                           std::to_string(call.quotas().classic_rules_per_instance));
  }
  return true;
}

/// The address that a scenario declares; AWS lets nobody choose it.
api::ApiResult<std::optional<wire::Ipv4Address>> declared_address(
    const Call& call, const api::RunInstancesRequest& request) {
  if (call.declared == nullptr || call.declared->private_address.empty()) {
    return std::optional<wire::Ipv4Address>();
  }
  const std::string& text = call.declared->private_address;
  const auto address = parse_address(text, "privateIpAddress");
  if (!address.has_value()) {
    return tl::unexpected(address.error());
  }
  if (request.max_count.value_or(1) > 1) {
    return combination("A private address may be specified for a single instance only.");
  }
  if (!kClassicBlock.contains(*address) || kClassicLinkVpcBlock.contains(*address)) {  // CLC-8
    return tl::unexpected(api::invalid_parameter_value(
        "privateIpAddress", text,
        "Instances in EC2-Classic have addresses of 10.0.0.0/8 outside 10.0.0.0/15."));
  }
  if (!is_classic_host(*address)) {  // CLC-1
    return tl::unexpected(api::invalid_parameter_value(
        "privateIpAddress", text,
        "It is the network's or the broadcast address of its /23, the block of the network around "
        "an instance in EC2-Classic."));
  }
  if (call.inventory().classic_at(region_of(call.inventory(), call.owner), *address) != nullptr) {
    return api::refuse(api::code::kInvalidIPAddressInUse, "Address " + text + " is in use.");
  }
  return std::optional(*address);
}

}  // namespace

bool leads_into_classic(const Call& call, const api::RunInstancesRequest& request) {
  return has_classic(call) && !request.subnet_id.has_value() && request.network_interfaces.empty();
}

api::ApiResult<std::vector<api::SecurityGroupId>> find_classic_groups(
    const Call& call, const std::vector<std::string>& ids, const std::vector<std::string>& names) {
  auto found = find_all<SecurityGroup>(call, ids);
  if (!found.has_value()) {
    return tl::unexpected(found.error());
  }
  for (const std::string& name : names) {
    const auto group = find_security_group(call, std::nullopt, name);
    if (!group.has_value()) {
      return tl::unexpected(group.error());
    }
    found->push_back(*group);
  }
  std::vector<api::SecurityGroupId> groups;
  for (const SecurityGroup* group : *found) {
    if (!group->is_classic()) {  // CLC-3
      return combination("VPC security groups may not be used for a non-VPC launch");
    }
    if (std::find(groups.begin(), groups.end(), group->id) == groups.end()) {
      groups.push_back(group->id);
    }
  }
  return groups;
}

api::ApiResult<ClassicLaunch> plan_classic_launch(const Call& call,
                                                  const api::RunInstancesRequest& request) {
  if (const auto checked = check_vpc_only(request); !checked.has_value()) {
    return tl::unexpected(checked.error());
  }
  const auto zone = wanted_zone(call, request);
  if (!zone.has_value()) {
    return tl::unexpected(zone.error());
  }
  std::vector<std::string> names = request.security_groups;
  if (names.empty() && request.security_group_ids.empty()) {
    names.emplace_back("default");
  }
  auto groups = find_classic_groups(call, request.security_group_ids, names);
  if (!groups.has_value()) {
    return tl::unexpected(groups.error());
  }
  if (const auto checked = check_rules(call, *groups); !checked.has_value()) {
    return tl::unexpected(checked.error());
  }
  const auto address = declared_address(call, request);
  if (!address.has_value()) {
    return tl::unexpected(address.error());
  }
  return ClassicLaunch{std::move(*groups), zone->value_or(0), *address};
}

api::ApiResult<std::vector<wire::Ipv4Address>> classic_addresses(Call& call,
                                                                 const ClassicLaunch& launch,
                                                                 std::uint32_t count) {
  if (launch.address.has_value()) {
    return std::vector{*launch.address};
  }
  auto drawn = draw_classic_addresses(call.state, region_of(call.inventory(), call.owner), count);
  if (drawn.size() < count) {
    return api::refuse(api::code::kInsufficientAddressCapacity,
                       "Not enough available addresses to satisfy your request.");
  }
  return drawn;
}

void enter_classic(Call& call, Instance& instance, const ClassicLaunch& launch,
                   wire::Ipv4Address private_address) {
  Inventory& inventory = call.inventory();
  instance.classic = std::make_unique<ClassicPart>();
  instance.classic->mac = mac_address_of(instance.id);
  instance.classic->groups = launch.groups;
  for (const api::SecurityGroupId& group : launch.groups) {
    ++inventory.security_groups.get(group).members;
  }
  inventory.classic[region_of(inventory, instance.owner)].instances.push_back(instance.id);
  give_classic_addresses(call.state, instance, private_address);
  mark_classic_changed(inventory, instance);
}

void leave_classic(Inventory& inventory, Instance& instance) {
  take_classic_addresses(inventory, instance);
  for (const api::SecurityGroupId& group : instance.classic->groups) {
    --inventory.security_groups.get(group).members;
  }
  instance.classic->groups.clear();
  mark_classic_changed(inventory, instance);
}

}  // namespace vpclab::control
