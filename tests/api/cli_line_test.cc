// The AWS CLI's spelling of calls. The whole vocabulary is compared with the real program in
// aws_cli_test.py; here stand the forms one by one, and what a wrong line is told.
#include "emulator/api/cli_line.h"

#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/api/decode.h"
#include "emulator/api/generated/peering.h"
#include "emulator/api/generated/security_group.h"

namespace vpclab::api {
namespace {

using ::testing::HasSubstr;

ParamMap params_of(std::string_view line) {
  const auto command = parse_cli_line(line);
  EXPECT_TRUE(command.has_value()) << line << "\n" << (command ? "" : to_string(command.error()));
  return command ? command->params : ParamMap{};
}

std::string error_of(std::string_view line) {
  const auto command = parse_cli_line(line);
  EXPECT_FALSE(command.has_value()) << line;
  return command ? "" : to_string(command.error());
}

TEST(CliLine, NamesTheActionAndItsParameters) {
  const auto command = parse_cli_line("aws ec2 create-vpc --cidr-block 10.0.0.0/16");

  ASSERT_TRUE(command.has_value());
  EXPECT_EQ(command->action, "CreateVpc");
  EXPECT_EQ(command->params, (ParamMap{{"CidrBlock", "10.0.0.0/16"}}));
  EXPECT_EQ(command->profile, "");
  EXPECT_EQ(command->region, "");
}

TEST(CliLine, MayLeaveOutTheProgramsName) {
  EXPECT_EQ(parse_cli_line("ec2 describe-vpcs").value(),
            parse_cli_line("aws ec2 describe-vpcs").value());
}

TEST(CliLine, TakesProfileAndRegionFromAnyPlace) {
  const auto command = parse_cli_line(
      "aws --region eu-west-1 --output text ec2 describe-vpcs --profile bob --no-cli-pager");

  ASSERT_TRUE(command.has_value());
  EXPECT_EQ(command->region, "eu-west-1");
  EXPECT_EQ(command->profile, "bob");
  EXPECT_TRUE(command->params.empty());
}

TEST(CliLine, PassesPlaceholdersThrough) {
  EXPECT_EQ(params_of("ec2 authorize-security-group-ingress --group-id {vpc-2.default} "
                      "--protocol icmp --port -1 --cidr 10.1.0.0/16"),
            (ParamMap{{"GroupId", "{vpc-2.default}"},
                      {"IpPermissions.1.IpProtocol", "icmp"},
                      {"IpPermissions.1.FromPort", "-1"},
                      {"IpPermissions.1.ToPort", "-1"},
                      {"IpPermissions.1.IpRanges.1.CidrIp", "10.1.0.0/16"}}));
}

TEST(CliLine, ReadsTheClassicLinkPagesCommands) {  // SEED-9: the singular option
  for (const std::string_view line : {
           "aws ec2 modify-vpc-peering-connection-options --vpc-peering-connection-id "
           "pcx-aaaabbbb --requester-peering-connection-options "
           "AllowEgressFromLocalClassicLinkToRemoteVpc=true",
           "aws ec2 modify-vpc-peering-connection-options --vpc-peering-connection-id "
           "pcx-aaaabbbb --accepter-peering-connection-options "
           "AllowEgressFromLocalVpcToRemoteClassicLink=true",
           "aws ec2 describe-vpc-peering-connections --vpc-peering-connection-id pcx-aaaabbbb",
       }) {
    const auto command = parse_cli_line(line);

    ASSERT_TRUE(command.has_value()) << to_string(command.error());
    EXPECT_TRUE(decode(command->action, command->params).has_value()) << line;
  }
  EXPECT_EQ(params_of("ec2 describe-vpc-peering-connections --vpc-peering-connection-id pcx-1"),
            (ParamMap{{"VpcPeeringConnectionId.1", "pcx-1"}}));
}

TEST(CliLine, HasThreeFormsOfAWrappedBoolean) {
  const std::string head = "ec2 modify-vpc-attribute --vpc-id vpc-1 ";
  const ParamMap on{{"VpcId", "vpc-1"}, {"EnableDnsHostnames.Value", "true"}};

  EXPECT_EQ(params_of(head + "--enable-dns-hostnames"), on);
  EXPECT_EQ(params_of(head + "--enable-dns-hostnames Value=true"), on);
  EXPECT_EQ(params_of(head + "--enable-dns-hostnames '{\"Value\": true}'"), on);
  EXPECT_EQ(params_of(head + "--no-enable-dns-hostnames"),
            (ParamMap{{"VpcId", "vpc-1"}, {"EnableDnsHostnames.Value", "false"}}));
}

TEST(CliLine, BuildsARuleOfItsParts) {
  const std::string head = "ec2 authorize-security-group-ingress --group-id sg-1 ";

  EXPECT_EQ(params_of(head + "--protocol tcp --port 80-90 --source-group sg-2 --group-owner 1"),
            (ParamMap{{"GroupId", "sg-1"},
                      {"IpPermissions.1.IpProtocol", "tcp"},
                      {"IpPermissions.1.FromPort", "80"},
                      {"IpPermissions.1.ToPort", "90"},
                      {"IpPermissions.1.Groups.1.GroupId", "sg-2"},
                      {"IpPermissions.1.Groups.1.UserId", "1"}}));
  EXPECT_EQ(params_of(head + "--protocol all --source-group web"),
            (ParamMap{{"GroupId", "sg-1"},
                      {"IpPermissions.1.IpProtocol", "-1"},
                      {"IpPermissions.1.Groups.1.GroupName", "web"}}));
}

TEST(CliLine, TakesRawBytesForABlobWhenAsked) {
  EXPECT_EQ(params_of("ec2 import-key-pair --key-name k --public-key-material 'ssh-rsa AAAA' "
                      "--cli-binary-format raw-in-base64-out"),
            (ParamMap{{"KeyName", "k"}, {"PublicKeyMaterial", "c3NoLXJzYSBBQUFB"}}));
  EXPECT_THAT(error_of("ec2 import-key-pair --key-name k --public-key-material 'ssh-rsa AAAA'"),
              HasSubstr("not base64"));
}

TEST(CliLine, LetsTheLastUseOfAnOptionCount) {
  EXPECT_EQ(params_of("ec2 describe-vpcs --vpc-ids a b --vpc-ids c"), (ParamMap{{"VpcId.1", "c"}}));
}

TEST(CliLine, MergesInputJsonUnderTheOptions) {
  EXPECT_EQ(params_of(R"(ec2 create-vpc --cidr-block 10.1.0.0/16 --cli-input-json )"
                      R"('{"CidrBlock": "10.0.0.0/16", "DryRun": true}')"),
            (ParamMap{{"CidrBlock", "10.1.0.0/16"}, {"DryRun", "true"}}));
  EXPECT_EQ(params_of(R"(ec2 authorize-security-group-ingress --protocol tcp --cli-input-json )"
                      R"('{"IpPermissions": "x"}')"),
            (ParamMap{{"IpPermissions.1.IpProtocol", "tcp"}}));
}

struct Wrong {
  std::string line;
  std::string told;
};

TEST(CliLine, TellsWhatIsWrongAndWhere) {
  const std::vector<Wrong> cases{
      {"", "1: expected a service: ec2"},
      {"aws", "4: expected a service: ec2"},
      {"aws s3 ls", "5: 's3' is not emulated (hint: only `aws ec2 …` is known here)"},
      {"aws ec2", "8: expected a command, such as describe-vpcs"},
      {"aws ec2 descibe-vpcs",
       "9: 'descibe-vpcs' is no ec2 command that is emulated (hint: did "
       "you mean 'describe-vpcs'?)"},
      {"aws ec2 wait instance-running", "9: `aws ec2 wait` polls"},
      {"aws ec2 describe-vpcs help", "23: 'help' belongs to no option"},
      {"aws ec2 create-vpc --cidr-blok 10.0.0.0/16",
       "20: unknown option --cidr-blok (hint: did you mean '--cidr-block'?)"},
      {"aws ec2 create-subnet --vpc-id", "23: --vpc-id wants a value"},
      {"aws ec2 create-subnet --vpc-id --cidr-block 10.0.0.0/24", "23: --vpc-id wants a value"},
      {"aws ec2 create-subnet --cidr-block 10.0.0.0/24",
       "9: the following arguments are required: --vpc-id"},
      {"aws ec2 delete-network-acl-entry --network-acl-id acl-1 --rule-number 1",
       "9: the following arguments are required: --egress | --ingress"},
      {"aws ec2 run-instances --secondary 2",
       "23: the option --secondary is ambiguous (hint: it could be "
       "--secondary-private-ip-addresses, --secondary-private-ip-address-count)"},
      {"aws ec2 create-vpc --cidr-block 10.0.0.0/16 10.1.0.0/16",
       "45: '10.1.0.0/16' belongs to no option (hint: --cidr-block takes one value"},
      {"aws ec2 create-vpc --dry-run=true", "30: --dry-run takes no value"},
      {"aws ec2 create-vpc --dry-run --no-dry-run", "30: --no-dry-run and --dry-run exclude"},
      {"aws ec2 describe-vpcs --filters Name=a,Valus=b",
       "40: 'Valus' is no member of Filter (hint: did you mean 'Values'?)"},
      {"aws ec2 describe-vpcs --filters vpc-id", "39: expected '=' here, at the end of the value"},
      {"aws ec2 describe-vpcs --filters '{\"Name\": }'", "43: invalid JSON: expected a JSON value"},
      {"aws ec2 describe-vpcs --max-results ten", "37: MaxResults is an integer, not 'ten'"},
      {"aws ec2 modify-vpc-attribute --vpc-id v --enable-dns-support true",
       "66: expected '=' here, at the end of the value (hint: write --enable-dns-support, "
       "--no-enable-dns-support, or Value=true)"},
      {"aws ec2 modify-vpc-attribute --vpc-id v --enable-dns-support Value=yes",
       "68: EnableDnsSupport.Value is true or false, not 'yes'"},
      {"aws ec2 authorize-security-group-ingress --group-id g --protocol icpm",
       "66: 'icpm' is no protocol"},
      {"aws ec2 authorize-security-group-ingress --group-id g --protocol 256",
       "66: protocol numbers are 0-255"},
      {"aws ec2 authorize-security-group-ingress --group-id g --protocol tcp --port ssh",
       "77: 'ssh' is no port or range of ports"},
      {"aws ec2 authorize-security-group-ingress --ip-permissions IpProtocol=tcp --port 22",
       "74: --port does not go with --ip-permissions"},
      {"aws ec2 run-instances --count 1:x", "31: '1:x' is no count"},
      {"aws ec2 run-instances --network-interfaces DeviceIndex=0 --associate-public-ip-address",
       "58: --associate-public-ip-address does not go with --network-interfaces"},
      {"aws ec2 run-instances --user-data file://x", "35: files are not read here"},
      {"aws ec2 run-instances --generate-cli-skeleton", "23: --generate-cli-skeleton is not"},
      {"aws ec2 run-instances --output jsn", "32: 'jsn' is no choice of --output"},
      {"aws ec2 run-instances --cli-input-json [1]", "40: --cli-input-json wants a JSON object"},
      {"aws ec2 create-tags --resources i-1 --tags '[1]'",
       "46: Tags[0] is a structure, not a plain value (hint: write Key=…,Value=…)"},
      {"aws ec2 describe-vpcs --vpc-ids '[{}]'", "35: VpcIds[0] is a plain value, not a structure"},
  };
  for (const Wrong& wrong : cases) {
    EXPECT_THAT(error_of(wrong.line), ::testing::StartsWith(wrong.told)) << wrong.line;
  }
}

TEST(CliLine, IsLimitedInLength) {
  EXPECT_THAT(error_of("ec2 describe-vpcs --vpc-ids " + std::string(70'000, 'a')),
              HasSubstr("longer than"));
}

}  // namespace
}  // namespace vpclab::api
