#include "emulator/control/classic.h"

#include "emulator/control/call.h"
#include "emulator/control/region.h"
#include "emulator/control/security_group.h"

namespace vpclab::control {

bool has_classic(const Call& call) {
  return call.region.had_classic &&
         call.state.options.classic_accounts.contains(call.caller.account);
}

std::uint32_t region_of(const Inventory& inventory, OwnerIndex owner) {
  return region_number(inventory.owner(owner).region);
}

void build_classic_default_groups(ControlState& state) {
  for (const std::string& account : state.options.classic_accounts) {
    for (const Region& region : all_regions()) {
      if (!region.had_classic) {
        continue;
      }
      const Caller owner{account, std::string(region.name)};
      // No declared resource has a name with a space.
      const api::SecurityGroupId id(
          state.ids.declared(owner, api::ResourceKind::kSecurityGroup, "EC2-Classic default"));
      build_default_classic_group(state.inventory, state.inventory.intern(owner), id);
    }
  }
}

void mark_classic_changed(Inventory& inventory, const Instance& instance) {
  inventory.mark_classic_changed(region_of(inventory, instance.owner));
  if (instance.classic->is_linked()) {
    inventory.mark_changed_with_peers(inventory.vpcs.get(instance.classic->linked_vpc));
  }
}

}  // namespace vpclab::control
