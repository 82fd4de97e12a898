// scenario/lower.h - the declared part of a scenario as the EC2 calls that build it, in an order in
// which AWS accepts them. Pure: names stand where ids will be (`{vpc-1}`); declare.h makes the
// calls.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "emulator/api/envelope.h"
#include "emulator/control/owner.h"
#include "emulator/scenario/model.h"
#include "emulator/scenario/names.h"

namespace vpclab::scenario {

/// One call. Every id in it is a placeholder or an id that the author wrote.
struct DeclaredCall {
  control::Caller caller;
  api::Request request;
  Mark mark;  ///< where a refusal is reported
  /// Better places: for a refusal whose code or sentence holds the text.
  std::vector<std::pair<std::string_view, Mark>> marks;
  std::string name;             ///< of what it creates; empty: nothing that has a name
  std::string id;               ///< explicit, or empty
  std::string private_address;  ///< of an instance of EC2-Classic; empty: any
};

/// Wait until nothing is in progress: what comes next needs what came before.
struct Settle {};

using DeclaredAction = std::variant<DeclaredCall, Settle>;

/// Broken resources are left out; of faulty instances only the launch is there. `names` says of
/// what kind the targets of routes are.
[[nodiscard]] std::vector<DeclaredAction> lower(const Scenario& scenario, const NameTable& names);

}  // namespace vpclab::scenario
