// control/inventory.h - the state of the control plane: every resource by id, and the VPCs that
// changed since somebody asked. Owned and changed by ControlPlane alone; compile() and the
// describing actions read it. Holds no rule of EC2 and no time.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "emulator/api/ids.h"
#include "emulator/control/classic.h"
#include "emulator/control/dhcp_options.h"
#include "emulator/control/elastic_address.h"
#include "emulator/control/instance.h"
#include "emulator/control/internet_gateway.h"
#include "emulator/control/key_pair.h"
#include "emulator/control/nat_gateway.h"
#include "emulator/control/network_acl.h"
#include "emulator/control/network_interface.h"
#include "emulator/control/owner.h"
#include "emulator/control/peering.h"
#include "emulator/control/prefix_list.h"
#include "emulator/control/region.h"
#include "emulator/control/route_table.h"
#include "emulator/control/security_group.h"
#include "emulator/control/subnet.h"
#include "emulator/control/table.h"
#include "emulator/control/tags.h"
#include "emulator/control/vpc.h"
#include "netstack/wire/ipv4_address.h"

namespace vpclab::control {

class Inventory {
 public:
  // --- resources ----------------------------------------------------------------------------
  Table<Vpc> vpcs;
  Table<Subnet> subnets;
  Table<RouteTable> route_tables;
  Table<RouteTableAssociation> route_table_associations;
  Table<InternetGateway> internet_gateways;
  Table<NatGateway> nat_gateways;
  Table<ElasticAddress> elastic_addresses;
  Table<NetworkInterface> network_interfaces;
  Table<SecurityGroup> security_groups;
  Table<NetworkAcl> network_acls;
  Table<NetworkAclAssociation> network_acl_associations;
  Table<VpcPeeringConnection> peering_connections;
  Table<Instance> instances;
  Table<Reservation> reservations;
  Table<DhcpOptions> dhcp_options;
  Table<KeyPair> key_pairs;
  Table<PrefixList> prefix_lists;
  TagStore tags;
  /// EC2-Classic, by region number (control/region.h); empty where there never was any (CLC-9).
  std::vector<ClassicRegion> classic = std::vector<ClassicRegion>(all_regions().size());

  // --- who and what, as numbers ---------------------------------------------------------------
  /// The number of an account in a region; a new one the first time.
  OwnerIndex intern(const Caller& caller);

  [[nodiscard]] const Caller& owner(OwnerIndex index) const {
    return owners_[static_cast<std::size_t>(index)];
  }

  /// The number of a text; a new one the first time. The empty text is 0.
  InternedText intern(std::string_view text);

  [[nodiscard]] const std::string& text(InternedText index) const {
    return texts_[static_cast<std::size_t>(index)];
  }

  // --- derived --------------------------------------------------------------------------------
  /// RT-2: the subnet's explicit table, else its VPC's main one.
  [[nodiscard]] const RouteTable& effective_route_table(const Subnet& subnet) const;

  /// The interface that a public address is mapped to, if any (FWD-4b).
  [[nodiscard]] const NetworkInterface* interface_with_public(wire::Ipv4Address address) const;

  /// The interface that holds a private address of a VPC, if any (FWD-2).
  [[nodiscard]] const NetworkInterface* interface_at(const Vpc& vpc,
                                                     wire::Ipv4Address address) const;

  /// The instance of EC2-Classic that a public address belongs to, if any.
  [[nodiscard]] const Instance* classic_with_public(wire::Ipv4Address address) const;

  /// The instance of EC2-Classic that holds a private address of its region, if any.
  [[nodiscard]] const Instance* classic_at(std::uint32_t region, wire::Ipv4Address address) const;

  /// Whether every route table of a VPC has the route 10.0.0.0/8 -> local: by ClassicLink (CL-1) or
  /// by an active peering's option on the VPC's side (CL-22, CL-24). Derived, never stored.
  [[nodiscard]] bool has_classic_route(const Vpc& vpc) const;

  /// The Name tag that the resource's owner gave it; empty if it has none.
  [[nodiscard]] std::string_view name_tag(const api::ResourceId& resource, OwnerIndex owner) const;

  [[nodiscard]] const Tags* find_tags(const api::ResourceId& resource, OwnerIndex owner) const;

  // --- public addresses in use ----------------------------------------------------------------
  [[nodiscard]] bool public_in_use(wire::Ipv4Address address) const {
    return public_holders_.contains(address);
  }

  [[nodiscard]] std::size_t publics_in_use() const { return public_holders_.size(); }

  /// Marks a public address as used by an interface or by an instance of EC2-Classic, or (empty)
  /// allocated and idle.
  void hold_public(wire::Ipv4Address address, const api::ResourceId& holder) {
    public_holders_[address] = holder;
  }

  void release_public(wire::Ipv4Address address) { public_holders_.erase(address); }

  // --- what changed ---------------------------------------------------------------------------
  /// A VPC's forwarding must be compiled again.
  void mark_changed(const api::VpcId& vpc);

  /// The same for a VPC and all that an active peering joins to it: its members' addresses and
  /// groups are seen there (SG-13).
  void mark_changed_with_peers(const Vpc& vpc);

  /// A region's EC2-Classic network must be compiled again: its instances, their states, addresses,
  /// links or groups, or the rules of these.
  void mark_classic_changed(std::uint32_t region);

  /// The regions so marked since the last call, sorted.
  [[nodiscard]] std::vector<std::uint32_t> take_changed_classic();

  /// The VPCs marked since the last call, sorted; deleted ones among them.
  [[nodiscard]] std::vector<api::VpcId> take_changed();

  [[nodiscard]] bool any_changed() const { return !changed_.empty(); }

  /// Grows with every mark.
  [[nodiscard]] std::uint64_t revision() const { return revision_; }

  // --- for tests ------------------------------------------------------------------------------
  /// Every broken reference between resources, as sentences; empty when all is well.
  [[nodiscard]] std::vector<std::string> check() const;

  /// A hash of all that can be described: equal before and after a call that was refused.
  [[nodiscard]] std::uint64_t fingerprint() const;

 private:
  std::vector<Caller> owners_;
  std::vector<std::string> texts_{std::string()};
  std::map<std::string, InternedText, std::less<>> text_numbers_;
  std::unordered_map<wire::Ipv4Address, api::ResourceId> public_holders_;  // never iterated
  std::vector<api::VpcId> changed_;             // may hold doubles until taken
  std::vector<std::uint32_t> changed_classic_;  // likewise
  std::uint64_t revision_ = 0;
};

}  // namespace vpclab::control
