// dataplane/decide_link.h - ClassicLink as decisions: from a VPC to the EC2-Classic instances that
// are linked to it or to a peer (FWD-2.2), and from such an instance over a peering connection
// (FWD-7.2). Pure, as decide.h; its groups are group_filter.h's.
#pragma once

#include <cstdint>
#include <optional>

#include "emulator/dataplane/decide.h"
#include "emulator/dataplane/packet_facts.h"
#include "emulator/dataplane/plan.h"
#include "emulator/trace/drop_reason.h"

namespace vpclab::dataplane {

/// FWD-2.2: a packet that the route of 10.0.0.0/8 matched, to the owner of its destination: linked
/// to this VPC (CL-17), or reached over a peering connection whose near side allows it (CL-23).
template <class Recorder>
[[nodiscard]] Verdict deliver_to_link(const VpcTables& tables, const PacketFacts& facts,
                                      Recorder recorder);

/// FWD-2.2: what came over a peering connection for an instance that is linked to this VPC. The
/// link may have gone meanwhile (CL-30).
template <class Recorder>
[[nodiscard]] Verdict arrive_at_link(const VpcTables& tables, const PacketFacts& facts,
                                     Recorder recorder);

/// FWD-7.2: a packet of the linked instance `link` that its VPC's main table sends over a peering
/// connection (CL-26). Pre: the VPC does not contain the destination.
template <class Recorder>
[[nodiscard]] Verdict leave_by_link(const VpcTables& tables, std::uint32_t link,
                                    const PacketFacts& facts, Counters& counters,
                                    Recorder recorder);

/// FWD-7.2 at the crossing: as cross_peering, and the near side must let linked instances send
/// (CL-20, CL-25), and the far side its VPC answer them, if the knob wants both.
template <class Recorder>
[[nodiscard]] std::optional<trace::DropReason> cross_from_link(const VpcTables& tables,
                                                               const Peering& peering,
                                                               const PacketFacts& facts,
                                                               Recorder recorder);

}  // namespace vpclab::dataplane
