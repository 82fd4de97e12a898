// control/tags.h - tags of resources (each account sees its own tags of a peering: PCX-14), and the
// EC2 actions on them. Owned by Inventory; only tagged resources cost anything.
#pragma once

#include <compare>
#include <map>
#include <string>
#include <string_view>

#include "emulator/api/ids.h"
#include "emulator/control/owner.h"

namespace vpclab::control {

/// Key -> value.
using Tags = std::map<std::string, std::string, std::less<>>;

struct TagKey {
  OwnerIndex owner{};
  api::ResourceId resource;

  friend auto operator<=>(const TagKey&, const TagKey&) = default;
};

/// Sorted, so that DescribeTags lists them in one order everywhere.
using TagStore = std::map<TagKey, Tags>;

inline constexpr std::string_view kNameTag = "Name";

}  // namespace vpclab::control
