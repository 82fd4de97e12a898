#include "emulator/scenario/runner.h"

#include <algorithm>
#include <chrono>

#include "emulator/control/control_plane.h"
#include "emulator/scenario/expectation.h"
#include "emulator/scenario/owners.h"
#include "netstack/base/overloaded.h"

namespace vpclab::scenario {
namespace {

constexpr Duration kLongestRun = std::chrono::hours(24 * 1000);  // nothing takes longer
constexpr std::size_t kLongestCommand = 8'192;                   // bytes that are shown
constexpr Duration kLinger = std::chrono::seconds(1);            // for packets on their way

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

std::string name_of_step(const Step& step, std::size_t index) {
  return step.name.has_value() ? step.name->value : "step " + std::to_string(index + 1);
}

/// What a step will do, before it is known more exactly.
std::string command_of(const Step& step) {
  return std::visit(Overloaded{[](const WaitStep& wait) {
                                 return "wait " + (wait.duration.has_value()
                                                       ? vpclab::to_string(*wait.duration)
                                                       : std::string("until settled"));
                               },
                               [](const StopStep& stop) { return "stop " + stop.step.value; },
                               [](const LinkStep& links) {
                                 std::string text = "links";
                                 for (const LinkChange& change : links.changes) {
                                   text += ' ' + change.of.value;
                                 }
                                 return text;
                               },
                               [](const auto& /*other*/) { return std::string(); }},
                    step.action);
}

}  // namespace

Runner::Runner(const Scenario& scenario, world::World& world, IdBook& book,
               std::int64_t epoch_nanoseconds)
    : scenario_(scenario),
      world_(world),
      book_(book),
      epoch_nanoseconds_(epoch_nanoseconds),
      port_(world.simulator().add_actor(*this)),
      caller_(scenario, world, book),
      fates_(world) {}

RunOutcome Runner::run(const RunOptions& options) {
  world_.begin();
  world_.trace().add(fates_);
  prepare(options);
  const SimTime limit = options.until.value_or(SimTime{} + kLongestRun);
  world_.simulator().wake_at(port_, now());
  static_cast<void>(world_.simulator().run_until([this] { return update(); }, limit));
  let_packets_end(options);
  world_.trace().remove(fates_);
  return collect();
}

void Runner::prepare(const RunOptions& options) {
  observer_ = options.observer;
  step_count_ = scenario_.run.size();
  entries_.resize(step_count_ + (options.checks ? scenario_.checks.size() : 0));
  for (std::size_t i = 0; i < step_count_; ++i) {
    prepare_step(i);
  }
  std::optional<std::size_t> before;
  for (std::size_t i = step_count_; i < entries_.size(); ++i) {
    entries_[i].check = &scenario_.checks[i - step_count_];
    entries_[i].outcome.name = entries_[i].check->name;
    if (!entries_[i].check->at.has_value()) {
      entries_[i].before = before;
      before = i;
    }
  }
}

void Runner::prepare_step(std::size_t index) {
  const Step& step = scenario_.run[index];
  Entry& entry = entries_[index];
  entry.step = &step;
  entry.outcome.name = name_of_step(step, index);
  entry.outcome.mark = step.mark;
  entry.outcome.command = command_of(step);
  if (index > 0) {
    entry.before = index - 1;
  }
  if (step.after.has_value()) {
    const Entry* named = entry_of_step(step.after->value);
    entry.before = static_cast<std::size_t>(named - entries_.data());
  }
}

RunOutcome Runner::collect() {
  RunOutcome outcome;
  outcome.ended = now();
  for (std::size_t i = 0; i < step_count_; ++i) {
    Entry& entry = entries_[i];
    if (entry.state == State::kRunning) {
      entry.outcome.ended = now();
      if (entry.program != nullptr) {
        entry.outcome.result = entry.program->result(fates_);
      }
      if (observer_ != nullptr) {
        observer_->on_end(entry.outcome);
      }
    }
    if (entry.state != State::kWaiting) {
      outcome.steps.push_back(std::move(entry.outcome));
    }
  }
  for (std::size_t i = step_count_; i < entries_.size(); ++i) {
    const Entry& entry = entries_[i];
    CheckOutcome check = std::move(judged_[i - step_count_]);
    if (entry.state != State::kEnded) {
      check.observed = "the run stopped before";
    }
    check.name = entry.check->name;
    check.hint = entry.check->hint;
    check.possible = entry.check->points;
    check.mark = entry.check->mark;
    outcome.checks.push_back(std::move(check));
  }
  return outcome;
}

// --- When things begin ---------------------------------------------------------------------------

/// At its time; when what goes before has ended; a first check when the run has; a first step at
/// once.
std::optional<SimTime> Runner::start_of(std::size_t index) const {
  const Entry& entry = entries_[index];
  const std::optional<Located<Duration>>& at =
      entry.step != nullptr ? entry.step->at : entry.check->at;
  if (at.has_value()) {
    return SimTime{} + at->value;
  }
  if (entry.before.has_value()) {
    const Entry& before = entries_[*entry.before];
    return before.state == State::kEnded ? std::optional(before.ended) : std::nullopt;
  }
  return entry.check == nullptr ? std::optional(SimTime{}) : end_of_steps();
}

std::optional<SimTime> Runner::end_of_steps() const {
  SimTime end{};
  for (std::size_t i = 0; i < step_count_; ++i) {
    if (entries_[i].state != State::kEnded) {
      return std::nullopt;
    }
    end = std::max(end, entries_[i].ended);
  }
  return end;
}

void Runner::act() {
  for (Entry& entry : entries_) {
    if (entry.state != State::kRunning || entry.wake > now()) {
      continue;
    }
    const auto next = world_.control().next_settling_transition();
    const bool waits_for_more =
        !std::get<WaitStep>(entry.step->action).duration.has_value() && next.has_value();
    if (waits_for_more) {
      entry.wake = std::max(now(), *next);
    } else {
      finish(entry);
    }
  }
  while (start_what_is_due()) {
  }
  plan_wake();
}

/// Starts all that is due now, in the file's order; what that sets free is due in the next round.
bool Runner::start_what_is_due() {
  bool any = false;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (entries_[i].state != State::kWaiting) {
      continue;
    }
    const std::optional<SimTime> time = start_of(i);
    if (time.has_value() && *time <= now()) {
      start(entries_[i]);
      any = true;
    }
  }
  return any;
}

void Runner::plan_wake() {
  SimTime next = kNever;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (entries_[i].state == State::kWaiting) {
      next = std::min(next, start_of(i).value_or(kNever));
    } else if (entries_[i].state == State::kRunning) {
      next = std::min(next, entries_[i].wake);
    }
  }
  if (next != kNever) {
    world_.simulator().wake_at(port_, std::max(next, now()));
  }
}

// --- What they do --------------------------------------------------------------------------------

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
  std::visit(Overloaded{[](std::monostate) {},
                        [&](const PingStep& ping) { start_program(entry, ping, true); },
                        [&](const TracerouteStep& trace) { start_program(entry, trace, false); },
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

void Runner::start_program(Entry& entry, const ProgramStep& step, bool is_ping) {
  const std::optional<wire::Ipv4Address> address = destination(step.to.value);
  entry.outcome.host = step.from.value;
  entry.outcome.command =
      scenario::command_of(is_ping ? "ping" : "traceroute", step,
                           address.has_value() ? to_string(*address) : step.to.value);
  if (entry.step != nullptr && observer_ != nullptr) {
    observer_->on_begin(entry.outcome);
  }
  node::Guest* guest = sender(step.from.value);
  if (guest == nullptr || !guest->is_running()) {
    fail(entry, "'" + step.from.value + "' is not running");
    return;
  }
  if (!address.has_value()) {
    fail(entry, "'" + step.to.value + "' has no address at this time");
    return;
  }
  ProgramContext context{*address, epoch_nanoseconds_, line_sink(entry)};
  if (is_ping) {
    entry.program = make_ping(static_cast<const PingStep&>(step), std::move(context));
  } else {
    entry.program = make_traceroute(static_cast<const TracerouteStep&>(step), std::move(context));
  }
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

std::optional<wire::Ipv4Address> Runner::destination(const std::string& text) {
  if (const node::InternetHost* host = world_.internet_host(text)) {
    return host->address();
  }
  const std::optional<std::string> address = book_.address_of(text);
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
  }
  options.name = step.name.has_value() ? step.name->value : "";
  options.id = step.id.has_value() ? step.id->value : "";
  const auto* action = std::get_if<ApiStep>(&step.action);
  CallResult result = action != nullptr ? caller_.call(*action, options)
                                        : caller_.call(std::get<CliStep>(step.action), options);
  entry.outcome.command = printable(result.command, kLongestCommand);
  entry.outcome.result = result.outcome;
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
    fail(entry, answer.error_code + ": " + answer.error_message);
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

// --- How they end --------------------------------------------------------------------------------

/// Asked after each event: true when there is nothing more to do.
bool Runner::update() {
  bool any_finished = false;
  for (std::size_t i = 0; i < programs_.size();) {
    Entry& entry = *programs_[i];
    if (entry.program->is_running()) {
      ++i;
      continue;
    }
    programs_.erase(programs_.begin() + static_cast<long>(i));
    finish(entry);
    any_finished = true;
  }
  const bool all_ended = ended_ == entries_.size();
  if (any_finished && !all_ended) {
    world_.simulator().wake_at(port_, now());
  }
  return all_ended;
}

void Runner::fail(Entry& entry, std::string complaint) {
  entry.outcome.failed = true;
  entry.outcome.complaint = std::move(complaint);
  finish(entry);
}

void Runner::finish(Entry& entry) {
  ++ended_;
  entry.state = State::kEnded;
  entry.ended = now();
  entry.wake = kNever;
  entry.outcome.ended = now();
  entry.outcome.finished = true;
  if (entry.program != nullptr) {
    entry.outcome.result = entry.program->result(fates_);
  }
  if (entry.check != nullptr) {
    judge_check(entry);
  } else if (observer_ != nullptr) {
    observer_->on_end(entry.outcome);
  }
}

/// What is still on its way gets a moment to end, so that its fate can be told.
void Runner::let_packets_end(const RunOptions& options) {
  const SimTime latest = now() + kLinger;
  const SimTime limit = options.until.has_value() ? std::min(latest, *options.until) : latest;
  if (limit > now()) {
    static_cast<void>(
        world_.simulator().run_until([this] { return world_.packets().live() == 0; }, limit));
  }
}

Runner::Entry* Runner::entry_of_step(const std::string& name) {
  const auto end = entries_.begin() + static_cast<long>(step_count_);
  const auto found = std::find_if(
      entries_.begin(), end, [&name](const Entry& entry) { return entry.outcome.name == name; });
  return found == end ? nullptr : &*found;
}

const StepOutcome* Runner::outcome_of(const std::string& step) {
  const Entry* entry = entry_of_step(step);
  return entry == nullptr || entry->state != State::kEnded ? nullptr : &entry->outcome;
}

std::string Runner::resolved(const std::string& text) const {
  std::string missing;
  if (text.find('{') != std::string::npos) {
    return book_.expand(text, missing).value_or(text);
  }
  return book_.find(text).value_or(text);
}

}  // namespace vpclab::scenario
