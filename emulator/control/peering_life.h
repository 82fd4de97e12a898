// control/peering_life.h - the steps of a peering's life, for what makes them: its actions
// (peering_actions.cc) and time (peering.cc). Internal to the noun.
#pragma once

#include <string>

#include "emulator/control/call.h"
#include "emulator/control/peering.h"

namespace vpclab::control {

/// Enters a state; both VPCs' forwarding may change with it. Pre: PCX-2 has the step.
void enter(ControlState& control, VpcPeeringConnection& peering, PeeringState state,
           std::string message);

/// Ends it for one side's doing: that side sees it two hours, the other two days; within one
/// account both see it two hours (PCX-2, last column).
void hide_for(ControlState& state, VpcPeeringConnection& peering, const PeeringSide& doer,
              SimTime now);

/// The accepter's VPC, if it is there and belongs to whom the request says (PCX-11); else null.
[[nodiscard]] Vpc* accepter_vpc(Inventory& inventory, const VpcPeeringConnection& peering);

/// Whether a side sees the peering now, as far as its state and the time go.
[[nodiscard]] bool side_visible(const Call& call, const VpcPeeringConnection& peering,
                                const PeeringSide& side);

}  // namespace vpclab::control
