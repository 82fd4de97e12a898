// dataplane/conntrack.h - the flows that an interface's security groups have let through
// (SG-21…24): bounded, expired lazily, without an allocation while known flows go on. Owned by one
// interface (intermediate devices keep no state); knows neither rules nor packets' bytes.
#pragma once

#include <cstddef>
#include <cstdint>

#include "emulator/dataplane/expiring_table.h"
#include "emulator/dataplane/packet_facts.h"
#include "netstack/base/sim_time.h"

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
  std::uint32_t local = 0;
  std::uint32_t remote = 0;
  std::uint16_t local_port = 0;
  std::uint16_t remote_port = 0;
  std::uint8_t protocol = 0;
  std::uint8_t asker = 0;  // ICMP only: 1 the local side asks, 2 the remote side, 0 no query

  [[nodiscard]] std::uint64_t hash() const {
    const std::uint64_t addresses = (std::uint64_t{local} << 32) | remote;
    const std::uint64_t rest = (std::uint64_t{local_port} << 32) |
                               (std::uint64_t{remote_port} << 16) | (std::uint64_t{protocol} << 8) |
                               asker;
    const std::uint64_t mixed =
        (addresses * 0x9e3779b97f4a7c15U) ^ ((rest + 1) * 0xc2b2ae3d27d4eb4fU);
    return ((mixed ^ (mixed >> 29)) * 0xff51afd7ed558ccdU) >> 32;
  }

  friend bool operator==(const FlowKey&, const FlowKey&) = default;
};

/// Whether a packet that no flow knows may begin one: an unasked ICMP reply does not.
[[nodiscard]] bool may_begin_flow(const PacketFacts& facts);

/// The key of a packet that leaves (`egress`) or enters the interface. Pre: not a later fragment.
[[nodiscard]] FlowKey flow_key(const PacketFacts& facts, bool egress);

class Conntrack {
 public:
  using Table = ExpiringTable<FlowKey, std::uint8_t>;
  using Flow = Table::Entry;

  static_assert(sizeof(Flow) == 32);

  /// The options outlive the table.
  explicit Conntrack(const TrackingOptions& options)
      : options_(&options), flows_(options.flows_max) {}

  /// The live flow of a key, or null. Good until the next track().
  [[nodiscard]] Flow* find(const FlowKey& key, SimTime now) { return flows_.find(key, now); }

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
  [[nodiscard]] SimTime deadline_of(const FlowKey& key, std::uint8_t seen, SimTime now) const;

  const TrackingOptions* options_;
  Table flows_;
};

}  // namespace vpclab::dataplane
