// The routes inside a VPC: `local` ones and what may stand in their place (RT-7, RT-11), and the
// tables of gateways (RT-25).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/api/generated/nat_gateway.h"
#include "tests/control/route_table_lab.h"

namespace vpclab::control {
namespace {

using testing::SizeIs;
using testing::StartsWith;

/// What leads inside the VPC in other ways than `local`: a second subnet, an interface in the first
/// that belongs to an instance, and a NAT gateway.
class LocalRoutes : public RouteTableLab {
 protected:
  [[nodiscard]] api::ReplaceRouteRequest replace(const std::string& destination) const {
    return {.destination_cidr_block = destination, .route_table_id = table};
  }

  [[nodiscard]] api::ReplaceRouteRequest by_interface(const std::string& destination) const {
    api::ReplaceRouteRequest request = replace(destination);
    request.network_interface_id = firewall;
    return request;
  }

  [[nodiscard]] api::ReplaceRouteRequest by_local(const std::string& destination) const {
    api::ReplaceRouteRequest request = replace(destination);
    request.local_target = true;
    return request;
  }

  std::string nat_gateway() {
    const auto created = lab.call<api::CreateNatGatewayResponse>(
        api::CreateNatGatewayRequest{.subnet_id = subnet, .connectivity_type = "private"});
    lab.settle();
    return created.nat_gateway->nat_gateway_id.value();
  }

  [[nodiscard]] api::AssociateRouteTableRequest with_gateway() const {
    return {.route_table_id = table, .gateway_id = gateway};
  }

  std::string associate_gateway() {
    return lab.call<api::AssociateRouteTableResponse>(with_gateway()).association_id.value();
  }

  std::string second = lab.subnet(vpc, "10.1.16.0/20");
  std::string appliance = lab.instance(subnet);
  std::string firewall = lab.primary_of(appliance).id.text();
};

TEST_F(LocalRoutes, MayLeadToAnInterfaceInstead) {  // RT-7
  lab.call<api::ReplaceRouteResponse>(by_interface("10.1.0.0/16"));

  ASSERT_THAT(routes(), SizeIs(1));
  EXPECT_EQ(routes().at(0).network_interface_id, firewall);
  EXPECT_EQ(routes().at(0).instance_id, appliance);
  EXPECT_EQ(routes().at(0).origin, "CreateRouteTable");
  EXPECT_EQ(routes().at(0).state, "active");
  EXPECT_FALSE(routes().at(0).gateway_id.has_value());
  lab.call<api::ReplaceRouteResponse>(by_local("10.1.0.0/16"));
  ASSERT_THAT(routes(), SizeIs(1));
  EXPECT_EQ(routes().at(0).gateway_id, "local");
}

TEST_F(LocalRoutes, MayLeadToANatGatewayInstead) {  // RT-7
  api::ReplaceRouteRequest request = replace("10.1.0.0/16");
  request.nat_gateway_id = nat_gateway();

  lab.call<api::ReplaceRouteResponse>(request);

  EXPECT_EQ(routes().at(0).nat_gateway_id, request.nat_gateway_id);
}

TEST_F(LocalRoutes, LeadNowhereElse) {  // RT-7
  api::ReplaceRouteRequest outside = replace("10.1.0.0/16");
  outside.gateway_id = gateway;
  api::ReplaceRouteRequest both = by_interface("10.1.0.0/16");
  both.local_target = true;

  EXPECT_THAT(lab.refusal(outside), StartsWith("InvalidParameterValue: The destination CIDR block "
                                               "10.1.0.0/16 is equal to or more specific"));
  EXPECT_THAT(lab.refusal(both), StartsWith("InvalidParameterCombination: "));
  lab.call<api::CreateRouteResponse>(to_gateway("0.0.0.0/0"));
  EXPECT_EQ(lab.refusal(by_local("0.0.0.0/0")),
            "InvalidParameterValue: The route 0.0.0.0/0 in route table " + table +
                " is not a local route.");
}

TEST_F(LocalRoutes, StayWhateverTheirTargetIs) {  // RT-7
  lab.call<api::ReplaceRouteResponse>(by_interface("10.1.0.0/16"));

  EXPECT_EQ(lab.refusal(api::DeleteRouteRequest{.destination_cidr_block = "10.1.0.0/16",
                                                .route_table_id = table}),
            "InvalidParameterValue: cannot remove local route 10.1.0.0/16 in route table " + table);
  EXPECT_EQ(lab.refusal(to_interface("10.1.0.0/16", firewall)),
            "RouteAlreadyExists: The route identified by 10.1.0.0/16 already exists.");
}

TEST_F(LocalRoutes, GoWithTheirBlockWhateverTheirTargetIs) {  // RT-7, VPC-9, VPC-11
  const auto added = lab.call<api::AssociateVpcCidrBlockResponse>(
      api::AssociateVpcCidrBlockRequest{.cidr_block = "10.2.0.0/16", .vpc_id = vpc});
  lab.call<api::ReplaceRouteResponse>(by_interface("10.2.0.0/16"));

  lab.call<api::DisassociateVpcCidrBlockResponse>(api::DisassociateVpcCidrBlockRequest{
      .association_id = added.cidr_block_association->association_id});

  EXPECT_EQ(state_of("10.2.0.0/16"), "no route");
  EXPECT_THAT(routes(), SizeIs(1));
}

TEST_F(LocalRoutes, DoNotCountAgainstTheQuota) {  // RT-7
  Lab small(with_quotas({.routes_per_table = 1}));
  const std::string other = small.vpc("10.1.0.0/16");
  const std::string main = small.vpc_of(other).main_route_table.text();
  api::ReplaceRouteRequest request{.destination_cidr_block = "10.1.0.0/16", .route_table_id = main};
  request.network_interface_id = small.interface(small.subnet(other, "10.1.0.0/20"));
  small.call<api::ReplaceRouteResponse>(request);

  const api::CreateRouteRequest first{.destination_cidr_block = "0.0.0.0/0",
                                      .gateway_id = small.attached_gateway(other),
                                      .route_table_id = main};
  small.call<api::CreateRouteResponse>(first);

  api::CreateRouteRequest another = first;
  another.destination_cidr_block = "8.0.0.0/8";
  EXPECT_EQ(small.refusal(another),
            "RouteLimitExceeded: The maximum number of routes has been reached.");
}

TEST(RouteTable, KeepsItsLocalRoutesInTheClassicEra) {  // RT-7, RT-11
  Lab lab(with_knobs({.more_specific_routes = MoreSpecificRoutes::kClassicEra}));
  const std::string vpc = lab.vpc("10.1.0.0/16");
  const std::string main = lab.vpc_of(vpc).main_route_table.text();
  const std::string subnet = lab.subnet(vpc, "10.1.0.0/20");
  const auto nat = lab.call<api::CreateNatGatewayResponse>(
      api::CreateNatGatewayRequest{.subnet_id = subnet, .connectivity_type = "private"});
  api::ReplaceRouteRequest replace{.destination_cidr_block = "10.1.0.0/16", .route_table_id = main};
  replace.network_interface_id = lab.interface(subnet);

  EXPECT_EQ(lab.refusal(replace),
            "InvalidParameterValue: cannot replace local route 10.1.0.0/16 in route table " + main);
  EXPECT_THAT(lab.refusal(api::CreateRouteRequest{.destination_cidr_block = "10.1.0.0/20",
                                                  .nat_gateway_id = nat.nat_gateway->nat_gateway_id,
                                                  .route_table_id = main}),
              StartsWith("InvalidParameterValue: "));
}

TEST_F(LocalRoutes, GiveWayToAWholeSubnetsRouteToANatGateway) {  // RT-11
  api::CreateRouteRequest request = route("10.1.16.0/20");
  request.nat_gateway_id = nat_gateway();

  lab.call<api::CreateRouteResponse>(request);

  request.destination_cidr_block = "10.1.16.0/24";
  EXPECT_EQ(lab.refusal(request),
            "InvalidParameterValue: Route destination doesn't match any subnet CIDR blocks.");
}

TEST_F(LocalRoutes, LeadWhatComesInByAGateway) {  // RT-25
  const std::string association = associate_gateway();

  const auto described = lab.call<api::DescribeRouteTablesResponse>(
      api::DescribeRouteTablesRequest{.filters = {{"association.gateway-id", {gateway}}}});

  const api::RouteTableAssociation shown = described.route_tables.at(0).associations.at(0);
  EXPECT_EQ(shown.route_table_association_id, association);
  EXPECT_EQ(shown.gateway_id, gateway);
  EXPECT_EQ(shown.main, false);
  EXPECT_FALSE(shown.subnet_id.has_value());
  lab.call<api::ReplaceRouteResponse>(by_interface("10.1.0.0/16"));
  lab.call<api::CreateRouteResponse>(to_interface("10.1.16.0/20", firewall));
  EXPECT_EQ(state_of("10.1.16.0/20"), "active");
}

TEST_F(LocalRoutes, OfAGatewayLeadFromSubnetsToInterfacesOnly) {  // RT-25
  associate_gateway();
  api::CreateRouteRequest to_nat = route("10.1.16.0/20");
  to_nat.nat_gateway_id = nat_gateway();

  EXPECT_EQ(lab.refusal(to_gateway("0.0.0.0/0")),
            "InvalidParameterValue: The destination 0.0.0.0/0 in route table " + table +
                " of a gateway is neither a CIDR block of the VPC nor that of a whole subnet.");
  EXPECT_EQ(lab.refusal(to_nat), "InvalidParameterValue: The target " + *to_nat.nat_gateway_id +
                                     " in route table " + table +
                                     " of a gateway is not a network interface.");
}

TEST_F(LocalRoutes, OfAGatewayAreNotASubnetsToo) {  // RT-3, RT-25
  const std::string association = associate_gateway();
  const api::AssociateRouteTableRequest with_subnet{.route_table_id = table, .subnet_id = second};
  const std::string refused =
      "InvalidParameterValue: Route table " + table +
      " cannot be associated with a gateway and with subnets, or be a main route table, at the "
      "same time.";

  EXPECT_EQ(lab.refusal(with_subnet), refused);
  EXPECT_EQ(lab.refusal(api::ReplaceRouteTableAssociationRequest{.association_id = main_association,
                                                                 .route_table_id = table}),
            refused);
  EXPECT_THAT(lab.refusal(api::AssociateRouteTableRequest{.route_table_id = main_table,
                                                          .gateway_id = gateway}),
              StartsWith("Resource.AlreadyAssociated: "));
  lab.call<api::DisassociateRouteTableResponse>(
      api::DisassociateRouteTableRequest{.association_id = association});
  lab.call<api::AssociateRouteTableResponse>(with_subnet);
  EXPECT_EQ(lab.refusal(with_gateway()), refused);
}

TEST_F(LocalRoutes, OfOneGatewayMaySwitchTables) {  // RT-25
  const std::string association = associate_gateway();
  const std::string other = lab.route_table(vpc);

  lab.call<api::ReplaceRouteTableAssociationResponse>(api::ReplaceRouteTableAssociationRequest{
      .association_id = association, .route_table_id = other});

  const InternetGateway& now =
      lab.inventory().internet_gateways.get(*api::InternetGatewayId::parse(gateway));
  EXPECT_EQ(now.route_table.text(), other);
  EXPECT_EQ(lab.refusal(api::DeleteRouteTableRequest{.route_table_id = other}),
            "DependencyViolation: The routeTable '" + other +
                "' has dependencies and cannot be deleted.");
}

TEST_F(LocalRoutes, OfAGatewayWantAnAttachedGatewayAndFittingRoutes) {  // RT-25
  const std::string detached = lab.gateway();
  lab.call<api::CreateRouteResponse>(to_gateway("0.0.0.0/0"));

  EXPECT_EQ(
      lab.refusal(api::AssociateRouteTableRequest{.route_table_id = table, .gateway_id = detached}),
      "InvalidParameterValue: Route table " + table + " and gateway " + detached +
          " belong to different networks");
  EXPECT_THAT(lab.refusal(with_gateway()),
              StartsWith("InvalidParameterValue: The destination 0.0.0.0/0 in route table "));
  api::AssociateRouteTableRequest both = with_gateway();
  both.subnet_id = subnet;
  EXPECT_THAT(lab.refusal(both), StartsWith("InvalidParameterCombination: "));
}

TEST_F(LocalRoutes, OfAGatewayEndWithItsAttachment) {  // RT-25, IGW-12
  associate_gateway();

  lab.call<api::DetachInternetGatewayResponse>(
      api::DetachInternetGatewayRequest{.internet_gateway_id = gateway, .vpc_id = vpc});

  lab.call<api::DeleteRouteTableResponse>(api::DeleteRouteTableRequest{.route_table_id = table});
}

}  // namespace
}  // namespace vpclab::control
