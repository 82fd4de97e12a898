#include "tools/command_line.h"

#include <iostream>
#include <map>
#include <string>

#include <CLI/CLI.hpp>

#include "tools/commands.h"

namespace vpclab::tools {
namespace {

const std::map<std::string, Format>& format_names() {
  static const std::map<std::string, Format> kNames{{"text", Format::kText},
                                                    {"table", Format::kTable},
                                                    {"json", Format::kJson},
                                                    {"jsonl", Format::kJsonLines}};
  return kNames;
}

const std::map<std::string, ColorMode>& color_names() {
  static const std::map<std::string, ColorMode> kNames{
      {"auto", ColorMode::kAuto}, {"always", ColorMode::kAlways}, {"never", ColorMode::kNever}};
  return kNames;
}

void add_global_options(CLI::App& app, GlobalOptions& options) {
  app.add_option("-o,--output", options.format, "Shape of the data: text, table, json, jsonl")
      ->transform(CLI::CheckedTransformer(format_names()))
      ->type_name("FORMAT");
  app.add_flag_callback(
      "--json", [&options] { options.format = Format::kJson; }, "Short for -o json");
  app.add_option("--color", options.color, "Colours: auto, always, never")
      ->transform(CLI::CheckedTransformer(color_names()))
      ->type_name("WHEN");
  app.add_option_function<std::uint64_t>(
         "--seed", [&options](const std::uint64_t& seed) { options.seed = seed; },
         "Seed, instead of the scenario's")
      ->type_name("N");
  app.add_option_function<std::string>(
         "--until",
         [&options](const std::string& text) {
           const Result<Duration> time = parse_duration(text);
           if (!time) {
             throw CLI::ValidationError("--until", time.error().message);
           }
           options.until = SimTime{*time};
         },
         "Stop at this virtual time (5500ms, 2s, …)")
      ->type_name("TIME");
}

}  // namespace

int run_command_line(int argc, const char* const* argv) {
  CLI::App app{"AWS VPC networking on one's own machine, with real packets", "vpclab"};
  Invocation invocation;
  app.require_subcommand(1);
  app.fallthrough();
  app.footer("Example:\n  vpclab run scenarios/peering/vpc-peering.vpclab.yaml");
  add_global_options(app, invocation.options);
  add_version(app, invocation);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const bool asked_for = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success);
    app.exit(error, std::cout, std::cerr);
    return static_cast<int>(asked_for ? ExitCode::kSuccess : ExitCode::kUsage);
  }
  return static_cast<int>(invocation.execute());
}

}  // namespace vpclab::tools
