#include "tests/oracle/failure.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "emulator/scenario/report.h"
#include "emulator/scenario/scenario.h"
#include "tests/oracle/build.h"

namespace vpclab::oracle {
namespace {

/// What a replay says of a file that should fail.
std::string verdict(const Replay& replay) {
  if (!replay.runs) {
    return "a step of it fails, which is the failure or hides it";
  }
  return replay.failed > 0
             ? fmt::format("{} of its {} checks fails", replay.failed, replay.checks)
             : "none of its checks fails: the language of scenarios has no words for what happened";
}

std::filesystem::path folder() {
  const char* wanted = std::getenv("VPCLAB_ORACLE_FAILURES");
  return wanted == nullptr ? VPCLAB_FAILURES_DIR : wanted;
}

}  // namespace

Replay replay(const std::string& text) {
  Replay result;
  scenario::Source source{"oracle.vpclab.yaml", text};
  const scenario::Source copy = source;
  const scenario::Opened opened = scenario::open(std::move(source), {});
  if (opened.session == nullptr) {
    result.report = opened.diagnostics.render(copy);
    return result;
  }
  scenario::RunOptions options;
  options.checks = true;
  const scenario::RunOutcome outcome = opened.session->run(options);
  result.runs = std::none_of(outcome.steps.begin(), outcome.steps.end(),
                             [](const scenario::StepOutcome& step) { return step.failed; });
  result.checks = static_cast<int>(outcome.checks.size());
  result.failed = static_cast<int>(
      std::count_if(outcome.checks.begin(), outcome.checks.end(),
                    [](const scenario::CheckOutcome& check) { return !check.passed; }));
  if (!outcome.all_well()) {
    result.report = text_report(outcome, opened.session->scenario());
  }
  return result;
}

std::string keep_failure(std::string_view name, Lab& lab) {
  const std::string text = lab.scenario(name);
  const std::string shown = verdict(replay(text));
  const std::filesystem::path path = folder() / fmt::format("{}.vpclab.yaml", name);
  std::error_code ignored;
  std::filesystem::create_directories(folder(), ignored);
  std::ofstream file(path);
  file << "# As it was written, " << shown << ".\n" << text;
  file.close();
  return file ? fmt::format("kept as {}: {}", path.string(), shown)
              : fmt::format("could not be kept as {}", path.string());
}

}  // namespace vpclab::oracle
