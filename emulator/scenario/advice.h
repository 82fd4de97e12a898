// scenario/advice.h - what an author can do about a refusal of AWS's while the declared network is
// built: a hint for an action and an error. Texts only; judges nothing.
#pragma once

#include <string>
#include <string_view>

#include "emulator/api/api_error.h"
#include "emulator/api/param_map.h"
#include "emulator/control/control_plane.h"

namespace vpclab::scenario {

/// What helps where AWS only says that it will not; empty where that is plain. `parameters` are
/// those of the refused call.
[[nodiscard]] std::string advice_for(std::string_view action, const api::ApiError& error,
                                     const api::ParamMap& parameters,
                                     const control::Inventory& inventory);

/// The same for what was accepted with a warning.
[[nodiscard]] std::string advice_for(const control::Warning& warning);

}  // namespace vpclab::scenario
