#include "emulator/control/subnet.h"

#include <algorithm>

#include "emulator/api/generated/subnet.h"
#include "emulator/control/describe.h"
#include "emulator/control/network_actions.h"
#include "emulator/control/noun.h"
#include "emulator/control/select.h"
#include "emulator/control/tag_specification.h"

namespace vpclab::control {
namespace {

std::string_view to_string(SubnetState state) {
  return state == SubnetState::kPending ? "pending" : "available";
}

std::string arn_of(const Call& call, const Subnet& subnet) {
  return "arn:aws:ec2:" + call.caller.region + ":" + call.inventory().owner(subnet.owner).account +
         ":subnet/" + subnet.id.text();
}

void add_cidr(const Call&, const Subnet& subnet, FilterValues& values) {
  values.add(to_string(subnet.cidr));
}

void add_zone(const Call& call, const Subnet& subnet, FilterValues& values) {
  values.add(zone_name(call.region, subnet.zone));
}

void add_default(const Call&, const Subnet& subnet, FilterValues& values) {
  values.add_flag(subnet.default_for_zone);
}

constexpr FilterField<Subnet> kSubnetFilters[] = {
    {"availability-zone", add_zone},
    {"availabilityZone", add_zone},
    {"availability-zone-id",
     [](const Call& call, const Subnet& subnet, FilterValues& values) {
       values.add(zone_id(call.region, subnet.zone));
     }},
    {"available-ip-address-count",
     [](const Call&, const Subnet& subnet, FilterValues& values) {
       values.add_number(subnet.addresses.available());
     }},
    {"cidr", add_cidr},
    {"cidr-block", add_cidr},
    {"cidrBlock", add_cidr},
    {"default-for-az", add_default},
    {"defaultForAz", add_default},
    {"map-public-ip-on-launch",
     [](const Call&, const Subnet& subnet, FilterValues& values) {
       values.add_flag(subnet.map_public_ip_on_launch);
     }},
    {"owner-id", [](const Call& call, const Subnet&,
                    FilterValues& values) { values.add(call.caller.account); }},
    {"state", [](const Call&, const Subnet& subnet,
                 FilterValues& values) { values.add(to_string(subnet.state)); }},
    {"subnet-arn", [](const Call& call, const Subnet& subnet,
                      FilterValues& values) { values.add(arn_of(call, subnet)); }},
    {"subnet-id",
     [](const Call&, const Subnet& subnet, FilterValues& values) { values.add(subnet.id.text()); }},
    {"vpc-id", [](const Call&, const Subnet& subnet,
                  FilterValues& values) { values.add(subnet.vpc.text()); }},
};

/// SUB-1.
api::ApiResult<wire::Ipv4Prefix> check_range(const Call& call, const Vpc& vpc,
                                             const std::string& text) {
  auto cidr = parse_cidr(text, "cidrBlock");
  if (!cidr.has_value()) {
    return cidr;
  }
  if (cidr->length() < 16 || cidr->length() > 28 || !vpc.contains(*cidr)) {
    return api::refuse(api::code::kInvalidSubnetRange,
                       "The CIDR '" + to_string(*cidr) + "' is invalid.");
  }
  if (conflicts_with_subnet(call.inventory(), vpc, *cidr)) {
    return api::refuse(api::code::kInvalidSubnetConflict,
                       "The CIDR '" + to_string(*cidr) + "' conflicts with another subnet");
  }
  return cidr;
}

api::ApiResult<std::uint8_t> zone_of(const Call& call, const api::CreateSubnetRequest& request) {
  const std::string text =
      request.availability_zone.value_or(request.availability_zone_id.value_or(""));
  if (text.empty()) {
    return std::uint8_t{0};
  }
  const std::optional<std::uint8_t> zone = find_zone(call.region, text);
  if (!zone.has_value()) {
    return api::refuse(api::code::kInvalidParameterValue,
                       "Invalid Availability Zone (" + text + ")");
  }
  return *zone;
}

/// SUB-8. A NAT gateway that is going to fail has no address in its subnet, but stands in it still.
bool has_dependencies(const Inventory& inventory, const Subnet& subnet) {
  const Vpc& vpc = inventory.vpcs.get(subnet.vpc);
  return subnet.addresses.taken() > 0 ||
         std::any_of(vpc.nat_gateways.begin(), vpc.nat_gateways.end(),
                     [&](const api::NatGatewayId& id) {
                       const NatGateway& gateway = inventory.nat_gateways.get(id);
                       return gateway.subnet == subnet.id && !gateway.is_over();
                     });
}

}  // namespace

bool conflicts_with_subnet(const Inventory& inventory, const Vpc& vpc, wire::Ipv4Prefix cidr) {
  return std::any_of(vpc.subnets.begin(), vpc.subnets.end(), [&](const api::SubnetId& id) {
    return inventory.subnets.get(id).cidr.overlaps(cidr);
  });
}

Subnet& build_subnet(Call& call, const api::SubnetId& id, Vpc& vpc, wire::Ipv4Prefix cidr,
                     std::uint8_t zone) {
  Inventory& inventory = call.inventory();
  Subnet subnet;
  subnet.id = id;
  subnet.vpc = vpc.id;
  subnet.owner = vpc.owner;
  subnet.zone = zone;
  subnet.cidr = cidr;
  subnet.addresses = AddressBook(cidr);
  Subnet& stored = inventory.subnets.at(inventory.subnets.insert(std::move(subnet)));
  vpc.subnets.push_back(id);
  associate_network_acl(inventory, stored, vpc.default_network_acl);
  call.state.transitions.in_progress(call.now + call.knobs().subnet_available_delay, id);
  inventory.mark_changed(vpc.id);
  return stored;
}

void subnet_due(ControlState& state, const api::SubnetId& id) {
  if (Subnet* subnet = state.inventory.subnets.find(id); subnet != nullptr) {
    subnet->state = SubnetState::kAvailable;
    state.tell(id, "pending", "available");
  }
}

api::Subnet describe(const Call& call, const Subnet& subnet) {
  api::Subnet described;
  described.availability_zone = zone_name(call.region, subnet.zone);
  described.availability_zone_id = zone_id(call.region, subnet.zone);
  described.available_ip_address_count = subnet.addresses.available();
  described.cidr_block = to_string(subnet.cidr);
  described.default_for_az = subnet.default_for_zone;
  described.map_public_ip_on_launch = subnet.map_public_ip_on_launch;
  described.map_customer_owned_ip_on_launch = false;
  described.state = to_string(subnet.state);
  described.subnet_id = subnet.id.text();
  described.vpc_id = subnet.vpc.text();
  described.owner_id = call.inventory().owner(subnet.owner).account;
  described.assign_ipv6_address_on_creation = false;
  described.tags = describe_tags(call, subnet.id);
  described.subnet_arn = arn_of(call, subnet);
  described.enable_dns64 = false;
  described.ipv6_native = false;
  described.private_dns_name_options_on_launch =
      api::PrivateDnsNameOptionsOnLaunch{.hostname_type = "ip-name",
                                         .enable_resource_name_dns_a_record = false,
                                         .enable_resource_name_dns_aaaa_record = false};
  return described;
}

api::ApiResult<api::CreateSubnetResponse> handle(Call& call,
                                                 const api::CreateSubnetRequest& request) {
  if (request.ipv6_cidr_block.has_value() || request.ipv6_native.value_or(false)) {
    return tl::unexpected(unsupported("IPv6 subnets are not emulated yet."));
  }
  if (request.outpost_arn.has_value()) {
    return tl::unexpected(unsupported("Outposts are not emulated."));
  }
  if (!request.cidr_block.has_value()) {
    return tl::unexpected(api::missing_parameter("CidrBlock"));
  }
  const auto vpc = require<Vpc>(call, request.vpc_id);
  if (!vpc.has_value()) {
    return tl::unexpected(vpc.error());
  }
  const auto cidr = check_range(call, **vpc, *request.cidr_block);
  if (!cidr.has_value()) {
    return tl::unexpected(cidr.error());
  }
  const auto zone = zone_of(call, request);
  if (!zone.has_value()) {
    return tl::unexpected(zone.error());
  }
  auto tags = tags_for(request.tag_specifications, "subnet");
  if (!tags.has_value()) {
    return tl::unexpected(tags.error());
  }
  if ((*vpc)->subnets.size() >= call.quotas().subnets_per_vpc) {
    return api::refuse(api::code::kSubnetLimitExceeded,
                       "The maximum number of subnets has been reached.");
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  const auto id = call.new_id(call.inventory().subnets);
  if (!id.has_value()) {
    return tl::unexpected(id.error());
  }
  const Subnet& subnet = build_subnet(call, *id, **vpc, *cidr, *zone);
  put_tags(call, subnet.id, std::move(*tags));
  return api::CreateSubnetResponse{.subnet = describe(call, subnet)};
}

api::ApiResult<api::DeleteSubnetResponse> handle(Call& call,
                                                 const api::DeleteSubnetRequest& request) {
  const auto found = require<Subnet>(call, request.subnet_id);
  if (!found.has_value()) {
    return tl::unexpected(found.error());
  }
  const Subnet& subnet = **found;
  const api::SubnetId id = subnet.id;
  if (has_dependencies(call.inventory(), subnet)) {
    return tl::unexpected(has_dependencies("subnet", id.text()));
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  Inventory& inventory = call.inventory();
  if (!subnet.route_table_association.empty()) {
    erase_route_table_association(inventory, subnet.route_table_association);
  }
  erase_network_acl_association(inventory, subnet.network_acl_association);
  std::erase(inventory.vpcs.get(subnet.vpc).subnets, id);
  inventory.mark_changed(subnet.vpc);
  drop_tags(inventory, subnet.owner, id);
  inventory.subnets.erase(id);
  return api::DeleteSubnetResponse{};
}

api::ApiResult<api::ModifySubnetAttributeResponse> handle(
    Call& call, const api::ModifySubnetAttributeRequest& request) {
  const auto subnet = require<Subnet>(call, request.subnet_id);
  if (!subnet.has_value()) {
    return tl::unexpected(subnet.error());
  }
  const bool other = request.assign_ipv6_address_on_creation.has_value() ||
                     request.map_customer_owned_ip_on_launch.has_value() ||
                     request.enable_dns64.has_value() ||
                     request.private_dns_hostname_type_on_launch.has_value() ||
                     request.enable_lni_at_device_index.has_value();
  if (other && request.map_public_ip_on_launch.has_value()) {
    return api::refuse(api::code::kInvalidParameterCombination,
                       "Only one attribute of a subnet can be modified in one request.");
  }
  if (other) {
    return tl::unexpected(unsupported("This attribute of subnets is not emulated yet."));
  }
  if (!request.map_public_ip_on_launch.has_value()) {
    return tl::unexpected(api::missing_parameter("MapPublicIpOnLaunch"));
  }
  (*subnet)->map_public_ip_on_launch = request.map_public_ip_on_launch->value.value_or(false);
  return api::ModifySubnetAttributeResponse{};
}

api::ApiResult<api::DescribeSubnetsResponse> handle(Call& call,
                                                    const api::DescribeSubnetsRequest& request) {
  const auto selected = select<Subnet>(call, request.subnet_ids, request.filters, kSubnetFilters,
                                       {request.max_results, request.next_token});
  if (!selected.has_value()) {
    return tl::unexpected(selected.error());
  }
  api::DescribeSubnetsResponse response;
  for (const Subnet* subnet : selected->items) {
    response.subnets.push_back(describe(call, *subnet));
  }
  response.next_token = selected->next_token;
  return response;
}

}  // namespace vpclab::control
