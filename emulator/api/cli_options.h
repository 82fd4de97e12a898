// api/cli_options.h - the options that one AWS CLI command has: those of the model's members, their
// --no- halves, and the CLI's own departures from the model (--protocol, --count, --ingress …).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/api/action.h"
#include "emulator/api/model.h"

namespace vpclab::api {

/// What follows an option on the line.
enum class OptionForm : std::uint8_t {
  kValue,          // exactly one word
  kValues,         // any number of words
  kOptionalValue,  // `--source-dest-check` or `--source-dest-check Value=true`
  kFlag,           // nothing: true
  kNegativeFlag,   // nothing: false
};

/// Where an option's value goes.
enum class OptionTarget : std::uint8_t {
  kMember,       // the member of the request
  kMemberValue,  // the member's `Value` (a boolean wrapped in a structure)
  kProtocol,     // from here on the CLI's own: see cli_custom.cc
  kPort,
  kCidr,
  kSourceGroup,
  kGroupOwner,
  kCount,
  kSecondaryAddresses,
  kSecondaryAddressCount,
  kPublicAddress,
  kInputJson,
  kProfile,
  kRegion,
  kOutput,
  kBinaryFormat,
  kIgnored,
  kRefused,
};

struct CliOption {
  std::string name;  // without dashes
  OptionForm form = OptionForm::kValue;
  OptionTarget target = OptionTarget::kMember;
  const MemberModel* member = nullptr;
  std::string_view refusal = {};  // for kRefused: why
};

/// The options of every command: --region, --profile, --output …
[[nodiscard]] std::vector<CliOption> global_options();

/// The options of one command, global ones included.
[[nodiscard]] std::vector<CliOption> options_of(const ActionModel& action);

/// True for a structure that only wraps a boolean (`{Value: true}`), and for one that wraps a text.
[[nodiscard]] bool wraps_boolean(const MemberModel& member);
[[nodiscard]] bool wraps_string(const MemberModel& member);

}  // namespace vpclab::api
