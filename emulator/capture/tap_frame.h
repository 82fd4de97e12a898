// capture/tap_frame.h - a trace event as a frame of a capture: which events are frames, at which
// tap, with which Ethernet header and comment. Decides what a capture shows, never how it is
// stored.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "emulator/trace/name_directory.h"
#include "emulator/trace/trace_event.h"
#include "netstack/base/bytes.h"
#include "netstack/wire/mac_address.h"

namespace vpclab::capture {

/// Whether the event is a packet crossing its tap, or dropped there. What a host does with a packet
/// (consumed, replaced) happens behind the tap, where the packet has been seen already; and what
/// begins inside a guest without an Ethernet header (a datagram before it is cut or after it was
/// put together, what waits for ARP) never was on a wire.
[[nodiscard]] constexpr bool is_frame(const trace::TraceEvent& event) {
  const bool crosses =
      event.kind == trace::EventKind::kSent || event.kind == trace::EventKind::kPassed;
  return event.kind == trace::EventKind::kDropped ||
         (crosses && (event.ethernet || event.tap.side != trace::Tap::Side::kGuest));
}

/// Whether tcpdump inside the guest shows it (CAP-1): sent and received frames, and never a drop.
[[nodiscard]] constexpr bool is_guest_frame(const trace::TraceEvent& event) {
  return event.tap.side == trace::Tap::Side::kGuest && event.kind != trace::EventKind::kDropped &&
         is_frame(event);
}

/// The interface name of a tap: the element's id (`eni-…` for the guest, `vpc-…`, `pcx-…`), and the
/// side where an element has several (`eni-… filter`, `igw-… inside`).
[[nodiscard]] std::string tap_name(const trace::Tap& tap);

/// In words: `instance-1, inside the guest`, `router of vpc-1`.
[[nodiscard]] std::string tap_description(const trace::Tap& tap, const trace::NameDirectory& names);

/// The near and far address of a tap inside the fabric, 02:…, the same in every run.
[[nodiscard]] wire::MacAddress tap_mac(const trace::Tap& tap, bool near);

/// The event's bytes with an Ethernet header: its own, or one of the tap's addresses made in
/// `scratch`, which the result may point into.
[[nodiscard]] Bytes frame_of(const trace::TraceEvent& event, std::vector<std::uint8_t>& scratch);

/// `DROPPED SG_INGRESS (ENI_SG_RULES_MISMATCH): …` or what the packet passed; "" if nothing was
/// judged.
[[nodiscard]] std::string comment_of(const trace::TraceEvent& event,
                                     const trace::NameDirectory& names);

}  // namespace vpclab::capture
