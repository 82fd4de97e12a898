// Scenarios from their text to their outcome.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "emulator/scenario/report.h"
#include "emulator/scenario/scenario.h"
#include "tests/scenario/run_support.h"

namespace vpclab::scenario {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

// The example of the product's description, as it stands there.
constexpr std::string_view kLab = R"(schema: 1
name: vpc-peering
seed: 1
vpcs:
  vpc-1: {cidr: 10.1.0.0/16, internet_gateway: true, subnets: {public: {cidr: 10.1.0.0/20}}}
  vpc-2: {cidr: 10.2.0.0/16, internet_gateway: true, subnets: {public: {cidr: 10.2.0.0/20}}}
peering_connections:
  vpc1-vpc2: {requester: vpc-1, accepter: vpc-2}        # pending until accepted
route_tables:
  vpc-1-public: {vpc: vpc-1, subnets: [public], routes: {0.0.0.0/0: igw, 10.2.0.0/16: vpc1-vpc2}}
  vpc-2-public: {vpc: vpc-2, subnets: [public], routes: {0.0.0.0/0: igw, 10.1.0.0/16: vpc1-vpc2}}
instances:
  instance-1: {subnet: vpc-1.public, elastic_ip: true}
  instance-2: {subnet: vpc-2.public, private_ip: 10.2.4.95}
run:
  - at: 0s
    accept_vpc_peering_connection: vpc1-vpc2             # active one second later
  - at: 2s
    ping: {name: lab, from: instance-1, to: instance-2, count: 10}
  - at: 5500ms                                           # requests 1-4 are lost, 5-10 answered
    aws: ec2 authorize-security-group-ingress --group-id {vpc-2.default} --protocol icmp --port -1 --cidr 10.1.0.0/16
checks:
  - {ping: lab, expect: {received: 6, lost: {1-4: SG_INGRESS}}, points: 4,
     hint: "which component of vpc-2 has not let the request in?"}
)";

TEST(Run, PlaysTheLabAsItIsDescribed) {  // SG_INGRESS, SG-6, PCX-4
  const RunOutcome outcome = run_text(std::string(kLab));

  ASSERT_EQ(outcome.steps.size(), 3U);
  const auto& ping = std::get<PingOutcome>(outcome.steps[1].result);
  EXPECT_EQ(ping.transmitted, 10U);
  EXPECT_EQ(ping.received, 6U);
  EXPECT_THAT(outcome.steps[1].output,
              StartsWith("PING 10.2.4.95 (10.2.4.95) 56(84) bytes of data.\n"
                         "64 bytes from 10.2.4.95: icmp_seq=5 ttl=127 time="));
  EXPECT_THAT(outcome.steps[1].output,
              HasSubstr("10 packets transmitted, 6 received, 40% packet loss"));
  const std::vector<std::string> verdicts = verdict_lines(ping);
  ASSERT_EQ(verdicts.size(), 1U);
  EXPECT_THAT(verdicts[0],
              StartsWith("icmp_seq 1-4 lost: SG_INGRESS (ENI_SG_RULES_MISMATCH), request: "));
  EXPECT_THAT(verdicts[0], HasSubstr("vpc-2.default"));
  ASSERT_EQ(outcome.checks.size(), 1U);
  EXPECT_TRUE(outcome.checks[0].passed) << outcome.checks[0].observed;
  EXPECT_EQ(outcome.checks[0].points, 4U);
  EXPECT_EQ(outcome.checks[0].reason, "SG_INGRESS");
  EXPECT_TRUE(outcome.all_well());
}

TEST(Run, MeansThePublicAddressWhereTheInternetPings) {  // EIP-3, IGW-3
  const RunOutcome outcome = run_text(R"(schema: 1
vpcs: {v: {cidr: 10.1.0.0/16, internet_gateway: true, subnets: {s: 10.1.0.0/24}}}
route_tables: {v.main: {routes: {0.0.0.0/0: igw}}}
security_groups: {v.default: {ingress: icmp from any}}
instances: {open: {subnet: v.s, elastic_ip: true}, hidden: {subnet: v.s}}
run:
  - ping: {from: outside, to: open, count: 1}
  - ping: {from: outside, to: hidden, count: 1}
  - ping: {name: out, from: open, to: outside, count: 1}
checks:
  - {ping: out, expect: {received: 1, from: outside, seen_from: open.public_ip}}
)");

  EXPECT_EQ(std::get<PingOutcome>(outcome.steps.at(0).result).received, 1U);
  EXPECT_EQ(outcome.steps.at(1).complaint,
            "'hidden' has no public address at this time, and 'outside' is on the internet: give "
            "it `elastic_ip: true`");
  EXPECT_TRUE(outcome.checks.at(0).passed) << outcome.checks.at(0).observed;
}

TEST(Run, SaysWhatWasExpectedWhereNothingCouldBeJudged) {
  const RunOutcome outcome =
      run_text(open_lab(R"(
run:
  - wait: 5s
checks:
  - {ping: {from: alice, to: bob, count: 2}, expect: {received: 2, from: bob}}
  - {peering: pcx, expect: active}
  - {api: {describe_vpcs: {}}, expect: {"Vpcs[0].State": available}}
)"),
               {.until = SimTime{} + std::chrono::seconds(1), .checks = true, .observer = nullptr});

  ASSERT_EQ(outcome.checks.size(), 3U);
  EXPECT_EQ(outcome.checks[0].expected, "2 answered; from 10.2.0.10");
  EXPECT_EQ(outcome.checks[1].expected, "status active");
  EXPECT_EQ(outcome.checks[2].expected, "Vpcs[0].State = available");
  for (const CheckOutcome& check : outcome.checks) {
    EXPECT_FALSE(check.passed);
    EXPECT_EQ(check.observed, "the run stopped before");
  }
}

TEST(Run, GivesTheSameEveryTime) {
  const RunOutcome first = run_text(std::string(kLab));
  const RunOutcome second = run_text(std::string(kLab));

  EXPECT_EQ(first.steps[1].output, second.steps[1].output);
  EXPECT_EQ(first.ended, second.ended);
}

TEST(Run, TellsAnotherSeedByIdsAndJitterNotByVerdicts) {
  Source source{"f", std::string(kLab)};
  const Opened one = open(source, {.seed = 1});
  const Opened two = open(source, {.seed = 2});
  ASSERT_NE(one.session, nullptr);
  ASSERT_NE(two.session, nullptr);

  EXPECT_NE(one.session->id_of("vpc-1"), two.session->id_of("vpc-1"));
  EXPECT_EQ(one.session->content_hash(), two.session->content_hash());
  const RunOutcome first = one.session->run({});
  const RunOutcome second = two.session->run({});
  EXPECT_NE(first.steps[1].output, second.steps[1].output);
  EXPECT_EQ(std::get<PingOutcome>(first.steps[1].result).received,
            std::get<PingOutcome>(second.steps[1].result).received);
}

TEST(Run, BeginsAStepWithoutATimeWhenTheOneBeforeHasEnded) {
  const RunOutcome outcome = run_text(open_lab(R"(run:
  - ping: {name: first, from: alice, to: bob, count: 2}
  - wait: 500ms
  - ping: {from: bob, to: alice, count: 1}
  - {after: first, wait: 10ms}
)"));

  ASSERT_EQ(outcome.steps.size(), 4U);
  EXPECT_EQ(outcome.steps[0].began, SimTime{});
  EXPECT_EQ(outcome.steps[1].began, outcome.steps[0].ended);
  EXPECT_EQ(outcome.steps[2].began, outcome.steps[1].ended);
  EXPECT_EQ(outcome.steps[1].ended - outcome.steps[1].began, std::chrono::milliseconds(500));
  EXPECT_EQ(outcome.steps[3].began, outcome.steps[0].ended);
}

TEST(Run, StopsAPingAsCtrlCDoes) {
  const RunOutcome outcome = run_text(open_lab(R"(run:
  - {name: endless, from: alice, ping: -i 0.5 10.2.0.10}
  - {at: 1700ms, stop: endless}
)"));

  const auto& ping = std::get<PingOutcome>(outcome.steps[0].result);
  EXPECT_EQ(ping.transmitted, 4U);
  EXPECT_EQ(ping.received, 4U);
  EXPECT_TRUE(outcome.steps[0].finished);
}

TEST(Run, StopsEverythingAtTheTimeAskedFor) {
  const RunOutcome outcome = run_text(
      open_lab("run: [ping: {from: alice, to: bob, count: 100}]\n"),
      {.until = SimTime{} + std::chrono::milliseconds(4500), .checks = true, .observer = nullptr});

  EXPECT_EQ(outcome.ended, SimTime{} + std::chrono::milliseconds(4500));
  ASSERT_EQ(outcome.steps.size(), 1U);
  EXPECT_FALSE(outcome.steps[0].finished);
  EXPECT_EQ(std::get<PingOutcome>(outcome.steps[0].result).received, 5U);
}

TEST(Run, StopsWhenItIsAskedTo) {
  const std::string text = open_lab(R"(run:
  - {at: 1s, ping: {from: alice, to: bob, count: 5}}
  - {at: 60s, wait: 1s}
)");
  int lines = 0;

  struct Counter : RunObserver {
    explicit Counter(int& count) : lines(&count) {}

    void on_line(const StepOutcome& /*step*/, std::string_view /*line*/) override { ++*lines; }

    int* lines;
  } counter(lines);

  const RunOutcome outcome =
      run_text(text, {.until = {}, .checks = false, .observer = &counter, .stop = [&lines] {
                        return lines == 3;
                      }});

  EXPECT_TRUE(outcome.stopped);
  ASSERT_EQ(outcome.steps.size(), 1U);
  EXPECT_FALSE(outcome.steps[0].finished);
  EXPECT_EQ(std::get<PingOutcome>(outcome.steps[0].result).received, 2U);
  EXPECT_LT(outcome.ended, SimTime(std::chrono::milliseconds(2100)));
  EXPECT_FALSE(run_text(text).stopped);
}

TEST(Run, TellsALostReplyFromALostRequest) {  // PCX-26, RT-17
  const RunOutcome outcome = run_text(open_lab(R"(run:
  - delete_route: {RouteTableId: b.main, DestinationCidrBlock: 10.1.0.0/16}
  - ping: {from: alice, to: bob, count: 2, timeout: 1s}
  - ping: {from: bob, to: alice, count: 1, timeout: 1s}
)"));

  const auto& there = std::get<PingOutcome>(outcome.steps[1].result);
  ASSERT_TRUE(there.probes[0].fate.has_value());
  EXPECT_EQ(there.probes[0].fate->packet, LostPacket::kReply);
  EXPECT_EQ(there.probes[0].fate->reason, "NO_ROUTE");
  EXPECT_EQ(there.probes[0].fate->code, "NO_ROUTE_TO_DESTINATION");
  EXPECT_THAT(there.probes[0].fate->sentence, HasSubstr("b.main"));
  const auto& back = std::get<PingOutcome>(outcome.steps[2].result);
  EXPECT_EQ(back.probes[0].fate->packet, LostPacket::kRequest);
}

TEST(Run, FollowsFragmentsToTheirFate) {
  const RunOutcome outcome = run_text(open_lab(R"(run:
  - ping: {from: alice, to: bob, count: 1, size: 20000}
  - aws: ec2 revoke-security-group-ingress --group-id {b.default} --protocol icmp --port -1 --cidr 10.0.0.0/8
  - wait: 60s
  - ping: {from: alice, to: bob, count: 1, size: 20000, timeout: 1s}
)"));

  EXPECT_EQ(std::get<PingOutcome>(outcome.steps[0].result).received, 1U);
  const auto& lost = std::get<PingOutcome>(outcome.steps[3].result);
  ASSERT_TRUE(lost.probes[0].fate.has_value());
  EXPECT_EQ(lost.probes[0].fate->reason, "SG_INGRESS");
}

TEST(Run, KnowsTheErrorThatAStepExpects) {
  const RunOutcome outcome = run_text(open_lab(R"(run:
  - {name: self, create_route: {RouteTableId: a.main, DestinationCidrBlock: 10.1.0.0/16, VpcPeeringConnectionId: pcx}, expect_error: InvalidParameterValue}
  - {accept_vpc_peering_connection: pcx, expect_error: InvalidStateTransition}
checks:
  - {step: self, expect: {error: InvalidParameterValue}}
  - {step: self, expect: {error: RouteAlreadyExists}}
)"));

  EXPECT_FALSE(outcome.steps[0].failed) << outcome.steps[0].complaint;
  EXPECT_FALSE(outcome.steps[1].failed) << outcome.steps[1].complaint;
  EXPECT_TRUE(outcome.checks[0].passed);
  EXPECT_FALSE(outcome.checks[1].passed);
  EXPECT_EQ(outcome.checks[1].points, 0U);
}

TEST(Run, FailsAStepThatIsRefusedAgainstExpectation) {
  const RunOutcome outcome = run_text(open_lab(R"(run:
  - accept_vpc_peering_connection: pcx
  - {describe_vpcs: {}, expect_error: InvalidVpcID.NotFound}
  - {accept_vpc_peering_connection: pcx, expect_error: OperationNotPermitted}
)"));

  EXPECT_TRUE(outcome.steps[0].failed);
  EXPECT_THAT(outcome.steps[0].complaint, StartsWith("InvalidStateTransition: "));
  EXPECT_TRUE(outcome.steps[1].failed);
  EXPECT_TRUE(outcome.steps[2].failed);
  EXPECT_THAT(outcome.steps[2].complaint, StartsWith("InvalidStateTransition: "));
  EXPECT_THAT(outcome.steps[2].complaint, HasSubstr("(OperationNotPermitted was expected)"));
  EXPECT_FALSE(outcome.all_well());
}

TEST(Run, GivesNoPointsForACallThatWasNeverMade) {
  const RunOutcome outcome = run_text(open_lab(R"(run:
  - {name: never, aws: "ec2 associate-address --instance-id {alice} --allocation-id {alice.public_ip}"}
checks:
  - {step: never, points: 5, expect: {}}
  - {step: never, points: 5, expect: {AssociationId: none}}
)"));

  EXPECT_TRUE(outcome.steps[0].failed);
  for (const CheckOutcome& check : outcome.checks) {
    EXPECT_FALSE(check.passed);
    EXPECT_EQ(check.points, 0U);
    EXPECT_EQ(check.observed, "{alice.public_ip} stands for nothing at this time");
  }
}

TEST(Run, SaysThatANameStandsForNothingYet) {
  const RunOutcome outcome = run_text(open_lab(R"(run:
  - {name: net, create_subnet: {VpcId: a, CidrBlock: 10.9.0.0/24}}
  - {delete_subnet: net}
  - {terminate_instances: [alice, later]}
  - {at: 20s, delete_subnet: nonsense, expect_error: InvalidSubnetId.Malformed}
  - {at: 30s, name: later, run_instances: {ImageId: al2023, MinCount: 1, MaxCount: 1, SubnetId: a.s}}
checks:
  - {api: {delete_subnet: net}, expect: {error: InvalidSubnetId.Malformed}}
)"));

  EXPECT_THAT(outcome.steps[0].complaint, StartsWith("InvalidSubnet.Range: "));
  EXPECT_EQ(outcome.steps[1].complaint, "'net' stands for nothing at this time");
  EXPECT_EQ(outcome.steps[1].command, "aws ec2 delete-subnet --subnet-id net");
  EXPECT_EQ(outcome.steps[2].complaint, "'later' stands for nothing at this time");
  EXPECT_THAT(outcome.steps[2].command, HasSubstr(" later"));
  EXPECT_FALSE(outcome.steps[3].failed) << outcome.steps[3].complaint;
  EXPECT_FALSE(outcome.checks[0].passed);
  EXPECT_EQ(outcome.checks[0].observed, "'net' stands for nothing at this time");
}

TEST(Run, PutsSubnetsIntoTheFilesZoneWhereItIsOfTheirRegion) {  // VPC-1
  const RunOutcome outcome = run_text(R"(schema: 1
zone: us-east-1b
vpcs: {near: {cidr: 10.1.0.0/16, subnets: {s: 10.1.0.0/24}}, far: {cidr: 10.2.0.0/16, region: eu-west-1, subnets: {s: 10.2.0.0/24}}}
checks:
  - {api: {describe_subnets: near.s}, expect: {"Subnets[0].AvailabilityZone": us-east-1b}}
  - {as: far, api: {describe_subnets: far.s}, expect: {"Subnets[0].AvailabilityZone": eu-west-1a}}
)");

  ASSERT_EQ(outcome.checks.size(), 2U);
  EXPECT_TRUE(outcome.checks[0].passed) << outcome.checks[0].observed;
  EXPECT_TRUE(outcome.checks[1].passed) << outcome.checks[1].observed;
}

TEST(Run, LosesAtAnInstanceWhatItsInterfacesLose) {  // ENI-3
  const RunOutcome outcome = run_text(open_lab(R"(run:
  - {replace_route: {RouteTableId: a.main, DestinationCidrBlock: 0.0.0.0/0, NetworkInterfaceId: alice.eni}}
  - ping: {name: astray, from: alice, to: outside, count: 1}
checks:
  - {ping: astray, expect: {lost: SRC_DST_CHECK at alice}}
  - {ping: astray, expect: {lost: SRC_DST_CHECK at alice.eni}}
  - {ping: astray, expect: {lost: SRC_DST_CHECK at bob}}
)"));

  EXPECT_TRUE(outcome.checks[0].passed) << outcome.checks[0].observed;
  EXPECT_TRUE(outcome.checks[1].passed);
  EXPECT_FALSE(outcome.checks[2].passed);
}

TEST(Run, WritesCallsAsTheAwsCliWouldTakeThem) {
  const RunOutcome outcome = run_text(open_lab(R"(run:
  - {name: third, create_vpc: {CidrBlock: 10.3.0.0/16}}
  - describe_vpcs: {Filters: [{Name: cidr, Values: [10.3.0.0/16]}], VpcIds: [third]}
)"));

  EXPECT_EQ(outcome.steps[0].command, "aws ec2 create-vpc --cidr-block 10.3.0.0/16");
  EXPECT_THAT(outcome.steps[1].command, HasSubstr("--vpc-ids vpc-"));
  EXPECT_FALSE(outcome.steps[1].failed) << outcome.steps[1].complaint;
}

TEST(Run, ChecksStatesAtTheirTimes) {  // RT-14, RT-16, PCX-9
  const RunOutcome outcome = run_text(open_lab(R"(run:
  - {at: 2s, delete_vpc_peering_connection: pcx}
  - {at: 3s, stop_instances: bob}
checks:
  - {at: 1s, peering: pcx, expect: active}
  - {at: 1s, route: {table: a.main, destination: 10.2.0.0/16}, expect: {state: active, target: pcx}}
  - {at: 2s, peering: pcx, expect: deleted}
  - {route: {table: a.main, destination: 10.2.0.0/16}, expect: blackhole}
  - {route: {table: a.main, destination: 10.9.0.0/16}, expect: none}
  - {route: {table: a.main, destination: 10.1.0.0/16}, expect: {state: active, target: local}}
  - {at: 30s, instance: bob, expect: stopped}
  - {instance: alice, expect: {state: running, public_ip: none, private_ip: 10.1.0.10}}
  - {api: {describe_route_tables: {RouteTableIds: [a.main]}}, expect: {"RouteTables[0].VpcId": "{a}"}}
  - {api: ec2 describe-vpcs --vpc-ids vpc-00000000, expect: {error: InvalidVpcID.NotFound, message: does not exist}}
)"));

  for (const CheckOutcome& check : outcome.checks) {
    EXPECT_TRUE(check.passed) << check.name << ": " << check.observed;
  }
}

TEST(Run, ProbesAnewForAChecksOwnQuestion) {
  const RunOutcome outcome = run_text(open_lab(R"(checks:
  - {ping: {from: alice, to: bob, count: 2}, expect: {received: 2, ttl: 127, from: bob.private_ip}}
  - {ping: {from: alice, to: 10.9.0.1, count: 1, timeout: 1s}, expect: {lost: request IGW_NO_PUBLIC_IP at a.igw}}
  - {ping: {from: alice, to: bob, count: 1}, expect: {lost: SG_INGRESS}}
  - {traceroute: {from: alice, to: bob, method: icmp}, expect: {hops: [10.2.0.10], reached: true}}
)"));

  EXPECT_TRUE(outcome.checks[0].passed) << outcome.checks[0].observed;
  EXPECT_TRUE(outcome.checks[1].passed) << outcome.checks[1].observed;
  EXPECT_FALSE(outcome.checks[2].passed);
  EXPECT_TRUE(outcome.checks[3].passed) << outcome.checks[3].observed;
  EXPECT_TRUE(outcome.steps.empty());
}

TEST(Run, ChangesLinksAndGivesThemBack) {  // LINK_DOWN, LINK_LOSS
  const RunOutcome outcome = run_text(open_lab(R"(links: {pcx: {delay: 20ms}}
run:
  - ping: {name: slow, from: alice, to: bob, count: 1}
  - links: {alice: {out: {up: false}}}
  - ping: {name: down, from: alice, to: bob, count: 1, timeout: 1s}
  - links: {alice: {out: {up: true}}, pcx: {in: {loss: 100%}}}
  - ping: {name: lossy, from: alice, to: bob, count: 1, timeout: 1s}
  - links: {pcx: {loss: 0%}}
  - ping: {name: again, from: alice, to: bob, count: 1}
checks:
  - {ping: slow, expect: {received: 1}}
  - {ping: down, expect: {lost: request LINK_DOWN}}
  - {ping: lossy, expect: {lost: reply LINK_LOSS}}
  - {ping: again, expect: {received: 1}}
)"));

  for (const CheckOutcome& check : outcome.checks) {
    EXPECT_TRUE(check.passed) << check.name << ": " << check.observed;
  }
  EXPECT_THAT(outcome.steps[0].output, HasSubstr(" time=4"));  // twice 20 ms, and a little
}

TEST(Run, ActsForTheAccountThatIsNamed) {  // PCX-3
  const RunOutcome outcome = run_text(R"(schema: 1
accounts: {alice: "111122223333", bob: "444455556666"}
vpcs: {a: {cidr: 10.1.0.0/16, account: alice}, b: {cidr: 10.2.0.0/16, account: bob, region: eu-west-1}}
peering_connections: {pcx: {requester: a, accepter: b}}
run:
  - {as: a, accept_vpc_peering_connection: pcx, expect_error: OperationNotPermitted}
  - {as: bob, aws: "ec2 accept-vpc-peering-connection --vpc-peering-connection-id {pcx}", expect_error: OperationNotPermitted}
  - {as: bob/eu-west-1, accept_vpc_peering_connection: pcx}
  - wait: settled
checks: [{peering: pcx, expect: active}]
)");

  for (const StepOutcome& step : outcome.steps) {
    EXPECT_FALSE(step.failed) << step.command << ": " << step.complaint;
  }
  EXPECT_TRUE(outcome.checks[0].passed) << outcome.checks[0].observed;
}

TEST(Run, SaysWhyAProgramCannotStart) {  // INST-2
  const RunOutcome outcome = run_text(open_lab(R"(run:
  - stop_instances: alice
  - wait: settled
  - ping: {from: alice, to: bob}
checks: [{ping: {from: alice, to: bob}, expect: {received: 4}}]
)"));

  EXPECT_TRUE(outcome.steps[2].failed);
  EXPECT_EQ(outcome.steps[2].complaint, "'alice' is not running");
  EXPECT_FALSE(outcome.checks[0].passed);
}

TEST(Run, PingsFromTheInternetAndIntoIt) {
  const RunOutcome outcome = run_text(open_lab(R"(elastic_ips: {eip: alice}
internet: {hosts: {dns: 9.9.9.9}}
run:
  - aws: ec2 authorize-security-group-ingress --group-id {a.default} --protocol icmp --port -1 --cidr 0.0.0.0/0
checks:
  - {ping: {from: alice, to: dns, count: 1}, expect: {received: 1, from: 9.9.9.9}}
  - {ping: {from: dns, to: alice.public_ip, count: 1}, expect: {received: 1, from: "{eip.public_ip}"}}
  - {ping: {from: outside, to: eip, count: 1}, expect: {received: 1}}
)"));

  for (const CheckOutcome& check : outcome.checks) {
    EXPECT_TRUE(check.passed) << check.name << ": " << check.observed;
  }
}

class Listener final : public RunObserver {
 public:
  void on_begin(const StepOutcome& step) override { heard.push_back("begin " + step.name); }

  void on_line(const StepOutcome& step, std::string_view line) override {
    heard.push_back(step.name + ": " + std::string(line.substr(0, 4)));
  }

  void on_end(const StepOutcome& step) override { heard.push_back("end " + step.name); }

  std::vector<std::string> heard;
};

TEST(Run, KnowsTheAddressesOfTheInternetsHosts) {
  const RunOutcome outcome =
      run_text(open_lab("internet: {hosts: {office: 198.51.100.77}}\n"
                        "run:\n"
                        "  - {ping: {from: alice, to: \"{outside.address}\", count: 1}}\n"
                        "  - {ping: {from: alice, to: \"{office.address}\", count: 1}}\n"));

  ASSERT_EQ(outcome.steps.size(), 2U);
  EXPECT_EQ(outcome.steps[0].command, "ping -c 1 198.51.100.10");
  EXPECT_EQ(outcome.steps[1].command, "ping -c 1 198.51.100.77");
}

TEST(Run, TellsItsObserverEverythingInOrder) {
  Listener listener;
  run_text(open_lab(R"(run:
  - ping: {name: p, from: alice, to: bob, count: 1}
  - {name: w, wait: 1s}
)"),
           {.until = {}, .checks = false, .observer = &listener});

  EXPECT_THAT(listener.heard, ElementsAre("begin p", "p: PING", "p: 64 b", "p: ", "p: --- ",
                                          "p: 1 pa", "p: rtt ", "end p", "begin w", "end w"));
}

TEST(Report, SendsNoControlCharactersToTerminalsOrXml) {
  RunOutcome outcome;
  CheckOutcome& check = outcome.checks.emplace_back();
  check.name = "red \x1b[31m";
  check.observed = "bell \x07\nsecond line";

  EXPECT_EQ(text_report(outcome, Scenario()).find('\x1b'), std::string::npos);
  EXPECT_THAT(text_report(outcome, Scenario()), HasSubstr("\nsecond line"));
  EXPECT_EQ(junit_report(outcome, Scenario()).find('\x07'), std::string::npos);
}

TEST(Report, HoldsEveryCheckInEveryForm) {
  const Opened opened = open(Source{"f", std::string(kLab)}, {});
  ASSERT_NE(opened.session, nullptr);
  RunOptions options;
  options.checks = true;
  const RunOutcome outcome = opened.session->run(options);
  const Scenario& scenario = opened.session->scenario();

  EXPECT_THAT(text_report(outcome, scenario), HasSubstr("1 of 1 checks passed, 4 of 4 points"));
  const auto json = nlohmann::json::parse(json_report(outcome, scenario));
  ASSERT_EQ(json["checks"].size(), 1U);
  for (const char* key :
       {"name", "expected", "observed", "reason", "code", "rule", "passed", "points"}) {
    EXPECT_TRUE(json["checks"][0].contains(key)) << key;
  }
  EXPECT_EQ(json["checks"][0]["reason"], "SG_INGRESS");
  EXPECT_EQ(json["checks"][0]["code"], "ENI_SG_RULES_MISMATCH");
  EXPECT_THAT(json["checks"][0]["rule"].get<std::string>(), StartsWith("sg-"));
  EXPECT_THAT(junit_report(outcome, scenario), HasSubstr("<testcase classname=\"vpc-peering\""));
  EXPECT_THAT(junit_report(outcome, scenario), HasSubstr("failures=\"0\""));
  const std::string lines = json_lines_report(outcome);
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 4);
}

}  // namespace
}  // namespace vpclab::scenario
