// api/cli_line.h - the AWS CLI's spelling of a call, `aws ec2 create-vpc --cidr-block 10.0.0.0/16`,
// to the action and the flat parameters that the real program would send. Names come from the
// generated model; the CLI's own departures from it lie in cli_options.cc and cli_custom.cc.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "emulator/api/cli_error.h"
#include "emulator/api/param_map.h"
#include "emulator/api/shell_words.h"

namespace vpclab::api {

/// What one line says. Options about the call's form (--output, --query, --no-cli-pager …) are
/// read and passed over: a scenario's step has no output to shape.
struct CliCommand {
  std::string action;   // `CreateVpc`
  ParamMap params;      // as EC2 Query parameters, for decode()
  std::string profile;  // --profile, empty if not given: which account calls
  std::string region;   // --region, empty if not given

  friend bool operator==(const CliCommand&, const CliCommand&) = default;
};

/// Reads one line. The leading `aws` may be left out (`ec2 create-vpc …`), as in a scenario's
/// `aws:` step. Quotes and backslashes are the shell's (no variables, no substitution); a trailing
/// backslash before a line break continues the line. Options may be abbreviated to a unique prefix
/// (SEED-9). Of an option given twice the last one counts. Files (file://…) are not read. What the
/// values mean is decode()'s affair; ids are opaque text.
[[nodiscard]] tl::expected<CliCommand, CliError> parse_cli_line(std::string_view line);

/// The same from words already split, with or without the leading `aws`.
[[nodiscard]] tl::expected<CliCommand, CliError> parse_cli_words(
    const std::vector<ShellWord>& words);

}  // namespace vpclab::api
