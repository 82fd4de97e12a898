// tools/console.h - the run as a person watches it: what the programs print stands on standard
// output line by line, as the real ones print it; what vpclab has to say is marked. Decides
// nothing.
#pragma once

#include <deque>
#include <string>
#include <string_view>

#include "emulator/scenario/outcome.h"
#include "emulator/scenario/scenario.h"
#include "tools/output.h"

namespace vpclab::tools {

/// Programs may run at the same time: the one that began first writes at once, the others' lines
/// wait until it has ended, so that each program's output stays together. API calls are shown when
/// they happen.
class Console : public scenario::RunObserver {
 public:
  /// What begins a line of vpclab's own.
  static constexpr std::string_view kMark = "vpclab: ";

  explicit Console(bool color) : color_(color) {}

  /// `37.500s`: to the millisecond is enough for reading along.
  [[nodiscard]] static std::string seconds(SimTime time);

  void on_begin(const scenario::StepOutcome& step) override;
  void on_line(const scenario::StepOutcome& step, std::string_view line) override;
  void on_end(const scenario::StepOutcome& step) override;

 private:
  struct Program {
    std::string name;
    std::string waiting;  ///< not yet written
    bool ended = false;
  };

  void write(const scenario::StepOutcome& step, const std::string& text);
  /// A line of vpclab's own, without what a terminal would obey.
  [[nodiscard]] std::string marked(std::string_view text) const;
  [[nodiscard]] std::string marked(Style style, std::string_view text) const;
  [[nodiscard]] std::string verdicts(const scenario::StepOutcome& step) const;

  bool color_;
  std::deque<Program> programs_;  ///< the first one writes
};

}  // namespace vpclab::tools
