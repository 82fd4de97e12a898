// scenario/load.h - a scenario's text to its model, with everything that is wrong with it. Judges
// form and names; what AWS would refuse is found when lower.h's calls are made.
#pragma once

#include <string_view>
#include <vector>

#include "emulator/scenario/diagnostic.h"
#include "emulator/scenario/model.h"
#include "emulator/scenario/names.h"
#include "emulator/scenario/reader.h"

namespace vpclab::scenario {

/// Reads `source`. The scenario holds what could be read; it is whole when nothing was added to
/// `diagnostics`. `names` gets every name that is declared or comes with something declared.
[[nodiscard]] Scenario load(const Source& source, NameTable& names, Diagnostics& diagnostics);

/// Every mapping of the language with its keys, as the loader knows them.
[[nodiscard]] std::vector<KeyTable> key_tables();

/// What a step does besides EC2 actions, and what a check looks at: one key of these each.
[[nodiscard]] std::vector<std::string_view> own_step_verbs();
[[nodiscard]] std::vector<std::string_view> check_verbs();

}  // namespace vpclab::scenario
