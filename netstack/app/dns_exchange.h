// app/dns_exchange.h - one question to name servers by UDP, with the patience of resolv.conf(5):
// server after server, round after round. What stub resolvers and dig are made of. Attached to one
// host from start() to its end; may be started again.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "netstack/base/sim_time.h"
#include "netstack/host/endpoint.h"
#include "netstack/host/host_stack.h"
#include "netstack/wire/dns.h"
#include "netstack/wire/ipv4_address.h"

namespace vpclab::app {

struct DnsExchangeOptions {
  std::vector<wire::Ipv4Address> servers;
  std::uint16_t port = wire::kDnsPort;
  Duration timeout = std::chrono::seconds(5);  // of each datagram
  std::uint32_t rounds = 2;                    // through all servers
  bool recursion_desired = true;
  std::optional<std::uint16_t> edns_size;  // what is asked for by EDNS
};

/// One datagram that was sent, and what came of it.
struct DnsTry {
  enum class Outcome : std::uint8_t {
    kWaiting,
    kAnswered,
    kTimedOut,
    kRefused,      // an ICMP error: nobody listens
    kUnreachable,  // another ICMP error, or it could not be sent
  };

  wire::Ipv4Address server;
  std::uint64_t packet_id = 0;  // of the query in traces; 0: it never became a packet
  std::uint64_t answer_id = 0;  // of the answer, or of the ICMP error
  SimTime sent{};
  SimTime ended = kNever;
  Outcome outcome = Outcome::kWaiting;
};

class DnsExchangeListener {
 public:
  virtual ~DnsExchangeListener() = default;

  /// A try has failed; if there is another, it follows.
  virtual void on_failed_try(SimTime now, const DnsTry& failed) = 0;

  /// It is over: answered, or every try has failed. It may be started again.
  virtual void on_exchange_end(SimTime now) = 0;
};

class DnsExchange final : public host::Endpoint, public host::Program {
 public:
  /// The listener outlives the exchange.
  explicit DnsExchange(DnsExchangeListener& listener) : listener_(listener) {}

  ~DnsExchange() override;
  DnsExchange(const DnsExchange&) = delete;
  DnsExchange& operator=(const DnsExchange&) = delete;

  /// Attaches to `stack` and sends the first query; the end comes later, in any case. Pre: not
  /// running. The owner of the stack pumps it afterwards.
  void start(SimTime now, host::HostStack& stack, const wire::DnsQuestion& question,
             const DnsExchangeOptions& options);

  /// Ends now, without a word to the listener. Nothing happens if it is not running.
  void cancel();

  [[nodiscard]] bool is_running() const { return stack_ != nullptr; }

  /// The answer; nothing if there was none.
  [[nodiscard]] const std::optional<wire::DnsMessage>& response() const { return response_; }

  /// Bytes of the answer.
  [[nodiscard]] std::size_t response_size() const { return response_size_; }

  /// What was sent since start(), in order.
  [[nodiscard]] const std::vector<DnsTry>& tries() const { return tries_; }

  void poll(SimTime now, host::HostStack& stack) override;

  [[nodiscard]] SimTime next_deadline() const override { return deadline_; }

  void program_stopped() override;

  [[nodiscard]] host::Taken deliver(SimTime now, host::HostStack& stack,
                                    const host::Delivery& delivery) override;
  void on_error(SimTime now, host::HostStack& stack, const host::DeliveryError& error) override;

  void host_stopped() override { program_stopped(); }

 private:
  void send_next(SimTime now);
  [[nodiscard]] host::SendResult send_query(SimTime now, wire::Ipv4Address server);
  void end(SimTime now);
  void release_port();

  DnsExchangeListener& listener_;
  host::HostStack* stack_ = nullptr;  // while running
  wire::DnsQuestion question_;
  DnsExchangeOptions options_;
  std::uint16_t id_ = 0;
  std::uint16_t port_ = 0;  // of this host; 0: none
  SimTime deadline_ = kNever;
  std::optional<wire::DnsMessage> response_;
  std::size_t response_size_ = 0;
  std::vector<DnsTry> tries_;
};

}  // namespace vpclab::app
