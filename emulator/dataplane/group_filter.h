// dataplane/group_filter.h - security groups and what they track, asked of one packet (FWD-1.4,
// FWD-3.4): at a network interface, at an EC2-Classic instance, at its link to a VPC (CL-15).
// Judging only reads; the caller commits what was learnt. Never looks at who owns an address.
#pragma once

#include <cstdint>
#include <vector>

#include "emulator/api/ids.h"
#include "emulator/dataplane/conntrack.h"
#include "emulator/dataplane/filter_rule.h"
#include "emulator/dataplane/packet_facts.h"
#include "emulator/dataplane/recorder.h"
#include "emulator/dataplane/security_group.h"
#include "emulator/trace/decision.h"
#include "emulator/trace/drop_reason.h"
#include "netstack/base/bytes.h"
#include "netstack/base/sim_time.h"

namespace vpclab::dataplane {

struct Admission {
  enum class Kind : std::uint8_t {
    kDenied,
    kTracked,    // part of `flow` (SG-2)
    kNew,        // a rule allows it, and it begins a tracked flow
    kUntracked,  // a rule allows it, and it leaves no state (SG-22)
    kRelated,    // an ICMP error about a tracked flow (SG-25), or never filtered (SG-26)
  };

  Kind kind = Kind::kDenied;
  trace::DropReason reason{};       // of kDenied
  Conntrack::Flow* flow = nullptr;  // of kTracked; good until the table changes
  FlowKey key;                      // of kNew

  [[nodiscard]] bool allowed() const { return kind != Kind::kDenied; }
};

/// Whose groups are asked, and what they remember.
struct GroupContext {
  const SecurityGroups& groups;
  const std::vector<AddressSet>& address_sets;
  api::ResourceId holder;  // what carries the groups: an interface, or an EC2-Classic instance
  Conntrack* conntrack;    // null: no flow yet
  const TrackingOptions& options;
  Counters& counters;
  SimTime now;
  /// Asks the rules of tracked flows too (for measurements; the verdict is the same).
  bool judge_anew = false;
};

/// The stage of a direction's steps.
[[nodiscard]] constexpr trace::Stage group_stage(bool egress) {
  return egress ? trace::Stage::kSecurityGroupEgress : trace::Stage::kSecurityGroupIngress;
}

/// SG-1…4, SG-21…25. `packet` begins with the IPv4 header; it may be empty unless it is an ICMP
/// error. Pre: not a later fragment.
template <class Recorder>
[[nodiscard]] Admission judge_groups(const GroupContext& context, const PacketFacts& facts,
                                     Bytes packet, bool egress, Recorder recorder);

/// Writes what an admission learnt into the interface's table. False: no room (CONNTRACK_FULL).
[[nodiscard]] bool commit(const Admission& admission, Conntrack& conntrack,
                          const PacketFacts& facts, bool egress, SimTime now);

}  // namespace vpclab::dataplane
