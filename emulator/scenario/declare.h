// scenario/declare.h - makes the calls that build what a scenario declares, and reports AWS's
// refusals where the author wrote what was refused.
#pragma once

#include "emulator/scenario/api_caller.h"
#include "emulator/scenario/diagnostic.h"
#include "emulator/scenario/id_book.h"
#include "emulator/scenario/model.h"
#include "emulator/scenario/names.h"
#include "emulator/world/world.h"

namespace vpclab::scenario {

/// Builds the declared network in `world` and settles it. A call that needs what was refused, or
/// could not be read, is left out in silence; one that names what nothing makes is a fault.
void declare(const Scenario& scenario, const NameTable& names, world::World& world, IdBook& book,
             Diagnostics& diagnostics);

}  // namespace vpclab::scenario
