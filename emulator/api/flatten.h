// api/flatten.h - a Value to flat Query parameters, guided by the model: which members exist, which
// are lists, how each is spelt on the wire. Judges names and scalars' form; required members and
// enumerations are decode()'s affair.
#pragma once

#include <string_view>

#include <tl/expected.hpp>

#include "emulator/api/cli_error.h"
#include "emulator/api/model.h"
#include "emulator/api/param_map.h"
#include "emulator/api/value.h"

namespace vpclab::api {

/// `request` is a map with the members' names (`IpPermissions`). One value stands for a list of
/// one; null members are left out.
[[nodiscard]] tl::expected<ParamMap, CliError> flatten(const StructureModel& model,
                                                       const Value& request);

}  // namespace vpclab::api
