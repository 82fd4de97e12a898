// tools/commands.h - the verbs of the command line. One function a verb adds it to the parser; what
// the parser then finds on the command line becomes `Invocation::execute`. One file a verb:
// cmd_VERB.cc. Nothing here runs a scenario.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "netstack/base/sim_time.h"
#include "tools/exit_code.h"
#include "tools/output.h"

namespace CLI {
class App;
}  // namespace CLI

namespace vpclab::tools {

/// Options that stand before or after any verb.
struct GlobalOptions {
  std::optional<Format> format;  ///< each verb has its own default
  ColorMode color = ColorMode::kAuto;
  std::optional<std::uint64_t> seed;  ///< instead of the scenario's
  std::optional<SimTime> until;       ///< stop the run at this virtual time

  [[nodiscard]] Format format_or(Format usual) const { return format.value_or(usual); }
};

/// What the command line asked for.
struct Invocation {
  GlobalOptions options;
  std::function<ExitCode()> execute;  ///< empty until a verb was parsed
};

void add_run(CLI::App& app, Invocation& invocation);
void add_check(CLI::App& app, Invocation& invocation);
void add_validate(CLI::App& app, Invocation& invocation);
void add_show(CLI::App& app, Invocation& invocation);
void add_trace(CLI::App& app, Invocation& invocation);
void add_schema(CLI::App& app, Invocation& invocation);
void add_completion(CLI::App& app, Invocation& invocation);
void add_version(CLI::App& app, Invocation& invocation);

/// After all others: it names them.
void add_help(CLI::App& app, Invocation& invocation);

/// In the order in which help lists them.
[[nodiscard]] std::vector<std::string> names_of_verbs(const CLI::App& app);

/// `no verb 'rnu' (did you mean 'run'?)`
[[nodiscard]] std::string no_such_verb(const CLI::App& app, const std::string& name);

/// print_error(), and where help is.
void print_usage_error(ColorMode mode, std::string_view message);

}  // namespace vpclab::tools
