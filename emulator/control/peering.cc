#include "emulator/control/peering.h"

#include <algorithm>

#include "emulator/control/noun.h"
#include "emulator/control/peering_life.h"
#include "emulator/control/tag_specification.h"
#include "netstack/base/check.h"

namespace vpclab::control {
namespace {

constexpr std::string_view kFailure =
    "Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range";

/// PCX-2, last column: until when each side still sees what is over.
void hide_after(ControlState& state, VpcPeeringConnection& peering, SimTime requester,
                SimTime accepter) {
  peering.requester.visible_until = requester;
  peering.accepter.visible_until = accepter;
  state.transitions.later(std::max(requester, accepter), peering.id);
}

bool same_account(const Inventory& inventory, const VpcPeeringConnection& peering) {
  return inventory.owner(peering.requester.owner).account ==
         inventory.owner(peering.accepter.owner).account;
}

/// PCX-10.
bool cidrs_overlap(const Vpc& a, const Vpc& b) {
  return std::any_of(a.cidrs.begin(), a.cidrs.end(), [&](const VpcCidr& cidr) {
    return cidr.in_effect() && b.overlaps(cidr.prefix);
  });
}

bool can_join(Inventory& inventory, const VpcPeeringConnection& peering) {
  const Vpc* requester = inventory.vpcs.find(peering.requester.vpc);
  const Vpc* accepter = accepter_vpc(inventory, peering);
  return requester != nullptr && accepter != nullptr && !cidrs_overlap(*requester, *accepter);
}

void fail(ControlState& state, VpcPeeringConnection& peering, SimTime now) {
  enter(state, peering, PeeringState::kFailed, std::string(kFailure));
  hide_after(state, peering, now + state.options.knobs.peering_visible_short, now);
}

void forget(Inventory& inventory, const VpcPeeringConnection& peering) {
  const api::VpcPeeringConnectionId id = peering.id;
  for (const PeeringSide* side : {&peering.requester, &peering.accepter}) {
    if (Vpc* vpc = inventory.vpcs.find(side->vpc); vpc != nullptr) {
      std::erase(vpc->peering_connections, id);
    }
    drop_tags(inventory, side->owner, id);
  }
  inventory.peering_connections.erase(id);
}

}  // namespace

void enter(ControlState& control, VpcPeeringConnection& peering, PeeringState state,
           std::string message) {
  VPCLAB_CHECK(may_become(peering.state, state), "a change of state that peerings do not have");
  control.tell(peering.id, to_string(peering.state), to_string(state));
  Inventory& inventory = control.inventory;
  if (peering.is_active()) {  // CL-30
    for (PeeringSide* side : {&peering.requester, &peering.accepter}) {
      side->options.egress_from_local_classic_link_to_remote_vpc = false;
      side->options.egress_from_local_vpc_to_remote_classic_link = false;
    }
  }
  peering.state = state;
  peering.message = std::move(message);
  for (const api::VpcId& vpc : {peering.requester.vpc, peering.accepter.vpc}) {
    if (inventory.vpcs.contains(vpc)) {
      inventory.mark_changed(vpc);
    }
  }
}

void hide_for(ControlState& state, VpcPeeringConnection& peering, const PeeringSide& doer,
              SimTime now) {
  const SimTime soon = now + state.options.knobs.peering_visible_short;
  const SimTime late = same_account(state.inventory, peering)
                           ? soon
                           : now + state.options.knobs.peering_visible_long;
  const bool by_requester = &doer == &peering.requester;
  hide_after(state, peering, by_requester ? soon : late, by_requester ? late : soon);
}

Vpc* accepter_vpc(Inventory& inventory, const VpcPeeringConnection& peering) {
  Vpc* vpc = inventory.vpcs.find(peering.accepter.vpc);
  return vpc != nullptr && vpc->owner == peering.accepter.owner ? vpc : nullptr;
}

bool side_visible(const Call& call, const VpcPeeringConnection& peering, const PeeringSide& side) {
  const bool requester_only =
      peering.state == PeeringState::kInitiatingRequest || peering.state == PeeringState::kFailed;
  return call.now < side.visible_until && (!requester_only || &side == &peering.requester);
}

std::string_view to_string(PeeringState state) {
  switch (state) {
    case PeeringState::kInitiatingRequest:
      return "initiating-request";
    case PeeringState::kPendingAcceptance:
      return "pending-acceptance";
    case PeeringState::kActive:
      return "active";
    case PeeringState::kDeleted:
      return "deleted";
    case PeeringState::kRejected:
      return "rejected";
    case PeeringState::kFailed:
      return "failed";
    case PeeringState::kExpired:
      return "expired";
    case PeeringState::kProvisioning:
      return "provisioning";
    case PeeringState::kDeleting:
      return "deleting";
  }
  return "";
}

bool visible_to(const Call& call, const VpcPeeringConnection& peering) {
  return (peering.requester.owner == call.owner &&
          side_visible(call, peering, peering.requester)) ||
         (peering.accepter.owner == call.owner && side_visible(call, peering, peering.accepter));
}

const VpcPeeringConnection* active_peering_between(const Inventory& inventory, const api::VpcId& a,
                                                   const api::VpcId& b) {
  const Vpc* vpc = inventory.vpcs.find(a);
  if (vpc == nullptr || a == b) {
    return nullptr;
  }
  for (const api::VpcPeeringConnectionId& id : vpc->peering_connections) {
    const VpcPeeringConnection& peering = inventory.peering_connections.get(id);
    if (peering.is_active() && peering.joins(b)) {
      return &peering;
    }
  }
  return nullptr;
}

void end_peerings_of(Call& call, const Vpc& vpc) {
  Inventory& inventory = call.inventory();
  for (const api::VpcPeeringConnectionId& id : vpc.peering_connections) {
    VpcPeeringConnection& peering = inventory.peering_connections.get(id);
    PeeringSide& side = peering.requester.vpc == vpc.id ? peering.requester : peering.accepter;
    for (const VpcCidr& cidr : vpc.cidrs) {
      side.last_cidrs.push_back(cidr.prefix);
    }
    if (is_live(peering.state)) {
      enter(call.state, peering, PeeringState::kDeleted, "Deleted by " + call.caller.account);
      hide_for(call.state, peering, side, call.now);
    }
  }
}

void peering_due(ControlState& state, const api::VpcPeeringConnectionId& id, SimTime now) {
  VpcPeeringConnection* peering = state.inventory.peering_connections.find(id);
  if (peering == nullptr || now < peering->due) {
    return;  // gone, or the expiry of one that is being accepted or deleted
  }
  Inventory& inventory = state.inventory;
  const Knobs& knobs = state.options.knobs;
  switch (peering->state) {
    case PeeringState::kInitiatingRequest:
      if (!can_join(inventory, *peering)) {
        fail(state, *peering, now);
        return;
      }
      enter(state, *peering, PeeringState::kPendingAcceptance,
            "Pending Acceptance by " + inventory.owner(peering->accepter.owner).account);
      state.transitions.later(peering->expires, id);
      return;
    case PeeringState::kPendingAcceptance:
      if (now >= peering->expires) {
        enter(state, *peering, PeeringState::kExpired, "Expired");
        hide_after(state, *peering, now + knobs.peering_visible_long,
                   now + knobs.peering_visible_long);
      }
      return;
    case PeeringState::kProvisioning:
      if (!can_join(inventory, *peering)) {
        fail(state, *peering, now);
        return;
      }
      enter(state, *peering, PeeringState::kActive, "Active");
      return;
    case PeeringState::kDeleting:
      enter(state, *peering, PeeringState::kDeleted, peering->message);
      return;
    case PeeringState::kActive:
      return;  // an expiry that no longer applies
    case PeeringState::kDeleted:
    case PeeringState::kRejected:
    case PeeringState::kFailed:
    case PeeringState::kExpired:
      if (now >= peering->requester.visible_until && now >= peering->accepter.visible_until) {
        forget(inventory, *peering);
      }
      return;
  }
}

}  // namespace vpclab::control
