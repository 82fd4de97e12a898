// Security groups and their rules: SG-1…20 as far as the control plane goes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/control/lab.h"

namespace vpclab::control {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

api::IpPermission permission(const std::string& protocol, std::int64_t from, std::int64_t to,
                             const std::string& cidr) {
  api::IpPermission made;
  made.ip_protocol = protocol;
  made.from_port = from;
  made.to_port = to;
  made.ip_ranges.push_back({.cidr_ip = cidr});
  return made;
}

api::IpPermission from_group(const std::string& group, const std::string& account = "") {
  api::IpPermission made;
  made.ip_protocol = "-1";
  api::UserIdGroupPair& pair = made.user_id_group_pairs.emplace_back();
  pair.group_id = group;
  if (!account.empty()) {
    pair.user_id = account;
  }
  return made;
}

class SecurityGroups : public testing::Test {
 protected:
  [[nodiscard]] api::AuthorizeSecurityGroupIngressRequest authorize(
      std::vector<api::IpPermission> permissions) const {
    return {.group_id = group, .ip_permissions = std::move(permissions)};
  }

  [[nodiscard]] api::RevokeSecurityGroupIngressRequest revoke(
      std::vector<api::IpPermission> permissions) const {
    return {.group_id = group, .ip_permissions = std::move(permissions)};
  }

  api::SecurityGroup describe(const std::string& id) {
    return lab
        .call<api::DescribeSecurityGroupsResponse>(
            api::DescribeSecurityGroupsRequest{.group_ids = {id}})
        .security_groups.at(0);
  }

  [[nodiscard]] const SecurityGroup& stored() const {
    return lab.inventory().security_groups.get(*api::SecurityGroupId::parse(group));
  }

  Lab lab;
  std::string vpc = lab.vpc("10.2.0.0/16");
  std::string group = lab.group(vpc, "web");
};

TEST_F(SecurityGroups, BeginWithNothingInAndEverythingOut) {  // SG-1, SG-5
  const api::SecurityGroup shown = describe(group);

  EXPECT_THAT(shown.ip_permissions, IsEmpty());
  ASSERT_THAT(shown.ip_permissions_egress, SizeIs(1));
  EXPECT_EQ(shown.ip_permissions_egress[0].ip_protocol, "-1");
  EXPECT_EQ(shown.ip_permissions_egress[0].ip_ranges.at(0).cidr_ip, "0.0.0.0/0");
  EXPECT_FALSE(shown.ip_permissions_egress[0].from_port.has_value());
}

TEST_F(SecurityGroups, OfTheVpcLetTheirOwnMembersIn) {  // SG-6, SG-14
  const std::string id = lab.vpc_of(vpc).default_security_group.text();

  const api::SecurityGroup shown = describe(id);

  EXPECT_EQ(shown.group_name, "default");
  ASSERT_THAT(shown.ip_permissions, SizeIs(1));
  EXPECT_EQ(shown.ip_permissions[0].user_id_group_pairs.at(0).group_id, id);
  EXPECT_EQ(lab.refusal(api::DeleteSecurityGroupRequest{.group_id = id}),
            "CannotDelete: the specified group: \"" + id +
                "\" name: \"default\" cannot be deleted by a user");
}

TEST_F(SecurityGroups, DifferFromVpcToVpcEvenTheDefaultOnes) {  // SG-6, CASE-3
  const Vpc& other = lab.vpc_of(lab.vpc("10.3.0.0/16"));

  EXPECT_NE(other.default_security_group, lab.vpc_of(vpc).default_security_group);
}

TEST_F(SecurityGroups, HaveNamesOncePerVpc) {  // SG-18
  const auto named = [&](const std::string& name) {
    return api::CreateSecurityGroupRequest{.description = "x", .group_name = name, .vpc_id = vpc};
  };

  EXPECT_EQ(
      lab.refusal(named("web")),
      "InvalidGroup.Duplicate: The security group 'web' already exists for VPC '" + vpc + "'");
  EXPECT_THAT(lab.refusal(named("default")), StartsWith("InvalidGroup.Reserved: "));
  EXPECT_THAT(lab.refusal(named("sg-web")), StartsWith("InvalidParameterValue: "));
  EXPECT_THAT(lab.refusal(named("caf\xc3\xa9")), StartsWith("InvalidParameterValue: "));
  EXPECT_THAT(lab.refusal(named(std::string(256, 'a'))), StartsWith("InvalidParameterValue: "));
  EXPECT_EQ(lab.refusal(named("")),
            "MissingParameter: The request must contain the parameter GroupName");
  lab.group(lab.vpc("10.3.0.0/16"), "web");
  EXPECT_EQ(lab.refusal(api::CreateSecurityGroupRequest{.description = "x", .group_name = "y"}),
            "VPCIdNotSpecified: No default VPC for this user");
}

TEST_F(SecurityGroups, GiveEachRuleAnId) {  // SG-7, SG-20
  const auto authorized = lab.call<api::AuthorizeSecurityGroupIngressResponse>(authorize(
      {permission("tcp", 22, 22, "0.0.0.0/0"), permission("udp", 33434, 33534, "10.1.0.0/16")}));

  ASSERT_THAT(authorized.security_group_rules, SizeIs(2));
  EXPECT_EQ(authorized.return_value, true);
  const api::SecurityGroupRule& rule = authorized.security_group_rules[1];
  EXPECT_THAT(*rule.security_group_rule_id, StartsWith("sgr-0"));
  EXPECT_THAT(*rule.security_group_rule_id, SizeIs(4 + 17));
  EXPECT_EQ(rule.ip_protocol, "udp");
  EXPECT_EQ(rule.from_port, 33434);
  EXPECT_EQ(rule.to_port, 33534);
  EXPECT_EQ(rule.cidr_ipv4, "10.1.0.0/16");
  EXPECT_EQ(rule.is_egress, false);
}

TEST_F(SecurityGroups, ReadIcmpTypesFromThePorts) {  // SG-8
  lab.call<api::AuthorizeSecurityGroupIngressResponse>(
      authorize({permission("icmp", 8, -1, "10.1.0.0/16")}));

  EXPECT_EQ(stored().rules.back().protocol, 1);
  EXPECT_EQ(stored().rules.back().from_port, 8);
  EXPECT_EQ(stored().rules.back().to_port, -1);
  EXPECT_EQ(lab.refusal(authorize({permission("icmp", -1, 0, "10.1.0.0/16")})),
            "InvalidParameterValue: ICMP code (0) out of range");
  EXPECT_EQ(lab.refusal(authorize({permission("icmp", 256, 0, "10.1.0.0/16")})),
            "InvalidParameterValue: ICMP type (256) out of range");
}

TEST_F(SecurityGroups, TakeTheFlatFormToo) {  // SG-7
  lab.call<api::AuthorizeSecurityGroupIngressResponse>(
      api::AuthorizeSecurityGroupIngressRequest{.cidr_ip = "10.1.0.0/16",
                                                .from_port = -1,
                                                .group_id = group,
                                                .ip_protocol = "icmp",
                                                .to_port = -1});

  EXPECT_EQ(stored().rules.back().cidr,
            wire::Ipv4Prefix::of(wire::Ipv4Address::of(10, 1, 0, 0), 16));
  api::AuthorizeSecurityGroupIngressRequest both =
      authorize({permission("tcp", 1, 2, "10.0.0.0/8")});
  both.cidr_ip = "10.0.0.0/8";
  EXPECT_THAT(lab.refusal(both), StartsWith("InvalidParameterCombination: "));
}

TEST_F(SecurityGroups, ClearHostBitsOfRanges) {  // SG-9, VPC-3
  const auto authorized = lab.call<api::AuthorizeSecurityGroupIngressResponse>(
      authorize({permission("-1", -1, -1, "100.68.0.18/18")}));

  EXPECT_EQ(authorized.security_group_rules.at(0).cidr_ipv4, "100.68.0.0/18");
}

TEST_F(SecurityGroups, RefuseRulesThatMakeNoSense) {  // SG-19
  EXPECT_EQ(lab.refusal(authorize({permission("tcp", 80, 70000, "10.0.0.0/8")})),
            "InvalidParameterValue: TCP/UDP port (70000) out of range");
  EXPECT_EQ(lab.refusal(authorize({permission("tcp", 90, 80, "10.0.0.0/8")})),
            "InvalidParameterValue: Invalid TCP/UDP port range (90:80)");
  EXPECT_EQ(lab.refusal(authorize({permission("teletext", 1, 2, "10.0.0.0/8")})),
            "InvalidParameterValue: Invalid value 'teletext' for IP protocol. Unknown protocol.");
  EXPECT_EQ(lab.refusal(authorize({permission("tcp", 80, 80, "10.0.0.0/33")})),
            "InvalidParameterValue: invalid CIDR subnet specification: 10.0.0.0/33");
  api::IpPermission nobody = permission("tcp", 80, 80, "10.0.0.0/8");
  nobody.ip_ranges.clear();
  EXPECT_THAT(lab.refusal(authorize({nobody})), StartsWith("InvalidPermission.Malformed: "));
  EXPECT_THAT(lab.refusal(authorize({})), StartsWith("MissingParameter: "));
  api::IpPermission ipv6 = nobody;
  ipv6.ipv6_ranges.push_back({.cidr_ipv6 = "::/0"});
  EXPECT_THAT(lab.refusal(authorize({ipv6})), StartsWith("UnsupportedOperation: "));
}

TEST_F(SecurityGroups, HoldARuleOnceAndTakeABatchWhole) {  // SG-19
  const api::IpPermission icmp = permission("icmp", -1, -1, "10.1.0.0/16");
  lab.call<api::AuthorizeSecurityGroupIngressResponse>(authorize({icmp}));

  EXPECT_EQ(lab.refusal(authorize({permission("tcp", 22, 22, "10.1.0.0/16"), icmp})),
            "InvalidPermission.Duplicate: the specified rule \"peer: 10.1.0.0/16, ICMP, type: ALL, "
            "code: ALL, ALLOW\" already exists");
  EXPECT_THAT(stored().rules, SizeIs(2));  // all out, and the one
  const api::IpPermission ssh = permission("tcp", 22, 22, "10.1.0.0/16");
  EXPECT_EQ(lab.refusal(authorize({ssh, ssh})),
            "InvalidParameterValue: The same permission must not appear multiple times");
  lab.call<api::AuthorizeSecurityGroupIngressResponse>(authorize({ssh}));
  EXPECT_EQ(lab.refusal(authorize({ssh})),
            "InvalidPermission.Duplicate: the specified rule \"peer: 10.1.0.0/16, TCP, from port: "
            "22, to port: 22, ALLOW\" already exists");
}

TEST_F(SecurityGroups, LoseOnlyRulesTheyHave) {  // SG-12, SG-19
  const api::IpPermission icmp = permission("icmp", -1, -1, "10.1.0.0/16");
  lab.call<api::AuthorizeSecurityGroupIngressResponse>(authorize({icmp}));

  EXPECT_EQ(lab.refusal(revoke({icmp, permission("tcp", 22, 22, "10.1.0.0/16")})),
            "InvalidPermission.NotFound: The specified rule does not exist in this security "
            "group.");
  lab.call<api::RevokeSecurityGroupIngressResponse>(revoke({icmp}));
  EXPECT_THAT(describe(group).ip_permissions, IsEmpty());
  EXPECT_THAT(lab.plane().take_changed(), testing::Contains(lab.vpc_of(vpc).id));
}

TEST_F(SecurityGroups, OfTheDefaultVpcTellOfUnknownRules) {  // SG-19
  lab.call<api::CreateDefaultVpcResponse>(api::CreateDefaultVpcRequest{});
  const auto created = lab.call<api::CreateSecurityGroupResponse>(
      api::CreateSecurityGroupRequest{.description = "x", .group_name = "y"});
  api::RevokeSecurityGroupIngressRequest request =
      revoke({permission("tcp", 22, 22, "10.1.0.0/16")});
  request.group_id = created.group_id;

  const auto revoked = lab.call<api::RevokeSecurityGroupIngressResponse>(request);

  ASSERT_THAT(revoked.unknown_ip_permissions, SizeIs(1));
  EXPECT_EQ(revoked.unknown_ip_permissions[0].from_port, 22);
}

TEST_F(SecurityGroups, TellWhoseTheGroupOfAnUnknownRuleIs) {  // SG-19
  lab.caller().account = "222222222222";                      // not the first to come
  lab.call<api::CreateDefaultVpcResponse>(api::CreateDefaultVpcRequest{});
  const auto created = lab.call<api::CreateSecurityGroupResponse>(
      api::CreateSecurityGroupRequest{.description = "x", .group_name = "y"});
  api::RevokeSecurityGroupIngressRequest request =
      revoke({from_group("sg-00000000"), from_group(group)});
  request.group_id = created.group_id;

  const auto revoked = lab.call<api::RevokeSecurityGroupIngressResponse>(request);

  ASSERT_THAT(revoked.unknown_ip_permissions, SizeIs(1));
  const auto& pairs = revoked.unknown_ip_permissions[0].user_id_group_pairs;
  ASSERT_THAT(pairs, SizeIs(2));
  EXPECT_EQ(pairs[0].user_id, "222222222222");
  EXPECT_FALSE(pairs[0].vpc_id.has_value());
  EXPECT_EQ(pairs[1].user_id, kDefaultAccount);
  EXPECT_EQ(pairs[1].vpc_id, vpc);
}

TEST_F(SecurityGroups, OfTheDefaultVpcGainAndLoseRulesByName) {  // SG-14, SG-19
  const std::string named_y = "y";
  api::AuthorizeSecurityGroupIngressRequest ssh{.cidr_ip = "10.1.0.0/16",
                                                .from_port = 22,
                                                .group_name = named_y,
                                                .ip_protocol = "tcp",
                                                .to_port = 22};
  api::RevokeSecurityGroupIngressRequest no_ssh{
      .group_name = named_y, .ip_permissions = {permission("tcp", 22, 22, "10.1.0.0/16")}};
  const std::string not_there = "InvalidGroup.NotFound: The security group 'y' does not exist";
  lab.group(vpc, named_y);  // a name reaches the default VPC alone
  EXPECT_EQ(lab.refusal(ssh), not_there);
  lab.call<api::CreateDefaultVpcResponse>(api::CreateDefaultVpcRequest{});
  EXPECT_EQ(lab.refusal(ssh), not_there);
  EXPECT_EQ(lab.refusal(no_ssh), not_there);
  const auto created = lab.call<api::CreateSecurityGroupResponse>(
      api::CreateSecurityGroupRequest{.description = "x", .group_name = named_y});

  lab.call<api::AuthorizeSecurityGroupIngressResponse>(ssh);
  EXPECT_THAT(describe(*created.group_id).ip_permissions, SizeIs(1));
  const auto revoked = lab.call<api::RevokeSecurityGroupIngressResponse>(no_ssh);

  EXPECT_THAT(revoked.unknown_ip_permissions, IsEmpty());
  EXPECT_THAT(describe(*created.group_id).ip_permissions, IsEmpty());
}

TEST_F(SecurityGroups, LoseRulesById) {  // SG-20
  const std::string egress = stored().rules.front().id.text();
  EXPECT_THAT(lab.refusal(api::RevokeSecurityGroupIngressRequest{
                  .group_id = group, .security_group_rule_ids = {egress}}),
              StartsWith("InvalidSecurityGroupRuleId.NotFound: "));

  lab.call<api::RevokeSecurityGroupEgressResponse>(api::RevokeSecurityGroupEgressRequest{
      .group_id = group, .security_group_rule_ids = {egress}});

  EXPECT_THAT(stored().rules, IsEmpty());
}

TEST_F(SecurityGroups, ChangeRulesInPlace) {  // SG-20
  const auto authorized = lab.call<api::AuthorizeSecurityGroupIngressResponse>(
      authorize({permission("tcp", 22, 22, "10.1.0.0/16")}));
  const std::string rule = *authorized.security_group_rules.at(0).security_group_rule_id;
  api::ModifySecurityGroupRulesRequest request{.group_id = group};
  request.security_group_rules.push_back(
      {.security_group_rule_id = rule,
       .security_group_rule = api::SecurityGroupRuleRequest{
           .ip_protocol = "tcp", .from_port = 443, .to_port = 443, .cidr_ipv4 = "10.3.0.0/16"}});

  lab.call<api::ModifySecurityGroupRulesResponse>(request);

  const auto described = lab.call<api::DescribeSecurityGroupRulesResponse>(
      api::DescribeSecurityGroupRulesRequest{.security_group_rule_ids = {rule}});
  ASSERT_THAT(described.security_group_rules, SizeIs(1));
  EXPECT_EQ(described.security_group_rules[0].from_port, 443);
  EXPECT_EQ(described.security_group_rules[0].cidr_ipv4, "10.3.0.0/16");
  request.security_group_rules[0].security_group_rule_id = "sgr-00000000";
  EXPECT_THAT(lab.refusal(request), StartsWith("InvalidSecurityGroupRuleId.NotFound: "));
}

TEST_F(SecurityGroups, NameGroupsOfTheirVpcById) {  // SG-10, SG-11, SG-13, SG-14
  const std::string other = lab.group(vpc, "app");
  lab.call<api::AuthorizeSecurityGroupIngressResponse>(authorize({from_group(other)}));
  lab.call<api::AuthorizeSecurityGroupIngressResponse>(authorize({from_group(group)}));

  const api::SecurityGroup shown = describe(group);

  ASSERT_THAT(shown.ip_permissions, SizeIs(1));
  EXPECT_THAT(shown.ip_permissions[0].user_id_group_pairs, SizeIs(2));
  EXPECT_FALSE(shown.ip_permissions[0].user_id_group_pairs[0].vpc_id.has_value());
  api::IpPermission by_name = from_group(other);
  by_name.user_id_group_pairs[0].group_id.reset();
  by_name.user_id_group_pairs[0].group_name = "app";
  EXPECT_THAT(lab.refusal(authorize({by_name})), StartsWith("InvalidParameterValue: "));
  EXPECT_EQ(lab.refusal(authorize({from_group("sg-00000000")})),
            "InvalidGroup.NotFound: The security group 'sg-00000000' does not exist");
}

TEST_F(SecurityGroups, NameGroupsOfActivePeersOnly) {  // SG-13, PCX-31, CASE-16
  const std::string other = lab.vpc("10.1.0.0/16");
  const std::string named = lab.group(other, "clients");
  const std::string refused =
      "InvalidParameterValue: You have specified two resources that belong to different networks.";
  EXPECT_EQ(lab.refusal(authorize({from_group(named)})), refused);
  const std::string peering = lab.peering(vpc, other);
  EXPECT_EQ(lab.refusal(authorize({from_group(named)})), refused);  // pending does not suffice

  lab.accept(peering);
  lab.call<api::AuthorizeSecurityGroupIngressResponse>(authorize({from_group(named)}));

  EXPECT_TRUE(reference_in_effect(lab.inventory(), stored(), stored().rules.back()));
  const api::UserIdGroupPair pair = describe(group).ip_permissions.at(0).user_id_group_pairs.at(0);
  EXPECT_EQ(pair.vpc_id, other);
  EXPECT_EQ(pair.vpc_peering_connection_id, peering);
  EXPECT_EQ(pair.peering_status, "active");
}

TEST_F(SecurityGroups, NameGroupsOfAnotherAccountWithIt) {  // SG-13, CASE-16
  const Caller mine = lab.caller();
  const std::string theirs = "210987654321";
  lab.caller().account = theirs;
  const std::string other = lab.vpc("10.1.0.0/16");
  const std::string named = lab.group(other, "clients");
  const auto requested =
      lab.call<api::CreateVpcPeeringConnectionResponse>(api::CreateVpcPeeringConnectionRequest{
          .peer_owner_id = mine.account, .peer_vpc_id = vpc, .vpc_id = other});
  lab.settle();
  lab.caller() = mine;
  const std::string not_found =
      "InvalidGroup.NotFound: The security group '" + named + "' does not exist";
  EXPECT_EQ(lab.refusal(authorize({from_group(named, theirs)})), not_found);  // still pending

  lab.accept(*requested.vpc_peering_connection->vpc_peering_connection_id);

  EXPECT_EQ(lab.refusal(authorize({from_group(named)})), not_found);
  EXPECT_EQ(lab.refusal(authorize({from_group(named, mine.account)})), not_found);
  lab.call<api::AuthorizeSecurityGroupIngressResponse>(authorize({from_group(named, theirs)}));
  lab.call<api::RevokeSecurityGroupIngressResponse>(revoke({from_group(named, theirs)}));
  lab.call<api::AuthorizeSecurityGroupIngressResponse>(
      authorize({from_group(theirs + "/" + named)}));
}

TEST_F(SecurityGroups, DoNotNameGroupsOfAnotherRegion) {  // SG-13, PCX-19, CASE-16
  const Caller here = lab.caller();
  lab.caller().region = "eu-west-1";
  const std::string other = lab.vpc("10.1.0.0/16");
  const std::string named = lab.group(other, "clients");
  const auto requested =
      lab.call<api::CreateVpcPeeringConnectionResponse>(api::CreateVpcPeeringConnectionRequest{
          .peer_vpc_id = vpc, .vpc_id = other, .peer_region = here.region});
  lab.settle();
  lab.caller() = here;
  lab.accept(*requested.vpc_peering_connection->vpc_peering_connection_id);

  EXPECT_EQ(lab.refusal(authorize({from_group(named)})),
            "InvalidGroup.NotFound: The security group '" + named + "' does not exist");
}

TEST_F(SecurityGroups, KeepStaleRulesUntilThePeeringComesBack) {  // SG-16, CASE-16
  const std::string other = lab.vpc("10.1.0.0/16");
  const std::string named = lab.group(other, "clients");
  const std::string peering = lab.active_peering(vpc, other);
  lab.call<api::AuthorizeSecurityGroupIngressResponse>(authorize({from_group(named)}));
  const auto stale = [&] {
    return lab
        .call<api::DescribeStaleSecurityGroupsResponse>(
            api::DescribeStaleSecurityGroupsRequest{.vpc_id = vpc})
        .stale_security_group_set;
  };
  const auto references = [&] {
    return lab
        .call<api::DescribeSecurityGroupReferencesResponse>(
            api::DescribeSecurityGroupReferencesRequest{.group_id = {named}})
        .security_group_reference_set;
  };
  EXPECT_THAT(stale(), IsEmpty());
  ASSERT_THAT(references(), SizeIs(1));
  EXPECT_EQ(references()[0].referencing_vpc_id, vpc);
  EXPECT_EQ(references()[0].vpc_peering_connection_id, peering);

  lab.call<api::DeleteVpcPeeringConnectionResponse>(
      api::DeleteVpcPeeringConnectionRequest{.vpc_peering_connection_id = peering});
  ASSERT_THAT(stale(), SizeIs(1));
  EXPECT_EQ(stale()[0].group_id, group);
  EXPECT_EQ(stale()[0].stale_ip_permissions.at(0).user_id_group_pairs.at(0).peering_status,
            "deleted");
  EXPECT_THAT(references(), IsEmpty());

  lab.active_peering(other, vpc);
  EXPECT_THAT(stale(), IsEmpty());
  lab.call<api::DeleteSecurityGroupResponse>(
      api::DeleteSecurityGroupRequest{.group_id = named});  // in use by a peer: may go
  EXPECT_THAT(stale(), SizeIs(1));
  lab.call<api::RevokeSecurityGroupIngressResponse>(revoke({from_group(named)}));
  EXPECT_THAT(stale(), IsEmpty());
}

TEST_F(SecurityGroups, WithStaleRulesAreListedInPages) {  // SG-16
  const std::string other = lab.vpc("10.1.0.0/16");
  const std::string named = lab.group(other, "clients");
  const std::string peering = lab.active_peering(vpc, other);
  const std::string second = lab.group(vpc, "second");
  for (const std::string& holder : {group, second}) {
    auto request = authorize({from_group(named)});
    request.group_id = holder;
    lab.call<api::AuthorizeSecurityGroupIngressResponse>(request);
  }
  lab.call<api::DeleteVpcPeeringConnectionResponse>(
      api::DeleteVpcPeeringConnectionRequest{.vpc_peering_connection_id = peering});

  const auto first = lab.call<api::DescribeStaleSecurityGroupsResponse>(
      api::DescribeStaleSecurityGroupsRequest{.max_results = 1, .vpc_id = vpc});
  const auto rest =
      lab.call<api::DescribeStaleSecurityGroupsResponse>(api::DescribeStaleSecurityGroupsRequest{
          .max_results = 1, .next_token = first.next_token, .vpc_id = vpc});

  ASSERT_THAT(first.stale_security_group_set, SizeIs(1));
  ASSERT_THAT(rest.stale_security_group_set, SizeIs(1));
  EXPECT_EQ(first.stale_security_group_set[0].group_id, group);
  EXPECT_EQ(rest.stale_security_group_set[0].group_id, second);
  EXPECT_FALSE(rest.next_token.has_value());
}

TEST_F(SecurityGroups, StayWhileSomethingDependsOnThem) {  // SG-4, SG-17
  const std::string other = lab.group(vpc, "app");
  const std::string refused = " has a dependent object";
  lab.call<api::AuthorizeSecurityGroupIngressResponse>(authorize({from_group(other)}));
  EXPECT_EQ(lab.refusal(api::DeleteSecurityGroupRequest{.group_id = other}),
            "DependencyViolation: resource " + other + refused);

  api::CreateNetworkInterfaceRequest interface { .subnet_id = lab.subnet(vpc, "10.2.0.0/24") };
  interface.groups = {group};
  lab.call<api::CreateNetworkInterfaceResponse>(interface);
  EXPECT_EQ(lab.refusal(api::DeleteSecurityGroupRequest{.group_id = group}),
            "DependencyViolation: resource " + group + refused);
  EXPECT_EQ(lab.refusal(api::DeleteSecurityGroupRequest{.group_id = "sg-00000000"}),
            "InvalidGroup.NotFound: The security group 'sg-00000000' does not exist");
}

TEST_F(SecurityGroups, HaveSixtyRulesADirection) {
  std::vector<api::IpPermission> sixty;
  for (int port = 1; port <= 60; ++port) {
    sixty.push_back(permission("tcp", port, port, "10.0.0.0/8"));
  }
  lab.call<api::AuthorizeSecurityGroupIngressResponse>(authorize(sixty));

  EXPECT_THAT(lab.refusal(authorize({permission("udp", 1, 1, "10.0.0.0/8")})),
              StartsWith("RulesPerSecurityGroupLimitExceeded: "));
}

TEST_F(SecurityGroups, MarkThePeersOfTheirMembers) {  // SG-10, SG-15
  const std::string other = lab.vpc("10.1.0.0/16");
  lab.active_peering(vpc, other);
  const std::string subnet = lab.subnet(vpc, "10.2.0.0/24");
  static_cast<void>(lab.plane().take_changed());

  lab.interface(subnet);

  EXPECT_THAT(lab.plane().take_changed(),
              testing::UnorderedElementsAre(lab.vpc_of(vpc).id, lab.vpc_of(other).id));
}

TEST_F(SecurityGroups, AreFoundByTheGroupsTheirRulesName) {  // API-5
  const std::string app = lab.group(vpc, "app");
  const std::string log = lab.group(vpc, "log");
  lab.call<api::AuthorizeSecurityGroupIngressResponse>(authorize({from_group(app)}));
  lab.call<api::AuthorizeSecurityGroupEgressResponse>(api::AuthorizeSecurityGroupEgressRequest{
      .group_id = group, .ip_permissions = {from_group(log)}});
  const auto found = [&](const std::string& filter, const std::string& value) {
    std::vector<std::string> ids;
    for (const api::SecurityGroup& each :
         lab
             .call<api::DescribeSecurityGroupsResponse>(api::DescribeSecurityGroupsRequest{
                 .filters = {{.name = filter, .values = {value}}}})
             .security_groups) {
      ids.push_back(each.group_id.value());
    }
    return ids;
  };

  EXPECT_THAT(found("ip-permission.group-name", "app"), ElementsAre(group));
  EXPECT_THAT(found("ip-permission.group-name", "log"), IsEmpty());
  EXPECT_THAT(found("egress.ip-permission.group-name", "l?g"), ElementsAre(group));
  EXPECT_THAT(found("egress.ip-permission.group-name", "app"), IsEmpty());
}

TEST_F(SecurityGroups, DescribeRulesInWords) {
  const api::IpPermission icmp = permission("icmp", -1, -1, "10.1.0.0/16");
  lab.call<api::AuthorizeSecurityGroupIngressResponse>(authorize({icmp}));
  api::UpdateSecurityGroupRuleDescriptionsIngressRequest request{.group_id = group};
  request.ip_permissions = {icmp};
  request.ip_permissions[0].ip_ranges[0].description = "the lab's pings";

  lab.call<api::UpdateSecurityGroupRuleDescriptionsIngressResponse>(request);

  EXPECT_EQ(describe(group).ip_permissions.at(0).ip_ranges.at(0).description, "the lab's pings");
  const auto outgoing = std::find_if(stored().rules.begin(), stored().rules.end(),
                                     [](const SecurityGroupRule& rule) { return rule.egress; });
  const std::string id = outgoing->id.text();
  request.ip_permissions.clear();
  request.security_group_rule_descriptions = {{.security_group_rule_id = id, .description = "x"}};
  EXPECT_EQ(lab.refusal(request),
            "InvalidSecurityGroupRuleId.NotFound: The security group rule ID '" + id +
                "' does not exist");
}

}  // namespace
}  // namespace vpclab::control
