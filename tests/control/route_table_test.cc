// Route tables, associations and routes: RT-1…28 as far as the control plane goes, CASE-13.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/control/route_table_lab.h"

namespace vpclab::control {
namespace {

using testing::SizeIs;
using testing::StartsWith;

using RouteTables = RouteTableLab;

TEST_F(RouteTables, ShowALocalRoutePerCidr) {  // RT-1, RT-7, VPC-9
  lab.call<api::AssociateVpcCidrBlockResponse>(
      api::AssociateVpcCidrBlockRequest{.cidr_block = "10.2.0.0/16", .vpc_id = vpc});

  const std::vector<api::Route> shown = routes();

  ASSERT_THAT(shown, SizeIs(2));
  EXPECT_EQ(shown[0].destination_cidr_block, "10.1.0.0/16");
  EXPECT_EQ(shown[1].destination_cidr_block, "10.2.0.0/16");
  for (const api::Route& local : shown) {
    EXPECT_EQ(local.gateway_id, "local");
    EXPECT_EQ(local.origin, "CreateRouteTable");
    EXPECT_EQ(local.state, "active");
  }
  EXPECT_EQ(lab.refusal(api::DeleteRouteRequest{.destination_cidr_block = "10.1.0.0/16",
                                                .route_table_id = table}),
            "InvalidParameterValue: cannot remove local route 10.1.0.0/16 in route table " + table);
}

TEST_F(RouteTables, ShowTheMainAssociationWithoutASubnet) {  // RT-3, RT-4
  const auto described = lab.call<api::DescribeRouteTablesResponse>(api::DescribeRouteTablesRequest{
      .filters = {{.name = "association.main", .values = {"true"}}}});

  ASSERT_THAT(described.route_tables, SizeIs(1));
  ASSERT_THAT(described.route_tables[0].associations, SizeIs(1));
  const api::RouteTableAssociation& main = described.route_tables[0].associations[0];
  EXPECT_EQ(main.main, true);
  EXPECT_EQ(main.route_table_association_id, main_association);
  EXPECT_FALSE(main.subnet_id.has_value());
}

TEST_F(RouteTables, ServeASubnetByAssociationElseTheMainOneDoes) {  // RT-2, RT-5, RT-6
  const api::AssociateRouteTableRequest associate{.route_table_id = table, .subnet_id = subnet};

  const auto associated = lab.call<api::AssociateRouteTableResponse>(associate);

  EXPECT_EQ(lab.inventory().effective_route_table(lab.subnet_of(subnet)).id.text(), table);
  EXPECT_EQ(lab.refusal(associate),
            "Resource.AlreadyAssociated: the specified association for route table " + table +
                " conflicts with an existing association");
  lab.call<api::DisassociateRouteTableResponse>(
      api::DisassociateRouteTableRequest{.association_id = associated.association_id});
  EXPECT_EQ(lab.inventory().effective_route_table(lab.subnet_of(subnet)).id.text(), main_table);
  EXPECT_EQ(
      lab.refusal(api::DisassociateRouteTableRequest{.association_id = associated.association_id}),
      "InvalidAssociationID.NotFound: The association ID '" + *associated.association_id +
          "' does not exist");
}

TEST_F(RouteTables, KeepTheMainAssociation) {  // RT-5
  EXPECT_EQ(lab.refusal(api::DisassociateRouteTableRequest{.association_id = main_association}),
            "InvalidParameterValue: Cannot disassociate the main route table association " +
                main_association);
}

TEST_F(RouteTables, ServeOnlySubnetsOfTheirVpc) {  // RT-6
  const std::string foreign = lab.subnet(lab.vpc("10.9.0.0/16"), "10.9.0.0/24");

  EXPECT_EQ(
      lab.refusal(api::AssociateRouteTableRequest{.route_table_id = table, .subnet_id = foreign}),
      "InvalidParameterValue: Route table " + table + " and subnet " + foreign +
          " belong to different networks");
}

TEST_F(RouteTables, CanBecomeTheMainOne) {  // RT-3, CASE-13
  const std::string other_subnet = lab.subnet(vpc, "10.1.16.0/20");
  lab.call<api::AssociateRouteTableResponse>(
      api::AssociateRouteTableRequest{.route_table_id = main_table, .subnet_id = subnet});

  const auto replaced =
      lab.call<api::ReplaceRouteTableAssociationResponse>(api::ReplaceRouteTableAssociationRequest{
          .association_id = main_association, .route_table_id = table});

  EXPECT_NE(replaced.new_association_id, main_association);
  EXPECT_EQ(lab.vpc_of(vpc).main_route_table.text(), table);
  EXPECT_EQ(lab.inventory().effective_route_table(lab.subnet_of(other_subnet)).id.text(), table);
  EXPECT_EQ(lab.inventory().effective_route_table(lab.subnet_of(subnet)).id.text(), main_table);
}

TEST_F(RouteTables, SwitchASubnetByReplacing) {  // RT-6, RT-26
  const auto associated = lab.call<api::AssociateRouteTableResponse>(
      api::AssociateRouteTableRequest{.route_table_id = table, .subnet_id = subnet});

  const auto replaced =
      lab.call<api::ReplaceRouteTableAssociationResponse>(api::ReplaceRouteTableAssociationRequest{
          .association_id = associated.association_id, .route_table_id = main_table});

  EXPECT_NE(replaced.new_association_id, associated.association_id);
  EXPECT_EQ(lab.subnet_of(subnet).route_table.text(), main_table);
  EXPECT_THAT(lab.plane().take_changed(), testing::Contains(lab.vpc_of(vpc).id));
}

TEST_F(RouteTables, AreFreeAgainWhenTheirSubnetGoes) {  // RT-2, RT-23
  lab.call<api::AssociateRouteTableResponse>(
      api::AssociateRouteTableRequest{.route_table_id = table, .subnet_id = subnet});

  lab.call<api::DeleteSubnetResponse>(api::DeleteSubnetRequest{.subnet_id = subnet});

  lab.call<api::DeleteRouteTableResponse>(api::DeleteRouteTableRequest{.route_table_id = table});
}

TEST_F(RouteTables, CannotBeDeletedWhileAssociated) {  // RT-3, RT-23
  const std::string refused = "' has dependencies and cannot be deleted.";
  EXPECT_EQ(lab.refusal(api::DeleteRouteTableRequest{.route_table_id = main_table}),
            "DependencyViolation: The routeTable '" + main_table + refused);
  lab.call<api::AssociateRouteTableResponse>(
      api::AssociateRouteTableRequest{.route_table_id = table, .subnet_id = subnet});
  EXPECT_EQ(lab.refusal(api::DeleteRouteTableRequest{.route_table_id = table}),
            "DependencyViolation: The routeTable '" + table + refused);
  EXPECT_EQ(lab.refusal(api::DeleteRouteTableRequest{.route_table_id = "rtb-00000000"}),
            "InvalidRouteTableID.NotFound: The routeTable ID 'rtb-00000000' does not exist");
}

TEST_F(RouteTables, HoldADestinationOnce) {  // RT-9, RT-21, RT-28
  lab.call<api::CreateRouteResponse>(to_gateway("0.0.0.0/0"));

  EXPECT_EQ(lab.refusal(to_gateway("0.0.0.0/0")),
            "RouteAlreadyExists: The route identified by 0.0.0.0/0 already exists.");
  const std::string peering = lab.peering(vpc, lab.vpc("10.9.0.0/16"));
  EXPECT_EQ(lab.refusal(to_peering("0.0.0.0/0", peering)),
            "RouteAlreadyExists: The route identified by 0.0.0.0/0 already exists.");
}

TEST(RouteTable, TakesTheSameRouteTwiceIfTheKnobSaysSo) {  // RT-28
  Lab lab(with_knobs({.route_create_idempotent = true}));
  const std::string vpc = lab.vpc("10.1.0.0/16");
  const api::CreateRouteRequest request{.destination_cidr_block = "0.0.0.0/0",
                                        .gateway_id = lab.attached_gateway(vpc),
                                        .route_table_id = lab.vpc_of(vpc).main_route_table.text()};

  lab.call<api::CreateRouteResponse>(request);

  EXPECT_EQ(lab.refusal(request), "accepted");
}

TEST_F(RouteTables, WantExactlyOneTarget) {  // RT-10
  api::CreateRouteRequest two = to_gateway("0.0.0.0/0");
  two.instance_id = "i-00000000";

  EXPECT_THAT(lab.refusal(route("0.0.0.0/0")), StartsWith("MissingParameter: "));
  EXPECT_THAT(lab.refusal(two), StartsWith("InvalidParameterCombination: "));
  api::CreateRouteRequest transit = route("0.0.0.0/0");
  transit.transit_gateway_id = "tgw-00000000";
  EXPECT_THAT(lab.refusal(transit), StartsWith("UnsupportedOperation: "));
  api::CreateRouteRequest ipv6 = to_gateway("0.0.0.0/0");
  ipv6.destination_ipv6_cidr_block = "::/0";
  EXPECT_THAT(lab.refusal(ipv6), StartsWith("UnsupportedOperation: "));
}

TEST_F(RouteTables, WantTargetsThatExist) {  // RT-10
  api::CreateRouteRequest request = route("0.0.0.0/0");
  request.gateway_id = "igw-00000000";
  EXPECT_EQ(lab.refusal(request),
            "InvalidInternetGatewayID.NotFound: The internetGateway ID 'igw-00000000' does not "
            "exist");
  EXPECT_EQ(lab.refusal(to_peering("10.9.0.0/16", "pcx-00000000")),
            "InvalidVpcPeeringConnectionID.NotFound: The vpcPeeringConnection ID 'pcx-00000000' "
            "does not exist");
  EXPECT_EQ(lab.refusal(to_interface("10.9.0.0/16", "eni-00000000")),
            "InvalidNetworkInterfaceID.NotFound: The networkInterface ID 'eni-00000000' does not "
            "exist");
  EXPECT_EQ(lab.refusal(to_peering("10.9.0.0/33", "pcx-00000000")),
            "InvalidParameterValue: Value (10.9.0.0/33) for parameter destinationCidrBlock is "
            "invalid. This is not a valid CIDR block.");
}

TEST_F(RouteTables, RefuseARouteToTheVpcsOwnBlockThroughAPeering) {  // RT-11, RT-13
  const std::string peering = lab.peering(vpc, lab.vpc("10.9.0.0/16"));
  const auto refused = [](const std::string& destination) {
    return "InvalidParameterValue: The destination CIDR block " + destination +
           " is equal to or more specific than one of this VPC's CIDR blocks. This route can "
           "target "
           "only an interface or an instance.";
  };

  EXPECT_EQ(lab.refusal(to_peering("10.1.0.0/16", peering)), refused("10.1.0.0/16"));
  EXPECT_EQ(lab.refusal(to_gateway("10.1.0.0/24")), refused("10.1.0.0/24"));
  lab.call<api::CreateRouteResponse>(to_peering("10.0.0.0/8", peering));
}

TEST_F(RouteTables, LeadAWholeSubnetToAnInterface) {  // RT-11, RT-27
  const std::string interface = lab.interface(subnet);

  EXPECT_EQ(lab.refusal(to_interface("10.1.1.0/24", interface)),
            "InvalidParameterValue: Route destination doesn't match any subnet CIDR blocks.");
  EXPECT_EQ(lab.refusal(to_interface("10.1.0.0/16", interface)),
            "RouteAlreadyExists: The route identified by 10.1.0.0/16 already exists.");
  lab.call<api::CreateRouteResponse>(to_interface("10.1.0.0/20", interface));
}

TEST(RouteTable, LeadsAnythingToAnInterfaceInTheClassicEra) {  // RT-11
  Lab lab(with_knobs({.more_specific_routes = MoreSpecificRoutes::kClassicEra}));
  const std::string vpc = lab.vpc("10.1.0.0/16");
  const std::string interface = lab.interface(lab.subnet(vpc, "10.1.0.0/20"));

  lab.call<api::CreateRouteResponse>(
      api::CreateRouteRequest{.destination_cidr_block = "10.1.1.0/24",
                              .network_interface_id = interface,
                              .route_table_id = lab.vpc_of(vpc).main_route_table.text()});
}

TEST_F(RouteTables, RefuseReservedDestinations) {  // RT-12
  EXPECT_THAT(lab.refusal(to_gateway("169.254.168.0/22")), StartsWith("InvalidParameterValue: "));
  EXPECT_THAT(lab.refusal(to_gateway("169.254.169.253/32")), StartsWith("InvalidParameterValue: "));
  lab.call<api::CreateRouteResponse>(to_gateway("169.254.0.0/16"));
}

TEST_F(RouteTables, ClearHostBitsOfDestinations) {  // VPC-3, RT-8
  lab.call<api::CreateRouteResponse>(to_gateway("100.68.0.18/18"));
  lab.call<api::CreateRouteResponse>(to_gateway("203.0.113.7/32"));

  EXPECT_EQ(state_of("100.68.0.0/18"), "active");
  EXPECT_EQ(state_of("203.0.113.7/32"), "active");
}

TEST_F(RouteTables, TakeAGatewayOnlyWhereItIsAttached) {  // RT-19
  const std::string elsewhere = lab.attached_gateway(lab.vpc("10.9.0.0/16"));
  const std::string detached = lab.gateway();
  api::CreateRouteRequest request = route("0.0.0.0/0");

  for (const std::string& other : {elsewhere, detached}) {
    request.gateway_id = other;
    EXPECT_EQ(lab.refusal(request), "InvalidParameterValue: route table " + table +
                                        " and network gateway " + other +
                                        " belong to different networks");
  }
}

TEST_F(RouteTables, TakeAPeeringOnlyWhereItIsAnEnd) {  // RT-19
  const std::string peering = lab.peering(lab.vpc("10.8.0.0/16"), lab.vpc("10.9.0.0/16"));

  EXPECT_EQ(lab.refusal(to_peering("10.8.0.0/16", peering)),
            "InvalidParameterValue: route table " + table + " and network gateway " + peering +
                " belong to different networks");
}

TEST_F(RouteTables, TakeAnyDestinationThroughAPeering) {  // RT-20, RT-21
  const std::string nine = lab.peering(vpc, lab.vpc("10.9.0.0/16"));
  const std::string eight = lab.peering(vpc, lab.vpc("10.8.0.0/16"));

  lab.call<api::CreateRouteResponse>(to_peering("10.9.0.77/32", nine));
  lab.call<api::CreateRouteResponse>(to_peering("10.9.0.0/16", eight));
  lab.call<api::CreateRouteResponse>(to_peering("192.168.0.0/16", nine));

  EXPECT_THAT(routes(), SizeIs(4));
}

TEST_F(RouteTables, HaveABlackholeUntilThePeeringIsActive) {  // RT-14, RT-16, RT-18
  const std::string peering = lab.peering(vpc, lab.vpc("10.9.0.0/16"));
  lab.call<api::CreateRouteResponse>(to_peering("10.9.0.0/16", peering));

  EXPECT_EQ(state_of("10.9.0.0/16"), "blackhole");
  lab.accept(peering);
  EXPECT_EQ(state_of("10.9.0.0/16"), "active");
  lab.call<api::DeleteVpcPeeringConnectionResponse>(
      api::DeleteVpcPeeringConnectionRequest{.vpc_peering_connection_id = peering});
  EXPECT_EQ(state_of("10.9.0.0/16"), "blackhole");
  lab.pass(std::chrono::hours(100));  // the peering is gone and forgotten; the route stays
  EXPECT_EQ(state_of("10.9.0.0/16"), "blackhole");
}

TEST_F(RouteTables, HaveABlackholeOnceTheGatewayIsDetached) {  // RT-14, RT-15, IGW-12
  lab.call<api::CreateRouteResponse>(to_gateway("0.0.0.0/0"));
  EXPECT_EQ(state_of("0.0.0.0/0"), "active");

  lab.call<api::DetachInternetGatewayResponse>(
      api::DetachInternetGatewayRequest{.internet_gateway_id = gateway, .vpc_id = vpc});

  EXPECT_EQ(state_of("0.0.0.0/0"), "blackhole");
  lab.call<api::DeleteInternetGatewayResponse>(
      api::DeleteInternetGatewayRequest{.internet_gateway_id = gateway});
  EXPECT_EQ(state_of("0.0.0.0/0"), "blackhole");
}

TEST_F(RouteTables, HaveABlackholeOnceTheInstanceIsTerminated) {  // RT-10, RT-14, RT-27
  const std::string instance = lab.instance(subnet);
  api::CreateRouteRequest request = route("0.0.0.0/0");
  request.instance_id = instance;
  lab.call<api::CreateRouteResponse>(request);
  const std::vector<api::Route> shown = routes();
  ASSERT_THAT(shown, SizeIs(2));
  EXPECT_EQ(shown[1].instance_id, instance);
  EXPECT_EQ(shown[1].instance_owner_id, kDefaultAccount);
  EXPECT_EQ(shown[1].network_interface_id, lab.primary_of(instance).id.text());
  EXPECT_EQ(shown[1].state, "active");

  lab.call<api::TerminateInstancesResponse>(
      api::TerminateInstancesRequest{.instance_ids = {instance}});
  lab.settle();

  EXPECT_EQ(state_of("0.0.0.0/0"), "blackhole");
}

TEST_F(RouteTables, TakeAnInstanceWithOneInterfaceOnly) {  // RT-10
  const std::string instance = lab.instance(subnet);
  lab.call<api::AttachNetworkInterfaceResponse>(api::AttachNetworkInterfaceRequest{
      .device_index = 1, .instance_id = instance, .network_interface_id = lab.interface(subnet)});
  api::CreateRouteRequest request = route("0.0.0.0/0");
  request.instance_id = instance;

  EXPECT_EQ(lab.refusal(request),
            "InvalidInstanceID: There are multiple interfaces attached to instance '" + instance +
                "'. Please specify an interface ID for the operation instead.");
}

TEST_F(RouteTables, ReplaceAndDeleteRoutesThatExist) {  // RT-22
  const std::string peering = lab.active_peering(vpc, lab.vpc("10.9.0.0/16"));
  api::ReplaceRouteRequest replace{.destination_cidr_block = "10.9.0.0/16",
                                   .route_table_id = table};
  replace.vpc_peering_connection_id = peering;
  const api::DeleteRouteRequest remove{.destination_cidr_block = "10.9.0.0/16",
                                       .route_table_id = table};

  EXPECT_EQ(lab.refusal(replace),
            "InvalidParameterValue: There is no route defined for '10.9.0.0/16' in the route "
            "table. Use CreateRoute instead.");
  EXPECT_EQ(lab.refusal(remove),
            "InvalidRoute.NotFound: no route with destination-cidr-block 10.9.0.0/16 in route "
            "table " +
                table);
  lab.call<api::CreateRouteResponse>(to_gateway("10.9.0.0/16"));
  lab.call<api::ReplaceRouteResponse>(replace);
  EXPECT_EQ(routes().at(1).vpc_peering_connection_id, peering);
  EXPECT_FALSE(routes().at(1).gateway_id.has_value());
  lab.call<api::DeleteRouteResponse>(remove);
  EXPECT_THAT(routes(), SizeIs(1));
}

TEST_F(RouteTables, MarkTheirVpcChanged) {  // RT-26
  static_cast<void>(lab.plane().take_changed());

  lab.call<api::CreateRouteResponse>(to_gateway("0.0.0.0/0"));

  EXPECT_THAT(lab.plane().take_changed(), testing::ElementsAre(lab.vpc_of(vpc).id));
}

}  // namespace
}  // namespace vpclab::control
