#include "emulator/scenario/program.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "emulator/trace/explain_end.h"
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
  fate.code = trace::end_code(kMessageTooLong);
  fate.sentence = "the sender's own network stack refused a message of this size";
  return fate;
}

/// Where a program's probes go, looked up by the program's host where the author gave a DNS name.
class Destination {
 public:
  using Found = std::function<void(SimTime, wire::Ipv4Address, const std::string& name)>;
  using Failed = std::function<void(SimTime, std::string_view why)>;

  Destination(std::optional<wire::Ipv4Address> address, std::string name,
              app::ResolverSettings settings)
      : address_(address), name_(std::move(name)), resolver_(std::move(settings)) {}

  [[nodiscard]] const std::string& name() const { return name_; }

  /// Calls one of the two, at once or later.
  void find(SimTime now, host::HostStack& stack, const Found& found, const Failed& failed) {
    if (address_.has_value()) {
      return found(now, *address_, to_string(*address_));
    }
    resolver_.look_up(now, stack, name_,
                      [this, found, failed](SimTime at, const app::HostLookup& result) {
                        if (result.found()) {
                          found(at, result.addresses.front(), name_);
                        } else {
                          failed(at, app::failure_text(result.status));
                        }
                      });
  }

  /// Looks up what an address is called; empty where nobody knows. Pre: found, by its name.
  void find_name(SimTime now, host::HostStack& stack, wire::Ipv4Address address,
                 std::function<void(SimTime, const std::string&)> done) {
    resolver_.look_up(now, stack, address,
                      [done = std::move(done)](SimTime at, const app::HostLookup& result) {
                        done(at, result.name);
                      });
  }

  [[nodiscard]] bool is_looked_up() const { return !address_.has_value(); }

  [[nodiscard]] bool is_busy() const { return !resolver_.is_idle(); }

  void cancel() { resolver_.cancel(); }

 private:
  std::optional<wire::Ipv4Address> address_;
  std::string name_;
  app::StubResolver resolver_;
};

/// What ping and traceroute share: a destination that is looked up first, then the program itself,
/// which exists from then on.
template <class App, class Text, class Options>
class RunningProgram : public Program {
 public:
  RunningProgram(Options options, ProgramContext context)
      : options_(std::move(options)),
        lines_(std::move(context.lines)),
        text_(lines_),
        destination_(context.destination, std::move(context.name), std::move(context.resolver)) {}

  void interrupt(SimTime now) override {
    destination_.cancel();
    if (app_.has_value() && app_->is_running()) {
      app_->interrupt(now);
      guest_->pump();
    }
  }

  [[nodiscard]] bool is_running() const override {
    return destination_.is_busy() || (app_.has_value() && app_->is_running());
  }

 protected:
  Options options_;
  app::LineSink lines_;
  Text text_;
  Destination destination_;
  std::optional<App> app_;
  node::Guest* guest_ = nullptr;
};

class RunningPing final : public RunningProgram<app::Ping, app::PingText, app::PingOptions> {
 public:
  using RunningProgram::RunningProgram;

  void start(SimTime now, node::Guest& guest) override {
    guest_ = &guest;
    destination_.find(
        now, guest.host(),
        [this](SimTime at, wire::Ipv4Address address, const std::string& name) {
          app_.emplace(options_, address, name, &text_);
          if (!destination_.is_looked_up()) {
            app_->start(at, guest_->host());
            return;
          }
          // The real one asks when the first reply comes; its lines are the same.
          destination_.find_name(at, guest_->host(), address,
                                 [this, address](SimTime later, const std::string& host) {
                                   text_.set_host_name(address, host);
                                   app_->start(later, guest_->host());
                                 });
        },
        [this](SimTime at, std::string_view why) {
          lines_(at, app::Stream::kError, "ping: " + destination_.name() + ": " + std::string(why));
        });
    guest.pump();
  }

  [[nodiscard]] ProgramResult result(const Fates& fates) const override {
    PingOutcome outcome;
    if (!app_.has_value()) {
      return outcome;
    }
    outcome.transmitted = static_cast<std::uint32_t>(app_->statistics().transmitted);
    outcome.received = static_cast<std::uint32_t>(app_->statistics().received);
    for (std::uint64_t number = 1;; ++number) {
      const app::PingProbe* probe = app_->probe(number);
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
    result.packet = probe.packet_id;
    if (probe.received) {
      result.replies = 1U + probe.duplicates;
      result.from = to_string(probe.from);
      result.ttl = probe.ttl;
    } else {
      result.fate = probe.packet_id == 0 ? local_fate() : fates.fate_of(probe.packet_id);
    }
    if (const auto source = fates.seen_from(probe.packet_id)) {
      result.seen_from = to_string(*source);
    }
    return result;
  }
};

class RunningTraceroute final
    : public RunningProgram<app::Traceroute, app::TracerouteText, app::TracerouteOptions> {
 public:
  /// `place`: of the destination among the words, from 1.
  RunningTraceroute(const app::TracerouteOptions& options, std::size_t place,
                    ProgramContext context)
      : RunningProgram(options, std::move(context)), place_(place) {}

  void start(SimTime now, node::Guest& guest) override {
    guest_ = &guest;
    destination_.find(
        now, guest.host(),
        [this](SimTime at, wire::Ipv4Address address, const std::string& name) {
          app_.emplace(options_, address, name, &text_);
          app_->start(at, guest_->host());
        },
        [this](SimTime at, std::string_view why) { complain(at, why); });
    guest.pump();
  }

  [[nodiscard]] ProgramResult result(const Fates& fates) const override {
    TracerouteOutcome outcome;
    if (!app_.has_value()) {
      return outcome;
    }
    outcome.reached = app_->reached();
    for (const app::TracerouteProbe& probe : app_->results()) {
      TracerouteProbe& result = outcome.probes.emplace_back();
      result.hop = probe.hop;
      result.packet = probe.packet_id;
      if (probe.answered) {
        result.from = to_string(probe.from);
      } else {
        result.fate = probe.packet_id == 0 ? local_fate() : fates.fate_of(probe.packet_id);
      }
    }
    return outcome;
  }

 private:
  void complain(SimTime now, std::string_view why) {
    const std::string& name = destination_.name();
    lines_(now, app::Stream::kError, name + ": " + std::string(why));
    lines_(now, app::Stream::kError,
           "Cannot handle \"host\" cmdline arg `" + name + "' on position 1 (argc " +
               std::to_string(place_) + ")");
  }

  std::size_t place_;
};

}  // namespace

std::unique_ptr<Program> make_ping(const PingStep& step, ProgramContext context) {
  const auto command = app::parse_ping(step.words);
  VPCLAB_CHECK(command.has_value(), "a ping that the loader should have refused");
  app::PingOptions options = command->options;
  options.epoch_seconds = context.epoch_nanoseconds / 1'000'000'000;
  return std::make_unique<RunningPing>(std::move(options), std::move(context));
}

std::unique_ptr<Program> make_traceroute(const TracerouteStep& step, ProgramContext context) {
  const auto command = app::parse_traceroute(step.words);
  VPCLAB_CHECK(command.has_value(), "a traceroute that the loader should have refused");
  const auto written = std::find(step.words.begin(), step.words.end(), command->destination);
  const auto place = static_cast<std::size_t>(written - step.words.begin()) + 1;
  return std::make_unique<RunningTraceroute>(command->options, place, std::move(context));
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
