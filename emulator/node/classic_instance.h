// node/classic_instance.h - an instance of EC2-Classic: a guest with one network card and no
// network interface (CLC-1, CLC-6). Its outside has two sides: the flat network, judged by its own
// groups (CLC-3), and, while it is linked, ClassicLink, judged by the groups chosen at link time
// (CL-15). Each packet takes one of them (FWD-7). Owned by the fabric; never routes.
#pragma once

#include <cstdint>

#include "emulator/api/ids.h"
#include "emulator/dataplane/classic_plan.h"
#include "emulator/dataplane/packet_facts.h"
#include "emulator/engine/actor.h"
#include "emulator/link/impairment.h"
#include "emulator/link/link.h"
#include "emulator/node/classic_network.h"
#include "emulator/node/context.h"
#include "emulator/node/fragment_timer.h"
#include "emulator/node/group_gate.h"
#include "emulator/node/guest.h"
#include "emulator/node/resolver.h"
#include "emulator/trace/trace_event.h"
#include "netstack/wire/packet_pool.h"

namespace vpclab::node {

class VpcRouter;

class ClassicInstance final : public Guest, private FragmentHolder, private ResolverPort {
 public:
  ClassicInstance(Context& context, ClassicNetwork& network, const api::InstanceId& id,
                  const host::HostOptions& options);

  [[nodiscard]] const api::InstanceId& id() const { return id_; }

  [[nodiscard]] api::ResourceId resource() const override { return id_; }

  /// Unspecified while it is stopped: its address went (CLC-2).
  [[nodiscard]] wire::Ipv4Address address() const override;

  /// As the plan says now: changes of this instant are seen (RT-26).
  [[nodiscard]] bool is_running() override;

  /// Its position in the network's tables, as they are now; dataplane::kNowhere once terminated.
  [[nodiscard]] std::uint32_t slot() const { return slot_; }

  /// The router of the VPC that it is linked to now; null if to none.
  [[nodiscard]] VpcRouter* linked_vpc();

  /// Takes over an IPv4 packet from the flat network, onto the wire to this instance.
  void deliver(wire::PacketHandle packet) { classic_.down.accept(context().links(), packet); }

  /// Takes over an IPv4 packet from the VPC that it is linked to, onto the link.
  void deliver_by_link(wire::PacketHandle packet) { link_.down.accept(context().links(), packet); }

  /// What is wrong with the wires of both sides in a direction, from now on (kOut: away from it).
  void impair(trace::Direction direction, const link::Impairments& impairments);

  /// Calls visit(port, id) for each port of it.
  template <class Visitor>
  void for_each_port(Visitor&& visit) const {
    for (const Side* side : {&classic_, &link_}) {
      visit(side->up.to(), api::ResourceId(id_));
      visit(side->down.to(), api::ResourceId(id_));
    }
  }

  // --- The fabric's side ------------------------------------------------------------------------

  /// It is as `now` says, at this position in the network's tables, and linked to this VPC (null:
  /// to none). It begins anew when it stops, is rebooted or has another address.
  void follow(const dataplane::ClassicInstance& now, std::uint32_t slot, VpcRouter* linked);

  /// It was terminated.
  void forget();

 private:
  /// One end of a wire.
  struct Port final : engine::PacketSink {
    using Handler = void (ClassicInstance::*)(wire::PacketHandle);

    Port(ClassicInstance& of, Handler takes) : instance(of), handler(takes) {}

    void accept(wire::PacketHandle packet) override { (instance.*handler)(packet); }

    ClassicInstance& instance;
    Handler handler;
  };

  /// What belongs to one side of it.
  struct Side {
    Side(ClassicInstance& of, trace::Tap::Side kind, std::string_view name, Port::Handler leaves,
         Port::Handler arrives);

    trace::Tap::Side tap_side;
    Port far_end;
    Port near_end;
    link::Link up;
    link::Link down;
    GroupGate gate;
  };

  struct Rules;

  void transmit(std::size_t number, wire::PacketHandle frame) override;
  [[nodiscard]] trace::Tap tap(std::size_t number) const override;

  [[nodiscard]] bool taps_frames() const override { return true; }

  void answer_arp(wire::PacketHandle frame);
  void leave_to_classic(wire::PacketHandle packet);
  void leave_to_vpc(wire::PacketHandle packet);

  void arrive_from_classic(wire::PacketHandle packet) { arrive(classic_, packet); }

  void arrive_from_vpc(wire::PacketHandle packet) { arrive(link_, packet); }

  void arrive(Side& side, wire::PacketHandle packet);
  void filter(Side& side, wire::PacketHandle packet, const dataplane::PacketFacts& facts,
              bool egress);
  void pass(Side& side, wire::PacketHandle packet, bool egress, const trace::StepList* steps);
  void hand_over(wire::PacketHandle packet, bool listening);
  void ask_resolver(wire::PacketHandle packet, const dataplane::PacketFacts& facts);
  void take_answer(wire::PacketHandle packet) override;
  SimTime expire_fragments(SimTime now) override;
  void set_address(const dataplane::ClassicInstance& now);
  void set_state(bool running, std::uint32_t boots);

  /// The position of its link in the tables of the VPC that it is linked to; dataplane::kNowhere if
  /// there is none.
  [[nodiscard]] std::uint32_t link_slot();

  [[nodiscard]] GatePlace place(const Side& side) {
    return {context(), *this, trace::Tap{id_, side.tap_side}};
  }

  ClassicNetwork* network_;
  api::InstanceId id_;
  std::uint32_t slot_ = dataplane::kNowhere;
  std::uint32_t boots_ = 0;
  bool running_ = false;
  VpcRouter* linked_ = nullptr;
  std::uint32_t links_made_ = 0;
  Side classic_;
  Side link_;
};

}  // namespace vpclab::node
