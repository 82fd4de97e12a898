// Flat EC2 Query parameters to typed requests, and AWS's refusals of what is no request.
#include "emulator/api/decode.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/api/action.h"
#include "emulator/api/generated/all.h"

namespace vpclab::api {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

ApiError error_of(std::string_view action, const ParamMap& params) {
  const Decoded<Request> request = decode(action, params);
  EXPECT_FALSE(request.has_value());
  return request ? ApiError{} : request.error();
}

TEST(Decode, ReadsScalarsListsAndStructures) {
  const Decoded<Request> request =
      decode("AuthorizeSecurityGroupIngress", {{"GroupId", "sg-1"},
                                               {"IpPermissions.1.IpProtocol", "icmp"},
                                               {"IpPermissions.1.FromPort", "-1"},
                                               {"IpPermissions.1.ToPort", "-1"},
                                               {"IpPermissions.1.IpRanges.1.CidrIp", "10.1.0.0/16"},
                                               {"IpPermissions.1.IpRanges.2.CidrIp", "10.2.0.0/16"},
                                               {"IpPermissions.2.Groups.1.GroupId", "sg-2"}});

  ASSERT_TRUE(request.has_value());
  const auto& ingress = request->get<AuthorizeSecurityGroupIngressRequest>();
  EXPECT_EQ(ingress.group_id, "sg-1");
  ASSERT_EQ(ingress.ip_permissions.size(), 2U);
  EXPECT_EQ(ingress.ip_permissions[0].ip_protocol, "icmp");
  EXPECT_EQ(ingress.ip_permissions[0].from_port, -1);
  EXPECT_THAT(ingress.ip_permissions[0].ip_ranges,
              ElementsAre(IpRange{.cidr_ip = "10.1.0.0/16"}, IpRange{.cidr_ip = "10.2.0.0/16"}));
  EXPECT_EQ(ingress.ip_permissions[1].user_id_group_pairs[0].group_id, "sg-2");
  EXPECT_FALSE(ingress.ip_permissions[1].from_port.has_value());
}

TEST(Decode, TakesTheNameOnTheWire) {
  const Decoded<Request> group =
      decode("CreateSecurityGroup", {{"GroupName", "web"}, {"GroupDescription", "servers"}});

  ASSERT_TRUE(group.has_value());
  EXPECT_EQ(group->get<CreateSecurityGroupRequest>().description, "servers");
}

TEST(Decode, PassesOverWhatBelongsToTheCall) {
  const Decoded<Request> request =
      decode("CreateVpc",
             {{"Action", "CreateVpc"}, {"Version", "2016-11-15"}, {"CidrBlock", "10.0.0.0/16"}});

  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(*request, Request(CreateVpcRequest{.cidr_block = "10.0.0.0/16"}));
}

TEST(Decode, CarriesDryRun) {  // API-3
  EXPECT_TRUE(decode("CreateVpc", {{"DryRun", "true"}})->is_dry_run());
  EXPECT_FALSE(decode("CreateVpc", {{"DryRun", "False"}})->is_dry_run());
  EXPECT_FALSE(decode("CreateVpc", {})->is_dry_run());
}

TEST(Decode, SortsListsByTheirIndices) {
  const Decoded<Request> request =
      decode("DescribeVpcs", {{"VpcId.10", "c"}, {"VpcId.2", "b"}, {"VpcId.1", "a"}});

  ASSERT_TRUE(request.has_value());
  EXPECT_THAT(request->get<DescribeVpcsRequest>().vpc_ids, ElementsAre("a", "b", "c"));
}

TEST(Decode, RefusesAnUnknownAction) {
  EXPECT_EQ(
      error_of("CreateCastle", {}),
      (ApiError{"InvalidAction", "The action CreateCastle is not valid for this web service."}));
}

TEST(Decode, NamesTheMissingParameter) {  // API-4
  EXPECT_EQ(error_of("DeleteVpc", {}),
            (ApiError{"MissingParameter", "The request must contain the parameter VpcId"}));
  EXPECT_EQ(error_of("AttachClassicLinkVpc", {{"InstanceId", "i"}, {"VpcId", "v"}}).message,
            "The request must contain the parameter SecurityGroupId");
  EXPECT_EQ(
      error_of("RunInstances",
               {{"MinCount", "1"}, {"MaxCount", "1"}, {"ElasticInferenceAccelerator.1.Count", "1"}})
          .message,
      "The request must contain the parameter ElasticInferenceAccelerator.1.Type");
}

TEST(Decode, NamesTheUnknownParameter) {  // API-4
  EXPECT_EQ(error_of("DescribeVpcs", {{"Colour", "red"}}),
            (ApiError{"UnknownParameter", "The parameter Colour is not recognized"}));
  for (const std::string name :
       {"VpcId", "VpcId.0", "VpcId.01", "VpcId.x", "VpcId.1.2", "VpcId.-1", "VpcId.", "VpcId.1.",
        "VpcId.9999999", "Filter.1", "Filter.1.Name.1", "vpcid.1", ""}) {
    EXPECT_EQ(error_of("DescribeVpcs", {{name, "x"}}).message,
              "The parameter " + name + " is not recognized");
  }
}

TEST(Decode, RefusesBadScalars) {  // API-4
  const ApiError count = error_of("RunInstances", {{"MinCount", "one"}, {"MaxCount", "1"}});
  EXPECT_EQ(count.code, "InvalidParameterValue");
  EXPECT_EQ(count.message,
            "Value (one) for parameter minCount is invalid. The value must be an integer.");
  for (const std::string text : {"", " 1", "1 ", "0x1", "1.0", "2147483648", "-2147483649", "+1"}) {
    EXPECT_EQ(error_of("DescribeVpcs", {{"MaxResults", text}}).code, "InvalidParameterValue")
        << text;
  }
  EXPECT_THAT(error_of("CreateVpc", {{"DryRun", "yes"}}).message, HasSubstr("true or false"));
  EXPECT_THAT(error_of("ImportKeyPair", {{"KeyName", "k"}, {"PublicKeyMaterial", "%"}}).message,
              HasSubstr("base64"));
  EXPECT_THAT(
      error_of("RunInstances", {{"MinCount", "1"},
                                {"MaxCount", "1"},
                                {"InstanceMarketOptions.SpotOptions.ValidUntil", "tomorrow"}})
          .message,
      HasSubstr("instanceMarketOptions.SpotOptions.ValidUntil is invalid"));
}

TEST(Decode, RefusesWhatAnEnumerationDoesNotHave) {
  EXPECT_EQ(error_of("CreateVpc", {{"InstanceTenancy", "shared"}}).message,
            "Value (shared) for parameter instanceTenancy is invalid. Valid values: default, "
            "dedicated, host.");
  EXPECT_EQ(error_of("DescribeAccountAttributes", {{"AttributeName.1", "age"}}).code,
            "InvalidParameterValue");
  EXPECT_TRUE(decode("RunInstances", {{"MinCount", "1"},
                                      {"MaxCount", "1"},
                                      {"InstanceType", "z9.new"}})  // an open enumeration
                  .has_value());
}

TEST(Decode, PutsValuesBeforeWhatIsMissingBeforeWhatIsUnknown) {
  const ParamMap all{{"MaxCount", "x"}, {"Colour", "red"}};

  EXPECT_EQ(error_of("RunInstances", all).code, "InvalidParameterValue");
  EXPECT_EQ(error_of("RunInstances", {{"MaxCount", "1"}, {"Colour", "red"}}).code,
            "MissingParameter");
}

TEST(Decode, BoundsWhatAHostileCallerMaySend) {
  ParamMap many;
  for (std::size_t i = 0; i <= kMaxParameters; ++i) {
    many.set("VpcId." + std::to_string(i + 1), "v");
  }
  EXPECT_EQ(error_of("DescribeVpcs", many).code, "RequestEntityTooLarge");
  EXPECT_EQ(error_of("DescribeVpcs", {{std::string(kMaxParameterNameSize + 1, 'a'), ""}}).code,
            "RequestEntityTooLarge");
  EXPECT_EQ(
      error_of("DescribeVpcs", {{"VpcId.1", std::string(kMaxParameterValueSize + 1, 'a')}}).code,
      "RequestEntityTooLarge");
  ParamMap large;
  for (std::size_t i = 1; i <= 17; ++i) {
    large.set("VpcId." + std::to_string(i), std::string(kMaxParameterValueSize, 'a'));
  }
  EXPECT_EQ(error_of("DescribeVpcs", large).code, "RequestEntityTooLarge");
  EXPECT_LT(error_of(std::string(100'000, 'A'), {}).message.size(), 400U);
}

TEST(Decode, MakesNoElementsForAGreatIndex) {
  const Decoded<Request> request = decode("DescribeVpcs", {{"Filter.999999.Name", "vpc-id"}});

  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(request->get<DescribeVpcsRequest>().filters.size(), 1U);
}

TEST(ToParams, WritesTheNamesOnTheWire) {
  const Request request = CreateNetworkAclEntryRequest{
      .cidr_block = "10.0.0.0/8",
      .egress = false,
      .icmp_type_code = IcmpTypeCode{.code = -1, .type = 8},
      .network_acl_id = "acl-1",
      .protocol = "1",
      .rule_action = "allow",
      .rule_number = 100,
  };

  EXPECT_EQ(to_params(request), (ParamMap{{"CidrBlock", "10.0.0.0/8"},
                                          {"Egress", "false"},
                                          {"Icmp.Code", "-1"},
                                          {"Icmp.Type", "8"},
                                          {"NetworkAclId", "acl-1"},
                                          {"Protocol", "1"},
                                          {"RuleAction", "allow"},
                                          {"RuleNumber", "100"}}));
}

TEST(Actions, AreFoundByEitherName) {
  for (const ActionModel& action : actions()) {
    EXPECT_EQ(find_action(action.name), &action);
    EXPECT_EQ(find_cli_action(action.cli_name), &action);
  }
  EXPECT_EQ(find_action("createvpc"), nullptr);
  EXPECT_EQ(find_action(""), nullptr);
  EXPECT_EQ(find_action("Zzz"), nullptr);
  EXPECT_EQ(find_cli_action("CreateVpc"), nullptr);
}

TEST(Actions, HaveTheOrderOfTheirEnumerators) {
  for (std::size_t i = 0; i < actions().size(); ++i) {
    EXPECT_EQ(to_string(static_cast<Action>(i)), actions()[i].name);
  }
  EXPECT_EQ(to_string(Action::kCreateVpc), "CreateVpc");
  EXPECT_EQ(action_name(DeleteVpcRequest{}), "DeleteVpc");
}

}  // namespace
}  // namespace vpclab::api
