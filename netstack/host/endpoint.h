// host/endpoint.h - what stands behind a port: sockets and programs implement it, the stack calls
// it. And what has a timer on a host. Both are owned by their makers and outlive their attachment.
#pragma once

#include <cstddef>
#include <cstdint>

#include "netstack/base/bytes.h"
#include "netstack/base/sim_time.h"
#include "netstack/wire/ipv4_address.h"
#include "netstack/wire/packet_pool.h"

namespace vpclab::host {

class HostStack;

/// A datagram for an endpoint. The views live as long as the call, or as long as the packet is
/// kept.
struct Delivery {
  wire::PacketHandle packet;
  wire::Ipv4Address source;
  wire::Ipv4Address destination;
  std::size_t interface;       // kLoopbackInterface for the host's own packets
  std::size_t ip_offset;       // where the IPv4 header begins in the packet
  std::size_t message_offset;  // where the ICMP or UDP header begins
  std::size_t message_size;    // of the ICMP or UDP message, header included
  std::uint8_t ttl;
  std::uint8_t tos;
};

/// An ICMP error about a packet of this endpoint, or the stack's own word that it cannot leave.
struct DeliveryError {
  wire::Ipv4Address from;         // who says so; the own address if the host itself does
  wire::Ipv4Address destination;  // of the packet that failed
  std::uint8_t type;              // ICMP type: 3 unreachable, 11 time exceeded, 12 …
  std::uint8_t code;
  std::uint8_t ttl;         // of the packet that brought the error, as received
  std::uint32_t rest;       // the ICMP header's second word; 3/4: the next link's MTU
  Bytes quoted_message;     // the start of the failed ICMP or UDP message, 8 bytes at least; lives
                            // as long as the call
  std::uint64_t packet_id;  // of the packet that brought it; 0 if the host itself says so
  std::size_t size;         // of the ICMP message that brought it
};

/// What an endpoint did with a delivery.
enum class Taken : std::uint8_t {
  kDone,  // read; the stack frees the packet
  kKept,  // the endpoint owns the packet now and frees it later
};

/// Behind a UDP port or an ICMP echo identifier.
class Endpoint {
 public:
  virtual ~Endpoint() = default;

  /// Asked before each delivery; false refuses it (kSocketFull).
  [[nodiscard]] virtual bool has_room() const { return true; }

  [[nodiscard]] virtual Taken deliver(SimTime now, HostStack& stack, const Delivery& delivery) = 0;

  virtual void on_error(SimTime now, HostStack& stack, const DeliveryError& error) = 0;

  /// The host was stopped, or is about to be destroyed: forget the stack, free what was kept. The
  /// port is released already.
  virtual void host_stopped() = 0;
};

/// Something on a host with timers of its own, polled by its stack.
class Program {
 public:
  virtual ~Program() = default;

  /// Does what is due at `now`; may send. Called too early it does nothing.
  virtual void poll(SimTime now, HostStack& stack) = 0;

  /// When poll() has something to do; kNever if nothing is planned.
  [[nodiscard]] virtual SimTime next_deadline() const = 0;

  /// The host was stopped, or is about to be destroyed: forget the stack. Detached already.
  virtual void program_stopped() = 0;
};

}  // namespace vpclab::host
