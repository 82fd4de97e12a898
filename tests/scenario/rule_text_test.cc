#include "emulator/scenario/rule_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vpclab::scenario {
namespace {

using testing::HasSubstr;

struct Case {
  std::string_view text;
  std::string_view protocol;
  std::int32_t from;
  std::int32_t to;
};

TEST(GroupRule, ReadsProtocolsPortsAndIcmpTypes) {  // SG-7, SG-8
  constexpr Case kCases[] = {
      {"all from x", "-1", -1, -1},
      {"icmp from x", "icmp", -1, -1},
      {"icmp 8 from x", "icmp", 8, -1},
      {"icmp 3/4 from x", "icmp", 3, 4},
      {"icmp echo-request from x", "icmp", 8, -1},
      {"ping from x", "icmp", 8, -1},
      {"tcp 22 from x", "tcp", 22, 22},
      {"tcp 1024-65535 from x", "tcp", 1024, 65535},
      {"udp from x", "udp", 0, 65535},
      {"6 80 from x", "tcp", 80, 80},
      {"47 from x", "47", -1, -1},
  };
  for (const Case& expected : kCases) {
    const auto rule = parse_group_rule(expected.text, RuleDirection::kIngress);
    ASSERT_TRUE(rule.has_value()) << expected.text;
    EXPECT_EQ(rule->traffic.protocol, expected.protocol) << expected.text;
    EXPECT_EQ(rule->traffic.from, expected.from) << expected.text;
    EXPECT_EQ(rule->traffic.to, expected.to) << expected.text;
    ASSERT_EQ(rule->peers.size(), 1U) << expected.text;
    EXPECT_EQ(rule->peers[0].text, "x");
  }
}

TEST(GroupRule, TakesSeveralPeers) {
  const auto rule = parse_group_rule("tcp 22 from 10.1.0.0/16, web self", RuleDirection::kIngress);

  ASSERT_TRUE(rule.has_value());
  ASSERT_EQ(rule->peers.size(), 3U);
  EXPECT_EQ(rule->peers[1].text, "web");
  EXPECT_EQ(rule->peers[1].offset, 25U);
}

TEST(GroupRule, WantsFromInIngressAndToInEgress) {
  EXPECT_TRUE(parse_group_rule("all to any", RuleDirection::kEgress).has_value());
  const auto wrong = parse_group_rule("all to any", RuleDirection::kIngress);
  ASSERT_FALSE(wrong.has_value());
  EXPECT_EQ(wrong.error().offset, 4U);
  EXPECT_THAT(wrong.error().message, HasSubstr("'from'"));
}

TEST(GroupRule, PointsAtTheWordThatIsWrong) {
  const auto protocol = parse_group_rule("icpm from any", RuleDirection::kIngress);
  ASSERT_FALSE(protocol.has_value());
  EXPECT_EQ(protocol.error().offset, 0U);
  EXPECT_EQ(protocol.error().length, 4U);

  const auto port = parse_group_rule("tcp eighty from any", RuleDirection::kIngress);
  ASSERT_FALSE(port.has_value());
  EXPECT_EQ(port.error().offset, 4U);

  const auto nobody = parse_group_rule("tcp 80 from", RuleDirection::kIngress);
  ASSERT_FALSE(nobody.has_value());
  EXPECT_EQ(nobody.error().offset, 11U);

  EXPECT_FALSE(parse_group_rule("", RuleDirection::kIngress).has_value());
  EXPECT_FALSE(parse_group_rule("all 22 from any", RuleDirection::kIngress).has_value());
}

TEST(Words, SayTrafficAsRulesDo) {
  for (const std::string_view text :
       {"all", "icmp", "icmp echo-request", "icmp echo-reply", "icmp fragmentation-needed",
        "icmp 3/1", "icmp 13", "tcp", "tcp 22", "tcp 0", "udp 1024-65535", "47"}) {
    const auto rule = parse_group_rule(std::string(text) + " from any", RuleDirection::kIngress);
    ASSERT_TRUE(rule.has_value()) << text;
    EXPECT_EQ(words_of(rule->traffic), text);
  }
  // Network ACLs have numbers where groups have names, and -1 for what is left out.
  EXPECT_EQ(words_of(Traffic{"6", 22, 22}), "tcp 22");
  EXPECT_EQ(words_of(Traffic{"1", 8, -1}), "icmp echo-request");
  EXPECT_EQ(words_of(Traffic{"17", 0, 65535}), "udp");
  EXPECT_EQ(words_of(Traffic{"-1", 0, 65535}), "all");
}

TEST(Words, HintAtWhatIsMissing) {
  const auto no_from = parse_group_rule("icmp 10.1.0.0/16", RuleDirection::kIngress);
  const auto no_to = parse_group_rule("all 10.1.0.7", RuleDirection::kEgress);
  const auto permit = parse_acl_entry("100 permit all from any", RuleDirection::kIngress);

  ASSERT_FALSE(no_from.has_value());
  EXPECT_EQ(no_from.error().hint, "such as `icmp from 10.1.0.0/16`");
  ASSERT_FALSE(no_to.has_value());
  EXPECT_EQ(no_to.error().hint, "such as `all to 10.1.0.7`");
  ASSERT_FALSE(permit.has_value());
  EXPECT_EQ(permit.error().hint, "write allow");
}

TEST(AclEntry, HasANumberAnActionAndOneRange) {  // ACL-2, ACL-8
  const auto entry = parse_acl_entry("100 deny icmp 8 from 10.1.6.33/32", RuleDirection::kIngress);

  ASSERT_TRUE(entry.has_value());
  EXPECT_EQ(entry->number, 100);
  EXPECT_FALSE(entry->allow);
  EXPECT_EQ(entry->traffic.from, 8);
  EXPECT_EQ(entry->cidr.text, "10.1.6.33/32");
  EXPECT_FALSE(parse_acl_entry("allow all from any", RuleDirection::kIngress).has_value());
  EXPECT_FALSE(parse_acl_entry("100 permit all from any", RuleDirection::kIngress).has_value());
  EXPECT_FALSE(parse_acl_entry("100 allow all from a b", RuleDirection::kIngress).has_value());
  EXPECT_FALSE(parse_acl_entry("-1 allow all from a", RuleDirection::kIngress).has_value());
}

}  // namespace
}  // namespace vpclab::scenario
