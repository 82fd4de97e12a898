// control/default_vpc.h - the default VPC of an owner and its default subnets (VPC-13), which
// RunInstances and CreateSecurityGroup fall back to (INST-4). Made only on request.
#pragma once

#include <cstdint>
#include <optional>

#include "emulator/control/call.h"

namespace vpclab::control {

/// The caller's default VPC, or nullptr.
[[nodiscard]] Vpc* find_default_vpc(const Call& call);

/// Its default subnet in a zone, or in the first zone that has one; or nullptr.
[[nodiscard]] Subnet* find_default_subnet(const Call& call, const Vpc& vpc,
                                          std::optional<std::uint8_t> zone);

}  // namespace vpclab::control
