// trace/decision.h - where a packet goes at one element, and why, step by step. A value: small,
// fixed, made of ids and numbers; names and sentences are made when somebody reads it
// (trace/explain.h).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "emulator/api/ids.h"
#include "emulator/trace/drop_reason.h"
#include "netstack/wire/ipv4_address.h"
#include "netstack/wire/ipv4_prefix.h"

namespace vpclab::trace {

/// What was asked at one step of a packet's way through the fabric.
enum class Stage : std::uint8_t {
  kLinkLocalService,     // IMDS, DNS, time: FWD-1.1
  kSourceDestCheck,      // ENI-3
  kCast,                 // VPC-17
  kSecurityGroupEgress,  // SG-*
  kSecurityGroupIngress,
  kSubnetLocal,       // same subnet: no ACL, no route (RT-24)
  kNetworkAclEgress,  // ACL-*
  kNetworkAclIngress,
  kRouteLookup,         // RT-8
  kPeeringCrossing,     // PCX-22
  kClassicLink,         // FWD-2.2, CL-20: a link, or an option that lets links cross a peering
  kGatewayTranslation,  // IGW-3, IGW-4
  kDestinationLookup,   // FWD-2: who owns the address
  kInternet,            // the internet model
  kLink,                // queue, loss
  kHost,                // a host, router or appliance refused it
};

enum class Outcome : std::uint8_t {
  kPassed,      // a rule matched and allows
  kTracked,     // SG-2: reply of a tracked flow, or part of one
  kMatched,     // a route or an owner was found
  kTranslated,  // an address was rewritten
  kCorrupted,   // a link flipped a bit (kLink only)
  kDenied,      // this step dropped the packet
};

/// Why a route is a blackhole (RT-14), or what the owner of an address is doing instead of running:
/// AWS's state names, and "detached" for a gateway or interface that is nowhere attached.
enum class ObjectState : std::uint8_t {
  kUsable,
  kInitiatingRequest,  // peering connections (PCX-2…9)
  kPendingAcceptance,
  kProvisioning,
  kRejected,
  kExpired,
  kFailed,
  kDeleting,
  kDeleted,   // also gateways and interfaces
  kDetached,  // gateways and interfaces
  kPending,   // instances
  kStopping,
  kStopped,
  kShuttingDown,
  kTerminated,
};

/// AWS's spelling: `pending-acceptance`, `stopped`; `active` for kUsable.
[[nodiscard]] std::string_view to_string(ObjectState state);

/// What matched, or the object in which nothing did. Fields that do not apply are empty. By stage:
/// - local service: object = VPC, prefix = /32 of the DNS server that is switched off (DNS-1; none:
///   nothing is there); too many packets (DNS-5): object = interface, number = how many may be sent
///   in a second.
/// - source/dest check: object = interface.
/// - security group, passed: object = group, rule = sgr-…, scope = interface, prefix = matched
/// CIDR;
///   tracked: object = scope = interface; denied, one step for each group of the interface:
///   object = group, scope = interface, number = how many rules it has in that direction.
/// - subnet-local: object = subnet, prefix = its CIDR.
/// - network ACL: object = ACL, scope = subnet, number = entry, prefix = the entry's CIDR.
/// - route lookup: object = table, rule = target (empty: local), scope = subnet, prefix = matched
///   destination (none: NO_ROUTE), state = the target's, main_table.
/// - peering crossing: object = pcx, rule = far VPC, state = its state; PCX_DST_NOT_IN_PEER_CIDR,
///   one step for each CIDR of the far VPC: prefix = that CIDR.
/// - destination lookup, found: object = interface, scope = subnet; denied: object = VPC, scope and
///   prefix = the subnet that contains the address, if one does; INSTANCE_NOT_RUNNING: object =
///   instance, rule = interface, state.
/// - gateway translation: object = gateway (passed: a NAT gateway sent it, number = 1 if it is a
///   private one), prefix = /32 of the new address, or the private block that is refused, scope =
///   interface; NAT_TO_PCX: rule = pcx.
/// - cast: object = VPC, scope and prefix = subnet.
/// - link: object = where it ends, number = queue limit in bytes if it is full.
/// - ClassicLink, matched: object = the VPC to which the instance is linked, rule = the instance
///   (not known for a far VPC), scope = the peering connection in between, if one is; passed, at a
///   crossing: object = pcx, rule = near VPC. Denied, CLASSICLINK_NOT_LINKED, one step for each VPC
///   to which it might be linked: object = VPC, scope = the peering connection in between, number =
///   LinkLack; CLASSICLINK_EGRESS_NOT_ALLOWED: object = pcx, rule = near VPC, number = LinkLack.
/// - host, internet: object = itself, number = MTU if it is too small (MTU_DF).
struct RuleRef {
  api::ResourceId object{};
  api::ResourceId rule{};
  api::ResourceId scope{};
  wire::Ipv4Prefix prefix{};
  std::uint32_t number = 0;
  ObjectState state = ObjectState::kUsable;
  bool has_prefix = false;
  bool main_table = false;

  friend bool operator==(const RuleRef&, const RuleRef&) = default;
};

/// The number under which EC2 shows an ACL's last entry, `*` (ACL-3).
inline constexpr std::uint32_t kLastAclEntry = 32767;

/// What a denied ClassicLink step lacks: a link, or an option of a side of the peering connection.
enum class LinkLack : std::uint32_t {
  kLink,             // the instance is not linked to the VPC
  kRequesterEgress,  // the near VPC is the requester, and its option is off
  kAccepterEgress,   // the near VPC is the accepter, and its option is off
  kRequesterReturn,  // the far VPC is the requester, and its option for the way back is off
  kAccepterReturn,   // the far VPC is the accepter, and its option for the way back is off
};

/// `100`, or `*` for the last entry.
[[nodiscard]] std::string acl_rule_text(std::uint32_t number);

struct Step {
  Stage stage{};
  Outcome outcome{};
  RuleRef rule;

  friend bool operator==(const Step&, const Step&) = default;
};

/// `security-group-ingress`, `route-lookup`, …
[[nodiscard]] std::string_view to_string(Stage stage);

/// `passed`, `tracked`, `matched`, `translated`, `corrupted`, `denied`.
[[nodiscard]] std::string_view to_string(Outcome outcome);

inline constexpr std::size_t kMaxSteps = 12;

/// Steps in order; fixed capacity, so that recording allocates nothing. A drop ends with one or
/// more denied steps of one stage.
class StepList {
 public:
  /// Appends; beyond kMaxSteps the last one is replaced (the verdict is always kept).
  void push(const Step& step) {
    if (size_ < kMaxSteps) {
      steps_[size_++] = step;
    } else {
      steps_[kMaxSteps - 1] = step;
    }
  }

  [[nodiscard]] std::size_t size() const { return size_; }

  [[nodiscard]] bool empty() const { return size_ == 0; }

  [[nodiscard]] const Step& operator[](std::size_t i) const { return steps_[i]; }

  [[nodiscard]] const Step& back() const { return steps_[size_ - 1]; }

  [[nodiscard]] const Step* begin() const { return steps_.data(); }

  [[nodiscard]] const Step* end() const { return steps_.data() + size_; }

  void clear() { size_ = 0; }

 private:
  std::array<Step, kMaxSteps> steps_{};
  std::size_t size_ = 0;
};

}  // namespace vpclab::trace
