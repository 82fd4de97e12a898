// What explanations say of EC2-Classic, its links and the options that let them cross a peering.
#include <gtest/gtest.h>

#include "tests/trace/toy_drop.h"

namespace vpclab::trace {
namespace {

const api::ResourceId kClassic = api::ResourceId::numbered(api::ResourceKind::kClassicNetwork, 13);
const Names kNames{{"vpc-f527be91", "A"}, {"vpc-80cb52e4", "B"}, {"rtb-22222222", "custom"}};

std::string detail_of(const Explanation& why, std::string_view key) {
  for (const Detail& detail : why.details) {
    if (detail.key == key) {
      return detail.value;
    }
  }
  return {};
}

RuleRef lacking(std::string_view object, std::string_view scope, LinkLack lack) {
  RuleRef rule{.object = id(object), .number = static_cast<std::uint32_t>(lack)};
  if (!scope.empty()) {
    rule.scope = id(scope);
  }
  return rule;
}

TEST(ExplainLinks, NamesTheLinkThatIsMissing) {  // CL-17, CL-23
  const ToyDrop drop(
      DropReason::kClassiclinkNotLinked, echo_request("192.168.1.20", "10.50.1.1"),
      {{Stage::kClassicLink, Outcome::kDenied, lacking("vpc-80cb52e4", "", LinkLack::kLink)},
       {Stage::kClassicLink, Outcome::kDenied,
        lacking("vpc-f527be91", "pcx-aaaabbbb", LinkLack::kLink)}});

  const Explanation why = explain(drop.event, kNames);

  EXPECT_EQ(why.code, "X_CLASSICLINK_NOT_LINKED");
  EXPECT_EQ(why.sentence,
            "no EC2-Classic instance with the address 10.50.1.1 is linked to vpc-80cb52e4 (B) or "
            "vpc-f527be91 (A) behind pcx-aaaabbbb");
  EXPECT_EQ(why.rule, "vpc-80cb52e4, vpc-f527be91");
  EXPECT_EQ(detail_of(why, "missing link"), "to vpc-80cb52e4 (B)");
  EXPECT_EQ(detail_of(why, "fix"),
            "aws ec2 attach-classic-link-vpc --vpc-id vpc-80cb52e4 --instance-id … --groups …");
}

TEST(ExplainLinks, NamesTheOptionThatKeepsAVpcFromAFarLink) {  // CL-23, CL-25
  const ToyDrop drop(
      DropReason::kClassiclinkNotLinked, echo_request("192.168.1.20", "10.50.1.1"),
      {{Stage::kClassicLink, Outcome::kDenied, lacking("vpc-80cb52e4", "", LinkLack::kLink)},
       {Stage::kClassicLink, Outcome::kDenied,
        lacking("vpc-f527be91", "pcx-aaaabbbb", LinkLack::kAccepterEgress)}});

  const Explanation why = explain(drop.event, kNames);

  EXPECT_EQ(why.sentence,
            "no EC2-Classic instance with the address 10.50.1.1 is linked to vpc-80cb52e4 (B), and "
            "the one linked to vpc-f527be91 (A) behind pcx-aaaabbbb is out of reach: the option "
            "AllowEgressFromLocalVpcToRemoteClassicLink of the accepter's side of pcx-aaaabbbb is "
            "off");
  EXPECT_EQ(detail_of(why, "fix"),
            "aws ec2 modify-vpc-peering-connection-options --vpc-peering-connection-id "
            "pcx-aaaabbbb --accepter-peering-connection-options "
            "AllowEgressFromLocalVpcToRemoteClassicLink=true");
}

TEST(ExplainLinks, NamesTheOptionThatKeepsALinkFromThePeer) {  // CL-20, CL-21
  RuleRef rule = lacking("pcx-aaaabbbb", "", LinkLack::kRequesterEgress);
  rule.rule = id("vpc-f527be91");
  const ToyDrop drop(DropReason::kClassiclinkEgressNotAllowed,
                     echo_request("10.44.7.9", "192.168.1.20"),
                     {{Stage::kClassicLink, Outcome::kDenied, rule}});

  const Explanation why = explain(drop.event, kNames);

  EXPECT_EQ(why.sentence,
            "pcx-aaaabbbb carries nothing from EC2-Classic instances linked to vpc-f527be91 (A): "
            "the option AllowEgressFromLocalClassicLinkToRemoteVpc of the requester's side of "
            "pcx-aaaabbbb is off");
  EXPECT_EQ(detail_of(why, "missing option"),
            "AllowEgressFromLocalClassicLinkToRemoteVpc of the requester's side");
  EXPECT_EQ(why.rule, "pcx-aaaabbbb");
}

TEST(ExplainLinks, NamesTheMainTableAndTheOneThatDoesNotCount) {  // CL-26
  const ToyDrop drop(DropReason::kNoRoute, echo_request("10.44.7.9", "192.168.1.20"),
                     {{Stage::kRouteLookup,
                       Outcome::kDenied,
                       {.object = id("rtb-11111111"),
                        .rule = id("rtb-22222222"),
                        .scope = id("vpc-f527be91"),
                        .main_table = true}}});

  const Explanation why = explain(drop.event, kNames);

  EXPECT_EQ(why.sentence,
            "rtb-11111111, the main route table of vpc-f527be91 (A), has no route over a peering "
            "connection to 192.168.1.20, and linked EC2-Classic instances use no other table "
            "(rtb-22222222 (custom) has one, in vain)");
  EXPECT_EQ(why.rule, "rtb-11111111");
}

TEST(ExplainLinks, SaysThatASenderIsLinkedToNoVpc) {  // FWD-7.3
  const ToyDrop drop(DropReason::kNoRoute, echo_request("10.44.7.9", "192.168.1.20"),
                     {{Stage::kRouteLookup, Outcome::kDenied, {.object = kClassic}}});

  const Explanation why = explain(drop.event, kNames);

  EXPECT_EQ(why.code, "NO_ROUTE_TO_DESTINATION");
  EXPECT_EQ(why.sentence,
            "classic-0000000d has no route to 192.168.1.20, and the instance with the address "
            "10.44.7.9 is linked to no VPC");
  EXPECT_EQ(detail_of(why, "missing link"), "of the instance with the address 10.44.7.9 to a VPC");
  EXPECT_EQ(detail_of(why, "missing rule"), "");
}

TEST(ExplainLinks, DoesNotBlameTheLinkOfALinkedSender) {  // CL-15: 10.0.0.0/8 is EC2-Classic's own
  const ToyDrop drop(
      DropReason::kNoRoute, echo_request("10.44.7.9", "10.60.0.1"),
      {{Stage::kRouteLookup, Outcome::kDenied, {.object = kClassic, .rule = id("vpc-f527be91")}}});

  const Explanation why = explain(drop.event, kNames);

  EXPECT_EQ(why.sentence, "classic-0000000d has no route to 10.60.0.1");
  EXPECT_EQ(detail_of(why, "missing rule"), "a route to 10.60.0.1");
}

TEST(ExplainLinks, HasShortForms) {
  const RuleRef near{.object = id("vpc-f527be91"), .rule = id("i-0000000a")};
  const RuleRef far{.object = id("vpc-f527be91"), .scope = id("pcx-aaaabbbb")};
  const RuleRef crossing{.object = id("pcx-aaaabbbb"), .rule = id("vpc-f527be91")};

  EXPECT_EQ(brief({Stage::kClassicLink, Outcome::kMatched, near}),
            "link i-0000000a to vpc-f527be91");
  EXPECT_EQ(brief({Stage::kClassicLink, Outcome::kMatched, far}),
            "link to vpc-f527be91 over pcx-aaaabbbb");
  EXPECT_EQ(brief({Stage::kClassicLink, Outcome::kPassed, crossing}),
            "link egress pcx-aaaabbbb allow");
  EXPECT_EQ(brief({Stage::kClassicLink, Outcome::kDenied, far}),
            "link none to vpc-f527be91 over pcx-aaaabbbb");
  EXPECT_EQ(brief({Stage::kClassicLink, Outcome::kDenied,
                   lacking("pcx-aaaabbbb", "", LinkLack::kAccepterEgress)}),
            "link egress pcx-aaaabbbb deny");
}

}  // namespace
}  // namespace vpclab::trace
