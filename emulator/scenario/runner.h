// scenario/runner.h - plays a scenario's steps and checks at their times: the actor that starts
// programs, makes calls and changes links, and that judges checks when they are due. Owned by a
// Session; registered with the simulator before all that packets go through (the DNS resolver
// aside), so that what it does at an instant comes before that instant's packets (RT-26).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "emulator/engine/actor.h"
#include "emulator/link/impairment.h"
#include "emulator/scenario/api_caller.h"
#include "emulator/scenario/expectation.h"
#include "emulator/scenario/fates.h"
#include "emulator/scenario/id_book.h"
#include "emulator/scenario/model.h"
#include "emulator/scenario/program.h"
#include "emulator/scenario/scenario.h"
#include "emulator/world/world.h"

namespace vpclab::scenario {

class Runner final : public engine::Actor {
 public:
  /// Registers itself with the world's simulator. All outlive the runner.
  Runner(const Scenario& scenario, world::World& world, IdBook& book,
         std::int64_t epoch_nanoseconds);

  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  /// Applies changes of links; a sentence why one cannot be, or nothing.
  [[nodiscard]] std::string apply(const std::vector<LinkChange>& changes);

  /// Plays everything. Once.
  [[nodiscard]] RunOutcome run(const RunOptions& options);

  void act() override;

 private:
  enum class State : std::uint8_t { kWaiting, kRunning, kEnded };

  /// A step or a check on its way. Steps come first in entries_, then the checks in play.
  struct Entry {
    const Step* step = nullptr;
    const Check* check = nullptr;
    std::optional<std::size_t> before;  ///< what must have ended first, where no time is given
    State state = State::kWaiting;
    SimTime wake = kNever;  ///< of a running wait
    SimTime ended{};
    StepOutcome outcome;  ///< of a check: of its own probe
    std::unique_ptr<Program> program;
  };

  [[nodiscard]] SimTime now() const { return world_.simulator().now(); }

  void prepare(const RunOptions& options);
  void prepare_step(std::size_t index);
  [[nodiscard]] RunOutcome collect();

  // When things begin.
  [[nodiscard]] std::optional<SimTime> start_of(std::size_t index) const;
  [[nodiscard]] std::optional<SimTime> end_of_steps() const;
  [[nodiscard]] bool start_what_is_due();
  void plan_wake();

  // What they do.
  void start(Entry& entry);
  void start_step(Entry& entry);
  void start_check(Entry& entry);
  void start_ping(Entry& entry, const PingStep& step);
  void start_traceroute(Entry& entry, const TracerouteStep& step);
  void start_dig(Entry& entry, const DigStep& step);
  void run(Entry& entry, const ProgramStep& step, std::unique_ptr<Program> program);
  void announce(Entry& entry, const ProgramStep& step, std::string command);
  [[nodiscard]] std::optional<ProgramContext> context_for(Entry& entry, const ProgramStep& step,
                                                          std::string_view program);
  [[nodiscard]] ProgramContext context_of(Entry& entry, const ProgramStep& step,
                                          std::optional<wire::Ipv4Address> address);
  [[nodiscard]] std::string word_of_dig(const std::string& word, std::string& fault);
  void make_call(Entry& entry, const Step& step);
  void begin_wait(Entry& entry, const WaitStep& wait);
  void stop_program(Entry& entry, const StopStep& stop);
  [[nodiscard]] node::Guest* sender(const std::string& name);
  [[nodiscard]] std::optional<wire::Ipv4Address> destination(const std::string& text,
                                                             bool from_internet);
  [[nodiscard]] app::LineSink line_sink(Entry& entry);

  // How they end.
  [[nodiscard]] bool update();
  void finish(Entry& entry);
  void fail(Entry& entry, std::string complaint);
  void judge_check(Entry& entry);
  void judge_state(const Check& check, CheckOutcome& judged);
  [[nodiscard]] std::string expected_of(const Check& check) const;
  [[nodiscard]] NameResolvers resolvers() const;
  /// The ids of the interfaces that the instance of that id has now.
  [[nodiscard]] std::vector<std::string> interfaces_of(const std::string& id) const;
  [[nodiscard]] Entry* entry_of_step(const std::string& name);
  [[nodiscard]] const StepOutcome* outcome_of(const std::string& step);
  [[nodiscard]] std::string resolved(const std::string& text) const;
  void let_packets_end(const RunOptions& options);

  const Scenario& scenario_;
  world::World& world_;
  IdBook& book_;
  std::int64_t epoch_nanoseconds_;
  engine::PortId port_;
  ApiCaller caller_;
  Fates fates_;
  RunObserver* observer_ = nullptr;
  std::size_t step_count_ = 0;
  std::vector<Entry> entries_;
  std::vector<Entry*> programs_;                // that run
  std::size_t ended_ = 0;                       // entries
  std::map<std::size_t, CheckOutcome> judged_;  // by the check's place in the file
  std::map<std::pair<api::ResourceId, trace::Direction>, link::Impairments> impairments_;
};

}  // namespace vpclab::scenario
