// Prefix lists as responses show them: what they are, their entries, who names them.
#include "emulator/api/generated/prefix_list.h"
#include "emulator/control/describe.h"
#include "emulator/control/policy_actions.h"
#include "emulator/control/select.h"
#include "emulator/control/tag_specification.h"

namespace vpclab::control {
namespace {

constexpr FilterField<PrefixList> kPrefixListFilters[] = {
    {"owner-id", [](const Call& call, const PrefixList&,
                    FilterValues& values) { values.add(call.caller.account); }},
    {"prefix-list-id",
     [](const Call&, const PrefixList& list, FilterValues& values) { values.add(list.id.text()); }},
    {"prefix-list-name",
     [](const Call&, const PrefixList& list, FilterValues& values) { values.add(list.name); }},
};

}  // namespace

api::ManagedPrefixList describe(const Call& call, const PrefixList& list) {
  const Caller& owner = call.inventory().owner(list.owner);
  api::ManagedPrefixList described;
  described.prefix_list_id = list.id.text();
  described.address_family = "IPv4";
  described.state = std::string(to_string(list.state));
  if (!list.state_message.empty()) {
    described.state_message = list.state_message;
  }
  described.prefix_list_arn =
      "arn:aws:ec2:" + owner.region + ":" + owner.account + ":prefix-list/" + list.id.text();
  described.prefix_list_name = list.name;
  described.max_entries = list.max_entries;
  described.version = list.version();
  described.tags = describe_tags(call, list.id);
  described.owner_id = owner.account;
  return described;
}

api::ApiResult<api::DescribeManagedPrefixListsResponse> handle(
    Call& call, const api::DescribeManagedPrefixListsRequest& request) {
  const auto selected =
      select<PrefixList>(call, request.prefix_list_ids, request.filters, kPrefixListFilters,
                         {request.max_results, request.next_token});
  if (!selected.has_value()) {
    return tl::unexpected(selected.error());
  }
  api::DescribeManagedPrefixListsResponse response;
  for (const PrefixList* list : selected->items) {
    response.prefix_lists.push_back(describe(call, *list));
  }
  response.next_token = selected->next_token;
  return response;
}

api::ApiResult<api::GetManagedPrefixListEntriesResponse> handle(
    Call& call, const api::GetManagedPrefixListEntriesRequest& request) {
  const auto found = require<PrefixList>(call, request.prefix_list_id);
  if (!found.has_value()) {
    return tl::unexpected(found.error());
  }
  const PrefixList& list = **found;
  const std::int64_t version = request.target_version.value_or(list.version());
  if (version < 1 || version > list.version()) {
    return tl::unexpected(api::invalid_parameter_value("targetVersion", std::to_string(version),
                                                       "The prefix list has no such version."));
  }
  const std::vector<PrefixListEntry>& entries =
      version == list.version() ? list.entries
                                : list.earlier[static_cast<std::size_t>(version) - 1];
  const auto page = page_of(entries, {request.max_results, request.next_token});
  if (!page.has_value()) {
    return tl::unexpected(page.error());
  }
  api::GetManagedPrefixListEntriesResponse response;
  for (const PrefixListEntry* entry : page->items) {
    api::PrefixListEntry& shown = response.entries.emplace_back();
    shown.cidr = to_string(entry->cidr);
    if (!entry->description.empty()) {
      shown.description = entry->description;
    }
  }
  response.next_token = page->next_token;
  return response;
}

api::ApiResult<api::GetManagedPrefixListAssociationsResponse> handle(
    Call& call, const api::GetManagedPrefixListAssociationsRequest& request) {
  const auto list = require<PrefixList>(call, request.prefix_list_id);
  if (!list.has_value()) {
    return tl::unexpected(list.error());
  }
  const std::vector<PrefixListUse> uses = uses_of(call.inventory(), (*list)->id);
  const auto page = page_of(uses, {request.max_results, request.next_token});
  if (!page.has_value()) {
    return tl::unexpected(page.error());
  }
  api::GetManagedPrefixListAssociationsResponse response;
  for (const PrefixListUse* use : page->items) {
    response.prefix_list_associations.push_back(
        {.resource_id = use->resource.text(),
         .resource_owner = call.inventory().owner(use->owner).account});
  }
  response.next_token = page->next_token;
  return response;
}

}  // namespace vpclab::control
