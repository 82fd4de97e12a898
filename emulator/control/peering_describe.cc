// Peerings as responses show them (PCX-13), to either side.
#include "emulator/api/generated/peering.h"
#include "emulator/control/describe.h"
#include "emulator/control/network_actions.h"
#include "emulator/control/select.h"
#include "emulator/control/tag_specification.h"

namespace vpclab::control {
namespace {

/// The blocks of a side's VPC, now or, once it is gone, at its end.
std::vector<wire::Ipv4Prefix> cidrs_of(const Inventory& inventory, const PeeringSide& side) {
  const Vpc* vpc = inventory.vpcs.find(side.vpc);
  if (vpc == nullptr || vpc->owner != side.owner) {
    return side.last_cidrs;
  }
  std::vector<wire::Ipv4Prefix> cidrs;
  for (const VpcCidr& cidr : vpc->cidrs) {
    if (cidr.in_effect()) {
      cidrs.push_back(cidr.prefix);
    }
  }
  return cidrs;
}

/// The accepter's blocks and options show once it has accepted.
bool shows_details(const VpcPeeringConnection& peering, const PeeringSide& side) {
  return &side == &peering.requester || peering.accepted;
}

api::VpcPeeringConnectionVpcInfo describe_side(const Call& call,
                                               const VpcPeeringConnection& peering,
                                               const PeeringSide& side) {
  const Caller& owner = call.inventory().owner(side.owner);
  api::VpcPeeringConnectionVpcInfo info;
  info.owner_id = owner.account;
  info.vpc_id = side.vpc.text();
  info.region = owner.region;
  if (!shows_details(peering, side)) {
    return info;
  }
  for (const wire::Ipv4Prefix& cidr : cidrs_of(call.inventory(), side)) {
    info.cidr_block_set.push_back({.cidr_block = to_string(cidr)});
  }
  if (!info.cidr_block_set.empty()) {
    info.cidr_block = info.cidr_block_set.front().cidr_block;
  }
  info.peering_options = api::VpcPeeringConnectionOptionsDescription{
      .allow_dns_resolution_from_remote_vpc = side.options.dns_resolution_from_remote_vpc,
      .allow_egress_from_local_classic_link_to_remote_vpc =
          side.options.egress_from_local_classic_link_to_remote_vpc,
      .allow_egress_from_local_vpc_to_remote_classic_link =
          side.options.egress_from_local_vpc_to_remote_classic_link};
  return info;
}

/// It expires only as long as nobody has answered.
bool shows_expiration(const VpcPeeringConnection& peering) {
  return peering.state == PeeringState::kInitiatingRequest ||
         peering.state == PeeringState::kPendingAcceptance;
}

void add_cidrs(const Call& call, const VpcPeeringConnection& peering, const PeeringSide& side,
               FilterValues& values) {
  if (shows_details(peering, side)) {
    for (const wire::Ipv4Prefix& cidr : cidrs_of(call.inventory(), side)) {
      values.add(to_string(cidr));
    }
  }
}

constexpr FilterField<VpcPeeringConnection> kVpcPeeringConnectionFilters[] = {
    {"accepter-vpc-info.cidr-block",
     [](const Call& call, const VpcPeeringConnection& peering, FilterValues& values) {
       add_cidrs(call, peering, peering.accepter, values);
     }},
    {"accepter-vpc-info.owner-id",
     [](const Call& call, const VpcPeeringConnection& peering, FilterValues& values) {
       values.add(call.inventory().owner(peering.accepter.owner).account);
     }},
    {"accepter-vpc-info.vpc-id",
     [](const Call&, const VpcPeeringConnection& peering, FilterValues& values) {
       values.add(peering.accepter.vpc.text());
     }},
    {"expiration-time",
     [](const Call& call, const VpcPeeringConnection& peering, FilterValues& values) {
       if (shows_expiration(peering)) {
         values.add(to_string(call.timestamp(peering.expires)));
       }
     }},
    {"requester-vpc-info.cidr-block",
     [](const Call& call, const VpcPeeringConnection& peering, FilterValues& values) {
       add_cidrs(call, peering, peering.requester, values);
     }},
    {"requester-vpc-info.owner-id",
     [](const Call& call, const VpcPeeringConnection& peering, FilterValues& values) {
       values.add(call.inventory().owner(peering.requester.owner).account);
     }},
    {"requester-vpc-info.vpc-id",
     [](const Call&, const VpcPeeringConnection& peering, FilterValues& values) {
       values.add(peering.requester.vpc.text());
     }},
    {"status-code", [](const Call&, const VpcPeeringConnection& peering,
                       FilterValues& values) { values.add(to_string(peering.state)); }},
    {"status-message", [](const Call&, const VpcPeeringConnection& peering,
                          FilterValues& values) { values.add(peering.message); }},
    {"vpc-peering-connection-id", [](const Call&, const VpcPeeringConnection& peering,
                                     FilterValues& values) { values.add(peering.id.text()); }},
};

}  // namespace

api::VpcPeeringConnection describe(const Call& call, const VpcPeeringConnection& peering) {
  api::VpcPeeringConnection described;
  described.accepter_vpc_info = describe_side(call, peering, peering.accepter);
  if (shows_expiration(peering)) {
    described.expiration_time = call.timestamp(peering.expires);
  }
  described.requester_vpc_info = describe_side(call, peering, peering.requester);
  described.status = api::VpcPeeringConnectionStateReason{
      .code = std::string(to_string(peering.state)), .message = peering.message};
  described.tags = describe_tags(call, peering.id);
  described.vpc_peering_connection_id = peering.id.text();
  return described;
}

api::ApiResult<api::DescribeVpcPeeringConnectionsResponse> handle(
    Call& call, const api::DescribeVpcPeeringConnectionsRequest& request) {
  const auto selected = select<VpcPeeringConnection>(call, request.vpc_peering_connection_ids,
                                                     request.filters, kVpcPeeringConnectionFilters,
                                                     {request.max_results, request.next_token});
  if (!selected.has_value()) {
    return tl::unexpected(selected.error());
  }
  api::DescribeVpcPeeringConnectionsResponse response;
  for (const VpcPeeringConnection* peering : selected->items) {
    response.vpc_peering_connections.push_back(describe(call, *peering));
  }
  response.next_token = selected->next_token;
  return response;
}

}  // namespace vpclab::control
