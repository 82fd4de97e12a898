// dataplane/decide_nat.h - the part of the forwarding algorithm that concerns NAT gateways (FWD-5):
// the way to one, and the way on from it. decide.h's neighbour; translates nothing.
#pragma once

#include <cstdint>

#include "emulator/dataplane/decide.h"
#include "emulator/dataplane/packet_facts.h"
#include "emulator/dataplane/plan.h"
#include "emulator/dataplane/recorder.h"

namespace vpclab::dataplane {

/// FWD-5 from a packet's route on: into the gateway's subnet, whose ACL judges what comes from
/// another one (NAT-6). `from` is the subnet that the packet left.
template <class Recorder>
[[nodiscard]] Verdict to_nat_gateway(const VpcTables& tables, std::uint32_t from,
                                     std::uint32_t gateway, const PacketFacts& facts, AclUse acls,
                                     Counters& counters, Recorder& recorder);

/// FWD-5 from the translation on, and its way back: what the gateway sends leaves its subnet as
/// from an interface there, by its ACL (NAT-6) and its route table (NAT-3), but never over a
/// ClassicLink (NAT-8) nor to the gateway itself (NAT-9), nor, unless the knob says so, over a
/// peering connection (PCX-39).
template <class Recorder>
[[nodiscard]] Verdict route_translated(const VpcTables& tables, std::uint32_t gateway,
                                       const PacketFacts& facts, AclUse acls, Counters& counters,
                                       Recorder recorder);

}  // namespace vpclab::dataplane
