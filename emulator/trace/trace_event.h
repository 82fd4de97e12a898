// trace/trace_event.h - one thing that happened to one packet at one element. Small and fixed;
// valid only during TraceSink::record, so sinks copy what they keep.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "emulator/api/ids.h"
#include "emulator/trace/decision.h"
#include "emulator/trace/drop_reason.h"
#include "netstack/base/bytes.h"
#include "netstack/base/sim_time.h"

namespace vpclab::trace {

/// What happened. A packet's journey begins with kSent and ends in exactly one of kConsumed,
/// kDropped (or kReplaced, when it lives on as fragments or as a reassembled datagram); what has
/// no end is in flight when the run stops.
enum class EventKind : std::uint8_t {
  kSent,      // left a host (or the internet model, a tap, …) for the first time
  kPassed,    // an element judged it and passed it on: `steps` say how
  kDropped,   // an element dropped it: `reason`, `steps` end with the denial
  kConsumed,  // a host took it: `outcome` says what it did with it
  kReplaced,  // fragmented, reassembled or answered in place: new packets name it as cause
};

/// Where: an element of the network and a side of it.
struct Tap {
  /// The interface, VPC (its router), peering connection, internet or NAT gateway, internet router
  /// or host.
  api::ResourceId element;
  /// Which side: guest, filter, router, …; see TapSide.
  enum class Side : std::uint8_t {
    kGuest,        // network interface, inside the guest: what tcpdump there shows (CAP-1)
    kFilter,       // network interface, outside: source/dest check and security groups
    kRouter,       // the VPC's router: ACLs, route tables
    kCrossing,     // the peering connection
    kInside,       // internet gateway, private addresses; NAT gateway, its clients' addresses
    kOutside,      // internet gateway, public addresses; NAT gateway, its own address
    kInternet,     // a router or host of the internet model
    kLink,         // a link's queue or impairment; `element` is where it ends
    kClassicLink,  // EC2-Classic instance, its link's side: the groups chosen at link time (CL-15)
  } side = Side::kGuest;

  friend auto operator<=>(const Tap&, const Tap&) = default;
};

/// Which way the packet crossed the tap, seen from the element that `Tap` names.
enum class Direction : std::uint8_t { kOut, kIn };

/// The direction of what leaves the element or enters it.
[[nodiscard]] constexpr Direction direction_of(bool leaves) {
  return leaves ? Direction::kOut : Direction::kIn;
}

/// `sent`, `passed`, `dropped`, `consumed`, `replaced`.
[[nodiscard]] std::string_view to_string(EventKind kind);

/// `guest`, `filter`, `router`, `crossing`, `inside`, `outside`, `internet`, `link`,
/// `classic-link`.
[[nodiscard]] std::string_view to_string(Tap::Side side);

/// `out`, `in`.
[[nodiscard]] std::string_view to_string(Direction direction);

struct TraceEvent {
  SimTime at{};
  EventKind kind{};
  Direction direction{};
  Tap tap;
  std::uint64_t packet = 0;  // wire::PacketPool id; survives translation
  std::uint64_t cause = 0;   // the packet this one answers, quotes or was cut from; 0 if none
  std::optional<DropReason> reason;  // kDropped only
  std::string_view outcome;  // kConsumed only: the host's own word ("echo-request", "no-listener")
  const StepList* steps = nullptr;  // may be null
  Bytes bytes;  // the packet at this tap: an Ethernet frame at kGuest, else from the IPv4 header
  bool ethernet = false;  // whether `bytes` begin with an Ethernet header
};

}  // namespace vpclab::trace
