// node/classic_network.h - EC2-Classic in one region (CLC-1): a flat network without subnets, ACLs
// or route tables, which carries packets between its instances and, at their public addresses, to
// and from the internet (CL-18). It is no hop. Owned by the fabric, which replaces its tables.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "emulator/api/ids.h"
#include "emulator/dataplane/classic_plan.h"
#include "emulator/dataplane/packet_facts.h"
#include "emulator/engine/actor.h"
#include "emulator/link/impairment.h"
#include "emulator/link/link.h"
#include "emulator/node/context.h"
#include "emulator/node/internet.h"
#include "emulator/trace/decision.h"
#include "emulator/trace/trace_event.h"
#include "netstack/wire/packet_pool.h"

namespace vpclab::node {

class ClassicInstance;
class ClassicNetwork;

/// Who compiles a region's EC2-Classic and knows its nodes: the fabric.
class ClassicPlanner {
 public:
  virtual ~ClassicPlanner() = default;

  /// It has changed since the network's tables were installed: installs new ones.
  virtual void refresh(ClassicNetwork& network) = 0;
};

/// What the network is given: its tables, and the node behind each of their positions.
struct ClassicPlan {
  std::unique_ptr<const dataplane::ClassicTables> tables;
  std::vector<ClassicInstance*> instances;  // parallel to tables->instances
};

class ClassicNetwork final : public InternetEdge, private engine::PacketSink {
 public:
  /// Has no tables yet. `border` is where the region's border router takes packets from this one.
  ClassicNetwork(Context& context, ClassicPlanner& planner, std::uint32_t region,
                 engine::PortId border);

  ClassicNetwork(const ClassicNetwork&) = delete;
  ClassicNetwork& operator=(const ClassicNetwork&) = delete;

  [[nodiscard]] api::ResourceId id() const { return dataplane::classic_network_id(region_); }

  [[nodiscard]] std::uint32_t region() const override { return region_; }

  /// The tables as of this instant (RT-26): compiled anew if something has changed.
  [[nodiscard]] const dataplane::ClassicTables& tables() {
    if (stale_) {
      planner_->refresh(*this);
    }
    return *plan_.tables;
  }

  /// Counts the plans that were installed: what was judged under another number is void.
  [[nodiscard]] std::uint32_t plan_number() const { return plan_number_; }

  /// FWD-7.3: takes over a packet that passed the groups of `from`.
  void from_instance(ClassicInstance& from, wire::PacketHandle packet);

  void deliver(wire::PacketHandle packet) override { downlink_.accept(context_->links(), packet); }

  /// What is wrong with the wire to (kOut) or from (kIn) the internet.
  void impair(trace::Direction direction, const link::Impairments& impairments);

  [[nodiscard]] engine::PortId port() const { return downlink_.to(); }

  /// The border's end of its wire to the internet.
  [[nodiscard]] engine::PortId uplink_port() const { return uplink_.to(); }

  // --- The fabric's side ------------------------------------------------------------------------

  void mark_stale() { stale_ = true; }

  /// A mark of the fabric's own: whether it has noted this network somewhere. Returns the old one.
  bool set_noted(bool noted) { return std::exchange(noted_, noted); }

  void install(ClassicPlan plan);

  [[nodiscard]] const ClassicPlan& plan() const { return plan_; }

 private:
  void accept(wire::PacketHandle packet) override;
  void leave(wire::PacketHandle packet, const dataplane::PacketFacts& facts);
  void pass_on(std::uint32_t instance, wire::PacketHandle packet, const trace::StepList* steps);

  [[nodiscard]] trace::Tap tap(trace::Tap::Side side) const { return trace::Tap{id(), side}; }

  Context* context_;
  ClassicPlanner* planner_;
  std::uint32_t region_;
  bool stale_ = true;
  bool noted_ = false;
  std::uint32_t plan_number_ = 0;
  ClassicPlan plan_;
  link::Link uplink_;
  link::Link downlink_;
};

}  // namespace vpclab::node
