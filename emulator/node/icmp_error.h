// node/icmp_error.h - the ICMP errors of what routes (RFC 792, RFC 1812 section 4.3.2): of the
// internet's routers and NAT gateways, when a TTL ends (TTL-3, TTL-4), and a VPC's "fragmentation
// needed" (ICMP-2). A VPC tells nothing else (ICMP-1).
#pragma once

#include "netstack/wire/icmpv4.h"
#include "netstack/wire/ipv4_address.h"
#include "netstack/wire/packet_pool.h"

namespace vpclab::node {

/// An IPv4 packet from `router` to the sender of `packet` with `error` about it, caused by it;
/// kNoPacket where no error may be sent (wire::may_be_complained_about). `packet` begins with
/// a well-formed IPv4 header and stays the caller's.
[[nodiscard]] wire::PacketHandle make_icmp_error(wire::PacketPool& packets,
                                                 wire::PacketHandle packet,
                                                 wire::Ipv4Address router,
                                                 const wire::IcmpV4Header& error);

}  // namespace vpclab::node
