#include "emulator/scenario/program.h"

#include <algorithm>
#include <utility>

#include "netstack/app/ping.h"
#include "netstack/app/ping_options.h"
#include "netstack/app/ping_text.h"
#include "netstack/app/traceroute.h"
#include "netstack/app/traceroute_options.h"
#include "netstack/app/traceroute_text.h"
#include "netstack/base/check.h"

namespace vpclab::scenario {
namespace {

/// A probe of which no packet was made: the host's own stack refused it.
Fate local_fate() {
  Fate fate;
  fate.reason = kMessageTooLong;
  fate.sentence = "the sender's own network stack refused a message of this size";
  return fate;
}

class RunningPing final : public Program {
 public:
  RunningPing(const app::PingOptions& options, ProgramContext context)
      : text_(std::move(context.lines)),
        ping_(options, context.destination, to_string(context.destination), &text_) {}

  void start(SimTime now, node::Guest& guest) override {
    guest_ = &guest;
    ping_.start(now, guest.host());
    guest.pump();
  }

  void interrupt(SimTime now) override {
    if (ping_.is_running()) {
      ping_.interrupt(now);
      guest_->pump();
    }
  }

  [[nodiscard]] bool is_running() const override { return ping_.is_running(); }

  [[nodiscard]] ProgramResult result(const Fates& fates) const override {
    PingOutcome outcome;
    outcome.transmitted = static_cast<std::uint32_t>(ping_.statistics().transmitted);
    outcome.received = static_cast<std::uint32_t>(ping_.statistics().received);
    for (std::uint64_t number = 1;; ++number) {
      const app::PingProbe* probe = ping_.probe(number);
      if (probe == nullptr) {
        if (number > outcome.transmitted) {
          return outcome;
        }
        continue;
      }
      outcome.probes.push_back(probe_of(*probe, fates));
    }
  }

 private:
  static PingProbe probe_of(const app::PingProbe& probe, const Fates& fates) {
    PingProbe result;
    result.sequence = static_cast<std::uint32_t>(probe.number);
    if (probe.received) {
      result.replies = 1U + probe.duplicates;
      result.from = to_string(probe.from);
      result.ttl = probe.ttl;
    } else {
      result.fate = probe.packet_id == 0 ? local_fate() : fates.fate_of(probe.packet_id);
    }
    return result;
  }

  app::PingText text_;
  app::Ping ping_;
  node::Guest* guest_ = nullptr;
};

class RunningTraceroute final : public Program {
 public:
  RunningTraceroute(const app::TracerouteOptions& options, ProgramContext context)
      : text_(std::move(context.lines)),
        traceroute_(options, context.destination, to_string(context.destination), &text_) {}

  void start(SimTime now, node::Guest& guest) override {
    guest_ = &guest;
    traceroute_.start(now, guest.host());
    guest.pump();
  }

  void interrupt(SimTime now) override {
    if (traceroute_.is_running()) {
      traceroute_.interrupt(now);
      guest_->pump();
    }
  }

  [[nodiscard]] bool is_running() const override { return traceroute_.is_running(); }

  [[nodiscard]] ProgramResult result(const Fates& fates) const override {
    TracerouteOutcome outcome;
    outcome.reached = traceroute_.reached();
    for (const app::TracerouteProbe& probe : traceroute_.results()) {
      TracerouteProbe& result = outcome.probes.emplace_back();
      result.hop = probe.hop;
      if (probe.answered) {
        result.from = to_string(probe.from);
      } else {
        result.fate = probe.packet_id == 0 ? local_fate() : fates.fate_of(probe.packet_id);
      }
    }
    return outcome;
  }

 private:
  app::TracerouteText text_;
  app::Traceroute traceroute_;
  node::Guest* guest_ = nullptr;
};

}  // namespace

std::unique_ptr<Program> make_ping(const PingStep& step, ProgramContext context) {
  const auto command = app::parse_ping(step.words);
  VPCLAB_CHECK(command.has_value(), "a ping that the loader should have refused");
  app::PingOptions options = command->options;
  options.epoch_seconds = context.epoch_nanoseconds / 1'000'000'000;
  return std::make_unique<RunningPing>(options, std::move(context));
}

std::unique_ptr<Program> make_traceroute(const TracerouteStep& step, ProgramContext context) {
  const auto command = app::parse_traceroute(step.words);
  VPCLAB_CHECK(command.has_value(), "a traceroute that the loader should have refused");
  return std::make_unique<RunningTraceroute>(command->options, std::move(context));
}

std::string command_of(std::string_view program, const ProgramStep& step,
                       const std::string& address) {
  std::string command(program);
  const auto destination = std::find(step.words.rbegin(), step.words.rend(), step.to.value);
  for (auto word = step.words.begin(); word != step.words.end(); ++word) {
    const bool is_destination = destination != step.words.rend() && word + 1 == destination.base();
    command += ' ' + (is_destination ? address : *word);
  }
  return command;
}

}  // namespace vpclab::scenario
