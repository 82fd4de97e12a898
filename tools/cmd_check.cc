// vpclab check FILE - plays the run and judges `checks:`.
#include <fstream>
#include <iostream>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "emulator/scenario/report.h"
#include "tools/commands.h"
#include "tools/console.h"
#include "tools/session.h"

namespace vpclab::tools {
namespace {

struct CheckArguments {
  std::string path;
  std::string junit;
};

/// Writes the JUnit report; false with a message if that fails.
bool write_junit(const std::string& path, const std::string& report, ColorMode color) {
  if (path == "-") {
    std::cout << report;
    return true;
  }
  std::ofstream file(path, std::ios::binary);
  file << report;
  file.close();
  if (!file) {
    print_error(color, "cannot write " + path);
    return false;
  }
  return true;
}

ExitCode check(scenario::Session& session, const CheckArguments& arguments,
               const GlobalOptions& options) {
  const scenario::RunOutcome outcome = session.run({.until = options.until, .checks = true});
  const Format format = options.format_or(Format::kText);
  if (format == Format::kJson) {
    std::cout << scenario::json_report(outcome, session.scenario());
  } else if (format == Format::kJsonLines) {
    std::cout << scenario::json_lines_report(outcome);
  } else if (arguments.junit != "-") {
    std::cout << scenario::text_report(outcome, session.scenario(), wants_color(options.color, 1));
  }
  if (outcome.checks.empty()) {
    std::cout.flush();
    std::cerr << Console::kMark << session.source().name
              << " has no `checks:`: nothing was judged, only the run was played\n";
  }
  if (!arguments.junit.empty() &&
      !write_junit(arguments.junit, scenario::junit_report(outcome, session.scenario()),
                   options.color)) {
    return ExitCode::kRuntimeFailure;
  }
  return finish_output(options.color,
                       outcome.all_well() ? ExitCode::kSuccess : ExitCode::kCheckFailed);
}

}  // namespace

void add_check(CLI::App& app, Invocation& invocation) {
  CLI::App* verb = app.add_subcommand("check", "Play a scenario and judge its checks");
  verb->footer(
      "Exit code 1 if a check fails. With --json an object with `checks`, a list of\n"
      "{name, expected, observed, reason, code, rule, passed, points}.\n\n"
      "Example:\n  vpclab check scenarios/peering/vpc-peering.vpclab.yaml --junit report.xml");
  auto arguments = std::make_shared<CheckArguments>();
  add_scenario_argument(*verb, arguments->path);
  verb->add_option("--junit", arguments->junit, "Write a JUnit report; - is standard output")
      ->type_name("FILE");
  verb->callback([&invocation, arguments] {
    invocation.execute = [&invocation, arguments] {
      if (arguments->junit == "-" && is_json(invocation.options.format_or(Format::kText))) {
        print_error(invocation.options.color, "standard output cannot hold JSON and JUnit at once");
        return ExitCode::kUsage;
      }
      return with_session(arguments->path, invocation.options, [&](scenario::Session& session) {
        return check(session, *arguments, invocation.options);
      });
    };
  });
}

}  // namespace vpclab::tools
