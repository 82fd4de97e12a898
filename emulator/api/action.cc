#include "emulator/api/action.h"

#include <algorithm>
#include <cstddef>

namespace vpclab::api {

const ActionModel* find_action(std::string_view name) {
  const std::span<const ActionModel> all = actions();
  const auto found = std::lower_bound(
      all.begin(), all.end(), name,
      [](const ActionModel& action, std::string_view wanted) { return action.name < wanted; });
  return found != all.end() && found->name == name ? &*found : nullptr;
}

const ActionModel* find_cli_action(std::string_view cli_name) {
  for (const ActionModel& action : actions()) {
    if (action.cli_name == cli_name) {
      return &action;
    }
  }
  return nullptr;
}

std::string_view to_string(Action action) {
  return actions()[static_cast<std::size_t>(action)].name;
}

}  // namespace vpclab::api
