// vpclab help [VERB] - what --help and VERB --help print.
#include <algorithm>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "netstack/base/suggest.h"
#include "tools/commands.h"

namespace vpclab::tools {
namespace {

/// `{run,check,…}`: completion offers what stands there.
std::string verbs_listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    text += (text.empty() ? "{" : ",") + name;
  }
  return text + "}";
}

ExitCode print_help(const CLI::App& app, const std::string& name, const GlobalOptions& options) {
  if (name.empty()) {
    std::cout << app.get_formatter()->make_help(&app, app.get_name(), CLI::AppFormatMode::Normal);
    return finish_output(options.color, ExitCode::kSuccess);
  }
  const std::vector<std::string> names = names_of_verbs(app);
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    print_usage_error(options.color, no_such_verb(app, name));
    return ExitCode::kUsage;
  }
  std::cout << app.get_subcommand(name)->help(app.get_name());
  return finish_output(options.color, ExitCode::kSuccess);
}

}  // namespace

std::vector<std::string> names_of_verbs(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* verb : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(verb->get_name());
  }
  return names;
}

std::string no_such_verb(const CLI::App& app, const std::string& name) {
  const std::vector<std::string> names = names_of_verbs(app);
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  const std::string suggestion = base::suggestion(name, candidates);
  return "no verb '" + name + "'" + (suggestion.empty() ? "" : " (" + suggestion + ")");
}

void print_usage_error(ColorMode mode, std::string_view message) {
  print_error(mode, message);
  std::cerr << "Run vpclab --help, or vpclab VERB --help.\n";
}

void add_help(CLI::App& app, Invocation& invocation) {
  CLI::App* verb = app.add_subcommand("help", "Print help, or a verb's");
  verb->footer("Example:\n  vpclab help run");
  auto name = std::make_shared<std::string>();
  verb->add_option("VERB", *name, "Whose help; without it, of all")
      ->type_name(verbs_listed(names_of_verbs(app)));
  verb->callback([&app, &invocation, name] {
    invocation.execute = [&app, &invocation, name] {
      return print_help(app, *name, invocation.options);
    };
  });
}

}  // namespace vpclab::tools
