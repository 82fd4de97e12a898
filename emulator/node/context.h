// node/context.h - what all nodes of a run share: the simulator, the links' context, who listens,
// the knobs of the data plane and the counters. Owned by the fabric, outlives the nodes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "emulator/dataplane/conntrack.h"
#include "emulator/dataplane/fragment_gate.h"
#include "emulator/dataplane/recorder.h"
#include "emulator/engine/simulator.h"
#include "emulator/link/link_context.h"
#include "emulator/node/link_profiles.h"
#include "emulator/trace/decision.h"
#include "emulator/trace/drop_reason.h"
#include "emulator/trace/trace_event.h"
#include "emulator/trace/trace_sink.h"
#include "netstack/wire/packet_pool.h"

namespace vpclab::node {

/// The knobs of the data plane (aws-semantics section 22).
struct NodeOptions {
  std::uint64_t seed = 0;
  dataplane::TrackingOptions tracking;
  dataplane::FragmentOptions fragments;
  std::uint8_t hairpin_ttl = 1;  // ttl.igw_hairpin_decrement (IGW-8)
  bool judge_anew = false;       // asks every rule for every packet; the verdicts are the same
};

class FragmentTimer;

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

  [[nodiscard]] SimTime now() const { return simulator_.now(); }

  /// Whether somebody wants to know: events and steps are built only then.
  [[nodiscard]] bool listening() const { return trace_.listening(); }

  /// An empty list for the steps of one decision; good until the next call.
  [[nodiscard]] trace::StepList& fresh_steps() {
    steps_.clear();
    return steps_;
  }

  /// Tells the sinks what happened to a packet. Pre: listening().
  void record(trace::EventKind kind, const trace::Tap& tap, trace::Direction direction,
              wire::PacketHandle packet, const trace::StepList* steps, bool ethernet = false);

  /// Tells the sinks that a host took a packet. Pre: listening().
  void record_consumed(const trace::Tap& tap, wire::PacketHandle packet, std::string_view outcome,
                       bool ethernet);

  /// Counts and records the end of a packet, and frees it. `steps` end with the denial; may be
  /// null.
  void drop(trace::DropReason reason, const trace::Tap& tap, trace::Direction direction,
            wire::PacketHandle packet, const trace::StepList* steps, bool ethernet = false);

  [[nodiscard]] dataplane::Counters& counters() { return counters_; }

  /// Drops by reason, in the order of trace::all_drop_reasons(); those of links are in the links'
  /// own counters.
  [[nodiscard]] const Drops& drops() const { return drops_; }

 private:
  [[nodiscard]] trace::TraceEvent event(trace::EventKind kind, const trace::Tap& tap,
                                        trace::Direction direction, wire::PacketHandle packet,
                                        bool ethernet) const;

  engine::Simulator& simulator_;
  trace::TraceHub& trace_;
  link::LinkContext& links_;
  const LinkProfiles& profiles_;
  const NodeOptions& options_;
  FragmentTimer& fragment_timer_;
  dataplane::Counters counters_;
  Drops drops_{};
  trace::StepList steps_;
};

}  // namespace vpclab::node
