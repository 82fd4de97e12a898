// control/tag_specification.h - tags as requests bring them and responses show them: what the other
// nouns call (the actions on tags themselves are in control/tags.cc).
#pragma once

#include <string_view>
#include <vector>

#include "emulator/api/api_error.h"
#include "emulator/api/generated/common.h"
#include "emulator/control/call.h"

namespace vpclab::control {

/// The tags that a creating request asks for; all specifications must be for `resource_type`.
[[nodiscard]] api::ApiResult<Tags> tags_for(
    const std::vector<api::TagSpecification>& specifications, std::string_view resource_type);

/// Makes them the caller's tags of a resource.
void put_tags(Call& call, const api::ResourceId& resource, Tags tags);

/// Forgets a resource's tags, when it goes.
void drop_tags(Inventory& inventory, OwnerIndex owner, const api::ResourceId& resource);

/// The tags that the caller sees of a resource, sorted by key.
[[nodiscard]] std::vector<api::Tag> describe_tags(const Call& call,
                                                  const api::ResourceId& resource);

/// `vpc`, `internet-gateway`, …
[[nodiscard]] std::string_view resource_type_of(api::ResourceKind kind);

}  // namespace vpclab::control
