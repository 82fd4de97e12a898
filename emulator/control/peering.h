// control/peering.h - VPC peering connections: the life cycle, who may do what and who still sees
// them (PCX-1…20), and the EC2 actions on them. Never forwards a packet.
#pragma once

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
  SimTime expires{};  // PCX-2: seven days after the request
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

}  // namespace vpclab::control
