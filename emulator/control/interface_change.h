// control/interface_change.h - changes of a network interface that can be asked of the interface or
// of its instance. They judge nothing: the actions have done so.
#pragma once

#include "emulator/control/inventory.h"

namespace vpclab::control {

/// ENI-3.
void set_source_dest_check(Inventory& inventory, NetworkInterface& interface, bool check);

/// Replaces the interface's groups. Pre: they are its VPC's.
void set_groups(Inventory& inventory, NetworkInterface& interface, const GroupIds& groups);

}  // namespace vpclab::control
