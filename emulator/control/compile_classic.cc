// EC2-Classic of one region as the data plane wants it.
#include <optional>

#include "emulator/control/compile.h"
#include "emulator/control/compile_groups.h"
#include "emulator/control/compile_states.h"
#include "emulator/control/inventory.h"

namespace vpclab::control {

static_assert(kClassicSubnetLength == dataplane::kClassicSubnetLength);

dataplane::ClassicTables compile_classic(const Inventory& inventory, std::uint32_t region) {
  dataplane::ClassicTables tables;
  tables.region = region;
  GroupCompiler groups(inventory);
  for (const api::InstanceId& id : inventory.classic[region].instances) {
    const Instance& instance = inventory.instances.get(id);
    const ClassicPart& part = *instance.classic;
    if (instance.state == InstanceState::kTerminated) {
      continue;
    }
    dataplane::ClassicInstance added;
    added.id = id;
    added.address = part.private_address;
    added.public_address = part.public_address;
    added.mac = part.mac;
    added.groups = groups.number_of(part.groups);
    added.state = state_of(instance.state);
    added.initial_ttl = instance.initial_ttl();
    added.boots = instance.boots;
    added.linked_vpc = part.linked_vpc;
    added.links_made = part.links_made;
    tables.instances.push_back(added);
  }
  groups.finish(tables.group_sets, tables.address_sets);
  seal(tables);
  return tables;
}

}  // namespace vpclab::control
