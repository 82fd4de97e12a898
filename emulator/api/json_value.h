// api/json_value.h - JSON text in a command line's word to a Value (RFC 8259). Of equal keys the
// last one counts, as in the AWS CLI. Depth is limited; numbers stay text.
#pragma once

#include <tl/expected.hpp>

#include "emulator/api/cli_error.h"
#include "emulator/api/shell_words.h"
#include "emulator/api/value.h"

namespace vpclab::api {

[[nodiscard]] tl::expected<Value, CliError> parse_json(const ShellWord& word);

}  // namespace vpclab::api
