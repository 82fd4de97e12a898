// What parse_cli_line makes of each line of standard input, as one line of JSON: for the comparison
// with the real AWS CLI in aws_cli_test.py. With --options: the options of every command.
#include <algorithm>
#include <iostream>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "emulator/api/action.h"
#include "emulator/api/cli_line.h"
#include "emulator/api/cli_options.h"
#include "emulator/api/decode.h"

namespace {

using vpclab::api::OptionForm;

std::string_view form_name(OptionForm form) {
  switch (form) {
    case OptionForm::kValue:
      return "value";
    case OptionForm::kValues:
      return "values";
    case OptionForm::kOptionalValue:
      return "optional";
    case OptionForm::kFlag:
    case OptionForm::kNegativeFlag:
      return "flag";
  }
  return "";
}

/// Options that every command has.
bool is_general(std::string_view name) {
  if (name.starts_with("cli-input-") || name == "generate-cli-skeleton") {
    return true;
  }
  const auto general = vpclab::api::global_options();
  return std::any_of(general.begin(), general.end(),
                     [name](const vpclab::api::CliOption& option) { return option.name == name; });
}

void print_options() {
  nlohmann::json commands;
  for (const vpclab::api::ActionModel& action : vpclab::api::actions()) {
    nlohmann::json options = nlohmann::json::object();
    for (const vpclab::api::CliOption& option : vpclab::api::options_of(action)) {
      if (!is_general(option.name)) {
        options[option.name] = form_name(option.form);
      }
    }
    commands[std::string(action.cli_name)] = options;
  }
  std::cout << commands.dump() << '\n';
}

void print_line(const std::string& line) {
  nlohmann::json out;
  const auto command = vpclab::api::parse_cli_line(line);
  if (!command) {
    out["error"] = to_string(command.error());
  } else {
    out["action"] = command->action;
    out["params"] = nlohmann::json::object();
    for (const auto& [name, value] : command->params) {
      out["params"][name] = value;
    }
    const auto request = vpclab::api::decode(command->action, command->params);
    out["decoded"] = request ? "" : request.error().code + ": " + request.error().message;
  }
  std::cout << out.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace) << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "--options") {
    print_options();
    return 0;
  }
  for (std::string line; std::getline(std::cin, line);) {
    print_line(line);
  }
  return 0;
}
