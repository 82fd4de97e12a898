// api/json_text.h - a response as `aws --output json` prints it, byte for byte: four spaces, the
// model's member names and order, text beyond ASCII as it is. Writes text only; parses nothing.
#pragma once

#include <string>

#include "emulator/api/envelope.h"

namespace vpclab::api {

/// The text with its final line break; empty for a response without members, for which the AWS CLI
/// prints nothing.
[[nodiscard]] std::string to_cli_json(const Response& response);

/// A request in the same form, as --cli-input-json takes it.
[[nodiscard]] std::string to_cli_json(const Request& request);

}  // namespace vpclab::api
