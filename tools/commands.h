// tools/commands.h - the verbs of the command line. One function a verb adds it to the parser; what
// the parser then finds on the command line becomes `Invocation::execute`. One file a verb:
// cmd_VERB.cc.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "netstack/base/sim_time.h"
#include "tools/exit_code.h"
#include "tools/output.h"

namespace CLI {
class App;
}  // namespace CLI

namespace vpclab::tools {

/// Options that stand before or after any verb.
struct GlobalOptions {
  Format format = Format::kText;
  ColorMode color = ColorMode::kAuto;
  std::optional<std::uint64_t> seed;  ///< instead of the scenario's
  std::optional<SimTime> until;       ///< stop the run at this virtual time
};

/// What the command line asked for.
struct Invocation {
  GlobalOptions options;
  std::function<ExitCode()> execute;  ///< empty until a verb was parsed
};

void add_version(CLI::App& app, Invocation& invocation);

}  // namespace vpclab::tools
