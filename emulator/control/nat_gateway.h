// control/nat_gateway.h - NAT gateways: where they stand, what they hold and how their life goes
// (NAT-1, NAT-2, NAT-11, NAT-12), and the EC2 actions on them. Never translates a packet.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "emulator/api/ids.h"
#include "emulator/control/owner.h"
#include "netstack/base/sim_time.h"
#include "netstack/wire/ipv4_address.h"

namespace vpclab::control {

/// NAT-1.
enum class NatGatewayState : std::uint8_t { kPending, kFailed, kAvailable, kDeleting, kDeleted };

[[nodiscard]] std::string_view to_string(NatGatewayState state);

enum class Connectivity : std::uint8_t { kPublic, kPrivate };

struct NatGateway {
  api::NatGatewayId id;
  api::VpcId vpc;  // this and the subnet may be gone once it failed or is deleted
  api::SubnetId subnet;
  OwnerIndex owner{};
  NatGatewayState state = NatGatewayState::kPending;
  Connectivity connectivity = Connectivity::kPublic;
  /// Its network interface holds the private address, and the Elastic IP address if it is public.
  /// Empty when it failed and when it is deleted.
  api::NetworkInterfaceId interface;
  /// What a description shows after the interface is gone, too.
  api::NetworkInterfaceId last_interface;
  api::AllocationId allocation;  // empty: private connectivity
  wire::Ipv4Address private_address;
  wire::Ipv4Address public_address;
  SimTime created{};
  SimTime due{};             // when its state changes by itself next
  SimTime deleted{};         // when DeleteNatGateway was called, or it failed
  SimTime visible_until{};   // once it is deleted or failed: NAT-1
  std::string failure_code;  // NAT-2: empty unless it failed, or will once it is no longer pending
  std::string failure_message;

  /// RT-14: whether packets may go there.
  [[nodiscard]] bool is_available() const { return state == NatGatewayState::kAvailable; }

  /// Whether it will only disappear any more: it stands in nobody's way.
  [[nodiscard]] bool is_over() const {
    return state == NatGatewayState::kFailed || state == NatGatewayState::kDeleted;
  }
};

// --- for other nouns
// ------------------------------------------------------------------------------

struct ControlState;

/// pending -> available or failed, deleting -> deleted, and its disappearance.
void nat_gateway_due(ControlState& state, const api::NatGatewayId& id, SimTime now);

}  // namespace vpclab::control
