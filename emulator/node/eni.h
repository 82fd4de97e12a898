// node/eni.h - a network interface of a running guest. Its guest's side is Ethernet: it answers ARP
// from the subnet's mapping (L2-1…4); its outside asks source/dest check and security groups
// (ENI-3, SG-*). Two links join it to its VPC's router. Owned by the fabric; never routes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "emulator/api/ids.h"
#include "emulator/dataplane/conntrack.h"
#include "emulator/dataplane/packet_facts.h"
#include "emulator/engine/actor.h"
#include "emulator/link/impairment.h"
#include "emulator/link/link.h"
#include "emulator/node/context.h"
#include "emulator/node/fragment_timer.h"
#include "emulator/node/group_gate.h"
#include "emulator/node/resolver.h"
#include "emulator/trace/trace_event.h"
#include "netstack/wire/mac_address.h"
#include "netstack/wire/packet_pool.h"

namespace vpclab::node {

class Eni;
class Instance;
class VpcRouter;

/// L2-1, L2-2: the MAC address from which the interface at `to` gets a packet of `source`, unless
/// an appliance passed it on: its neighbour's, or the router's.
[[nodiscard]] wire::MacAddress presumed_last_hop(const dataplane::VpcTables& tables,
                                                 std::uint32_t to, wire::Ipv4Address source);

/// The router's end of an interface's uplink.
class UplinkPort : public engine::PacketSink {
 public:
  void accept(wire::PacketHandle packet) final;
};

/// The interface's end of its downlink.
class DownlinkPort : public engine::PacketSink {
 public:
  void accept(wire::PacketHandle packet) final;
};

class Eni final : private UplinkPort,
                  private DownlinkPort,
                  private FragmentHolder,
                  private ResolverPort {
 public:
  /// `number` is the interface's number in its guest's host stack.
  Eni(Context& context, VpcRouter& router, Instance& instance, const api::NetworkInterfaceId& id,
      std::uint8_t number);

  Eni(const Eni&) = delete;
  Eni& operator=(const Eni&) = delete;

  [[nodiscard]] const api::NetworkInterfaceId& id() const { return id_; }

  [[nodiscard]] Instance& instance() const { return *instance_; }

  [[nodiscard]] VpcRouter& router() const { return *router_; }

  [[nodiscard]] std::uint8_t number() const { return number_; }

  /// Its position in the router's tables, as they are now; dataplane::kNowhere once detached.
  [[nodiscard]] std::uint32_t slot() const { return slot_; }

  void set_slot(std::uint32_t slot) { slot_ = slot; }

  /// Takes over an Ethernet frame from the guest.
  void transmit(wire::PacketHandle frame);

  /// Takes over an IPv4 packet from the router, onto the link to this interface.
  void deliver(wire::PacketHandle packet, bool from_far_zone) {
    (from_far_zone ? far_downlink() : downlink_).accept(context_->links(), packet);
  }

  /// Goes on with the wires of the same interface before it was detached: what is wrong with them,
  /// and their random streams. Nothing has been sent here yet.
  void take_over_wires(const Eni& before);

  /// What is wrong with the link in a direction, from now on (kOut: away from the instance).
  void impair(trace::Direction direction, const link::Impairments& impairments);

  /// Forgets flows and fragments: the guest was stopped, or the interface is gone.
  void forget_flows();

  /// The flows tracked here; null before the first. For reports and tests.
  [[nodiscard]] const dataplane::Conntrack* conntrack() const { return gate_.conntrack(); }

  [[nodiscard]] trace::Tap tap(trace::Tap::Side side) const { return trace::Tap{id_, side}; }

  [[nodiscard]] engine::PortId uplink_port() const { return uplink_.to(); }

  [[nodiscard]] engine::PortId downlink_port() const { return downlink_.to(); }

 private:
  friend class UplinkPort;
  friend class DownlinkPort;
  struct Rules;

  [[nodiscard]] GatePlace place() { return {*context_, *this, tap(trace::Tap::Side::kFilter)}; }

  void answer_arp(wire::PacketHandle frame);
  void arrive(wire::PacketHandle packet);
  void pass_out(wire::PacketHandle packet, const trace::StepList* steps);
  void pass_in(wire::PacketHandle packet, wire::Ipv4Address source, const trace::StepList* steps);
  void hand_over(wire::PacketHandle packet, wire::Ipv4Address source, bool listening);
  void refuse_at_rest(wire::PacketHandle packet);

  /// FWD-1.1: a datagram for Amazon's DNS server.
  void ask_resolver(wire::PacketHandle packet, const dataplane::PacketFacts& facts);
  [[nodiscard]] bool ask_router(wire::PacketHandle packet, const dataplane::PacketFacts& facts);
  void take_answer(wire::PacketHandle packet) override;

  /// Judges, and sends on or hands over what may go on. `packet` begins with its IPv4 header.
  void filter(wire::PacketHandle packet, const dataplane::PacketFacts& facts, bool egress);

  SimTime expire_fragments(SimTime now) override;
  [[nodiscard]] link::Link& far_downlink();
  void refuse(trace::DropReason reason, bool egress, wire::PacketHandle packet,
              const trace::StepList* steps);

  Context* context_;
  VpcRouter* router_;
  Instance* instance_;
  api::NetworkInterfaceId id_;
  std::uint32_t slot_;
  std::uint8_t number_;
  link::Link uplink_;
  link::Link downlink_;
  std::unique_ptr<link::Link> far_downlink_;  // made for the first packet from another zone
  GroupGate gate_;
};

}  // namespace vpclab::node
