// node/context.h - what all nodes of a run share: the simulator, the links' context, who listens,
// the knobs of the data plane and the counters. Owned by the fabric, outlives the nodes.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "emulator/dataplane/conntrack.h"
#include "emulator/dataplane/expiring_table.h"
#include "emulator/dataplane/fragment_gate.h"
#include "emulator/dataplane/packet_facts.h"
#include "emulator/dataplane/recorder.h"
#include "emulator/engine/simulator.h"
#include "emulator/link/link_context.h"
#include "emulator/node/link_profiles.h"
#include "emulator/trace/decision.h"
#include "emulator/trace/drop_reason.h"
#include "emulator/trace/trace_event.h"
#include "emulator/trace/trace_sink.h"
#include "netstack/wire/mac_address.h"
#include "netstack/wire/packet_pool.h"

namespace vpclab::node {

/// MTU-2: what an internet gateway carries, either way.
inline constexpr std::uint16_t kInternetMtu = 1'500;

/// MTU-1, MTU-2: what instances of EC2-Classic and links to them carry.
inline constexpr std::uint16_t kClassicMtu = 1'500;

/// The knobs of the data plane (aws-semantics section 22).
struct NodeOptions {
  std::uint64_t seed = 0;
  dataplane::TrackingOptions tracking;
  dataplane::FragmentOptions fragments;
  std::uint8_t hairpin_ttl = 1;           // ttl.igw_hairpin_decrement (IGW-8)
  std::uint16_t interregion_mtu = 1'500;  // pcx.interregion_mtu (PCX-19)
  bool router_answers_pings = false;      // ping.reserved_addresses = router (ICMP-5)
  bool router_answers_arp = false;        // arp.unmapped = router (L2-3)
  bool judge_anew = false;  // asks every rule for every packet; the verdicts are the same
};

class FragmentTimer;
class Resolver;

class Context {
 public:
  using Drops = std::array<std::uint64_t, trace::kDropReasonCount>;

  /// All outlive the context.
  Context(engine::Simulator& simulator, trace::TraceHub& trace, link::LinkContext& links,
          const LinkProfiles& profiles, const NodeOptions& options, FragmentTimer& fragment_timer)
      : simulator_(simulator),
        trace_(trace),
        links_(links),
        profiles_(profiles),
        options_(options),
        fragment_timer_(fragment_timer) {}

  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  [[nodiscard]] engine::Simulator& simulator() { return simulator_; }

  [[nodiscard]] wire::PacketPool& packets() { return simulator_.packets(); }

  [[nodiscard]] link::LinkContext& links() { return links_; }

  [[nodiscard]] const LinkProfiles& profiles() const { return profiles_; }

  [[nodiscard]] const NodeOptions& options() const { return options_; }

  [[nodiscard]] FragmentTimer& fragment_timer() { return fragment_timer_; }

  /// Amazon's DNS server, which is made behind the context.
  [[nodiscard]] Resolver& resolver() { return *resolver_; }

  void set_resolver(Resolver& resolver) { resolver_ = &resolver; }

  [[nodiscard]] SimTime now() const { return simulator_.now(); }

  /// Whether somebody wants to know: events and steps are built only then.
  [[nodiscard]] bool listening() const { return trace_.listening(); }

  /// An empty list for the steps of one decision; good until the next call.
  [[nodiscard]] trace::StepList& fresh_steps() {
    steps_.clear();
    return steps_;
  }

  /// Reads the facts of an IPv4 packet as dataplane::read_facts does, or remembers them from the
  /// element before: nothing but a corrupting link and forget_facts() changes them.
  [[nodiscard]] std::optional<trace::DropReason> read_facts(wire::PacketHandle packet,
                                                            dataplane::PacketFacts& facts) {
    const std::uint64_t id = packets().id(packet);
    const Reading& known = readings_[id % kReadings];
    if (known.packet == id && corruptions_ == links_.counters().corrupted) [[likely]] {
      facts = known.facts;
      return std::nullopt;
    }
    return read_facts_anew(packet, facts);
  }

  /// The packet's addresses were rewritten.
  void forget_facts(wire::PacketHandle packet) {
    readings_[packets().id(packet) % kReadings].packet = 0;
  }

  /// L2-2: `mac` hands the packet over on its last leg, which its addresses do not say: an
  /// appliance passed it on.
  void note_last_hop(wire::PacketHandle packet, wire::MacAddress mac);

  /// What was noted about a packet that has arrived; null for nearly all.
  [[nodiscard]] const wire::MacAddress* last_hop(wire::PacketHandle packet) {
    return last_hops_ == nullptr ? nullptr : find_last_hop(packet);
  }

  /// Tells the sinks what happened to a packet. Pre: listening().
  void record(trace::EventKind kind, const trace::Tap& tap, trace::Direction direction,
              wire::PacketHandle packet, const trace::StepList* steps, bool ethernet = false);

  /// Tells the sinks that a host took a packet, without the first `hidden` bytes of it: a link
  /// header that is not part of the picture. Pre: listening().
  void record_consumed(const trace::Tap& tap, wire::PacketHandle packet, std::string_view outcome,
                       bool ethernet, std::size_t hidden = 0);

  /// Counts and records the end of a packet, and frees it. `steps` end with the denial; may be
  /// null.
  void drop(trace::DropReason reason, const trace::Tap& tap, trace::Direction direction,
            wire::PacketHandle packet, const trace::StepList* steps, bool ethernet = false);

  [[nodiscard]] dataplane::Counters& counters() { return counters_; }

  /// Drops by reason, in the order of trace::all_drop_reasons(); those of links are in the links'
  /// own counters.
  [[nodiscard]] const Drops& drops() const { return drops_; }

 private:
  /// What was read of a packet by the element before; ids begin at 1.
  struct Reading {
    std::uint64_t packet = 0;
    dataplane::PacketFacts facts;
  };

  /// The number of a packet, as a key.
  struct PacketNumber {
    std::uint64_t id = 0;

    [[nodiscard]] std::uint64_t hash() const { return (id * 0x9e3779b97f4a7c15U) >> 32; }

    friend bool operator==(const PacketNumber&, const PacketNumber&) = default;
  };

  static constexpr std::size_t kReadings = 1024;

  [[nodiscard]] const wire::MacAddress* find_last_hop(wire::PacketHandle packet);

  [[nodiscard]] std::optional<trace::DropReason> read_facts_anew(wire::PacketHandle packet,
                                                                 dataplane::PacketFacts& facts);

  [[nodiscard]] trace::TraceEvent event(trace::EventKind kind, const trace::Tap& tap,
                                        trace::Direction direction, wire::PacketHandle packet,
                                        bool ethernet) const;

  engine::Simulator& simulator_;
  trace::TraceHub& trace_;
  link::LinkContext& links_;
  const LinkProfiles& profiles_;
  const NodeOptions& options_;
  FragmentTimer& fragment_timer_;
  Resolver* resolver_ = nullptr;
  dataplane::Counters counters_;
  Drops drops_{};
  trace::StepList steps_;
  std::uint64_t corruptions_ = 0;  // of links, when readings_ were made
  std::array<Reading, kReadings> readings_{};
  /// Made for the first packet that an appliance sends to where its addresses do not point.
  std::unique_ptr<dataplane::ExpiringTable<PacketNumber, wire::MacAddress>> last_hops_;
};

}  // namespace vpclab::node
