// control/prefix_list_change.h - what the actions that make and change prefix lists share: entries
// as requests bring them, sizes, versions and the beginning of a change.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "emulator/api/api_error.h"
#include "emulator/control/call.h"

namespace vpclab::api {

struct AddPrefixListEntry;

}  // namespace vpclab::api

namespace vpclab::control {

/// How many entries one request may add or remove.
inline constexpr std::size_t kMaxEntriesPerRequest = 100;

/// A list of a request that changes it: none under way.
[[nodiscard]] api::ApiResult<PrefixList*> require_settled_list(
    const Call& call, const std::optional<std::string>& text);

/// PrefixListVersionMismatch, if a version is given that is not the current one.
[[nodiscard]] api::ApiResult<bool> check_version(const PrefixList& list,
                                                 const std::optional<std::int64_t>& version);

/// A name that a customer's list may have.
[[nodiscard]] api::ApiResult<bool> check_list_name(const std::optional<std::string>& name);

/// MaxEntries: required, from 1 to the quota.
[[nodiscard]] api::ApiResult<bool> check_max_entries(const Call& call,
                                                     const std::optional<std::int64_t>& count);

/// Whether so many entries fit into a list of `max_entries`.
[[nodiscard]] api::ApiResult<bool> check_size(const std::vector<PrefixListEntry>& entries,
                                              std::int64_t max_entries);

/// The entries with those of a request added; one that is there already gets the new description.
[[nodiscard]] api::ApiResult<std::vector<PrefixListEntry>> with_entries(
    std::vector<PrefixListEntry> entries, const std::vector<api::AddPrefixListEntry>& added);

/// Enters …-in-progress, until the delay is over.
void begin_change(Call& call, PrefixList& list, PrefixListState state);

/// The VPCs of all that name the list must be compiled again.
void mark_users_changed(Inventory& inventory, const PrefixList& list);

}  // namespace vpclab::control
