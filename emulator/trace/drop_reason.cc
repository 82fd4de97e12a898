#include "emulator/trace/drop_reason.h"

namespace vpclab::trace {

const std::array<DropReason, kDropReasonCount>& all_drop_reasons() {
  static constexpr std::array<DropReason, kDropReasonCount> kAll = [] {
    std::array<DropReason, kDropReasonCount> all{};
    for (std::size_t i = 0; i < kDropReasonCount; ++i) {
      all[i] = static_cast<DropReason>(i);
    }
    return all;
  }();
  static_assert(kAll.back() == DropReason::kNatSrcNotInVpc, "count the enumerators again");
  return kAll;
}

std::string_view to_string(DropReason reason) {
  switch (reason) {
    case DropReason::kSgEgress:
      return "SG_EGRESS";
    case DropReason::kSgIngress:
      return "SG_INGRESS";
    case DropReason::kNaclEgress:
      return "NACL_EGRESS";
    case DropReason::kNaclIngress:
      return "NACL_INGRESS";
    case DropReason::kNoRoute:
      return "NO_ROUTE";
    case DropReason::kBlackhole:
      return "BLACKHOLE";
    case DropReason::kPcxDstNotInPeerCidr:
      return "PCX_DST_NOT_IN_PEER_CIDR";
    case DropReason::kNoSuchHost:
      return "NO_SUCH_HOST";
    case DropReason::kReservedAddress:
      return "RESERVED_ADDRESS";
    case DropReason::kInstanceNotRunning:
      return "INSTANCE_NOT_RUNNING";
    case DropReason::kSrcDstCheck:
      return "SRC_DST_CHECK";
    case DropReason::kIgwNoPublicIp:
      return "IGW_NO_PUBLIC_IP";
    case DropReason::kIgwPrivateDst:
      return "IGW_PRIVATE_DST";
    case DropReason::kIgwPrivateSrc:
      return "IGW_PRIVATE_SRC";
    case DropReason::kIgwUnmapped:
      return "IGW_UNMAPPED";
    case DropReason::kNatNoState:
      return "NAT_NO_STATE";
    case DropReason::kNatProto:
      return "NAT_PROTO";
    case DropReason::kNatFragment:
      return "NAT_FRAGMENT";
    case DropReason::kNatToPcx:
      return "NAT_TO_PCX";
    case DropReason::kClassiclinkNotLinked:
      return "CLASSICLINK_NOT_LINKED";
    case DropReason::kClassiclinkEgressNotAllowed:
      return "CLASSICLINK_EGRESS_NOT_ALLOWED";
    case DropReason::kUnsupportedCast:
      return "UNSUPPORTED_CAST";
    case DropReason::kTtlExpired:
      return "TTL_EXPIRED";
    case DropReason::kMtuDf:
      return "MTU_DF";
    case DropReason::kMalformed:
      return "MALFORMED";
    case DropReason::kBadChecksum:
      return "BAD_CHECKSUM";
    case DropReason::kQueueFull:
      return "QUEUE_FULL";
    case DropReason::kLinkLoss:
      return "LINK_LOSS";
    case DropReason::kLinkDown:
      return "LINK_DOWN";
    case DropReason::kConntrackFull:
      return "CONNTRACK_FULL";
    case DropReason::kNatPortsExhausted:
      return "NAT_PORTS_EXHAUSTED";
    case DropReason::kNatSrcNotInVpc:
      return "NAT_SRC_NOT_IN_VPC";
  }
  return "";
}

std::string_view explanation_code(DropReason reason) {
  switch (reason) {
    case DropReason::kSgEgress:
    case DropReason::kSgIngress:
      return "ENI_SG_RULES_MISMATCH";
    case DropReason::kNaclEgress:
    case DropReason::kNaclIngress:
      return "SUBNET_ACL_RESTRICTION";
    case DropReason::kNoRoute:
      return "NO_ROUTE_TO_DESTINATION";
    case DropReason::kBlackhole:
      return "BAD_STATE_ROUTE";
    case DropReason::kPcxDstNotInPeerCidr:
      return "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR";
    case DropReason::kNoSuchHost:
    case DropReason::kReservedAddress:
      return "NO_POSSIBLE_DESTINATION";
    case DropReason::kInstanceNotRunning:
      return "X_INSTANCE_NOT_RUNNING";
    case DropReason::kSrcDstCheck:
      return "ENI_SOURCE_DEST_CHECK_RESTRICTION";
    case DropReason::kIgwNoPublicIp:
      return "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS";
    case DropReason::kIgwPrivateDst:
      return "IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS";
    case DropReason::kIgwPrivateSrc:
      return "IGW_SOURCE_ADDRESS_NOT_IN_RFC1918_INGRESS";
    case DropReason::kIgwUnmapped:
      return "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS";
    case DropReason::kNatNoState:
      return "X_NAT_NO_STATE";
    case DropReason::kNatProto:
      return "X_NAT_PROTO";
    case DropReason::kNatFragment:
      return "X_NAT_FRAGMENT";
    case DropReason::kNatToPcx:
      return "X_NAT_TO_PCX";
    case DropReason::kClassiclinkNotLinked:
      return "X_CLASSICLINK_NOT_LINKED";
    case DropReason::kClassiclinkEgressNotAllowed:
      return "X_CLASSICLINK_EGRESS_NOT_ALLOWED";
    case DropReason::kUnsupportedCast:
      return "X_UNSUPPORTED_CAST";
    case DropReason::kTtlExpired:
      return "X_TTL_EXPIRED";
    case DropReason::kMtuDf:
      return "X_MTU_DF";
    case DropReason::kMalformed:
      return "X_MALFORMED";
    case DropReason::kBadChecksum:
      return "X_BAD_CHECKSUM";
    case DropReason::kQueueFull:
      return "X_QUEUE_FULL";
    case DropReason::kLinkLoss:
      return "X_LINK_LOSS";
    case DropReason::kLinkDown:
      return "X_LINK_DOWN";
    case DropReason::kConntrackFull:
      return "X_CONNTRACK_FULL";
    case DropReason::kNatPortsExhausted:
      return "X_NAT_PORTS_EXHAUSTED";
    case DropReason::kNatSrcNotInVpc:
      return "NGW_REQUIRES_SOURCE_IN_VPC";
  }
  return "";
}

std::optional<DropReason> parse_drop_reason(std::string_view name) {
  for (const DropReason reason : all_drop_reasons()) {
    if (to_string(reason) == name) {
      return reason;
    }
  }
  return std::nullopt;
}

}  // namespace vpclab::trace
