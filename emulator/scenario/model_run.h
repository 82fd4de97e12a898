// scenario/model_run.h - steps of a run and checks as the author wrote them. Knows no ids, no time
// but the author's, and nothing of what happens.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "emulator/scenario/model_network.h"
#include "netstack/base/sim_time.h"

namespace vpclab::scenario {

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
/// options, a line was split into words. Both stand behind `ping`, `traceroute` or `dig`.
struct ProgramStep {
  Mark mark;
  Text from;                       ///< an instance or an internet host
  Text to;                         ///< an address, the name of what has one, or a DNS name
  std::vector<std::string> words;  ///< the destination as written among them
};

struct PingStep : ProgramStep {};

struct TracerouteStep : ProgramStep {};

/// Has no `to`: its words may hold `{names}`, and a name behind `@`.
struct DigStep : ProgramStep {
  Mark server;  ///< where the name behind `@` stands; unset in a line
};

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
  std::variant<std::monostate, PingStep, TracerouteStep, DigStep, WaitStep, StopStep, ApiStep,
               CliStep, LinkStep>
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
  std::optional<Text> at;     ///< the object that decided, by name or id
  std::optional<Text> entry;  ///< in it: an ACL's rule number or `*`, a route's destination
};

struct PingExpectation {
  std::optional<Located<Range>> received;
  std::optional<Located<std::uint32_t>> ttl;
  std::optional<Text> from;       ///< who answers
  std::optional<Text> seen_from;  ///< the source address with which the requests arrive
  std::vector<ExpectedLoss> lost;
  std::vector<Text> output;  ///< texts that the program's output must hold
};

struct TracerouteExpectation {
  std::optional<std::vector<Text>> hops;  ///< address, name or `*`, hop by hop
  std::optional<Flag> reached;
  std::vector<ExpectedLoss> lost;  ///< by hop
  std::vector<Text> output;
};

struct DigExpectation {
  std::optional<std::vector<Text>> answer;  ///< addresses or names, in any order; empty: none
  std::optional<Text> rcode;                ///< NOERROR, NXDOMAIN, …
  std::optional<Flag> answered;
  std::optional<Text> server;        ///< who answers
  std::optional<ExpectedLoss> lost;  ///< of every query, where none is answered
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

struct DigCheck {
  std::variant<Text, DigStep> subject;
  DigExpectation expect;
};

/// What an instance would read about itself at 169.254.169.254 (IMDS-2).
struct MetadataCheck {
  Text instance;
  Text path;   ///< below meta-data/
  Text value;  ///< or `none`
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
  std::variant<std::monostate, PingCheck, TracerouteCheck, DigCheck, StepCheck, ApiCheck,
               PeeringCheck, RouteCheck, InstanceCheck, MetadataCheck>
      what;
};

}  // namespace vpclab::scenario
