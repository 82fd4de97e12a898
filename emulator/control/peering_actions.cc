// The actions that make, answer and end peerings, and who may do them (PCX-1…6).
#include <algorithm>

#include "emulator/api/generated/peering.h"
#include "emulator/control/describe.h"
#include "emulator/control/network_actions.h"
#include "emulator/control/noun.h"
#include "emulator/control/peering_life.h"
#include "emulator/control/tag_specification.h"

namespace vpclab::control {
namespace {

const std::string& account_of(const Call& call, const PeeringSide& side) {
  return call.inventory().owner(side.owner).account;
}

tl::unexpected<api::ApiError> wrong_state(const VpcPeeringConnection& peering) {
  return api::refuse(api::code::kInvalidStateTransition,
                     "VpcPeeringConnectionID " + peering.id.text() +
                         " is not in the correct state for the request.");
}

tl::unexpected<api::ApiError> not_permitted(const Call& call, std::string_view verb,
                                            const VpcPeeringConnection& peering) {
  return api::refuse(api::code::kOperationNotPermitted, "User " + call.caller.account + " cannot " +
                                                            std::string(verb) + " peering " +
                                                            peering.id.text());
}

/// The peering of a request, if one of the caller's accounts' sides sees it: for actions whose
/// region is judged afterwards (PCX-3).
api::ApiResult<VpcPeeringConnection*> require_in_any_region(
    const Call& call, const std::optional<std::string>& text) {
  if (!text.has_value()) {
    return tl::unexpected(api::missing_parameter(kNoun<VpcPeeringConnection>.parameter));
  }
  const auto id = parse_id<VpcPeeringConnection>(*text);
  if (!id.has_value()) {
    return tl::unexpected(id.error());
  }
  VpcPeeringConnection* peering = call.inventory().peering_connections.find(*id);
  if (peering != nullptr) {
    for (const PeeringSide* side : {&peering->requester, &peering->accepter}) {
      if (account_of(call, *side) == call.caller.account && side_visible(call, *peering, *side)) {
        return peering;
      }
    }
  }
  return tl::unexpected(not_found(kNoun<VpcPeeringConnection>.not_found,
                                  kNoun<VpcPeeringConnection>.subject, {*text}));
}

/// PCX-2, PCX-3: only a pending one, only by the accepter's account, only in its region.
api::ApiResult<VpcPeeringConnection*> require_as_accepter(const Call& call,
                                                          const std::optional<std::string>& text,
                                                          std::string_view verb) {
  auto peering = require_in_any_region(call, text);
  if (!peering.has_value()) {
    return peering;
  }
  if ((*peering)->state != PeeringState::kPendingAcceptance) {
    return wrong_state(**peering);
  }
  const Caller& accepter = call.inventory().owner((*peering)->accepter.owner);
  if (accepter.account != call.caller.account) {
    return not_permitted(call, verb, **peering);
  }
  if (accepter.region != call.caller.region) {
    return api::refuse(api::code::kOperationNotPermitted,
                       "Incorrect region (" + call.caller.region +
                           ") specified for this request. VPC peering connection " +
                           (*peering)->id.text() + " must be " + std::string(verb) +
                           "ed in region " + accepter.region);
  }
  return peering;
}

/// PCX-5: whether another peering between the same VPCs forbids this one.
bool has_rival(const Inventory& inventory, const Vpc& vpc, const api::VpcId& other,
               const VpcPeeringConnection* except) {
  return std::any_of(
      vpc.peering_connections.begin(), vpc.peering_connections.end(),
      [&](const api::VpcPeeringConnectionId& id) {
        const auto& peering = inventory.peering_connections.get(id);
        const bool counts = except == nullptr ? is_live(peering.state) : peering.accepted;
        return &peering != except && is_live(peering.state) && counts && peering.joins(other);
      });
}

bool at_active_quota(const Call& call, const Vpc& vpc) {
  const auto active =
      std::count_if(vpc.peering_connections.begin(), vpc.peering_connections.end(),
                    [&](const api::VpcPeeringConnectionId& id) {
                      const PeeringState state = call.inventory().peering_connections.get(id).state;
                      return state == PeeringState::kActive || state == PeeringState::kProvisioning;
                    });
  return static_cast<std::uint64_t>(active) >= call.quotas().active_peerings_per_vpc;
}

/// PCX-6: what the caller has requested and nobody has answered, and what waits for one VPC.
struct Unanswered {
  std::uint32_t by_caller = 0;
  std::uint32_t for_vpc = 0;
};

Unanswered count_unanswered(const Call& call, const api::VpcId& accepter) {
  Unanswered count;
  for (const VpcPeeringConnection& peering : call.inventory().peering_connections) {
    if (peering.state == PeeringState::kInitiatingRequest ||
        peering.state == PeeringState::kPendingAcceptance) {
      count.by_caller += peering.requester.owner == call.owner ? 1U : 0U;
      count.for_vpc += peering.accepter.vpc == accepter ? 1U : 0U;
    }
  }
  return count;
}

/// PCX-6.
api::ApiResult<bool> check_request_quotas(const Call& call, const api::VpcId& accepter) {
  const Unanswered count = count_unanswered(call, accepter);
  if (count.by_caller >= call.quotas().outstanding_peering_requests) {
    return api::refuse(api::code::kOutstandingVpcPeeringConnectionLimitExceeded,
                       "The maximum number of outstanding VPC peering connection requests has been "
                       "reached.");
  }
  if (count.for_vpc >= call.quotas().pending_peerings_per_accepter) {
    return api::refuse(api::code::kPendingVpcPeeringConnectionLimitExceeded,
                       "The maximum number of pending VPC peering connection requests has been "
                       "reached for " +
                           accepter.text() + ".");
  }
  return true;
}

tl::unexpected<api::ApiError> already_exists() {
  return api::refuse(api::code::kVpcPeeringConnectionAlreadyExists,
                     "A VPC peering connection between the VPCs already exists.");
}

/// Whom a creating request names as accepter.
struct AccepterName {
  api::VpcId vpc;
  Caller owner;
};

api::ApiResult<AccepterName> accepter_of(const Call& call,
                                         const api::CreateVpcPeeringConnectionRequest& request) {
  if (!request.peer_vpc_id.has_value()) {
    return tl::unexpected(api::missing_parameter("PeerVpcId"));
  }
  const auto id = parse_id<Vpc>(*request.peer_vpc_id);
  if (!id.has_value()) {
    return tl::unexpected(id.error());
  }
  AccepterName accepter{*id,
                        {request.peer_owner_id.value_or(call.caller.account),
                         request.peer_region.value_or(call.caller.region)}};
  if (find_region(accepter.owner.region) == nullptr) {
    return tl::unexpected(
        api::invalid_parameter_value("peerRegion", accepter.owner.region, "Invalid region."));
  }
  return accepter;
}

}  // namespace

api::ApiResult<api::CreateVpcPeeringConnectionResponse> handle(
    Call& call, const api::CreateVpcPeeringConnectionRequest& request) {
  const auto vpc = require<Vpc>(call, request.vpc_id);
  if (!vpc.has_value()) {
    return tl::unexpected(vpc.error());
  }
  const auto accepter = accepter_of(call, request);
  if (!accepter.has_value()) {
    return tl::unexpected(accepter.error());
  }
  if (accepter->vpc == (*vpc)->id) {  // PCX-1
    return tl::unexpected(api::invalid_parameter_value("peerVpcId", accepter->vpc.text(),
                                                       "A VPC cannot be peered with itself."));
  }
  auto tags = tags_for(request.tag_specifications, "vpc-peering-connection");
  if (!tags.has_value()) {
    return tl::unexpected(tags.error());
  }
  Inventory& inventory = call.inventory();
  if (call.knobs().duplicate_peering == DuplicatePeering::kAtCreate &&
      has_rival(inventory, **vpc, accepter->vpc, nullptr)) {
    return already_exists();
  }
  if (const auto checked = check_request_quotas(call, accepter->vpc); !checked.has_value()) {
    return tl::unexpected(checked.error());
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  const auto id = call.new_id(inventory.peering_connections);
  if (!id.has_value()) {
    return tl::unexpected(id.error());
  }
  VpcPeeringConnection peering;
  peering.id = *id;
  peering.requester.vpc = (*vpc)->id;
  peering.requester.owner = call.owner;
  peering.accepter.vpc = accepter->vpc;
  peering.accepter.owner = inventory.intern(accepter->owner);
  peering.expires = call.now + call.knobs().peering_expiry;
  peering.due = call.now + call.knobs().peering_request_delay;
  peering.message = "Initiating Request to " + account_of(call, peering.accepter);
  VpcPeeringConnection& stored =
      inventory.peering_connections.at(inventory.peering_connections.insert(std::move(peering)));
  (*vpc)->peering_connections.push_back(*id);
  if (Vpc* other = accepter_vpc(inventory, stored); other != nullptr) {
    other->peering_connections.push_back(*id);
  }
  put_tags(call, *id, std::move(*tags));
  call.state.transitions.in_progress(stored.due, *id);
  return api::CreateVpcPeeringConnectionResponse{.vpc_peering_connection = describe(call, stored)};
}

api::ApiResult<api::AcceptVpcPeeringConnectionResponse> handle(
    Call& call, const api::AcceptVpcPeeringConnectionRequest& request) {
  const auto found = require_as_accepter(call, request.vpc_peering_connection_id, "accept");
  if (!found.has_value()) {
    return tl::unexpected(found.error());
  }
  VpcPeeringConnection& peering = **found;
  Inventory& inventory = call.inventory();
  for (const PeeringSide* side : {&peering.requester, &peering.accepter}) {
    const Vpc& vpc = inventory.vpcs.get(side->vpc);
    if (has_rival(inventory, vpc, peering.far_side(vpc.id).vpc, &peering)) {
      return already_exists();
    }
    if (at_active_quota(call, vpc)) {  // PCX-6
      return api::refuse(api::code::kActiveVpcPeeringConnectionPerVpcLimitExceeded,
                         "The maximum number of active VPC peering connections per VPC has been "
                         "reached for " +
                             vpc.id.text() + ".");
    }
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  enter(call.state, peering, PeeringState::kProvisioning, "Provisioning");
  peering.accepted = true;
  peering.due = call.now + call.knobs().peering_accept_delay;
  call.state.transitions.in_progress(peering.due, peering.id);
  return api::AcceptVpcPeeringConnectionResponse{.vpc_peering_connection = describe(call, peering)};
}

api::ApiResult<api::RejectVpcPeeringConnectionResponse> handle(
    Call& call, const api::RejectVpcPeeringConnectionRequest& request) {
  const auto peering = require_as_accepter(call, request.vpc_peering_connection_id, "reject");
  if (!peering.has_value()) {
    return tl::unexpected(peering.error());
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  enter(call.state, **peering, PeeringState::kRejected, "Inactive");
  hide_for(call.state, **peering, (*peering)->accepter, call.now);
  return api::RejectVpcPeeringConnectionResponse{.return_value = true};
}

api::ApiResult<api::DeleteVpcPeeringConnectionResponse> handle(
    Call& call, const api::DeleteVpcPeeringConnectionRequest& request) {
  const auto found = require<VpcPeeringConnection>(call, request.vpc_peering_connection_id);
  if (!found.has_value()) {
    return tl::unexpected(found.error());
  }
  VpcPeeringConnection& peering = **found;
  if (!peering.is_active() && peering.state != PeeringState::kPendingAcceptance) {
    return wrong_state(peering);
  }
  const PeeringSide& doer =
      peering.requester.owner == call.owner ? peering.requester : peering.accepter;
  if (peering.state == PeeringState::kPendingAcceptance &&
      account_of(call, peering.requester) != call.caller.account) {
    return not_permitted(call, "delete", peering);
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  const Inventory& inventory = call.inventory();
  const bool crosses_regions = inventory.owner(peering.requester.owner).region !=
                               inventory.owner(peering.accepter.owner).region;
  const std::string message = "Deleted by " + call.caller.account;
  peering.due = call.now;
  if (peering.is_active() && crosses_regions) {
    enter(call.state, peering, PeeringState::kDeleting, message);
    peering.due += call.knobs().peering_delete_delay;
    call.state.transitions.in_progress(peering.due, peering.id);
  } else {
    enter(call.state, peering, PeeringState::kDeleted, message);
  }
  hide_for(call.state, peering, doer, peering.due);
  return api::DeleteVpcPeeringConnectionResponse{.return_value = true};
}

}  // namespace vpclab::control
