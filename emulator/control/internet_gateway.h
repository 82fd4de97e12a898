// control/internet_gateway.h - internet gateways and their attachment (IGW-1, IGW-9, IGW-12), and
// the EC2 actions on them. Never translates a packet.
#pragma once

#include <cstdint>

#include "emulator/api/ids.h"
#include "emulator/control/owner.h"

namespace vpclab::control {

struct InternetGateway {
  api::InternetGatewayId id;
  OwnerIndex owner{};
  api::VpcId vpc;  // empty: detached
  /// RT-25: the table for what enters by this gateway; both empty: what enters is delivered.
  api::RouteTableId route_table{};
  api::RouteTableAssociationId route_table_association{};
  std::uint16_t route_table_associations_made = 0;  // counts ids
};

// --- for other nouns
// ------------------------------------------------------------------------------

struct Call;
struct Vpc;
class Inventory;

/// Makes a detached gateway.
InternetGateway& build_internet_gateway(Call& call, const api::InternetGatewayId& id);

/// Pre: the gateway is detached and the VPC has none.
void attach(Inventory& inventory, InternetGateway& gateway, Vpc& vpc);

}  // namespace vpclab::control
