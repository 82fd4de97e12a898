// Subnets and their addresses: SUB-1…9.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/control/lab.h"

namespace vpclab::control {
namespace {

using testing::SizeIs;
using testing::StartsWith;

api::CreateSubnetRequest subnet_request(const std::string& vpc, const std::string& cidr) {
  return {.cidr_block = cidr, .vpc_id = vpc};
}

api::CreateNetworkInterfaceRequest at_address(const std::string& subnet,
                                              const std::string& address) {
  return {.private_ip_address = address, .subnet_id = subnet};
}

TEST(Subnet, LiesInABlockOfItsVpcAndIsFrom16To28) {  // SUB-1
  Lab lab;
  const std::string vpc = lab.vpc("10.0.0.0/16");
  const auto range = [](const std::string& cidr) {
    return "InvalidSubnet.Range: The CIDR '" + cidr + "' is invalid.";
  };

  EXPECT_EQ(lab.refusal(subnet_request(vpc, "10.1.0.0/24")), range("10.1.0.0/24"));
  EXPECT_EQ(lab.refusal(subnet_request(vpc, "10.0.0.0/15")), range("10.0.0.0/15"));
  EXPECT_EQ(lab.refusal(subnet_request(vpc, "10.0.0.0/29")), range("10.0.0.0/29"));
  EXPECT_EQ(lab.refusal(subnet_request("vpc-00000000", "10.0.0.0/24")),
            "InvalidVpcID.NotFound: The vpc ID 'vpc-00000000' does not exist");
  EXPECT_THAT(lab.refusal(subnet_request(vpc, "ten")), StartsWith("InvalidParameterValue: "));
  lab.subnet(vpc, "10.0.0.0/16");  // the whole VPC
}

TEST(Subnet, MustNotOverlapAnother) {  // SUB-1
  Lab lab;
  const std::string vpc = lab.vpc("10.0.0.0/16");
  lab.subnet(vpc, "10.0.1.0/24");

  EXPECT_EQ(lab.refusal(subnet_request(vpc, "10.0.0.0/20")),
            "InvalidSubnet.Conflict: The CIDR '10.0.0.0/20' conflicts with another subnet");
  EXPECT_EQ(lab.refusal(subnet_request(vpc, "10.0.1.128/25")),
            "InvalidSubnet.Conflict: The CIDR '10.0.1.128/25' conflicts with another subnet");
  lab.subnet(lab.vpc("10.0.0.0/16"), "10.0.1.0/24");  // of another VPC: fine
}

TEST(Subnet, BeginsWithTheMainTableTheDefaultAclAndNoPublicAddresses) {  // SUB-6, RT-2, ACL-1
  Lab lab;
  const std::string vpc = lab.vpc("10.0.0.0/16");

  const auto created = lab.call<api::CreateSubnetResponse>(subnet_request(vpc, "10.0.1.18/24"));
  const Subnet& subnet = lab.subnet_of(created.subnet->subnet_id.value());

  EXPECT_EQ(created.subnet->state, "pending");
  EXPECT_EQ(created.subnet->cidr_block, "10.0.1.0/24");  // VPC-3
  EXPECT_EQ(created.subnet->map_public_ip_on_launch, false);
  EXPECT_EQ(created.subnet->availability_zone, "us-east-1a");
  EXPECT_TRUE(subnet.route_table.empty());
  EXPECT_EQ(lab.inventory().effective_route_table(subnet).id, lab.vpc_of(vpc).main_route_table);
  EXPECT_EQ(subnet.network_acl, lab.vpc_of(vpc).default_network_acl);
  lab.settle();
  EXPECT_EQ(subnet.state, SubnetState::kAvailable);
}

TEST(Subnet, LiesInOneZone) {  // VPC-1
  Lab lab;
  const std::string vpc = lab.vpc("10.0.0.0/16");
  api::CreateSubnetRequest request = subnet_request(vpc, "10.0.1.0/24");

  request.availability_zone = "eu-west-1a";
  EXPECT_EQ(lab.refusal(request), "InvalidParameterValue: Invalid Availability Zone (eu-west-1a)");
  request.availability_zone = "us-east-1c";
  EXPECT_EQ(lab.call<api::CreateSubnetResponse>(request).subnet->availability_zone_id, "use1-az3");
}

TEST(Subnet, ReservesFiveAddresses) {  // SUB-2, SUB-4
  Lab lab;
  const std::string vpc = lab.vpc("10.0.0.0/16");
  const std::string subnet = lab.subnet(vpc, "10.0.1.0/24");
  const std::string reserved =
      " for parameter address is invalid. Address is in subnet's reserved address range";

  EXPECT_EQ(lab.subnet_of(subnet).addresses.available(), 251U);
  EXPECT_EQ(lab.subnet_of(lab.subnet(vpc, "10.0.2.0/28")).addresses.available(), 11U);
  EXPECT_EQ(lab.subnet_of(lab.subnet(vpc, "10.0.16.0/20")).addresses.available(), 4091U);
  for (const char* address : {"10.0.1.0", "10.0.1.1", "10.0.1.2", "10.0.1.3", "10.0.1.255"}) {
    EXPECT_EQ(lab.refusal(at_address(subnet, address)),
              "InvalidParameterValue: Value (" + std::string(address) + ")" + reserved);
  }
  EXPECT_EQ(
      lab.refusal(at_address(subnet, "10.0.2.9")),
      "InvalidParameterValue: Value (10.0.2.9) for parameter address is invalid. Address does "
      "not fall within the subnet's address range");  // SUB-5
}

TEST(Subnet, KeepsTheDnsAddressOfEveryRange) {  // SUB-3
  Lab lab;
  const std::string vpc = lab.vpc("10.0.0.0/16");
  const std::string second = lab.subnet(vpc, "10.0.7.0/24");

  EXPECT_TRUE(lab.subnet_of(second).addresses.is_reserved(wire::Ipv4Address::of(10, 0, 7, 2)));
}

TEST(Subnet, GivesTheLowestFreeAddressAndEachOnce) {  // SUB-5
  Lab lab;
  const std::string subnet = lab.subnet(lab.vpc("10.0.0.0/16"), "10.0.1.0/28");
  lab.call<api::CreateNetworkInterfaceResponse>(at_address(subnet, "10.0.1.5"));

  const auto first = lab.call<api::CreateNetworkInterfaceResponse>(
      api::CreateNetworkInterfaceRequest{.subnet_id = subnet});
  const auto second = lab.call<api::CreateNetworkInterfaceResponse>(
      api::CreateNetworkInterfaceRequest{.subnet_id = subnet});

  EXPECT_EQ(first.network_interface->private_ip_address, "10.0.1.4");
  EXPECT_EQ(second.network_interface->private_ip_address, "10.0.1.6");
  EXPECT_EQ(lab.refusal(at_address(subnet, "10.0.1.5")),
            "InvalidIPAddress.InUse: Address 10.0.1.5 is in use.");
  for (int i = 0; i < 8; ++i) {
    lab.interface(subnet);
  }
  EXPECT_EQ(lab.refusal(api::CreateNetworkInterfaceRequest{.subnet_id = subnet}),
            "InsufficientFreeAddressesInSubnet: The specified subnet '" + subnet +
                "' does not have enough free addresses to satisfy the request.");
  lab.call<api::DeleteNetworkInterfaceResponse>(api::DeleteNetworkInterfaceRequest{
      .network_interface_id = first.network_interface->network_interface_id});
  EXPECT_EQ(lab.interface_of(lab.interface(subnet)).primary.private_address,
            wire::Ipv4Address::of(10, 0, 1, 4));
}

TEST(Subnet, OfAStoppedInstanceStillHoldsItsAddress) {  // SUB-4
  Lab lab;
  const std::string subnet = lab.subnet(lab.vpc("10.0.0.0/16"), "10.0.1.0/24");
  const std::string instance = lab.instance(subnet);

  lab.call<api::StopInstancesResponse>(api::StopInstancesRequest{.instance_ids = {instance}});
  lab.settle();

  const auto described = lab.call<api::DescribeSubnetsResponse>(api::DescribeSubnetsRequest{});
  ASSERT_THAT(described.subnets, SizeIs(1));
  EXPECT_EQ(described.subnets[0].available_ip_address_count, 250);
}

TEST(Subnet, IsPublicByItsRouteTableAlone) {  // SUB-7
  Lab lab;
  const std::string vpc = lab.vpc("10.0.0.0/16");
  const std::string subnet = lab.subnet(vpc, "10.0.1.0/24");
  lab.call<api::ModifySubnetAttributeResponse>(api::ModifySubnetAttributeRequest{
      .map_public_ip_on_launch = api::AttributeBooleanValue{.value = true}, .subnet_id = subnet});

  EXPECT_TRUE(lab.subnet_of(subnet).map_public_ip_on_launch);
  EXPECT_TRUE(lab.inventory().effective_route_table(lab.subnet_of(subnet)).routes.empty());
}

TEST(Subnet, CannotBeDeletedWithAnInterfaceInIt) {  // SUB-8
  Lab lab;
  const std::string subnet = lab.subnet(lab.vpc("10.0.0.0/16"), "10.0.1.0/24");
  const std::string interface = lab.interface(subnet);
  const api::DeleteSubnetRequest remove{.subnet_id = subnet};

  EXPECT_EQ(lab.refusal(remove), "DependencyViolation: The subnet '" + subnet +
                                     "' has dependencies and cannot be deleted.");
  lab.call<api::DeleteNetworkInterfaceResponse>(
      api::DeleteNetworkInterfaceRequest{.network_interface_id = interface});
  lab.call<api::DeleteSubnetResponse>(remove);
  EXPECT_EQ(lab.refusal(remove),
            "InvalidSubnetID.NotFound: The subnet ID '" + subnet + "' does not exist");
}

TEST(Subnet, LeavesReachabilityToTablesAndAcls) {  // SUB-9
  Lab lab;
  const std::string vpc = lab.vpc("10.0.0.0/16");
  const Subnet& a = lab.subnet_of(lab.subnet(vpc, "10.0.1.0/24"));
  const Subnet& b = lab.subnet_of(lab.subnet(vpc, "10.0.2.0/24"));

  EXPECT_EQ(&lab.inventory().effective_route_table(a), &lab.inventory().effective_route_table(b));
  EXPECT_EQ(a.network_acl, b.network_acl);
}

TEST(Subnet, ChangesOneAttributeACall) {
  Lab lab;
  const std::string subnet = lab.subnet(lab.vpc("10.0.0.0/16"), "10.0.1.0/24");
  const api::AttributeBooleanValue on{.value = true};

  EXPECT_THAT(lab.refusal(api::ModifySubnetAttributeRequest{.assign_ipv6_address_on_creation = on,
                                                            .map_public_ip_on_launch = on,
                                                            .subnet_id = subnet}),
              StartsWith("InvalidParameterCombination: "));
  EXPECT_THAT(lab.refusal(api::ModifySubnetAttributeRequest{.assign_ipv6_address_on_creation = on,
                                                            .subnet_id = subnet}),
              StartsWith("UnsupportedOperation: "));
}

}  // namespace
}  // namespace vpclab::control
