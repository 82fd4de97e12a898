// control/id_source.h - new ids, in AWS's form, from the seed alone: a declared resource's from
// (seed, account, region, kind, name), another's from (seed, account, region, kind, how many were
// so made), a part's from (its owner's id, kind, count). Owned by ControlPlane. Never looks at a
// clock or at the inventory: who makes an id asks whether it is free.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "emulator/api/ids.h"
#include "emulator/control/owner.h"

namespace vpclab::control {

class IdSource {
 public:
  explicit IdSource(std::uint64_t seed) : seed_(seed) {}

  /// For a resource that has a name in the scenario.
  [[nodiscard]] IdDigits declared(const Caller& caller, api::ResourceKind kind,
                                  std::string_view name) const;

  /// For a resource made by a call; each one advances the count of (owner, kind).
  [[nodiscard]] IdDigits next(const Caller& caller, OwnerIndex owner, api::ResourceKind kind);

  /// For a part that a resource brings along: the count-th of its kind.
  [[nodiscard]] static IdDigits part(const api::ResourceId& owner, api::ResourceKind kind,
                                     std::uint32_t count);

 private:
  struct Stream {
    std::uint64_t base = 0;  // a hash of seed, account, region and kind
    std::uint64_t count = 0;
  };

  std::uint64_t seed_;
  std::vector<std::vector<Stream>> streams_;  // by owner, by kind
};

}  // namespace vpclab::control
