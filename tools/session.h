// tools/session.h - from a FILE argument to a scenario that stands, or to the messages that say why
// not. What every verb that takes a scenario shares.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "emulator/scenario/scenario.h"
#include "tools/commands.h"

namespace vpclab::tools {

/// Adds the FILE argument that names the scenario; `-` is standard input.
void add_scenario_argument(CLI::App& verb, std::string& path);

/// Opens the scenario, and hands the session to `use`, whose code it returns; writes diagnostics to
/// standard error where there is none (kInvalidScenario), or why the file cannot be read
/// (kRuntimeFailure).
[[nodiscard]] ExitCode with_session(const std::string& path, const GlobalOptions& options,
                                    const std::function<ExitCode(scenario::Session&)>& use);

/// The diagnostics as people read them, coloured where standard error is a terminal.
void print_diagnostics(const scenario::Source& source, const scenario::Diagnostics& diagnostics,
                       ColorMode color);

}  // namespace vpclab::tools
