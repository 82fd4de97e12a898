// scenario/created.h - which EC2 actions create something, and where in the answer its id stands.
#pragma once

#include <string_view>

namespace vpclab::scenario {

/// The path of the new id in the action's response ("Vpc.VpcId"); empty: it creates nothing that a
/// name could stand for.
[[nodiscard]] std::string_view created_path(std::string_view action);

}  // namespace vpclab::scenario
