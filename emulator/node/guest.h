// node/guest.h - a host in the simulation: a HostStack, pumped when packets arrive and when its
// timers are due. Instances and the internet's hosts are guests; programs (ping, traceroute) attach
// to host(). Owned by the fabric; never looks into packets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "emulator/api/ids.h"
#include "emulator/engine/actor.h"
#include "emulator/node/context.h"
#include "emulator/trace/trace_event.h"
#include "netstack/base/sim_time.h"
#include "netstack/host/host_observer.h"
#include "netstack/host/host_options.h"
#include "netstack/host/host_stack.h"
#include "netstack/wire/ipv4_address.h"
#include "netstack/wire/packet_pool.h"

namespace vpclab::node {

class Guest : public engine::Actor, private host::HostObserver {
 public:
  Guest(const Guest&) = delete;
  Guest& operator=(const Guest&) = delete;

  /// Where programs and sockets attach. After a program was attached or told to do something,
  /// call pump().
  [[nodiscard]] host::HostStack& host() { return host_; }

  [[nodiscard]] const host::HostStack& host() const { return host_; }

  /// The instance's id, or the internet host's number.
  [[nodiscard]] virtual api::ResourceId resource() const = 0;

  /// The primary address, as the guest knows it (ENI-4: private).
  [[nodiscard]] virtual wire::Ipv4Address address() const = 0;

  /// Only running guests send and receive (INST-2).
  [[nodiscard]] virtual bool is_running() = 0;

  /// Lets the host do what is due now, sends what is ready, and asks for the next wake.
  void pump();

  /// Hands the host a frame that has arrived at its interface `number`; takes it over.
  void receive(std::size_t number, wire::PacketHandle frame);

  void act() override { pump(); }

 protected:
  Guest(Context& context, const host::HostOptions& options);

  /// Takes over a frame that the host sends through its interface `number`.
  virtual void transmit(std::size_t number, wire::PacketHandle frame) = 0;

  /// Where the events of the host's interface `number` are seen.
  [[nodiscard]] virtual trace::Tap tap(std::size_t number) const = 0;

  /// Whether frames at this guest's tap carry their Ethernet header.
  [[nodiscard]] virtual bool taps_frames() const = 0;

  /// Records that a packet leaves the host: for the first time, or again after it was forwarded.
  /// Pre: somebody listens.
  void record_leaving(std::size_t number, wire::PacketHandle packet);

  [[nodiscard]] Context& context() const { return context_; }

 private:
  void send_what_is_ready();

  /// Takes a packet out of `inside_`. False if it was not there: nobody has heard of it.
  bool forget(std::uint64_t packet);

  /// Before a packet ends that never was on a wire, its beginning is recorded (without Ethernet).
  void ensure_begun(const trace::Tap& tap, wire::PacketHandle packet, trace::Direction direction);

  /// The same of the host's own numbers: what it sends to itself is seen at its first interface.
  [[nodiscard]] trace::Tap tap_inside(std::size_t number) const;

  void on_consumed(SimTime now, std::size_t interface, wire::PacketHandle packet,
                   host::HostOutcome outcome) override;
  void on_replaced(SimTime now, std::size_t interface, std::span<const wire::PacketHandle> before,
                   std::span<const wire::PacketHandle> after) override;

  Context& context_;
  engine::PortId port_;
  std::vector<std::uint64_t>
      inside_;  // while somebody listens: packets that came in, not yet ended
  host::HostStack host_;
};

}  // namespace vpclab::node
