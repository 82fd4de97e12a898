// control/prefix_list.h - customer-managed prefix lists: named sets of CIDR blocks with versions,
// which routes and security group rules name, and the EC2 actions on them. A list counts as
// MaxEntries routes or rules wherever it is named, however many entries it has. Never matches a
// packet.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/api/api_error.h"
#include "emulator/api/ids.h"
#include "emulator/control/owner.h"
#include "netstack/wire/ipv4_prefix.h"

namespace vpclab::control {

class Inventory;

enum class PrefixListState : std::uint8_t {
  kCreateInProgress,
  kCreateComplete,
  kModifyInProgress,
  kModifyComplete,
  kModifyFailed,
  kRestoreInProgress,
  kRestoreComplete,
  kDeleteInProgress,
};

[[nodiscard]] std::string_view to_string(PrefixListState state);

struct PrefixListEntry {
  wire::Ipv4Prefix cidr;
  std::string description;

  friend bool operator==(const PrefixListEntry&, const PrefixListEntry&) = default;
};

struct PrefixList {
  api::ManagedPrefixListId id;
  OwnerIndex owner{};
  PrefixListState state = PrefixListState::kCreateInProgress;
  std::uint32_t max_entries = 0;
  /// What MaxEntries becomes when the change under way is done, if all that name the list have
  /// room; 0: it stays.
  std::uint32_t wanted_max_entries = 0;
  std::string name;
  std::string state_message;
  /// Of the current version, sorted by CIDR: what routes and rules that name the list match.
  std::vector<PrefixListEntry> entries;
  /// Those of version 1, 2, … up to the one before the current.
  std::vector<std::vector<PrefixListEntry>> earlier;

  [[nodiscard]] std::int64_t version() const {
    return static_cast<std::int64_t>(earlier.size()) + 1;
  }

  /// Whether a change is under way, which refuses others.
  [[nodiscard]] bool in_progress() const {
    return state == PrefixListState::kCreateInProgress ||
           state == PrefixListState::kModifyInProgress ||
           state == PrefixListState::kRestoreInProgress ||
           state == PrefixListState::kDeleteInProgress;
  }
};

/// A resource that names a list: a route table or a security group.
struct PrefixListUse {
  api::ResourceId resource;
  OwnerIndex owner{};
  api::VpcId vpc;
};

/// All that name a list, route tables first, in the order of their tables.
[[nodiscard]] std::vector<PrefixListUse> uses_of(const Inventory& inventory,
                                                 const api::ManagedPrefixListId& list);

// --- for other nouns
// ------------------------------------------------------------------------------

struct Call;
struct ControlState;

/// The list of a route or rule that a request names: the caller's, not being deleted.
[[nodiscard]] api::ApiResult<PrefixList*> find_usable_list(const Call& call,
                                                           const std::string& text);

/// …-in-progress -> …-complete, or gone.
void prefix_list_due(ControlState& state, const api::ManagedPrefixListId& id);

}  // namespace vpclab::control
