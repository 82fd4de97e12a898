// node/nat_gateway.h - a NAT gateway (FWD-5): takes what its VPC's router brings it, lowers the
// TTL, translates and gives it back; takes answers back the other way (NAT-3…10). It has no
// security group and answers nothing but spent TTLs and segments of forgotten connections. Owned by
// the fabric.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "emulator/api/ids.h"
#include "emulator/dataplane/expiring_table.h"
#include "emulator/dataplane/fragment_gate.h"
#include "emulator/dataplane/packet_facts.h"
#include "emulator/dataplane/plan.h"
#include "emulator/engine/actor.h"
#include "emulator/link/impairment.h"
#include "emulator/link/link.h"
#include "emulator/node/context.h"
#include "emulator/trace/decision.h"
#include "emulator/trace/drop_reason.h"
#include "emulator/trace/trace_event.h"
#include "netstack/host/source_nat.h"
#include "netstack/wire/packet_pool.h"

namespace vpclab::node {

class NatGateway;
class VpcRouter;

/// The router's end of a NAT gateway's uplink.
class NatUplinkPort : public engine::PacketSink {
 public:
  void accept(wire::PacketHandle packet) final;
};

/// The gateway's end of its downlink.
class NatDownlinkPort : public engine::PacketSink {
 public:
  void accept(wire::PacketHandle packet) final;
};

class NatGateway final : private NatUplinkPort, private NatDownlinkPort {
 public:
  NatGateway(Context& context, VpcRouter& router, const api::NatGatewayId& id);

  NatGateway(const NatGateway&) = delete;
  NatGateway& operator=(const NatGateway&) = delete;

  [[nodiscard]] const api::NatGatewayId& id() const { return id_; }

  /// Its position in the router's tables as they are now; dataplane::kNowhere once it is no longer
  /// available: then all its flows are forgotten (NAT-11).
  void set_position(std::uint32_t position);

  [[nodiscard]] std::uint32_t position() const { return position_; }

  /// Takes over a packet from the router, onto the link to the gateway: one of a client, or one for
  /// the gateway's own address.
  void deliver(wire::PacketHandle packet, bool from_far_zone) {
    (from_far_zone ? far_downlink() : downlink_).accept(context_->links(), packet);
  }

  /// What is wrong with the link to (kIn) or from (kOut) the gateway.
  void impair(trace::Direction direction, const link::Impairments& impairments);

  /// The flows that it translates; null before the first. For reports and tests.
  [[nodiscard]] const host::PortTranslation* table() const {
    return nat_ == nullptr ? nullptr : &nat_->table();
  }

  [[nodiscard]] engine::PortId uplink_port() const { return uplink_.to(); }

  [[nodiscard]] engine::PortId downlink_port() const { return downlink_.to(); }

 private:
  friend class NatUplinkPort;
  friend class NatDownlinkPort;

  /// How the later fragments of a UDP datagram go on (NAT-4).
  struct Shared {
    wire::Ipv4Address address;  // unspecified: not at all
  };

  void arrive(wire::PacketHandle packet);
  void serve(const dataplane::NatGateway& gateway, wire::PacketHandle packet,
             const dataplane::PacketFacts& facts);
  void take_back(const dataplane::NatGateway& gateway, wire::PacketHandle packet,
                 const dataplane::PacketFacts& facts);

  /// What was found out about a packet before it is translated: why it cannot be, if so.
  [[nodiscard]] std::optional<trace::DropReason> translate_leaving(
      const dataplane::NatGateway& gateway, wire::PacketHandle packet,
      const dataplane::PacketFacts& facts);
  [[nodiscard]] std::optional<trace::DropReason> translate_entering(
      wire::PacketHandle packet, const dataplane::PacketFacts& facts);
  [[nodiscard]] std::optional<trace::DropReason> translate_later_fragment(
      wire::PacketHandle packet, const dataplane::PacketFacts& facts, bool leaving);
  [[nodiscard]] bool is_awaited(wire::PacketHandle packet, const dataplane::PacketFacts& facts);
  void share(const dataplane::PacketFacts& facts, bool leaving, wire::Ipv4Address address);

  void answer_reset(wire::PacketHandle about);
  void expire(const dataplane::NatGateway& gateway, wire::PacketHandle packet, bool leaving);
  void refuse(trace::DropReason reason, wire::PacketHandle packet, bool leaving);
  void send(wire::PacketHandle packet);
  [[nodiscard]] host::SourceNat& nat();
  [[nodiscard]] link::Link& far_downlink();

  [[nodiscard]] trace::Tap tap(trace::Tap::Side side) const { return trace::Tap{id_, side}; }

  Context* context_;
  VpcRouter* router_;
  api::NatGatewayId id_;
  std::uint32_t position_ = dataplane::kNowhere;
  link::Link uplink_;
  link::Link downlink_;
  std::unique_ptr<link::Link> far_downlink_;  // made for the first packet from another zone
  std::unique_ptr<host::SourceNat> nat_;      // made for the first packet
  std::unique_ptr<dataplane::ExpiringTable<dataplane::DatagramKey, Shared>> fragments_;
};

}  // namespace vpclab::node
