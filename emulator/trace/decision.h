// trace/decision.h - where a packet goes at one element, and why, step by step. A value: small,
// fixed, made of ids and numbers; names and sentences are made when somebody reads it
// (trace/explain.h).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

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
  kSubnetLocal,         // same subnet: no ACL, no route (RT-24)
  kNetworkAclEgress,    // ACL-*
  kNetworkAclIngress,
  kRouteLookup,         // RT-8
  kPeeringCrossing,     // PCX-22
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
  kDenied,      // this step dropped the packet
};

/// What matched (or the object in which nothing did). Fields that do not apply are empty.
struct RuleRef {
  api::ResourceId object;   // the group, ACL, route table, peering, interface, gateway
  api::ResourceId rule;     // the group rule (sgr-…) or the route's target (pcx-…, igw-…, eni-…)
  wire::Ipv4Prefix prefix;  // the matched route's destination or rule's CIDR (with has_prefix)
  std::uint32_t number = 0; // ACL rule number (32767 is `*`); for a drop: the far VPC's, the owner's state
  bool has_prefix = false;

  friend bool operator==(const RuleRef&, const RuleRef&) = default;
};

struct Step {
  Stage stage{};
  Outcome outcome{};
  RuleRef rule;

  friend bool operator==(const Step&, const Step&) = default;
};

inline constexpr std::size_t kMaxSteps = 12;

/// Steps in order; fixed capacity, so that recording allocates nothing.
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
