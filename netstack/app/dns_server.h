// app/dns_server.h - what a name server says to a datagram, and a program that listens at port 53
// of a host and says it. Whoever knows names answers through a DnsLookup; nothing is kept here. The
// server owns its socket; attached to its host until it goes or the host stops.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "netstack/base/bytes.h"
#include "netstack/base/result.h"
#include "netstack/host/endpoint.h"
#include "netstack/socket/udp_socket.h"
#include "netstack/wire/dns.h"

namespace vpclab::app {

/// What is known about a question.
struct DnsReply {
  wire::DnsRcode rcode = wire::DnsRcode::kNoError;
  std::vector<wire::DnsRecord> answers;
  std::vector<wire::DnsRecord> authorities;
};

/// Asked once for each query in class IN.
using DnsLookup = std::function<DnsReply(const wire::DnsQuestion&)>;

/// Answers of servers take at most this much (RFC 9715), bytes.
inline constexpr std::size_t kDnsServerSize = 1232;

/// The answer to a datagram (RFC 1035, RFC 6891), cut to what its asker takes: FORMERR for what
/// cannot be read, NOTIMP for other operations than queries, REFUSED for other classes than IN.
/// Empty: not to be answered (no header, or itself an answer).
[[nodiscard]] std::vector<std::uint8_t> answer_dns(Bytes query, const DnsLookup& look_up);

class DnsServer final : public host::Program {
 public:
  DnsServer(host::HostStack& stack, DnsLookup look_up);
  ~DnsServer() override;
  DnsServer(const DnsServer&) = delete;
  DnsServer& operator=(const DnsServer&) = delete;

  /// Listens at port 53 of all addresses. Fails if it is taken.
  [[nodiscard]] Result<std::uint16_t> listen();

  void poll(SimTime now, host::HostStack& stack) override;

  [[nodiscard]] SimTime next_deadline() const override { return socket_.readable_since(); }

  void program_stopped() override { stack_ = nullptr; }

 private:
  host::HostStack* stack_;
  socket::UdpSocket socket_;
  DnsLookup look_up_;
};

}  // namespace vpclab::app
