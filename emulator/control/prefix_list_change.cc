#include "emulator/control/prefix_list_change.h"

#include <algorithm>

#include "emulator/api/generated/prefix_list.h"
#include "emulator/control/describe.h"
#include "emulator/control/noun.h"
#include "emulator/control/policy_actions.h"

namespace vpclab::control {
namespace {

using Entries = std::vector<PrefixListEntry>;

Entries::iterator place_of(Entries& entries, wire::Ipv4Prefix cidr) {
  return std::lower_bound(
      entries.begin(), entries.end(), cidr,
      [](const PrefixListEntry& entry, wire::Ipv4Prefix wanted) { return entry.cidr < wanted; });
}

bool stands_at(const Entries& entries, Entries::iterator place, wire::Ipv4Prefix cidr) {
  return place != entries.end() && place->cidr == cidr;
}

api::ApiResult<bool> check_count(std::size_t count) {
  if (count > kMaxEntriesPerRequest) {
    return api::refuse(api::code::kInvalidParameterValue,
                       "The number of entries per request cannot exceeds limit (" +
                           std::to_string(kMaxEntriesPerRequest) + ").");
  }
  return true;
}

/// The CIDRs of a request's entries, each once.
template <class Entry>
api::ApiResult<std::vector<wire::Ipv4Prefix>> cidrs_of(const std::vector<Entry>& given) {
  if (const auto checked = check_count(given.size()); !checked.has_value()) {
    return tl::unexpected(checked.error());
  }
  std::vector<wire::Ipv4Prefix> cidrs;
  for (const Entry& entry : given) {
    if (!entry.cidr.has_value()) {
      return tl::unexpected(api::missing_parameter("Cidr"));
    }
    const auto cidr = parse_cidr(*entry.cidr, "cidr");
    if (!cidr.has_value()) {
      return tl::unexpected(cidr.error());
    }
    if (std::find(cidrs.begin(), cidrs.end(), *cidr) != cidrs.end()) {
      return tl::unexpected(
          api::invalid_parameter_value("cidr", *entry.cidr, "The request names the CIDR twice."));
    }
    cidrs.push_back(*cidr);
  }
  return cidrs;
}

/// The entries with those of a request taken away.
api::ApiResult<Entries> without_entries(Entries entries,
                                        const std::vector<wire::Ipv4Prefix>& removed) {
  for (const wire::Ipv4Prefix cidr : removed) {
    const auto place = place_of(entries, cidr);
    if (!stands_at(entries, place, cidr)) {
      return tl::unexpected(api::invalid_parameter_value(
          "cidr", to_string(cidr), "The CIDR is not an entry of the prefix list."));
    }
    entries.erase(place);
  }
  return entries;
}

/// The entries that a list has after a request: first those to remove go, then those to add come.
api::ApiResult<Entries> changed_entries(const PrefixList& list,
                                        const api::ModifyManagedPrefixListRequest& request) {
  const auto added = cidrs_of(request.add_entries);
  const auto removed = cidrs_of(request.remove_entries);
  if (!added.has_value() || !removed.has_value()) {
    return tl::unexpected(added.has_value() ? removed.error() : added.error());
  }
  for (const wire::Ipv4Prefix cidr : *added) {
    if (std::find(removed->begin(), removed->end(), cidr) != removed->end()) {
      return api::refuse(api::code::kInvalidParameterValue,
                         "Request cannot contain Cidr " + to_string(cidr) +
                             " in both AddPrefixListEntries and RemovePrefixListEntries");
    }
  }
  auto entries = without_entries(list.entries, *removed);
  if (!entries.has_value()) {
    return entries;
  }
  entries = with_entries(std::move(*entries), request.add_entries);
  if (!entries.has_value()) {
    return entries;
  }
  if (const auto fits = check_size(*entries, list.max_entries); !fits.has_value()) {
    return tl::unexpected(fits.error());
  }
  return entries;
}

/// A new size must hold what is there.
api::ApiResult<bool> check_resize(const Call& call, const PrefixList& list,
                                  const api::ModifyManagedPrefixListRequest& request) {
  if (!request.max_entries.has_value()) {
    return true;
  }
  if (!request.add_entries.empty() || !request.remove_entries.empty()) {
    return api::refuse(api::code::kInvalidParameterCombination,
                       "You cannot modify the entries and the maximum entries for the prefix list "
                       "in the same request.");
  }
  if (auto checked = check_max_entries(call, request.max_entries); !checked.has_value()) {
    return checked;
  }
  return check_size(list.entries, *request.max_entries);
}

}  // namespace

api::ApiResult<bool> check_max_entries(const Call& call, const std::optional<std::int64_t>& count) {
  if (!count.has_value()) {
    return tl::unexpected(api::missing_parameter("MaxEntries"));
  }
  const std::uint32_t most = call.quotas().entries_per_prefix_list;
  if (*count < 1 || *count > most) {
    return api::refuse(api::code::kInvalidParameterValue,
                       "Must specify a max size between 1 and " + std::to_string(most));
  }
  return true;
}

api::ApiResult<bool> check_size(const Entries& entries, std::int64_t max_entries) {
  if (static_cast<std::int64_t>(entries.size()) > max_entries) {
    return api::refuse(
        api::code::kPrefixListMaxEntriesExceeded,
        "The prefix list can hold at most " + std::to_string(max_entries) + " entries.");
  }
  return true;
}

api::ApiResult<Entries> with_entries(Entries entries,
                                     const std::vector<api::AddPrefixListEntry>& added) {
  const auto cidrs = cidrs_of(added);
  if (!cidrs.has_value()) {
    return tl::unexpected(cidrs.error());
  }
  for (std::size_t i = 0; i < added.size(); ++i) {
    const wire::Ipv4Prefix cidr = (*cidrs)[i];
    const auto place = place_of(entries, cidr);
    std::string description = added[i].description.value_or("");
    if (stands_at(entries, place, cidr)) {
      place->description = std::move(description);
    } else {
      entries.insert(place, {cidr, std::move(description)});
    }
  }
  return entries;
}

api::ApiResult<api::ModifyManagedPrefixListResponse> handle(
    Call& call, const api::ModifyManagedPrefixListRequest& request) {
  const auto found = require_settled_list(call, request.prefix_list_id);
  if (!found.has_value()) {
    return tl::unexpected(found.error());
  }
  PrefixList& list = **found;
  if (const auto checked = check_version(list, request.current_version); !checked.has_value()) {
    return tl::unexpected(checked.error());
  }
  if (const auto checked = check_resize(call, list, request); !checked.has_value()) {
    return tl::unexpected(checked.error());
  }
  auto entries = changed_entries(list, request);
  if (!entries.has_value()) {
    return tl::unexpected(entries.error());
  }
  if (request.prefix_list_name.has_value()) {
    if (const auto checked = check_list_name(request.prefix_list_name); !checked.has_value()) {
      return tl::unexpected(checked.error());
    }
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  list.name = request.prefix_list_name.value_or(list.name);
  list.wanted_max_entries = static_cast<std::uint32_t>(request.max_entries.value_or(0));
  if (!request.add_entries.empty() || !request.remove_entries.empty()) {  // a new version
    list.earlier.push_back(std::exchange(list.entries, std::move(*entries)));
    mark_users_changed(call.inventory(), list);
  }
  begin_change(call, list, PrefixListState::kModifyInProgress);
  return api::ModifyManagedPrefixListResponse{.prefix_list = describe(call, list)};
}

}  // namespace vpclab::control
