// world/instance_metadata.h - what an instance would read at
// http://169.254.169.254/latest/meta-data/ (IMDS-1, IMDS-2), as a function from its state. There is
// no TCP that would carry it.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "emulator/control/inventory.h"

namespace vpclab::world {

/// Every key with its value, by path: `local-ipv4`, `network/interfaces/macs/02:…/subnet-id`.
[[nodiscard]] std::map<std::string, std::string> metadata_of(const control::Inventory& inventory,
                                                             const control::Instance& instance);

/// The value at a path below meta-data/, or the list of what is there, a line each, directories
/// with a slash: for "" or a path that ends with a slash. Nothing: 404.
[[nodiscard]] std::optional<std::string> metadata(const control::Inventory& inventory,
                                                  const control::Instance& instance,
                                                  std::string_view path);

/// What stands at the top, and the folders there, for who looks for a name.
[[nodiscard]] std::span<const std::string_view> metadata_paths();

/// Whether some instance has a value or a list at a path: false for what is a slip of the pen.
[[nodiscard]] bool may_hold_metadata(std::string_view path);

}  // namespace vpclab::world
