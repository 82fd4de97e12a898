// scenario/report.h - what became of a run, for people and for programs. Writes texts only; decides
// nothing.
#pragma once

#include <string>

#include "emulator/scenario/model.h"
#include "emulator/scenario/outcome.h"

namespace vpclab::scenario {

/// The checks, one block each, and the sum of the points; failed steps before them. With `color`,
/// escape sequences mark what passed and what failed.
[[nodiscard]] std::string text_report(const RunOutcome& outcome, const Scenario& scenario,
                                      bool color = false);

/// One JSON object: scenario, seed, passed, points, possible, steps[], checks[] (name, expected,
/// observed, reason, code, rule, passed, points, …).
[[nodiscard]] std::string json_report(const RunOutcome& outcome, const Scenario& scenario);

/// The same as one object a line: each step, then each check, with a `kind`.
[[nodiscard]] std::string json_lines_report(const RunOutcome& outcome);

/// JUnit XML: one test case a check, and one for each step that failed.
[[nodiscard]] std::string junit_report(const RunOutcome& outcome, const Scenario& scenario);

}  // namespace vpclab::scenario
