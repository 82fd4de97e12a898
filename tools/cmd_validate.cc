// vpclab validate FILE... - what is wrong with scenarios, all of it at once.
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "tools/commands.h"
#include "tools/session.h"

namespace vpclab::tools {
namespace {

using nlohmann::ordered_json;

ordered_json to_json(const std::string& path, const scenario::Diagnostics& diagnostics) {
  ordered_json list = ordered_json::array();
  for (const scenario::Diagnostic& diagnostic : diagnostics.sorted()) {
    list.push_back({{"file", path},
                    {"line", diagnostic.mark.line},
                    {"column", diagnostic.mark.column},
                    {"length", diagnostic.mark.length},
                    {"severity", diagnostic.is_warning ? "warning" : "error"},
                    {"code", diagnostic.code},
                    {"message", diagnostic.message},
                    {"hint", diagnostic.hint}});
  }
  return list;
}

/// nlohmann refuses text that is not UTF-8, and a file's name need not be.
std::string dumped(const ordered_json& json, int indent) {
  return json.dump(indent, ' ', false, ordered_json::error_handler_t::replace);
}

/// Appends the file's diagnostics to `found`, or writes them where text is wanted.
ExitCode validate(const std::string& path, const GlobalOptions& options, ordered_json& found) {
  const Result<scenario::Source> source = scenario::read_source(path);
  if (!source) {
    print_error(options.color, source.error().message);
    return ExitCode::kRuntimeFailure;
  }
  const scenario::Opened opened =
      scenario::open(*source, scenario::OpenOptions{.seed = options.seed});
  const ordered_json list = to_json(source->name, opened.diagnostics);
  found.insert(found.end(), list.begin(), list.end());
  const bool valid = opened.session != nullptr;
  if (!is_json(options.format_or(Format::kText))) {
    if (valid) {
      std::cout << source->name << ": valid\n";
    }
    if (!valid || opened.diagnostics.has_warnings()) {
      print_diagnostics(*source, opened.diagnostics, options.color);
    }
  }
  return valid ? ExitCode::kSuccess : ExitCode::kInvalidScenario;
}

ExitCode validate_all(const std::vector<std::string>& paths, const GlobalOptions& options) {
  ordered_json found = ordered_json::array();
  ExitCode worst = ExitCode::kSuccess;
  for (const std::string& path : paths) {
    worst = std::max(worst, validate(path, options, found));
  }
  const Format format = options.format_or(Format::kText);
  if (format == Format::kJson) {
    std::cout << dumped(found, 2) << '\n';
  } else if (format == Format::kJsonLines) {
    for (const ordered_json& diagnostic : found) {
      std::cout << dumped(diagnostic, -1) << '\n';
    }
  }
  return finish_output(options.color, worst);
}

}  // namespace

void add_validate(CLI::App& app, Invocation& invocation) {
  CLI::App* verb = app.add_subcommand("validate", "Say what is wrong with scenarios");
  verb->footer(
      "Exit code 3 if one of them is invalid. With --json a list of\n"
      "{file, line, column, length, severity, code, message, hint}.\n\n"
      "Example:\n  vpclab validate scenarios/peering/*.vpclab.yaml");
  auto paths = std::make_shared<std::vector<std::string>>();
  verb->add_option("FILE", *paths, "Scenarios; - is standard input")->required()->type_name("");
  verb->callback([&invocation, paths] {
    invocation.execute = [&invocation, paths] { return validate_all(*paths, invocation.options); };
  });
}

}  // namespace vpclab::tools
