// app/udp_echo.h - answers every datagram to its port with the same data (RFC 862). Owns its
// socket; attached to its host until it goes or the host stops.
#pragma once

#include <cstdint>

#include "netstack/base/result.h"
#include "netstack/host/endpoint.h"
#include "netstack/socket/udp_socket.h"

namespace vpclab::app {

class UdpEcho final : public host::Program {
 public:
  static constexpr std::uint16_t kPort = 7;

  explicit UdpEcho(host::HostStack& stack);
  ~UdpEcho() override;
  UdpEcho(const UdpEcho&) = delete;
  UdpEcho& operator=(const UdpEcho&) = delete;

  /// Listens on all addresses. Fails if the port is taken.
  [[nodiscard]] Result<std::uint16_t> listen(std::uint16_t port = kPort);

  [[nodiscard]] std::uint64_t answered() const { return answered_; }

  void poll(SimTime now, host::HostStack& stack) override;

  [[nodiscard]] SimTime next_deadline() const override { return socket_.readable_since(); }

  void program_stopped() override { stack_ = nullptr; }

 private:
  host::HostStack* stack_;
  socket::UdpSocket socket_;
  std::uint64_t answered_ = 0;
};

}  // namespace vpclab::app
