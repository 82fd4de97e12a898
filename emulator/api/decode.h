// api/decode.h - flat EC2 Query parameters to typed requests and back: the only decoder. A scenario
// step, an AWS CLI line and an HTTP call all pass here. Judges form, never the network's state.
#pragma once

#include <cstddef>
#include <string_view>

#include "emulator/api/api_error.h"
#include "emulator/api/envelope.h"
#include "emulator/api/param_map.h"

namespace vpclab::api {

template <class T>
using Decoded = ApiResult<T>;

// What a hostile caller may at most send; EC2's own limits are of this order.
inline constexpr std::size_t kMaxParameters = 10'000;
inline constexpr std::size_t kMaxParameterNameSize = 256;
inline constexpr std::size_t kMaxParameterValueSize = 64 * 1024;
inline constexpr std::size_t kMaxParametersTotalSize = 1024 * 1024;

/// Reads `params` as a request of `action`. Refuses with AWS's generic codes (API-4):
/// InvalidAction, MissingParameter, UnknownParameter (a name that the action does not have, a list
/// index that is not a plain number from 1), InvalidParameterValue (integers, booleans, timestamps,
/// base64, values outside a closed enumeration), RequestEntityTooLarge. The parameters that every
/// Query call carries (Action, Version) are passed over. Where several things are wrong, the values
/// come first, then what is missing, then what is unknown. Gaps in list indices are closed up.
[[nodiscard]] Decoded<Request> decode(std::string_view action, const ParamMap& params);

/// The reverse: decode(action_name(x), to_params(x)) == x for every x whose optional structures
/// hold something (an empty structure has no parameters).
[[nodiscard]] ParamMap to_params(const Request& request);

}  // namespace vpclab::api
