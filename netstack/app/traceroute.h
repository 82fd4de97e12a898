// app/traceroute.h - probes with growing TTL and who complains about them, with the timing and the
// bookkeeping of Debian's traceroute 2.1: many probes at once, printed in order. It yields values;
// lines are made by traceroute_text.h. Attached to one host from start() to its end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "netstack/app/traceroute_options.h"
#include "netstack/host/endpoint.h"
#include "netstack/host/host_stack.h"

namespace vpclab::app {

/// What became of one probe.
struct TracerouteProbe {
  std::uint8_t hop = 0;         // its TTL
  std::uint8_t query = 0;       // from 0, within the hop
  std::uint8_t answer_ttl = 0;  // of the packet that answered
  bool sent = false;
  bool done = false;   // answered, or no longer waited for
  bool final = false;  // answered by the destination, or by somebody who knows of no way on
  bool answered = false;
  bool given_up = false;        // its answer was shown for an earlier one
  std::uint8_t error_type = 0;  // of the ICMP error that answered; 0: a reply
  std::uint8_t error_code = 0;
  std::uint32_t error_rest = 0;
  std::uint16_t key = 0;        // UDP: the source port; ICMP: the sequence
  std::uint64_t packet_id = 0;  // in traces
  std::uint64_t answer_id = 0;
  SimTime sent_at{};
  SimTime answered_at{};
  wire::Ipv4Address from;
};

class Traceroute;

/// Told in the order in which the real program prints.
class TracerouteListener {
 public:
  virtual ~TracerouteListener() = default;

  virtual void on_started(SimTime now, const Traceroute& traceroute) = 0;

  /// The next probe to print: hop by hop, query by query.
  virtual void on_probe(SimTime now, const Traceroute& traceroute,
                        const TracerouteProbe& probe) = 0;

  /// It could not start, or a probe could not be sent at all: the real program's sentence.
  virtual void on_failed(SimTime now, const Traceroute& traceroute, const std::string& reason) = 0;

  virtual void on_finished(SimTime now, const Traceroute& traceroute) = 0;
};

class Traceroute final : public host::Endpoint, public host::Program {
 public:
  enum class State : std::uint8_t { kNotStarted, kRunning, kFinished, kFailed, kHostStopped };

  /// `name` is what the destination is called in lines. The listener may be null, and outlives the
  /// traceroute otherwise.
  Traceroute(const TracerouteOptions& options, wire::Ipv4Address destination, std::string name,
             TracerouteListener* listener = nullptr);

  ~Traceroute() override;
  Traceroute(const Traceroute&) = delete;
  Traceroute& operator=(const Traceroute&) = delete;

  /// Attaches to `stack` and sends the first probes. False if that failed. Pre: not started. The
  /// owner of the stack pumps it afterwards.
  bool start(SimTime now, host::HostStack& stack);

  /// As Ctrl-C: ends now.
  void interrupt(SimTime now);

  [[nodiscard]] State state() const { return state_; }

  [[nodiscard]] bool is_running() const { return state_ == State::kRunning; }

  /// 0, or 1 if it failed.
  [[nodiscard]] int exit_status() const { return state_ == State::kFailed ? 1 : 0; }

  [[nodiscard]] const TracerouteOptions& options() const { return options_; }

  [[nodiscard]] wire::Ipv4Address destination() const { return destination_; }

  [[nodiscard]] const std::string& name() const { return name_; }

  /// The probes printed so far, in order: all of them once it is finished.
  [[nodiscard]] const std::vector<TracerouteProbe>& results() const { return results_; }

  /// True if a probe of the results reached the destination.
  [[nodiscard]] bool reached() const;

  void poll(SimTime now, host::HostStack& stack) override;

  [[nodiscard]] SimTime next_deadline() const override { return next_step_; }

  void program_stopped() override;

  [[nodiscard]] host::Taken deliver(SimTime now, host::HostStack& stack,
                                    const host::Delivery& delivery) override;
  void on_error(SimTime now, host::HostStack& stack, const host::DeliveryError& error) override;
  void host_stopped() override;

 private:
  void step(SimTime now, host::HostStack& stack);
  [[nodiscard]] bool is_overdue(SimTime now, std::size_t index) const;
  [[nodiscard]] bool print_next(SimTime now);
  [[nodiscard]] bool send_probe(SimTime now, host::HostStack& stack, TracerouteProbe& probe);
  [[nodiscard]] wire::PacketHandle make_message(host::HostStack& stack, TracerouteProbe& probe);
  [[nodiscard]] Duration timeout_of(std::size_t index) const;
  void expire(std::size_t index);
  [[nodiscard]] std::optional<std::size_t> misplaced_final(std::size_t index) const;
  [[nodiscard]] TracerouteProbe* probe_of(std::uint16_t key);
  void finish_probe(host::HostStack& stack, TracerouteProbe& probe);

  [[nodiscard]] bool uses_udp() const { return options_.method != TracerouteMethod::kIcmp; }

  void fail(SimTime now, const std::string& reason);
  void finish(SimTime now);
  void leave();

  TracerouteOptions options_;
  wire::Ipv4Address destination_;
  std::string name_;
  TracerouteListener* listener_;
  host::HostStack* stack_ = nullptr;  // while running
  wire::Ipv4Address source_;
  State state_ = State::kNotStarted;
  std::uint16_t identifier_ = 0;   // ICMP
  std::uint16_t next_number_ = 0;  // UDP: destination port; ICMP: sequence
  SimTime next_step_ = kNever;
  std::size_t printed_ = 0;  // probes_[0, printed_) are in the results
  std::size_t end_ = 0;      // probes_[end_, …) are not needed
  std::vector<TracerouteProbe> probes_;
  std::vector<TracerouteProbe> results_;
};

}  // namespace vpclab::app
