#include "emulator/control/vpc.h"

#include <array>

#include "emulator/api/generated/vpc.h"
#include "emulator/control/describe.h"
#include "emulator/control/network_actions.h"
#include "emulator/control/noun.h"
#include "emulator/control/select.h"
#include "emulator/control/tag_specification.h"

namespace vpclab::control {
namespace {

// Ranges that mean something else to every host: no VPC may have them.
constexpr std::array kForbiddenRanges{
    wire::Ipv4Prefix::of(wire::Ipv4Address::of(0, 0, 0, 0), 8),
    wire::Ipv4Prefix::of(wire::Ipv4Address::of(127, 0, 0, 0), 8),
    wire::Ipv4Prefix::of(wire::Ipv4Address::of(169, 254, 0, 0), 16),
    wire::Ipv4Prefix::of(wire::Ipv4Address::of(224, 0, 0, 0), 3),
};

std::string_view to_string(VpcState state) {
  return state == VpcState::kPending ? "pending" : "available";
}

std::string_view to_string(CidrState state) {
  switch (state) {
    case CidrState::kAssociating:
      return "associating";
    case CidrState::kAssociated:
      return "associated";
    case CidrState::kDisassociating:
      return "disassociating";
  }
  return "";
}

std::string dhcp_options_text(const Vpc& vpc) {
  return vpc.dhcp_options.empty() ? std::string("default") : vpc.dhcp_options.text();
}

constexpr FilterField<Vpc> kVpcFilters[] = {
    {"cidr", [](const Call&, const Vpc& vpc,
                FilterValues& values) { values.add(to_string(vpc.primary_cidr())); }},
    {"cidr-block-association.association-id",
     [](const Call&, const Vpc& vpc, FilterValues& values) {
       for (const VpcCidr& cidr : vpc.cidrs) {
         values.add(cidr.association.text());
       }
     }},
    {"cidr-block-association.cidr-block",
     [](const Call&, const Vpc& vpc, FilterValues& values) {
       for (const VpcCidr& cidr : vpc.cidrs) {
         values.add(to_string(cidr.prefix));
       }
     }},
    {"cidr-block-association.state",
     [](const Call&, const Vpc& vpc, FilterValues& values) {
       for (const VpcCidr& cidr : vpc.cidrs) {
         values.add(to_string(cidr.state));
       }
     }},
    {"dhcp-options-id",
     [](const Call&, const Vpc& vpc, FilterValues& values) { values.add(dhcp_options_text(vpc)); }},
    {"is-default",
     [](const Call&, const Vpc& vpc, FilterValues& values) { values.add_flag(vpc.is_default); }},
    {"isDefault",
     [](const Call&, const Vpc& vpc, FilterValues& values) { values.add_flag(vpc.is_default); }},
    {"owner-id",
     [](const Call& call, const Vpc&, FilterValues& values) { values.add(call.caller.account); }},
    {"state",
     [](const Call&, const Vpc& vpc, FilterValues& values) { values.add(to_string(vpc.state)); }},
    {"vpc-id",
     [](const Call&, const Vpc& vpc, FilterValues& values) { values.add(vpc.id.text()); }},
};

/// VPC-12, PCX-9.
bool has_dependencies(const Call& call, const Vpc& vpc) {
  if (!vpc.subnets.empty() || vpc.route_tables.size() > 1 || vpc.network_acls.size() > 1 ||
      vpc.security_groups.size() > 1 || !vpc.internet_gateway.empty() ||
      !vpc.linked_instances.empty()) {
    return true;
  }
  for (const api::VpcPeeringConnectionId& id : vpc.peering_connections) {
    const VpcPeeringConnection& peering = call.inventory().peering_connections.get(id);
    if (peering.state == PeeringState::kPendingAcceptance && peering.accepter.vpc == vpc.id &&
        call.inventory().owner(peering.requester.owner).account != call.caller.account) {
      return true;
    }
  }
  return false;
}

}  // namespace

api::ApiResult<bool> check_vpc_range(wire::Ipv4Prefix prefix) {
  bool allowed = prefix.length() >= 16 && prefix.length() <= 28;
  for (const wire::Ipv4Prefix& forbidden : kForbiddenRanges) {
    allowed = allowed && !forbidden.overlaps(prefix);
  }
  if (!allowed) {
    return api::refuse(api::code::kInvalidVpcRange,
                       "The CIDR '" + to_string(prefix) + "' is invalid.");
  }
  return true;
}

Vpc& build_vpc(Call& call, const api::VpcId& id, wire::Ipv4Prefix cidr, Tenancy tenancy,
               bool is_default) {
  Inventory& inventory = call.inventory();
  Vpc vpc;
  vpc.id = id;
  vpc.owner = call.owner;
  vpc.tenancy = tenancy;
  vpc.is_default = is_default;
  vpc.dns_hostnames = is_default;  // VPC-13, DNS-2
  vpc.dhcp_options = default_dhcp_options(call);
  vpc.cidrs.push_back({api::VpcCidrAssociationId(IdSource::part(
                           id, api::ResourceKind::kVpcCidrAssociation, vpc.cidrs_made++)),
                       cidr, CidrState::kAssociated});
  Vpc& stored = inventory.vpcs.at(inventory.vpcs.insert(std::move(vpc)));
  build_main_route_table(call, stored);
  build_default_network_acl(call, stored);
  build_default_security_group(call, stored);
  call.state.transitions.in_progress(call.now + call.knobs().vpc_available_delay, id);
  inventory.mark_changed(id);
  return stored;
}

void vpc_due(ControlState& state, const api::VpcId& id) {
  if (Vpc* vpc = state.inventory.vpcs.find(id); vpc != nullptr) {
    vpc->state = VpcState::kAvailable;
    state.tell(id, "pending", "available");
  }
}

api::VpcCidrBlockAssociation describe(const VpcCidr& cidr) {
  return {.association_id = cidr.association.text(),
          .cidr_block = to_string(cidr.prefix),
          .cidr_block_state = api::VpcCidrBlockState{.state = std::string(to_string(cidr.state)),
                                                     .status_message = {}}};
}

api::Vpc describe(const Call& call, const Vpc& vpc) {
  api::Vpc described;
  described.cidr_block = to_string(vpc.primary_cidr());
  described.dhcp_options_id = dhcp_options_text(vpc);
  described.state = to_string(vpc.state);
  described.vpc_id = vpc.id.text();
  described.owner_id = call.inventory().owner(vpc.owner).account;
  described.instance_tenancy = vpc.tenancy == Tenancy::kDefault ? "default" : "dedicated";
  for (const VpcCidr& cidr : vpc.cidrs) {
    described.cidr_block_association_set.push_back(describe(cidr));
  }
  described.is_default = vpc.is_default;
  described.tags = describe_tags(call, vpc.id);
  return described;
}

api::ApiResult<api::CreateVpcResponse> handle(Call& call, const api::CreateVpcRequest& request) {
  if (request.amazon_provided_ipv6_cidr_block.value_or(false) ||
      request.ipv6_cidr_block.has_value() || request.ipv6_pool.has_value()) {
    return tl::unexpected(unsupported("IPv6 address blocks are not emulated yet."));
  }
  if (!request.cidr_block.has_value()) {
    return tl::unexpected(api::missing_parameter("CidrBlock"));
  }
  const auto cidr = parse_cidr(*request.cidr_block, "cidrBlock");
  if (!cidr.has_value()) {
    return tl::unexpected(cidr.error());
  }
  if (const auto range = check_vpc_range(*cidr); !range.has_value()) {
    return tl::unexpected(range.error());
  }
  const std::string tenancy = request.instance_tenancy.value_or("default");
  if (tenancy != "default" && tenancy != "dedicated") {
    return tl::unexpected(api::invalid_parameter_value("instanceTenancy", tenancy));
  }
  auto tags = tags_for(request.tag_specifications, "vpc");
  if (!tags.has_value()) {
    return tl::unexpected(tags.error());
  }
  if (at_quota(call, call.inventory().vpcs, call.quotas().vpcs_per_region)) {
    return api::refuse(api::code::kVpcLimitExceeded,
                       "The maximum number of VPCs has been reached.");
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  const auto id = call.new_id(call.inventory().vpcs);
  if (!id.has_value()) {
    return tl::unexpected(id.error());
  }
  const Vpc& vpc =
      build_vpc(call, *id, *cidr, tenancy == "default" ? Tenancy::kDefault : Tenancy::kDedicated,
                /*is_default=*/false);
  put_tags(call, vpc.id, std::move(*tags));
  return api::CreateVpcResponse{.vpc = describe(call, vpc)};
}

api::ApiResult<api::DeleteVpcResponse> handle(Call& call, const api::DeleteVpcRequest& request) {
  const auto found = require<Vpc>(call, request.vpc_id);
  if (!found.has_value()) {
    return tl::unexpected(found.error());
  }
  const Vpc& vpc = **found;
  if (has_dependencies(call, vpc)) {
    return tl::unexpected(has_dependencies("vpc", vpc.id.text()));
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  Inventory& inventory = call.inventory();
  const api::VpcId id = vpc.id;
  end_peerings_of(call, vpc);
  inventory.mark_changed(id);
  erase_route_table(inventory, vpc.main_route_table);
  erase_network_acl(inventory, vpc.default_network_acl);
  erase_security_group(inventory, vpc.default_security_group);
  drop_tags(inventory, vpc.owner, id);
  inventory.vpcs.erase(id);
  return api::DeleteVpcResponse{};
}

api::ApiResult<api::DescribeVpcsResponse> handle(Call& call,
                                                 const api::DescribeVpcsRequest& request) {
  const auto selected = select<Vpc>(call, request.vpc_ids, request.filters, kVpcFilters,
                                    {request.max_results, request.next_token});
  if (!selected.has_value()) {
    return tl::unexpected(selected.error());
  }
  api::DescribeVpcsResponse response;
  for (const Vpc* vpc : selected->items) {
    response.vpcs.push_back(describe(call, *vpc));
  }
  response.next_token = selected->next_token;
  return response;
}

}  // namespace vpclab::control
