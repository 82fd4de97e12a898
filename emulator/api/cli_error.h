// api/cli_error.h - why an AWS CLI line is refused, and where in it.
#pragma once

#include <cstddef>
#include <string>

namespace vpclab::api {

/// `column` counts bytes from 1, at the word (or the character in it) that is wrong; `hint` is a
/// sentence that helps (`did you mean '--group-ids'?`) or empty.
struct CliError {
  std::size_t column = 1;
  std::string message;
  std::string hint = {};

  friend bool operator==(const CliError&, const CliError&) = default;
};

/// `5: unknown option --foo (hint: did you mean '--force'?)`: one line for a person.
[[nodiscard]] std::string to_string(const CliError& error);

}  // namespace vpclab::api
