// The life of prefix lists: who names them, how they begin, go back to an earlier version and end.
#include "emulator/control/prefix_list.h"

#include <algorithm>

#include "emulator/api/generated/prefix_list.h"
#include "emulator/control/describe.h"
#include "emulator/control/noun.h"
#include "emulator/control/policy_actions.h"
#include "emulator/control/prefix_list_change.h"
#include "emulator/control/tag_specification.h"

namespace vpclab::control {
namespace {

constexpr std::size_t kMaxNameSize = 255;

/// Names that begin so are AWS's own lists'.
constexpr std::string_view kReservedPrefix = "com.amazonaws";

PrefixListState completed(PrefixListState state) {
  switch (state) {
    case PrefixListState::kCreateInProgress:
      return PrefixListState::kCreateComplete;
    case PrefixListState::kModifyInProgress:
      return PrefixListState::kModifyComplete;
    case PrefixListState::kRestoreInProgress:
      return PrefixListState::kRestoreComplete;
    default:
      return state;
  }
}

/// Whether a resource that names a list keeps within its quota.
bool has_room(const ControlState& state, const PrefixListUse& use) {
  const Inventory& inventory = state.inventory;
  const Quotas& quotas = state.options.quotas;
  const IdDigits digits = use.resource.digits();
  if (use.resource.kind() == api::ResourceKind::kRouteTable) {
    const RouteTable& table = inventory.route_tables.get(api::RouteTableId(digits));
    return route_weight(inventory, table) <= quotas.routes_per_table;
  }
  const auto& rules = inventory.security_groups.get(api::SecurityGroupId(digits)).rules;
  return rule_weight(inventory, rules, /*egress=*/false) <= quotas.rules_per_security_group &&
         rule_weight(inventory, rules, /*egress=*/true) <= quotas.rules_per_security_group;
}

/// The resources that have no room for a list of `wanted` entries; it fits if there are none.
std::vector<std::string> without_room(const ControlState& state, PrefixList& list,
                                      std::uint32_t wanted) {
  const std::uint32_t before = std::exchange(list.max_entries, wanted);
  std::vector<std::string> full;
  for (const PrefixListUse& use : uses_of(state.inventory, list.id)) {
    if (!has_room(state, use)) {
      full.push_back(use.resource.text());
    }
  }
  list.max_entries = before;
  return full;
}

/// MaxEntries changes if whoever names the list has room, else not at all.
void resize(ControlState& state, PrefixList& list) {
  const std::uint32_t wanted = std::exchange(list.wanted_max_entries, 0);
  const std::vector<std::string> full = without_room(state, list, wanted);
  if (full.empty()) {
    list.max_entries = wanted;
    return;
  }
  list.state = PrefixListState::kModifyFailed;
  list.state_message =
      "The following associations have no room for " + std::to_string(wanted) + " entries:";
  for (const std::string& id : full) {
    list.state_message += " " + id;
  }
}

api::ApiResult<bool> check_family(const std::optional<std::string>& family) {
  if (!family.has_value()) {
    return tl::unexpected(api::missing_parameter("AddressFamily"));
  }
  if (*family == "IPv6") {
    return tl::unexpected(unsupported("Prefix lists of IPv6 are not emulated yet."));
  }
  if (*family != "IPv4") {
    return tl::unexpected(api::invalid_parameter_value("addressFamily", *family));
  }
  return true;
}

}  // namespace

std::string_view to_string(PrefixListState state) {
  switch (state) {
    case PrefixListState::kCreateInProgress:
      return "create-in-progress";
    case PrefixListState::kCreateComplete:
      return "create-complete";
    case PrefixListState::kModifyInProgress:
      return "modify-in-progress";
    case PrefixListState::kModifyComplete:
      return "modify-complete";
    case PrefixListState::kModifyFailed:
      return "modify-failed";
    case PrefixListState::kRestoreInProgress:
      return "restore-in-progress";
    case PrefixListState::kRestoreComplete:
      return "restore-complete";
    case PrefixListState::kDeleteInProgress:
      return "delete-in-progress";
  }
  return "";
}

std::vector<PrefixListUse> uses_of(const Inventory& inventory,
                                   const api::ManagedPrefixListId& list) {
  const auto names = [&](const auto& user) { return user.prefix_list == list; };
  std::vector<PrefixListUse> uses;
  for (const RouteTable& table : inventory.route_tables) {
    if (std::any_of(table.routes.begin(), table.routes.end(), names)) {
      uses.push_back({table.id, table.owner, table.vpc});
    }
  }
  for (const SecurityGroup& group : inventory.security_groups) {
    if (std::any_of(group.rules.begin(), group.rules.end(), names)) {
      uses.push_back({group.id, group.owner, group.vpc});
    }
  }
  return uses;
}

void mark_users_changed(Inventory& inventory, const PrefixList& list) {
  for (const PrefixListUse& use : uses_of(inventory, list.id)) {
    inventory.mark_changed(use.vpc);
  }
}

void begin_change(Call& call, PrefixList& list, PrefixListState state) {
  call.state.tell(list.id, to_string(list.state), to_string(state));
  list.state = state;
  list.state_message.clear();
  call.state.transitions.in_progress(call.now + call.knobs().prefix_list_delay, list.id);
}

api::ApiResult<PrefixList*> require_settled_list(const Call& call,
                                                 const std::optional<std::string>& text) {
  auto list = require<PrefixList>(call, text);
  if (list.has_value() && (*list)->in_progress()) {
    return api::refuse(api::code::kIncorrectState,
                       "The request cannot be completed because the prefix list (" +
                           (*list)->id.text() + ") is in the current state (" +
                           std::string(to_string((*list)->state)) + ").");
  }
  return list;
}

api::ApiResult<bool> check_list_name(const std::optional<std::string>& name) {
  if (!name.has_value() || name->empty()) {
    return tl::unexpected(api::missing_parameter("PrefixListName"));
  }
  if (name->size() > kMaxNameSize || name->starts_with(kReservedPrefix)) {
    return tl::unexpected(api::invalid_parameter_value(
        "prefixListName", *name,
        "A name has at most 255 characters and does not begin with com.amazonaws."));
  }
  return true;
}

api::ApiResult<bool> check_version(const PrefixList& list,
                                   const std::optional<std::int64_t>& version) {
  if (version.has_value() && *version != list.version()) {
    return api::refuse(api::code::kPrefixListVersionMismatch,
                       "The prefix list has the incorrect version number.");
  }
  return true;
}

api::ApiResult<PrefixList*> find_usable_list(const Call& call, const std::string& text) {
  auto list = find<PrefixList>(call, text);
  if (list.has_value() && (*list)->state == PrefixListState::kDeleteInProgress) {
    return tl::unexpected(not_found<PrefixList>({text}));
  }
  return list;
}

void prefix_list_due(ControlState& state, const api::ManagedPrefixListId& id) {
  PrefixList* list = state.inventory.prefix_lists.find(id);
  if (list == nullptr || !list->in_progress()) {
    return;
  }
  const PrefixListState before = list->state;
  if (before == PrefixListState::kDeleteInProgress) {
    state.tell(id, to_string(before), "delete-complete");
    drop_tags(state.inventory, list->owner, id);
    state.inventory.prefix_lists.erase(id);
    return;
  }
  list->state = completed(before);
  if (list->wanted_max_entries != 0) {
    resize(state, *list);
  }
  state.tell(id, to_string(before), to_string(list->state));
}

api::ApiResult<api::CreateManagedPrefixListResponse> handle(
    Call& call, const api::CreateManagedPrefixListRequest& request) {
  for (const auto& checked :
       {check_list_name(request.prefix_list_name), check_family(request.address_family),
        check_max_entries(call, request.max_entries)}) {
    if (!checked.has_value()) {
      return tl::unexpected(checked.error());
    }
  }
  auto entries = with_entries({}, request.entries);
  if (!entries.has_value()) {
    return tl::unexpected(entries.error());
  }
  if (const auto fits = check_size(*entries, *request.max_entries); !fits.has_value()) {
    return tl::unexpected(fits.error());
  }
  auto tags = tags_for(request.tag_specifications, kNoun<PrefixList>.resource_type);
  if (!tags.has_value()) {
    return tl::unexpected(tags.error());
  }
  Inventory& inventory = call.inventory();
  if (at_quota(call, inventory.prefix_lists, call.quotas().prefix_lists_per_region)) {
    return api::refuse(api::code::kResourceLimitExceeded,
                       "The maximum number of prefix lists has been reached.");
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  const auto id = call.new_id(inventory.prefix_lists);
  if (!id.has_value()) {
    return tl::unexpected(id.error());
  }
  PrefixList made;
  made.id = *id;
  made.owner = call.owner;
  made.max_entries = static_cast<std::uint32_t>(*request.max_entries);
  made.name = *request.prefix_list_name;
  made.entries = std::move(*entries);
  const PrefixList& list =
      inventory.prefix_lists.at(inventory.prefix_lists.insert(std::move(made)));
  call.state.transitions.in_progress(call.now + call.knobs().prefix_list_delay, list.id);
  put_tags(call, list.id, std::move(*tags));
  return api::CreateManagedPrefixListResponse{.prefix_list = describe(call, list)};
}

api::ApiResult<api::RestoreManagedPrefixListVersionResponse> handle(
    Call& call, const api::RestoreManagedPrefixListVersionRequest& request) {
  const auto found = require_settled_list(call, request.prefix_list_id);
  if (!found.has_value()) {
    return tl::unexpected(found.error());
  }
  PrefixList& list = **found;
  if (!request.previous_version.has_value() || !request.current_version.has_value()) {
    return tl::unexpected(api::missing_parameter(
        request.previous_version.has_value() ? "CurrentVersion" : "PreviousVersion"));
  }
  if (const auto checked = check_version(list, request.current_version); !checked.has_value()) {
    return tl::unexpected(checked.error());
  }
  if (*request.previous_version < 1 || *request.previous_version >= list.version()) {
    return tl::unexpected(
        api::invalid_parameter_value("previousVersion", std::to_string(*request.previous_version),
                                     "The prefix list has no such earlier version."));
  }
  std::vector<PrefixListEntry> entries =
      list.earlier[static_cast<std::size_t>(*request.previous_version) - 1];
  if (const auto fits = check_size(entries, list.max_entries); !fits.has_value()) {
    return tl::unexpected(fits.error());
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  list.earlier.push_back(std::exchange(list.entries, std::move(entries)));
  begin_change(call, list, PrefixListState::kRestoreInProgress);
  mark_users_changed(call.inventory(), list);
  return api::RestoreManagedPrefixListVersionResponse{.prefix_list = describe(call, list)};
}

api::ApiResult<api::DeleteManagedPrefixListResponse> handle(
    Call& call, const api::DeleteManagedPrefixListRequest& request) {
  const auto list = require_settled_list(call, request.prefix_list_id);
  if (!list.has_value()) {
    return tl::unexpected(list.error());
  }
  if (!uses_of(call.inventory(), (*list)->id).empty()) {
    return api::refuse(api::code::kDependencyViolation,
                       "resource " + (*list)->id.text() + " has a dependent object");
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  begin_change(call, **list, PrefixListState::kDeleteInProgress);
  return api::DeleteManagedPrefixListResponse{.prefix_list = describe(call, **list)};
}

}  // namespace vpclab::control
