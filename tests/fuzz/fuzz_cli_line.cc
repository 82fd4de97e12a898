// api::parse_cli_line on arbitrary text. Laws: nothing crashes; an error names a column of the line
// (or the one after its end) and says something; what parses names a supported action, and decoding
// its parameters never crashes.
#include <cstddef>
#include <cstdint>
#include <string>

#include "emulator/api/action.h"
#include "emulator/api/cli_line.h"
#include "emulator/api/decode.h"
#include "netstack/base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string line(data, data + size);
  const auto command = vpclab::api::parse_cli_line(line);
  if (!command) {
    const vpclab::api::CliError& error = command.error();
    VPCLAB_CHECK(error.column >= 1 && error.column <= size + 1, "an error has a column");
    VPCLAB_CHECK(!error.message.empty(), "an error says something");
    return 0;
  }
  VPCLAB_CHECK(vpclab::api::find_action(command->action) != nullptr, "the action is known");
  const auto request = vpclab::api::decode(command->action, command->params);
  VPCLAB_CHECK(request || request.error().code != "UnknownParameter",
               "the CLI sends no parameter that the action does not have");
  return 0;
}
