// A disagreement is kept as a scenario: it fails where the two disagree, and passes where they do
// not.
#include "tests/oracle/failure.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/oracle/build.h"
#include "tests/oracle/generate.h"

namespace vpclab::oracle {
namespace {

using ::testing::HasSubstr;

/// Two VPCs, an instance in each, a peering connection with routes, and what may pass: then the
/// first pings the second.
Case peered() {
  using K = WishKind;
  return Case{{{K::kVpc, 0},
               {K::kVpc, 1},
               {K::kSubnet, 0},
               {K::kSubnet, 1},
               {K::kInstance, 0},
               {K::kInstance, 1},
               {K::kPeering, 0, 1},
               {K::kAccept, 0},
               {K::kConnect, 0},
               {K::kSend, 0, 7 + 1 * 16, 0, 0}}};
}

/// The oracle believes that nothing enters an instance.
void let_nothing_in(Fate& fate) {
  if (fate.delivered && fate.receiver.rfind("eni-", 0) == 0) {
    fate.delivered = false;
    fate.reason = "SG_INGRESS";
    fate.place = fate.receiver;
  }
}

/// The oracle believes that groups let everything in.
void let_all_in(Fate& fate) {
  if (fate.reason == "SG_INGRESS") {
    fate.delivered = true;
    fate.receiver = fate.place;
    fate.reason.clear();
    fate.place.clear();
  }
}

TEST(Failure, IsAScenarioWhoseCheckFails) {
  Tally tally;
  Lab lab(tally, let_nothing_in);
  ASSERT_THAT(lab.play(peered()), HasSubstr("oracle:   dropped SG_INGRESS"));

  const std::string text = lab.scenario("wrong");
  const Replay outcome = replay(text);

  EXPECT_TRUE(outcome.runs) << outcome.report << text;
  EXPECT_EQ(outcome.checks, 1) << text;
  EXPECT_EQ(outcome.failed, 1) << text;
  EXPECT_THAT(text, HasSubstr("expect: {lost: request SG_INGRESS at eni-"));
  EXPECT_THAT(outcome.report, HasSubstr("SG_INGRESS"));
}

TEST(Failure, PassesWhereAllAgree) {
  Tally tally;
  Lab lab(tally);
  ASSERT_EQ(lab.play(peered()), "");

  const std::string text = lab.scenario("right");
  const Replay outcome = replay(text);

  EXPECT_TRUE(outcome.runs) << outcome.report << text;
  EXPECT_EQ(outcome.checks, 1) << text;
  EXPECT_EQ(outcome.failed, 0) << outcome.report << text;
  EXPECT_THAT(text, HasSubstr("expect: {received: 1}"));
}

TEST(Failure, PredictsTheReplyToWhatTheEmulatorDidNotLetIn) {
  Case closed = peered();
  closed.wishes.pop_back();
  closed.wishes.push_back({WishKind::kDropGroupRule, 1, 2});  // of the peer's default group
  closed.wishes.push_back({WishKind::kSend, 0, 7 + 1 * 16, 0, 0});
  Tally tally;
  Lab lab(tally, let_all_in);
  ASSERT_THAT(lab.play(closed), HasSubstr("emulator: dropped SG_INGRESS"));

  const std::string text = lab.scenario("wrong");
  const Replay outcome = replay(text);

  EXPECT_EQ(outcome.failed, 1) << outcome.report << text;
  EXPECT_THAT(text, HasSubstr("expect: {received: 1}"));
}

/// Seeds whose networks, changes and packets are many.
TEST(Failure, PassesForRandomNetworksWhereAllAgree) {
  int checks = 0;
  const Search result = search(7'001, 60, [&](const Case& drawn, bool /*shrinking*/) {
    Tally ignored;
    Lab lab(ignored);
    const std::string finding = lab.play(drawn);
    if (!finding.empty()) {
      return std::string();  // another test's affair
    }
    const std::string text = lab.scenario("agreed");
    const Replay outcome = replay(text);
    checks += outcome.checks;
    return outcome.runs && outcome.failed == 0 ? std::string() : outcome.report + text;
  });
  EXPECT_EQ(result.finding, "");
  EXPECT_GT(checks, 40);
}

TEST(Failure, IsKeptWhereOneWants) {
  const std::string folder = ::testing::TempDir() + "oracle-failures";
  std::filesystem::remove_all(folder);
  setenv("VPCLAB_ORACLE_FAILURES", folder.c_str(), 1);
  Tally tally;
  Lab lab(tally, let_nothing_in);
  static_cast<void>(lab.play(peered()));

  const std::string said = keep_failure("kept", lab);

  unsetenv("VPCLAB_ORACLE_FAILURES");
  EXPECT_EQ(said, "kept as " + folder + "/kept.vpclab.yaml: 1 of its 1 checks fails");
  std::ifstream file(folder + "/kept.vpclab.yaml");
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_THAT(text.str(), HasSubstr("# As it was written, 1 of its 1 checks fails.\n"));
  EXPECT_EQ(replay(text.str()).failed, 1);
}

}  // namespace
}  // namespace vpclab::oracle
