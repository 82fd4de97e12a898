// control/security_group_name.h - the security group that a request names: by id, or by name in the
// default VPC or in EC2-Classic. Changes nothing.
#pragma once

#include <optional>
#include <string>

#include "emulator/api/api_error.h"
#include "emulator/control/call.h"

namespace vpclab::control {

/// The group with this id or, without one, the group with this name: in EC2-Classic where the
/// caller has it (CLC-3), else in its default VPC (SG-14: names reach no other VPC). Refuses with
/// MissingParameter where both are absent and InvalidGroup.NotFound where there is none. The
/// pointer is never null.
[[nodiscard]] api::ApiResult<SecurityGroup*> find_security_group(
    const Call& call, const std::optional<std::string>& id, const std::optional<std::string>& name);

}  // namespace vpclab::control
