// dataplane/plan.h - what the data plane knows of one VPC: plain values compiled from the control
// plane's inventory, without pointers to its resources. Immutable once built; replaced as a whole
// when the VPC changes (RT-26). Owned by the fabric; decide.h reads it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "emulator/api/ids.h"
#include "emulator/dataplane/address_map.h"
#include "emulator/dataplane/filter_rule.h"
#include "emulator/dataplane/network_acl.h"
#include "emulator/dataplane/prefix_table.h"
#include "emulator/dataplane/security_group.h"
#include "emulator/trace/decision.h"
#include "netstack/base/sim_time.h"
#include "netstack/wire/ipv4_address.h"
#include "netstack/wire/ipv4_prefix.h"
#include "netstack/wire/mac_address.h"

namespace vpclab::dataplane {

/// "None" of every position below.
inline constexpr std::uint32_t kNowhere = std::numeric_limits<std::uint32_t>::max();

/// EC2-Classic's private addresses (CLC-1), and the route that AWS adds for them (CL-1).
inline constexpr wire::Ipv4Prefix kClassicBlock =
    wire::Ipv4Prefix::of(wire::Ipv4Address::of(10, 0, 0, 0), 8);

/// What a route leads to (RT-10).
enum class TargetKind : std::uint8_t {
  kLocal,            // RT-7
  kInternetGateway,  // FWD-4
  kPeering,          // FWD-6; index into VpcTables::peerings
  kInterface,        // RT-27; index into VpcTables::interfaces
  kNatGateway,       // FWD-5; index into VpcTables::nat_gateways
  kClassicLink,      // FWD-2.2: the local route of 10.0.0.0/8 that AWS adds (CL-1, CL-20)
  kOther,            // a target that cannot be used: gone, or of a kind that is never active
};

struct Route {
  wire::Ipv4Prefix destination;
  api::ResourceId target;  // the VPC itself for local
  TargetKind kind = TargetKind::kOther;
  trace::ObjectState state = trace::ObjectState::kDeleted;  // anything but kUsable: a blackhole
  std::uint32_t index = kNowhere;

  /// RT-14.
  [[nodiscard]] bool is_active() const {
    return state == trace::ObjectState::kUsable && kind != TargetKind::kOther;
  }
};

struct RouteTable {
  api::RouteTableId id;
  bool is_main = false;
  std::vector<Route> routes;  // the local ones first
  PrefixTable lookup;         // positions in routes
};

struct Subnet {
  api::SubnetId id;
  wire::Ipv4Prefix cidr;
  std::uint32_t route_table = kNowhere;  // the effective one (RT-2)
  std::uint32_t acl = kNowhere;          // ACL-1
  std::uint32_t zone = 0;                // equal numbers are the same zone of the same region
  wire::MacAddress router_mac;           // of base+1 (RT-1)

  /// RT-1: base+1.
  [[nodiscard]] wire::Ipv4Address router() const { return above_base(1); }

  /// SUB-2: base+2.
  [[nodiscard]] wire::Ipv4Address dns() const { return above_base(2); }

  /// SUB-2: base, base+1, base+2, base+3 and the last address.
  [[nodiscard]] bool is_reserved(wire::Ipv4Address address) const {
    const std::uint32_t offset = address.to_host_order() - cidr.network().to_host_order();
    return cidr.contains(address) && (offset < 4 || offset == cidr.size() - 1);
  }

 private:
  [[nodiscard]] wire::Ipv4Address above_base(std::uint32_t offset) const {
    return wire::Ipv4Address::from_host_order(cidr.network().to_host_order() + offset);
  }
};

/// An address of an interface and the public one mapped to it (IGW-3).
struct MappedAddress {
  wire::Ipv4Address private_address;
  wire::Ipv4Address public_address;  // unspecified: none
  std::uint32_t interface = kNowhere;
};

/// The set of groups of an interface that has none.
inline constexpr std::uint32_t kNoGroups = 0;

struct Interface {
  api::NetworkInterfaceId id;
  api::InstanceId instance;   // empty: not attached
  wire::Ipv4Address address;  // the primary one
  std::uint32_t subnet = kNowhere;
  std::uint32_t groups = kNoGroups;  // number in VpcTables::group_sets
  wire::MacAddress mac;
  trace::ObjectState state = trace::ObjectState::kDetached;  // of its instance; kUsable: running
  std::uint32_t nat_gateway = kNowhere;  // the NAT gateway whose interface it is (NAT-1)
  bool source_dest_check = true;         // ENI-3
  bool has_secondary = false;
  std::uint8_t device_index = 0;

  /// INST-2: only running instances send and receive.
  [[nodiscard]] bool is_up() const { return state == trace::ObjectState::kUsable; }
};

/// NAT-1. Named by routes and owner of an address as long as its interface exists.
struct NatGateway {
  api::NatGatewayId id;
  wire::Ipv4Address address;         // the private one, of its subnet
  wire::Ipv4Address public_address;  // unspecified: private connectivity
  std::uint32_t subnet = kNowhere;
  std::uint32_t interface = kNowhere;  // kNowhere: it is gone, only routes still name it
  trace::ObjectState state = trace::ObjectState::kDeleted;  // kUsable: available
  bool is_private = false;                                  // its connectivity

  [[nodiscard]] bool is_available() const { return state == trace::ObjectState::kUsable; }
};

/// An EC2-Classic instance that is linked to this VPC (CL-14): no interface, no subnet, no ACL.
struct Link {
  api::InstanceId instance;
  wire::Ipv4Address address;         // its private address in EC2-Classic
  std::uint32_t groups = kNoGroups;  // chosen at link time (CL-15); number in group_sets
};

struct Peering {
  api::VpcPeeringConnectionId id;
  api::VpcId far_vpc;
  trace::ObjectState state = trace::ObjectState::kDeleted;
  bool inter_region = false;
  bool requested_here = false;        // this VPC is the requester
  bool egress_from_links = false;     // near: AllowEgressFromLocalClassicLinkToRemoteVpc (CL-20)
  bool egress_to_links = false;       // near: AllowEgressFromLocalVpcToRemoteClassicLink (CL-23)
  bool far_egress_from_links = true;  // knob classiclink.flag_gating = both (CL-25): the far
  bool far_egress_to_links = true;    // side's options too; else they do not count here
  Duration distance{};                // inter-region: one way between the regions (PCX-20)
  std::vector<wire::Ipv4Prefix> far_cidrs;   // PCX-22
  std::vector<wire::Ipv4Address> far_links;  // instances linked to the far VPC; ascending

  [[nodiscard]] bool is_active() const { return state == trace::ObjectState::kUsable; }

  /// CL-25: what keeps instances that are linked here from sending to the far VPC; kLink: nothing.
  [[nodiscard]] trace::LinkLack lack_from_links() const {
    return lack(egress_from_links, far_egress_to_links);
  }

  /// CL-25: what keeps this VPC from sending to instances that are linked to the far one.
  [[nodiscard]] trace::LinkLack lack_to_links() const {
    return lack(egress_to_links, far_egress_from_links);
  }

  [[nodiscard]] bool reaches(wire::Ipv4Address address) const {
    for (const wire::Ipv4Prefix& cidr : far_cidrs) {
      if (cidr.contains(address)) {
        return true;
      }
    }
    return false;
  }

  /// Whether the owner of an address is linked to the far VPC.
  [[nodiscard]] bool links(wire::Ipv4Address address) const {
    return std::binary_search(far_links.begin(), far_links.end(), address);
  }

 private:
  [[nodiscard]] trace::LinkLack lack(bool near, bool far) const {
    using trace::LinkLack;
    if (!near) {
      return requested_here ? LinkLack::kRequesterEgress : LinkLack::kAccepterEgress;
    }
    if (!far) {
      return requested_here ? LinkLack::kAccepterReturn : LinkLack::kRequesterReturn;
    }
    return LinkLack::kLink;
  }
};

/// An instance whose primary interface lies in this VPC: what its node needs to be made.
struct Guest {
  api::InstanceId id;
  trace::ObjectState state = trace::ObjectState::kPending;  // kUsable: running
  std::uint8_t initial_ttl = 127;                           // INST-7
  std::uint32_t boots = 0;  // starts and reboots: the guest begins anew when it changes
  std::uint32_t primary = kNowhere;
};

struct VpcTables {
  api::VpcId id;
  std::uint32_t region = 0;             // equal numbers are the same region
  std::vector<wire::Ipv4Prefix> cidrs;  // the primary one first; never empty
  std::vector<Subnet> subnets;
  std::vector<RouteTable> route_tables;
  std::vector<NetworkAcl> acls;
  std::vector<SecurityGroups> group_sets;  // kNoGroups is the empty one
  std::vector<AddressSet> address_sets;
  std::vector<Interface> interfaces;
  std::vector<Guest> guests;
  std::vector<Peering> peerings;
  std::vector<NatGateway> nat_gateways;
  std::vector<Link> links;                 // CL-14
  std::uint32_t main_table = kNowhere;     // position in route_tables; what links use (CL-26)
  std::uint32_t gateway_table = kNowhere;  // the internet gateway's own table (RT-25)
  bool classic_link_enabled = false;       // CL-1
  bool nat_to_peerings = false;            // knob natgw.to_pcx = allow (PCX-39)
  bool dns_support = true;                 // DNS-1
  std::optional<api::InternetGatewayId> internet_gateway;  // attached (IGW-1)
  std::vector<MappedAddress> addresses;
  std::uint32_t only_zone = kNowhere;      // the zone of all subnets; kNowhere if they differ
  AddressMap owners;                       // private address -> position in `addresses`
  AddressMap public_owners;                // public address -> position in `addresses`
  AddressMap link_owners;                  // a linked instance's address -> position in `links`
  PrefixTable link_lookup;                 // positions in link_routes
  std::vector<std::uint32_t> link_routes;  // the main table's routes to peerings alone (FWD-7.2)

  /// SUB-3: where Amazon's DNS server would be.
  [[nodiscard]] wire::Ipv4Address dns() const {
    return wire::Ipv4Address::from_host_order(cidrs.front().network().to_host_order() + 2);
  }

  [[nodiscard]] bool contains(wire::Ipv4Address address) const {
    for (const wire::Ipv4Prefix& cidr : cidrs) {
      if (cidr.contains(address)) {
        return true;
      }
    }
    return false;
  }

  /// The zone of the owner of a private address; all alike if there is only one zone, kNowhere if
  /// nobody owns it.
  [[nodiscard]] std::uint32_t zone_of(wire::Ipv4Address address) const;

  /// The zone of an interface.
  [[nodiscard]] std::uint32_t zone_of(std::uint32_t interface) const {
    return subnets[interfaces[interface].subnet].zone;
  }

  /// The interface that owns a private address, or kNowhere (FWD-2).
  [[nodiscard]] std::uint32_t owner_of(wire::Ipv4Address address) const {
    const std::uint32_t found = owners.find(address);
    return found == AddressMap::kNone ? kNowhere : addresses[found].interface;
  }

  /// The link of the instance that has an address of EC2-Classic, or kNowhere (FWD-2.2a).
  [[nodiscard]] std::uint32_t link_at(wire::Ipv4Address address) const {
    const std::uint32_t found = link_owners.find(address);
    return found == AddressMap::kNone ? kNowhere : found;
  }

  /// FWD-7.2: the route of the main table that a packet of a linked instance takes to another VPC;
  /// null: it stays in EC2-Classic. Addresses of this VPC go before it (FWD-7.1).
  [[nodiscard]] const Route* link_route_to(wire::Ipv4Address address) const;

  /// The subnet that holds an address, or kNowhere. For drops and explanations: it scans.
  [[nodiscard]] std::uint32_t subnet_of(wire::Ipv4Address address) const;
};

/// Fills what is derived: route lookups and the map of owners. Call once, when all else is there.
void seal(VpcTables& tables);

}  // namespace vpclab::dataplane
