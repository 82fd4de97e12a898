// control/compile_states.h - the states of resources in the data plane's words: one is usable, all
// others say why a route is a blackhole or an instance does not answer (RT-14, INST-2).
#pragma once

#include "emulator/control/instance.h"
#include "emulator/control/nat_gateway.h"
#include "emulator/control/peering.h"
#include "emulator/trace/decision.h"

namespace vpclab::control {

[[nodiscard]] trace::ObjectState state_of(PeeringState state);
[[nodiscard]] trace::ObjectState state_of(NatGatewayState state);
[[nodiscard]] trace::ObjectState state_of(InstanceState state);

}  // namespace vpclab::control
