// NAT gateways: NAT-1, NAT-2, NAT-11, NAT-12, the routes to them (RT-14) and what they hold.
#include "emulator/api/generated/nat_gateway.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/api/generated/tag.h"
#include "tests/control/lab.h"

namespace vpclab::control {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

/// A VPC 10.1.0.0/16 with an internet gateway and one subnet of eleven addresses.
class NatGateways : public testing::Test {
 protected:
  explicit NatGateways(ControlOptions options = {}) : lab(std::move(options)) {}

  std::string allocate() {
    const auto allocated =
        lab.call<api::AllocateAddressResponse>(api::AllocateAddressRequest{.address = next_public});
    ++next_public.back();
    return allocated.allocation_id.value();
  }

  [[nodiscard]] api::CreateNatGatewayRequest with_address(const std::string& allocation) const {
    return {.allocation_id = allocation, .subnet_id = subnet};
  }

  [[nodiscard]] api::CreateNatGatewayRequest private_one() const {
    return {.subnet_id = subnet, .connectivity_type = "private"};
  }

  /// A gateway that is still pending.
  std::string create(const api::CreateNatGatewayRequest& request) {
    return lab.call<api::CreateNatGatewayResponse>(request).nat_gateway->nat_gateway_id.value();
  }

  std::string create_available(const api::CreateNatGatewayRequest& request) {
    std::string id = create(request);
    lab.settle();
    return id;
  }

  void remove(const std::string& id) {
    EXPECT_EQ(
        lab.call<api::DeleteNatGatewayResponse>(api::DeleteNatGatewayRequest{.nat_gateway_id = id})
            .nat_gateway_id,
        id);
  }

  std::vector<api::NatGateway> describe(const std::vector<api::Filter>& filters = {}) {
    return lab
        .call<api::DescribeNatGatewaysResponse>(api::DescribeNatGatewaysRequest{.filter = filters})
        .nat_gateways;
  }

  api::NatGateway described(const std::string& id) {
    return lab
        .call<api::DescribeNatGatewaysResponse>(
            api::DescribeNatGatewaysRequest{.nat_gateway_ids = {id}})
        .nat_gateways.at(0);
  }

  api::NetworkInterface interface_of(const std::string& id) {
    return lab
        .call<api::DescribeNetworkInterfacesResponse>(api::DescribeNetworkInterfacesRequest{
            .network_interface_ids =
                {described(id).nat_gateway_addresses.at(0).network_interface_id.value()}})
        .network_interfaces.at(0);
  }

  /// The state of the only static route of the main table.
  std::string route_state() {
    return lab.call<api::DescribeRouteTablesResponse>(api::DescribeRouteTablesRequest{})
        .route_tables.at(0)
        .routes.at(1)
        .state.value();
  }

  [[nodiscard]] api::CreateRouteRequest route_to(const std::string& id) const {
    return {.destination_cidr_block = "0.0.0.0/0", .nat_gateway_id = id, .route_table_id = table};
  }

  Lab lab;
  std::string next_public = "203.0.113.201";
  std::string vpc = lab.vpc("10.1.0.0/16");
  std::string subnet = lab.subnet(vpc, "10.1.0.0/28");
  std::string gateway = lab.attached_gateway(vpc);
  std::string table = lab.vpc_of(vpc).main_route_table.text();
};

TEST_F(NatGateways, ArePendingForAMinuteAndAvailableThen) {  // NAT-1
  const std::string allocation = allocate();

  const auto created =
      lab.call<api::CreateNatGatewayResponse>(with_address(allocation)).nat_gateway.value();

  EXPECT_EQ(created.state, "pending");
  EXPECT_EQ(created.vpc_id, vpc);
  EXPECT_EQ(created.connectivity_type, "public");
  EXPECT_EQ(created.nat_gateway_addresses.at(0).allocation_id, allocation);
  EXPECT_FALSE(created.nat_gateway_addresses.at(0).private_ip.has_value());
  lab.pass(seconds(59));
  EXPECT_EQ(described(*created.nat_gateway_id).state, "pending");
  lab.pass(seconds(1));
  const api::NatGateway available = described(*created.nat_gateway_id);
  EXPECT_EQ(available.state, "available");
  EXPECT_EQ(available.nat_gateway_addresses.at(0).private_ip, "10.1.0.4");
  EXPECT_EQ(available.nat_gateway_addresses.at(0).public_ip, "203.0.113.201");
  EXPECT_FALSE(available.delete_time.has_value());
  EXPECT_FALSE(available.failure_code.has_value());
}

TEST_F(NatGateways, HoldTheirAddressesThroughAnInterfaceOfEc2) {  // NAT-1, SUB-4
  const std::string id = create_available(with_address(allocate()));

  const api::NetworkInterface interface = interface_of(id);

  EXPECT_EQ(interface.interface_type, "nat_gateway");
  EXPECT_EQ(interface.requester_managed, true);
  EXPECT_EQ(interface.description, "Interface for NAT Gateway " + id);
  EXPECT_EQ(interface.status, "in-use");
  EXPECT_EQ(interface.source_dest_check, false);
  EXPECT_THAT(interface.groups, IsEmpty());  // NAT-6
  EXPECT_EQ(interface.private_ip_address, "10.1.0.4");
  EXPECT_EQ(interface.association->public_ip, "203.0.113.201");
  EXPECT_EQ(interface.attachment->instance_owner_id, "amazon-aws");
  EXPECT_FALSE(interface.attachment->instance_id.has_value());
  EXPECT_EQ(lab.subnet_of(subnet).addresses.available(), 10U);
  const auto found =
      lab.call<api::DescribeNetworkInterfacesResponse>(api::DescribeNetworkInterfacesRequest{
          .filters = {{"interface-type", {"nat_gateway"}}, {"requester-managed", {"true"}}}});
  EXPECT_THAT(found.network_interfaces, SizeIs(1));
}

TEST_F(NatGateways, TakeThePrivateAddressThatIsAskedFor) {  // NAT-1, SUB-5
  api::CreateNatGatewayRequest request = with_address(allocate());
  request.private_ip_address = "10.1.0.9";

  const std::string id = create_available(request);

  EXPECT_EQ(described(id).nat_gateway_addresses.at(0).private_ip, "10.1.0.9");
  EXPECT_EQ(lab.refusal(request), "InvalidIPAddress.InUse: Address 10.1.0.9 is in use.");
  request.private_ip_address = "10.1.0.3";
  EXPECT_THAT(lab.refusal(request), StartsWith("InvalidParameterValue: "));
}

TEST_F(NatGateways, WithoutAnAddressArePrivate) {  // NAT-1
  const std::string id = create_available(private_one());

  const api::NatGateway shown = described(id);

  EXPECT_EQ(shown.state, "available");
  EXPECT_EQ(shown.connectivity_type, "private");
  EXPECT_EQ(shown.nat_gateway_addresses.at(0).private_ip, "10.1.0.4");
  EXPECT_FALSE(shown.nat_gateway_addresses.at(0).allocation_id.has_value());
  EXPECT_FALSE(shown.nat_gateway_addresses.at(0).public_ip.has_value());
  lab.call<api::DetachInternetGatewayResponse>(
      api::DetachInternetGatewayRequest{.internet_gateway_id = gateway, .vpc_id = vpc});
}

TEST_F(NatGateways, AreRefusedAtOnceForWhatDoesNotExist) {  // NAT-2
  EXPECT_EQ(lab.refusal(api::CreateNatGatewayRequest{.allocation_id = allocate()}),
            "MissingParameter: The request must contain the parameter SubnetId");
  EXPECT_EQ(lab.refusal(api::CreateNatGatewayRequest{.subnet_id = subnet}),
            "MissingParameter: The request must contain the parameter AllocationId");
  EXPECT_EQ(lab.refusal(api::CreateNatGatewayRequest{.allocation_id = allocate(),
                                                     .subnet_id = "subnet-00000000"}),
            "InvalidSubnetID.NotFound: The subnet ID 'subnet-00000000' does not exist");
  EXPECT_EQ(lab.refusal(with_address("eipalloc-00000000")),
            "InvalidAllocationID.NotFound: The allocation ID 'eipalloc-00000000' does not exist");
  api::CreateNatGatewayRequest both = private_one();
  both.allocation_id = allocate();
  EXPECT_THAT(lab.refusal(both), StartsWith("InvalidParameterCombination: "));
}

TEST_F(NatGateways, FailInAVpcWithoutInternetGateway) {  // NAT-2
  lab.call<api::DetachInternetGatewayResponse>(
      api::DetachInternetGatewayRequest{.internet_gateway_id = gateway, .vpc_id = vpc});

  const std::string id = create(with_address(allocate()));

  EXPECT_EQ(described(id).state, "pending");
  EXPECT_FALSE(described(id).failure_code.has_value());
  lab.settle();
  EXPECT_EQ(described(id).state, "failed");
  EXPECT_EQ(described(id).failure_code, "Gateway.NotAttached");
  EXPECT_EQ(described(id).failure_message, "Network " + vpc + " has no Internet gateway attached");
  EXPECT_EQ(lab.subnet_of(subnet).addresses.taken(), 0U);
}

TEST_F(NatGateways, FailWithAnAddressThatIsInUse) {  // NAT-2
  const std::string allocation = allocate();
  create_available(with_address(allocation));

  const std::string second = create_available(with_address(allocation));

  EXPECT_EQ(described(second).failure_code, "Resource.AlreadyAssociated");
  EXPECT_EQ(described(second).failure_message,
            "Elastic IP address " + allocation + " is already associated");
}

TEST_F(NatGateways, FailInAFullSubnet) {  // NAT-2
  for (int i = 0; i < 11; ++i) {
    lab.interface(subnet);
  }

  const std::string id = create_available(with_address(allocate()));

  EXPECT_EQ(described(id).failure_code, "InsufficientFreeAddressesInSubnet");
  EXPECT_EQ(described(id).failure_message,
            "Subnet has insufficient free addresses to create this NAT gateway");
}

TEST_F(NatGateways, GiveTheirAddressesBackWhenDeleted) {  // NAT-1, NAT-11
  const std::string allocation = allocate();
  const std::string id = create_available(with_address(allocation));

  remove(id);

  EXPECT_EQ(described(id).state, "deleting");
  EXPECT_EQ(lab.subnet_of(subnet).addresses.taken(), 1U);
  lab.settle();
  EXPECT_EQ(described(id).state, "deleted");
  EXPECT_EQ(described(id).nat_gateway_addresses.at(0).public_ip, "203.0.113.201");
  EXPECT_EQ(lab.subnet_of(subnet).addresses.taken(), 0U);
  const auto address = lab.call<api::DescribeAddressesResponse>(
                              api::DescribeAddressesRequest{.allocation_ids = {allocation}})
                           .addresses.at(0);
  EXPECT_FALSE(address.association_id.has_value());  // disassociated, not released
  EXPECT_EQ(address.public_ip, "203.0.113.201");
  remove(id);  // once more changes nothing
  EXPECT_EQ(described(id).state, "deleted");
}

TEST_F(NatGateways, AreSeenForAnHourAfterTheirEnd) {  // NAT-1
  const std::string id = create_available(private_one());
  lab.call<api::CreateTagsResponse>(
      api::CreateTagsRequest{.resources = {id}, .tags = {{"Name", "nat"}}});
  remove(id);
  lab.settle();

  lab.pass(hours(1) - seconds(1));
  EXPECT_THAT(describe(), SizeIs(1));
  lab.pass(seconds(1));

  EXPECT_THAT(describe(), IsEmpty());
  EXPECT_EQ(lab.refusal(api::DescribeNatGatewaysRequest{.nat_gateway_ids = {id}}),
            "NatGatewayNotFound: NatGateway " + id + " was not found");
  EXPECT_EQ(lab.refusal(api::DeleteNatGatewayRequest{.nat_gateway_id = id}),
            "NatGatewayNotFound: NatGateway " + id + " was not found");
  EXPECT_THAT(lab.call<api::DescribeTagsResponse>(api::DescribeTagsRequest{}).tags, IsEmpty());
}

TEST_F(NatGateways, MayBeDeletedBeforeTheyAreAvailable) {  // NAT-1
  const std::string id = create(with_address(allocate()));

  remove(id);
  lab.settle();

  EXPECT_EQ(described(id).state, "deleted");
  EXPECT_EQ(lab.subnet_of(subnet).addresses.taken(), 0U);
}

TEST_F(NatGateways, AreFoundByFilters) {  // API-5
  const std::string gone = create_available(private_one());
  remove(gone);
  lab.settle();
  api::CreateNatGatewayRequest request = private_one();
  request.tag_specifications = {{"natgateway", {{"Name", "nat"}}}};
  const std::string id = create_available(request);

  EXPECT_THAT(describe({{"state", {"available"}}}), SizeIs(1));
  EXPECT_THAT(describe({{"subnet-id", {subnet}}, {"vpc-id", {vpc}}}), SizeIs(2));
  EXPECT_EQ(describe({{"tag:Name", {"nat"}}}).at(0).nat_gateway_id, id);
  EXPECT_EQ(describe({{"nat-gateway-id", {gone}}}).at(0).state, "deleted");
  EXPECT_THAT(lab.refusal(api::DescribeNatGatewaysRequest{.filter = {{"colour", {"red"}}}}),
              StartsWith("InvalidParameterValue: "));
}

class FewNatGateways : public NatGateways {
 protected:
  FewNatGateways() : NatGateways(with_quotas({.nat_gateways_per_zone = 1})) {}
};

TEST_F(FewNatGateways, AreSoManyAZone) {
  const std::string elsewhere =
      lab
          .call<api::CreateSubnetResponse>(api::CreateSubnetRequest{
              .availability_zone = "us-east-1b", .cidr_block = "10.1.1.0/28", .vpc_id = vpc})
          .subnet->subnet_id.value();
  const std::string first = create_available(private_one());

  EXPECT_EQ(lab.refusal(private_one()),
            "NatGatewayLimitExceeded: Performing this operation would exceed the limit of 1 NAT "
            "gateways");
  subnet = elsewhere;
  create_available(private_one());
  remove(first);
  lab.settle();
  subnet = lab.subnet(vpc, "10.1.2.0/28");
  create_available(private_one());  // those that are over do not count
}

TEST_F(NatGateways, KeepTheirSubnetVpcAndInternetGateway) {  // SUB-8, VPC-12, IGW-9
  const std::string id = create(with_address(allocate()));

  EXPECT_EQ(
      lab.refusal(api::DeleteSubnetRequest{.subnet_id = subnet}),
      "DependencyViolation: The subnet '" + subnet + "' has dependencies and cannot be deleted.");
  EXPECT_THAT(lab.refusal(api::DeleteVpcRequest{.vpc_id = vpc}),
              StartsWith("DependencyViolation: "));
  const api::DetachInternetGatewayRequest detach{.internet_gateway_id = gateway, .vpc_id = vpc};
  EXPECT_EQ(lab.refusal(detach),
            "DependencyViolation: Network " + vpc +
                " has some mapped public address(es). Please unmap those public address(es) "
                "before detaching the gateway.");
  remove(id);
  lab.settle();
  lab.call<api::DetachInternetGatewayResponse>(detach);
  lab.call<api::DeleteSubnetResponse>(api::DeleteSubnetRequest{.subnet_id = subnet});
  lab.call<api::DeleteVpcResponse>(api::DeleteVpcRequest{.vpc_id = vpc});
  EXPECT_EQ(described(id).state, "deleted");  // the entry outlives its VPC
  lab.pass(hours(1));
  EXPECT_THAT(describe(), IsEmpty());
}

TEST_F(NatGateways, ThatWillFailKeepTheirSubnetAndVpcUntilThen) {  // SUB-8, VPC-12, NAT-2
  const api::DetachInternetGatewayRequest detach{.internet_gateway_id = gateway, .vpc_id = vpc};
  lab.call<api::DetachInternetGatewayResponse>(detach);
  const std::string id = create(with_address(allocate()));

  EXPECT_EQ(
      lab.refusal(api::DeleteSubnetRequest{.subnet_id = subnet}),
      "DependencyViolation: The subnet '" + subnet + "' has dependencies and cannot be deleted.");
  EXPECT_THAT(lab.refusal(api::DeleteVpcRequest{.vpc_id = vpc}),
              StartsWith("DependencyViolation: "));
  lab.settle();
  lab.call<api::DeleteSubnetResponse>(api::DeleteSubnetRequest{.subnet_id = subnet});
  lab.call<api::DeleteVpcResponse>(api::DeleteVpcRequest{.vpc_id = vpc});
  remove(id);  // its VPC is gone
  EXPECT_EQ(described(id).state, "deleted");
  lab.pass(hours(1));
  EXPECT_THAT(describe(), IsEmpty());
}

TEST_F(NatGateways, ThatWillFailAreGoneOnceDeleted) {  // NAT-1, NAT-2
  lab.call<api::DetachInternetGatewayResponse>(
      api::DetachInternetGatewayRequest{.internet_gateway_id = gateway, .vpc_id = vpc});
  const std::string id = create(with_address(allocate()));

  remove(id);

  EXPECT_EQ(described(id).state, "deleted");
  lab.call<api::DeleteSubnetResponse>(api::DeleteSubnetRequest{.subnet_id = subnet});
  lab.settle();
  EXPECT_EQ(described(id).state, "deleted");
}

TEST_F(NatGateways, KeepTheirElasticAddress) {  // NAT-11, EIP-6, EIP-8
  const std::string allocation = allocate();
  const std::string id = create_available(with_address(allocation));
  const std::string association = interface_of(id).association->association_id.value();

  EXPECT_EQ(lab.refusal(api::DisassociateAddressRequest{.association_id = association}),
            "AuthFailure: You do not have permission to access the specified resource.");
  EXPECT_THAT(lab.refusal(api::AssociateAddressRequest{
                  .allocation_id = allocation, .network_interface_id = lab.interface(subnet)}),
              StartsWith("Resource.AlreadyAssociated: "));
  EXPECT_EQ(lab.refusal(api::ReleaseAddressRequest{.allocation_id = allocation}),
            "InvalidIPAddress.InUse: Address 203.0.113.201 is in use.");
}

TEST_F(NatGateways, KeepTheirInterfaceToThemselves) {  // NAT-1
  const std::string id = create_available(with_address(allocate()));
  const api::NetworkInterface interface = interface_of(id);
  const std::string eni = interface.network_interface_id.value();
  const std::string denied =
      "AuthFailure: You do not have permission to access the specified resource.";

  EXPECT_EQ(lab.refusal(api::DeleteNetworkInterfaceRequest{.network_interface_id = eni}),
            "InvalidNetworkInterface.InUse: Network interface '" + eni + "' is currently in use.");
  EXPECT_EQ(lab.refusal(api::DetachNetworkInterfaceRequest{
                .attachment_id = interface.attachment->attachment_id}),
            denied);
  EXPECT_EQ(lab.refusal(api::ModifyNetworkInterfaceAttributeRequest{
                .network_interface_id = eni,
                .source_dest_check = api::AttributeBooleanValue{.value = true}}),
            denied);
  EXPECT_EQ(lab.refusal(api::AssignPrivateIpAddressesRequest{
                .network_interface_id = eni, .secondary_private_ip_address_count = 1}),
            denied);
  EXPECT_EQ(lab.refusal(api::AssociateAddressRequest{.allocation_id = allocate(),
                                                     .network_interface_id = eni}),
            denied);
  api::CreateRouteRequest route = route_to(id);
  route.nat_gateway_id.reset();
  route.network_interface_id = eni;
  EXPECT_THAT(lab.refusal(route), StartsWith("InvalidParameterValue: "));
}

TEST_F(NatGateways, AreTargetsThatAreBlackholesUnlessAvailable) {  // RT-10, RT-14, RT-16
  const std::string id = create(with_address(allocate()));
  lab.call<api::CreateRouteResponse>(route_to(id));

  EXPECT_EQ(route_state(), "blackhole");
  lab.settle();
  EXPECT_EQ(route_state(), "active");
  remove(id);
  EXPECT_EQ(route_state(), "blackhole");
  lab.pass(hours(2));  // the entry is gone, the route stays
  EXPECT_EQ(route_state(), "blackhole");
}

TEST_F(NatGateways, AreTargetsOnlyInTheirVpcAndWhileTheyLive) {  // RT-10, RT-19
  const std::string id = create_available(private_one());
  api::CreateRouteRequest elsewhere = route_to(id);
  elsewhere.route_table_id = lab.vpc_of(lab.vpc("10.2.0.0/16")).main_route_table.text();

  EXPECT_EQ(lab.refusal(elsewhere), "InvalidParameterValue: route table " +
                                        *elsewhere.route_table_id + " and network gateway " + id +
                                        " belong to different networks");
  EXPECT_EQ(lab.refusal(route_to("nat-00000000")),
            "InvalidNatGatewayID.NotFound: The natGateway ID 'nat-00000000' does not exist");
  remove(id);
  EXPECT_EQ(lab.refusal(route_to(id)),
            "InvalidNatGatewayID.NotFound: The natGateway ID '" + id + "' does not exist");
}

TEST_F(NatGateways, AreListedAsTargets) {  // RT-10
  const std::string id = create_available(private_one());
  lab.call<api::CreateRouteResponse>(route_to(id));

  const auto found = lab.call<api::DescribeRouteTablesResponse>(
      api::DescribeRouteTablesRequest{.filters = {{"route.nat-gateway-id", {id}}}});

  ASSERT_THAT(found.route_tables, SizeIs(1));
  EXPECT_EQ(found.route_tables.at(0).routes.at(1).nat_gateway_id, id);
  EXPECT_FALSE(found.route_tables.at(0).routes.at(1).gateway_id.has_value());
}

TEST_F(NatGateways, MarkTheirVpcWithEachChangeOfState) {  // RT-26
  const std::string id = create(private_one());
  const api::VpcId changed = lab.vpc_of(vpc).id;
  static_cast<void>(lab.plane().take_changed());

  lab.settle();

  EXPECT_THAT(lab.plane().take_changed(), ElementsAre(changed));
  remove(id);
  EXPECT_THAT(lab.plane().take_changed(), ElementsAre(changed));
  lab.settle();
  EXPECT_THAT(lab.plane().take_changed(), ElementsAre(changed));
}

TEST_F(NatGateways, AreMadeOncePerClientToken) {
  const std::string allocation = allocate();
  api::CreateNatGatewayRequest request = with_address(allocation);
  request.client_token = "once";
  const std::string id = create(request);

  request.dry_run = false;
  EXPECT_EQ(create(request), id);
  EXPECT_THAT(describe(), SizeIs(1));
  request.allocation_id = allocate();
  request.dry_run.reset();
  EXPECT_EQ(lab.refusal(request),
            "IdempotentParameterMismatch: Arguments on this idempotent request are inconsistent "
            "with arguments used in previous request(s).");
}

}  // namespace
}  // namespace vpclab::control
