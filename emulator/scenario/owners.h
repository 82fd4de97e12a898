// scenario/owners.h - who owns what a scenario declares, and as whom a step acts: accounts and
// regions out of names. Resolves no ids.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "emulator/control/owner.h"
#include "emulator/scenario/model.h"

namespace vpclab::scenario {

/// The caller of what belongs nowhere else.
[[nodiscard]] control::Caller default_caller(const Scenario& scenario);

/// The owner of a declared VPC ("vpc-1"); the default caller for all else.
[[nodiscard]] control::Caller owner_of_vpc(const Scenario& scenario, std::string_view vpc);

/// `account` may be the name of one; what is absent is the default.
[[nodiscard]] control::Caller caller_of(const Scenario& scenario,
                                        const std::optional<Text>& account,
                                        const std::optional<Text>& region);

/// `as:` - ACCOUNT, ACCOUNT/REGION or a VPC.
[[nodiscard]] control::Caller caller_of(const Scenario& scenario, std::string_view as);

}  // namespace vpclab::scenario
