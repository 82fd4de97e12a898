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
constexpr Duration kLinger = std::chrono::seconds(1);            // for packets on their way

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

void note_senders(const StepOutcome& outcome, std::map<std::uint64_t, std::string>& senders) {
  const auto note = [&](const auto& probes) {
    for (const auto& probe : probes) {
      if (probe.packet != 0) {
        senders.emplace(probe.packet, outcome.name);
      }
    }
  };
  std::visit(Overloaded{[&note](const PingOutcome& ping) { note(ping.probes); },
                        [&note](const TracerouteOutcome& trace) { note(trace.probes); },
                        [&note](const DigOutcome& dig) { note(dig.probes); },
                        [](const auto& /*other*/) {}},
             outcome.result);
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
  bool stopped = false;
  const auto is_over = [&] {
    const bool ended = update();
    stopped = !ended && options.stop && options.stop();
    return ended || stopped;
  };
  static_cast<void>(world_.simulator().run_until(is_over, limit));
  if (!stopped) {
    let_packets_end(options);
  }
  world_.trace().remove(fates_);
  RunOutcome outcome = collect();
  outcome.stopped = stopped;
  return outcome;
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
    note_senders(entry.outcome, outcome.senders);
    if (entry.state != State::kWaiting) {
      outcome.steps.push_back(std::move(entry.outcome));
    }
  }
  for (std::size_t i = step_count_; i < entries_.size(); ++i) {
    const Entry& entry = entries_[i];
    note_senders(entry.outcome, outcome.senders);
    CheckOutcome check = std::move(judged_[i - step_count_]);
    if (entry.state != State::kEnded) {
      check.expected = expected_of(*entry.check);
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
