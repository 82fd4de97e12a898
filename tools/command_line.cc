#include "tools/command_line.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <limits>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <CLI/CLI.hpp>

#include "netstack/base/magnitude.h"
#include "netstack/base/suggest.h"
#include "tools/commands.h"

namespace vpclab::tools {
namespace {

constexpr Duration kLongestRun = std::chrono::hours(24 * 1000);

Format format_named(const std::string& name) {
  return name == "text"    ? Format::kText
         : name == "table" ? Format::kTable
         : name == "json"  ? Format::kJson
                           : Format::kJsonLines;
}

ColorMode color_named(const std::string& name) {
  return name == "always"  ? ColorMode::kAlways
         : name == "never" ? ColorMode::kNever
                           : ColorMode::kAuto;
}

/// Decimal digits only: neither -1 nor 0x10 is quietly another number.
std::uint64_t seed_named(const std::string& text) {
  std::uint64_t seed = 0;
  const char* end = text.data() + text.size();
  const auto [next, error] = std::from_chars(text.data(), end, seed);
  if (base::is_above(text, std::numeric_limits<std::uint64_t>::max())) {
    throw CLI::ValidationError("--seed",
                               "'" + text + "' is too large: at most " +
                                   std::to_string(std::numeric_limits<std::uint64_t>::max()));
  }
  if (error != std::errc{} || next != end) {
    throw CLI::ValidationError("--seed", "'" + text + "' is no whole number below 2^64");
  }
  return seed;
}

SimTime time_named(const std::string& text) {
  if (base::is_above(text, kLongestRun)) {
    throw CLI::ValidationError("--until", "'" + text + "' is too long: at most 1000d");
  }
  const Result<Duration> time = parse_duration(text);
  if (!time) {
    throw CLI::ValidationError("--until", time.error().message);
  }
  return SimTime{*time};
}

void add_output_options(CLI::App& app, GlobalOptions& options) {
  app.add_option_function<std::string>(
         "-o,--output",
         [&options](const std::string& name) { options.format = format_named(name); },
         "Shape of the data")
      ->check(CLI::IsMember({"text", "table", "json", "jsonl"}));
  app.add_flag_callback(
      "--json", [&options] { options.format = Format::kJson; }, "Short for -o json");
  app.add_option_function<std::string>(
         "--color", [&options](const std::string& name) { options.color = color_named(name); },
         "When to use colours (auto: on a terminal, unless NO_COLOR is set)")
      ->check(CLI::IsMember({"auto", "always", "never"}));
}

void add_run_options(CLI::App& app, GlobalOptions& options) {
  app.add_option_function<std::string>(
         "--seed", [&options](const std::string& text) { options.seed = seed_named(text); },
         "Seed, instead of the scenario's")
      ->type_name("N");
  app.add_option_function<std::string>(
         "--until", [&options](const std::string& text) { options.until = time_named(text); },
         "Stop the run at this virtual time (5500ms, 2s)")
      ->type_name("TIME");
}

/// `vpclab rnu FILE`: the verb that was probably meant; "" where nothing was left over.
std::string unknown_verb(const CLI::App& app) {
  const std::vector<std::string> left = app.remaining();
  return !app.get_subcommands().empty() || left.empty() ? "" : no_such_verb(app, left.front());
}

/// `run --sed 3 FILE`: the option that was probably meant; "" where all left over is no option.
std::string unknown_option(const CLI::App& app) {
  const std::vector<std::string> left = app.remaining(true);
  const auto word = std::find_if(left.begin(), left.end(), [](const std::string& text) {
    return text.starts_with("-") && text != "-" && text != "--";
  });
  if (word == left.end()) {
    return "";
  }
  std::vector<const CLI::App*> parsed{&app};
  const std::vector<CLI::App*> verbs = app.get_subcommands();
  parsed.insert(parsed.end(), verbs.begin(), verbs.end());
  std::vector<std::string> names;
  for (const CLI::App* level : parsed) {
    for (const CLI::Option* option : level->get_options()) {
      for (const std::string& name : option->get_lnames()) {
        names.push_back("--" + name);
      }
    }
  }
  const std::string name = word->substr(0, word->find('='));
  const std::string likely =
      base::suggestion(name, std::vector<std::string_view>(names.begin(), names.end()));
  return "no option '" + name + "'" + (likely.empty() ? "" : " (" + likely + ")");
}

/// What to say of a command line that cannot be parsed.
std::string usage_fault(const CLI::App& app, const CLI::ParseError& error) {
  const std::string verb = unknown_verb(app);
  const std::string option = verb.empty() ? unknown_option(app) : "";
  return !verb.empty() ? verb : !option.empty() ? option : error.what();
}

}  // namespace

int run_command_line(int argc, const char* const* argv) {
  CLI::App app{"AWS VPC networking on one's own machine, with real packets", "vpclab"};
  Invocation invocation;
  app.require_subcommand(1);
  app.fallthrough();
  app.footer(
      "Exit codes: 0 all well, 1 a check or expectation failed, 2 usage, 3 the scenario is\n"
      "invalid, 4 runtime or privilege, 128+n on a signal.\n\n"
      "Example:\n  vpclab run scenarios/peering/vpc-peering.vpclab.yaml");
  app.set_version_flag("--version", "vpclab " VPCLAB_VERSION, "Print the version");
  add_output_options(app, invocation.options);
  add_run_options(app, invocation.options);
  for (const auto add : {add_run, add_check, add_validate, add_show, add_trace, add_schema,
                         add_completion, add_version, add_help}) {
    add(app, invocation);
  }
  for (CLI::App* verb : app.get_subcommands([](CLI::App*) { return true; })) {
    verb->footer(
        "Options of all verbs, see vpclab --help: -o FORMAT, --json, --color WHEN, --seed N,\n"
        "--until TIME\n\n" +
        verb->get_footer());
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const std::string unknown = unknown_verb(app);
    const bool is_answer = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success);
    if (is_answer && unknown.empty()) {
      const int code = app.exit(error, std::cout, std::cerr);  // --help
      return static_cast<int>(finish_output(invocation.options.color, static_cast<ExitCode>(code)));
    }
    print_usage_error(invocation.options.color, usage_fault(app, error));
    return static_cast<int>(ExitCode::kUsage);
  }
  return static_cast<int>(invocation.execute());
}

}  // namespace vpclab::tools
