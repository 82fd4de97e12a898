// VPCs and their address space: VPC-1…17, DNS-2, DHCP-1.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/api/generated/dhcp_options.h"
#include "emulator/api/generated/network_acl.h"
#include "tests/control/lab.h"

namespace vpclab::control {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

api::CreateVpcRequest vpc_request(const std::string& cidr) { return {.cidr_block = cidr}; }

api::AssociateVpcCidrBlockRequest add_cidr(const std::string& vpc, const std::string& cidr) {
  return {.cidr_block = cidr, .vpc_id = vpc};
}

TEST(Vpc, IsPendingFirstAndAvailableThen) {  // VPC-6, API-6
  Lab lab;

  const auto created = lab.call<api::CreateVpcResponse>(vpc_request("10.0.0.0/16"));

  EXPECT_EQ(created.vpc->state, "pending");
  EXPECT_EQ(created.vpc->cidr_block, "10.0.0.0/16");
  EXPECT_EQ(created.vpc->owner_id, kDefaultAccount);
  EXPECT_EQ(created.vpc->instance_tenancy, "default");  // VPC-16
  EXPECT_EQ(created.vpc->is_default, false);
  lab.settle();
  const auto described = lab.call<api::DescribeVpcsResponse>(api::DescribeVpcsRequest{});
  ASSERT_THAT(described.vpcs, SizeIs(1));
  EXPECT_EQ(described.vpcs[0].state, "available");
}

TEST(Vpc, BringsItsMainTableDefaultAclAndDefaultGroup) {  // VPC-6
  Lab lab;

  const Vpc& vpc = lab.vpc_of(lab.vpc("10.0.0.0/16"));

  EXPECT_THAT(vpc.route_tables, ElementsAre(vpc.main_route_table));
  EXPECT_THAT(vpc.network_acls, ElementsAre(vpc.default_network_acl));
  EXPECT_THAT(vpc.security_groups, ElementsAre(vpc.default_security_group));
  EXPECT_TRUE(vpc.internet_gateway.empty());
  EXPECT_TRUE(vpc.subnets.empty());
  EXPECT_TRUE(vpc.dns_support);
  EXPECT_FALSE(vpc.dns_hostnames);  // DNS-2
}

TEST(Vpc, AcceptsBlocksFrom16To28Only) {  // VPC-2
  Lab lab(with_quotas(Quotas::lifted()));

  EXPECT_EQ(lab.refusal(vpc_request("10.0.0.0/15")),
            "InvalidVpc.Range: The CIDR '10.0.0.0/15' is invalid.");
  EXPECT_EQ(lab.refusal(vpc_request("10.0.0.0/29")),
            "InvalidVpc.Range: The CIDR '10.0.0.0/29' is invalid.");
  EXPECT_EQ(lab.refusal(vpc_request("169.254.0.0/16")),
            "InvalidVpc.Range: The CIDR '169.254.0.0/16' is invalid.");
  EXPECT_EQ(lab.refusal(vpc_request("10.0.0.0")),
            "InvalidParameterValue: Value (10.0.0.0) for parameter cidrBlock is invalid. This is "
            "not a valid CIDR block.");
  EXPECT_EQ(lab.refusal(api::CreateVpcRequest{}),
            "MissingParameter: The request must contain the parameter CidrBlock");
  lab.vpc("10.0.0.0/16");
  lab.vpc("10.0.0.0/28");
}

TEST(Vpc, ClearsHostBits) {  // VPC-3
  Lab lab;

  const auto created = lab.call<api::CreateVpcResponse>(vpc_request("100.68.0.18/18"));

  EXPECT_EQ(created.vpc->cidr_block, "100.68.0.0/18");
}

TEST(Vpc, MayHavePublicRangesAndTheSameAsAnother) {  // VPC-4, VPC-5
  Lab lab;

  lab.vpc("198.51.0.0/16");
  lab.vpc("198.51.0.0/16");

  EXPECT_EQ(lab.inventory().vpcs.size(), 2U);
}

TEST(Vpc, BelongsToOneAccountAndRegion) {  // VPC-1, VPC-15
  Lab lab;
  const std::string mine = lab.vpc("10.0.0.0/16");
  const api::DescribeVpcsRequest by_id{.vpc_ids = {mine}};

  lab.caller().account = "210987654321";
  EXPECT_EQ(lab.refusal(by_id), "InvalidVpcID.NotFound: The vpc ID '" + mine + "' does not exist");
  lab.caller() = {.account = std::string(kDefaultAccount), .region = "eu-west-1"};
  EXPECT_EQ(lab.refusal(by_id), "InvalidVpcID.NotFound: The vpc ID '" + mine + "' does not exist");
  EXPECT_TRUE(lab.call<api::DescribeVpcsResponse>(api::DescribeVpcsRequest{}).vpcs.empty());
  lab.caller().account = "12345";
  EXPECT_EQ(lab.refusal(by_id),
            "AuthFailure: AWS was not able to validate the provided access credentials");
}

TEST(Vpc, GetsSecondaryBlocksUpToFive) {  // VPC-8, VPC-11
  Lab lab;
  const std::string vpc = lab.vpc("10.0.0.0/16");

  const auto added = lab.call<api::AssociateVpcCidrBlockResponse>(add_cidr(vpc, "10.1.0.0/16"));

  EXPECT_EQ(added.cidr_block_association->cidr_block_state->state, "associating");
  lab.settle();
  EXPECT_EQ(lab.vpc_of(vpc).cidrs[1].state, CidrState::kAssociated);
  for (const char* cidr : {"10.2.0.0/16", "10.3.0.0/16", "10.4.0.0/16"}) {
    lab.call<api::AssociateVpcCidrBlockResponse>(add_cidr(vpc, cidr));
  }
  EXPECT_EQ(
      lab.refusal(add_cidr(vpc, "10.5.0.0/16")),
      "CidrLimitExceeded: This network " + vpc + " has met its maximum number of allowed CIDRs: 5");
}

TEST(Vpc, RefusesSecondaryBlocksThatOverlapABlockOrARoute) {  // VPC-9
  Lab lab;
  const std::string vpc = lab.vpc("10.0.0.0/16");
  const std::string gateway = lab.attached_gateway(vpc);
  lab.call<api::CreateRouteResponse>(
      api::CreateRouteRequest{.destination_cidr_block = "10.9.0.0/24",
                              .gateway_id = gateway,
                              .route_table_id = lab.vpc_of(vpc).main_route_table.text()});

  EXPECT_THAT(lab.refusal(add_cidr(vpc, "10.0.128.0/17")), testing::StartsWith("CidrConflict: "));
  EXPECT_THAT(lab.refusal(add_cidr(vpc, "10.9.0.0/24")), testing::StartsWith("CidrConflict: "));
  EXPECT_THAT(lab.refusal(add_cidr(vpc, "10.9.0.0/16")), testing::StartsWith("CidrConflict: "));
  EXPECT_THAT(lab.refusal(add_cidr(vpc, "10.9.0.0/29")), testing::StartsWith("InvalidVpc.Range: "));
  lab.call<api::AssociateVpcCidrBlockResponse>(add_cidr(vpc, "10.9.0.0/25"));
}

TEST(Vpc, WarnsOfFamiliesThatAwsOnceKeptApart) {  // VPC-10
  Lab lab;
  const std::string vpc = lab.vpc("10.0.0.0/16");

  lab.call<api::AssociateVpcCidrBlockResponse>(add_cidr(vpc, "192.168.0.0/16"));
  lab.call<api::AssociateVpcCidrBlockResponse>(add_cidr(vpc, "100.64.0.0/16"));

  const std::vector<Warning> warnings = lab.plane().take_warnings();
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_EQ(warnings[0].rule, "VPC-10");
  EXPECT_EQ(warnings[0].resource.text(), vpc);
  EXPECT_EQ(warnings[0].message, "AWS once refused to add the CIDR 192.168.0.0/16 to the vpc '" +
                                     vpc + "' whose primary CIDR is 10.0.0.0/16.");
  EXPECT_TRUE(lab.plane().take_warnings().empty());
}

TEST(Vpc, JudgesFamiliesOfBlocksOnlyWhenAsked) {  // VPC-10
  Lab lax(with_knobs({.vpc_family_rules = FamilyRules::kIgnore}));
  lax.call<api::AssociateVpcCidrBlockResponse>(add_cidr(lax.vpc("10.0.0.0/16"), "192.168.0.0/16"));
  EXPECT_TRUE(lax.plane().take_warnings().empty());

  Lab strict(with_knobs({.vpc_family_rules = FamilyRules::kEnforce}));
  const std::string ten = strict.vpc("10.2.0.0/16");
  const std::string twelve = strict.vpc("172.16.0.0/16");
  const std::string sixteen = strict.vpc("192.168.0.0/16");
  const std::string shared = strict.vpc("100.64.0.0/16");
  for (const char* cidr : {"172.16.0.0/16", "192.168.0.0/16", "198.19.0.0/16"}) {
    EXPECT_THAT(strict.refusal(add_cidr(ten, cidr)), testing::StartsWith("InvalidVpc.Range"));
  }
  for (const char* cidr : {"10.0.0.0/16", "192.168.0.0/16", "172.31.0.0/16"}) {
    EXPECT_THAT(strict.refusal(add_cidr(twelve, cidr)), testing::StartsWith("InvalidVpc.Range"));
  }
  EXPECT_THAT(strict.refusal(add_cidr(sixteen, "172.16.0.0/16")),
              testing::StartsWith("InvalidVpc.Range"));
  EXPECT_THAT(strict.refusal(add_cidr(shared, "10.0.0.0/16")),
              testing::StartsWith("InvalidVpc.Range"));
  strict.call<api::AssociateVpcCidrBlockResponse>(add_cidr(ten, "100.64.0.0/16"));
}

TEST(Vpc, KeepsItsPrimaryBlockForEver) {  // VPC-7
  Lab lab;
  const Vpc& vpc = lab.vpc_of(lab.vpc("10.0.0.0/16"));
  const std::string association = vpc.cidrs[0].association.text();

  EXPECT_EQ(lab.refusal(api::DisassociateVpcCidrBlockRequest{.association_id = association}),
            "OperationNotPermitted: The vpc CIDR block with association ID " + association +
                " may not be disassociated. It is the primary IPv4 CIDR block of the VPC");
}

TEST(Vpc, GivesUpASecondaryBlockOnceNoSubnetIsInIt) {  // VPC-11
  Lab lab;
  const std::string vpc = lab.vpc("10.0.0.0/16");
  const auto added = lab.call<api::AssociateVpcCidrBlockResponse>(add_cidr(vpc, "10.1.0.0/16"));
  const api::DisassociateVpcCidrBlockRequest remove{
      .association_id = added.cidr_block_association->association_id};
  const std::string subnet = lab.subnet(vpc, "10.1.1.0/24");
  EXPECT_THAT(lab.refusal(remove), testing::StartsWith("DependencyViolation: "));

  lab.call<api::DeleteSubnetResponse>(api::DeleteSubnetRequest{.subnet_id = subnet});
  const auto removed = lab.call<api::DisassociateVpcCidrBlockResponse>(remove);

  EXPECT_EQ(removed.cidr_block_association->cidr_block_state->state, "disassociating");
  EXPECT_FALSE(lab.vpc_of(vpc).contains(wire::Ipv4Address::of(10, 1, 0, 1)));
  lab.settle();
  EXPECT_THAT(lab.vpc_of(vpc).cidrs, SizeIs(1));
}

TEST(Vpc, GivesUpASecondaryBlockInItsOwnTime) {  // VPC-11, API-6
  Lab lab;
  const std::string vpc = lab.vpc("10.0.0.0/16");
  const auto added = lab.call<api::AssociateVpcCidrBlockResponse>(add_cidr(vpc, "10.1.0.0/16"));
  lab.pass(std::chrono::milliseconds(200));
  lab.call<api::DisassociateVpcCidrBlockResponse>(api::DisassociateVpcCidrBlockRequest{
      .association_id = added.cidr_block_association->association_id});

  lab.pass(std::chrono::milliseconds(499));  // the association would be complete by now
  ASSERT_THAT(lab.vpc_of(vpc).cidrs, SizeIs(2));
  EXPECT_EQ(lab.vpc_of(vpc).cidrs[1].state, CidrState::kDisassociating);
  lab.pass(std::chrono::milliseconds(1));

  EXPECT_THAT(lab.vpc_of(vpc).cidrs, SizeIs(1));
}

TEST(Vpc, IsDeletedWithItsDefaultsOnceNothingElseIsInIt) {  // VPC-12
  Lab lab;
  const std::string vpc = lab.vpc("10.0.0.0/16");
  const api::DeleteVpcRequest remove{.vpc_id = vpc};
  const std::string refused =
      "DependencyViolation: The vpc '" + vpc + "' has dependencies and cannot be deleted.";

  const std::string subnet = lab.subnet(vpc, "10.0.0.0/24");
  EXPECT_EQ(lab.refusal(remove), refused);
  lab.call<api::DeleteSubnetResponse>(api::DeleteSubnetRequest{.subnet_id = subnet});

  const std::string group = lab.group(vpc, "web");
  EXPECT_EQ(lab.refusal(remove), refused);
  lab.call<api::DeleteSecurityGroupResponse>(api::DeleteSecurityGroupRequest{.group_id = group});

  const std::string table = lab.route_table(vpc);
  EXPECT_EQ(lab.refusal(remove), refused);
  lab.call<api::DeleteRouteTableResponse>(api::DeleteRouteTableRequest{.route_table_id = table});

  const std::string gateway = lab.attached_gateway(vpc);
  EXPECT_EQ(lab.refusal(remove), refused);
  lab.call<api::DetachInternetGatewayResponse>(
      api::DetachInternetGatewayRequest{.internet_gateway_id = gateway, .vpc_id = vpc});

  lab.call<api::DeleteVpcResponse>(remove);
  EXPECT_TRUE(lab.inventory().vpcs.empty());
  EXPECT_TRUE(lab.inventory().route_tables.empty());
  EXPECT_TRUE(lab.inventory().network_acls.empty());
  EXPECT_TRUE(lab.inventory().security_groups.empty());
}

TEST(Vpc, HasDnsAttributesOnePerCall) {  // DNS-2
  Lab lab;
  const std::string vpc = lab.vpc("10.0.0.0/16");
  const api::AttributeBooleanValue on{.value = true};
  const api::AttributeBooleanValue off{.value = false};

  EXPECT_THAT(lab.refusal(api::ModifyVpcAttributeRequest{
                  .enable_dns_hostnames = on, .enable_dns_support = on, .vpc_id = vpc}),
              testing::StartsWith("InvalidParameterCombination: "));
  lab.call<api::ModifyVpcAttributeResponse>(
      api::ModifyVpcAttributeRequest{.enable_dns_support = off, .vpc_id = vpc});
  EXPECT_THAT(
      lab.refusal(api::ModifyVpcAttributeRequest{.enable_dns_hostnames = on, .vpc_id = vpc}),
      testing::StartsWith("InvalidParameterValue: "));
  lab.call<api::ModifyVpcAttributeResponse>(
      api::ModifyVpcAttributeRequest{.enable_dns_support = on, .vpc_id = vpc});
  lab.call<api::ModifyVpcAttributeResponse>(
      api::ModifyVpcAttributeRequest{.enable_dns_hostnames = on, .vpc_id = vpc});

  const auto described = lab.call<api::DescribeVpcAttributeResponse>(
      api::DescribeVpcAttributeRequest{.attribute = "enableDnsHostnames", .vpc_id = vpc});
  EXPECT_EQ(described.enable_dns_hostnames->value, true);
  EXPECT_FALSE(described.enable_dns_support.has_value());
}

TEST(Vpc, HasTheRegionsDefaultDhcpOptions) {  // DHCP-1
  Lab lab;
  lab.caller().region = "eu-west-1";
  const std::string vpc = lab.vpc("10.0.0.0/16");

  const auto described =
      lab.call<api::DescribeDhcpOptionsResponse>(api::DescribeDhcpOptionsRequest{});

  ASSERT_THAT(described.dhcp_options, SizeIs(1));
  EXPECT_EQ(described.dhcp_options[0].dhcp_options_id, lab.vpc_of(vpc).dhcp_options.text());
  ASSERT_THAT(described.dhcp_options[0].dhcp_configurations, SizeIs(2));
  EXPECT_EQ(described.dhcp_options[0].dhcp_configurations[0].values[0].value,
            "eu-west-1.compute.internal");
  lab.call<api::AssociateDhcpOptionsResponse>(
      api::AssociateDhcpOptionsRequest{.dhcp_options_id = "default", .vpc_id = vpc});
  EXPECT_TRUE(lab.vpc_of(vpc).dhcp_options.empty());
}

TEST(DhcpOptions, CannotBeDeletedWhileAVpcUsesThem) {  // DHCP-1
  Lab lab;
  const std::string vpc = lab.vpc("10.0.0.0/16");
  const auto created = lab.call<api::CreateDhcpOptionsResponse>(api::CreateDhcpOptionsRequest{
      .dhcp_configurations = {{.key = "domain-name", .values = {"lab.example"}}}});
  const std::string options = created.dhcp_options->dhcp_options_id.value();
  lab.call<api::AssociateDhcpOptionsResponse>(
      api::AssociateDhcpOptionsRequest{.dhcp_options_id = options, .vpc_id = vpc});

  EXPECT_EQ(lab.refusal(api::DeleteDhcpOptionsRequest{.dhcp_options_id = options}),
            "DependencyViolation: The dhcpOptions '" + options +
                "' has dependencies and cannot be deleted.");
  EXPECT_THAT(lab.refusal(api::CreateDhcpOptionsRequest{
                  .dhcp_configurations = {{.key = "colour", .values = {"blue"}}}}),
              testing::StartsWith("InvalidParameterValue: "));
}

TEST(DhcpOptions, SayOnlyWhatAGuestUnderstands) {  // DHCP-1
  Lab lab;
  const auto set = [](const std::string& key, std::vector<std::string> values) {
    return api::CreateDhcpOptionsRequest{
        .dhcp_configurations = {{.key = key, .values = std::move(values)}}};
  };
  const auto refused = [&](const std::string& key, const std::vector<std::string>& values) {
    return lab.refusal(set(key, values)).starts_with("InvalidParameterValue: ");
  };

  EXPECT_TRUE(refused("domain-name-servers", {"foo"}));
  EXPECT_TRUE(refused("domain-name-servers",
                      {"10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "AmazonProvidedDNS"}));
  EXPECT_TRUE(refused("ntp-servers", {"AmazonProvidedDNS"}));
  EXPECT_TRUE(refused("netbios-name-servers", {"zzz"}));
  EXPECT_TRUE(refused("netbios-node-type", {"3"}));
  EXPECT_TRUE(refused("netbios-node-type", {"9"}));
  EXPECT_TRUE(refused("netbios-node-type", {"1", "2"}));
  EXPECT_TRUE(refused("domain-name", {"a..b"}));
  EXPECT_TRUE(refused("domain-name", {".example"}));
  EXPECT_TRUE(refused("domain-name", {"lab.example", "corp.example"}));
  EXPECT_TRUE(refused("domain-name", {""}));
  EXPECT_TRUE(refused("domain-name", {}));
  for (const char* type : {"1", "2", "4", "8"}) {
    lab.call<api::CreateDhcpOptionsResponse>(set("netbios-node-type", {type}));
  }
  lab.call<api::CreateDhcpOptionsResponse>(set("domain-name", {"lab-1.example corp.example"}));
  lab.call<api::CreateDhcpOptionsResponse>(
      set("domain-name-servers", {"10.0.0.1", "10.0.0.2", "10.0.0.3", "AmazonProvidedDNS"}));
}

TEST(DefaultVpc, HasASubnetPerZoneAGatewayAndADefaultRoute) {  // VPC-13, SUB-6
  Lab lab;

  const auto created = lab.call<api::CreateDefaultVpcResponse>(api::CreateDefaultVpcRequest{});
  const Vpc& vpc = lab.vpc_of(created.vpc->vpc_id.value());

  EXPECT_EQ(created.vpc->cidr_block, "172.31.0.0/16");
  EXPECT_TRUE(vpc.is_default);
  EXPECT_TRUE(vpc.dns_support && vpc.dns_hostnames);
  EXPECT_THAT(vpc.subnets, SizeIs(6));  // us-east-1 has six zones
  for (const api::SubnetId& id : vpc.subnets) {
    const Subnet& subnet = lab.inventory().subnets.get(id);
    EXPECT_EQ(subnet.cidr.length(), 20);
    EXPECT_TRUE(subnet.map_public_ip_on_launch && subnet.default_for_zone);
  }
  const RouteTable& main = lab.inventory().route_tables.get(vpc.main_route_table);
  ASSERT_THAT(main.routes, SizeIs(1));
  EXPECT_EQ(main.routes[0].target, api::ResourceId(vpc.internet_gateway));
  EXPECT_EQ(route_state(lab.inventory(), main, main.routes[0]), RouteState::kActive);
  EXPECT_EQ(lab.refusal(api::CreateDefaultVpcRequest{}),
            "DefaultVpcAlreadyExists: A Default VPC already exists for this account in this "
            "region.");
}

TEST(DefaultVpc, GetsALostDefaultSubnetBack) {  // VPC-13
  Lab lab;
  lab.call<api::CreateDefaultVpcResponse>(api::CreateDefaultVpcRequest{});
  const api::CreateDefaultSubnetRequest zone_b{.availability_zone = "us-east-1b"};
  const auto found = lab.call<api::DescribeSubnetsResponse>(api::DescribeSubnetsRequest{
      .filters = {{.name = "availability-zone", .values = {"us-east-1b"}}}});
  ASSERT_THAT(found.subnets, SizeIs(1));
  EXPECT_THAT(lab.refusal(zone_b),
              testing::StartsWith("DefaultSubnetAlreadyExistsInAvailabilityZone: "));

  lab.call<api::DeleteSubnetResponse>(
      api::DeleteSubnetRequest{.subnet_id = found.subnets[0].subnet_id});
  const auto created = lab.call<api::CreateDefaultSubnetResponse>(zone_b);

  EXPECT_EQ(created.subnet->cidr_block, "172.31.16.0/20");
  EXPECT_EQ(created.subnet->default_for_az, true);
}

TEST(Vpc, OfTheWizardIsMadeOfOrdinaryCalls) {  // VPC-14
  Lab lab;
  const std::string vpc = lab.vpc("10.1.0.0/16");
  const std::string subnet = lab.subnet(vpc, "10.1.0.0/20");
  const std::string table = lab.route_table(vpc);
  const std::string gateway = lab.attached_gateway(vpc);
  lab.call<api::AssociateRouteTableResponse>(
      api::AssociateRouteTableRequest{.route_table_id = table, .subnet_id = subnet});
  lab.call<api::CreateRouteResponse>(api::CreateRouteRequest{
      .destination_cidr_block = "0.0.0.0/0", .gateway_id = gateway, .route_table_id = table});

  EXPECT_FALSE(lab.subnet_of(subnet).map_public_ip_on_launch);
  EXPECT_EQ(lab.inventory().effective_route_table(lab.subnet_of(subnet)).id.text(), table);
}

}  // namespace
}  // namespace vpclab::control
