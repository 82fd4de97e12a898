// tests/oracle/model.h - a network as the oracle sees it: plain values in plain lists, found by
// scanning. Written from the rules alone; it shares no type with the control plane or the data
// plane. Made by build.cc, read by evaluate.cc.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/oracle/cidr.h"

namespace vpclab::oracle {

/// A rule of a security group (SG-7, SG-8). For ICMP `from` is the type and `to` the code.
struct GroupRule {
  bool egress = false;
  int protocol = -1;
  int from = -1;
  int to = -1;
  std::optional<Cidr> cidr;  // nothing: the group below
  std::string group;
  std::string id;             // sgr-…
  std::string prefix_list{};  // then neither a CIDR nor a group

  [[nodiscard]] bool same_traffic_as(const GroupRule& other) const;
};

struct Group {
  std::string id;
  std::string vpc;  // empty: of EC2-Classic (CLC-3)
  std::vector<GroupRule> rules;
  std::string account{};
  std::string region{};
};

/// An entry of a network ACL (ACL-8). For ICMP `from` is the type and `to` the code.
struct AclEntry {
  bool egress = false;
  int number = 100;
  bool allow = true;
  int protocol = -1;
  int from = -1;
  int to = -1;
  Cidr cidr;
};

struct Acl {
  std::string id;
  std::string vpc;
  bool is_default = false;
  std::vector<AclEntry> entries;  // in no order
};

/// A managed prefix list.
struct PrefixList {
  std::string id;
  std::string account;
  std::string region;
  std::vector<Cidr> entries;
};

/// RT-10; the target's kind is told by its prefix: igw-, pcx-, eni-, nat-. A destination that is a
/// CIDR of the VPC stands in place of the local route (RT-7).
struct Route {
  Cidr destination;
  std::string target;
  std::string prefix_list{};  // then the destination has no meaning
};

struct Table {
  std::string id;
  std::string vpc;
  std::vector<Route> routes;  // without the local ones
};

struct Subnet {
  std::string id;
  std::string vpc;
  Cidr cidr;
  char zone = 'a';
  std::string table;              // empty: the main one (RT-2)
  std::string table_association;  // of the explicit one
  std::string acl;
  std::string acl_association;

  /// SUB-2.
  [[nodiscard]] bool is_reserved(std::uint32_t address) const {
    return cidr.contains(address) && (address - cidr.base <= 3 || address == cidr.last());
  }
};

struct Vpc {
  std::string id;
  std::string account;
  std::string region;
  std::vector<Cidr> cidrs;  // the primary one first
  std::string main_table;
  std::string main_association;
  std::string gateway;  // attached; empty: none
  std::string default_group;
  std::string default_acl;
  bool classic_link = false;    // CL-1
  std::string gateway_table{};  // RT-25: of the attached gateway

  [[nodiscard]] bool contains(std::uint32_t address) const;
};

struct Address {
  std::uint32_t private_address = 0;
  std::uint32_t public_address = 0;  // 0: none
};

struct Interface {
  std::string id;
  std::string vpc;
  std::string subnet;
  std::string instance;  // empty: not attached
  std::string attachment;
  std::vector<Address> addresses;  // the primary one first
  std::vector<std::string> groups;
  bool source_dest_check = true;
  bool auto_public = false;  // EIP-2

  [[nodiscard]] const Address* address(std::uint32_t private_address) const;
};

enum class InstanceState : std::uint8_t { kRunning, kStopped, kTerminated };

struct Instance {
  std::string id;
  std::string vpc;
  char zone = 'a';
  InstanceState state = InstanceState::kRunning;
  bool forwards = false;
};

enum class PeeringState : std::uint8_t { kPending, kActive, kRejected, kDeleted, kFailed };

/// PCX-15, of the side of one VPC.
struct PeeringOptions {
  bool links_to_peer = false;  // AllowEgressFromLocalClassicLinkToRemoteVpc
  bool to_peer_links = false;  // AllowEgressFromLocalVpcToRemoteClassicLink
};

struct Peering {
  std::string id;
  std::string requester;
  std::string accepter;
  PeeringState state = PeeringState::kPending;
  PeeringOptions of_requester{};
  PeeringOptions of_accepter{};

  [[nodiscard]] bool joins(std::string_view vpc) const {
    return requester == vpc || accepter == vpc;
  }

  [[nodiscard]] const std::string& far_from(std::string_view vpc) const {
    return requester == vpc ? accepter : requester;
  }

  [[nodiscard]] const PeeringOptions& options_of(std::string_view vpc) const {
    return requester == vpc ? of_requester : of_accepter;
  }
};

/// An instance of EC2-Classic (CLC-1), and its link to a VPC (CL-11).
struct ClassicInstance {
  std::string id;
  std::string account;
  std::string region;
  InstanceState state = InstanceState::kRunning;
  std::uint32_t private_address = 0;  // 0: stopped (CLC-2)
  std::uint32_t public_address = 0;
  std::vector<std::string> groups;
  std::string vpc;  // linked to; empty: to none
  std::vector<std::string> link_groups;
};

/// NAT-1, while it is available.
struct NatGateway {
  std::string id;
  std::string vpc;
  std::string subnet;
  std::uint32_t address = 0;
  std::uint32_t public_address = 0;  // 0: of private connectivity
};

struct Elastic {
  std::string id;
  std::string account;
  std::string region;
  std::uint32_t address = 0;
  std::string association;
  std::string interface;  // empty: idle
};

/// An internet gateway that is attached nowhere.
struct IdleGateway {
  std::string id;
  std::string account;
  std::string region;
};

/// A host of the internet.
struct Outsider {
  std::string name;
  std::uint32_t address = 0;
};

struct Network {
  std::vector<Vpc> vpcs;
  std::vector<Subnet> subnets;
  std::vector<Table> tables;
  std::vector<Table> gateway_tables;
  std::vector<Acl> acls;
  std::vector<Group> groups;
  std::vector<Interface> interfaces;
  std::vector<Instance> instances;
  std::vector<Peering> peerings;
  std::vector<Elastic> elastics;
  std::vector<IdleGateway> idle_gateways;
  std::vector<ClassicInstance> classics;
  std::vector<NatGateway> nats;
  std::vector<PrefixList> prefix_lists;
  std::vector<Outsider> outsiders;
  std::vector<Cidr> cloud_ranges;  // where public addresses come from

  /// The active peering connection between two VPCs, if there is one.
  [[nodiscard]] const Peering* active_peering(std::string_view one, std::string_view other) const;

  /// The interface that holds a private address of a VPC.
  [[nodiscard]] const Interface* owner(std::string_view vpc, std::uint32_t address) const;

  /// The NAT gateway that holds a private address of a VPC.
  [[nodiscard]] const NatGateway* nat_at(std::string_view vpc, std::uint32_t address) const;

  /// The subnet of a VPC that contains an address.
  [[nodiscard]] const Subnet* subnet_at(std::string_view vpc, std::uint32_t address) const;

  /// CL-1, CL-23: whether the VPC's tables hold 10.0.0.0/8 -> local.
  [[nodiscard]] bool has_classic_route(const Vpc& vpc) const;

  /// The running instance of EC2-Classic with that private address.
  [[nodiscard]] const ClassicInstance* classic_at(std::string_view region,
                                                  std::uint32_t address) const;

  /// Whether the interface belongs to a running instance (INST-2).
  [[nodiscard]] bool is_up(const Interface& interface) const;
};

/// The element with that id, or null.
template <class T>
[[nodiscard]] T* find(std::vector<T>& list, std::string_view id) {
  for (T& element : list) {
    if (element.id == id) {
      return &element;
    }
  }
  return nullptr;
}

template <class T>
[[nodiscard]] const T* find(const std::vector<T>& list, std::string_view id) {
  for (const T& element : list) {
    if (element.id == id) {
      return &element;
    }
  }
  return nullptr;
}

}  // namespace vpclab::oracle
