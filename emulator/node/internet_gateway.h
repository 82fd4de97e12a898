// node/internet_gateway.h - an internet gateway: stateless 1:1 translation between private and
// public addresses (IGW-3), and the wires to the internet's border. It is no hop and answers
// nothing (IGW-11). Owned by the fabric.
#pragma once

#include <cstdint>
#include <vector>

#include "emulator/api/ids.h"
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

class VpcRouter;

class InternetGateway final : public InternetEdge, public engine::PacketSink {
 public:
  /// `border` is where the region's border router takes packets from this one.
  InternetGateway(Context& context, const api::InternetGatewayId& id, std::uint32_t region,
                  engine::PortId border);

  InternetGateway(const InternetGateway&) = delete;
  InternetGateway& operator=(const InternetGateway&) = delete;

  [[nodiscard]] const api::InternetGatewayId& id() const { return id_; }

  [[nodiscard]] std::uint32_t region() const override { return region_; }

  /// The VPC it is attached to; null while detached.
  void attach(VpcRouter* router) { router_ = router; }

  [[nodiscard]] VpcRouter* router() const { return router_; }

  /// FWD-4: takes over a packet from its VPC. `route` is the step that chose this gateway; null if
  /// nobody listens.
  void leave(wire::PacketHandle packet, const dataplane::PacketFacts& facts,
             const trace::Step* route);

  void deliver(wire::PacketHandle packet) override { downlink_.accept(context_->links(), packet); }

  /// FWD-4b: a packet has come in from the internet.
  void accept(wire::PacketHandle packet) override;

  /// What is wrong with the wire to (kOut) or from (kIn) the internet.
  void impair(trace::Direction direction, const link::Impairments& impairments);

  [[nodiscard]] engine::PortId port() const { return downlink_.to(); }

  /// The border's end of its wire to the internet.
  [[nodiscard]] engine::PortId uplink_port() const { return uplink_.to(); }

 private:
  [[nodiscard]] trace::Tap tap(trace::Tap::Side side) const { return trace::Tap{id_, side}; }

  Context* context_;
  api::InternetGatewayId id_;
  std::uint32_t region_;
  VpcRouter* router_ = nullptr;
  link::Link uplink_;
  link::Link downlink_;
  std::vector<wire::PacketHandle> pieces_;  // scratch, so that cutting allocates nothing
};

}  // namespace vpclab::node
