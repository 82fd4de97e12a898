// link/link_context.h - what all links of a run share: the simulator, who listens, the counters of
// what was lost, and the impairments of the few links that have some. Owned by the fabric.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "emulator/api/ids.h"
#include "emulator/engine/simulator.h"
#include "emulator/link/impairment.h"
#include "emulator/link/link_profile.h"
#include "emulator/trace/decision.h"
#include "emulator/trace/drop_reason.h"
#include "emulator/trace/trace_event.h"
#include "emulator/trace/trace_sink.h"
#include "netstack/wire/packet_pool.h"

namespace vpclab::link {

/// Counted always, whether somebody listens or not; packets, over all links of the run.
struct LinkCounters {
  std::uint64_t queue_full = 0;
  std::uint64_t lost = 0;
  std::uint64_t down = 0;
  std::uint64_t duplicated = 0;
  std::uint64_t reordered = 0;
  std::uint64_t corrupted = 0;

  friend bool operator==(const LinkCounters&, const LinkCounters&) = default;
};

class LinkContext {
 public:
  /// Which element stands behind a port: asked only when a link's event is recorded.
  using ElementOf = std::function<api::ResourceId(engine::PortId)>;

  /// `simulator` and `trace` outlive the context.
  LinkContext(engine::Simulator& simulator, trace::TraceHub& trace, ElementOf element_of);

  LinkContext(const LinkContext&) = delete;
  LinkContext& operator=(const LinkContext&) = delete;
  ~LinkContext() = default;

  [[nodiscard]] engine::Simulator& simulator() const { return *simulator_; }

  [[nodiscard]] const LinkCounters& counters() const { return counters_; }

  /// Links that are impaired or have been.
  [[nodiscard]] std::size_t impaired_links() const { return impairments_.size(); }

 private:
  friend class Link;

  /// Counts and records the drop on the link to `to`, and frees the packet.
  void drop(trace::DropReason reason, engine::PortId to, const LinkProfile& profile,
            wire::PacketHandle packet);

  /// Records that the link to `to` sent a copy that it made itself.
  void record_copy(engine::PortId to, wire::PacketHandle copy);

  /// Records that the link to `to` spoilt a packet, which goes on.
  void record_corruption(engine::PortId to, wire::PacketHandle packet);

  void record(trace::EventKind kind, std::optional<trace::DropReason> reason, engine::PortId to,
              trace::Step step, wire::PacketHandle packet);

  /// A new impairment of a link whose profile is `base`; lives as long as the context.
  Impairment& add_impairment(const LinkProfile& base, std::uint64_t seed, std::string_view name);

  engine::Simulator* simulator_;
  trace::TraceHub* trace_;
  ElementOf element_of_;
  LinkCounters counters_;
  std::vector<std::unique_ptr<Impairment>> impairments_;
};

}  // namespace vpclab::link
