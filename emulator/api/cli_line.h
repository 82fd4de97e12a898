// api/cli_line.h - the AWS CLI's spelling of a call, `aws ec2 create-vpc --cidr-block 10.0.0.0/16`,
// to the action and the flat parameters that the real program would send. Names come from the
// generated model; the CLI's own departures from it are a small table in cli_custom.cc.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "emulator/api/param_map.h"

namespace vpclab::api {

/// Why a line is refused. `column` counts bytes from 1, at the word (or the character in it) that
/// is wrong; `hint` is a sentence that helps (`did you mean --group-ids?`) or empty.
struct CliError {
  std::size_t column = 1;
  std::string message;
  std::string hint;

  friend bool operator==(const CliError&, const CliError&) = default;
};

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
/// (SEED-9). Values are opaque text: `{vpc-2.default}` passes through unchanged.
[[nodiscard]] tl::expected<CliCommand, CliError> parse_cli_line(std::string_view line);

/// The same from words already split (argv after `aws`): `columns` are theirs for messages.
[[nodiscard]] tl::expected<CliCommand, CliError> parse_cli_words(
    const std::vector<std::string>& words, const std::vector<std::size_t>& columns = {});

/// `5: unknown option --foo (hint: did you mean --force?)`: one line for a person.
[[nodiscard]] std::string to_string(const CliError& error);

}  // namespace vpclab::api
