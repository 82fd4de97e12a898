#include "emulator/control/internet_gateway.h"

#include <algorithm>

#include "emulator/api/generated/gateway.h"
#include "emulator/control/describe.h"
#include "emulator/control/network_actions.h"
#include "emulator/control/noun.h"
#include "emulator/control/select.h"
#include "emulator/control/tag_specification.h"

namespace vpclab::control {
namespace {

/// IGW-9: whether an interface in the VPC has a public address, elastic or automatic.
bool has_mapped_addresses(const Inventory& inventory, const Vpc& vpc) {
  bool mapped = false;
  for (const api::SubnetId& id : vpc.subnets) {
    inventory.subnets.get(id).addresses.for_each(
        [&](wire::Ipv4Address, AddressBook::InterfaceSlot slot) {
          const NetworkInterface& interface = inventory.network_interfaces.at(slot);
          for (std::size_t i = 0; i < interface.address_count(); ++i) {
            mapped = mapped || interface.address(i).has_public();
          }
        });
  }
  return mapped;
}

constexpr FilterField<InternetGateway> kInternetGatewayFilters[] = {
    {"attachment.state",
     [](const Call&, const InternetGateway& gateway, FilterValues& values) {
       if (!gateway.vpc.empty()) {
         values.add("available");
       }
     }},
    {"attachment.vpc-id",
     [](const Call&, const InternetGateway& gateway, FilterValues& values) {
       if (!gateway.vpc.empty()) {
         values.add(gateway.vpc.text());
       }
     }},
    {"internet-gateway-id", [](const Call&, const InternetGateway& gateway,
                               FilterValues& values) { values.add(gateway.id.text()); }},
    {"owner-id", [](const Call& call, const InternetGateway&,
                    FilterValues& values) { values.add(call.caller.account); }},
};

}  // namespace

InternetGateway& build_internet_gateway(Call& call, const api::InternetGatewayId& id) {
  Table<InternetGateway>& table = call.inventory().internet_gateways;
  return table.at(table.insert({id, call.owner, {}}));
}

void attach(Inventory& inventory, InternetGateway& gateway, Vpc& vpc) {
  gateway.vpc = vpc.id;
  vpc.internet_gateway = gateway.id;
  inventory.mark_changed(vpc.id);
}

api::InternetGateway describe(const Call& call, const InternetGateway& gateway) {
  api::InternetGateway described;
  if (!gateway.vpc.empty()) {
    described.attachments.push_back({.state = "available", .vpc_id = gateway.vpc.text()});
  }
  described.internet_gateway_id = gateway.id.text();
  described.owner_id = call.inventory().owner(gateway.owner).account;
  described.tags = describe_tags(call, gateway.id);
  return described;
}

api::ApiResult<api::CreateInternetGatewayResponse> handle(
    Call& call, const api::CreateInternetGatewayRequest& request) {
  auto tags = tags_for(request.tag_specifications, "internet-gateway");
  if (!tags.has_value()) {
    return tl::unexpected(tags.error());
  }
  if (at_quota(call, call.inventory().internet_gateways,
               call.quotas().internet_gateways_per_region)) {
    return api::refuse(api::code::kInternetGatewayLimitExceeded,
                       "The maximum number of internet gateways has been reached.");
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  const auto id = call.new_id(call.inventory().internet_gateways);
  if (!id.has_value()) {
    return tl::unexpected(id.error());
  }
  const InternetGateway& gateway = build_internet_gateway(call, *id);
  put_tags(call, gateway.id, std::move(*tags));
  return api::CreateInternetGatewayResponse{.internet_gateway = describe(call, gateway)};
}

api::ApiResult<api::DeleteInternetGatewayResponse> handle(
    Call& call, const api::DeleteInternetGatewayRequest& request) {
  const auto gateway = require<InternetGateway>(call, request.internet_gateway_id);
  if (!gateway.has_value()) {
    return tl::unexpected(gateway.error());
  }
  const api::InternetGatewayId id = (*gateway)->id;
  if (!(*gateway)->vpc.empty()) {  // IGW-9
    return tl::unexpected(has_dependencies("internetGateway", id.text()));
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  drop_tags(call.inventory(), call.owner, id);
  call.inventory().internet_gateways.erase(id);
  for (const RouteTable& table : call.inventory().route_tables) {  // its blackholes say why (RT-14)
    const bool leads_there = std::any_of(table.routes.begin(), table.routes.end(),
                                         [&id](const Route& route) { return route.target == id; });
    if (leads_there) {
      call.inventory().mark_changed(table.vpc);
    }
  }
  return api::DeleteInternetGatewayResponse{};
}

api::ApiResult<api::AttachInternetGatewayResponse> handle(
    Call& call, const api::AttachInternetGatewayRequest& request) {
  const auto gateway = require<InternetGateway>(call, request.internet_gateway_id);
  if (!gateway.has_value()) {
    return tl::unexpected(gateway.error());
  }
  const auto vpc = require<Vpc>(call, request.vpc_id);
  if (!vpc.has_value()) {
    return tl::unexpected(vpc.error());
  }
  if (!(*gateway)->vpc.empty()) {  // IGW-1
    return api::refuse(api::code::kResourceAlreadyAssociated,
                       "resource " + (*gateway)->id.text() + " is already attached to network " +
                           (*gateway)->vpc.text());
  }
  if (!(*vpc)->internet_gateway.empty()) {
    return api::refuse(
        api::code::kInvalidParameterValue,
        "Network " + (*vpc)->id.text() + " already has an internet gateway attached");
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  attach(call.inventory(), **gateway, **vpc);
  return api::AttachInternetGatewayResponse{};
}

api::ApiResult<api::DetachInternetGatewayResponse> handle(
    Call& call, const api::DetachInternetGatewayRequest& request) {
  const auto gateway = require<InternetGateway>(call, request.internet_gateway_id);
  if (!gateway.has_value()) {
    return tl::unexpected(gateway.error());
  }
  const auto vpc = require<Vpc>(call, request.vpc_id);
  if (!vpc.has_value()) {
    return tl::unexpected(vpc.error());
  }
  if ((*gateway)->vpc != (*vpc)->id) {
    return api::refuse(
        api::code::kGatewayNotAttached,
        "resource " + (*gateway)->id.text() + " is not attached to network " + (*vpc)->id.text());
  }
  if (has_mapped_addresses(call.inventory(), **vpc)) {
    return api::refuse(api::code::kDependencyViolation,
                       "Network " + (*vpc)->id.text() +
                           " has some mapped public address(es). Please unmap those public "
                           "address(es) before detaching the gateway.");
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  if (!(*gateway)->route_table_association.empty()) {  // RT-25: its table was of that VPC
    erase_route_table_association(call.inventory(), (*gateway)->route_table_association);
  }
  (*gateway)->vpc = {};
  (*vpc)->internet_gateway = {};
  call.inventory().mark_changed((*vpc)->id);
  return api::DetachInternetGatewayResponse{};
}

api::ApiResult<api::DescribeInternetGatewaysResponse> handle(
    Call& call, const api::DescribeInternetGatewaysRequest& request) {
  const auto selected =
      select<InternetGateway>(call, request.internet_gateway_ids, request.filters,
                              kInternetGatewayFilters, {request.max_results, request.next_token});
  if (!selected.has_value()) {
    return tl::unexpected(selected.error());
  }
  api::DescribeInternetGatewaysResponse response;
  for (const InternetGateway* gateway : selected->items) {
    response.internet_gateways.push_back(describe(call, *gateway));
  }
  response.next_token = selected->next_token;
  return response;
}

}  // namespace vpclab::control
