// api/cli_custom.h - the AWS CLI's own departures from the model: options that build a rule, a
// count or a network interface out of one word, and what the CLI rearranges before it calls.
// Internal to api.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "emulator/api/action.h"
#include "emulator/api/cli_error.h"
#include "emulator/api/cli_options.h"
#include "emulator/api/shell_words.h"
#include "emulator/api/value.h"

namespace vpclab::api {

/// An option as it stands on the line, with the words that follow it.
struct OptionUse {
  const CliOption* option = nullptr;
  std::size_t column = 1;
  std::vector<ShellWord> values = {};
};

/// Puts an option of the CLI's own into the request. Pre: its target is one of kProtocol …
/// kPublicAddress.
[[nodiscard]] std::optional<CliError> apply_custom(const OptionUse& use, Value& request);

/// What the CLI checks and changes once all options are in: rules are given either whole or by
/// their parts, counts have a default, an interface takes over the instance's subnet and groups,
/// protocols of ACL entries become numbers, user data becomes base64.
[[nodiscard]] std::optional<CliError> finish_request(const ActionModel& action,
                                                     const std::vector<OptionUse>& uses,
                                                     Value& request);

}  // namespace vpclab::api
