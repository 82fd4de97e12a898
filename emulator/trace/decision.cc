#include "emulator/trace/decision.h"

namespace vpclab::trace {

std::string_view to_string(Stage stage) {
  switch (stage) {
    case Stage::kLinkLocalService:
      return "link-local-service";
    case Stage::kSourceDestCheck:
      return "source-dest-check";
    case Stage::kCast:
      return "cast";
    case Stage::kSecurityGroupEgress:
      return "security-group-egress";
    case Stage::kSecurityGroupIngress:
      return "security-group-ingress";
    case Stage::kSubnetLocal:
      return "subnet-local";
    case Stage::kNetworkAclEgress:
      return "network-acl-egress";
    case Stage::kNetworkAclIngress:
      return "network-acl-ingress";
    case Stage::kRouteLookup:
      return "route-lookup";
    case Stage::kPeeringCrossing:
      return "peering-crossing";
    case Stage::kClassicLink:
      return "classic-link";
    case Stage::kGatewayTranslation:
      return "gateway-translation";
    case Stage::kDestinationLookup:
      return "destination-lookup";
    case Stage::kInternet:
      return "internet";
    case Stage::kLink:
      return "link";
    case Stage::kHost:
      return "host";
  }
  return "";
}

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::kPassed:
      return "passed";
    case Outcome::kTracked:
      return "tracked";
    case Outcome::kMatched:
      return "matched";
    case Outcome::kTranslated:
      return "translated";
    case Outcome::kCorrupted:
      return "corrupted";
    case Outcome::kDenied:
      return "denied";
  }
  return "";
}

std::string_view to_string(ObjectState state) {
  switch (state) {
    case ObjectState::kUsable:
      return "active";
    case ObjectState::kInitiatingRequest:
      return "initiating-request";
    case ObjectState::kPendingAcceptance:
      return "pending-acceptance";
    case ObjectState::kProvisioning:
      return "provisioning";
    case ObjectState::kRejected:
      return "rejected";
    case ObjectState::kExpired:
      return "expired";
    case ObjectState::kFailed:
      return "failed";
    case ObjectState::kDeleting:
      return "deleting";
    case ObjectState::kDeleted:
      return "deleted";
    case ObjectState::kDetached:
      return "detached";
    case ObjectState::kPending:
      return "pending";
    case ObjectState::kStopping:
      return "stopping";
    case ObjectState::kStopped:
      return "stopped";
    case ObjectState::kShuttingDown:
      return "shutting-down";
    case ObjectState::kTerminated:
      return "terminated";
  }
  return "";
}

std::string acl_rule_text(std::uint32_t number) {
  return number == kLastAclEntry ? "*" : std::to_string(number);
}

}  // namespace vpclab::trace
