// scenario/model_network.h - the declared network as the author wrote it: names and texts and where
// they stand, in the file's order. Knows no ids, resolves no name.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "emulator/scenario/diagnostic.h"
#include "netstack/base/sim_time.h"

namespace vpclab::scenario {

/// A value and the place where it was written.
template <class T>
struct Located {
  T value{};
  Mark mark;
};

using Text = Located<std::string>;
using Flag = Located<bool>;

/// Whether a flag was written, and is true.
[[nodiscard]] inline bool is_set(const std::optional<Flag>& flag) {
  return flag.has_value() && flag->value;
}

/// One tag of a resource.
struct Tag {
  Text key;
  Text value;
};

/// What every declared resource has. Nothing is built from a broken one, and what refers to it is
/// passed over in silence, so that one fault gives one message. A faulty one lacks what was refused
/// of it (rules, routes, unknown keys): the rest is built, to show what EC2 has against it.
struct Resource {
  Text name;  ///< as other parts and `{…}` placeholders refer to it: "instance-1", "vpc-1.public"
  std::optional<Text> id;  ///< explicit: "pcx-aaaabbbb"
  std::vector<Tag> tags;
  bool broken = false;
  bool faulty = false;

  [[nodiscard]] bool is_sound() const { return !broken && !faulty; }
};

struct Subnet : Resource {
  Text cidr;
  std::optional<Text> zone;
  std::optional<Flag> map_public_ip_on_launch;
};

struct Vpc : Resource {
  Text cidr;
  std::vector<Text> secondary_cidrs;
  std::optional<Text> account;
  std::optional<Text> region;
  std::optional<Text> internet_gateway;  ///< the gateway's name; `true` makes it "VPC.igw"
  std::optional<Text> instance_tenancy;
  std::optional<Flag> enable_dns_support;
  std::optional<Flag> enable_dns_hostnames;
  std::optional<Flag> classic_link;              ///< CL-1
  std::optional<Flag> classic_link_dns_support;  ///< CL-19
  std::optional<Text> dhcp_options;              ///< a set, or `default` for none (DHCP-1)
  std::vector<Subnet> subnets;
};

struct InternetGateway : Resource {
  std::optional<Text> vpc;
  std::optional<Text> account;
  std::optional<Text> region;
};

/// A route of one's own; to a CIDR of the VPC itself: another target for the local one (RT-7).
struct Route {
  Text destination;  ///< a CIDR, or a prefix list
  Text target;
};

/// Its name may be "VPC.main": then it stands for the table that came with the VPC.
struct RouteTable : Resource {
  std::optional<Text> vpc;  ///< absent for VPC.main
  std::vector<Text> subnets;
  std::optional<Text> gateway;  ///< what enters the VPC by it is routed here (RT-25)
  std::optional<Flag> main;
  std::vector<Route> routes;
};

/// Protocol and ports or ICMP type and code, as EC2 wants them.
struct Traffic {
  std::string protocol = "-1";  ///< "-1", "icmp", "tcp", "udp" or a number
  std::int32_t from = -1;       ///< first port, or ICMP type
  std::int32_t to = -1;         ///< last port, or ICMP code
};

/// One rule of a security group; a rule with several peers is written as one.
struct SecurityGroupRule {
  Mark mark;
  Traffic traffic;
  std::vector<Text> cidrs;
  std::vector<Text> groups;  ///< names or ids; "self"
  std::vector<Text> prefix_lists;
  std::optional<Text> description;
};

/// Its name may be "VPC.default": then it stands for the group that came with the VPC. A group of
/// EC2-Classic belongs to an account and a region, and has no outbound rules (CLC-3).
struct SecurityGroup : Resource {
  std::optional<Text> vpc;  ///< absent for VPC.default and in EC2-Classic
  std::optional<Flag> classic;
  std::optional<Text> account;
  std::optional<Text> region;
  std::optional<Text> group_name;
  std::optional<Text> description;
  std::vector<SecurityGroupRule> ingress;
  std::optional<std::vector<SecurityGroupRule>> egress;  ///< replaces the rule that allows all
};

struct NetworkAclEntry {
  Mark mark;
  std::int64_t number = 0;
  bool allow = false;
  Traffic traffic;
  Text cidr;
};

/// Its name may be "VPC.default_acl": then it stands for the list that came with the VPC.
struct NetworkAcl : Resource {
  std::optional<Text> vpc;  ///< absent for VPC.default_acl
  std::vector<Text> subnets;
  std::vector<NetworkAclEntry> ingress;
  std::vector<NetworkAclEntry> egress;
};

/// One side's options of a peering connection (PCX-15).
struct PeeringOptions {
  std::optional<Flag> allow_dns_resolution_from_remote_vpc;
  std::optional<Flag> allow_egress_from_local_classic_link_to_remote_vpc;
  std::optional<Flag> allow_egress_from_local_vpc_to_remote_classic_link;
  Mark mark;
};

struct PeeringConnection : Resource {
  Text requester;
  Text accepter;
  std::optional<Text> accepter_account;  ///< for a VPC that the scenario does not declare
  std::optional<Text> accepter_region;
  std::optional<Flag> accepted;
  std::optional<PeeringOptions> requester_options;
  std::optional<PeeringOptions> accepter_options;
};

struct ElasticIp : Resource {
  std::optional<Flag> classic;  ///< of Domain `standard` (CLC-4); so is one for such an instance
  std::optional<Text> instance;
  std::optional<Text> network_interface;
  std::optional<Text> private_ip;
  std::optional<Text> account;
  std::optional<Text> region;
};

/// Public with an Elastic IP, or private (NAT-1).
struct NatGateway : Resource {
  Text subnet;
  std::optional<Text> elastic_ip;    ///< the address's name; `true` makes it "NAT.elastic_ip"
  std::optional<Text> connectivity;  ///< public, if unsaid, or private
  std::optional<Text> private_ip;
};

struct PrefixListEntry {
  Text cidr;
  std::optional<Text> description;
};

/// A list of ranges under one name, for rules and routes.
struct PrefixList : Resource {
  std::vector<PrefixListEntry> entries;
  std::optional<Located<std::int64_t>> max_entries;  ///< as many as there are, if unsaid
  std::optional<Text> account;
  std::optional<Text> region;
};

/// What DHCP tells the hosts of a VPC (DHCP-1).
struct DhcpOptions : Resource {
  std::optional<Text> domain_name;
  std::vector<Text> domain_name_servers;
  std::vector<Text> ntp_servers;
  std::vector<Text> netbios_name_servers;
  std::optional<Text> netbios_node_type;
  std::optional<Text> account;
  std::optional<Text> region;
};

struct NetworkInterface : Resource {
  Text subnet;
  std::optional<Text> private_ip;
  std::vector<Text> secondary_private_ips;
  std::vector<Text> security_groups;
  std::optional<Text> description;
  std::optional<Flag> source_dest_check;
};

/// The VPC that an instance of EC2-Classic is linked to, and the VPC's groups that then hold for it
/// (CL-11).
struct ClassicLink {
  Mark mark;
  Text vpc;
  std::vector<Text> security_groups;
};

struct Instance : Resource {
  std::optional<Text> subnet;  ///< absent: the default VPC's, or EC2-Classic
  std::optional<Flag> classic;
  std::optional<ClassicLink> classic_link;
  std::optional<Text> private_ip;
  std::optional<Text> elastic_ip;  ///< the address's name; `true` makes it "INSTANCE.elastic_ip"
  std::optional<Flag> public_ip;   ///< AssociatePublicIpAddress (EIP-1)
  std::vector<Text> security_groups;
  std::vector<Text> network_interfaces;  ///< attached as device 1, 2, …
  std::optional<Text> image;
  std::optional<Text> instance_type;
  std::optional<Text> account;  ///< without a subnet only
  std::optional<Text> region;
  std::optional<Flag> source_dest_check;
  std::optional<Flag> ip_forward;
  std::optional<Flag> masquerade;  ///< forwards, under its own address (NAT-13)
};

/// What is wrong with one direction of a wire; parts per million, whole units.
struct Impairment {
  std::optional<std::uint32_t> loss_ppm;
  std::optional<std::uint32_t> duplicate_ppm;
  std::optional<std::uint32_t> reorder_ppm;
  std::optional<std::uint32_t> corrupt_ppm;
  std::optional<Duration> delay;
  std::optional<Duration> jitter;
  std::optional<std::uint64_t> rate_bits_per_second;
  std::optional<std::uint32_t> queue_bytes;
  std::optional<bool> up;
};

/// Changes of the links of one thing (an instance, an interface, a peering, a gateway). "out" is
/// away from an instance, from the requester to the accepter, towards the internet.
struct LinkChange {
  Text of;
  std::optional<Impairment> out;
  std::optional<Impairment> in;
};

/// A host of the internet model.
struct InternetHost {
  Text name;
  Text address;
};

}  // namespace vpclab::scenario
