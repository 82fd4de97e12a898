// scenario/settings.h - the names under which a scenario sets quotas and knobs, and what they set.
// The values and what they mean belong to control/{quotas,knobs}.h and node/context.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/control/knobs.h"
#include "emulator/control/quotas.h"
#include "emulator/node/context.h"
#include "emulator/scenario/model.h"

namespace vpclab::scenario {

/// What knobs set: those of the control plane, and those of the data plane.
struct Settings {
  control::Knobs control;
  node::NodeOptions nodes;
};

/// `vpcs_per_region`, …
[[nodiscard]] std::vector<std::string_view> quota_names();

/// `pcx.accept_delay`, …
[[nodiscard]] std::vector<std::string_view> knob_names();

/// How far a quota may be raised; nothing where there is no such quota.
[[nodiscard]] std::optional<std::uint32_t> most_of_quota(std::string_view name);

/// False where there is no such quota.
bool set_quota(control::Quotas& quotas, std::string_view name, std::uint32_t value);

/// An empty text, or why the value does not fit (the name must be one of knob_names()).
[[nodiscard]] std::string set_knob(Settings& settings, std::string_view name,
                                   std::string_view value);

/// What a scenario that was loaded without a fault sets.
[[nodiscard]] control::Quotas quotas_of(const Scenario& scenario);
[[nodiscard]] Settings settings_of(const Scenario& scenario);

}  // namespace vpclab::scenario
