// scenario/states.h - checks that look at the control plane: a peering's status, a route's state
// and target, an instance's state, addresses and metadata. Reads the inventory, changes nothing.
#pragma once

#include <string>

#include "emulator/scenario/expectation.h"
#include "emulator/scenario/model.h"
#include "emulator/scenario/outcome.h"

namespace vpclab::control {
class Inventory;
}  // namespace vpclab::control

namespace vpclab::scenario {

/// What a check expects, in words, whether or not it can be judged.
[[nodiscard]] std::string expected_text(const PeeringCheck& check, const NameResolver& resolve);
[[nodiscard]] std::string expected_text(const RouteCheck& check, const NameResolver& resolve);
[[nodiscard]] std::string expected_text(const InstanceCheck& check, const NameResolver& resolve);
[[nodiscard]] std::string expected_text(const MetadataCheck& check, const NameResolver& resolve);

/// Each fills expected, observed, rule and passed.
void judge_peering(const PeeringCheck& check, const control::Inventory& inventory,
                   const NameResolver& resolve, CheckOutcome& judged);
void judge_route(const RouteCheck& check, const control::Inventory& inventory,
                 const NameResolver& resolve, CheckOutcome& judged);
void judge_instance(const InstanceCheck& check, const control::Inventory& inventory,
                    const NameResolver& resolve, CheckOutcome& judged);
void judge_metadata(const MetadataCheck& check, const control::Inventory& inventory,
                    const NameResolver& resolve, CheckOutcome& judged);

}  // namespace vpclab::scenario
