// control/internet_gateway.h - internet gateways and their attachment (IGW-1, IGW-9, IGW-12), and
// the EC2 actions on them. Never translates a packet.
#pragma once

#include "emulator/api/ids.h"
#include "emulator/control/owner.h"

namespace vpclab::control {

struct InternetGateway {
  api::InternetGatewayId id;
  OwnerIndex owner{};
  api::VpcId vpc;  // empty: detached
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
