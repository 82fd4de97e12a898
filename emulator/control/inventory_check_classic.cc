// Inventory::check(), of EC2-Classic and ClassicLink.
#include "emulator/control/inventory.h"
#include "emulator/control/inventory_findings.h"

namespace vpclab::control {
namespace {

bool has_network(InstanceState state) {
  return state == InstanceState::kPending || state == InstanceState::kRunning;
}

void check_addresses(const Inventory& inventory, Findings& findings, const Instance& instance) {
  const ClassicPart& classic = *instance.classic;
  const std::uint32_t region = region_of(inventory, instance.owner);
  if (has_network(instance.state)) {  // CLC-1, CLC-8
    findings.expect(kClassicBlock.contains(classic.private_address) &&
                        !kClassicLinkVpcBlock.contains(classic.private_address),
                    instance.id, "its private address is not one of EC2-Classic");
  }
  findings.expect(
      !classic.has_address() || inventory.classic_at(region, classic.private_address) == &instance,
      instance.id, "its private address leads elsewhere");
  findings.expect(classic.public_address.is_unspecified() ||
                      inventory.classic_with_public(classic.public_address) == &instance,
                  instance.id, "its public address leads elsewhere");
  const bool stopped =  // CLC-2
      instance.state == InstanceState::kStopping || instance.state == InstanceState::kStopped;
  findings.expect(!stopped || (!classic.has_address() && classic.public_address.is_unspecified()),
                  instance.id, "is stopped and has an address");
  const ElasticAddress* elastic = inventory.elastic_addresses.find(classic.allocation);
  findings.expect(classic.allocation.empty() ||
                      (elastic != nullptr && elastic->classic_instance == instance.id &&
                       elastic->domain == AddressDomain::kStandard &&
                       elastic->public_address == classic.public_address),
                  instance.id, "its elastic address does not know it");
}

void check_groups(const Inventory& inventory, Findings& findings, const Instance& instance) {
  const ClassicPart& classic = *instance.classic;
  findings.expect(classic.groups.empty() == (instance.state == InstanceState::kTerminated),
                  instance.id, "has groups exactly if it should not");
  for (const api::SecurityGroupId& id : classic.groups) {  // CLC-3
    const SecurityGroup* group = inventory.security_groups.find(id);
    findings.expect(group != nullptr && group->is_classic() && group->owner == instance.owner,
                    instance.id, "carries a group that is not of its EC2-Classic");
  }
  findings.expect(classic.is_linked() != classic.link_groups.empty(), instance.id,
                  "has groups of a link exactly if it should not");
  for (const api::SecurityGroupId& id : classic.link_groups) {  // CL-11
    const SecurityGroup* group = inventory.security_groups.find(id);
    findings.expect(group != nullptr && group->vpc == classic.linked_vpc, instance.id,
                    "is linked with a group of another VPC");
  }
}

void check_link(const Inventory& inventory, Findings& findings, const Instance& instance) {
  if (!instance.classic->is_linked()) {
    return;
  }
  const Vpc* vpc = inventory.vpcs.find(instance.classic->linked_vpc);
  findings.expect(vpc != nullptr && vpc->classic_link && vpc->owner == instance.owner &&
                      lists_once(vpc->linked_instances, instance.id),
                  instance.id, "its VPC does not know the link");
  findings.expect(instance.is_running(), instance.id, "is linked and does not run");  // CL-13
}

}  // namespace

void check_classic(const Inventory& inventory, Findings& findings) {
  for (const Instance& instance : inventory.instances) {
    if (instance.in_classic()) {
      check_addresses(inventory, findings, instance);
      check_groups(inventory, findings, instance);
      check_link(inventory, findings, instance);
      const ClassicRegion& region = inventory.classic[region_of(inventory, instance.owner)];
      findings.expect(lists_once(region.instances, instance.id), instance.id,
                      "its region does not list it once");
    }
  }
  for (std::uint32_t number = 0; number < inventory.classic.size(); ++number) {
    const ClassicRegion& region = inventory.classic[number];
    for (const api::InstanceId& id : region.instances) {
      findings.expect(inventory.instances.contains(id) && all_regions()[number].had_classic, id,
                      "is listed where it is not");
    }
    for (const auto& [address, id] : region.addresses) {
      const Instance* instance = inventory.instances.find(id);
      findings.expect(instance != nullptr && instance->in_classic() &&
                          instance->classic->private_address == address,
                      id, "an address is taken by an instance that has it not");
    }
  }
  for (const Vpc& vpc : inventory.vpcs) {
    for (const api::InstanceId& id : vpc.linked_instances) {
      const Instance* instance = inventory.instances.find(id);
      findings.expect(
          instance != nullptr && instance->in_classic() && instance->classic->linked_vpc == vpc.id,
          vpc.id, "lists a link that is none");
    }
  }
  for (const SecurityGroup& group : inventory.security_groups) {
    for (const SecurityGroupRule& rule : group.rules) {
      findings.expect(!group.is_classic() || !rule.egress, group.id,
                      "is of EC2-Classic and has a rule for what leaves");  // CLC-3
    }
  }
}

}  // namespace vpclab::control
