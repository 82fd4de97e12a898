// dataplane/decide.h - the forwarding algorithm of a VPC's router and gateways (aws-semantics
// section 17) as pure functions: tables and facts in, a verdict with its reason out. The
// interface's own part (groups, source/dest check) is interface_filter.h's. Never moves a packet.
#pragma once

#include <cstdint>
#include <optional>

#include "emulator/dataplane/packet_facts.h"
#include "emulator/dataplane/plan.h"
#include "emulator/dataplane/recorder.h"
#include "emulator/trace/drop_reason.h"
#include "netstack/wire/ipv4_address.h"

namespace vpclab::dataplane {

enum class Action : std::uint8_t {
  kDeliver,         // to the interface `target` (FWD-3)
  kCrossPeering,    // over the peering connection `target` (FWD-6)
  kLeaveByGateway,  // through the internet gateway (FWD-4)
  kToNatGateway,    // to the NAT gateway `target`: to be translated, or for its address (FWD-5)
  kDeliverToLink,   // to the linked EC2-Classic instance `target` (FWD-2.2a)
  kCrossToLink,     // over the peering connection `target`, to an instance linked there (FWD-2.2b)
  kDrop,
};

/// Where a packet goes: 8 bytes.
struct Verdict {
  Action action = Action::kDrop;
  trace::DropReason reason{};       // of kDrop
  std::uint32_t target = kNowhere;  // a position in VpcTables::interfaces, ::peerings, …

  [[nodiscard]] static constexpr Verdict drop(trace::DropReason reason) {
    return Verdict{Action::kDrop, reason, kNowhere};
  }

  friend bool operator==(const Verdict&, const Verdict&) = default;
};

/// Whether ACLs judge this packet, or a verdict on its datagram was shared (SG-27).
enum class AclUse : std::uint8_t { kJudge, kPassed };

/// FWD-1.5…8, FWD-2, FWD-3.1: a packet that left the interface `from` and passed its filter.
template <class Recorder>
[[nodiscard]] Verdict route(const VpcTables& tables, std::uint32_t from, const PacketFacts& facts,
                            AclUse acls, Counters& counters, Recorder recorder);

/// FWD-6: nothing if the packet may cross the peering connection, else why not.
template <class Recorder>
[[nodiscard]] std::optional<trace::DropReason> cross_peering(const Peering& peering,
                                                             const PacketFacts& facts,
                                                             Recorder recorder);

/// How a packet came into a VPC without having been routed there.
enum class Entry : std::uint8_t {
  kPeering,  // PCX-23
  kGateway,  // from the internet, already translated (FWD-4b)
  kLink,     // from a linked EC2-Classic instance (FWD-7.1)
  kRouter,   // the router's own ICMP errors (ICMP-2)
};

/// FWD-2.1, FWD-3.1: a packet that entered the VPC. No route table is asked, except the gateway's
/// own for what comes from the internet (RT-25).
template <class Recorder>
[[nodiscard]] Verdict enter(const VpcTables& tables, Entry entry, const PacketFacts& facts,
                            AclUse acls, Counters& counters, Recorder recorder);

/// What a gateway does with a packet: the new address, or why it drops it.
struct Translation {
  wire::Ipv4Address address;
  std::optional<trace::DropReason> dropped;
};

/// FWD-4: the public address that becomes the source of a packet on its way out.
template <class Recorder>
[[nodiscard]] Translation leave_by_gateway(const VpcTables& tables, const PacketFacts& facts,
                                           Recorder recorder);

/// FWD-4b: the private address that becomes the destination of a packet on its way in.
template <class Recorder>
[[nodiscard]] Translation enter_by_gateway(const VpcTables& tables, const PacketFacts& facts,
                                           Recorder recorder);

}  // namespace vpclab::dataplane
