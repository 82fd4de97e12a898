// control/compile.h - one VPC of the inventory, or EC2-Classic in a region, as the data plane wants
// it. Pure and total: a dangling target becomes a blackhole, never an error. Only the files named
// compile know the data plane.
#pragma once

#include <cstdint>
#include <optional>

#include "emulator/api/ids.h"
#include "emulator/control/knobs.h"
#include "emulator/dataplane/classic_plan.h"
#include "emulator/dataplane/plan.h"

namespace vpclab::control {

class Inventory;

/// The VPC's tables as of now; nothing if there is no such VPC. Of the knobs those count that
/// decide where packets may go.
[[nodiscard]] std::optional<dataplane::VpcTables> compile(const Inventory& inventory,
                                                          const Knobs& knobs,
                                                          const api::VpcId& vpc);

/// EC2-Classic in a region as of now, by the region's number; without instances if there are none.
[[nodiscard]] dataplane::ClassicTables compile_classic(const Inventory& inventory,
                                                       std::uint32_t region);

}  // namespace vpclab::control
