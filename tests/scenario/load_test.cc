#include "emulator/scenario/load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/scenario/epoch.h"
#include "tests/scenario/load_support.h"

namespace vpclab::scenario {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kTwoVpcs = R"(
vpcs:
  vpc-1: {cidr: 10.1.0.0/16, internet_gateway: true, subnets: {public: {cidr: 10.1.0.0/20}}}
  vpc-2: {cidr: 10.2.0.0/16, internet_gateway: true, subnets: {public: 10.2.0.0/20}}
peering_connections:
  vpc1-vpc2: {requester: vpc-1, accepter: vpc-2}
route_tables:
  vpc-1-public: {vpc: vpc-1, subnets: [public], routes: {0.0.0.0/0: igw, 10.2.0.0/16: vpc1-vpc2}}
instances:
  instance-1: {subnet: vpc-1.public, elastic_ip: true}
  instance-2: {subnet: vpc-2.public, private_ip: 10.2.4.95}
)";

TEST(Load, ReadsTheDeclaredNetwork) {
  const LoadedText loaded = load_text(kTwoVpcs);

  ASSERT_EQ(loaded.faults(), "");
  ASSERT_EQ(loaded.scenario.vpcs.size(), 2U);
  EXPECT_EQ(loaded.scenario.vpcs[0].subnets[0].name.value, "vpc-1.public");
  EXPECT_EQ(loaded.scenario.vpcs[1].subnets[0].cidr.value, "10.2.0.0/20");  // short form
  EXPECT_EQ(loaded.scenario.vpcs[0].internet_gateway->value, "vpc-1.igw");
  const RouteTable& table = loaded.scenario.route_tables[0];
  EXPECT_EQ(table.subnets[0].value, "vpc-1.public");  // completed
  EXPECT_EQ(table.routes[0].target.value, "vpc-1.igw");
  EXPECT_EQ(loaded.scenario.instances[0].elastic_ip->value, "instance-1.elastic_ip");
}

TEST(Load, NamesTheScenarioAfterTheFileUnlessItSaysItsName) {
  EXPECT_EQ(load_text("").scenario.name, "test");
  EXPECT_EQ(load_text("name: lab\n").scenario.name, "lab");
}

TEST(Load, KnowsTheDefaultsThatNobodySays) {
  const Scenario scenario = load_text("").scenario;

  EXPECT_EQ(scenario.seed, 1U);
  EXPECT_EQ(scenario.account, "123456789012");
  EXPECT_EQ(scenario.region.value, "us-east-1");
  EXPECT_FALSE(scenario.default_vpc);
  EXPECT_EQ(scenario.epoch, "2024-01-01T00:00:00Z");
}

TEST(Load, KnowsTheNamesThatComeWithAVpcAndAnInstance) {
  const LoadedText loaded = load_text(kTwoVpcs);

  for (const char* name : {"vpc-1.main", "vpc-1.default", "vpc-1.default_acl", "vpc-1.igw",
                           "instance-1.eni", "instance-1.elastic_ip"}) {
    EXPECT_NE(loaded.names.find(name), nullptr) << name;
  }
  EXPECT_EQ(loaded.names.find("instance-2.elastic_ip"), nullptr);
}

TEST(Load, TakesANameInTheFormOfAnIdAsTheId) {
  const LoadedText loaded = load_text(
      "vpcs: {a: 10.1.0.0/16, b: 10.2.0.0/16}\n"
      "peering_connections: {pcx-aaaabbbb: {requester: a, accepter: b}}\n");

  EXPECT_EQ(loaded.faults(), "");
  EXPECT_EQ(loaded.scenario.peering_connections[0].id->value, "pcx-aaaabbbb");
}

TEST(Load, ReadsRulesInShortAndLongForm) {
  const LoadedText loaded = load_text(R"(
vpcs: {v: 10.1.0.0/16}
security_groups:
  web:
    vpc: v
    ingress: [icmp from 10.1.0.0/16, {protocol: tcp, ports: 80, from: [any, v.default]}]
    egress: []
  v.default: {ingress: all from web}
network_acls:
  v.default_acl: {egress: [{rule: 90, action: deny, protocol: icmp, type: 8, to: 10.2.0.7}]}
)");

  ASSERT_EQ(loaded.faults(), "");
  const SecurityGroup& web = loaded.scenario.security_groups[0];
  ASSERT_EQ(web.ingress.size(), 2U);
  EXPECT_EQ(web.ingress[0].cidrs[0].value, "10.1.0.0/16");
  EXPECT_EQ(web.ingress[1].cidrs[0].value, "0.0.0.0/0");
  EXPECT_EQ(web.ingress[1].groups[0].value, "v.default");
  ASSERT_TRUE(web.egress.has_value());
  EXPECT_TRUE(web.egress->empty());
  EXPECT_EQ(loaded.scenario.security_groups[1].vpc->value, "v");
  EXPECT_FALSE(loaded.scenario.security_groups[1].egress.has_value());
  const NetworkAclEntry& entry = loaded.scenario.network_acls[0].egress[0];
  EXPECT_EQ(entry.number, 90);
  EXPECT_EQ(entry.traffic.from, 8);
  EXPECT_EQ(entry.cidr.value, "10.2.0.7/32");
}

TEST(Load, MergesBothDirectionsOfALink) {
  const LoadedText loaded =
      load_text(std::string(kTwoVpcs) +
                "links: {instance-1: {loss: 10%, delay: 5ms, out: {loss: 0%}, "
                "in: {up: false}}}\n");

  ASSERT_EQ(loaded.faults(), "");
  const LinkChange& change = loaded.scenario.links[0];
  EXPECT_EQ(change.out->loss_ppm, 0U);
  EXPECT_EQ(change.out->delay, std::chrono::milliseconds(5));
  EXPECT_FALSE(change.out->up.has_value());
  EXPECT_EQ(change.in->loss_ppm, 100'000U);
  EXPECT_EQ(change.in->up, false);
}

TEST(Load, TurnsThePingsKeysIntoItsOptions) {
  const LoadedText loaded = load_text(
      std::string(kTwoVpcs) +
      "run:\n"
      "  - ping: {name: lab, from: instance-1, to: instance-2, count: 3, interval: 200ms, "
      "size: 100, ttl: 9, timeout: 1500ms, deadline: 7s, pmtu: do, pattern: ff00, quiet: true}\n"
      "  - {from: instance-1, ping: ping -c 3 10.2.4.95}\n"
      "  - ping: {from: instance-1, to: 10.2.4.95}\n"
      "  - traceroute: {from: instance-1, to: instance-2, method: icmp, queries: 1, wait: 2s, "
      "numeric: true}\n");

  ASSERT_EQ(loaded.faults(), "");
  const auto& ping = std::get<PingStep>(loaded.scenario.run[0].action);
  EXPECT_EQ(loaded.scenario.run[0].name->value, "lab");
  EXPECT_THAT(ping.words, ElementsAre("-c", "3", "-i", "0.2", "-s", "100", "-t", "9", "-W", "1.5",
                                      "-w", "7", "-M", "do", "-p", "ff00", "-q", "instance-2"));
  const auto& line = std::get<PingStep>(loaded.scenario.run[1].action);
  EXPECT_THAT(line.words, ElementsAre("-c", "3", "10.2.4.95"));
  EXPECT_EQ(line.to.value, "10.2.4.95");  // found by the program's own parser
  EXPECT_THAT(std::get<PingStep>(loaded.scenario.run[2].action).words,
              ElementsAre("-c", "4", "10.2.4.95"));  // what nobody says
  EXPECT_THAT(std::get<TracerouteStep>(loaded.scenario.run[3].action).words,
              ElementsAre("-I", "-q", "1", "-w", "2", "-n", "instance-2"));
}

TEST(Load, TakesEveryEc2ActionAsAStep) {
  const LoadedText loaded = load_text(std::string(kTwoVpcs) +
                                      "run:\n"
                                      "  - accept_vpc_peering_connection: vpc1-vpc2\n"
                                      "  - {at: 2s, as: vpc-2, name: r, describe_vpcs: {}}\n");

  ASSERT_EQ(loaded.faults(), "");
  const auto& accept = std::get<ApiStep>(loaded.scenario.run[0].action);
  EXPECT_EQ(accept.action, "AcceptVpcPeeringConnection");
  EXPECT_EQ(std::get<std::string>(accept.parameters.value), "vpc1-vpc2");
}

TEST(Load, LetsAStepNameWhatItCreates) {
  const LoadedText loaded = load_text(std::string(kTwoVpcs) +
                                      "run:\n"
                                      "  - {name: third, create_vpc: {CidrBlock: 10.3.0.0/16}}\n"
                                      "  - delete_vpc: third\n");

  EXPECT_EQ(loaded.faults(), "");
  ASSERT_NE(loaded.names.find("third"), nullptr);
  EXPECT_EQ(loaded.names.find("third")->kind, NameKind::kCreated);
}

TEST(Load, ReadsWhatAPingCheckExpects) {
  const LoadedText loaded = load_text(
      std::string(kTwoVpcs) +
      "run: [ping: {name: lab, from: instance-1, to: instance-2, count: 10}]\n"
      "checks:\n"
      "  - {ping: lab, expect: {received: 5, lost: {1-4: SG_INGRESS, 5: reply NO_ROUTE at "
      "vpc-1-public}}, points: 4, hint: why?}\n");

  ASSERT_EQ(loaded.faults(), "");
  const Check& check = loaded.scenario.checks[0];
  EXPECT_EQ(check.points, 4U);
  EXPECT_EQ(check.name, "ping lab");
  const PingExpectation& expect = std::get<PingCheck>(check.what).expect;
  EXPECT_EQ(expect.received->value.least, 5U);
  ASSERT_EQ(expect.lost.size(), 2U);
  EXPECT_EQ(expect.lost[0].sequences.most, 4U);
  EXPECT_FALSE(expect.lost[0].packet.has_value());
  EXPECT_EQ(expect.lost[1].packet, LostPacket::kReply);
  EXPECT_EQ(expect.lost[1].at->value, "vpc-1-public");
}

TEST(Load, WantsAReasonForEveryLostProbe) {
  const LoadedText loaded =
      load_text(std::string(kTwoVpcs) +
                "run: [ping: {name: lab, from: instance-1, to: instance-2, count: 10}]\n"
                "checks: [{ping: lab, expect: {received: 6}}]\n");

  EXPECT_THAT(loaded.faults(),
              HasSubstr("of 10 probes 4 are to be lost, but `lost` gives a reason"));
}

TEST(Load, TakesPlaceholdersAnywhereInALineOfTheAwsCli) {
  const LoadedText loaded = load_text(
      std::string(kTwoVpcs) +
      "run:\n"
      "  - aws: ec2 describe-subnets --filters Name=vpc-id,Values={vpc-1},{vpc-2}\n"
      "  - aws: ec2 authorize-security-group-ingress --group-id {vpc-1.default} --ip-permissions "
      "IpProtocol=icmp,FromPort=-1,ToPort=-1,UserIdGroupPairs=[{GroupId={vpc-2.default}}]\n");

  EXPECT_EQ(loaded.faults(), "");
}

TEST(Load, TakesBracesThatAreNoNames) {
  const LoadedText loaded = load_text(R"(
vpcs: {a: {cidr: 10.1.0.0/16, subnets: {s: 10.1.0.0/24}}}
instances: {i: a.s}
run:
  - {aws: "ec2 describe-vpcs --query 'Vpcs[].{Id : VpcId, a : {Block : CidrBlock}}'"}
  - {aws: "ec2 create-security-group --vpc-id {a} --group-name g --description 'x {b d'"}
  - {aws: "ec2 describe-vpcs --vpc-ids {a", expect_error: InvalidVpcId.Malformed}
  - {describe_vpcs: {VpcIds: ["{a"]}, expect_error: InvalidVpcId.Malformed}
checks:
  - {instance: i, expect: {private_ip: "{i.private_ip}"}}
)");

  EXPECT_EQ(loaded.faults(), "");
}

TEST(Load, QuotesALineOfTheAwsCliAsItWasWritten) {
  const std::string lines = std::string(kTwoVpcs) + "run:\n";

  EXPECT_THAT(load_text(lines + "  - aws: ec2 describe-vpcs {vpc-1}\n").faults(),
              HasSubstr("'{vpc-1}' belongs to no option"));
  EXPECT_THAT(load_text(lines + "  - aws: ec2 modify-vpc-attribute --vpc-id {vpc-1} "
                                "--enable-dns-support Value={vpc-1}\n")
                  .faults(),
              AllOf(HasSubstr("{vpc-1}"), Not(HasSubstr("00000"))));
}

TEST(Load, TakesBooleansAsYamlWritesThem) {
  const std::string vpc = "vpcs: {v: {cidr: 10.1.0.0/16, enable_dns_support: ";
  for (const std::string_view word : {"true", "True", "TRUE", "false", "False", "FALSE"}) {
    const LoadedText loaded =
        load_text(vpc + std::string(word) + ", internet_gateway: " + std::string(word) + "}}\n");
    EXPECT_EQ(loaded.faults(), "") << word;
    const bool is_true = word[0] == 't' || word[0] == 'T';
    EXPECT_EQ(loaded.scenario.vpcs[0].enable_dns_support->value, is_true);
    EXPECT_EQ(loaded.scenario.vpcs[0].internet_gateway.has_value(), is_true);
  }
  for (const std::string_view word : {"yes", "On", "tRUE", "'true'", "1"}) {
    EXPECT_THAT(load_text(vpc + std::string(word) + "}}\n").faults(),
                HasSubstr("expected true or false"))
        << word;
  }
}

TEST(Load, SaysHowFineAShareCanBe) {
  const auto faults_of = [](const std::string& share) {
    return load_text(std::string(kTwoVpcs) + "links: {vpc-1.igw: {loss: " + share + "}}\n")
        .faults();
  };
  EXPECT_THAT(faults_of("0.0000001%"), HasSubstr("the smallest step is 0.0001%"));
  EXPECT_THAT(faults_of("0.5ppm"), HasSubstr("the smallest step is 0.0001%"));
  EXPECT_THAT(faults_of("0.0001%"), Not(HasSubstr("smallest step")));
  EXPECT_THAT(faults_of("100.00001%"), HasSubstr("expected a share between 0% and 100%"));
}

TEST(Load, MakesHarmlessNames) {
  EXPECT_THAT(load_text("name: ../../etc\n").faults(), HasSubstr("cannot be a scenario's name"));
  EXPECT_THAT(load_text("name: a/b\n").faults(), HasSubstr("cannot be a scenario's name"));
  EXPECT_EQ(load_text("name: Lab 1.2_x-y\n").faults(), "");
}

TEST(Load, SuggestsTheNearestName) {
  EXPECT_THAT(load_text("vcps: {}\n").faults(), HasSubstr("did you mean 'vpcs'?"));
  EXPECT_THAT(
      load_text(std::string(kTwoVpcs) + "run: [acept_vpc_peering_connection: x]\n").faults(),
      HasSubstr("did you mean 'accept_vpc_peering_connection'?"));
}

TEST(Load, CapsWhatItReports) {
  std::string text = "vpcs:\n";
  for (int i = 0; i < 200; ++i) {
    text += "  v" + std::to_string(i) + ": {cdir: 10.0.0.0/16}\n";
  }

  EXPECT_THAT(load_text(text).faults(), HasSubstr("error: and 350 more"));
}

TEST(Epoch, IsADateInUtc) {
  EXPECT_EQ(parse_epoch("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(parse_epoch("2024-01-01T00:00:00Z"), 1'704'067'200'000'000'000);
  EXPECT_EQ(parse_epoch("2024-02-30T00:00:00Z"), std::nullopt);
  EXPECT_EQ(parse_epoch("2100-12-31T23:59:59Z"), 4'133'980'799'000'000'000);
  EXPECT_EQ(parse_epoch("2101-01-01T00:00:00Z"), std::nullopt);  // classic pcap ends in 2106
  EXPECT_EQ(parse_epoch("2024-01-01 00:00:00Z"), std::nullopt);
  EXPECT_EQ(parse_epoch("2024-01-01T24:00:00Z"), std::nullopt);
  EXPECT_EQ(parse_epoch("2024-1-1"), std::nullopt);
}

TEST(Load, KeepsALabALab) {
  std::string rules = "vpcs: {v: 10.1.0.0/16}\nsecurity_groups: {g: {vpc: v, ingress: [";
  std::string routes = "vpcs: {v: 10.1.0.0/16}\nroute_tables: {v.main: {routes: {";
  std::string names = "elastic_ips: {";
  for (int i = 0; i <= 1'000; ++i) {
    rules += "tcp " + std::to_string(i) + " from any, ";
    routes += "20.0." + std::to_string(i / 256) + '.' + std::to_string(i % 256) + "/32: igw, ";
  }
  for (int i = 0; i <= 10'000; ++i) {
    names += "e" + std::to_string(i) + ": {}, ";
  }

  EXPECT_THAT(load_text(rules + "]}}\n").faults(),
              HasSubstr("1001 are too many: at most 1000 rules in one direction"));
  EXPECT_THAT(load_text(routes + "}}}\n").faults(),
              HasSubstr("1001 are too many: at most 1000 routes in a table"));
  EXPECT_THAT(load_text(names + "}\n").faults(),
              HasSubstr("10001 are too many: at most 10000 of a kind"));
}

}  // namespace
}  // namespace vpclab::scenario
