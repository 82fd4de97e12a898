#include "emulator/control/security_group_name.h"

#include "emulator/control/classic.h"
#include "emulator/control/default_vpc.h"
#include "emulator/control/noun.h"

namespace vpclab::control {
namespace {

/// The groups that names mean something for.
std::vector<api::SecurityGroupId> named_groups(const Call& call) {
  if (has_classic(call)) {
    return classic_groups_of(call.inventory(), call.owner);
  }
  const Vpc* vpc = find_default_vpc(call);
  return vpc == nullptr ? std::vector<api::SecurityGroupId>() : vpc->security_groups;
}

}  // namespace

api::ApiResult<SecurityGroup*> find_security_group(const Call& call,
                                                   const std::optional<std::string>& id,
                                                   const std::optional<std::string>& name) {
  if (id.has_value() || !name.has_value()) {
    return require<SecurityGroup>(call, id);
  }
  for (const api::SecurityGroupId& candidate : named_groups(call)) {
    SecurityGroup& group = call.inventory().security_groups.get(candidate);
    if (group.name == *name) {
      return &group;
    }
  }
  return tl::unexpected(not_found(api::code::kInvalidGroupNotFound, "The security group", {*name}));
}

}  // namespace vpclab::control
