// node/echo_reply.h - the answer to a ping as a packet, for what has no host stack: a subnet's
// router (ICMP-5). Decides nothing.
#pragma once

#include "netstack/wire/packet_pool.h"

namespace vpclab::node {

/// The reply to an echo request, with its data and identifier, from the address that was asked
/// (RFC 792), caused by it; kNoPacket where the checksum is wrong. Pre: `request` begins with the
/// well-formed IPv4 header of an ICMP datagram that is no fragment; it stays the caller's.
[[nodiscard]] wire::PacketHandle make_echo_reply(wire::PacketPool& packets,
                                                 wire::PacketHandle request);

}  // namespace vpclab::node
