// node/arp_answer.h - an ARP answer made out of its question, in the same buffer. Used by what
// answers for a whole subnet: interfaces (L2-1) and the internet model.
#pragma once

#include "netstack/wire/arp.h"
#include "netstack/wire/mac_address.h"
#include "netstack/wire/packet_pool.h"

namespace vpclab::node {

/// Turns the frame of `question` into the answer "`mac` has it": a new packet, caused by the old.
void answer_arp_in_place(wire::PacketPool& packets, wire::PacketHandle frame,
                         const wire::ArpPacket& question, wire::MacAddress mac);

}  // namespace vpclab::node
