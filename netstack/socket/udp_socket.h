// socket/udp_socket.h - datagrams for programs of a host: bind, send, receive, and the ICMP errors
// about what was sent. Owned by a program; it refers to its host until closed or until the host
// stops. Never blocks: what has not arrived is not there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "netstack/base/result.h"
#include "netstack/host/endpoint.h"
#include "netstack/host/host_stack.h"

namespace vpclab::socket {

struct UdpOptions {
  std::uint8_t ttl = 0;  // 0: the host's initial TTL
  std::uint8_t tos = 0;
  host::PathMtuDiscovery discovery = host::PathMtuDiscovery::kWant;
  bool allow_broadcast = false;
  std::uint16_t receive_queue_max = 64;  // datagrams
};

/// A received datagram. `data` lives until pop() or close().
struct Datagram {
  SimTime received_at;
  wire::Ipv4Address source;
  wire::Ipv4Address destination;
  std::uint16_t source_port;
  std::uint8_t ttl;
  std::uint8_t tos;
  Bytes data;
};

/// An ICMP error about a datagram that this socket sent.
struct UdpError {
  SimTime received_at;
  wire::Ipv4Address from;  // who says so
  wire::Ipv4Address destination;
  std::uint16_t destination_port;
  std::uint8_t type;
  std::uint8_t code;
  std::uint32_t rest;  // the ICMP header's second word: for 3/4 the MTU
};

class UdpSocket final : public host::Endpoint {
 public:
  /// `stack` outlives the socket, or tells it that it stops.
  explicit UdpSocket(host::HostStack& stack, const UdpOptions& options = {});

  ~UdpSocket() override;
  UdpSocket(const UdpSocket&) = delete;
  UdpSocket& operator=(const UdpSocket&) = delete;

  /// Takes a port of one address, or of all (unspecified); port 0: any free one. Returns the port.
  /// Fails when the port is taken, the address is not the host's, or the socket is bound.
  [[nodiscard]] Result<std::uint16_t> bind(wire::Ipv4Address address, std::uint16_t port);

  /// Sends a copy of `data`; binds to a free port first if need be. kNoSuchSource also when there
  /// is no host any more or no port is free.
  host::SendResult send_to(SimTime now, wire::Ipv4Address destination, std::uint16_t port,
                           Bytes data);

  /// The datagram that arrived first, or nothing.
  [[nodiscard]] std::optional<Datagram> front() const;

  /// Takes the first datagram away. Pre: there is one.
  void pop();

  /// The first error not taken yet, or nothing. At most 16 are kept.
  [[nodiscard]] std::optional<UdpError> take_error();

  /// When the first datagram arrived; kNever if there is none: a program's deadline.
  [[nodiscard]] SimTime readable_since() const;

  /// Gives the port back and frees what was not read.
  void close();

  /// 0 if not bound.
  [[nodiscard]] std::uint16_t port() const { return port_; }

  [[nodiscard]] bool has_room() const override { return count_ < options_.receive_queue_max; }

  [[nodiscard]] host::Taken deliver(SimTime now, host::HostStack& stack,
                                    const host::Delivery& delivery) override;
  void on_error(SimTime now, host::HostStack& stack, const host::DeliveryError& error) override;
  void host_stopped() override;

 private:
  struct Queued {
    SimTime received_at;
    host::Delivery delivery;
  };

  void drop_queue();

  host::HostStack* stack_;  // null once the host has stopped
  UdpOptions options_;
  wire::Ipv4Address address_;
  std::uint16_t port_ = 0;
  std::vector<Queued> queue_;  // a ring: the same memory for every datagram
  std::size_t first_ = 0;
  std::size_t count_ = 0;
  std::vector<UdpError> errors_;
};

}  // namespace vpclab::socket
