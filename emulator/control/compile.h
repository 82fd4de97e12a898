// control/compile.h - one VPC of the inventory as the data plane wants it. Pure and total: a
// dangling target becomes a blackhole, never an error. The only file of control that knows
// dataplane/plan.h.
#pragma once

#include <optional>

#include "emulator/api/ids.h"
#include "emulator/dataplane/plan.h"

namespace vpclab::control {

class Inventory;

/// The VPC's tables as of now; nothing if there is no such VPC.
[[nodiscard]] std::optional<dataplane::VpcTables> compile(const Inventory& inventory,
                                                          const api::VpcId& vpc);

}  // namespace vpclab::control
