// vpclab version - which program this is.
#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "tools/commands.h"

namespace vpclab::tools {

void add_version(CLI::App& app, Invocation& invocation) {
  CLI::App* verb = app.add_subcommand("version", "Print the version");
  verb->footer("Example:\n  vpclab version --json");
  verb->callback([&invocation] {
    invocation.execute = [&invocation] {
      if (is_json(invocation.options.format_or(Format::kText))) {
        std::cout << nlohmann::ordered_json{{"name", "vpclab"}, {"version", VPCLAB_VERSION}}
                  << '\n';
      } else {
        std::cout << "vpclab " VPCLAB_VERSION "\n";
      }
      return finish_output(invocation.options.color, ExitCode::kSuccess);
    };
  });
}

}  // namespace vpclab::tools
