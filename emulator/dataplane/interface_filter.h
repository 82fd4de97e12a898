// dataplane/interface_filter.h - what an interface's outside asks of a packet: source/dest check
// and security groups with their tracking (FWD-1.1…4, FWD-3.3…4). Judging only reads; the caller
// commits what was learnt. Never forwards.
#pragma once

#include <cstdint>

#include "emulator/dataplane/conntrack.h"
#include "emulator/dataplane/group_filter.h"
#include "emulator/dataplane/packet_facts.h"
#include "emulator/dataplane/plan.h"
#include "emulator/dataplane/recorder.h"
#include "emulator/trace/drop_reason.h"
#include "netstack/base/bytes.h"
#include "netstack/base/sim_time.h"

namespace vpclab::dataplane {

/// What an interface is judged by.
struct FilterContext {
  const VpcTables& tables;
  const Interface& interface;
  Conntrack* conntrack;  // null: no flow yet
  const TrackingOptions& options;
  Counters& counters;
  SimTime now;
  /// Asks the rules of tracked flows too (for measurements; the verdict is the same).
  bool judge_anew = false;
};

/// FWD-1.1, DNS-1: whether a packet on its way out is a datagram for Amazon's DNS server at this
/// VPC's base+2 or at 169.254.169.253. What judge_egress denies may be one; nothing else is.
[[nodiscard]] bool asks_resolver(const VpcTables& tables, const PacketFacts& facts);

/// FWD-1.1…4. `packet` begins with the IPv4 header. Pre: not a later fragment.
template <class Recorder>
[[nodiscard]] Admission judge_egress(const FilterContext& context, const PacketFacts& facts,
                                     Bytes packet, Recorder recorder);

/// FWD-3.3…4. As judge_egress.
template <class Recorder>
[[nodiscard]] Admission judge_ingress(const FilterContext& context, const PacketFacts& facts,
                                      Bytes packet, Recorder recorder);

/// The part of judge_egress and judge_ingress that looks at addresses alone: what later fragments
/// are asked too. Nothing if all is well.
template <class Recorder>
[[nodiscard]] std::optional<trace::DropReason> check_egress_addresses(const FilterContext& context,
                                                                      const PacketFacts& facts,
                                                                      Recorder recorder);

template <class Recorder>
[[nodiscard]] std::optional<trace::DropReason> check_ingress_addresses(const FilterContext& context,
                                                                       const PacketFacts& facts,
                                                                       Recorder recorder);

}  // namespace vpclab::dataplane
