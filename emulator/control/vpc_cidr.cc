// The actions on a VPC's secondary blocks (VPC-7…11).
#include <algorithm>
#include <array>

#include "emulator/api/generated/vpc.h"
#include "emulator/control/describe.h"
#include "emulator/control/effective_routes.h"
#include "emulator/control/network_actions.h"
#include "emulator/control/noun.h"
#include "emulator/control/vpc.h"

namespace vpclab::control {
namespace {

using wire::Ipv4Address;
using wire::Ipv4Prefix;

constexpr Ipv4Prefix kTenZero = Ipv4Prefix::of(Ipv4Address::of(10, 0, 0, 0), 16);
constexpr Ipv4Prefix kTwelve = Ipv4Prefix::of(Ipv4Address::of(172, 16, 0, 0), 12);
constexpr Ipv4Prefix kDefaultVpc = Ipv4Prefix::of(Ipv4Address::of(172, 31, 0, 0), 16);
constexpr Ipv4Prefix kSixteen = Ipv4Prefix::of(Ipv4Address::of(192, 168, 0, 0), 16);
constexpr Ipv4Prefix kBenchmark = Ipv4Prefix::of(Ipv4Address::of(198, 19, 0, 0), 16);

template <std::size_t kCount>
bool in_any(Ipv4Prefix added, const std::array<Ipv4Prefix, kCount>& blocks) {
  return std::any_of(blocks.begin(), blocks.end(),
                     [added](Ipv4Prefix block) { return block.overlaps(added); });
}

/// VPC-10: which families of ranges do not go together.
bool breaks_family_rules(const Vpc& vpc, Ipv4Prefix added) {
  const Ipv4Prefix primary = vpc.primary_cidr();
  if (kClassicBlock.contains(primary)) {
    const bool clashes = std::any_of(vpc.cidrs.begin(), vpc.cidrs.end(), [](const VpcCidr& cidr) {
      return cidr.in_effect() && kClassicLinkVpcBlock.contains(cidr.prefix);
    });
    return in_any(added, std::array{kTwelve, kSixteen, kBenchmark}) ||
           (clashes && kTenZero.overlaps(added));
  }
  if (kTwelve.contains(primary)) {
    return in_any(added, std::array{kClassicBlock, kSixteen, kBenchmark, kDefaultVpc});
  }
  if (kSixteen.contains(primary)) {
    return in_any(added, std::array{kClassicBlock, kTwelve, kBenchmark});
  }
  if (kBenchmark.contains(primary)) {
    return in_any(added, std::array{kClassicBlock, kTwelve, kSixteen});
  }
  return in_any(added, std::array{kClassicBlock, kTwelve, kSixteen, kBenchmark});
}

tl::unexpected<api::ApiError> conflict(Ipv4Prefix cidr, const std::string& with) {
  return api::refuse(api::code::kCidrConflict,
                     "The CIDR '" + to_string(cidr) + "' conflicts with " + with);
}

/// PCX-12: what peering forbids to add.
api::ApiResult<bool> check_peerings(const Inventory& inventory, const Vpc& vpc, Ipv4Prefix cidr) {
  for (const api::VpcPeeringConnectionId& id : vpc.peering_connections) {
    const VpcPeeringConnection& peering = inventory.peering_connections.get(id);
    if (peering.state == PeeringState::kPendingAcceptance && peering.requester.vpc == vpc.id) {
      return api::refuse(api::code::kOperationNotPermitted,
                         "The vpc '" + vpc.id.text() +
                             "' is the requester of the pending peering " + id.text() +
                             ": no CIDR can be added to it now.");
    }
    const Vpc* far = inventory.vpcs.find(peering.far_side(vpc.id).vpc);
    const bool joined = peering.is_active() || peering.state == PeeringState::kProvisioning;
    if (joined && far != nullptr && far->overlaps(cidr)) {
      return conflict(cidr, "a CIDR of the peer vpc '" + far->id.text() + "' of " + id.text());
    }
  }
  return true;
}

/// VPC-9.
api::ApiResult<bool> check_secondary(const Call& call, const Vpc& vpc, Ipv4Prefix cidr) {
  if (auto range = check_vpc_range(cidr); !range.has_value()) {
    return range;
  }
  if (call.knobs().vpc_family_rules == FamilyRules::kEnforce && breaks_family_rules(vpc, cidr)) {
    return api::refuse(api::code::kInvalidVpcRange,
                       "The CIDR '" + to_string(cidr) + "' is restricted for this vpc.");
  }
  if (vpc.classic_link && kClassicBlock.contains(cidr) &&
      !kClassicLinkVpcBlock.contains(cidr)) {  // VPC-9(f), CL-9
    return conflict(cidr, "the route 10.0.0.0/8 of ClassicLink in the vpc '" + vpc.id.text() + "'");
  }
  for (const VpcCidr& existing : vpc.cidrs) {  // one that is leaving still counts
    if (existing.prefix.overlaps(cidr)) {
      return conflict(cidr, "another CIDR of the vpc '" + vpc.id.text() + "'");
    }
  }
  for (const api::RouteTableId& id : vpc.route_tables) {
    for (const EffectiveRoute& route :  // an entry of a prefix list is a destination, too
         effective_routes(call.inventory(), call.inventory().route_tables.get(id))) {
      if (!route.is_local() && cidr.contains(route.destination)) {
        return conflict(
            cidr, "the route " + to_string(route.destination) + " in route table " + id.text());
      }
    }
  }
  if (vpc.cidrs.size() >= call.quotas().cidrs_per_vpc) {  // VPC-8
    return api::refuse(api::code::kCidrLimitExceeded,
                       "This network " + vpc.id.text() +
                           " has met its maximum number of allowed CIDRs: " +
                           std::to_string(call.quotas().cidrs_per_vpc));
  }
  return check_peerings(call.inventory(), vpc, cidr);
}

std::vector<VpcCidr>::iterator find_association(Vpc& vpc, const api::VpcCidrAssociationId& id) {
  return std::find_if(vpc.cidrs.begin(), vpc.cidrs.end(),
                      [&](const VpcCidr& cidr) { return cidr.association == id; });
}

bool has_subnets_in(const Inventory& inventory, const Vpc& vpc, Ipv4Prefix cidr) {
  return std::any_of(vpc.subnets.begin(), vpc.subnets.end(), [&](const api::SubnetId& id) {
    return cidr.contains(inventory.subnets.get(id).cidr);
  });
}

/// RT-7: what stands in the place of a block's `local` routes goes with them.
void forget_local_routes(Inventory& inventory, const Vpc& vpc, Ipv4Prefix cidr) {
  for (const api::RouteTableId& id : vpc.route_tables) {
    std::erase_if(inventory.route_tables.get(id).routes, [&](const Route& route) {
      return !route.to_prefix_list() && route.destination == cidr;
    });
  }
}

/// VPC-10: AWS relaxed the rules over the years; a warning says that it once would have refused.
void warn_of_family(Call& call, const Vpc& vpc, Ipv4Prefix added) {
  if (call.knobs().vpc_family_rules == FamilyRules::kWarn && breaks_family_rules(vpc, added)) {
    call.state.warn(vpc.id, "VPC-10",
                    "AWS once refused to add the CIDR " + to_string(added) + " to the vpc '" +
                        vpc.id.text() + "' whose primary CIDR is " + to_string(vpc.primary_cidr()) +
                        ".");
  }
}

}  // namespace

void vpc_cidr_due(ControlState& state, const api::VpcCidrAssociationId& id, SimTime now) {
  for (Vpc& vpc : state.inventory.vpcs) {
    const auto cidr = find_association(vpc, id);
    if (cidr == vpc.cidrs.end()) {
      continue;
    }
    if (now < cidr->due) {
      return;  // an entry that no longer applies
    }
    if (cidr->state == CidrState::kAssociating) {
      cidr->state = CidrState::kAssociated;
    } else if (cidr->state == CidrState::kDisassociating) {
      vpc.cidrs.erase(cidr);
    }
    return;
  }
}

api::ApiResult<api::AssociateVpcCidrBlockResponse> handle(
    Call& call, const api::AssociateVpcCidrBlockRequest& request) {
  if (request.amazon_provided_ipv6_cidr_block.value_or(false) ||
      request.ipv6_cidr_block.has_value() || request.ipv6_pool.has_value()) {
    return tl::unexpected(unsupported("IPv6 address blocks are not emulated yet."));
  }
  const auto vpc = require<Vpc>(call, request.vpc_id);
  if (!vpc.has_value()) {
    return tl::unexpected(vpc.error());
  }
  if (!request.cidr_block.has_value()) {
    return tl::unexpected(api::missing_parameter("CidrBlock"));
  }
  const auto cidr = parse_cidr(*request.cidr_block, "cidrBlock");
  if (!cidr.has_value()) {
    return tl::unexpected(cidr.error());
  }
  if (const auto checked = check_secondary(call, **vpc, *cidr); !checked.has_value()) {
    return tl::unexpected(checked.error());
  }
  warn_of_family(call, **vpc, *cidr);
  const api::VpcCidrAssociationId id(
      IdSource::part((*vpc)->id, api::ResourceKind::kVpcCidrAssociation, (*vpc)->cidrs_made++));
  const SimTime due = call.now + call.knobs().vpc_cidr_delay;
  (*vpc)->cidrs.push_back({id, *cidr, CidrState::kAssociating, due});
  call.state.transitions.in_progress(due, id);
  call.inventory().mark_changed_with_peers(**vpc);
  return api::AssociateVpcCidrBlockResponse{
      .ipv6_cidr_block_association = {},
      .cidr_block_association = describe((*vpc)->cidrs.back()),
      .vpc_id = (*vpc)->id.text()};
}

api::ApiResult<api::DisassociateVpcCidrBlockResponse> handle(
    Call& call, const api::DisassociateVpcCidrBlockRequest& request) {
  if (!request.association_id.has_value()) {
    return tl::unexpected(api::missing_parameter("AssociationId"));
  }
  const Result<api::VpcCidrAssociationId> id =
      api::VpcCidrAssociationId::parse(*request.association_id);
  if (!id.has_value()) {
    return api::refuse(api::code::kInvalidAssociationIdMalformed, id.error().message);
  }
  for (Vpc& vpc : call.inventory().vpcs) {
    const auto cidr = find_association(vpc, *id);
    if (vpc.owner != call.owner || cidr == vpc.cidrs.end()) {
      continue;
    }
    if (cidr == vpc.cidrs.begin()) {  // VPC-7
      return api::refuse(api::code::kOperationNotPermitted,
                         "The vpc CIDR block with association ID " + id->text() +
                             " may not be disassociated. It is the primary IPv4 CIDR block of "
                             "the VPC");
    }
    if (has_subnets_in(call.inventory(), vpc, cidr->prefix)) {  // VPC-11
      return api::refuse(api::code::kDependencyViolation,
                         "The vpc CIDR block with association ID " + id->text() +
                             " has dependencies and cannot be disassociated.");
    }
    forget_local_routes(call.inventory(), vpc, cidr->prefix);
    cidr->state = CidrState::kDisassociating;
    cidr->due = call.now + call.knobs().vpc_cidr_delay;
    call.state.transitions.in_progress(cidr->due, *id);
    call.inventory().mark_changed_with_peers(vpc);
    return api::DisassociateVpcCidrBlockResponse{.ipv6_cidr_block_association = {},
                                                 .cidr_block_association = describe(*cidr),
                                                 .vpc_id = vpc.id.text()};
  }
  return tl::unexpected(
      not_found(api::code::kInvalidAssociationIDNotFound, "The association ID", {id->text()}));
}

}  // namespace vpclab::control
