// The runner's hands: starting programs, making calls, changing links.
#include <algorithm>

#include "emulator/control/control_plane.h"
#include "emulator/scenario/owners.h"
#include "emulator/scenario/rule_text.h"
#include "emulator/scenario/runner.h"
#include "netstack/base/overloaded.h"

namespace vpclab::scenario {
namespace {

constexpr std::size_t kLongestCommand = 8'192;  // bytes that are shown

/// The id that a name stands for now, if any.
std::optional<api::ResourceId> resource_of(const IdBook& book, const std::string& name) {
  const std::optional<std::string> id = book.find(name);
  if (!id.has_value()) {
    return std::nullopt;
  }
  const Result<api::ResourceId> parsed = api::ResourceId::parse(*id);
  return parsed.has_value() ? std::optional(*parsed) : std::nullopt;
}

/// What the author asks for goes over what holds already.
void merge(const Impairment& wanted, link::Impairments& impairments) {
  impairments.loss_ppm = wanted.loss_ppm.value_or(impairments.loss_ppm);
  impairments.duplicate_ppm = wanted.duplicate_ppm.value_or(impairments.duplicate_ppm);
  impairments.reorder_ppm = wanted.reorder_ppm.value_or(impairments.reorder_ppm);
  impairments.corrupt_ppm = wanted.corrupt_ppm.value_or(impairments.corrupt_ppm);
  impairments.jitter = wanted.jitter.value_or(impairments.jitter);
  impairments.down = wanted.up.has_value() ? !*wanted.up : impairments.down;
  if (wanted.queue_bytes.has_value()) {
    impairments.queue_limit_bytes = wanted.queue_bytes;
  }
  if (wanted.delay.has_value()) {
    impairments.propagation_delay = wanted.delay;
  }
  if (wanted.rate_bits_per_second.has_value()) {
    impairments.rate_bits_per_second = wanted.rate_bits_per_second;
  }
}

}  // namespace

void Runner::start(Entry& entry) {
  entry.state = State::kRunning;
  entry.outcome.began = now();
  if (entry.step != nullptr) {
    start_step(entry);
  } else {
    start_check(entry);
  }
}

void Runner::start_step(Entry& entry) {
  const Step& step = *entry.step;
  std::visit(
      Overloaded{[](std::monostate) {}, [&](const PingStep& ping) { start_ping(entry, ping); },
                 [&](const TracerouteStep& trace) { start_traceroute(entry, trace); },
                 [&](const DigStep& dig) { start_dig(entry, dig); },
                 [&](const WaitStep& wait) { begin_wait(entry, wait); },
                 [&](const StopStep& stop) { stop_program(entry, stop); },
                 [&](const ApiStep& /*call*/) { make_call(entry, step); },
                 [&](const CliStep& /*call*/) { make_call(entry, step); },
                 [&](const LinkStep& links) {
                   if (observer_ != nullptr) {
                     observer_->on_begin(entry.outcome);
                   }
                   const std::string fault = apply(links.changes);
                   if (fault.empty()) {
                     finish(entry);
                   } else {
                     fail(entry, fault);
                   }
                 }},
      step.action);
}

void Runner::start_ping(Entry& entry, const PingStep& step) {
  if (std::optional<ProgramContext> context = context_for(entry, step, "ping")) {
    run(entry, step, make_ping(step, *std::move(context)));
  }
}

void Runner::start_traceroute(Entry& entry, const TracerouteStep& step) {
  if (std::optional<ProgramContext> context = context_for(entry, step, "traceroute")) {
    run(entry, step, make_traceroute(step, *std::move(context)));
  }
}

/// What a ping or traceroute needs to know; nothing, and the entry has failed, where its
/// destination has no address.
std::optional<ProgramContext> Runner::context_for(Entry& entry, const ProgramStep& step,
                                                  std::string_view program) {
  const bool from_internet = world_.internet_host(step.from.value) != nullptr;
  const std::optional<wire::Ipv4Address> address = destination(step.to.value, from_internet);
  const std::string target = resolved(step.to.value);
  const bool is_looked_up = !address.has_value() && !book_.knows(target);
  announce(entry, step,
           scenario::command_of(program, step, address.has_value() ? to_string(*address) : target));
  if (address.has_value() || is_looked_up) {
    return context_of(entry, step, address);
  }
  fail(entry, from_internet && destination(step.to.value, false).has_value()
                  ? "'" + step.to.value + "' has no public address at this time, and '" +
                        step.from.value + "' is on the internet: give it `elastic_ip: true`"
                  : "'" + step.to.value + "' has no address at this time");
  return std::nullopt;
}

void Runner::start_dig(Entry& entry, const DigStep& step) {
  std::vector<std::string> words;
  std::string command = "dig";
  std::string fault;
  for (const std::string& word : step.words) {
    words.push_back(word_of_dig(word, fault));
    command += ' ' + words.back();
  }
  announce(entry, step, std::move(command));
  if (!fault.empty()) {
    fail(entry, std::move(fault));
    return;
  }
  Result<std::unique_ptr<Program>> dig = make_dig(words, context_of(entry, step, std::nullopt));
  if (dig.has_value()) {
    run(entry, step, *std::move(dig));
  } else {
    fail(entry, std::move(dig.error().message));
  }
}

/// A word of dig's with addresses and texts in place of names.
std::string Runner::word_of_dig(const std::string& word, std::string& fault) {
  if (word.starts_with('@')) {
    const std::string server = word.substr(1);
    const std::optional<wire::Ipv4Address> address = destination(server, false);
    if (!address.has_value()) {
      fault = "the server '" + server + "' has no address at this time";
      return word;
    }
    return '@' + to_string(*address);
  }
  std::string missing;
  const std::optional<std::string> text = book_.expand(word, missing);
  if (!text.has_value()) {
    fault = "'" + missing + "' stands for nothing at this time";
  }
  return text.value_or(word);
}

void Runner::announce(Entry& entry, const ProgramStep& step, std::string command) {
  entry.outcome.host = step.from.value;
  entry.outcome.command = std::move(command);
  if (entry.step != nullptr && observer_ != nullptr) {
    observer_->on_begin(entry.outcome);
  }
}

ProgramContext Runner::context_of(Entry& entry, const ProgramStep& step,
                                  std::optional<wire::Ipv4Address> address) {
  ProgramContext context;
  context.destination = address;
  context.name = resolved(step.to.value);
  context.epoch_nanoseconds = epoch_nanoseconds_;
  context.lines = line_sink(entry);
  if (const node::Guest* guest = sender(step.from.value)) {
    if (const auto settings = world_.settings_of(guest->resource())) {
      context.resolver.name_servers = settings->name_servers;
      for (const Word& domain : split_words(settings->domain_name)) {
        context.resolver.search.emplace_back(domain.text);
      }
    }
  }
  return context;
}

void Runner::run(Entry& entry, const ProgramStep& step, std::unique_ptr<Program> program) {
  node::Guest* guest = sender(step.from.value);
  if (guest == nullptr || !guest->is_running()) {
    fail(entry, "'" + step.from.value + "' is not running");
    return;
  }
  entry.program = std::move(program);
  programs_.push_back(&entry);
  entry.program->start(now(), *guest);
}

app::LineSink Runner::line_sink(Entry& entry) {
  return [this, &entry](SimTime /*at*/, app::Stream /*stream*/, std::string_view line) {
    entry.outcome.output += line;
    entry.outcome.output += '\n';
    if (entry.step != nullptr && observer_ != nullptr) {
      observer_->on_line(entry.outcome, line);
    }
  };
}

node::Guest* Runner::sender(const std::string& name) {
  if (node::InternetHost* host = world_.internet_host(name)) {
    return host;
  }
  const std::optional<api::ResourceId> resource = resource_of(book_, name);
  return resource.has_value() ? world_.guest(*resource) : nullptr;
}

std::optional<wire::Ipv4Address> Runner::destination(const std::string& text, bool from_internet) {
  if (const node::InternetHost* host = world_.internet_host(text)) {
    return host->address();
  }
  const std::optional<std::string> address = book_.address_of(text, from_internet);
  if (!address.has_value()) {
    return std::nullopt;
  }
  const Result<wire::Ipv4Address> parsed = wire::Ipv4Address::parse(*address);
  return parsed.has_value() ? std::optional(*parsed) : std::nullopt;
}

void Runner::make_call(Entry& entry, const Step& step) {
  CallOptions options;
  if (step.as.has_value()) {
    options.caller = caller_of(scenario_, step.as->value);
    entry.outcome.as = step.as->value;
  }
  options.name = step.name.has_value() ? step.name->value : "";
  options.id = step.id.has_value() ? step.id->value : "";
  const auto* action = std::get_if<ApiStep>(&step.action);
  CallResult result = action != nullptr ? caller_.call(*action, options)
                                        : caller_.call(std::get<CliStep>(step.action), options);
  entry.outcome.command = printable(result.command, kLongestCommand);
  if (result.fault.empty()) {  // else no call was made, and there is no answer to judge
    entry.outcome.result = result.outcome;
  }
  if (observer_ != nullptr) {
    observer_->on_begin(entry.outcome);
  }
  const ApiOutcome& answer = result.outcome;
  const std::string wanted = step.expect_error.has_value() ? step.expect_error->value : "";
  if (!result.fault.empty()) {
    fail(entry, result.fault);
  } else if (answer.error_code == wanted) {
    finish(entry);
  } else if (answer.error_code.empty()) {
    fail(entry, "accepted, though " + wanted + " was expected");
  } else {
    fail(entry, answer.error_code + ": " + answer.error_message +
                    (wanted.empty() ? "" : " (" + wanted + " was expected)"));
  }
}

void Runner::begin_wait(Entry& entry, const WaitStep& wait) {
  if (observer_ != nullptr) {
    observer_->on_begin(entry.outcome);
  }
  const auto next = world_.control().next_settling_transition();
  entry.wake =
      wait.duration.has_value() ? now() + *wait.duration : std::max(now(), next.value_or(now()));
  if (entry.wake == now() && (wait.duration.has_value() || !next.has_value())) {
    finish(entry);
  }
}

void Runner::stop_program(Entry& entry, const StopStep& stop) {
  if (observer_ != nullptr) {
    observer_->on_begin(entry.outcome);
  }
  Entry* target = entry_of_step(stop.step.value);
  if (target != nullptr && target->program != nullptr) {
    target->program->interrupt(now());
  }
  finish(entry);
}

std::string Runner::apply(const std::vector<LinkChange>& changes) {
  for (const LinkChange& change : changes) {
    const std::optional<api::ResourceId> element = resource_of(book_, change.of.value);
    if (!element.has_value()) {
      return "'" + change.of.value + "' stands for nothing at this time";
    }
    const std::pair<trace::Direction, const std::optional<Impairment>*> sides[] = {
        {trace::Direction::kOut, &change.out}, {trace::Direction::kIn, &change.in}};
    for (const auto& [direction, wanted] : sides) {
      if (!wanted->has_value()) {
        continue;
      }
      link::Impairments& impairments = impairments_[{*element, direction}];
      merge(**wanted, impairments);
      if (!world_.impair(*element, direction, impairments)) {
        return "there is no link at '" + change.of.value + "' at this time";
      }
    }
  }
  return {};
}

}  // namespace vpclab::scenario
