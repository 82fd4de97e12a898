// The text that `aws --output json` prints. The golden files are what Python's json module makes of
// them, four spaces and all: json_text_test.py says so.
#include "emulator/api/json_text.h"

#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "emulator/api/generated/all.h"

namespace vpclab::api {
namespace {

std::string golden(const std::string& name) {
  std::ifstream stream(std::string(VPCLAB_SOURCE_DIR) + "/tests/api/golden/" + name);
  EXPECT_TRUE(stream.good()) << name;
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

TEST(JsonText, IsWhatDescribeRouteTablesPrints) {
  const Response response = DescribeRouteTablesResponse{
      .route_tables = {RouteTable{
          .associations = {RouteTableAssociation{
              .main = true,
              .route_table_association_id = "rtbassoc-0123456789abcdef0",
              .route_table_id = "rtb-0123456789abcdef0",
              .association_state = RouteTableAssociationState{.state = "associated"},
          }},
          .route_table_id = "rtb-0123456789abcdef0",
          .routes = {Route{
                         .destination_cidr_block = "10.1.0.0/16",
                         .gateway_id = "local",
                         .origin = "CreateRouteTable",
                         .state = "active",
                     },
                     Route{
                         .destination_cidr_block = "10.2.0.0/16",
                         .origin = "CreateRoute",
                         .state = "blackhole",
                         .vpc_peering_connection_id = "pcx-aaaabbbb",
                     }},
          .vpc_id = "vpc-0123456789abcdef0",
          .owner_id = "123456789012",
      }},
  };

  EXPECT_EQ(to_cli_json(response), golden("describe-route-tables.json"));
}

TEST(JsonText, WritesTextNumbersTruthsAndTimes) {
  const Response response = DescribeInstancesResponse{
      .reservations = {Reservation{
          .instances = {Instance{
              .ami_launch_index = 0,
              .launch_time = Timestamp{1'704'067'200'000},
              .state = InstanceState{.code = 16, .name = "running"},
              .ebs_optimized = false,
              .tags = {Tag{.key = "quote \" backslash \\ slash /", .value = "tab\tline\nbell\a"},
                       Tag{.key = "é 日本 😀", .value = "del \x7f bad \xff\xc0\x80 end"}},
          }},
          .owner_id = "123456789012",
          .reservation_id = "r-0123456789abcdef0",
      }},
  };

  EXPECT_EQ(to_cli_json(response), golden("describe-instances.json"));
}

TEST(JsonText, ShowsTheListsThatEc2AlwaysSends) {
  EXPECT_EQ(to_cli_json(Response(DescribeVpcsResponse{})), "{\n    \"Vpcs\": []\n}\n");
  EXPECT_EQ(to_cli_json(Response(CreateVpcResponse{.vpc = Vpc{}})), "{\n    \"Vpc\": {}\n}\n");
}

TEST(JsonText, IsEmptyForAnEmptyResponse) {  // the AWS CLI prints nothing then
  EXPECT_EQ(to_cli_json(Response(DeleteVpcResponse{})), "");
}

TEST(JsonText, WritesRequestsToo) {
  EXPECT_EQ(to_cli_json(Request(DescribeVpcsRequest{.vpc_ids = {"vpc-1"}})),
            "{\n    \"VpcIds\": [\n        \"vpc-1\"\n    ]\n}\n");
  EXPECT_EQ(to_cli_json(
                Request(ImportKeyPairRequest{.key_name = "k", .public_key_material = "\x01\xff"})),
            "{\n    \"KeyName\": \"k\",\n    \"PublicKeyMaterial\": \"Af8=\"\n}\n");
}

}  // namespace
}  // namespace vpclab::api
