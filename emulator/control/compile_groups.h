// control/compile_groups.h - the part of compile() that is the same for VPCs and EC2-Classic:
// security groups as sets of rules, and the addresses of those who carry the groups that rules
// name. Lives as long as one compilation; never judges packets.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "emulator/api/ids.h"
#include "emulator/control/inventory.h"
#include "emulator/dataplane/plan.h"

namespace vpclab::control {

/// Calls visit(interface) for each network interface of a VPC, by subnet and primary address.
template <class Visitor>
void for_each_interface(const Inventory& inventory, const Vpc& vpc, Visitor&& visit) {
  for (const api::SubnetId& id : vpc.subnets) {
    inventory.subnets.get(id).addresses.for_each(
        [&](wire::Ipv4Address address, AddressBook::InterfaceSlot slot) {
          const NetworkInterface& interface = inventory.network_interfaces.at(slot);
          if (interface.primary.private_address == address) {
            visit(interface);
          }
        });
  }
}

class GroupCompiler {
 public:
  /// The inventory outlives it. Number 0 is the set without groups (dataplane::kNoGroups).
  explicit GroupCompiler(const Inventory& inventory);

  /// The number of the set of these groups: who carries the same ones shares it.
  [[nodiscard]] std::uint32_t number_of(std::span<const api::SecurityGroupId> groups);

  /// Writes all sets, and the address sets that their rules name.
  void finish(std::vector<dataplane::SecurityGroups>& sets,
              std::vector<dataplane::AddressSet>& address_sets);

 private:
  void add_rules(const SecurityGroup& group, std::vector<dataplane::GroupRule>& rules);
  [[nodiscard]] std::uint32_t address_set_of(const SecurityGroup& holder,
                                             const SecurityGroupRule& rule);
  void note_place(const SecurityGroup& referenced);
  void fill_address_sets(std::vector<dataplane::AddressSet>& address_sets);
  void add_members(const Vpc& vpc);
  void add_classic_members(const ClassicRegion& region);
  template <class Groups>
  void add_member(const Groups& groups, wire::Ipv4Address address);

  const Inventory& inventory_;
  std::vector<std::vector<api::SecurityGroupId>> lists_;
  std::map<std::vector<api::SecurityGroupId>, std::uint32_t> numbers_;
  std::uint32_t last_ = 0;
  std::map<api::SecurityGroupId, std::uint32_t> set_numbers_;  // the empty id: stale references
  std::vector<std::vector<std::uint32_t>> members_;            // by set number
  std::vector<api::VpcId> member_vpcs_;                        // where referenced groups live
  std::vector<std::uint32_t> member_regions_;                  // those of EC2-Classic
};

}  // namespace vpclab::control
