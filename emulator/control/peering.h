// control/peering.h - VPC peering connections: the life cycle, who may do what and who still sees
// them (PCX-1…20), and the EC2 actions on them. Never forwards a packet.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/api/ids.h"
#include "emulator/control/owner.h"
#include "netstack/base/sim_time.h"
#include "netstack/wire/ipv4_prefix.h"

namespace vpclab::control {

class Inventory;

/// PCX-2.
enum class PeeringState : std::uint8_t {
  kInitiatingRequest,
  kPendingAcceptance,
  kActive,
  kDeleted,
  kRejected,
  kFailed,
  kExpired,
  kProvisioning,
  kDeleting,
};

[[nodiscard]] std::string_view to_string(PeeringState state);

struct PeeringStep {
  PeeringState from;
  PeeringState to;
};

/// PCX-2: every change of state that there is.
inline constexpr std::array kPeeringSteps{
    PeeringStep{PeeringState::kInitiatingRequest, PeeringState::kPendingAcceptance},
    PeeringStep{PeeringState::kInitiatingRequest, PeeringState::kFailed},
    PeeringStep{PeeringState::kInitiatingRequest, PeeringState::kDeleted},  // with its VPC
    PeeringStep{PeeringState::kPendingAcceptance, PeeringState::kProvisioning},
    PeeringStep{PeeringState::kPendingAcceptance, PeeringState::kRejected},
    PeeringStep{PeeringState::kPendingAcceptance, PeeringState::kDeleted},
    PeeringStep{PeeringState::kPendingAcceptance, PeeringState::kExpired},
    PeeringStep{PeeringState::kProvisioning, PeeringState::kActive},
    PeeringStep{PeeringState::kProvisioning, PeeringState::kFailed},   // PCX-12
    PeeringStep{PeeringState::kProvisioning, PeeringState::kDeleted},  // with its VPC
    PeeringStep{PeeringState::kActive, PeeringState::kDeleting},
    PeeringStep{PeeringState::kActive, PeeringState::kDeleted},
    PeeringStep{PeeringState::kDeleting, PeeringState::kDeleted},
};

[[nodiscard]] constexpr bool may_become(PeeringState from, PeeringState to) {
  for (const PeeringStep& step : kPeeringSteps) {
    if (step.from == from && step.to == to) {
      return true;
    }
  }
  return false;
}

/// PCX-5: whether it forbids another peering between the same VPCs.
[[nodiscard]] constexpr bool is_live(PeeringState state) {
  return state == PeeringState::kInitiatingRequest || state == PeeringState::kPendingAcceptance ||
         state == PeeringState::kProvisioning || state == PeeringState::kActive;
}

/// Whether it will only disappear any more.
[[nodiscard]] constexpr bool is_over(PeeringState state) {
  return !is_live(state) && state != PeeringState::kDeleting;
}

/// PCX-15, each of one side: "local" is that side's VPC.
struct PeeringOptions {
  bool dns_resolution_from_remote_vpc = false;
  bool egress_from_local_classic_link_to_remote_vpc = false;
  bool egress_from_local_vpc_to_remote_classic_link = false;
};

struct PeeringSide {
  api::VpcId vpc;  // as the requester named it; need not exist (PCX-11)
  OwnerIndex owner{};
  PeeringOptions options;
  /// When this side stops seeing it; kNever while it lives.
  SimTime visible_until = kNever;
  /// The VPC's blocks when it was last seen, for a description after the VPC is gone.
  std::vector<wire::Ipv4Prefix> last_cidrs;
};

struct VpcPeeringConnection {
  api::VpcPeeringConnectionId id;
  PeeringState state = PeeringState::kInitiatingRequest;
  PeeringSide requester;
  PeeringSide accepter;
  bool accepted = false;  // has been, whatever became of it: the accepter's CIDRs show (PCX-13)
  SimTime expires{};      // PCX-2: seven days after the request
  SimTime due{};          // when what is under way ends: request, acceptance, deletion
  std::string message;

  [[nodiscard]] bool is_active() const { return state == PeeringState::kActive; }

  /// Pre: `vpc` is one of the two.
  [[nodiscard]] const PeeringSide& far_side(const api::VpcId& vpc) const {
    return requester.vpc == vpc ? accepter : requester;
  }

  [[nodiscard]] const PeeringSide& near_side(const api::VpcId& vpc) const {
    return requester.vpc == vpc ? requester : accepter;
  }

  [[nodiscard]] bool joins(const api::VpcId& vpc) const {
    return requester.vpc == vpc || accepter.vpc == vpc;
  }
};

/// The active peering between two VPCs, if there is one (at most one: PCX-5).
[[nodiscard]] const VpcPeeringConnection* active_peering_between(const Inventory& inventory,
                                                                 const api::VpcId& a,
                                                                 const api::VpcId& b);

// --- for other nouns
// ------------------------------------------------------------------------------

struct Call;
struct ControlState;
struct Vpc;

/// PCX-9: the peerings of a VPC that is deleted end with it.
void end_peerings_of(Call& call, const Vpc& vpc);

/// What time does to a peering: the next step of its life, expiry, disappearance.
void peering_due(ControlState& state, const api::VpcPeeringConnectionId& id, SimTime now);

}  // namespace vpclab::control
