#include "emulator/scenario/lower.h"

#include <algorithm>

#include "emulator/api/generated/classiclink.h"
#include "emulator/api/generated/dhcp_options.h"
#include "emulator/api/generated/gateway.h"
#include "emulator/api/generated/peering.h"
#include "emulator/api/generated/route_table.h"
#include "emulator/api/generated/subnet.h"
#include "emulator/api/generated/tag.h"
#include "emulator/api/generated/vpc.h"
#include "emulator/scenario/lowering.h"
#include "netstack/wire/ipv4_prefix.h"

namespace vpclab::scenario {
namespace {

void lower_gateway(Lowering& lowering, const control::Caller& caller, const Resource& gateway,
                   const std::optional<Text>& vpc) {
  lowering.create(caller, api::CreateInternetGatewayRequest{}, gateway.name.mark, gateway);
  if (vpc.has_value()) {
    api::AttachInternetGatewayRequest attach;
    attach.internet_gateway_id = reference(gateway.name.value);
    attach.vpc_id = reference(vpc->value);
    lowering.call(caller, std::move(attach), vpc->mark);
  }
}

void lower_vpc_attributes(Lowering& lowering, const control::Caller& caller, const Vpc& vpc) {
  if (vpc.enable_dns_support.has_value()) {
    api::ModifyVpcAttributeRequest modify;
    modify.vpc_id = reference(vpc.name.value);
    modify.enable_dns_support = api::AttributeBooleanValue{vpc.enable_dns_support->value};
    lowering.call(caller, std::move(modify), vpc.enable_dns_support->mark);
  }
  if (vpc.enable_dns_hostnames.has_value()) {
    api::ModifyVpcAttributeRequest modify;
    modify.vpc_id = reference(vpc.name.value);
    modify.enable_dns_hostnames = api::AttributeBooleanValue{vpc.enable_dns_hostnames->value};
    lowering.call(caller, std::move(modify), vpc.enable_dns_hostnames->mark);
  }
  for (const Text& cidr : vpc.secondary_cidrs) {
    api::AssociateVpcCidrBlockRequest associate;
    associate.vpc_id = reference(vpc.name.value);
    associate.cidr_block = cidr.value;
    lowering.call(caller, std::move(associate), cidr.mark);
  }
  if (vpc.dhcp_options.has_value()) {
    api::AssociateDhcpOptionsRequest associate;
    associate.vpc_id = reference(vpc.name.value);
    associate.dhcp_options_id = vpc.dhcp_options->value == "default"
                                    ? vpc.dhcp_options->value
                                    : reference(vpc.dhcp_options->value);
    lowering.call(caller, std::move(associate), vpc.dhcp_options->mark);
  }
}

/// CL-1, CL-19: after the VPC's own blocks and attributes, before any route.
void lower_classic_link(Lowering& lowering, const control::Caller& caller, const Vpc& vpc) {
  if (is_set(vpc.classic_link)) {
    api::EnableVpcClassicLinkRequest enable;
    enable.vpc_id = reference(vpc.name.value);
    lowering.call(caller, std::move(enable), vpc.classic_link->mark);
  }
  if (is_set(vpc.classic_link_dns_support)) {
    api::EnableVpcClassicLinkDnsSupportRequest enable;
    enable.vpc_id = reference(vpc.name.value);
    lowering.call(caller, std::move(enable), vpc.classic_link_dns_support->mark);
  }
}

/// Whether the gateway comes with the VPC ("vpc-1.igw") or stands under internet_gateways.
bool is_own_gateway(const Vpc& vpc) {
  return vpc.internet_gateway.has_value() && vpc.internet_gateway->value == vpc.name.value + ".igw";
}

void lower_vpc_gateway(Lowering& lowering, const control::Caller& caller, const Vpc& vpc) {
  if (!vpc.internet_gateway.has_value()) {
    return;
  }
  const Text here{vpc.name.value, vpc.internet_gateway->mark};
  if (is_own_gateway(vpc)) {
    Resource gateway;
    gateway.name = *vpc.internet_gateway;
    lower_gateway(lowering, caller, gateway, here);
    return;
  }
  api::AttachInternetGatewayRequest attach;
  attach.internet_gateway_id = reference(vpc.internet_gateway->value);
  attach.vpc_id = reference(vpc.name.value);
  lowering.call(caller, std::move(attach), here.mark);
}

api::PeeringConnectionOptionsRequest options_request(const PeeringOptions& options) {
  api::PeeringConnectionOptionsRequest request;
  const auto copy = [](const std::optional<Flag>& from, std::optional<bool>& to) {
    if (from.has_value()) {
      to = from->value;
    }
  };
  copy(options.allow_dns_resolution_from_remote_vpc, request.allow_dns_resolution_from_remote_vpc);
  copy(options.allow_egress_from_local_classic_link_to_remote_vpc,
       request.allow_egress_from_local_classic_link_to_remote_vpc);
  copy(options.allow_egress_from_local_vpc_to_remote_classic_link,
       request.allow_egress_from_local_vpc_to_remote_classic_link);
  return request;
}

/// Who must accept: the owner of the VPC, unless the author said otherwise.
control::Caller accepter_of(const Lowering& lowering, const PeeringConnection& peering) {
  control::Caller accepter = lowering.owner_of(peering.accepter.value);
  if (peering.accepter_account.has_value()) {
    accepter.account = peering.accepter_account->value;
  }
  if (peering.accepter_region.has_value()) {
    accepter.region = peering.accepter_region->value;
  }
  return accepter;
}

void lower_peering_options(Lowering& lowering, const PeeringConnection& peering) {
  if (peering.requester_options.has_value()) {
    api::ModifyVpcPeeringConnectionOptionsRequest modify;
    modify.vpc_peering_connection_id = reference(peering.name.value);
    modify.requester_peering_connection_options = options_request(*peering.requester_options);
    lowering.call(lowering.owner_of(peering.requester.value), std::move(modify),
                  peering.requester_options->mark);
  }
  if (peering.accepter_options.has_value()) {
    api::ModifyVpcPeeringConnectionOptionsRequest modify;
    modify.vpc_peering_connection_id = reference(peering.name.value);
    modify.accepter_peering_connection_options = options_request(*peering.accepter_options);
    lowering.call(accepter_of(lowering, peering), std::move(modify),
                  peering.accepter_options->mark);
  }
}

/// Which parameter names a route's target: by the kind of its name, or the prefix of its id.
template <class Request>
void set_target(const Lowering& lowering, const Text& target, Request& request) {
  const NameEntry* entry = lowering.names().find(target.value);
  const std::string id = reference(target.value);
  const bool has_kind = entry != nullptr;
  const auto is = [&](NameKind kind, std::string_view prefix) {
    return has_kind ? entry->kind == kind : target.value.starts_with(prefix);
  };
  if (is(NameKind::kPeeringConnection, "pcx-")) {
    request.vpc_peering_connection_id = id;
  } else if (is(NameKind::kInstance, "i-")) {
    request.instance_id = id;
  } else if (is(NameKind::kNetworkInterface, "eni-")) {
    request.network_interface_id = id;
  } else if (is(NameKind::kNatGateway, "nat-")) {
    request.nat_gateway_id = id;
  } else {
    request.gateway_id = id;
  }
}

/// Creates the route, or gives the local one of this destination another target.
template <class Request>
void lower_route(Lowering& lowering, const RouteTable& table, const Route& route) {
  Request request;
  request.route_table_id = reference(table.name.value);
  const NameEntry* entry = lowering.names().find(route.destination.value);
  const bool is_list = entry != nullptr ? entry->kind == NameKind::kPrefixList
                                        : route.destination.value.starts_with("pl-");
  if (is_list) {
    request.destination_prefix_list_id = reference(route.destination.value);
  } else {
    request.destination_cidr_block = route.destination.value;
  }
  set_target(lowering, route.target, request);
  lowering.call(lowering.owner_of(table.vpc->value), std::move(request), route.destination.mark);
  lowering.blame("network gateway", route.target);
  lowering.blame("InvalidInstanceID", route.target);
}

/// Whether the destination is one of the VPC's own CIDRs: there is a local route for it (RT-7).
bool is_local(const Scenario& scenario, const RouteTable& table, const Route& route) {
  const auto wanted = wire::Ipv4Prefix::parse(route.destination.value);
  const auto is_same = [&wanted](const Text& cidr) {
    const auto prefix = wire::Ipv4Prefix::parse(cidr.value);
    return wanted.has_value() && prefix.has_value() && prefix->prefix == wanted->prefix;
  };
  const auto vpc =
      std::find_if(scenario.vpcs.begin(), scenario.vpcs.end(),
                   [&table](const Vpc& other) { return other.name.value == table.vpc->value; });
  return vpc != scenario.vpcs.end() &&
         (is_same(vpc->cidr) ||
          std::any_of(vpc->secondary_cidrs.begin(), vpc->secondary_cidrs.end(), is_same));
}

template <class Resources>
void tag_all(Lowering& lowering, const Resources& resources) {
  for (const auto& resource : resources) {
    if (!resource.is_sound() || resource.tags.empty()) {
      continue;
    }
    api::CreateTagsRequest request;
    request.resources.push_back(reference(resource.name.value));
    for (const Tag& tag : resource.tags) {
      api::Tag& added = request.tags.emplace_back();
      added.key = tag.key.value;
      added.value = tag.value.value;
    }
    lowering.call(lowering.creator_of(resource.name.value), std::move(request),
                  resource.tags.front().key.mark);
  }
}

}  // namespace

void lower_vpcs(Lowering& lowering) {
  const Scenario& scenario = lowering.scenario();
  if (scenario.default_vpc) {
    Resource resource;
    resource.name = Text{"default", scenario.default_vpc_mark};
    lowering.create(default_caller(scenario), api::CreateDefaultVpcRequest{},
                    scenario.default_vpc_mark, resource);
  }
  for (const Vpc& vpc : scenario.vpcs) {
    if (!vpc.broken) {
      api::CreateVpcRequest request;
      request.cidr_block = vpc.cidr.value;
      if (vpc.instance_tenancy.has_value()) {
        request.instance_tenancy = vpc.instance_tenancy->value;
      }
      lowering.create(lowering.owner_of(vpc.name.value), std::move(request), vpc.cidr.mark, vpc);
      lowering.blame("enancy", vpc.instance_tenancy);
    }
  }
  lowering.settle();
  for (const InternetGateway& gateway : scenario.internet_gateways) {
    if (!gateway.broken) {
      control::Caller owner = gateway.vpc.has_value()
                                  ? lowering.owner_of(gateway.vpc->value)
                                  : caller_of(scenario, gateway.account, gateway.region);
      lower_gateway(lowering, owner, gateway, gateway.vpc);
    }
  }
  for (const Vpc& vpc : scenario.vpcs) {
    if (!vpc.broken) {
      const control::Caller owner = lowering.owner_of(vpc.name.value);
      lower_vpc_attributes(lowering, owner, vpc);
      lower_classic_link(lowering, owner, vpc);
      lower_vpc_gateway(lowering, owner, vpc);
    }
  }
  lowering.settle();
}

void lower_subnets(Lowering& lowering) {
  const Scenario& scenario = lowering.scenario();
  for (const Vpc& vpc : scenario.vpcs) {
    const control::Caller owner = lowering.owner_of(vpc.name.value);
    for (const Subnet& subnet : vpc.subnets) {
      if (subnet.broken || vpc.broken) {
        continue;
      }
      std::optional<Text> zone = subnet.zone;
      if (!zone.has_value() && owner.region == default_caller(scenario).region) {
        zone = scenario.zone;  // of that region, and of no other
      }
      api::CreateSubnetRequest request;
      request.vpc_id = reference(vpc.name.value);
      request.cidr_block = subnet.cidr.value;
      request.availability_zone = zone.has_value() ? zone->value : owner.region + 'a';
      lowering.create(owner, std::move(request), subnet.cidr.mark, subnet);
      lowering.blame("zone", zone);
      lowering.blame("Zone", zone);
    }
  }
  lowering.settle();
  for (const Vpc& vpc : scenario.vpcs) {
    for (const Subnet& subnet : vpc.subnets) {
      if (!subnet.broken && subnet.map_public_ip_on_launch.has_value()) {
        api::ModifySubnetAttributeRequest modify;
        modify.subnet_id = reference(subnet.name.value);
        modify.map_public_ip_on_launch =
            api::AttributeBooleanValue{subnet.map_public_ip_on_launch->value};
        lowering.call(lowering.owner_of(vpc.name.value), std::move(modify),
                      subnet.map_public_ip_on_launch->mark);
      }
    }
  }
}

void lower_route_tables(Lowering& lowering) {
  for (const RouteTable& table : lowering.scenario().route_tables) {
    if (table.broken || !table.vpc.has_value()) {
      continue;
    }
    const control::Caller owner = lowering.owner_of(table.vpc->value);
    const bool is_implied = table.name.value == table.vpc->value + ".main";
    if (!is_implied) {
      api::CreateRouteTableRequest request;
      request.vpc_id = reference(table.vpc->value);
      lowering.create(owner, std::move(request), table.name.mark, table);
    }
    for (const Text& subnet : table.subnets) {
      api::AssociateRouteTableRequest associate;
      associate.route_table_id = reference(table.name.value);
      associate.subnet_id = reference(subnet.value);
      lowering.call(owner, std::move(associate), subnet.mark);
    }
    if (table.gateway.has_value()) {
      api::AssociateRouteTableRequest associate;
      associate.route_table_id = reference(table.name.value);
      associate.gateway_id = reference(table.gateway->value);
      lowering.call(owner, std::move(associate), table.gateway->mark);
    }
    if (table.main.has_value() && table.main->value && !is_implied) {
      api::ReplaceRouteTableAssociationRequest replace;
      replace.association_id = reference(table.vpc->value + ".main_association");
      replace.route_table_id = reference(table.name.value);
      lowering.call(owner, std::move(replace), table.main->mark);
    }
  }
}

void lower_peerings(Lowering& lowering) {
  const Scenario& scenario = lowering.scenario();
  for (const PeeringConnection& peering : scenario.peering_connections) {
    if (peering.broken) {
      continue;
    }
    const control::Caller requester = lowering.owner_of(peering.requester.value);
    const control::Caller accepter = accepter_of(lowering, peering);
    api::CreateVpcPeeringConnectionRequest request;
    request.vpc_id = reference(peering.requester.value);
    request.peer_vpc_id = reference(peering.accepter.value);
    if (accepter.account != requester.account) {
      request.peer_owner_id = accepter.account;
    }
    if (accepter.region != requester.region) {
      request.peer_region = accepter.region;
    }
    lowering.create(requester, std::move(request), peering.name.mark, peering);
  }
  lowering.settle();
  for (const PeeringConnection& peering : scenario.peering_connections) {
    if (!peering.broken && peering.accepted.has_value() && peering.accepted->value) {
      api::AcceptVpcPeeringConnectionRequest accept;
      accept.vpc_peering_connection_id = reference(peering.name.value);
      const control::Caller accepter = accepter_of(lowering, peering);
      const control::Caller owner = lowering.owner_of(peering.accepter.value);
      lowering.call(accepter, std::move(accept), peering.accepted->mark);
      if (accepter.account != owner.account) {  // PCX-11: the request has failed
        lowering.blame("VpcPeeringConnectionID", peering.accepter_account);
      } else if (accepter.region != owner.region) {
        lowering.blame("VpcPeeringConnectionID", peering.accepter_region);
      }
    }
  }
  lowering.settle();
  for (const PeeringConnection& peering : scenario.peering_connections) {
    if (!peering.broken) {
      lower_peering_options(lowering, peering);
    }
  }
}

void lower_routes(Lowering& lowering) {
  for (const RouteTable& table : lowering.scenario().route_tables) {
    if (table.broken || !table.vpc.has_value()) {
      continue;
    }
    for (const Route& route : table.routes) {
      if (is_local(lowering.scenario(), table, route)) {
        lower_route<api::ReplaceRouteRequest>(lowering, table, route);
      } else {
        lower_route<api::CreateRouteRequest>(lowering, table, route);
      }
    }
  }
}

void lower_tags(Lowering& lowering) {
  const Scenario& scenario = lowering.scenario();
  tag_all(lowering, scenario.vpcs);
  for (const Vpc& vpc : scenario.vpcs) {
    tag_all(lowering, vpc.subnets);
  }
  tag_all(lowering, scenario.internet_gateways);
  tag_all(lowering, scenario.route_tables);
  tag_all(lowering, scenario.security_groups);
  tag_all(lowering, scenario.network_acls);
  tag_all(lowering, scenario.peering_connections);
  tag_all(lowering, scenario.network_interfaces);
  tag_all(lowering, scenario.nat_gateways);
  tag_all(lowering, scenario.prefix_lists);
  tag_all(lowering, scenario.dhcp_options);
  tag_all(lowering, scenario.elastic_ips);
  tag_all(lowering, scenario.instances);
}

std::vector<DeclaredAction> lower(const Scenario& scenario, const NameTable& names) {
  Lowering lowering(scenario, names);
  lower_dhcp_options(lowering);
  lower_prefix_lists(lowering);
  lower_vpcs(lowering);
  lower_subnets(lowering);
  lower_route_tables(lowering);
  lower_security_groups(lowering);
  lower_network_acls(lowering);
  lower_peerings(lowering);
  lower_group_rules(lowering);
  lower_hosts(lowering);
  lower_nat_gateways(lowering);
  lower_routes(lowering);
  lower_tags(lowering);
  lower_doubtful_instances(lowering);
  lowering.settle();
  return lowering.take();
}

}  // namespace vpclab::scenario
