// scenario/check_steps.h - what steps and checks have in common when their references are checked:
// programs, calls, callers. Internal to check_steps.cc and check_checks.cc; changes nothing but the
// destination that only a program's own parser finds.
#pragma once

#include <optional>

#include "emulator/api/action.h"
#include "emulator/scenario/loader.h"
#include "netstack/app/ping_options.h"

namespace vpclab::scenario {

/// Names and placeholders; and, unless it may fail, whether EC2 understands the parameters.
void check_api_step(Loader& loader, const ApiStep& step, bool may_fail);
void check_cli_step(Loader& loader, const CliStep& step, bool may_fail);

/// What a line or a step calls; null where that is no action.
[[nodiscard]] const api::ActionModel* action_of(const CliStep& line);
[[nodiscard]] const api::ActionModel* action_of(const Step& step);

/// `ACCOUNT`, `ACCOUNT/REGION` or a VPC.
void check_caller(Loader& loader, const std::optional<Text>& as);

/// Every `{name}` of a text must be one, and be closed unless it `may_be_open` (in what EC2 is to
/// refuse); else a complaint at its place in `mark`.
void check_placeholders(Loader& loader, const std::string& text, const Mark& mark,
                        bool may_be_open = false);

/// An address, or the name of what has one: "instance-2", "instance-2.public_ip".
void check_address(Loader& loader, const Text& who);

/// `is_stopped`: another step ends it. The options, or nothing after a complaint.
std::optional<app::PingOptions> check_ping_step(Loader& loader, PingStep& step, bool is_stopped);

void check_traceroute_step(Loader& loader, TracerouteStep& step);

void check_dig_step(Loader& loader, const DigStep& step);

}  // namespace vpclab::scenario
