// api/shorthand.h - the AWS CLI's shorthand, `Name=vpc-id,Values=a,b` or
// `IpProtocol=icmp,IpRanges=[{CidrIp=10.0.0.0/8}]`, to a Value. Purely syntactic: whether a key
// exists and whether one value stands for a list is the model's affair (flatten.h).
#pragma once

#include <tl/expected.hpp>

#include "emulator/api/cli_error.h"
#include "emulator/api/shell_words.h"
#include "emulator/api/value.h"

namespace vpclab::api {

/// A map: `key=values` parted by commas; values are a word, words parted by commas, `[…]`, `{…}`,
/// each word plain or quoted; `\,` is a comma that parts nothing.
[[nodiscard]] tl::expected<Value, CliError> parse_shorthand(const ShellWord& word);

}  // namespace vpclab::api
