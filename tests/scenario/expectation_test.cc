#include "emulator/scenario/expectation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/scenario/json_path.h"
#include "emulator/scenario/names.h"
#include "tests/scenario/load_support.h"

namespace vpclab::scenario {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

/// Ten probes of which those up to `lost` are lost for a reason.
PingOutcome outcome_of(std::uint32_t lost, const Fate& fate) {
  PingOutcome outcome;
  outcome.transmitted = 10;
  outcome.received = 10 - lost;
  for (std::uint32_t sequence = 1; sequence <= 10; ++sequence) {
    PingProbe& probe = outcome.probes.emplace_back();
    probe.sequence = sequence;
    if (sequence <= lost) {
      probe.fate = fate;
    } else {
      probe.replies = 1;
      probe.ttl = 127;
      probe.from = "10.2.4.95";
    }
  }
  return outcome;
}

Fate group_fate() {
  Fate fate;
  fate.reason = "SG_INGRESS";
  fate.code = "ENI_SG_RULES_MISMATCH";
  fate.rule = "sg-11112222";
  fate.objects = {"sg-11112222", "eni-11112222"};
  fate.sentence = "no rule allows it";
  return fate;
}

/// What is expected, as an author writes it.
PingExpectation expectation(const std::string& text) {
  const LoadedText loaded = load_text(
      "vpcs: {v: {cidr: 10.1.0.0/16, subnets: {s: 10.1.0.0/24}}}\n"
      "instances: {a: v.s, b: v.s}\n"
      "run: [ping: {name: p, from: a, to: b, count: 10}]\n"
      "checks: [{ping: p, expect: " +
      text + "}]\n");
  EXPECT_EQ(loaded.faults(), "");
  return std::get<PingCheck>(loaded.scenario.checks.at(0).what).expect;
}

NameResolvers resolvers() {
  return NameResolvers{
      [](const std::string& name) { return name == "v.default" ? "sg-11112222" : name; },
      [](const std::string& name) { return name == "bob" ? "10.2.4.95" : name; },
      [](const std::string& name) {
        return name == "bob" ? std::vector<std::string>{"eni-22221111", "eni-11112222"}
                             : std::vector<std::string>();
      }};
}

CheckOutcome judged(const std::string& expect, const PingOutcome& outcome) {
  CheckOutcome check;
  judge(expectation(expect), outcome, "PING …\n", resolvers(), check);
  return check;
}

TEST(PingExpectation, AssertsTheVerdictAndItsReason) {
  const PingOutcome outcome = outcome_of(4, group_fate());

  EXPECT_TRUE(judged("{received: 6, lost: {1-4: SG_INGRESS}}", outcome).passed);
  EXPECT_TRUE(judged("{received: 6, lost: SG_INGRESS}", outcome).passed);
  EXPECT_TRUE(judged("{lost: {1-4: request SG_INGRESS at v.default}}", outcome).passed);
  EXPECT_TRUE(
      judged("{received: 5-8, lost: SG_INGRESS, ttl: 127, from: 10.2.4.95}", outcome).passed);
  EXPECT_FALSE(judged("{received: 6, lost: {1-4: NACL_INGRESS}}", outcome).passed);
  EXPECT_FALSE(judged("{lost: {1-4: reply SG_INGRESS}}", outcome).passed);
  EXPECT_FALSE(judged("{lost: {1-4: SG_INGRESS at v.main}}", outcome).passed);
  EXPECT_FALSE(judged("{received: 7, lost: {1-3: SG_INGRESS}}", outcome).passed);
  EXPECT_FALSE(judged("{lost: {1-5: SG_INGRESS}}", outcome).passed);  // 5 was answered
  EXPECT_FALSE(judged("{lost: {1-3: SG_INGRESS}}", outcome).passed);  // 4 has no reason
  EXPECT_FALSE(judged("{lost: SG_INGRESS}", outcome).passed);         // then all are lost
  EXPECT_FALSE(judged("{received: 6, lost: SG_INGRESS, ttl: 64}", outcome).passed);
  EXPECT_FALSE(judged("{received: 6, lost: SG_INGRESS, output: nothing}", outcome).passed);
}

TEST(PingExpectation, ExpectsAllToBeAnsweredWhenNothingIsSaid) {
  EXPECT_TRUE(judged("{}", outcome_of(0, {})).passed);
  EXPECT_FALSE(judged("{}", outcome_of(1, group_fate())).passed);
  EXPECT_FALSE(judged("{}", PingOutcome{}).passed);  // nothing was sent
}

TEST(PingExpectation, TellsReasonCodeAndRuleOfWhatItSaw) {
  const CheckOutcome check = judged("{received: 10}", outcome_of(2, group_fate()));

  EXPECT_FALSE(check.passed);
  EXPECT_EQ(check.reason, "SG_INGRESS");
  EXPECT_EQ(check.code, "ENI_SG_RULES_MISMATCH");
  EXPECT_EQ(check.rule, "sg-11112222");
  EXPECT_EQ(check.expected, "10 answered");
  EXPECT_THAT(check.observed, HasSubstr("8 of 10 answered"));
  EXPECT_THAT(check.observed, HasSubstr("icmp_seq 1-2 lost: SG_INGRESS (ENI_SG_RULES_MISMATCH), "
                                        "request: no rule allows it"));
}

TEST(PingExpectation, TellsTheCodeOfEachReasonInTheSameOrder) {
  PingOutcome outcome = outcome_of(4, group_fate());
  Fate damaged;
  damaged.reason = "BAD_CHECKSUM";
  damaged.code = "X_BAD_CHECKSUM";
  outcome.probes[1].fate = damaged;
  damaged.reason = "bad-checksum";  // a host's own word, whose code is the same
  outcome.probes[2].fate = damaged;

  const CheckOutcome check = judged("{received: 10}", outcome);

  EXPECT_EQ(check.reason, "SG_INGRESS, BAD_CHECKSUM, bad-checksum");
  EXPECT_EQ(check.code, "ENI_SG_RULES_MISMATCH, X_BAD_CHECKSUM, X_BAD_CHECKSUM");
}

TEST(PingExpectation, GathersEqualFaultsOfNeighbours) {
  Fate fate = group_fate();

  // A person reads one line for nine probes; the reason that was seen stands in it.
  EXPECT_THAT(judged("{received: 10}", outcome_of(9, fate)).faults,
              ElementsAre("1 answered, not 10", "icmp_seq 1-9 was lost, which nobody expected"));
  EXPECT_THAT(judged("{lost: {1-4: NACL_INGRESS}}", outcome_of(4, fate)).faults,
              ElementsAre("icmp_seq 1-4 was lost for SG_INGRESS, not for NACL_INGRESS"));
}

TEST(PingExpectation, NamesTheEntryThatDecided) {
  Fate fate = group_fate();
  fate.reason = "NACL_INGRESS";
  fate.objects = {"acl-11112222"};
  fate.entry = "50";
  ExpectedLoss loss;
  loss.reason = "NACL_INGRESS";
  loss.at = Text{"acl-11112222", {}};
  loss.entry = Text{"50", {}};
  PingExpectation expect;
  expect.lost = {loss};
  CheckOutcome check;

  judge(expect, outcome_of(10, fate), "", resolvers(), check);
  EXPECT_TRUE(check.passed);

  expect.lost[0].entry->value = "*";
  judge(expect, outcome_of(10, fate), "", resolvers(), check);
  EXPECT_THAT(check.faults,
              ElementsAre("icmp_seq 1-10 was lost at acl-11112222:50, not at acl-11112222:*"));
  EXPECT_EQ(check.expected, "0 answered; lost for NACL_INGRESS at acl-11112222:*");
}

TEST(PingExpectation, TakesAnInstanceForItsInterfaces) {  // ENI-3
  const PingOutcome outcome = outcome_of(10, group_fate());
  ExpectedLoss loss;
  loss.reason = "SG_INGRESS";
  loss.at = Text{"bob", {}};
  PingExpectation expect;
  expect.lost = {loss};
  CheckOutcome check;

  judge(expect, outcome, "", resolvers(), check);
  EXPECT_TRUE(check.passed);

  expect.lost[0].at->value = "alice";
  judge(expect, outcome, "", resolvers(), check);
  EXPECT_THAT(check.faults, ElementsAre("icmp_seq 1-10 was lost elsewhere than at alice"));
}

TEST(PingExpectation, AsksWhatTheTargetSaw) {
  PingOutcome outcome = outcome_of(0, {});
  for (PingProbe& probe : outcome.probes) {
    probe.seen_from = "203.0.113.7";
  }

  EXPECT_TRUE(judged("{seen_from: 203.0.113.7}", outcome).passed);
  EXPECT_THAT(judged("{seen_from: 10.1.0.10}", outcome).faults,
              ElementsAre("seen from 203.0.113.7, not 10.1.0.10"));
  EXPECT_THAT(judged("{seen_from: 10.1.0.10}", outcome_of(0, {})).faults,
              ElementsAre("seen from nobody, not 10.1.0.10"));
}

TEST(Verdicts, AreGatheredWhereTheyAreEqual) {
  PingOutcome outcome = outcome_of(4, group_fate());
  outcome.probes[3].fate->packet = LostPacket::kReply;
  outcome.probes[6].fate = group_fate();

  const std::vector<std::string> lines = verdict_lines(outcome);

  ASSERT_EQ(lines.size(), 2U);
  EXPECT_THAT(lines[0], HasSubstr("icmp_seq 1-3, 7 lost: SG_INGRESS"));
  EXPECT_THAT(lines[1], HasSubstr("icmp_seq 4 lost: SG_INGRESS (ENI_SG_RULES_MISMATCH), reply:"));
}

TEST(Verdicts, AreGatheredWhereverTheirNumbersAre) {
  PingOutcome outcome;
  for (std::uint32_t sequence = 1; sequence <= 40; ++sequence) {
    PingProbe& probe = outcome.probes.emplace_back();
    probe.sequence = sequence;
    if (sequence % 3 == 0 || sequence == 4) {
      probe.fate = group_fate();
    }
  }

  const std::vector<std::string> lines = verdict_lines(outcome);

  ASSERT_EQ(lines.size(), 1U);
  EXPECT_THAT(lines[0], HasSubstr("icmp_seq 3-4, 6, 9, 12, 15, 18, 21, 24, 27, 30 … and 3 more "
                                  "lost: SG_INGRESS"));
}

TEST(Verdicts, AreGatheredOverThePortsOfOneRule) {
  TracerouteOutcome outcome;
  for (std::uint32_t probe = 0; probe < 6; ++probe) {
    const std::string traffic = "udp port " + std::to_string(33434 + probe);
    Fate fate = group_fate();
    fate.traffic = traffic;
    fate.sentence = "no rule allows " + traffic + " from there";
    fate.details = {{"missing rule", "inbound " + traffic}};
    fate.rule = probe == 5 ? "sg-33334444" : fate.rule;
    outcome.probes.push_back({1 + probe / 3, probe, "", fate});
  }
  StepOutcome step;
  step.result = outcome;

  EXPECT_THAT(verdicts_and_remedies(step),
              ElementsAre("hop 1-2 lost: SG_INGRESS (ENI_SG_RULES_MISMATCH), request: no rule "
                          "allows udp ports 33434-33438 from there",
                          "  missing rule: inbound udp ports 33434-33438",
                          "hop 2 lost: SG_INGRESS (ENI_SG_RULES_MISMATCH), request: no rule "
                          "allows udp port 33439 from there",
                          "  missing rule: inbound udp port 33439"));
}

TEST(TracerouteExpectation, ComparesHops) {
  TracerouteOutcome outcome;
  outcome.reached = true;
  outcome.probes = {{1, 11, "", group_fate()}, {1, 12, "", group_fate()}, {2, 13, "10.2.4.95", {}}};
  TracerouteExpectation expect;
  expect.hops = {Text{"*", {}}, Text{"bob", {}}};
  CheckOutcome check;

  judge(expect, outcome, "", resolvers(), check);
  EXPECT_TRUE(check.passed) << check.observed;

  expect.hops->pop_back();
  judge(expect, outcome, "", resolvers(), check);
  EXPECT_FALSE(check.passed);
  EXPECT_THAT(check.observed, HasSubstr("hops * 10.2.4.95"));
}

TEST(TracerouteExpectation, WantsSomethingLostWhereItGivesAReason) {
  TracerouteOutcome outcome;
  outcome.reached = true;
  outcome.probes = {{1, 11, "10.2.4.95", {}}};
  TracerouteExpectation expect;
  ExpectedLoss loss;
  loss.reason = "SG_INGRESS";
  expect.lost = {loss};
  CheckOutcome check;

  judge(expect, outcome, "", resolvers(), check);
  EXPECT_FALSE(check.passed);
  EXPECT_THAT(check.faults, ElementsAre("nothing was lost"));

  expect.lost[0].sequences = {2, 2};  // a hop that was never probed
  judge(expect, outcome, "", resolvers(), check);
  EXPECT_FALSE(check.passed);

  outcome.probes.push_back({2, 12, "", group_fate()});
  judge(expect, outcome, "", resolvers(), check);
  EXPECT_TRUE(check.passed) << check.observed;
}

TEST(PingExpectation, FailsForProbesThatWereNeverSent) {
  PingOutcome outcome = outcome_of(4, group_fate());
  outcome.probes.resize(3);
  outcome.transmitted = 3;
  outcome.received = 0;

  EXPECT_FALSE(judged("{lost: {1-4: SG_INGRESS}}", outcome).passed);
  EXPECT_TRUE(judged("{lost: {1-3: SG_INGRESS}}", outcome).passed);
}

TEST(ApiExpectation, FailsWhereAnExpectedValueStandsForNothing) {
  ApiOutcome outcome;
  outcome.response_json = R"({"Vpc": {"VpcId": "vpc-11112222"}})";
  ApiExpectation expect;
  Parameters unwanted;
  unwanted.value = std::vector<Parameters::Entry>{
      {Text{"not", {}}, Parameters{{}, std::string("{nobody.public_ip}")}}};
  expect.values = {ValueExpectation{Text{"Vpc.VpcId", {}}, unwanted}};
  CheckOutcome check;

  judge(
      expect, outcome, [](const std::string& text) { return text; }, check);

  EXPECT_FALSE(check.passed);
  EXPECT_THAT(check.faults, Contains(HasSubstr("stands for nothing")));
}

constexpr const char* kResponse =
    R"({"Vpcs": [{"VpcId": "vpc-11112222", "IsDefault": false, "Tags": [], "Count": 3,
        "Set": [{"A": "x"}, {"A": "y"}]}]})";

Parameters parameters_of(const std::string& text) {
  const LoadedText loaded = load_text("run: [describe_vpcs: " + text + "]\n");
  return std::get<ApiStep>(loaded.scenario.run.at(0).action).parameters;
}

TEST(JsonPath, TakesNoneForNothingAndForTheWord) {
  const std::string response = R"({"Default": "none", "Empty": [], "Some": "vpc-11112222"})";
  const Parameters none{{}, std::string("none")};

  EXPECT_TRUE(fits(response, "Default", none));
  EXPECT_TRUE(fits(response, "Empty", none));
  EXPECT_TRUE(fits(response, "Absent", none));
  EXPECT_FALSE(fits(response, "Some", none));
}

TEST(JsonPath, FindsValuesInAResponse) {
  EXPECT_EQ(text_at(kResponse, "Vpcs[0].VpcId"), "vpc-11112222");
  EXPECT_EQ(text_at(kResponse, "Vpcs[0].IsDefault"), "false");
  EXPECT_EQ(text_at(kResponse, "Vpcs[0].Count"), "3");
  EXPECT_EQ(text_at(kResponse, "Vpcs[0].Set[1].A"), "y");
  EXPECT_EQ(text_at(kResponse, "Vpcs[1].VpcId"), std::nullopt);
  EXPECT_EQ(text_at(kResponse, "Vpcs[x]"), std::nullopt);
  EXPECT_EQ(text_at(kResponse, "Vpcs"), std::nullopt);
  EXPECT_EQ(text_at("", "Vpcs"), std::nullopt);
  EXPECT_EQ(json_at(kResponse, "Vpcs[0].Set"), R"([{"A":"x"},{"A":"y"}])");
}

TEST(JsonPath, ComparesWithWhatAnAuthorWrites) {
  EXPECT_TRUE(fits(kResponse, "Vpcs[0].Count", parameters_of("3")));
  EXPECT_FALSE(fits(kResponse, "Vpcs[0].Count", parameters_of("4")));
  EXPECT_TRUE(fits(kResponse, "Vpcs[0].Nothing", parameters_of("none")));
  EXPECT_TRUE(fits(kResponse, "Vpcs[0].Tags", parameters_of("none")));
  EXPECT_TRUE(fits(kResponse, "Vpcs[0].Tags", parameters_of("[]")));
  EXPECT_FALSE(fits(kResponse, "Vpcs[0].VpcId", parameters_of("none")));
  EXPECT_TRUE(fits(kResponse, "Vpcs[0].VpcId", parameters_of("{not: vpc-33334444}")));
  EXPECT_FALSE(fits(kResponse, "Vpcs[0].VpcId", parameters_of("{not: vpc-11112222}")));
  EXPECT_FALSE(fits(kResponse, "Vpcs[0].Nothing", parameters_of("{not: vpc-11112222}")));
  EXPECT_TRUE(fits(kResponse, "Vpcs[0]", parameters_of("{Count: 3}")));
  EXPECT_TRUE(fits(kResponse, "Vpcs[0].Set", parameters_of("[{A: x}, {A: y}]")));
  EXPECT_FALSE(fits(kResponse, "Vpcs[0].Set", parameters_of("[{A: x}]")));
}

TEST(Placeholders, AreNamesInBraces) {
  const auto found = find_placeholders("--id {vpc-2.default} [{GroupId={web}}] {a b} {} {x[0].Y}");

  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].name, "vpc-2.default");
  EXPECT_EQ(found[0].offset, 5U);
  EXPECT_EQ(found[1].name, "web");
  EXPECT_EQ(found[2].name, "x[0].Y");
}

}  // namespace
}  // namespace vpclab::scenario
