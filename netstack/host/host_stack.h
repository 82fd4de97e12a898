// host/host_stack.h - the network stack of one host, without input or output of its own: Ethernet
// frames and a time go in, frames and a next deadline come out. It answers ARP and echo requests
// itself; sockets and programs attach to it. Owned by whoever pumps it (node::Instance, a test, a
// bridge to a real interface); it knows no engine, no clock and no thread. See netstack/README.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "netstack/base/sim_time.h"
#include "netstack/host/endpoint.h"
#include "netstack/host/host_observer.h"
#include "netstack/host/host_options.h"
#include "netstack/host/outgoing.h"
#include "netstack/host/port_table.h"
#include "netstack/wire/icmpv4.h"
#include "netstack/wire/ipv4.h"
#include "netstack/wire/ipv4_address.h"
#include "netstack/wire/mac_address.h"
#include "netstack/wire/packet_pool.h"

namespace vpclab::wire {
struct ArpPacket;
}  // namespace vpclab::wire

namespace vpclab::host {

/// How many interfaces a host has room for.
inline constexpr std::size_t kInterfacesMax = 16;

class ArpCache;
class Reassembler;
class PathMtuCache;
class IcmpLimiter;
class SourceNat;
enum class PacketOrigin : std::uint8_t;

class HostStack {
 public:
  /// The pool and the observer outlive the stack. `observer` may be null.
  HostStack(wire::PacketPool& pool, const HostOptions& options, HostObserver* observer = nullptr);

  /// As shut_down(), without a word to the observer.
  ~HostStack();

  HostStack(const HostStack&) = delete;
  HostStack& operator=(const HostStack&) = delete;

  /// Adds an interface and returns its number, the lowest that is free: 0, 1, … Pre: there are
  /// fewer than kInterfacesMax.
  std::size_t add_interface(const InterfaceConfig& config);

  /// Takes an interface away (a network interface is detached): its addresses are no longer the
  /// host's, its routes are gone, what arrives at it is refused (kNotForMe), and what waits for
  /// somebody's address there ends (kHostStopped). The other interfaces keep their numbers.
  void remove_interface(SimTime now, std::size_t number);

  /// Adds or removes a secondary address. False if it was there already, or was not there.
  bool add_address(std::size_t interface, wire::Ipv4Address address);
  bool remove_address(std::size_t interface, wire::Ipv4Address address);

  /// Adds a route beside those of the interfaces. Pre: the interface exists.
  void add_route(const HostRoute& route);

  // --- The owner's side -------------------------------------------------------------------------

  /// Takes over an Ethernet frame that arrived at `interface`.
  void receive(SimTime now, std::size_t interface, wire::PacketHandle frame);

  /// Does what is due: address resolution, reassembly timeouts, loopback, programs. Calling it too
  /// early does no harm.
  void poll(SimTime now);

  /// When poll() is to be called next; kNever if nothing is planned. May change with every call.
  [[nodiscard]] SimTime deadline() const;

  /// The same, as a value that may be absent.
  [[nodiscard]] std::optional<SimTime> next_deadline() const {
    const SimTime next = deadline();
    return next == kNever ? std::nullopt : std::optional<SimTime>(next);
  }

  /// Hands every frame that is ready to leave to `sink(interface, packet)`, which takes it over, in
  /// the order in which they were sent. The sink may call receive() at once; what that sends is
  /// handed over too, by the outermost call.
  template <class Sink>
  void drain_outbound(Sink&& sink) {
    if (draining_) {
      return;
    }
    draining_ = true;
    // By index: the sink may make the stack send more.
    for (std::size_t next = 0; next < outbound_.size(); ++next) {  // NOLINT(modernize-loop-convert)
      const Outbound frame = outbound_[next];
      sink(std::size_t{frame.interface}, frame.packet);
    }
    outbound_.clear();
    draining_ = false;
  }

  /// Ends everything that is inside (kHostStopped), forgets what was learnt, releases all ports and
  /// detaches all programs, which are told. Not from within drain_outbound().
  void shut_down(SimTime now);

  /// Says on the link of `interface` that its addresses are here (gratuitous ARP, RFC 5227 3).
  void announce(std::size_t interface);

  // --- The side of sockets and programs ---------------------------------------------------------

  /// A packet of `size` bytes with room for the headers in front: fill it, then send() it.
  [[nodiscard]] wire::PacketHandle allocate_message(std::size_t size);

  /// Sends `message`, an ICMP or UDP message with its checksum already right (from source_for()'s
  /// address, if none is given), in one or more IPv4 packets. Takes the message over in any case.
  SendResult send(SimTime now, wire::PacketHandle message, const Outgoing& outgoing);

  /// The source address that send() would choose. Nothing if there is no route.
  [[nodiscard]] std::optional<wire::Ipv4Address> source_for(
      wire::Ipv4Address destination, std::optional<std::size_t> interface = std::nullopt) const;

  /// True for all own addresses, primary, secondary and 127.0.0.0/8.
  [[nodiscard]] bool owns(wire::Ipv4Address address) const;

  /// True for 255.255.255.255 and the last address of each interface's subnet.
  [[nodiscard]] bool is_broadcast(wire::Ipv4Address address) const;

  /// What the path to `destination` carries as far as known: the interface's MTU or less.
  [[nodiscard]] std::uint16_t path_mtu(SimTime now, wire::Ipv4Address destination) const;

  [[nodiscard]] PortTable& ports() { return ports_; }

  /// From now on poll() and deadline() include `program`. Pre: not attached.
  void attach(Program& program);

  /// The opposite. Allowed while the program is being polled. Nothing happens if it is not there.
  void detach(Program& program);

  [[nodiscard]] wire::PacketPool& pool() { return pool_; }

  [[nodiscard]] const HostOptions& options() const { return options_; }

  /// From now on passes on, or not, what is not for this host (net.ipv4.ip_forward).
  void set_ip_forward(bool on) { options_.ip_forward = on; }

  /// From now on gives what it forwards the address of the interface that it leaves through, and
  /// takes back the answers (iptables -t nat -A POSTROUTING -j MASQUERADE). Flows that are known go
  /// on. What it does not forward it does not translate either: see set_ip_forward().
  void set_masquerade(bool on) { options_.masquerade = on; }

  /// Whether it has masqueraded anything: what it forwards may have changed.
  [[nodiscard]] bool masquerades() const { return source_nat_ != nullptr; }

  /// Numbers are below this; there may be removed ones among them.
  [[nodiscard]] std::size_t interface_count() const { return interfaces_.size(); }

  [[nodiscard]] bool has_interface(std::size_t number) const {
    return number < interfaces_.size() && ((removed_ >> number) & 1U) == 0;
  }

  /// The configuration of an interface, with the addresses as they are now.
  [[nodiscard]] const InterfaceConfig& interface(std::size_t number) const {
    return interfaces_[number];
  }

 private:
  struct Outbound {
    wire::PacketHandle packet;
    std::uint8_t interface;
  };

  /// A packet of the host to itself, on its way.
  struct Looping {
    SimTime at;
    wire::PacketHandle packet;
  };

  struct Route {
    std::size_t interface;  // or kLoopbackInterface
    wire::Ipv4Address next_hop;
  };

  /// A received IPv4 packet while it is looked at.
  struct Received {
    wire::PacketHandle packet;
    Bytes ip;            // from its IPv4 header on, Ethernet's padding included
    std::size_t offset;  // where that begins in the packet
    std::size_t interface;
    bool link_cast;  // came as a link-layer broadcast or multicast
  };

  /// What an address is to this host.
  enum class Kind : std::uint8_t { kOther, kOwn, kBroadcast };

  // host_stack.cc
  void finish(SimTime now, std::size_t interface, wire::PacketHandle packet, HostOutcome outcome);

  void finish(SimTime now, const Received& received, HostOutcome outcome) {
    finish(now, received.interface, received.packet, outcome);
  }

  void end_all(std::optional<SimTime> now);
  void wake_by(SimTime time);
  void poll_timers(SimTime now);
  void plan_timers();

  // route.cc
  [[nodiscard]] Kind kind_of(wire::Ipv4Address address) const;
  [[nodiscard]] std::optional<std::size_t> first_interface() const;
  [[nodiscard]] std::optional<Route> find_route(wire::Ipv4Address destination,
                                                wire::Ipv4Address source,
                                                std::optional<std::size_t> interface) const;
  [[nodiscard]] std::optional<Route> find_way_out(wire::Ipv4Address destination,
                                                  wire::Ipv4Address source,
                                                  std::optional<std::size_t> interface) const;
  [[nodiscard]] std::optional<std::size_t> owner_of(wire::Ipv4Address address) const;

  // arp.cc
  void receive_arp(SimTime now, std::size_t interface, wire::PacketHandle frame);
  void learn(SimTime now, std::size_t interface, wire::Ipv4Address address, wire::MacAddress mac,
             bool may_add);
  void resolve(SimTime now, std::size_t interface, wire::Ipv4Address next_hop,
               wire::PacketHandle packet, PacketOrigin origin);
  void ask(std::size_t interface, wire::MacAddress to, wire::Ipv4Address target);
  void send_arp(std::size_t interface, wire::MacAddress to, const wire::ArpPacket& arp,
                std::uint64_t cause);
  void poll_arp(SimTime now);
  void fail_waiting(SimTime now, std::size_t interface, wire::PacketHandle packet,
                    PacketOrigin origin);
  void give_up(SimTime now, std::size_t interface, wire::PacketHandle packet, PacketOrigin origin,
               HostOutcome outcome);

  // ipv4_input.cc
  void receive_ipv4(SimTime now, const Received& received);
  void deliver_local(SimTime now, const Received& received);
  void receive_fragment(SimTime now, const Received& received);
  [[nodiscard]] bool make_room(SimTime now, const wire::Ipv4Header& header);
  void deliver_reassembled(SimTime now, bool link_cast);
  void poll_reassembly(SimTime now);
  void receive_udp(SimTime now, const Received& received);
  void hand_over(SimTime now, Endpoint& endpoint, const Received& received,
                 std::size_t message_size, HostOutcome outcome);

  // ipv4_output.cc
  SendResult send_by(SimTime now, wire::PacketHandle message, const Outgoing& outgoing,
                     const Route& route);
  void output(SimTime now, const Route& route, wire::PacketHandle packet, PacketOrigin origin);
  void output_fragments(SimTime now, const Route& route, std::uint16_t mtu,
                        wire::PacketHandle packet, PacketOrigin origin);
  void transmit(SimTime now, std::size_t interface, wire::MacAddress to, wire::PacketHandle packet,
                PacketOrigin origin);
  void forward(SimTime now, const Received& received);
  [[nodiscard]] std::optional<Route> judge_passage(SimTime now, const Received& received,
                                                   wire::Ipv4Address destination);
  void pass_on(SimTime now, const Received& received, const Route& route);
  void poll_loopback(SimTime now);

  // masquerade.cc
  [[nodiscard]] bool masquerade(SimTime now, const Route& route, const Received& received);
  [[nodiscard]] bool hand_back(SimTime now, const Received& received);

  // icmp.cc
  void receive_icmp(SimTime now, const Received& received);
  void answer_echo(SimTime now, const Received& received);
  void receive_icmp_error(SimTime now, const Received& received);
  void send_icmp_error(SimTime now, const Received& about, wire::IcmpV4Header error);
  void report_local(SimTime now, wire::Ipv4Address from, Bytes failed, wire::IcmpV4Header error);
  [[nodiscard]] Endpoint* endpoint_of_quote(Bytes quoted) const;

  // tcp_reset.cc
  void refuse_tcp(SimTime now, const Received& received);

  wire::PacketPool& pool_;
  HostObserver* observer_;
  HostOptions options_;
  std::uint16_t next_identification_ = 0;
  std::uint16_t removed_ = 0;  // a bit for each interface that was taken away
  bool draining_ = false;
  bool polling_ = false;
  SimTime timers_at_ = kNever;  // the stack's own next timer, or earlier
  std::vector<InterfaceConfig> interfaces_;
  std::vector<HostRoute> routes_;
  std::vector<Outbound> outbound_;
  std::vector<Looping> looping_;               // in the order of their times
  std::vector<Program*> programs_;             // null: detached while polling
  std::vector<wire::PacketHandle> fragments_;  // scratch, so that cutting allocates nothing
  PortTable ports_;
  std::unique_ptr<ArpCache> arp_;
  std::unique_ptr<Reassembler> reassembler_;
  std::unique_ptr<PathMtuCache> path_mtus_;
  std::unique_ptr<IcmpLimiter> limiter_;
  std::unique_ptr<SourceNat> source_nat_;  // made for the first flow that is masqueraded
};

}  // namespace vpclab::host
