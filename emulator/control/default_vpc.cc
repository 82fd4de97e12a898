// The default VPC (VPC-13): one per owner, made of the same parts as any other.
#include "emulator/control/default_vpc.h"

#include "emulator/api/generated/subnet.h"
#include "emulator/api/generated/vpc.h"
#include "emulator/control/describe.h"
#include "emulator/control/network_actions.h"
#include "emulator/control/noun.h"

namespace vpclab::control {
namespace {

constexpr wire::Ipv4Prefix kDefaultCidr =
    wire::Ipv4Prefix::of(wire::Ipv4Address::of(172, 31, 0, 0), 16);
constexpr int kDefaultSubnetLength = 20;

Subnet& build_default_subnet(Call& call, const api::SubnetId& id, Vpc& vpc, wire::Ipv4Prefix cidr,
                             std::uint8_t zone) {
  Subnet& subnet = build_subnet(call, id, vpc, cidr, zone);
  subnet.default_for_zone = true;
  subnet.map_public_ip_on_launch = true;  // SUB-6
  return subnet;
}

/// The place-th /20 of the default VPC.
wire::Ipv4Prefix default_subnet_cidr(std::uint32_t place) {
  return wire::Ipv4Prefix::of(kDefaultCidr.at(place << (32 - kDefaultSubnetLength)),
                              kDefaultSubnetLength);
}

}  // namespace

Vpc* find_default_vpc(const Call& call) {
  for (Vpc& vpc : call.inventory().vpcs) {
    if (vpc.is_default && vpc.owner == call.owner) {
      return &vpc;
    }
  }
  return nullptr;
}

Subnet* find_default_subnet(const Call& call, const Vpc& vpc, std::optional<std::uint8_t> zone) {
  for (const api::SubnetId& id : vpc.subnets) {
    Subnet& subnet = call.inventory().subnets.get(id);
    if (subnet.default_for_zone && (!zone.has_value() || subnet.zone == *zone)) {
      return &subnet;
    }
  }
  return nullptr;
}

api::ApiResult<api::CreateDefaultVpcResponse> handle(Call& call,
                                                     const api::CreateDefaultVpcRequest&) {
  if (has_classic(call)) {  // CLC-7
    return api::refuse(api::code::kOperationNotPermitted,
                       "An account with EC2-Classic in this region has no default VPC here.");
  }
  if (find_default_vpc(call) != nullptr) {
    return api::refuse(api::code::kDefaultVpcAlreadyExists,
                       "A Default VPC already exists for this account in this region.");
  }
  if (at_quota(call, call.inventory().vpcs, call.quotas().vpcs_per_region)) {
    return api::refuse(api::code::kVpcLimitExceeded,
                       "The maximum number of VPCs has been reached.");
  }
  if (at_quota(call, call.inventory().internet_gateways,
               call.quotas().internet_gateways_per_region)) {  // it brings one (VPC-13)
    return api::refuse(api::code::kInternetGatewayLimitExceeded,
                       "The maximum number of internet gateways has been reached.");
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  Inventory& inventory = call.inventory();
  const auto id = call.new_id(inventory.vpcs);
  if (!id.has_value()) {
    return tl::unexpected(id.error());
  }
  Vpc& vpc = build_vpc(call, *id, kDefaultCidr, Tenancy::kDefault, /*is_default=*/true);
  for (std::uint8_t zone = 0; zone < call.region.zone_count(); ++zone) {
    build_default_subnet(call, part_id(inventory.subnets, vpc.id, zone), vpc,
                         default_subnet_cidr(zone), zone);
  }
  InternetGateway& gateway =
      build_internet_gateway(call, part_id(inventory.internet_gateways, vpc.id));
  attach(inventory, gateway, vpc);
  insert_route(inventory.route_tables.get(vpc.main_route_table),
               Route{wire::Ipv4Prefix(), gateway.id});
  return api::CreateDefaultVpcResponse{.vpc = describe(call, vpc)};
}

api::ApiResult<api::CreateDefaultSubnetResponse> handle(
    Call& call, const api::CreateDefaultSubnetRequest& request) {
  if (request.ipv6_native.value_or(false)) {
    return tl::unexpected(unsupported("IPv6 subnets are not emulated yet."));
  }
  if (!request.availability_zone.has_value()) {
    return tl::unexpected(api::missing_parameter("AvailabilityZone"));
  }
  const auto zone = find_zone(call.region, *request.availability_zone);
  if (!zone.has_value()) {
    return api::refuse(api::code::kInvalidParameterValue,
                       "Invalid Availability Zone (" + *request.availability_zone + ")");
  }
  Vpc* vpc = find_default_vpc(call);
  if (vpc == nullptr) {
    return api::refuse(api::code::kDefaultVpcDoesNotExist,
                       "There is no default VPC for this account in this region.");
  }
  if (find_default_subnet(call, *vpc, *zone) != nullptr) {
    return api::refuse(api::code::kDefaultSubnetAlreadyExistsInAvailabilityZone,
                       "A default subnet already exists in " + zone_name(call.region, *zone) + ".");
  }
  if (vpc->subnets.size() >= call.quotas().subnets_per_vpc) {
    return api::refuse(api::code::kSubnetLimitExceeded,
                       "The maximum number of subnets has been reached.");
  }
  std::uint32_t place = 0;
  while (place < 16 && conflicts_with_subnet(call.inventory(), *vpc, default_subnet_cidr(place))) {
    ++place;
  }
  if (place == 16) {
    return api::refuse(api::code::kInvalidSubnetConflict,
                       "The default VPC has no free range for a default subnet.");
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  const auto id = call.new_id(call.inventory().subnets);
  if (!id.has_value()) {
    return tl::unexpected(id.error());
  }
  const Subnet& subnet = build_default_subnet(call, *id, *vpc, default_subnet_cidr(place), *zone);
  return api::CreateDefaultSubnetResponse{.subnet = describe(call, subnet)};
}

}  // namespace vpclab::control
