// scenario/created.h - which EC2 actions create something that a name can stand for, and its id.
#pragma once

#include <string>
#include <string_view>

#include "emulator/api/envelope.h"

namespace vpclab::scenario {

/// Whether the action creates something with an id, for which a name may stand.
[[nodiscard]] bool creates_something(std::string_view action);

/// Whether the author may say which id that is; associations and attachments have ids of their own.
[[nodiscard]] bool takes_id(std::string_view action);

/// The id of what the answered call has created (of the first of several); empty: nothing.
[[nodiscard]] std::string created_id(const api::Response& response);

}  // namespace vpclab::scenario
