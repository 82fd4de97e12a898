// vpclab schema - the JSON Schema of scenario files, for editors.
#include <iostream>

#include <CLI/CLI.hpp>

#include "emulator/scenario/schema.h"
#include "tools/commands.h"

namespace vpclab::tools {

void add_schema(CLI::App& app, Invocation& invocation) {
  CLI::App* verb = app.add_subcommand("schema", "Print the JSON Schema of scenario files");
  verb->footer(
      "An editor with a YAML language server completes and checks a file that begins with\n"
      "# yaml-language-server: $schema=vpclab.schema.json\n\n"
      "Example:\n  vpclab schema > vpclab.schema.json");
  verb->callback([&invocation] {
    invocation.execute = [&invocation] {
      std::cout << scenario::schema_text();
      return finish_output(invocation.options.color, ExitCode::kSuccess);
    };
  });
}

}  // namespace vpclab::tools
