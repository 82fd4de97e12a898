// trace/drop_reason.h - the closed set of reasons why the network drops a packet
// (aws-semantics section 18), each with its explanation code: Reachability Analyzer's where it has
// one, else "X_" + the reason. Docs list every one; a test ties the two and a provoking scenario.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace vpclab::trace {

enum class DropReason : std::uint8_t {
  kSgEgress,
  kSgIngress,
  kNaclEgress,
  kNaclIngress,
  kNoRoute,
  kBlackhole,
  kPcxDstNotInPeerCidr,
  kNoSuchHost,
  kReservedAddress,
  kInstanceNotRunning,
  kSrcDstCheck,
  kIgwNoPublicIp,
  kIgwPrivateDst,
  kIgwPrivateSrc,
  kIgwUnmapped,
  kNatNoState,
  kNatProto,
  kNatFragment,
  kNatToPcx,
  kClassiclinkNotLinked,
  kClassiclinkEgressNotAllowed,
  kUnsupportedCast,
  kTtlExpired,
  kMtuDf,
  kMalformed,
  kBadChecksum,
  kQueueFull,
  kLinkLoss,
  kLinkDown,
  kConntrackFull,
  kNatPortsExhausted,
  kNatSrcNotInVpc,
};

inline constexpr std::size_t kDropReasonCount = 32;

/// All enumerators, in order.
[[nodiscard]] const std::array<DropReason, kDropReasonCount>& all_drop_reasons();

/// The stable name: `SG_INGRESS`.
[[nodiscard]] std::string_view to_string(DropReason reason);

/// The explanation code: `ENI_SG_RULES_MISMATCH`, `X_TTL_EXPIRED`, …
[[nodiscard]] std::string_view explanation_code(DropReason reason);

/// The enumerator of a stable name, if there is one.
[[nodiscard]] std::optional<DropReason> parse_drop_reason(std::string_view name);

}  // namespace vpclab::trace
