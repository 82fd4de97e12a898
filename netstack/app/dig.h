// app/dig.h - one question to name servers and what they say, as BIND 9.18's dig asks it. It yields
// values: each failed try, the answer or none; lines are made by dig_text.h. Attached to one host
// from start() to its end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "netstack/app/dig_options.h"
#include "netstack/app/dns_exchange.h"
#include "netstack/base/sim_time.h"
#include "netstack/host/host_stack.h"
#include "netstack/wire/dns.h"

namespace vpclab::app {

class Dig;

class DigListener {
 public:
  virtual ~DigListener() = default;

  virtual void on_failed_try(SimTime now, const Dig& dig, const DnsTry& failed) = 0;

  /// It is over: answered, or no server could be reached.
  virtual void on_end(SimTime now, const Dig& dig) = 0;
};

class Dig final : private DnsExchangeListener {
 public:
  enum class State : std::uint8_t { kNotStarted, kRunning, kAnswered, kNoAnswer, kStopped };

  /// `name_servers` are asked unless the options name one. The listener may be null, and outlives
  /// the dig otherwise.
  Dig(DigOptions options, std::vector<wire::Ipv4Address> name_servers,
      DigListener* listener = nullptr);

  /// Attaches to `stack` and sends the first query. Pre: not started. The owner of the stack pumps
  /// it afterwards.
  void start(SimTime now, host::HostStack& stack);

  /// As Ctrl-C: ends now. Nothing happens if it is not running.
  void interrupt();

  /// kStopped also when the host has stopped.
  [[nodiscard]] State state() const;

  [[nodiscard]] bool is_running() const { return state() == State::kRunning; }

  /// What the real program exits with: 0 if there was an answer, whatever it says; 9 if not.
  [[nodiscard]] int exit_status() const { return state_ == State::kAnswered ? 0 : 9; }

  [[nodiscard]] const DigOptions& options() const { return options_; }

  /// The answer; nothing if there was none, or is none yet.
  [[nodiscard]] const std::optional<wire::DnsMessage>& response() const {
    return exchange_.response();
  }

  /// Bytes of the answer.
  [[nodiscard]] std::size_t response_size() const { return exchange_.response_size(); }

  /// What was sent, in order.
  [[nodiscard]] const std::vector<DnsTry>& tries() const { return exchange_.tries(); }

 private:
  void on_failed_try(SimTime now, const DnsTry& failed) override;
  void on_exchange_end(SimTime now) override;

  DigOptions options_;
  std::vector<wire::Ipv4Address> name_servers_;
  DigListener* listener_;
  State state_ = State::kNotStarted;
  DnsExchange exchange_;
};

}  // namespace vpclab::app
