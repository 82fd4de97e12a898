// ClassicLink of one VPC: CL-1…14, CL-19, CASE-19, VPC-9(f).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/control/classic_lab.h"

namespace vpclab::control {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

constexpr std::string_view kRoute = "10.0.0.0/8 local";

class ClassicLinkOf : public testing::Test {
 protected:
  [[nodiscard]] static api::EnableVpcClassicLinkRequest enabling(const std::string& vpc) {
    return {.vpc_id = vpc};
  }

  [[nodiscard]] static api::CreateRouteRequest to_gateway(const std::string& table,
                                                          const std::string& destination,
                                                          const std::string& gateway) {
    return {.destination_cidr_block = destination, .gateway_id = gateway, .route_table_id = table};
  }

  void set_dns(const std::string& vpc, bool hostnames) {
    lab.call<api::ModifyVpcAttributeResponse>(api::ModifyVpcAttributeRequest{
        .enable_dns_hostnames = api::AttributeBooleanValue{.value = hostnames}, .vpc_id = vpc});
  }

  [[nodiscard]] std::vector<api::ClassicLinkInstance> links(
      const std::vector<api::Filter>& filters = {}) {
    return lab
        .call<api::DescribeClassicLinkInstancesResponse>(
            api::DescribeClassicLinkInstancesRequest{.filters = filters})
        .instances;
  }

  ClassicLab lab;
};

// --- enabling -------------------------------------------------------------------------------

TEST_F(ClassicLinkOf, AVpcIsOffAtFirst) {  // CL-1
  const std::string vpc = lab.vpc("172.31.0.0/16");

  EXPECT_THAT(lab.routes(lab.main_table(vpc)), ElementsAre("172.31.0.0/16 local"));
}

TEST_F(ClassicLinkOf, AVpcAddsARouteToEveryTable) {  // CL-1
  const std::string vpc = lab.vpc("172.31.0.0/16");
  const std::string before = lab.route_table(vpc);

  lab.enable(vpc);
  const std::string after = lab.route_table(vpc);

  for (const std::string& table : {lab.main_table(vpc), before, after}) {
    EXPECT_THAT(lab.routes(table), ElementsAre("172.31.0.0/16 local", kRoute)) << table;
  }
  lab.disable(vpc);
  EXPECT_THAT(lab.routes(before), ElementsAre("172.31.0.0/16 local"));
}

TEST_F(ClassicLinkOf, AVpcShowsTheRouteLikeAnyLocalOne) {  // CL-1
  const std::string vpc = lab.enabled_vpc("172.31.0.0/16");

  const auto described = lab.call<api::DescribeRouteTablesResponse>(api::DescribeRouteTablesRequest{
      .filters = {{.name = "route.destination-cidr-block", .values = {"10.0.0.0/8"}}}});

  ASSERT_THAT(described.route_tables, SizeIs(1));
  const api::Route& route = described.route_tables[0].routes.at(1);
  EXPECT_EQ(route.gateway_id, "local");
  EXPECT_EQ(route.state, "active");
  EXPECT_EQ(route.origin, "CreateRouteTable");
}

struct Enabling {
  std::string cidr;
  std::string route;  // a static one in a custom table; empty: none
  std::string tenancy;
  std::string outcome;  // the code, or "accepted"
};

/// What EnableVpcClassicLink says of a VPC that is as a row wants it.
void expect_enabling(const Enabling& row) {
  SCOPED_TRACE(row.cidr + " with '" + row.route + "', " + row.tenancy);
  ClassicLab lab;
  const auto created = lab.call<api::CreateVpcResponse>(
      api::CreateVpcRequest{.cidr_block = row.cidr, .instance_tenancy = row.tenancy});
  lab.settle();
  const std::string vpc = *created.vpc->vpc_id;
  if (!row.route.empty()) {
    const std::string gateway = lab.attached_gateway(vpc);
    lab.call<api::CreateRouteResponse>(
        api::CreateRouteRequest{.destination_cidr_block = row.route,
                                .gateway_id = gateway,
                                .route_table_id = lab.route_table(vpc)});
    // A blackhole counts like any other.
    lab.call<api::DetachInternetGatewayResponse>(
        api::DetachInternetGatewayRequest{.internet_gateway_id = gateway, .vpc_id = vpc});
  }
  const api::EnableVpcClassicLinkRequest request{.vpc_id = vpc};
  if (row.outcome == "accepted") {
    EXPECT_EQ(lab.call<api::EnableVpcClassicLinkResponse>(request).return_value, true);
    EXPECT_THAT(lab.routes(lab.main_table(vpc)), Contains(kRoute));
  } else {
    EXPECT_THAT(lab.refusal(request), StartsWith(row.outcome + ": "));
    EXPECT_THAT(lab.routes(lab.main_table(vpc)), Not(Contains(kRoute)));
  }
}

TEST(EnablingClassicLink, FollowsTheMatrix) {  // CASE-19, CL-3…6
  const std::string conflict = "VpcCidrConflict";
  expect_enabling({"172.31.0.0/16", "", "default", "accepted"});
  expect_enabling({"192.168.0.0/16", "0.0.0.0/0", "default", "accepted"});
  expect_enabling({"10.0.0.0/16", "", "default", "accepted"});  // CL-4
  expect_enabling({"10.1.128.0/20", "", "default", "accepted"});
  expect_enabling({"10.1.0.0/16", "10.2.0.0/16", "default", conflict});
  expect_enabling({"10.2.0.0/16", "", "default", conflict});  // CL-5
  expect_enabling({"172.31.0.0/16", "10.5.0.0/24", "default", conflict});
  expect_enabling({"172.31.0.0/16", "10.0.0.0/8", "default", conflict});
  expect_enabling({"172.31.0.0/16", "8.0.0.0/5", "default", "accepted"});
  // CL-6
  expect_enabling({"172.31.0.0/16", "", "dedicated", "DisallowedForDedicatedTenancyNetwork"});
}

TEST_F(ClassicLinkOf, AVpcMayBeAskedForAgain) {  // CL-7
  const std::string vpc = lab.enabled_vpc("172.31.0.0/16");

  EXPECT_EQ(lab.call<api::EnableVpcClassicLinkResponse>(enabling(vpc)).return_value, true);
}

TEST_F(ClassicLinkOf, ASecondaryBlockCountsToo) {  // CL-5
  const std::string vpc = lab.vpc("10.0.0.0/16");
  lab.call<api::AssociateVpcCidrBlockResponse>(
      api::AssociateVpcCidrBlockRequest{.cidr_block = "10.9.0.0/16", .vpc_id = vpc});

  EXPECT_THAT(lab.refusal(enabling(vpc)), StartsWith("VpcCidrConflict: "));
}

TEST_F(ClassicLinkOf, AnEnabledVpcTakesOnlyBlocksThatItMayHave) {  // CL-9, VPC-9(f)
  const std::string vpc = lab.enabled_vpc("10.0.0.0/16");
  const auto adding = [&](const std::string& cidr) {
    return api::AssociateVpcCidrBlockRequest{.cidr_block = cidr, .vpc_id = vpc};
  };

  EXPECT_THAT(lab.refusal(adding("10.9.0.0/16")), StartsWith("CidrConflict: "));
  lab.call<api::AssociateVpcCidrBlockResponse>(adding("10.1.0.0/16"));
  lab.call<api::AssociateVpcCidrBlockResponse>(adding("100.64.0.0/16"));
}

TEST_F(ClassicLinkOf, AVpcWantsThePlatform) {  // CLC-7, CL-29
  lab.caller().account = "123456789101";
  EXPECT_THAT(lab.refusal(enabling(lab.vpc("172.31.0.0/16"))),
              StartsWith("UnsupportedOperation: "));

  lab.caller() = {std::string(kClassicAccount), "eu-central-1"};
  EXPECT_EQ(lab.refusal(enabling(lab.vpc("172.31.0.0/16"))),
            "UnsupportedOperation: The functionality you requested is not available in this "
            "region.");
}

TEST_F(ClassicLinkOf, AVpcMustExist) {  // API-7
  EXPECT_EQ(lab.refusal(enabling("vpc-00000000")),
            "InvalidVpcID.NotFound: The vpc ID 'vpc-00000000' does not exist");
  EXPECT_THAT(lab.refusal(api::EnableVpcClassicLinkRequest{}), StartsWith("MissingParameter: "));
}

TEST_F(ClassicLinkOf, AVpcKeepsTheBlockForItself) {  // CL-10, CASE-2 row 12
  const std::string vpc = lab.enabled_vpc("172.31.0.0/16");
  const std::string table = lab.route_table(vpc);
  const std::string gateway = lab.attached_gateway(vpc);
  const std::string peering = lab.peering(vpc, lab.vpc("192.168.0.0/16"));

  EXPECT_THAT(lab.refusal(api::CreateRouteRequest{.destination_cidr_block = "10.9.0.0/16",
                                                  .route_table_id = table,
                                                  .vpc_peering_connection_id = peering}),
              StartsWith("InvalidParameterValue: The destination CIDR block 10.9.0.0/16 "));
  EXPECT_EQ(lab.refusal(to_gateway(table, "10.0.0.0/8", gateway)),
            "RouteAlreadyExists: The route identified by 10.0.0.0/8 already exists.");
  EXPECT_EQ(lab.refusal(api::DeleteRouteRequest{.destination_cidr_block = "10.0.0.0/8",
                                                .route_table_id = table}),
            "InvalidParameterValue: cannot remove local route 10.0.0.0/8 in route table " + table);
  EXPECT_THAT(
      lab.refusal(api::ReplaceRouteRequest{
          .destination_cidr_block = "10.0.0.0/8", .gateway_id = gateway, .route_table_id = table}),
      StartsWith("InvalidParameterValue: "));
  lab.call<api::CreateRouteResponse>(to_gateway(table, "8.0.0.0/5", gateway));
}

TEST_F(ClassicLinkOf, AVpcMayShareTheBlockWhereAKnobSaysSo) {  // CL-10
  Knobs knobs;
  knobs.classic_link_create_route_in_10_8 = RoutesInClassicBlock::kAllow;
  ClassicLab open(with_knobs(knobs));
  const std::string vpc = open.enabled_vpc("172.31.0.0/16");
  const std::string table = open.route_table(vpc);

  open.call<api::CreateRouteResponse>(to_gateway(table, "10.9.0.0/16", open.attached_gateway(vpc)));

  EXPECT_THAT(open.routes(table), SizeIs(3));
  open.enable(vpc);  // it is enabled, whatever its tables hold by now
}

// --- linking --------------------------------------------------------------------------------

class Link : public ClassicLinkOf {
 protected:
  const std::string vpc = lab.enabled_vpc("172.31.0.0/16");
  const std::string group = lab.group(vpc, "link");
  const std::string instance = lab.classic("10.44.7.9");
};

TEST_F(Link, TiesAnInstanceToAVpcWithItsGroups) {  // CL-11, CL-14
  const auto made =
      lab.call<api::AttachClassicLinkVpcResponse>(ClassicLab::link(instance, vpc, {group, group}));

  EXPECT_EQ(made.return_value, true);
  EXPECT_EQ(lab.classic_of(instance).linked_vpc.text(), vpc);
  ASSERT_THAT(links(), SizeIs(1));
  EXPECT_EQ(links()[0].instance_id, instance);
  EXPECT_EQ(links()[0].vpc_id, vpc);
  ASSERT_THAT(links()[0].groups, SizeIs(1));
  EXPECT_EQ(links()[0].groups[0].group_id, group);
  EXPECT_EQ(links()[0].groups[0].group_name, "link");
}

TEST_F(Link, LeavesTheInstanceInClassic) {  // CL-14
  lab.linked(instance, vpc, {group});

  const auto in_vpc = lab.call<api::DescribeInstancesResponse>(
      api::DescribeInstancesRequest{.filters = {{.name = "vpc-id", .values = {vpc}}}});
  const auto by_itself = lab.call<api::DescribeInstancesResponse>(api::DescribeInstancesRequest{});

  EXPECT_THAT(in_vpc.reservations, IsEmpty());
  const api::Instance& shown = by_itself.reservations.at(0).instances.at(0);
  EXPECT_EQ(shown.private_ip_address, "10.44.7.9");
  EXPECT_FALSE(shown.vpc_id.has_value());
  EXPECT_EQ(shown.security_groups.at(0).group_name, "default");
}

TEST_F(Link, WantsARunningInstanceInClassic) {  // CL-11, CASE-19
  const std::string subnet = lab.subnet(vpc, "172.31.0.0/20");
  const std::string in_vpc = lab.instance(subnet);
  const std::string pending = *lab.call<api::RunInstancesResponse>(ClassicLab::launch_classic())
                                   .instances.at(0)
                                   .instance_id;

  EXPECT_THAT(lab.refusal(ClassicLab::link(in_vpc, vpc, {group})),
              StartsWith("InvalidInstanceID.NotLinkable: Only EC2-Classic instances "));
  EXPECT_THAT(lab.refusal(ClassicLab::link(pending, vpc, {group})),
              StartsWith("InvalidInstanceID.NotLinkable: "));
  lab.settle();
  lab.stop(instance);
  EXPECT_THAT(lab.refusal(ClassicLab::link(instance, vpc, {group})),
              StartsWith("IncorrectInstanceState: "));
  lab.terminate(instance);
  EXPECT_THAT(lab.refusal(ClassicLab::link(instance, vpc, {group})),
              StartsWith("IncorrectInstanceState: "));
}

TEST_F(Link, WantsAnEnabledVpcAndItsGroups) {  // CL-11, CASE-19
  const std::string off = lab.vpc("192.168.0.0/16");
  const std::string foreign = lab.group(off, "foreign");

  EXPECT_THAT(lab.refusal(ClassicLab::link(instance, off, {foreign})),
              StartsWith("InvalidParameterValue: "));
  EXPECT_THAT(lab.refusal(ClassicLab::link(instance, vpc, {foreign})),
              StartsWith("InvalidGroup.NotFound: "));
  EXPECT_THAT(lab.refusal(ClassicLab::link(instance, vpc, {lab.classic_group("web")})),
              StartsWith("InvalidGroup.NotFound: "));
  EXPECT_THAT(lab.refusal(ClassicLab::link(instance, vpc, {"sg-00000000"})),
              StartsWith("InvalidGroup.NotFound: "));
}

TEST_F(Link, WantsAllItsParameters) {  // CL-11, CASE-19
  EXPECT_EQ(lab.refusal(ClassicLab::link(instance, vpc, {})),
            "MissingParameter: The request must contain the parameter SecurityGroupId");
  EXPECT_THAT(lab.refusal(api::AttachClassicLinkVpcRequest{.groups = {group}, .vpc_id = vpc}),
              StartsWith("MissingParameter: "));
  EXPECT_THAT(
      lab.refusal(api::AttachClassicLinkVpcRequest{.groups = {group}, .instance_id = instance}),
      StartsWith("MissingParameter: "));
}

TEST_F(Link, KnowsNoOtherAccountAndNoOtherRegion) {  // CL-11
  lab.caller().account = "123456789101";
  EXPECT_THAT(lab.refusal(ClassicLab::link(instance, vpc, {group})),
              StartsWith("InvalidInstanceID.NotFound: "));

  lab.caller() = {std::string(kClassicAccount), "eu-west-1"};
  const std::string far = lab.classic();
  EXPECT_THAT(lab.refusal(ClassicLab::link(far, vpc, {group})),
              StartsWith("InvalidVpcID.NotFound: "));
}

TEST_F(Link, IsToOneVpcAtATime) {  // CL-12, CASE-19
  const std::string other = lab.enabled_vpc("192.168.0.0/16");
  const std::string theirs = lab.group(other, "theirs");
  lab.linked(instance, vpc, {group});

  EXPECT_THAT(lab.refusal(ClassicLab::link(instance, other, {theirs})),
              StartsWith("InstanceAlreadyLinked: "));
  EXPECT_THAT(lab.refusal(ClassicLab::link(instance, vpc, {group})),
              StartsWith("InstanceAlreadyLinked: "));
}

TEST_F(Link, ChangesItsGroupsOnlyByBeingMadeAnew) {  // CL-12
  const std::string other = lab.group(vpc, "other");
  lab.linked(instance, vpc, {group});

  lab.call<api::DetachClassicLinkVpcResponse>(
      api::DetachClassicLinkVpcRequest{.instance_id = instance, .vpc_id = vpc});
  lab.linked(instance, vpc, {other});

  EXPECT_EQ(links().at(0).groups.at(0).group_id, other);
}

TEST_F(Link, KeepsItsGroupsFromBeingDeleted) {  // SG-17
  lab.linked(instance, vpc, {group});

  EXPECT_THAT(lab.refusal(api::DeleteSecurityGroupRequest{.group_id = group}),
              StartsWith("DependencyViolation: "));
  lab.stop(instance);
  lab.call<api::DeleteSecurityGroupResponse>(api::DeleteSecurityGroupRequest{.group_id = group});
}

TEST_F(Link, KeepsItsVpc) {  // CL-8, VPC-12
  const std::string standard = lab.vpc_of(vpc).default_security_group.text();
  lab.call<api::DeleteSecurityGroupResponse>(api::DeleteSecurityGroupRequest{.group_id = group});
  lab.linked(instance, vpc, {standard});

  EXPECT_THAT(lab.refusal(api::DisableVpcClassicLinkRequest{.vpc_id = vpc}),
              StartsWith("DependencyViolation: "));
  EXPECT_THAT(lab.refusal(api::DeleteVpcRequest{.vpc_id = vpc}),
              StartsWith("DependencyViolation: "));
  lab.stop(instance);
  lab.disable(vpc);
  lab.call<api::DeleteVpcResponse>(api::DeleteVpcRequest{.vpc_id = vpc});
}

TEST_F(Link, EndsWithDetaching) {  // CL-13
  const api::DetachClassicLinkVpcRequest request{.instance_id = instance, .vpc_id = vpc};
  EXPECT_THAT(lab.refusal(request), StartsWith("InvalidParameterValue: "));
  lab.linked(instance, vpc, {group});
  const std::string other = lab.enabled_vpc("192.168.0.0/16");
  EXPECT_THAT(
      lab.refusal(api::DetachClassicLinkVpcRequest{.instance_id = instance, .vpc_id = other}),
      StartsWith("InvalidParameterValue: "));

  EXPECT_EQ(lab.call<api::DetachClassicLinkVpcResponse>(request).return_value, true);

  EXPECT_THAT(links(), IsEmpty());
  EXPECT_THAT(lab.vpc_of(vpc).linked_instances, IsEmpty());
  EXPECT_THAT(lab.routes(lab.main_table(vpc)), Contains(kRoute));  // CL-2
}

TEST_F(Link, EndsWithAStopAndIsNotMadeAnewByAStart) {  // CL-13, CASE-2 row 8
  lab.linked(instance, vpc, {group});

  lab.call<api::StopInstancesResponse>(api::StopInstancesRequest{.instance_ids = {instance}});
  EXPECT_THAT(links(), IsEmpty());  // at once
  lab.settle();
  lab.start(instance);

  EXPECT_THAT(links(), IsEmpty());
  EXPECT_NE(to_string(lab.classic_of(instance).private_address), "10.44.7.9");
  lab.linked(instance, vpc, {group});
}

TEST_F(Link, EndsWithATermination) {  // CL-13
  lab.linked(instance, vpc, {group});

  lab.call<api::TerminateInstancesResponse>(
      api::TerminateInstancesRequest{.instance_ids = {instance}});

  EXPECT_THAT(links(), IsEmpty());
}

TEST_F(Link, OutlivesAReboot) {  // CL-13
  lab.linked(instance, vpc, {group});

  lab.call<api::RebootInstancesResponse>(api::RebootInstancesRequest{.instance_ids = {instance}});

  EXPECT_THAT(links(), SizeIs(1));
}

TEST_F(Link, MarksTheVpcItsPeersAndTheRegion) {  // RT-26, SG-13
  const std::string other = lab.vpc("192.168.0.0/16");
  lab.active_peering(vpc, other);
  static_cast<void>(lab.plane().take_changed());
  static_cast<void>(lab.plane().take_changed_classic());
  const auto marked = [&] {
    EXPECT_THAT(lab.plane().take_changed_classic(), ElementsAre(region_number("us-east-1")));
    return lab.plane().take_changed().size();
  };

  lab.linked(instance, vpc, {group});
  EXPECT_EQ(marked(), 2U);
  lab.stop(instance);
  EXPECT_EQ(marked(), 2U);
}

TEST_F(Link, ShowsTheRulesOfItsGroupsToTheRegion) {  // CL-15, SG-12
  lab.linked(instance, vpc, {group});
  static_cast<void>(lab.plane().take_changed_classic());

  lab.call<api::AuthorizeSecurityGroupIngressResponse>(api::AuthorizeSecurityGroupIngressRequest{
      .group_id = group,
      .ip_permissions = {{.ip_protocol = "-1", .ip_ranges = {{.cidr_ip = "192.168.0.0/16"}}}}});

  EXPECT_THAT(lab.plane().take_changed_classic(), SizeIs(1));
}

// --- describing -----------------------------------------------------------------------------

TEST_F(Link, IsFoundByItsParts) {  // API-5
  const std::string second = lab.classic();
  const std::string other = lab.group(vpc, "other");
  lab.linked(instance, vpc, {group});
  lab.linked(second, vpc, {other});

  EXPECT_THAT(links({{.name = "vpc-id", .values = {vpc}}}), SizeIs(2));
  EXPECT_THAT(links({{.name = "group-id", .values = {other}}}), SizeIs(1));
  EXPECT_THAT(links({{.name = "instance-id", .values = {second}}}), SizeIs(1));
  EXPECT_THAT(lab.refusal(api::DescribeClassicLinkInstancesRequest{
                  .filters = {{.name = "colour", .values = {"red"}}}}),
              StartsWith("InvalidParameterValue: "));
}

TEST_F(Link, IsDescribedForInstancesThatHaveOne) {  // CL-14
  const std::string unlinked = lab.classic();
  lab.linked(instance, vpc, {group});
  const std::string in_vpc = lab.instance(lab.subnet(vpc, "172.31.0.0/20"));

  const auto named = lab.call<api::DescribeClassicLinkInstancesResponse>(
      api::DescribeClassicLinkInstancesRequest{.instance_ids = {unlinked, instance}});

  ASSERT_THAT(named.instances, SizeIs(1));
  EXPECT_EQ(named.instances[0].instance_id, instance);
  EXPECT_THAT(lab.refusal(api::DescribeClassicLinkInstancesRequest{.instance_ids = {in_vpc}}),
              StartsWith("InvalidParameterValue: "));
}

TEST_F(Link, IsListedPageByPage) {  // API-5
  for (int i = 0; i < 3; ++i) {
    lab.linked(lab.classic(), vpc, {group});
  }
  api::DescribeClassicLinkInstancesRequest request{.max_results = 2};

  const auto first = lab.call<api::DescribeClassicLinkInstancesResponse>(request);
  request.next_token = first.next_token;
  const auto second = lab.call<api::DescribeClassicLinkInstancesResponse>(request);

  EXPECT_THAT(first.instances, SizeIs(2));
  EXPECT_THAT(second.instances, SizeIs(1));
  EXPECT_FALSE(second.next_token.has_value());
}

TEST_F(ClassicLinkOf, VpcsIsDescribedAndFiltered) {
  const std::string on = lab.enabled_vpc("172.31.0.0/16");
  const std::string off = lab.vpc("192.168.0.0/16");

  const auto all =
      lab.call<api::DescribeVpcClassicLinkResponse>(api::DescribeVpcClassicLinkRequest{});
  const auto enabled =
      lab.call<api::DescribeVpcClassicLinkResponse>(api::DescribeVpcClassicLinkRequest{
          .filters = {{.name = "is-classic-link-enabled", .values = {"true"}}}});

  ASSERT_THAT(all.vpcs, SizeIs(2));
  EXPECT_EQ(all.vpcs[1].vpc_id, off);
  EXPECT_EQ(all.vpcs[1].classic_link_enabled, false);
  ASSERT_THAT(enabled.vpcs, SizeIs(1));
  EXPECT_EQ(enabled.vpcs[0].vpc_id, on);
  EXPECT_EQ(enabled.vpcs[0].classic_link_enabled, true);
}

// --- names ----------------------------------------------------------------------------------

TEST_F(ClassicLinkOf, NamesWantBothDnsAttributes) {  // CL-19
  const std::string vpc = lab.enabled_vpc("172.31.0.0/16");
  const api::EnableVpcClassicLinkDnsSupportRequest request{.vpc_id = vpc};

  EXPECT_THAT(lab.refusal(request), StartsWith("InvalidParameterValue: "));
  set_dns(vpc, true);
  EXPECT_EQ(lab.call<api::EnableVpcClassicLinkDnsSupportResponse>(request).return_value, true);

  const auto described = lab.call<api::DescribeVpcClassicLinkDnsSupportResponse>(
      api::DescribeVpcClassicLinkDnsSupportRequest{.vpc_ids = {vpc}});
  ASSERT_THAT(described.vpcs, SizeIs(1));
  EXPECT_EQ(described.vpcs[0].classic_link_dns_supported, true);
  lab.call<api::DisableVpcClassicLinkDnsSupportResponse>(
      api::DisableVpcClassicLinkDnsSupportRequest{.vpc_id = vpc});
  EXPECT_FALSE(lab.vpc_of(vpc).classic_link_dns);
}

}  // namespace
}  // namespace vpclab::control
