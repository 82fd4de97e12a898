// Automatic and Elastic public addresses: EIP-1…11, CASE-20.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/control/lab.h"

namespace vpclab::control {
namespace {

using testing::SizeIs;
using testing::StartsWith;

/// A VPC with a gateway and a subnet that assigns public addresses at launch.
class PublicAddresses : public testing::Test {
 protected:
  PublicAddresses() {
    lab.call<api::ModifySubnetAttributeResponse>(api::ModifySubnetAttributeRequest{
        .map_public_ip_on_launch = api::AttributeBooleanValue{.value = true}, .subnet_id = subnet});
  }

  api::AllocateAddressResponse allocate() {
    return lab.call<api::AllocateAddressResponse>(api::AllocateAddressRequest{});
  }

  std::string associate(const std::string& allocation, const std::string& instance) {
    return lab
        .call<api::AssociateAddressResponse>(
            api::AssociateAddressRequest{.allocation_id = allocation, .instance_id = instance})
        .association_id.value();
  }

  std::string public_ip(const std::string& instance) {
    const auto described = lab.call<api::DescribeInstancesResponse>(
        api::DescribeInstancesRequest{.instance_ids = {instance}});
    return described.reservations.at(0).instances.at(0).public_ip_address.value_or("none");
  }

  void stop_and_start(const std::string& instance) {
    lab.call<api::StopInstancesResponse>(api::StopInstancesRequest{.instance_ids = {instance}});
    lab.settle();
    lab.call<api::StartInstancesResponse>(api::StartInstancesRequest{.instance_ids = {instance}});
    lab.settle();
  }

  Lab lab;
  std::string vpc = lab.vpc("10.1.0.0/16");
  std::string gateway = lab.attached_gateway(vpc);
  std::string subnet = lab.subnet(vpc, "10.1.0.0/20");
  std::string private_subnet = lab.subnet(vpc, "10.1.16.0/20");
};

TEST_F(PublicAddresses, LiveAsTheTableSays) {  // CASE-20, EIP-2, EIP-3, EIP-6, EIP-7, EIP-10
  const std::string instance = lab.instance(subnet);
  const std::string first = public_ip(instance);
  EXPECT_NE(first, "none");

  lab.call<api::RebootInstancesResponse>(api::RebootInstancesRequest{.instance_ids = {instance}});
  EXPECT_EQ(public_ip(instance), first);

  stop_and_start(instance);
  const std::string second = public_ip(instance);
  EXPECT_NE(second, first);
  EXPECT_NE(second, "none");

  const auto elastic = allocate();
  associate(*elastic.allocation_id, instance);
  EXPECT_EQ(public_ip(instance), elastic.public_ip);
  EXPECT_FALSE(lab.inventory().public_in_use(*wire::Ipv4Address::parse(second)));

  stop_and_start(instance);
  EXPECT_EQ(public_ip(instance), elastic.public_ip);

  const std::string other = lab.instance(private_subnet);
  associate(*elastic.allocation_id, other);  // moves silently
  EXPECT_EQ(public_ip(other), elastic.public_ip);
  EXPECT_EQ(lab.refusal(api::AssociateAddressRequest{.allocation_id = elastic.allocation_id,
                                                     .instance_id = instance,
                                                     .allow_reassociation = false}),
            "Resource.AlreadyAssociated: resource " + *elastic.allocation_id +
                " is already associated with associate-id " +
                lab.inventory().elastic_addresses.begin()->association.text());

  EXPECT_EQ(lab.refusal(api::ReleaseAddressRequest{.allocation_id = elastic.allocation_id}),
            "InvalidIPAddress.InUse: Address " + *elastic.public_ip + " is in use.");  // EIP-8

  lab.call<api::TerminateInstancesResponse>(
      api::TerminateInstancesRequest{.instance_ids = {other}});
  lab.settle();
  const auto described = lab.call<api::DescribeAddressesResponse>(api::DescribeAddressesRequest{});
  ASSERT_THAT(described.addresses, SizeIs(1));
  EXPECT_FALSE(described.addresses[0].association_id.has_value());
  lab.call<api::ReleaseAddressResponse>(
      api::ReleaseAddressRequest{.allocation_id = elastic.allocation_id});
  EXPECT_TRUE(lab.inventory().elastic_addresses.empty());
}

TEST_F(PublicAddresses, AreDecidedAtLaunchByRequestBeforeSubnet) {  // EIP-1
  const auto launched = [&](const std::string& in, std::optional<bool> associate_public) {
    api::RunInstancesRequest request{.image_id = "al2023", .max_count = 1, .min_count = 1};
    request.network_interfaces.push_back(
        {.associate_public_ip_address = associate_public, .device_index = 0, .subnet_id = in});
    const auto response = lab.call<api::RunInstancesResponse>(request);
    return public_ip(response.instances.at(0).instance_id.value());
  };

  EXPECT_NE(launched(subnet, std::nullopt), "none");
  EXPECT_EQ(launched(subnet, false), "none");
  EXPECT_EQ(launched(private_subnet, std::nullopt), "none");
  EXPECT_NE(launched(private_subnet, true), "none");
}

TEST_F(PublicAddresses, AreForASingleNewInterfaceOnly) {  // EIP-1
  api::RunInstancesRequest request{.image_id = "al2023", .max_count = 1, .min_count = 1};
  request.network_interfaces.push_back(
      {.associate_public_ip_address = true, .device_index = 0, .subnet_id = subnet});
  request.network_interfaces.push_back({.device_index = 1, .subnet_id = subnet});

  EXPECT_EQ(lab.refusal(request),
            "InvalidParameterCombination: The associatePublicIPAddress parameter cannot be "
            "specified when launching with multiple network interfaces.");
}

TEST_F(PublicAddresses, ComeBackOnlyToInstancesLaunchedWithOne) {  // EIP-2, EIP-7
  const std::string with = lab.instance(subnet);
  const std::string without = lab.instance(private_subnet);
  const auto elastic = allocate();

  lab.call<api::DisassociateAddressResponse>(
      api::DisassociateAddressRequest{.association_id = associate(*elastic.allocation_id, with)});
  EXPECT_NE(public_ip(with), "none");
  EXPECT_NE(public_ip(with), elastic.public_ip);
  lab.call<api::DisassociateAddressResponse>(api::DisassociateAddressRequest{
      .association_id = associate(*elastic.allocation_id, without)});
  EXPECT_EQ(public_ip(without), "none");
  stop_and_start(without);
  EXPECT_EQ(public_ip(without), "none");
}

TEST_F(PublicAddresses, ComeBackToTheInstanceThatAnElasticOneLeaves) {  // EIP-6, EIP-7
  const std::string left = lab.instance(subnet);
  const std::string entered = lab.instance(subnet);
  const std::string without = lab.instance(private_subnet);
  const auto allocated = allocate();
  associate(*allocated.allocation_id, left);

  associate(*allocated.allocation_id, entered);

  EXPECT_EQ(public_ip(entered), allocated.public_ip);
  EXPECT_NE(public_ip(left), "none");
  EXPECT_NE(public_ip(left), allocated.public_ip);
  associate(*allocated.allocation_id, without);
  EXPECT_NE(public_ip(entered), "none");
  associate(*allocated.allocation_id, entered);
  EXPECT_EQ(public_ip(without), "none");  // was launched without one
}

TEST(PublicAddress, DoesNotComeBackIfTheKnobSaysSo) {  // EIP-7
  Lab lab(with_knobs({.eip_disassociate_restores_auto_address = false}));
  const std::string vpc = lab.vpc("10.1.0.0/16");
  lab.attached_gateway(vpc);
  const std::string subnet = lab.subnet(vpc, "10.1.0.0/20");
  lab.call<api::ModifySubnetAttributeResponse>(api::ModifySubnetAttributeRequest{
      .map_public_ip_on_launch = api::AttributeBooleanValue{.value = true}, .subnet_id = subnet});
  const std::string left = lab.instance(subnet);
  const std::string entered = lab.instance(subnet);
  const std::string allocation =
      lab.call<api::AllocateAddressResponse>(api::AllocateAddressRequest{}).allocation_id.value();

  for (const std::string& instance : {left, entered}) {
    lab.call<api::AssociateAddressResponse>(
        api::AssociateAddressRequest{.allocation_id = allocation, .instance_id = instance});
  }

  EXPECT_FALSE(lab.primary_of(left).primary.has_public());
}

TEST_F(PublicAddresses, AreAssociatedOnceMoreToNoEffect) {  // EIP-6; API-3: call() tries DryRun
  const std::string instance = lab.instance(subnet);
  const auto allocated = allocate();
  const std::string association = associate(*allocated.allocation_id, instance);

  EXPECT_EQ(associate(*allocated.allocation_id, instance), association);
  EXPECT_EQ(public_ip(instance), allocated.public_ip);
}

TEST_F(PublicAddresses, AreNoNamesOfAssociations) {  // EIP-8, CLC-4
  const auto allocated = allocate();
  associate(*allocated.allocation_id, lab.instance(subnet));

  EXPECT_EQ(lab.refusal(api::DisassociateAddressRequest{.public_ip = allocated.public_ip}),
            "InvalidParameterValue: You must specify an association id when unmapping an address "
            "from a VPC instance");
  EXPECT_EQ(lab.refusal(api::DisassociateAddressRequest{}),
            "MissingParameter: The request must contain the parameter AssociationId");
}

TEST_F(PublicAddresses, ThatAreNotTheCallersAreNotFound) {  // EIP-8
  const std::string unknown = "InvalidAddress.NotFound: Address '192.0.2.1' not found.";

  EXPECT_EQ(lab.refusal(api::DisassociateAddressRequest{.public_ip = "192.0.2.1"}), unknown);
  EXPECT_EQ(lab.refusal(api::ReleaseAddressRequest{.public_ip = "192.0.2.1"}), unknown);
  EXPECT_EQ(lab.refusal(api::DescribeAddressesRequest{.public_ips = {"192.0.2.1"}}), unknown);
  EXPECT_EQ(lab.refusal(api::MoveAddressToVpcRequest{.public_ip = "192.0.2.1"}), unknown);
  EXPECT_EQ(lab.refusal(api::AssociateAddressRequest{.instance_id = lab.instance(subnet),
                                                     .public_ip = "192.0.2.1"}),
            unknown);
  const std::string address = *allocate().public_ip;
  lab.caller().account = "999988887777";
  EXPECT_EQ(lab.refusal(api::ReleaseAddressRequest{.public_ip = address}),
            "InvalidAddress.NotFound: Address '" + address + "' not found.");
}

TEST_F(PublicAddresses, BindToOnePrivateAddressEach) {  // EIP-4, EIP-6
  const std::string interface = lab.interface(subnet);
  lab.call<api::AssignPrivateIpAddressesResponse>(api::AssignPrivateIpAddressesRequest{
      .network_interface_id = interface, .private_ip_addresses = {"10.1.0.100"}});
  const auto first = allocate();
  const auto second = allocate();
  api::AssociateAddressRequest request{.allocation_id = first.allocation_id,
                                       .network_interface_id = interface,
                                       .private_ip_address = "10.1.0.100"};

  const auto associated = lab.call<api::AssociateAddressResponse>(request);

  EXPECT_EQ(to_string(lab.interface_of(interface).address(1).public_address), first.public_ip);
  EXPECT_FALSE(lab.interface_of(interface).primary.has_public());
  EXPECT_EQ(
      lab.plane().execute(lab.caller(), request, lab.now())->as<api::AssociateAddressResponse>(),
      associated);  // repeating it is idempotent
  request.allocation_id = second.allocation_id;
  lab.call<api::AssociateAddressResponse>(request);  // the first becomes idle
  EXPECT_EQ(to_string(lab.interface_of(interface).address(1).public_address), second.public_ip);
  request.private_ip_address = "10.1.0.200";
  EXPECT_THAT(lab.refusal(request), StartsWith("InvalidParameterValue: "));
}

TEST_F(PublicAddresses, WantAGatewayButNoRoute) {  // EIP-5, EIP-11, CASE-17
  const std::string other = lab.vpc("10.2.0.0/16");
  const std::string interface = lab.interface(lab.subnet(other, "10.2.0.0/24"));
  const api::AssociateAddressRequest request{.allocation_id = allocate().allocation_id,
                                             .network_interface_id = interface};

  EXPECT_EQ(lab.refusal(request),
            "Gateway.NotAttached: Network " + other + " is not attached to any internet gateway");
  lab.attached_gateway(other);
  lab.call<api::AssociateAddressResponse>(request);
}

TEST_F(PublicAddresses, WantAnInstanceThatIsUpAndHasOneInterface) {  // EIP-5
  const auto launched = lab.call<api::RunInstancesResponse>(Lab::launch(subnet));
  const std::string instance = launched.instances.at(0).instance_id.value();
  const api::AssociateAddressRequest request{.allocation_id = allocate().allocation_id,
                                             .instance_id = instance};

  EXPECT_EQ(lab.refusal(request), "IncorrectInstanceState: The pending instance '" + instance +
                                      "' is not in a valid state for this operation.");
  lab.settle();
  lab.call<api::AttachNetworkInterfaceResponse>(api::AttachNetworkInterfaceRequest{
      .device_index = 1, .instance_id = instance, .network_interface_id = lab.interface(subnet)});
  EXPECT_THAT(lab.refusal(request), StartsWith("InvalidInstanceID: "));
  EXPECT_EQ(lab.refusal(api::AssociateAddressRequest{.allocation_id = request.allocation_id}),
            "MissingParameter: The request must contain the parameter InstanceId");
}

TEST_F(PublicAddresses, AreFiveARegion) {  // EIP-9
  for (int i = 0; i < 5; ++i) {
    allocate();
  }
  EXPECT_EQ(lab.refusal(api::AllocateAddressRequest{}),
            "AddressLimitExceeded: The maximum number of addresses has been reached.");
  EXPECT_THAT(lab.refusal(api::AllocateAddressRequest{.domain = "standard"}),
              StartsWith("InvalidParameterValue: "));  // CLC-4, CLC-7
}

TEST_F(PublicAddresses, AreNamedInErrors) {  // EIP-8
  EXPECT_EQ(lab.refusal(api::ReleaseAddressRequest{.allocation_id = "eipalloc-00000000"}),
            "InvalidAllocationID.NotFound: The allocation ID 'eipalloc-00000000' does not exist");
  EXPECT_EQ(lab.refusal(api::DisassociateAddressRequest{.association_id = "eipassoc-00000000"}),
            "InvalidAssociationID.NotFound: The association ID 'eipassoc-00000000' does not exist");
  EXPECT_EQ(lab.refusal(api::DescribeAddressesRequest{.public_ips = {"203.0.113.9"}}),
            "InvalidAddress.NotFound: Address '203.0.113.9' not found.");
}

TEST_F(PublicAddresses, AreReleasedByAllocationNotByAddress) {  // EIP-3, EIP-8
  const api::AllocateAddressResponse allocated = allocate();

  EXPECT_EQ(lab.refusal(api::ReleaseAddressRequest{.public_ip = allocated.public_ip}),
            "InvalidParameterValue: You must specify an allocation id when releasing a VPC elastic "
            "IP address");
  EXPECT_EQ(lab.refusal(api::ReleaseAddressRequest{}),
            "MissingParameter: The request must contain the parameter AllocationId");

  lab.call<api::ReleaseAddressResponse>(
      api::ReleaseAddressRequest{.allocation_id = allocated.allocation_id});
  EXPECT_TRUE(lab.inventory().elastic_addresses.empty());
}

TEST_F(PublicAddresses, HaveNamesWhereTheVpcGivesHostNames) {  // DNS-2
  const std::string instance = lab.instance(subnet);
  const auto expect_name = [&](const std::string& name) {
    const auto found = lab.call<api::DescribeInstancesResponse>(
        api::DescribeInstancesRequest{.instance_ids = {instance}});
    const api::Instance& shown = found.reservations.at(0).instances.at(0);
    const auto interfaces =
        lab.call<api::DescribeNetworkInterfacesResponse>(api::DescribeNetworkInterfacesRequest{
            .network_interface_ids = {
                shown.network_interfaces.at(0).network_interface_id.value()}});
    const api::NetworkInterface& interface = interfaces.network_interfaces.at(0);

    EXPECT_EQ(shown.public_dns_name, name);
    EXPECT_EQ(shown.network_interfaces[0].association->public_dns_name, name);
    EXPECT_EQ(shown.network_interfaces[0].private_ip_addresses.at(0).association->public_dns_name,
              name);
    EXPECT_EQ(interface.association->public_dns_name, name);
    EXPECT_EQ(interface.private_ip_addresses.at(0).association->public_dns_name, name);
    const auto by_name = lab.call<api::DescribeInstancesResponse>(
        api::DescribeInstancesRequest{.filters = {{.name = "dns-name", .values = {"ec2-*"}}}});
    EXPECT_EQ(by_name.reservations.empty(), name.empty());
  };

  expect_name("");
  lab.call<api::ModifyVpcAttributeResponse>(api::ModifyVpcAttributeRequest{
      .enable_dns_hostnames = api::AttributeBooleanValue{.value = true}, .vpc_id = vpc});
  const std::string address = public_ip(instance);
  std::string dashed = address;
  std::replace(dashed.begin(), dashed.end(), '.', '-');
  expect_name("ec2-" + dashed + ".compute-1.amazonaws.com");
}

TEST_F(PublicAddresses, CanBeAskedFor) {
  const auto response = lab.call<api::AllocateAddressResponse>(
      api::AllocateAddressRequest{.address = "203.0.113.25"});

  EXPECT_EQ(response.public_ip, "203.0.113.25");
  EXPECT_EQ(lab.refusal(api::AllocateAddressRequest{.address = "203.0.113.25"}),
            "InvalidIPAddress.InUse: Address 203.0.113.25 is in use.");
  EXPECT_THAT(lab.refusal(api::AllocateAddressRequest{.address = "10.0.0.1"}),
              StartsWith("InvalidParameterValue: "));
}

TEST_F(PublicAddresses, LeadToTheirInterface) {  // FWD-4b looks here
  const std::string instance = lab.instance(subnet);
  const wire::Ipv4Address address = lab.primary_of(instance).primary.public_address;

  EXPECT_EQ(lab.inventory().interface_with_public(address), &lab.primary_of(instance));
  lab.call<api::StopInstancesResponse>(api::StopInstancesRequest{.instance_ids = {instance}});
  EXPECT_EQ(lab.inventory().interface_with_public(address), nullptr);
}

TEST(AddressPool, GivesEachAddressOnceInAnOrderOfItsSeed) {
  const auto take_all = [](std::uint64_t seed) {
    AddressPool pool(seed, "a pool",
                     {wire::Ipv4Prefix::of(wire::Ipv4Address::of(203, 0, 113, 0), 28),
                      wire::Ipv4Prefix::of(wire::Ipv4Address::of(198, 51, 100, 0), 29)});
    std::vector<wire::Ipv4Address> taken;
    const auto is_free = [&](wire::Ipv4Address address) {
      return std::find(taken.begin(), taken.end(), address) == taken.end();
    };
    while (const auto address = pool.next(is_free)) {
      taken.push_back(*address);
    }
    return taken;
  };

  const std::vector<wire::Ipv4Address> one = take_all(1);

  EXPECT_THAT(one, SizeIs(14 + 6));
  EXPECT_EQ(take_all(1), one);
  EXPECT_NE(take_all(2), one);
}

}  // namespace
}  // namespace vpclab::control
