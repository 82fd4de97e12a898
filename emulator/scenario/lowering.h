// scenario/lowering.h - the list of calls while it is made, and who owns what. Internal to
// lower*.cc; makes no call.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "emulator/scenario/lower.h"
#include "emulator/scenario/owners.h"

namespace vpclab::scenario {

/// `{name}`, or the id itself.
[[nodiscard]] inline std::string reference(std::string_view name) {
  return is_id(name) ? std::string(name) : '{' + std::string(name) + '}';
}

class Lowering {
 public:
  Lowering(const Scenario& scenario, const NameTable& names) : scenario_(scenario), names_(names) {
    for (const Vpc& vpc : scenario.vpcs) {
      owners_.emplace(vpc.name.value, caller_of(scenario, vpc.account, vpc.region));
    }
  }

  [[nodiscard]] const Scenario& scenario() const { return scenario_; }

  [[nodiscard]] const NameTable& names() const { return names_; }

  /// The owner of a VPC, or of the VPC of a subnet ("vpc-1.public").
  [[nodiscard]] control::Caller owner_of(std::string_view vpc_or_subnet) const {
    const auto found = owners_.find(vpc_or_subnet.substr(0, vpc_or_subnet.find('.')));
    return found == owners_.end() ? default_caller(scenario_) : found->second;
  }

  void call(control::Caller caller, api::Request request, const Mark& mark) {
    actions_.emplace_back(
        DeclaredCall{std::move(caller), std::move(request), mark, {}, {}, {}, {}});
  }

  /// A call that creates the resource.
  void create(control::Caller caller, api::Request request, const Mark& mark,
              const Resource& resource) {
    creators_.insert_or_assign(resource.name.value, caller);
    actions_.emplace_back(DeclaredCall{std::move(caller),
                                       std::move(request),
                                       mark,
                                       {},
                                       resource.name.value,
                                       resource.id.has_value() ? resource.id->value : "",
                                       {}});
  }

  /// Who has created what goes by that name, by itself or with its VPC ("vpc-1.main").
  [[nodiscard]] control::Caller creator_of(std::string_view name) const {
    const auto found = creators_.find(name);
    return found == creators_.end() ? owner_of(name) : found->second;
  }

  /// A refusal of the last call whose code or sentence holds `text` is about this value.
  void blame(std::string_view text, const std::optional<Text>& value) {
    if (value.has_value()) {
      std::get<DeclaredCall>(actions_.back()).marks.emplace_back(text, value->mark);
    }
  }

  /// The last call's instance has this address (a wish that no EC2 call can express).
  void place(const std::optional<Text>& private_address) {
    if (private_address.has_value()) {
      std::get<DeclaredCall>(actions_.back()).private_address = private_address->value;
    }
  }

  void settle() { actions_.emplace_back(Settle{}); }

  [[nodiscard]] std::vector<DeclaredAction> take() { return std::move(actions_); }

 private:
  const Scenario& scenario_;
  const NameTable& names_;
  std::map<std::string, control::Caller, std::less<>> owners_;    // by VPC
  std::map<std::string, control::Caller, std::less<>> creators_;  // by resource
  std::vector<DeclaredAction> actions_;
};

/// The owner of a group: of its VPC, or in EC2-Classic who the author says.
[[nodiscard]] inline control::Caller owner_of(const Lowering& lowering,
                                              const SecurityGroup& group) {
  return group.vpc.has_value() ? lowering.owner_of(group.vpc->value)
                               : caller_of(lowering.scenario(), group.account, group.region);
}

/// Whose the options and lists are: who the author says, else who uses them first.
[[nodiscard]] control::Caller owner_of(const Lowering& lowering, const DhcpOptions& options);
[[nodiscard]] control::Caller owner_of(const Lowering& lowering, const PrefixList& list);

/// Where an Elastic IP address can be used: its Domain (CLC-4).
enum class AddressUse : std::uint8_t { kVpc, kClassic };

/// One request to make an address of one's own.
void lower_address(Lowering& lowering, const control::Caller& owner, const Resource& address,
                   AddressUse use);

// The parts, in the order in which they are lowered.
void lower_dhcp_options(Lowering& lowering);
void lower_prefix_lists(Lowering& lowering);
void lower_vpcs(Lowering& lowering);
void lower_subnets(Lowering& lowering);
void lower_route_tables(Lowering& lowering);
void lower_security_groups(Lowering& lowering);
void lower_network_acls(Lowering& lowering);
void lower_peerings(Lowering& lowering);
void lower_group_rules(Lowering& lowering);
void lower_hosts(Lowering& lowering);
void lower_nat_gateways(Lowering& lowering);
void lower_routes(Lowering& lowering);
void lower_tags(Lowering& lowering);
void lower_doubtful_instances(Lowering& lowering);

}  // namespace vpclab::scenario
