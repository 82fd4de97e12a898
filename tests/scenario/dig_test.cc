// DNS in scenarios: dig as step and check, DNS names as targets, metadata.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/scenario/expectation.h"
#include "tests/scenario/run_support.h"

namespace vpclab::scenario {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const DigOutcome& dig_of(const RunOutcome& outcome, std::size_t step) {
  return std::get<DigOutcome>(outcome.steps.at(step).result);
}

TEST(DigStep, SaysWhatWasAnswered) {  // DNS-3
  const RunOutcome outcome = run_text(open_lab(R"(
run:
  - dig: {from: alice, query: "{bob.private_dns}"}
  - dig: {from: alice, query: 10.2.0.10, short: true}
  - {from: alice, dig: "@169.254.169.253 +noedns SOA ec2.internal"}
  - dig: {from: alice, server: bob, query: dns.google, timeout: 1s, tries: 2}
)"));

  EXPECT_THAT(dig_of(outcome, 0).answers, ElementsAre("10.2.0.10"));
  EXPECT_EQ(dig_of(outcome, 0).server, "10.1.0.2");
  EXPECT_EQ(outcome.steps[0].command, "dig ip-10-2-0-10.ec2.internal");
  EXPECT_EQ(outcome.steps[1].output, "ip-10-2-0-10.ec2.internal.\n");
  EXPECT_EQ(dig_of(outcome, 2).rcode, "NOERROR");
  EXPECT_FALSE(dig_of(outcome, 3).answered);
  ASSERT_EQ(dig_of(outcome, 3).probes.size(), 2U);
  EXPECT_EQ(dig_of(outcome, 3).probes[1].fate->reason, "SG_INGRESS");  // no UDP to bob
  EXPECT_EQ(outcome.steps[3].command, "dig @10.2.0.10 dns.google +time=1 +tries=2");
}

TEST(DigStep, FailsWhereAServerHasNoAddress) {
  const RunOutcome outcome = run_text(open_lab(R"(
run:
  - terminate_instances: bob
  - wait: settled
  - dig: {from: alice, server: bob, query: dns.google}
)"));

  EXPECT_EQ(outcome.steps.at(2).complaint, "the server 'bob' has no address at this time");
}

TEST(DigCheck, ComparesAnswersInAnyOrderAndForm) {
  const RunOutcome outcome = run_text(open_lab(R"(
checks:
  - {dig: {from: alice, query: "{bob.private_dns}"}, expect: bob}
  - {dig: {from: alice, query: 10.2.0.10}, expect: ip-10-2-0-10.ec2.internal.}
  - {dig: {from: alice, query: nobody.example}, expect: {rcode: NXDOMAIN, answer: none}}
  - {dig: {from: alice, query: dns.google, type: AAAA}, expect: {rcode: NOERROR, answer: none}}
  - {dig: {from: alice, server: 10.2.0.2, query: dns.google, timeout: 1s, tries: 1}, expect: {lost: request RESERVED_ADDRESS at b}}
  - {dig: {from: alice, query: dns.google}, expect: {answer: 8.8.8.8, output: "status: NOERROR"}}
)"));

  for (const CheckOutcome& check : outcome.checks) {
    EXPECT_TRUE(check.passed) << check.name << ": " << check.observed;
  }
}

TEST(DigCheck, WantsAQueryThatWasLost) {
  const RunOutcome outcome = run_text(R"(schema: 1
vpcs: {v: {cidr: 10.1.0.0/16, dhcp_options: d, subnets: {s: 10.1.0.0/24}}}
dhcp_options: {d: {domain_name: corp.example}}
instances: {i: v.s}
checks:
  - {dig: {from: i, query: dns.google}, expect: {lost: NACL_EGRESS at v.default_acl}}
  - {dig: {from: i, query: dns.google}, expect: {answered: false}}
)");

  EXPECT_FALSE(outcome.checks.at(0).passed);
  EXPECT_THAT(outcome.checks.at(0).faults, ElementsAre("no query was sent"));
  EXPECT_TRUE(outcome.checks.at(1).passed) << outcome.checks.at(1).observed;
}

TEST(DigCheck, WantsEveryUnansweredQueryToBeLost) {
  DigExpectation expect;
  expect.lost.emplace().reason = "SG_INGRESS";
  DigOutcome outcome;
  outcome.probes.resize(2);
  outcome.probes[0].number = 1;
  outcome.probes[0].fate.emplace().reason = "SG_INGRESS";
  outcome.probes[1].number = 2;  // it arrived, and so did the answer: too late
  const auto same = [](const std::string& text) { return text; };
  CheckOutcome check;

  judge(expect, outcome, "",
        {same, same, [](const std::string&) { return std::vector<std::string>(); }}, check);

  EXPECT_THAT(check.faults, ElementsAre("query 2 was not lost"));
}

TEST(DigCheck, SaysWhereinTheAnswerDiffers) {
  const RunOutcome outcome = run_text(open_lab(R"(
checks:
  - {dig: {from: alice, query: dns.google}, expect: 8.8.4.4}
  - {dig: {from: alice, query: dns.google}, expect: {rcode: NXDOMAIN}}
  - {dig: {from: alice, query: dns.google}, expect: {answered: false}}
  - {dig: {from: alice, query: dns.google}, expect: {lost: NO_ROUTE}}
  - {dig: {from: alice, server: 10.2.0.2, query: a.b, timeout: 1s, tries: 1}, expect: {lost: NO_ROUTE}}
  - {dig: {from: alice, server: 10.2.0.2, query: a.b, timeout: 1s, tries: 1}, expect: 8.8.8.8}
  - {dig: {from: alice, server: 10.2.0.2, query: a.b, timeout: 1s, tries: 1}, expect: {lost: reply RESERVED_ADDRESS at b}}
)"));

  ASSERT_EQ(outcome.checks.size(), 7U);
  EXPECT_EQ(outcome.checks[0].expected, "answer 8.8.4.4");
  EXPECT_EQ(outcome.checks[0].observed, "NOERROR, answer 8.8.8.8, from 10.1.0.2");
  EXPECT_THAT(outcome.checks[0].faults, ElementsAre("another answer"));
  EXPECT_THAT(outcome.checks[1].faults, ElementsAre("another rcode"));
  EXPECT_THAT(outcome.checks[2].faults, ElementsAre("there was an answer"));
  EXPECT_FALSE(outcome.checks[3].passed);
  EXPECT_THAT(outcome.checks[4].faults,
              ElementsAre("query 1 was lost for RESERVED_ADDRESS, not for NO_ROUTE"));
  EXPECT_EQ(outcome.checks[4].reason, "RESERVED_ADDRESS");
  EXPECT_FALSE(outcome.checks[5].passed);
  EXPECT_EQ(outcome.checks[6].expected, "every query lost for reply RESERVED_ADDRESS at b");
  EXPECT_THAT(outcome.checks[6].faults, ElementsAre("query 1 lost its request, not the reply"));
}

TEST(DnsTarget, IsLookedUpBeforeTheFirstProbe) {  // DNS-3, DHCP-1
  const RunOutcome outcome = run_text(open_lab(R"(
run:
  - ping: {from: alice, to: ip-10-2-0-10, count: 1}
  - ping: {from: alice, to: dns.example, count: 1}
  - {from: alice, traceroute: -I -n ip-10-2-0-10.ec2.internal}
  - traceroute: {from: alice, to: nobody.example}
)"));

  // The search domain completes the first; replies are named as the address's owner is.
  EXPECT_THAT(outcome.steps[0].output,
              StartsWith("PING ip-10-2-0-10 (10.2.0.10) 56(84) bytes of data.\n"
                         "64 bytes from ip-10-2-0-10.ec2.internal (10.2.0.10): icmp_seq=1 ttl=127 "
                         "time="));
  EXPECT_THAT(outcome.steps[0].output, HasSubstr("--- ip-10-2-0-10 ping statistics ---"));
  EXPECT_EQ(outcome.steps[1].output, "ping: dns.example: Name or service not known\n");
  EXPECT_THAT(outcome.steps[2].output,
              StartsWith("traceroute to ip-10-2-0-10.ec2.internal (10.2.0.10), 30 hops max"));
  EXPECT_EQ(outcome.steps[3].output,
            "nobody.example: Name or service not known\n"
            "Cannot handle \"host\" cmdline arg `nobody.example' on position 1 (argc 1)\n");
  EXPECT_FALSE(outcome.steps[1].failed);
}

TEST(DnsTarget, NeedsAServerThatAnswers) {  // DNS-1
  const RunOutcome outcome = run_text(open_lab(R"(
run:
  - aws: "ec2 modify-vpc-attribute --vpc-id {a} --enable-dns-support Value=false"
  - {name: dns, ping: {from: alice, to: dns.google, count: 1}}
)"));

  // A step that has the name's first label is nothing that the name could stand for.
  EXPECT_EQ(outcome.steps[1].output, "ping: dns.google: Temporary failure in name resolution\n");
  EXPECT_EQ(outcome.steps[1].ended - outcome.steps[1].began,
            std::chrono::seconds(10));  // 5 s twice
}

TEST(DnsTarget, UsesTheServersOfTheDhcpOptions) {  // DHCP-1
  const RunOutcome outcome = run_text(R"(schema: 1
dhcp_options: {public: {domain_name_servers: [8.8.8.8], domain_name: corp.example}}
vpcs: {a: {cidr: 10.1.0.0/16, internet_gateway: true, dhcp_options: public, subnets: {s: 10.1.0.0/24}}}
route_tables: {a.main: {routes: {0.0.0.0/0: igw}}}
internet: {hosts: {www.corp.example: 192.0.2.80}}
instances: {alice: {subnet: a.s, private_ip: 10.1.0.10, elastic_ip: true}}
run:
  - {from: alice, ping: -c 1 www.corp.example.}
  - dig: {from: alice, query: www.corp.example}
  - dig: {from: alice, query: "{alice.private_dns}"}
)");

  EXPECT_THAT(outcome.steps[0].output, HasSubstr("PING www.corp.example. (192.0.2.80)"));
  EXPECT_EQ(dig_of(outcome, 1).server, "8.8.8.8");
  EXPECT_THAT(dig_of(outcome, 1).answers, ElementsAre("192.0.2.80"));
  EXPECT_EQ(dig_of(outcome, 2).rcode, "NXDOMAIN");  // the internet knows no private names
}

TEST(MetadataCheck, LooksAtOneValue) {  // IMDS-2
  const RunOutcome outcome = run_text(open_lab(R"(
checks:
  - {metadata: {instance: alice, path: local-ipv4}, expect: 10.1.0.10}
  - {metadata: {instance: alice, path: public-ipv4}, expect: none}
  - {metadata: {instance: alice, path: local-ipv4}, expect: 10.1.0.11}
)"));

  EXPECT_TRUE(outcome.checks[0].passed);
  EXPECT_TRUE(outcome.checks[1].passed);
  EXPECT_FALSE(outcome.checks[2].passed);
  EXPECT_EQ(outcome.checks[2].observed, "local-ipv4 10.1.0.10");
}

}  // namespace
}  // namespace vpclab::scenario
