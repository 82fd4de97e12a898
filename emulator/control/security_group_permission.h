// control/security_group_permission.h - IpPermissions of requests as rules, and rules as
// IpPermissions of responses (SG-7, SG-8, SG-13, SG-19). Changes nothing.
#pragma once

#include <string>
#include <vector>

#include "emulator/api/api_error.h"
#include "emulator/control/call.h"

namespace vpclab::api {

struct IpPermission;
struct UserIdGroupPair;

}  // namespace vpclab::api

namespace vpclab::control {

/// What the rules are read for: to be added (a group that they name must be one that may be named)
/// or to be compared with the rules that are there.
enum class PermissionUse : std::uint8_t { kAdd, kMatch };

/// The rules, without ids, that permissions describe: one per protocol, ports and peer. Refuses
/// what is malformed, and the same rule twice.
[[nodiscard]] api::ApiResult<std::vector<SecurityGroupRule>> read_permissions(
    const Call& call, const SecurityGroup& group, bool egress,
    const std::vector<api::IpPermission>& permissions, PermissionUse use);

/// Whether two rules admit the same: direction, protocol, ports and peer; not id, not description.
[[nodiscard]] bool same_rule(const SecurityGroupRule& a, const SecurityGroupRule& b);

/// `peer: 10.1.0.0/16, ICMP, type: ALL, code: ALL, ALLOW`.
[[nodiscard]] std::string rule_sentence(const SecurityGroupRule& rule);

/// The rules of one direction, those of one protocol and port range gathered.
[[nodiscard]] std::vector<api::IpPermission> describe_permissions(
    const Call& call, const SecurityGroup& group, const std::vector<SecurityGroupRule>& rules,
    bool egress);

/// How many rules of one direction a group may have, by its platform (CLC-3).
[[nodiscard]] std::uint32_t rule_quota(const Call& call, const SecurityGroup& group);

/// RulesPerSecurityGroupLimitExceeded.
[[nodiscard]] api::ApiError too_many_rules();

/// The group that a rule names, with the peering that joins the two VPCs, if they differ (SG-16).
[[nodiscard]] api::UserIdGroupPair describe_group_pair(const Call& call,
                                                       const SecurityGroup& holder,
                                                       const SecurityGroupRule& rule);

}  // namespace vpclab::control
