// node/narrow_leg.h - where a path leaves the domain of 9001-byte packets (MTU-2): what does not
// fit is cut into fragments if it may be, and otherwise dropped by its owner, whose router answers
// (MTU-3, ICMP-2). Asked at gateways and far peerings alone: ordinary links carry what hosts send.
#pragma once

#include <cstdint>
#include <vector>

#include "emulator/node/context.h"
#include "emulator/trace/decision.h"
#include "emulator/trace/trace_event.h"
#include "netstack/wire/packet_pool.h"

namespace vpclab::node {

/// Whether an IPv4 packet is bigger than the leg carries and must not be cut.
[[nodiscard]] bool must_be_refused(const wire::PacketPool& packets, wire::PacketHandle packet,
                                   std::uint16_t mtu);

/// The step of a drop with MTU_DF at `element`.
[[nodiscard]] trace::Step too_big_step(const api::ResourceId& element, std::uint16_t mtu);

/// Replaces a packet by fragments of at most `mtu` bytes, in order, in `pieces`, and tells the
/// sinks at `tap`. Pre: it is bigger than that, and may be cut.
void cut(Context& context, wire::PacketHandle packet, std::uint16_t mtu, const trace::Tap& tap,
         trace::Direction direction, std::vector<wire::PacketHandle>& pieces);

}  // namespace vpclab::node
