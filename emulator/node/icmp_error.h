// node/icmp_error.h - ICMP errors that routers of the internet model send (RFC 792, RFC 1812
// section 4.3.2). VPC routers and gateways send none (ICMP-1).
#pragma once

#include "netstack/wire/icmpv4.h"
#include "netstack/wire/ipv4_address.h"
#include "netstack/wire/packet_pool.h"

namespace vpclab::node {

/// An IPv4 packet from `router` to the sender of `packet` with `error` about it, caused by it;
/// kNoPacket where no error may be sent (about an error, or a later fragment). `packet` begins with
/// a well-formed IPv4 header and stays the caller's.
[[nodiscard]] wire::PacketHandle make_icmp_error(wire::PacketPool& packets,
                                                 wire::PacketHandle packet,
                                                 wire::Ipv4Address router,
                                                 const wire::IcmpV4Header& error);

}  // namespace vpclab::node
