// scenario/scenario.h - the door to this folder: from a file to a network that stands, from there
// to a run with its outcome. The command line needs no other header here but report.h and schema.h.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/scenario/diagnostic.h"
#include "emulator/scenario/model.h"
#include "emulator/scenario/outcome.h"
#include "netstack/base/result.h"
#include "netstack/base/sim_time.h"

namespace vpclab::world {
class World;
}  // namespace vpclab::world

namespace vpclab::scenario {

/// Reads a file, or standard input for "-". Fails where it cannot be read or is too large.
[[nodiscard]] Result<Source> read_source(const std::string& path);

struct OpenOptions {
  std::optional<std::uint64_t> seed;  ///< instead of the file's
};

/// Hears what happens while a run goes on, in virtual-time order.
class RunObserver {
 public:
  virtual ~RunObserver() = default;

  /// A step has begun; `step.command` is set, the result is not.
  virtual void on_begin(const StepOutcome& step) { static_cast<void>(step); }

  /// A program printed one line (without its line end).
  virtual void on_line(const StepOutcome& step, std::string_view line) {
    static_cast<void>(step), static_cast<void>(line);
  }

  /// A step has ended; all of it is set.
  virtual void on_end(const StepOutcome& step) { static_cast<void>(step); }

  /// A check was judged.
  virtual void on_check(const CheckOutcome& check) { static_cast<void>(check); }
};

struct RunOptions {
  std::optional<SimTime> until;     ///< stop here, whatever still runs
  bool checks = false;              ///< judge `checks:` too, with probes of their own
  RunObserver* observer = nullptr;  ///< may be null
  /// Asked after each event: true stops the run here. May be empty.
  std::function<bool()> stop = nullptr;
};

struct Opened;

/// A scenario with its network, declared and settled: virtual time stands at 0.
class Session {
 public:
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  [[nodiscard]] const Scenario& scenario() const;
  [[nodiscard]] const Source& source() const;

  /// Sinks are added to world().trace() before run().
  [[nodiscard]] world::World& world();

  /// The seed in force.
  [[nodiscard]] std::uint64_t seed() const;

  /// Nanoseconds since 1970 of virtual time 0.
  [[nodiscard]] std::int64_t epoch_nanoseconds() const;

  /// 16 hex digits that depend on the file's bytes only.
  [[nodiscard]] std::string content_hash() const;

  /// The id behind a name of the scenario ("vpc-1.main"), or an id as it is; empty if unknown.
  [[nodiscard]] std::string id_of(std::string_view name) const;

  /// Plays `run:` (and `checks:`). Once.
  [[nodiscard]] RunOutcome run(const RunOptions& options);

 private:
  friend Opened open(Source source, const OpenOptions& options);

  struct State;
  explicit Session(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

/// A session, or what is wrong with the file (never both).
struct Opened {
  std::unique_ptr<Session> session;
  Diagnostics diagnostics;
};

/// Loads the file, declares its network and settles it. All faults at once: the file's own and
/// AWS's refusals of what it declares.
[[nodiscard]] Opened open(Source source, const OpenOptions& options);

}  // namespace vpclab::scenario
