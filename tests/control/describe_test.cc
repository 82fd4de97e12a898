// Describing: ids, filters, pages, tags: API-5; and what the generic rules say: API-3, API-4.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/api/action.h"
#include "emulator/api/generated/account.h"
#include "emulator/api/generated/classiclink.h"
#include "emulator/api/generated/nat_gateway.h"
#include "emulator/api/generated/tag.h"
#include "emulator/control/dispatch.h"
#include "emulator/control/filter.h"
#include "tests/control/lab.h"

namespace vpclab::control {
namespace {

using testing::ElementsAre;
using testing::SizeIs;
using testing::StartsWith;

std::vector<std::string> cidrs_of(const api::DescribeVpcsResponse& response) {
  std::vector<std::string> cidrs;
  for (const api::Vpc& vpc : response.vpcs) {
    cidrs.push_back(vpc.cidr_block.value());
  }
  return cidrs;
}

class Describe : public testing::Test {
 protected:
  std::vector<std::string> found(const std::vector<api::Filter>& filters) {
    return cidrs_of(
        lab.call<api::DescribeVpcsResponse>(api::DescribeVpcsRequest{.filters = filters}));
  }

  void tag(const std::string& id, const std::string& key, const std::string& value) {
    lab.call<api::CreateTagsResponse>(
        api::CreateTagsRequest{.resources = {id}, .tags = {{.key = key, .value = value}}});
  }

  Lab lab;
  std::string one = lab.vpc("10.1.0.0/16");
  std::string two = lab.vpc("10.2.0.0/16");
  std::string three = lab.vpc("192.168.0.0/16");
};

TEST_F(Describe, ShowsAllOrThoseNamed) {  // API-5
  EXPECT_THAT(found({}), ElementsAre("10.1.0.0/16", "10.2.0.0/16", "192.168.0.0/16"));
  EXPECT_THAT(cidrs_of(lab.call<api::DescribeVpcsResponse>(
                  api::DescribeVpcsRequest{.vpc_ids = {three, one}})),
              ElementsAre("192.168.0.0/16", "10.1.0.0/16"));
  EXPECT_EQ(lab.refusal(api::DescribeVpcsRequest{.vpc_ids = {one, "vpc-00000000"}}),
            "InvalidVpcID.NotFound: The vpc ID 'vpc-00000000' does not exist");
}

TEST_F(Describe, JoinsFiltersByAndTheirValuesByOr) {  // API-5
  EXPECT_THAT(found({{.name = "cidr", .values = {"10.1.0.0/16", "192.168.0.0/16"}}}),
              ElementsAre("10.1.0.0/16", "192.168.0.0/16"));
  EXPECT_THAT(found({{.name = "cidr", .values = {"10.*"}}, {.name = "vpc-id", .values = {two}}}),
              ElementsAre("10.2.0.0/16"));
  EXPECT_THAT(found({{.name = "state", .values = {"avail?ble"}}}), SizeIs(3));
  EXPECT_THAT(found({{.name = "is-default", .values = {"true"}}}), SizeIs(0));
  EXPECT_THAT(found({{.name = "cidr", .values = {}}}), SizeIs(0));
}

TEST_F(Describe, RefusesFiltersItDoesNotKnow) {  // API-5
  EXPECT_EQ(
      lab.refusal(api::DescribeVpcsRequest{.filters = {{.name = "colour", .values = {"blue"}}}}),
      "InvalidParameterValue: The filter 'colour' is invalid");
}

TEST_F(Describe, FiltersByTags) {  // API-5
  tag(one, "Name", "vpc-1");
  tag(two, "Name", "vpc-2");
  tag(two, "stage", "test");

  EXPECT_THAT(found({{.name = "tag:Name", .values = {"vpc-*"}}}), SizeIs(2));
  EXPECT_THAT(found({{.name = "tag:stage", .values = {"test"}}}), ElementsAre("10.2.0.0/16"));
  EXPECT_THAT(found({{.name = "tag-key", .values = {"stage"}}}), ElementsAre("10.2.0.0/16"));
  EXPECT_THAT(found({{.name = "tag-value", .values = {"vpc-1"}}}), ElementsAre("10.1.0.0/16"));
  EXPECT_EQ(lab.inventory().name_tag(*api::VpcId::parse(one), lab.vpc_of(one).owner), "vpc-1");
}

TEST_F(Describe, GivesPages) {
  api::DescribeVpcsRequest request{.max_results = 2};
  const auto first = lab.call<api::DescribeVpcsResponse>(request);
  EXPECT_THAT(cidrs_of(first), ElementsAre("10.1.0.0/16", "10.2.0.0/16"));

  request.next_token = first.next_token;
  const auto second = lab.call<api::DescribeVpcsResponse>(request);

  EXPECT_THAT(cidrs_of(second), ElementsAre("192.168.0.0/16"));
  EXPECT_FALSE(second.next_token.has_value());
  request.next_token = "next";
  EXPECT_THAT(lab.refusal(request), StartsWith("InvalidNextToken: "));
  request = {.vpc_ids = {one}, .max_results = 2};
  EXPECT_THAT(lab.refusal(request), StartsWith("InvalidParameterCombination: "));
  request = {.max_results = 0};
  EXPECT_THAT(lab.refusal(request), StartsWith("InvalidParameterValue: "));
}

TEST_F(Describe, ShowsTagsSetAtCreationAndLater) {
  const auto created = lab.call<api::CreateVpcResponse>(
      api::CreateVpcRequest{.cidr_block = "10.4.0.0/16",
                            .tag_specifications = {{.resource_type = "vpc",
                                                    .tags = {{.key = "Name", .value = "four"}}}}});
  const std::string four = created.vpc->vpc_id.value();
  ASSERT_THAT(created.vpc->tags, SizeIs(1));
  EXPECT_EQ(created.vpc->tags[0].value, "four");
  tag(four, "Name", "vier");
  tag(four, "owner", "me");

  const auto listed = lab.call<api::DescribeTagsResponse>(
      api::DescribeTagsRequest{.filters = {{.name = "resource-id", .values = {four}}}});

  ASSERT_THAT(listed.tags, SizeIs(2));
  EXPECT_EQ(listed.tags[0].value, "vier");
  EXPECT_EQ(listed.tags[0].resource_type, "vpc");
  lab.call<api::DeleteTagsResponse>(
      api::DeleteTagsRequest{.resources = {four}, .tags = {{.key = "owner"}}});
  EXPECT_THAT(lab.call<api::DescribeTagsResponse>(api::DescribeTagsRequest{}).tags, SizeIs(1));
  lab.call<api::DeleteVpcResponse>(api::DeleteVpcRequest{.vpc_id = four});
  EXPECT_THAT(lab.call<api::DescribeTagsResponse>(api::DescribeTagsRequest{}).tags, SizeIs(0));
}

TEST_F(Describe, RefusesWrongTags) {
  EXPECT_EQ(lab.refusal(api::CreateTagsRequest{.resources = {"vpc-00000000"},
                                               .tags = {{.key = "a", .value = "b"}}}),
            "InvalidVpcID.NotFound: The vpc ID 'vpc-00000000' does not exist");
  EXPECT_EQ(lab.refusal(api::CreateTagsRequest{.resources = {"thing-1"},
                                               .tags = {{.key = "a", .value = "b"}}}),
            "InvalidID: The ID 'thing-1' is not valid");
  EXPECT_THAT(lab.refusal(api::CreateTagsRequest{.resources = {one},
                                                 .tags = {{.key = "aws:x", .value = "b"}}}),
              StartsWith("InvalidParameterValue: "));
  EXPECT_THAT(lab.refusal(api::CreateTagsRequest{
                  .resources = {one}, .tags = {{.key = std::string(129, 'k'), .value = "b"}}}),
              StartsWith("InvalidParameterValue: "));
  std::string umlauts;
  for (int i = 0; i < 128; ++i) {
    umlauts += "\u00e4";  // characters count, not bytes
  }
  lab.call<api::CreateTagsResponse>(
      api::CreateTagsRequest{.resources = {one}, .tags = {{.key = umlauts, .value = umlauts}}});
  std::vector<api::Tag> many;
  many.reserve(51);
  for (int i = 0; i < 51; ++i) {
    many.push_back({.key = std::to_string(i), .value = ""});
  }
  EXPECT_THAT(lab.refusal(api::CreateTagsRequest{.resources = {one}, .tags = many}),
              StartsWith("TagLimitExceeded: "));
  EXPECT_THAT(lab.refusal(api::CreateVpcRequest{
                  .cidr_block = "10.4.0.0/16",
                  .tag_specifications = {{.resource_type = "subnet", .tags = {}}}}),
              StartsWith("InvalidParameterValue: "));
}

TEST_F(Describe, TagsEveryKindOfResource) {
  const std::string subnet = lab.subnet(one, "10.1.0.0/24");
  const std::string instance = lab.instance(subnet);
  const std::vector<std::string> resources{
      one,
      subnet,
      lab.route_table(one),
      lab.gateway(),
      lab.peering(one, two),
      lab.vpc_of(one).default_network_acl.text(),
      lab.group(one, "web"),
      lab.primary_of(instance).id.text(),
      instance,
      lab.vpc_of(one).dhcp_options.text(),
      lab.inventory()
          .security_groups.get(lab.vpc_of(one).default_security_group)
          .rules.front()
          .id.text(),
      *lab.call<api::AllocateAddressResponse>(api::AllocateAddressRequest{}).allocation_id};
  for (const std::string& resource : resources) {
    tag(resource, "Name", resource);
  }

  const auto listed = lab.call<api::DescribeTagsResponse>(api::DescribeTagsRequest{});

  EXPECT_EQ(listed.tags.size(), resources.size());
  for (const api::TagDescription& row : listed.tags) {
    EXPECT_EQ(row.value, row.resource_id);
    EXPECT_FALSE(row.resource_type->empty());
  }
}

TEST_F(Describe, JudgesADryRunLikeTheCall) {  // API-3
  EXPECT_EQ(lab.refusal(api::CreateVpcRequest{.cidr_block = "10.5.0.0/16", .dry_run = true}),
            "DryRunOperation: Request would have succeeded, but DryRun flag is set.");
  EXPECT_EQ(lab.refusal(api::CreateVpcRequest{.cidr_block = "10.0.0.0/8", .dry_run = true}),
            "InvalidVpc.Range: The CIDR '10.0.0.0/8' is invalid.");
}

TEST_F(Describe, LeavesLaterWorkAlone) {  // API-4
  EXPECT_EQ(
      lab.refusal(api::CreateEgressOnlyInternetGatewayRequest{}),
      "UnsupportedOperation: The operation CreateEgressOnlyInternetGateway is not supported.");
  EXPECT_EQ(lab.refusal(api::CreateVpcRequest{.cidr_block = "10.5.0.0/16",
                                              .amazon_provided_ipv6_cidr_block = true}),
            "UnsupportedOperation: IPv6 address blocks are not emulated yet.");
}

TEST(Action, HasAHandlerUnlessItIsLaterWork) {
  std::vector<std::string> later;
  for (std::size_t i = 0; i < api::actions().size(); ++i) {
    const auto action = static_cast<api::Action>(i);
    if (find_handler(action) == nullptr) {
      later.emplace_back(api::to_string(action));
    }
  }

  EXPECT_THAT(later, testing::Each(testing::AnyOf(testing::HasSubstr("Ipv6Addresses"),
                                                  testing::HasSubstr("EgressOnly"),
                                                  testing::HasSubstr("SubnetCidrBlock"))));
  EXPECT_THAT(later, SizeIs(7));
}

TEST_F(Describe, KnowsRegionsAndZones) {  // VPC-1
  const auto zones =
      lab.call<api::DescribeAvailabilityZonesResponse>(api::DescribeAvailabilityZonesRequest{});
  const auto regions = lab.call<api::DescribeRegionsResponse>(
      api::DescribeRegionsRequest{.filters = {{.name = "region-name", .values = {"eu-*"}}}});
  const auto attributes = lab.call<api::DescribeAccountAttributesResponse>(
      api::DescribeAccountAttributesRequest{.attribute_names = {"default-vpc"}});

  EXPECT_THAT(zones.availability_zones, SizeIs(6));
  EXPECT_EQ(zones.availability_zones[0].zone_name, "us-east-1a");
  EXPECT_THAT(regions.regions, SizeIs(5));
  ASSERT_THAT(attributes.account_attributes, SizeIs(1));
  EXPECT_EQ(attributes.account_attributes[0].attribute_values.at(0).attribute_value, "none");
  lab.caller().region = "mars-north-1";
  EXPECT_THAT(lab.refusal(api::DescribeVpcsRequest{}), StartsWith("InvalidParameterValue: "));
}

TEST(Pattern, KnowsStarsQuestionMarksAndEscapes) {  // API-5
  EXPECT_TRUE(matches_pattern("*", ""));
  EXPECT_TRUE(matches_pattern("a*c", "abbbc"));
  EXPECT_TRUE(matches_pattern("a*b*c", "aXbYbZc"));
  EXPECT_TRUE(matches_pattern("a?c", "abc"));
  EXPECT_TRUE(matches_pattern("10.*.0.0/16", "10.200.0.0/16"));
  EXPECT_TRUE(matches_pattern("a\\*c", "a*c"));
  EXPECT_TRUE(matches_pattern("", ""));
  EXPECT_FALSE(matches_pattern("a\\*c", "abc"));
  EXPECT_FALSE(matches_pattern("a?c", "ac"));
  EXPECT_FALSE(matches_pattern("a*c", "abcd"));
  EXPECT_FALSE(matches_pattern("", "a"));
  EXPECT_FALSE(matches_pattern("A", "a"));
}

TEST(Quota, RefusesTheOneTooMany) {  // section 1's quotas
  Lab lab(with_quotas({.vpcs_per_region = 1,
                       .subnets_per_vpc = 1,
                       .route_tables_per_vpc = 2,
                       .routes_per_table = 1,
                       .internet_gateways_per_region = 1,
                       .network_acls_per_vpc = 1,
                       .security_groups_per_region = 2,
                       .network_interfaces_per_region = 1}));
  const std::string vpc = lab.vpc("10.1.0.0/16");
  const std::string subnet = lab.subnet(vpc, "10.1.0.0/24");
  const std::string table = lab.route_table(vpc);
  const std::string gateway = lab.attached_gateway(vpc);
  lab.group(vpc, "one");
  lab.interface(subnet);
  api::CreateRouteRequest route{
      .destination_cidr_block = "0.0.0.0/0", .gateway_id = gateway, .route_table_id = table};
  lab.call<api::CreateRouteResponse>(route);
  route.destination_cidr_block = "8.0.0.0/8";

  EXPECT_THAT(lab.refusal(api::CreateVpcRequest{.cidr_block = "10.2.0.0/16"}),
              StartsWith("VpcLimitExceeded: "));
  EXPECT_THAT(lab.refusal(api::CreateDefaultVpcRequest{}), StartsWith("VpcLimitExceeded: "));
  EXPECT_THAT(lab.refusal(api::CreateSubnetRequest{.cidr_block = "10.1.1.0/24", .vpc_id = vpc}),
              StartsWith("SubnetLimitExceeded: "));
  EXPECT_THAT(lab.refusal(api::CreateRouteTableRequest{.vpc_id = vpc}),
              StartsWith("RouteTableLimitExceeded: "));
  EXPECT_THAT(lab.refusal(route), StartsWith("RouteLimitExceeded: "));
  EXPECT_THAT(lab.refusal(api::CreateInternetGatewayRequest{}),
              StartsWith("InternetGatewayLimitExceeded: "));
  EXPECT_THAT(lab.refusal(api::CreateSecurityGroupRequest{
                  .description = "x", .group_name = "two", .vpc_id = vpc}),
              StartsWith("SecurityGroupLimitExceeded: "));
  EXPECT_THAT(lab.refusal(api::CreateNetworkInterfaceRequest{.subnet_id = subnet}),
              StartsWith("NetworkInterfaceLimitExceeded: "));
}

TEST(Quota, IsEachOwnersOwn) {
  Lab lab(with_quotas({.vpcs_per_region = 1}));
  lab.vpc("10.1.0.0/16");
  lab.caller().account = "222222222222";
  lab.vpc("10.1.0.0/16");

  EXPECT_THAT(lab.refusal(api::CreateVpcRequest{.cidr_block = "10.2.0.0/16"}),
              StartsWith("VpcLimitExceeded: "));
}

TEST(Quota, OfGatewaysHoldsForTheDefaultVpcToo) {  // VPC-13
  Lab lab(with_quotas({.internet_gateways_per_region = 1}));
  lab.gateway();

  EXPECT_THAT(lab.refusal(api::CreateDefaultVpcRequest{}),
              StartsWith("InternetGatewayLimitExceeded: "));
}

}  // namespace
}  // namespace vpclab::control
