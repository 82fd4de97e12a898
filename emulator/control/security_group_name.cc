#include "emulator/control/security_group_name.h"

#include "emulator/control/default_vpc.h"
#include "emulator/control/noun.h"

namespace vpclab::control {

api::ApiResult<SecurityGroup*> find_security_group(const Call& call,
                                                   const std::optional<std::string>& id,
                                                   const std::optional<std::string>& name) {
  if (id.has_value() || !name.has_value()) {
    return require<SecurityGroup>(call, id);
  }
  if (const Vpc* vpc = find_default_vpc(call); vpc != nullptr) {
    for (const api::SecurityGroupId& candidate : vpc->security_groups) {
      SecurityGroup& group = call.inventory().security_groups.get(candidate);
      if (group.name == *name) {
        return &group;
      }
    }
  }
  return tl::unexpected(not_found(api::code::kInvalidGroupNotFound, "The security group", {*name}));
}

}  // namespace vpclab::control
