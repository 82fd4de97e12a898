// scenario/model.h - what the author of a scenario wrote: names, texts and where they stand. It
// knows no ids, resolves no name and asks nobody; lower.h and runner.h do. Kept in the file's
// order.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
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

/// One tag of a resource.
struct Tag {
  Text key;
  Text value;
};

/// What every declared resource has. A broken one was refused in part: nothing is built from it,
/// and what refers to it is passed over in silence, so that one fault gives one message.
struct Resource {
  Text name;  ///< as other parts and `{…}` placeholders refer to it: "instance-1", "vpc-1.public"
  std::optional<Text> id;  ///< explicit: "pcx-aaaabbbb"
  std::vector<Tag> tags;
  bool broken = false;
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
  std::vector<Subnet> subnets;
};

struct InternetGateway : Resource {
  std::optional<Text> vpc;
  std::optional<Text> account;
  std::optional<Text> region;
};

struct Route {
  Text destination;
  Text target;
};

/// Its name may be "VPC.main": then it stands for the table that came with the VPC.
struct RouteTable : Resource {
  std::optional<Text> vpc;  ///< absent for VPC.main
  std::vector<Text> subnets;
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
  std::optional<Text> description;
};

/// Its name may be "VPC.default": then it stands for the group that came with the VPC.
struct SecurityGroup : Resource {
  std::optional<Text> vpc;  ///< absent for VPC.default
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
  std::optional<Text> instance;
  std::optional<Text> network_interface;
  std::optional<Text> private_ip;
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

struct Instance : Resource {
  std::optional<Text> subnet;  ///< absent: the default VPC's
  std::optional<Text> private_ip;
  std::optional<Text> elastic_ip;  ///< the address's name; `true` makes it "INSTANCE.elastic_ip"
  std::optional<Flag> public_ip;   ///< AssociatePublicIpAddress (EIP-1)
  std::vector<Text> security_groups;
  std::vector<Text> network_interfaces;  ///< attached as device 1, 2, …
  std::optional<Text> image;
  std::optional<Text> instance_type;
  std::optional<Text> account;  ///< with the default VPC only
  std::optional<Text> region;
  std::optional<Flag> source_dest_check;
  std::optional<Flag> ip_forward;
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

struct InternetModel {
  std::vector<InternetHost> hosts;
  std::optional<Located<std::uint32_t>> routers;
};

/// A tree of parameters as written: for EC2 actions, in EC2's own names.
struct Parameters {
  Mark mark;
  struct Entry;
  /// null, a scalar, a list or a map.
  std::variant<std::monostate, std::string, std::vector<Parameters>, std::vector<Entry>> value;
};

struct Parameters::Entry {
  Text key;
  Parameters value;
};

/// A program with its options, as its own command line would have them: keys were turned into
/// options, a line was split into words. Both stand behind `ping` or `traceroute`.
struct ProgramStep {
  Mark mark;
  Text from;                       ///< an instance or an internet host
  Text to;                         ///< an address, or the name of what has one
  std::vector<std::string> words;  ///< the destination as written among them
};

struct PingStep : ProgramStep {};

struct TracerouteStep : ProgramStep {};

/// Lets time pass, or waits until every asynchronous change is done.
struct WaitStep {
  std::optional<Duration> duration;  ///< absent: until settled
};

/// Ends a running ping or traceroute as Ctrl-C does.
struct StopStep {
  Text step;
};

/// An EC2 action with structured parameters.
struct ApiStep {
  std::string action;  ///< EC2's own name: "CreateRoute"
  Mark mark;
  Parameters parameters;
};

/// A line for the AWS command line: "ec2 create-route --route-table-id {vpc-1.main} …".
struct CliStep {
  Text line;
};

struct LinkStep {
  std::vector<LinkChange> changes;
};

/// One step of `run:`.
struct Step {
  Mark mark;
  std::optional<Text> name;             ///< also the name of what the step creates
  std::optional<Text> id;               ///< the explicit id of what it creates
  std::optional<Located<Duration>> at;  ///< since time 0; else when the step before has ended
  std::optional<Text> after;            ///< when the named step has ended
  std::optional<Text> as;               ///< account, account/region, or a VPC whose owner acts
  std::optional<Text> expect_error;
  bool broken = false;
  std::variant<std::monostate, PingStep, TracerouteStep, WaitStep, StopStep, ApiStep, CliStep,
               LinkStep>
      action;
};

/// Which packet of an exchange was lost.
enum class LostPacket : std::uint8_t { kRequest, kReply };

/// A number between two bounds.
struct Range {
  std::uint32_t least = 0;
  std::uint32_t most = 0;
};

/// Probes that are expected to be lost, and why.
struct ExpectedLoss {
  Mark mark;
  Range sequences;     ///< of a ping; hops of a traceroute; 0-0: all that are lost
  std::string reason;  ///< SG_INGRESS, or a host's word ("no-listener")
  std::optional<LostPacket> packet;
  std::optional<Text> at;  ///< the object that decided, by name or id
};

struct PingExpectation {
  std::optional<Located<Range>> received;
  std::optional<Located<std::uint32_t>> ttl;
  std::optional<Text> from;  ///< who answers
  std::vector<ExpectedLoss> lost;
  std::vector<Text> output;  ///< texts that the program's output must hold
};

struct TracerouteExpectation {
  std::optional<std::vector<Text>> hops;  ///< address, name or `*`, hop by hop
  std::optional<Flag> reached;
  std::vector<ExpectedLoss> lost;  ///< by hop
  std::vector<Text> output;
};

/// One value somewhere in a response: "VpcPeeringConnections[0].Status.Code" is "active".
struct ValueExpectation {
  Text path;
  Parameters value;
};

struct ApiExpectation {
  std::optional<Text> error;    ///< code
  std::optional<Text> message;  ///< must be contained in AWS's sentence
  std::vector<ValueExpectation> values;
};

struct PingCheck {
  std::variant<Text, PingStep> subject;  ///< a step's name, or a probe of its own
  PingExpectation expect;
};

struct TracerouteCheck {
  std::variant<Text, TracerouteStep> subject;
  TracerouteExpectation expect;
};

/// What a step of the run was answered.
struct StepCheck {
  Text step;
  ApiExpectation expect;
};

/// A call of its own (a describe, or one that must be refused).
struct ApiCheck {
  std::variant<ApiStep, CliStep> call;
  std::optional<Text> as;
  ApiExpectation expect;
};

struct PeeringCheck {
  Text peering;
  Text status;
};

struct RouteCheck {
  Text table;
  Text destination;
  std::optional<Text> state;  ///< active, blackhole, or none: there is no such route
  std::optional<Text> target;
};

struct InstanceCheck {
  Text instance;
  std::optional<Text> state;
  std::optional<Text> public_ip;  ///< an address, or `none`
  std::optional<Text> private_ip;
};

/// One line of `checks:`.
struct Check {
  Mark mark;
  std::string name;
  std::optional<Located<Duration>> at;  ///< when it looks or probes; else after the run, in order
  std::uint32_t points = 1;
  std::string hint;
  bool broken = false;
  std::variant<std::monostate, PingCheck, TracerouteCheck, StepCheck, ApiCheck, PeeringCheck,
               RouteCheck, InstanceCheck>
      what;
};

/// A whole file.
struct Scenario {
  std::string name;
  std::string description;
  std::uint64_t seed = 1;
  std::string epoch = "2024-01-01T00:00:00Z";
  std::string account = "123456789012";
  std::string region = "us-east-1";
  std::optional<Text> zone;
  bool default_vpc = false;
  Mark default_vpc_mark;
  std::map<std::string, std::string> accounts;  ///< names for account ids
  bool quotas_lifted = false;
  std::vector<std::pair<Text, Located<std::int64_t>>> quotas;
  std::vector<std::pair<Text, Text>> knobs;
  std::vector<Vpc> vpcs;
  std::vector<InternetGateway> internet_gateways;
  std::vector<PeeringConnection> peering_connections;
  std::vector<RouteTable> route_tables;
  std::vector<SecurityGroup> security_groups;
  std::vector<NetworkAcl> network_acls;
  std::vector<NetworkInterface> network_interfaces;
  std::vector<ElasticIp> elastic_ips;
  std::vector<Instance> instances;
  std::vector<LinkChange> links;
  InternetModel internet;
  std::vector<Step> run;
  std::vector<Check> checks;
};

}  // namespace vpclab::scenario
