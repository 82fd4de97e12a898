// Security groups of EC2-Classic (CLC-3, SG-17, SG-18).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/control/classic_lab.h"

namespace vpclab::control {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

class ClassicGroups : public testing::Test {
 protected:
  [[nodiscard]] static api::IpPermission tcp(std::int64_t port) {
    return {.from_port = port, .ip_protocol = "tcp", .to_port = port};
  }

  [[nodiscard]] static api::AuthorizeSecurityGroupIngressRequest allow(
      const std::string& id, const api::IpPermission& permission) {
    return {.group_id = id, .ip_permissions = {permission}};
  }

  void allowed(const std::string& id, const api::IpPermission& permission) {
    lab.call<api::AuthorizeSecurityGroupIngressResponse>(allow(id, permission));
  }

  [[nodiscard]] const SecurityGroup& group(const std::string& id) const {
    return lab.inventory().security_groups.get(*api::SecurityGroupId::parse(id));
  }

  [[nodiscard]] api::SecurityGroup described(const std::string& name) {
    return lab
        .call<api::DescribeSecurityGroupsResponse>(
            api::DescribeSecurityGroupsRequest{.group_names = {name}})
        .security_groups.at(0);
  }

  ClassicLab lab;
};

TEST_F(ClassicGroups, AreMadeWithoutAVpc) {
  const std::string id = lab.classic_group("web");
  const api::SecurityGroup web = described("web");

  EXPECT_TRUE(group(id).is_classic());
  EXPECT_EQ(web.group_id, id);
  EXPECT_FALSE(web.vpc_id.has_value());
  EXPECT_THAT(web.ip_permissions, IsEmpty());
  EXPECT_THAT(web.ip_permissions_egress, IsEmpty());  // all may leave
}

TEST_F(ClassicGroups, OtherAccountsGetTheirsInTheDefaultVpc) {  // CLC-7
  lab.caller().account = "123456789101";

  EXPECT_THAT(
      lab.refusal(api::CreateSecurityGroupRequest{.description = "of a test", .group_name = "web"}),
      StartsWith("VPCIdNotSpecified: "));
}

TEST_F(ClassicGroups, HaveADefaultThatAdmitsItsMembers) {  // CLC-3
  const api::SecurityGroup standard = described("default");

  ASSERT_THAT(standard.ip_permissions, SizeIs(3));
  for (const api::IpPermission& permission : standard.ip_permissions) {
    ASSERT_THAT(permission.user_id_group_pairs, SizeIs(1));
    EXPECT_EQ(permission.user_id_group_pairs[0].group_id, standard.group_id);
    EXPECT_EQ(permission.user_id_group_pairs[0].group_name, "default");
  }
  EXPECT_EQ(lab.refusal(api::DeleteSecurityGroupRequest{.group_name = "default"}),
            "InvalidGroup.Reserved: The security group 'default' is reserved");
  EXPECT_EQ(lab.refusal(api::CreateSecurityGroupRequest{.description = "of a test",
                                                        .group_name = "default"}),
            "InvalidGroup.Reserved: The security group 'default' is reserved");
}

TEST_F(ClassicGroups, HaveNamesOfTheirOwn) {  // SG-18
  lab.classic_group("web");
  lab.group(lab.vpc("172.31.0.0/16"), "web");

  EXPECT_EQ(
      lab.refusal(api::CreateSecurityGroupRequest{.description = "of a test", .group_name = "web"}),
      "InvalidGroup.Duplicate: The security group 'web' already exists");
  lab.classic_group("what % a VPC's group may not be called?");
  EXPECT_THAT(lab.refusal(api::CreateSecurityGroupRequest{.description = "of a test",
                                                          .group_name = "two\nlines"}),
              StartsWith("InvalidParameterValue: "));
  lab.caller().region = "eu-west-1";
  lab.classic_group("web");
}

TEST_F(ClassicGroups, AreFilteredAsHavingNoVpc) {  // API-5
  lab.classic_group("web");
  const std::string vpc = lab.vpc("172.31.0.0/16");

  const auto found = lab.call<api::DescribeSecurityGroupsResponse>(
      api::DescribeSecurityGroupsRequest{.filters = {{.name = "vpc-id", .values = {"*"}}}});

  ASSERT_THAT(found.security_groups, SizeIs(1));
  EXPECT_EQ(found.security_groups[0].vpc_id, vpc);
}

TEST_F(ClassicGroups, AdmitRangesAndGroupsById) {  // CLC-3
  const std::string web = lab.classic_group("web");
  const std::string app = lab.classic_group("app");
  api::IpPermission from_web = tcp(6001);
  from_web.user_id_group_pairs = {{.group_id = web}};
  api::IpPermission from_anywhere = tcp(80);
  from_anywhere.ip_ranges = {{.cidr_ip = "0.0.0.0/0"}};

  allowed(app, from_web);
  allowed(app, from_anywhere);

  ASSERT_THAT(group(app).rules, SizeIs(2));
  EXPECT_EQ(group(app).rules[0].group.text(), web);
  EXPECT_TRUE(reference_in_effect(lab.inventory(), group(app), group(app).rules[0]));
}

TEST_F(ClassicGroups, MayNameGroupsByName) {  // CLC-3
  lab.classic_group("web");
  const std::string app = lab.classic_group("app");
  api::IpPermission from_web = tcp(6001);
  from_web.user_id_group_pairs = {{.group_name = "web"}};

  allowed(app, from_web);
  lab.call<api::RevokeSecurityGroupIngressResponse>(
      api::RevokeSecurityGroupIngressRequest{.group_id = app, .ip_permissions = {from_web}});

  EXPECT_THAT(group(app).rules, IsEmpty());
  from_web.user_id_group_pairs = {{.group_name = "nobody"}};
  EXPECT_THAT(lab.refusal(allow(app, from_web)), StartsWith("InvalidGroup.NotFound: "));
}

TEST_F(ClassicGroups, MayNameGroupsOfOtherAccounts) {  // CLC-3
  ControlOptions options;
  options.classic_accounts.insert("222222222222");
  ClassicLab two(options);
  two.caller().account = "222222222222";
  const std::string theirs = two.classic_group("theirs");
  two.caller().account = kClassicAccount;
  const std::string ours = two.classic_group("ours");
  api::IpPermission from_theirs = tcp(22);

  from_theirs.user_id_group_pairs = {{.group_id = theirs}};
  EXPECT_THAT(two.refusal(allow(ours, from_theirs)), StartsWith("InvalidGroup.NotFound: "));
  from_theirs.user_id_group_pairs = {{.group_id = "222222222222/" + theirs}};
  two.call<api::AuthorizeSecurityGroupIngressResponse>(allow(ours, from_theirs));
  from_theirs = tcp(23);
  from_theirs.user_id_group_pairs = {{.group_name = "theirs", .user_id = "222222222222"}};
  two.call<api::AuthorizeSecurityGroupIngressResponse>(allow(ours, from_theirs));

  const auto& rules = two.inventory().security_groups.get(*api::SecurityGroupId::parse(ours)).rules;
  ASSERT_THAT(rules, SizeIs(2));
  EXPECT_EQ(rules[0].group.text(), theirs);
  EXPECT_EQ(rules[1].group.text(), theirs);
}

TEST_F(ClassicGroups, TakeTheFlatParametersOfASourceGroup) {  // SG-14: only here
  lab.classic_group("web");
  const std::string app = lab.classic_group("app");

  lab.call<api::AuthorizeSecurityGroupIngressResponse>(api::AuthorizeSecurityGroupIngressRequest{
      .group_name = "app", .source_security_group_name = "web"});

  EXPECT_THAT(group(app).rules, SizeIs(3));  // ICMP, TCP, UDP
}

TEST_F(ClassicGroups, KnowNoOtherRegion) {  // CLC-3
  lab.caller().region = "eu-west-1";
  const std::string far = lab.classic_group("far");
  lab.caller().region = "us-east-1";
  api::IpPermission from_far = tcp(22);
  from_far.user_id_group_pairs = {{.group_id = far}};

  EXPECT_THAT(lab.refusal(allow(lab.classic_group("near"), from_far)),
              StartsWith("InvalidGroup.NotFound: "));
}

TEST_F(ClassicGroups, HaveRulesForThreeProtocolsAndForNothingThatLeaves) {  // CLC-3
  const std::string web = lab.classic_group("web");
  api::IpPermission all{.ip_protocol = "-1", .ip_ranges = {{.cidr_ip = "0.0.0.0/0"}}};
  api::IpPermission icmp{.from_port = -1,
                         .ip_protocol = "icmp",
                         .ip_ranges = {{.cidr_ip = "0.0.0.0/0"}},
                         .to_port = -1};

  EXPECT_EQ(lab.refusal(allow(web, all)),
            "InvalidParameterValue: Invalid value '-1' for IP protocol. Unknown protocol.");
  EXPECT_THAT(lab.refusal(api::AuthorizeSecurityGroupEgressRequest{.group_id = web,
                                                                   .ip_permissions = {icmp}}),
              StartsWith("InvalidParameterValue: "));
  EXPECT_THAT(
      lab.refusal(api::RevokeSecurityGroupEgressRequest{.group_id = web, .ip_permissions = {icmp}}),
      StartsWith("InvalidParameterValue: "));
  allowed(web, icmp);
}

TEST_F(ClassicGroups, RevokedRulesThatAreNotThereComeBack) {  // SG-19
  const std::string web = lab.classic_group("web");
  api::IpPermission http = tcp(80);
  http.ip_ranges = {{.cidr_ip = "0.0.0.0/0"}};

  const auto revoked = lab.call<api::RevokeSecurityGroupIngressResponse>(
      api::RevokeSecurityGroupIngressRequest{.group_id = web, .ip_permissions = {http}});

  EXPECT_THAT(revoked.unknown_ip_permissions, SizeIs(1));
}

TEST_F(ClassicGroups, AndThoseOfVpcsDoNotMix) {  // CLC-3
  const std::string vpc = lab.vpc("172.31.0.0/16");
  const std::string subnet = lab.subnet(vpc, "172.31.0.0/20");
  const std::string inside = lab.group(vpc, "inside");
  const std::string web = lab.classic_group("web");
  api::RunInstancesRequest classic = ClassicLab::launch_classic();
  classic.security_group_ids = {inside};
  api::RunInstancesRequest in_vpc = Lab::launch(subnet);
  in_vpc.security_group_ids = {web};
  api::IpPermission from_web = tcp(22);
  from_web.user_id_group_pairs = {{.group_id = web}};
  api::IpPermission from_inside = tcp(22);
  from_inside.user_id_group_pairs = {{.group_id = inside}};

  EXPECT_EQ(lab.refusal(classic),
            "InvalidParameterCombination: VPC security groups may not be used for a non-VPC "
            "launch");
  EXPECT_EQ(lab.refusal(in_vpc), "InvalidParameter: Security group " + web + " and subnet " +
                                     subnet + " belong to different networks.");
  EXPECT_THAT(lab.refusal(allow(inside, from_web)), StartsWith("InvalidParameterValue: "));
  EXPECT_THAT(lab.refusal(allow(web, from_inside)), StartsWith("InvalidParameterValue: "));
}

TEST_F(ClassicGroups, AreFixedAtLaunch) {  // CLC-3
  const std::string web = lab.classic_group("web");
  const std::string id = lab.classic({}, {web, web});

  EXPECT_THAT(lab.classic_of(id).groups, ElementsAre(*api::SecurityGroupId::parse(web)));
  EXPECT_THAT(lab.refusal(api::ModifyInstanceAttributeRequest{.groups = {lab.classic_group("app")},
                                                              .instance_id = id}),
              StartsWith("InvalidParameterCombination: "));
  const auto attribute = lab.call<api::DescribeInstanceAttributeResponse>(
      api::DescribeInstanceAttributeRequest{.attribute = "groupSet", .instance_id = id});
  ASSERT_THAT(attribute.groups, SizeIs(1));
  EXPECT_EQ(attribute.groups[0].group_id, web);
}

TEST_F(ClassicGroups, StayWhileTheyAreUsed) {  // SG-17
  const std::string web = lab.classic_group("web");
  const std::string app = lab.classic_group("app");
  api::IpPermission from_web = tcp(22);
  from_web.user_id_group_pairs = {{.group_id = web}};
  allowed(app, from_web);
  const std::string id = lab.classic({}, {app});

  EXPECT_EQ(lab.refusal(api::DeleteSecurityGroupRequest{.group_id = app}),
            "InvalidGroup.InUse: There are active instances using security group 'app'");
  EXPECT_EQ(lab.refusal(api::DeleteSecurityGroupRequest{.group_id = web}),
            "InvalidGroup.InUse: Group 'web' is used by group 'app'");
  lab.terminate(id);
  lab.call<api::DeleteSecurityGroupResponse>(api::DeleteSecurityGroupRequest{.group_name = "app"});
  lab.call<api::DeleteSecurityGroupResponse>(api::DeleteSecurityGroupRequest{.group_id = web});
}

TEST_F(ClassicGroups, HaveQuotasOfTheirOwn) {  // CLC-3
  ControlOptions options;
  options.quotas.classic_security_groups_per_region = 3;  // `default` among them
  options.quotas.security_groups_per_region = 2;
  options.quotas.classic_rules_per_security_group = 2;
  ClassicLab few(options);
  const std::string web = few.classic_group("web");
  few.classic_group("app");
  api::IpPermission range = tcp(80);
  range.ip_ranges = {{.cidr_ip = "192.0.2.0/24"}, {.cidr_ip = "198.51.100.0/24"}};

  EXPECT_THAT(
      few.refusal(api::CreateSecurityGroupRequest{.description = "of a test", .group_name = "db"}),
      StartsWith("SecurityGroupLimitExceeded: "));
  few.group(few.vpc("172.31.0.0/16"), "in a VPC");
  few.call<api::AuthorizeSecurityGroupIngressResponse>(allow(web, range));
  range.ip_ranges = {{.cidr_ip = "203.0.113.0/24"}};
  EXPECT_THAT(few.refusal(allow(web, range)), StartsWith("RulesPerSecurityGroupLimitExceeded: "));
}

TEST_F(ClassicGroups, MayBeModifiedAsFarAsTheirOwnQuota) {  // CLC-3
  ControlOptions options;
  options.quotas.rules_per_security_group = 1;
  options.quotas.classic_rules_per_security_group = 2;
  ClassicLab few(options);
  const std::string web = few.classic_group("web");
  api::IpPermission range = tcp(80);
  range.ip_ranges = {{.cidr_ip = "192.0.2.0/24"}, {.cidr_ip = "198.51.100.0/24"}};
  const auto allowed = few.call<api::AuthorizeSecurityGroupIngressResponse>(allow(web, range));
  api::ModifySecurityGroupRulesRequest modify{.group_id = web};
  api::SecurityGroupRuleUpdate& update = modify.security_group_rules.emplace_back();
  update.security_group_rule_id = allowed.security_group_rules.at(0).security_group_rule_id;
  update.security_group_rule = api::SecurityGroupRuleRequest{
      .ip_protocol = "tcp", .from_port = 443, .to_port = 443, .cidr_ipv4 = "192.0.2.0/24"};

  few.call<api::ModifySecurityGroupRulesResponse>(modify);
}

TEST_F(ClassicGroups, TogetherHaveAtMostSoManyRules) {  // CLC-3
  ControlOptions options;
  options.quotas.classic_rules_per_instance = 4;
  ClassicLab few(options);
  const std::string web = few.classic_group("web");
  api::IpPermission range = tcp(80);
  range.ip_ranges = {{.cidr_ip = "192.0.2.0/24"}};
  few.call<api::AuthorizeSecurityGroupIngressResponse>(allow(web, range));
  api::RunInstancesRequest both = ClassicLab::launch_classic();
  both.security_groups = {"default", "web"};  // three rules and one
  few.call<api::RunInstancesResponse>(both);
  range.ip_ranges = {{.cidr_ip = "198.51.100.0/24"}};

  EXPECT_THAT(few.refusal(allow(web, range)), StartsWith("RulesPerSecurityGroupLimitExceeded: "));
  const std::string app = few.classic_group("app");
  few.call<api::AuthorizeSecurityGroupIngressResponse>(allow(app, range));
  both.security_groups = {"default", "web", "app"};
  EXPECT_THAT(few.refusal(both), StartsWith("SecurityGroupsPerInstanceLimitExceeded: "));
}

TEST_F(ClassicGroups, MarkTheirRegionWhenTheirRulesChange) {  // SG-12
  const std::string web = lab.classic_group("web");
  static_cast<void>(lab.plane().take_changed_classic());
  api::IpPermission range = tcp(80);
  range.ip_ranges = {{.cidr_ip = "192.0.2.0/24"}};

  allowed(web, range);

  EXPECT_THAT(lab.plane().take_changed_classic(), ElementsAre(region_number("us-east-1")));
}

}  // namespace
}  // namespace vpclab::control
