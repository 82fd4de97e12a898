#include <gtest/gtest.h>

#include "emulator/trace/explain.h"
#include "tests/trace/toy_drop.h"

namespace vpclab::trace {
namespace {

TEST(Brief, SaysWhatAPacketPassedInAFewWords) {
  StepList steps;
  steps.push({Stage::kNetworkAclEgress,
              Outcome::kPassed,
              {.object = id("acl-11111111"), .scope = id("subnet-11111111"), .number = 100}});
  steps.push({Stage::kRouteLookup,
              Outcome::kMatched,
              {.object = id("rtb-11111111"),
               .rule = id("pcx-aaaabbbb"),
               .prefix = cidr("10.2.0.0/16"),
               .has_prefix = true}});

  EXPECT_EQ(brief(steps), "nacl-out acl-11111111 100 allow; route 10.2.0.0/16 -> pcx-aaaabbbb");
}

TEST(Brief, HasAFormForEveryStage) {
  const auto denied = [](Stage stage, RuleRef rule) {
    return brief(Step{stage, Outcome::kDenied, rule});
  };
  const RuleRef group{.object = id("sg-22222222"), .rule = id("sgr-33333333")};
  const RuleRef eni{.object = id("eni-44444444"), .scope = id("subnet-11111111")};

  EXPECT_EQ(brief({Stage::kSecurityGroupIngress, Outcome::kPassed, group}),
            "sg-in sg-22222222 sgr-33333333 allow");
  EXPECT_EQ(brief({Stage::kSecurityGroupEgress, Outcome::kTracked, eni}),
            "sg-out eni-44444444 tracked");
  EXPECT_EQ(denied(Stage::kSecurityGroupIngress, {.object = id("sg-22222222")}),
            "sg-in sg-22222222 deny");
  EXPECT_EQ(
      denied(Stage::kNetworkAclIngress, {.object = id("acl-11111111"), .number = kLastAclEntry}),
      "nacl-in acl-11111111 * deny");
  EXPECT_EQ(brief({Stage::kNetworkAclIngress, Outcome::kTracked, {.object = id("acl-11111111")}}),
            "nacl-in acl-11111111 tracked");
  EXPECT_EQ(brief({Stage::kRouteLookup,
                   Outcome::kMatched,
                   {.prefix = cidr("10.1.0.0/16"), .has_prefix = true}}),
            "route 10.1.0.0/16 -> local");
  EXPECT_EQ(denied(Stage::kRouteLookup, {.object = id("rtb-11111111")}),
            "route none in rtb-11111111");
  EXPECT_EQ(denied(Stage::kRouteLookup, {.rule = id("pcx-aaaabbbb"),
                                         .prefix = cidr("10.2.0.0/16"),
                                         .state = ObjectState::kPendingAcceptance,
                                         .has_prefix = true}),
            "route 10.2.0.0/16 -> pcx-aaaabbbb blackhole (pending-acceptance)");
  EXPECT_EQ(brief({Stage::kPeeringCrossing,
                   Outcome::kPassed,
                   {.object = id("pcx-aaaabbbb"), .rule = id("vpc-22222222")}}),
            "peering pcx-aaaabbbb to vpc-22222222");
  EXPECT_EQ(
      denied(Stage::kPeeringCrossing,
             {.object = id("pcx-aaaabbbb"), .prefix = cidr("10.2.0.0/16"), .has_prefix = true}),
      "peering pcx-aaaabbbb deny: not in 10.2.0.0/16");
  EXPECT_EQ(denied(Stage::kPeeringCrossing,
                   {.object = id("pcx-aaaabbbb"), .state = ObjectState::kDeleted}),
            "peering pcx-aaaabbbb deny: deleted");
  EXPECT_EQ(brief({Stage::kDestinationLookup, Outcome::kMatched, eni}), "owner eni-44444444");
  EXPECT_EQ(denied(Stage::kDestinationLookup,
                   {.object = id("vpc-22222222"), .scope = id("subnet-11111111")}),
            "owner none in subnet-11111111");
  EXPECT_EQ(denied(Stage::kDestinationLookup, {.object = id("vpc-22222222")}),
            "owner none in vpc-22222222");
  EXPECT_EQ(denied(Stage::kDestinationLookup,
                   {.object = id("i-55555555"), .state = ObjectState::kStopped}),
            "owner i-55555555 stopped");
  EXPECT_EQ(
      brief({Stage::kGatewayTranslation,
             Outcome::kTranslated,
             {.object = id("igw-66666666"), .prefix = cidr("203.0.113.5/32"), .has_prefix = true}}),
      "nat igw-66666666 203.0.113.5");
  EXPECT_EQ(denied(Stage::kGatewayTranslation, {.object = id("igw-66666666")}),
            "nat igw-66666666 deny");
  EXPECT_EQ(brief({Stage::kSubnetLocal, Outcome::kMatched, {.object = id("subnet-11111111")}}),
            "same subnet subnet-11111111");
  EXPECT_EQ(brief({Stage::kSourceDestCheck, Outcome::kPassed, eni}),
            "source-dest-check eni-44444444 allow");
  EXPECT_EQ(brief({Stage::kLink, Outcome::kCorrupted, eni}), "link eni-44444444 corrupted");
}

TEST(StepList, KeepsItsLastStepWhenItIsFull) {
  StepList steps;
  for (std::uint32_t i = 0; i < kMaxSteps + 5; ++i) {
    steps.push({Stage::kPeeringCrossing, Outcome::kDenied, {.number = i}});
  }

  EXPECT_EQ(steps.size(), kMaxSteps);
  EXPECT_EQ(steps.back().rule.number, kMaxSteps + 4);
}

}  // namespace
}  // namespace vpclab::trace
