// scenario/parameters.h - an EC2 action's structured parameters, as written in YAML under EC2's own
// member names, to the flat parameters that api::decode reads. The model decides what exists;
// nothing here knows a particular action.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "emulator/api/model.h"
#include "emulator/api/param_map.h"
#include "emulator/scenario/model.h"
#include "emulator/scenario/reader.h"

namespace vpclab::scenario {

/// Copies a YAML node.
[[nodiscard]] Parameters to_parameters(const Node& node);

/// What stands for a scalar: names become ids, `{name}` is replaced. `is_id` says that the member
/// wants an id.
using ScalarResolver =
    std::function<std::string(const std::string& value, const Mark& mark, bool is_id)>;

/// Whether a member holds the id (or the ids) of a resource.
[[nodiscard]] bool is_id_member(const api::MemberModel& member);

/// Flattens. A scalar or list at the top stands for the action's first member that holds ids
/// (`accept_vpc_peering_connection: pcx`), a scalar for a list for its only element, a scalar for a
/// structure with one member for that one (`SourceDestCheck: false`). Complains about what the
/// action does not have.
[[nodiscard]] api::ParamMap flatten(const Parameters& parameters,
                                    const api::StructureModel& request, Reader& reader,
                                    const ScalarResolver& resolve);

/// `create-vpc-peering-connection` as the key of a step: `create_vpc_peering_connection`.
[[nodiscard]] std::string step_key_of(std::string_view cli_name);

}  // namespace vpclab::scenario
