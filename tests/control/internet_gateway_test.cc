// Internet gateways: IGW-1, IGW-9, IGW-12.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/control/lab.h"

namespace vpclab::control {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

TEST(InternetGateway, IsDetachedFirstAndAvailableOnceAttached) {  // IGW-1
  Lab lab;
  const auto created =
      lab.call<api::CreateInternetGatewayResponse>(api::CreateInternetGatewayRequest{});
  EXPECT_TRUE(created.internet_gateway->attachments.empty());
  const std::string vpc = lab.vpc("10.0.0.0/16");

  lab.call<api::AttachInternetGatewayResponse>(api::AttachInternetGatewayRequest{
      .internet_gateway_id = created.internet_gateway->internet_gateway_id, .vpc_id = vpc});

  const auto described =
      lab.call<api::DescribeInternetGatewaysResponse>(api::DescribeInternetGatewaysRequest{
          .filters = {{.name = "attachment.vpc-id", .values = {vpc}}}});
  ASSERT_THAT(described.internet_gateways, SizeIs(1));
  EXPECT_EQ(described.internet_gateways[0].attachments.at(0).state, "available");
}

TEST(InternetGateway, ServesOneVpcAndAVpcHasOne) {  // IGW-1
  Lab lab;
  const std::string vpc = lab.vpc("10.0.0.0/16");
  const std::string other = lab.vpc("10.1.0.0/16");
  const std::string gateway = lab.attached_gateway(vpc);

  EXPECT_EQ(
      lab.refusal(
          api::AttachInternetGatewayRequest{.internet_gateway_id = gateway, .vpc_id = other}),
      "Resource.AlreadyAssociated: resource " + gateway + " is already attached to network " + vpc);
  EXPECT_EQ(lab.refusal(api::AttachInternetGatewayRequest{.internet_gateway_id = lab.gateway(),
                                                          .vpc_id = vpc}),
            "InvalidParameterValue: Network " + vpc + " already has an internet gateway attached");
}

TEST(InternetGateway, IsNotDetachedFromAnotherVpc) {  // IGW-9
  Lab lab;
  const std::string vpc = lab.vpc("10.0.0.0/16");
  const std::string other = lab.vpc("10.1.0.0/16");
  const std::string gateway = lab.attached_gateway(vpc);

  EXPECT_EQ(lab.refusal(
                api::DetachInternetGatewayRequest{.internet_gateway_id = gateway, .vpc_id = other}),
            "Gateway.NotAttached: resource " + gateway + " is not attached to network " + other);
  EXPECT_EQ(lab.refusal(api::DetachInternetGatewayRequest{.internet_gateway_id = "igw-00000000",
                                                          .vpc_id = vpc}),
            "InvalidInternetGatewayID.NotFound: The internetGateway ID 'igw-00000000' does not "
            "exist");
}

TEST(InternetGateway, StaysWhileTheVpcHasMappedAddresses) {  // IGW-9, CASE-17
  Lab lab;
  const std::string vpc = lab.vpc("10.0.0.0/16");
  const std::string gateway = lab.attached_gateway(vpc);
  const std::string interface = lab.interface(lab.subnet(vpc, "10.0.0.0/24"));
  const auto allocated = lab.call<api::AllocateAddressResponse>(api::AllocateAddressRequest{});
  const auto associated = lab.call<api::AssociateAddressResponse>(api::AssociateAddressRequest{
      .allocation_id = allocated.allocation_id, .network_interface_id = interface});
  const api::DetachInternetGatewayRequest detach{.internet_gateway_id = gateway, .vpc_id = vpc};

  EXPECT_EQ(lab.refusal(detach),
            "DependencyViolation: Network " + vpc +
                " has some mapped public address(es). Please unmap those public address(es) before "
                "detaching the gateway.");
  lab.call<api::DisassociateAddressResponse>(
      api::DisassociateAddressRequest{.association_id = associated.association_id});
  lab.call<api::DetachInternetGatewayResponse>(detach);
  EXPECT_TRUE(lab.vpc_of(vpc).internet_gateway.empty());
}

TEST(InternetGateway, IsDeletedOnlyWhenDetached) {  // IGW-9, IGW-12
  Lab lab;
  const std::string vpc = lab.vpc("10.0.0.0/16");
  const std::string gateway = lab.attached_gateway(vpc);
  const api::DeleteInternetGatewayRequest remove{.internet_gateway_id = gateway};

  EXPECT_EQ(lab.refusal(remove), "DependencyViolation: The internetGateway '" + gateway +
                                     "' has dependencies and cannot be deleted.");
  lab.call<api::DetachInternetGatewayResponse>(
      api::DetachInternetGatewayRequest{.internet_gateway_id = gateway, .vpc_id = vpc});
  lab.call<api::DeleteInternetGatewayResponse>(remove);
  EXPECT_TRUE(lab.inventory().internet_gateways.empty());
}

TEST(InternetGateway, HasItsRoutesCompiledAgainWhenItIsDeleted) {  // RT-14: "detached", "deleted"
  Lab lab;
  const std::string vpc = lab.vpc("10.0.0.0/16");
  const std::string gateway = lab.attached_gateway(vpc);
  lab.call<api::CreateRouteResponse>(
      api::CreateRouteRequest{.destination_cidr_block = "0.0.0.0/0",
                              .gateway_id = gateway,
                              .route_table_id = lab.route_table(vpc)});
  lab.call<api::DetachInternetGatewayResponse>(
      api::DetachInternetGatewayRequest{.internet_gateway_id = gateway, .vpc_id = vpc});
  static_cast<void>(lab.plane().take_changed());

  lab.call<api::DeleteInternetGatewayResponse>(
      api::DeleteInternetGatewayRequest{.internet_gateway_id = gateway});

  EXPECT_THAT(lab.plane().take_changed(), ElementsAre(lab.vpc_of(vpc).id));
}

}  // namespace
}  // namespace vpclab::control
