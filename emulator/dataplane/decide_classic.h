// dataplane/decide_classic.h - EC2-Classic's flat network as decisions (FWD-7.3, CLC-1): whom a
// packet reaches inside the region, and the addresses by which instances are known on the internet.
// Pure; the links to VPCs are decide_link.h's.
#pragma once

#include <cstdint>
#include <optional>

#include "emulator/dataplane/classic_plan.h"
#include "emulator/dataplane/decide.h"
#include "emulator/dataplane/packet_facts.h"
#include "emulator/dataplane/plan.h"

namespace vpclab::dataplane {

/// FWD-7.1…2, CL-16, CL-28: whether a packet to `destination` of an instance that is linked to this
/// VPC goes by the link. If not, EC2-Classic carries it (FWD-7.3).
[[nodiscard]] bool goes_by_link(const VpcTables& linked, wire::Ipv4Address destination);

/// FWD-1.1…3 for what an instance of EC2-Classic sends: nothing, or why it may not. Its source
/// check cannot be switched off (CLC-6); the network carries no broadcast.
template <class Recorder>
[[nodiscard]] std::optional<trace::DropReason> check_classic_egress(const ClassicTables& tables,
                                                                    const ClassicInstance& sender,
                                                                    const PacketFacts& facts,
                                                                    Recorder recorder);

/// FWD-3.3 for what comes to it.
template <class Recorder>
[[nodiscard]] std::optional<trace::DropReason> check_classic_ingress(
    const ClassicInstance& receiver, const PacketFacts& facts, Recorder recorder);

/// FWD-7.3: kDeliver to a position in ClassicTables::instances, kLeaveByGateway to the internet, or
/// kDrop. `linked` is the VPC that the sender is linked to, null if to none: it explains why a way
/// is missing (CL-26).
template <class Recorder>
[[nodiscard]] Verdict route_in_classic(const ClassicTables& tables, const VpcTables* linked,
                                       const PacketFacts& facts, Recorder recorder);

/// CL-18: the public address that becomes the source of a packet on its way to the internet.
template <class Recorder>
[[nodiscard]] Translation leave_classic(const ClassicTables& tables, const PacketFacts& facts,
                                        Recorder recorder);

/// The private address that becomes the destination of a packet from the internet.
template <class Recorder>
[[nodiscard]] Translation enter_classic(const ClassicTables& tables, const PacketFacts& facts,
                                        Recorder recorder);

}  // namespace vpclab::dataplane
