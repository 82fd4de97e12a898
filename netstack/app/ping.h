// app/ping.h - echo requests at intervals and what comes back, with the timing and the bookkeeping
// of iputils 20221126. It yields values: events as they happen, a result for each probe,
// statistics. Lines are made by ping_text.h. Attached to one host from start() to its end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "netstack/app/ping_options.h"
#include "netstack/app/ping_statistics.h"
#include "netstack/host/endpoint.h"
#include "netstack/host/host_stack.h"

namespace vpclab::app {

/// What became of one request.
struct PingProbe {
  std::uint64_t number = 0;     // from 1; icmp_seq is its low 16 bits
  std::uint64_t packet_id = 0;  // of the request in traces; 0: it never became a packet
  std::uint64_t answer_id = 0;  // of the first reply, or of the ICMP error; 0: none, or a local one
  SimTime sent{};
  SimTime answered = kNever;  // first reply, or error
  wire::Ipv4Address from;     // of the first reply, or of the error
  std::uint16_t duplicates = 0;
  std::uint8_t ttl = 0;  // of the first reply
  bool received = false;
  bool failed = false;  // an ICMP error came, or it could not be sent
  std::uint8_t error_type = 0;
  std::uint8_t error_code = 0;
  std::uint32_t error_rest = 0;  // 3/4: the MTU
};

// --- Events, in the order in which the real program prints them ---------------------------------

struct PingStarted {
  std::string name;  // as the destination was written
  wire::Ipv4Address destination;
  std::optional<wire::Ipv4Address> source;  // with -I
  std::string device;                       // with -I and a device
};

/// It could not start: the real program's sentence, without `ping: `.
struct PingRefused {
  std::string reason;
};

struct PingReply {
  std::uint16_t sequence;
  wire::Ipv4Address from;
  std::uint8_t ttl;
  std::size_t size;             // of the ICMP message
  std::optional<Duration> rtt;  // if the data has room for a time stamp
  bool duplicate;
  bool truncated;
  bool other_address;                     // not from where it was sent to
  std::optional<std::size_t> wrong_byte;  // the first that is not what was sent
  std::uint8_t expected_byte;
  Bytes data;  // lives as long as the call
};

struct PingError {
  std::uint16_t sequence;
  wire::Ipv4Address from;
  std::uint8_t type;
  std::uint8_t code;
  std::uint32_t rest;
};

/// The host itself could not send.
struct PingLocalError {
  host::SendStatus status;
  std::uint16_t mtu;
};

struct PingFinished {
  std::string name;
};

using PingEvent =
    std::variant<PingStarted, PingRefused, PingReply, PingError, PingLocalError, PingFinished>;

class Ping;

class PingListener {
 public:
  virtual ~PingListener() = default;

  virtual void on_ping(SimTime now, const Ping& ping, const PingEvent& event) = 0;
};

class Ping final : public host::Endpoint, public host::Program {
 public:
  enum class State : std::uint8_t { kNotStarted, kRunning, kFinished, kRefused, kHostStopped };

  /// `name` is what the destination is called in lines. The listener may be null, and outlives the
  /// ping otherwise.
  Ping(const PingOptions& options, wire::Ipv4Address destination, std::string name,
       PingListener* listener = nullptr);

  ~Ping() override;
  Ping(const Ping&) = delete;
  Ping& operator=(const Ping&) = delete;

  /// Attaches to `stack` and sends the first request. False if it is refused (state kRefused). Pre:
  /// not started. The owner of the stack pumps it afterwards.
  bool start(SimTime now, host::HostStack& stack);

  /// As Ctrl-C: ends now, with statistics. Nothing happens if it is not running.
  void interrupt(SimTime now);

  [[nodiscard]] State state() const { return state_; }

  [[nodiscard]] bool is_running() const { return state_ == State::kRunning; }

  /// What the real program exits with: 0 if anything came back (with -c and -w: enough), 1 if not,
  /// 2 if it was refused.
  [[nodiscard]] int exit_status() const;

  [[nodiscard]] const PingOptions& options() const { return options_; }

  [[nodiscard]] const PingStatistics& statistics() const { return statistics_; }

  /// Results by number; null if it was not sent, or is no longer kept (options().probes_kept).
  [[nodiscard]] const PingProbe* probe(std::uint64_t number) const;

  /// True if it pings a broadcast address (-b).
  [[nodiscard]] bool pings_broadcast() const { return is_broadcast_; }

  /// The ICMP identifier of this ping; 0 before it started.
  [[nodiscard]] std::uint16_t identifier() const { return identifier_; }

  void poll(SimTime now, host::HostStack& stack) override;
  [[nodiscard]] SimTime next_deadline() const override;
  void program_stopped() override;

  [[nodiscard]] host::Taken deliver(SimTime now, host::HostStack& stack,
                                    const host::Delivery& delivery) override;
  void on_error(SimTime now, host::HostStack& stack, const host::DeliveryError& error) override;
  void host_stopped() override;

 private:
  [[nodiscard]] std::optional<std::string> resolve_source(const host::HostStack& stack);
  [[nodiscard]] std::optional<std::string> reason_to_refuse(const host::HostStack& stack);
  void emit(SimTime now, const PingEvent& event);
  void send_probe(SimTime now, host::HostStack& stack);
  [[nodiscard]] PingProbe& new_probe(SimTime now);
  [[nodiscard]] PingProbe* probe_of(std::uint16_t sequence);
  void note_local_error(SimTime now, PingProbe& probe, const host::SendResult& result);
  void plan_next(SimTime now);
  void acknowledge(std::uint16_t sequence);
  [[nodiscard]] std::uint64_t in_flight() const;
  [[nodiscard]] Duration rtt_by_stamp(SimTime now, Bytes data) const;
  [[nodiscard]] bool was_seen(std::uint16_t sequence);
  void check_reply_data(Bytes data, PingReply& reply) const;
  void stop_if_done(SimTime now);
  void finish(SimTime now);
  void leave();

  PingOptions options_;
  wire::Ipv4Address destination_;
  std::string name_;
  PingListener* listener_;
  host::HostStack* stack_ = nullptr;  // while running
  wire::Ipv4Address source_;
  std::optional<std::size_t> interface_;
  std::string device_;
  State state_ = State::kNotStarted;
  bool is_broadcast_ = false;
  std::uint16_t identifier_ = 0;
  std::uint16_t acknowledged_ = 0;  // highest sequence that was answered
  SimTime started_{};
  SimTime next_send_ = kNever;
  SimTime exit_at_ = kNever;
  PingStatistics statistics_;
  std::vector<std::uint8_t> data_;   // what every request carries, but for the time stamp
  std::vector<PingProbe> probes_;    // a ring: number n lies at (n - 1) % probes_kept
  std::vector<std::uint64_t> seen_;  // a bit for each 16-bit sequence that was answered
};

}  // namespace vpclab::app
