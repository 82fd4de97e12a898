// dataplane/conntrack.h - the flows that an interface's security groups have let through
// (SG-21…24): bounded, expired lazily, without an allocation while known flows go on. Owned by one
// interface (intermediate devices keep no state); knows neither rules nor packets' bytes.
#pragma once

#include <cstddef>
#include <cstdint>

#include "emulator/dataplane/expiring_table.h"
#include "emulator/dataplane/packet_facts.h"
#include "netstack/base/sim_time.h"
#include "netstack/wire/icmpv4.h"

namespace vpclab::dataplane {

/// Idle timeouts (SG-23) and what is not documented, as knobs.
struct TrackingOptions {
  Duration tcp_established = std::chrono::seconds(432'000);
  Duration tcp_other = std::chrono::seconds(60);  // opening and closing; not documented
  Duration udp_stream = std::chrono::seconds(180);
  Duration udp_single = std::chrono::seconds(30);
  Duration icmp = std::chrono::seconds(30);  // knob sg.icmp_idle_s
  Duration other = std::chrono::seconds(600);
  std::uint32_t flows_max = 262'144;  // per interface; beyond it new flows are CONNTRACK_FULL
  bool related_icmp_errors = true;    // knob sg.icmp_errors = related (SG-25)
};

/// SG-21, seen from the interface: its own side is `local`. ICMP queries carry the identifier in
/// both ports and who asked, since both ends may use the same identifier at once.
struct FlowKey {
  std::uint64_t addresses = 0;  // local, remote
  std::uint64_t rest = 0;       // local port, remote port, protocol, asker; 0 for no packet

  [[nodiscard]] std::uint8_t protocol() const { return static_cast<std::uint8_t>(rest >> 8); }

  [[nodiscard]] std::uint64_t hash() const {
    const std::uint64_t mixed =
        (addresses * 0x9e3779b97f4a7c15U) ^ ((rest + 1) * 0xc2b2ae3d27d4eb4fU);
    return ((mixed ^ (mixed >> 29)) * 0xff51afd7ed558ccdU) >> 32;
  }

  friend bool operator==(const FlowKey&, const FlowKey&) = default;
};

/// Whether an ICMP type asks and expects an answer.
[[nodiscard]] constexpr bool is_icmp_request(std::uint8_t type) {
  return type == static_cast<std::uint8_t>(wire::IcmpType::kEchoRequest) ||
         type == static_cast<std::uint8_t>(wire::IcmpType::kTimestampRequest);
}

/// Whether a packet that no flow knows may begin one. An unasked ICMP reply does not, nor an ICMP
/// error, which answers something and has no answer itself (SG-2, SG-25).
[[nodiscard]] bool may_begin_flow(const PacketFacts& facts);

/// The key of a packet that leaves (`egress`) or enters the interface. Pre: not a later fragment.
[[nodiscard]] inline FlowKey flow_key(const PacketFacts& facts, bool egress) {
  const std::uint64_t source = facts.source.to_host_order();
  const std::uint64_t destination = facts.destination.to_host_order();
  std::uint64_t source_port = facts.source_port;
  std::uint64_t destination_port = facts.destination_port;
  std::uint64_t asker = 0;  // ICMP queries: 1 the local side asks, 2 the remote; timestamps 5, 6
  if (facts.traffic == TrafficClass::kIcmp) {
    if (wire::is_icmp_query(static_cast<wire::IcmpType>(facts.icmp_type()))) {
      asker = is_icmp_request(facts.icmp_type()) == egress ? 1 : 2;
      asker |= facts.icmp_type() & 4U;  // 13 and 14 are another conversation than 8 and 0
    } else {
      source_port = facts.selector;  // one flow for each type and code
      destination_port = facts.selector;
    }
  }
  const std::uint64_t common = (std::uint64_t{facts.protocol} << 8) | asker;
  return egress ? FlowKey{(source << 32) | destination,
                          (source_port << 48) | (destination_port << 32) | common}
                : FlowKey{(destination << 32) | source,
                          (destination_port << 48) | (source_port << 32) | common};
}

/// What is remembered of a flow beside its key.
struct FlowState {
  std::uint8_t seen = 0;     // bits of conntrack.cc
  std::uint8_t cleared = 0;  // directions in which a packet's addresses were found in order …
  std::uint32_t plan = 0;    // … under this plan; void under any other
};

class Conntrack {
 public:
  using Table = ExpiringTable<FlowKey, FlowState>;
  using Flow = Table::Entry;

  static_assert(sizeof(Flow) == 32);

  /// The options outlive the table.
  explicit Conntrack(const TrackingOptions& options)
      : options_(&options), flows_(options.flows_max) {}

  /// The live flow of a key, or null. Good until the next track().
  [[nodiscard]] Flow* find(const FlowKey& key, SimTime now) { return flows_.find(key, now); }

  /// Whether a packet of the flow was let out (`egress`) or in under this plan: what was asked of
  /// its addresses then, which are the flow's, needs no second asking.
  [[nodiscard]] static bool is_cleared(const Flow& flow, bool egress, std::uint32_t plan) {
    return flow.value.plan == plan && (flow.value.cleared & direction_bit(egress)) != 0;
  }

  /// Notes that a packet of the flow was let out or in under this plan.
  static void clear_direction(Flow& flow, bool egress, std::uint32_t plan) {
    if (flow.value.plan != plan) {
      flow.value.plan = plan;
      flow.value.cleared = 0;
    }
    flow.value.cleared |= direction_bit(egress);
  }

  /// Notes another packet of a live flow: its timeout begins anew (SG-23).
  void refresh(Flow& flow, const PacketFacts& facts, bool egress, SimTime now);

  /// Begins a flow. False if the table is full of live ones. Pre: find() found none.
  [[nodiscard]] bool track(const FlowKey& key, const PacketFacts& facts, bool egress, SimTime now);

  /// Live flows. Counts them: for tests and reports.
  [[nodiscard]] std::size_t live(SimTime now) const { return flows_.live(now); }

  /// Slots in memory.
  [[nodiscard]] std::size_t capacity() const { return flows_.capacity(); }

  /// Forgets everything (the guest was stopped).
  void clear() { flows_.clear(); }

 private:
  [[nodiscard]] static constexpr std::uint8_t direction_bit(bool egress) { return egress ? 1 : 2; }

  [[nodiscard]] SimTime deadline_of(const FlowKey& key, std::uint8_t seen, SimTime now) const;

  const TrackingOptions* options_;
  Table flows_;
};

}  // namespace vpclab::dataplane
