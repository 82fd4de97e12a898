// host/fragmentation.h - cuts a datagram into fragments that fit a link (RFC 791 section 3.2).
// Pure: packet in, packets out.
#pragma once

#include <cstdint>
#include <vector>

#include "netstack/wire/packet_pool.h"

namespace vpclab::host {

/// Appends to `fragments` new packets that together are the datagram, each of at most `mtu` bytes,
/// headers included; their cause is the datagram's id. The datagram stays as it is. It may be a
/// fragment itself. Pre: `datagram` begins with a well-formed IPv4 header; mtu >= 68.
void fragment(wire::PacketPool& pool, wire::PacketHandle datagram, std::uint16_t mtu,
              std::vector<wire::PacketHandle>& fragments);

}  // namespace vpclab::host
