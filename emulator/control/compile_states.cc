#include "emulator/control/compile_states.h"

namespace vpclab::control {

using trace::ObjectState;

ObjectState state_of(PeeringState state) {
  switch (state) {
    case PeeringState::kInitiatingRequest:
      return ObjectState::kInitiatingRequest;
    case PeeringState::kPendingAcceptance:
      return ObjectState::kPendingAcceptance;
    case PeeringState::kProvisioning:
      return ObjectState::kProvisioning;
    case PeeringState::kActive:
      return ObjectState::kUsable;
    case PeeringState::kDeleting:
      return ObjectState::kDeleting;
    case PeeringState::kDeleted:
      return ObjectState::kDeleted;
    case PeeringState::kRejected:
      return ObjectState::kRejected;
    case PeeringState::kExpired:
      return ObjectState::kExpired;
    case PeeringState::kFailed:
      return ObjectState::kFailed;
  }
  return ObjectState::kFailed;
}

ObjectState state_of(NatGatewayState state) {
  switch (state) {
    case NatGatewayState::kPending:
      return ObjectState::kPending;
    case NatGatewayState::kFailed:
      return ObjectState::kFailed;
    case NatGatewayState::kAvailable:
      return ObjectState::kUsable;
    case NatGatewayState::kDeleting:
      return ObjectState::kDeleting;
    case NatGatewayState::kDeleted:
      return ObjectState::kDeleted;
  }
  return ObjectState::kDeleted;
}

ObjectState state_of(InstanceState state) {
  switch (state) {
    case InstanceState::kPending:
      return ObjectState::kPending;
    case InstanceState::kRunning:
      return ObjectState::kUsable;
    case InstanceState::kStopping:
      return ObjectState::kStopping;
    case InstanceState::kStopped:
      return ObjectState::kStopped;
    case InstanceState::kShuttingDown:
      return ObjectState::kShuttingDown;
    case InstanceState::kTerminated:
      return ObjectState::kTerminated;
  }
  return ObjectState::kTerminated;
}

}  // namespace vpclab::control
