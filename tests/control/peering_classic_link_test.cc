// ClassicLink over a peering, as the control plane decides it: PCX-15…19, CL-20…24, CL-29, CL-30,
// CASE-2. The accounts and ids are those of AWS's page "Configurations with ClassicLink".
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/api/generated/tag.h"
#include "emulator/api/json_text.h"
#include "tests/control/classic_lab.h"

namespace vpclab::control {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;
using testing::StartsWith;

constexpr std::string_view kRoute = "10.0.0.0/8 local";

/// VPC A (172.31.0.0/16) of an account with EC2-Classic is peered with VPC B (192.168.0.0/16) of
/// one without.
class PeeringWithClassicLink : public testing::Test {
 protected:
  void as_a() { lab.caller() = {std::string(kClassicAccount), "us-east-1"}; }

  void as_b() { lab.caller() = {"123456789101", "us-east-1"}; }

  std::string vpc(const std::string& cidr, const std::string& id) {
    const auto created =
        lab.call<api::CreateVpcResponse>(api::CreateVpcRequest{.cidr_block = cidr}, {{}, id, {}});
    lab.settle();
    return created.vpc->vpc_id.value();
  }

  std::string peer(const std::string& requester, const std::string& accepter) {
    const auto created = lab.call<api::CreateVpcPeeringConnectionResponse>(
        api::CreateVpcPeeringConnectionRequest{
            .peer_owner_id = "123456789101", .peer_vpc_id = accepter, .vpc_id = requester},
        {{}, "pcx-aaaabbbb", {}});
    lab.settle();
    return created.vpc_peering_connection->vpc_peering_connection_id.value();
  }

  [[nodiscard]] static api::PeeringConnectionOptionsRequest from_classic(bool value) {
    return {.allow_egress_from_local_classic_link_to_remote_vpc = value};
  }

  [[nodiscard]] static api::PeeringConnectionOptionsRequest to_classic(bool value) {
    return {.allow_egress_from_local_vpc_to_remote_classic_link = value};
  }

  [[nodiscard]] static api::ModifyVpcPeeringConnectionOptionsRequest as_requester(
      const std::string& id, const api::PeeringConnectionOptionsRequest& options) {
    return {.requester_peering_connection_options = options, .vpc_peering_connection_id = id};
  }

  [[nodiscard]] static api::ModifyVpcPeeringConnectionOptionsRequest as_accepter(
      const std::string& id, const api::PeeringConnectionOptionsRequest& options) {
    return {.accepter_peering_connection_options = options, .vpc_peering_connection_id = id};
  }

  api::ModifyVpcPeeringConnectionOptionsResponse modify(
      const api::ModifyVpcPeeringConnectionOptionsRequest& request) {
    return lab.call<api::ModifyVpcPeeringConnectionOptionsResponse>(request);
  }

  ClassicLab lab;
  const std::string a = vpc("172.31.0.0/16", "vpc-f527be91");
  const std::string b = (as_b(), vpc("192.168.0.0/16", "vpc-80cb52e4"));
  const std::string pcx = [this] {
    as_a();
    std::string id = peer(a, b);
    as_b();
    lab.accept(id);
    return id;
  }();
};

TEST_F(PeeringWithClassicLink, EchoesTheOptionsThatWereGiven) {  // PCX-18
  as_a();

  const auto modified = modify(as_requester(pcx, from_classic(true)));

  const auto& echoed = modified.requester_peering_connection_options;
  EXPECT_EQ(echoed->allow_egress_from_local_classic_link_to_remote_vpc, true);
  EXPECT_FALSE(echoed->allow_egress_from_local_vpc_to_remote_classic_link.has_value());
  EXPECT_FALSE(modified.accepter_peering_connection_options.has_value());
}

TEST_F(PeeringWithClassicLink, LeavesTheOptionsAloneThatWereNot) {  // PCX-18
  as_a();
  modify(as_requester(pcx, from_classic(true)));

  modify(as_requester(pcx, to_classic(true)));

  EXPECT_TRUE(lab.peering_of(pcx).requester.options.egress_from_local_classic_link_to_remote_vpc);
  EXPECT_TRUE(lab.peering_of(pcx).requester.options.egress_from_local_vpc_to_remote_classic_link);
  EXPECT_FALSE(lab.peering_of(pcx).accepter.options.egress_from_local_vpc_to_remote_classic_link);
}

TEST_F(PeeringWithClassicLink, BelongsToTheOwnerOfEachSide) {  // PCX-17, CL-21, CASE-2 row 10
  as_b();
  EXPECT_THAT(lab.refusal(as_requester(pcx, from_classic(true))),
              StartsWith("OperationNotPermitted: "));
  EXPECT_THAT(lab.refusal(as_requester(pcx, to_classic(false))),
              StartsWith("OperationNotPermitted: "));
  modify(as_accepter(pcx, to_classic(true)));
  as_a();
  EXPECT_THAT(lab.refusal(as_accepter(pcx, to_classic(false))),
              StartsWith("OperationNotPermitted: "));
}

TEST_F(PeeringWithClassicLink, WorksInEitherRole) {  // CL-21
  as_b();
  lab.call<api::DeleteVpcPeeringConnectionResponse>(
      api::DeleteVpcPeeringConnectionRequest{.vpc_peering_connection_id = pcx});
  const auto created =
      lab.call<api::CreateVpcPeeringConnectionResponse>(api::CreateVpcPeeringConnectionRequest{
          .peer_owner_id = std::string(kClassicAccount), .peer_vpc_id = a, .vpc_id = b});
  lab.settle();
  const std::string back = *created.vpc_peering_connection->vpc_peering_connection_id;
  as_a();
  lab.accept(back);

  modify(as_accepter(back, from_classic(true)));
  as_b();
  modify(as_requester(back, to_classic(true)));

  const VpcPeeringConnection& peering = lab.peering_of(back);
  EXPECT_TRUE(peering.accepter.options.egress_from_local_classic_link_to_remote_vpc);
  EXPECT_TRUE(lab.inventory().has_classic_route(lab.vpc_of(b)));
  EXPECT_FALSE(lab.inventory().has_classic_route(lab.vpc_of(a)));
}

TEST_F(PeeringWithClassicLink, AddsTheRouteToAllTablesOfTheSideThatSends) {  // CL-20, SEED-7
  as_b();
  const std::string custom = lab.route_table(b);
  lab.route(custom, "172.31.0.0/16", pcx);

  modify(as_accepter(pcx, to_classic(true)));

  EXPECT_THAT(lab.routes(custom),
              ElementsAre("192.168.0.0/16 local", kRoute, "172.31.0.0/16 pcx-aaaabbbb"));
  EXPECT_THAT(lab.routes(lab.main_table(b)), ElementsAre("192.168.0.0/16 local", kRoute));
  EXPECT_THAT(lab.routes(lab.route_table(b)), Contains(kRoute));  // CL-24: a later one too
  as_a();
  EXPECT_THAT(lab.routes(lab.main_table(a)), Not(Contains(kRoute)));
  modify(as_requester(pcx, from_classic(true)));  // adds none: CL-20 (3)
  EXPECT_THAT(lab.routes(lab.main_table(a)), Not(Contains(kRoute)));
}

TEST_F(PeeringWithClassicLink, ConflictsWithStaticRoutesInTheBlock) {  // CL-22, CASE-2 row 11
  as_b();
  const std::string other = lab.active_peering(b, lab.vpc("10.5.0.0/16"));
  lab.route(lab.route_table(b), "10.5.0.0/16", other);

  EXPECT_THAT(lab.refusal(as_accepter(pcx, to_classic(true))), StartsWith("CidrConflict: "));
  EXPECT_FALSE(lab.inventory().has_classic_route(lab.vpc_of(b)));
  modify(as_accepter(pcx, from_classic(true)));  // the other direction adds no route
}

TEST_F(PeeringWithClassicLink, KeepsTheBlockForItself) {  // CL-10, of the side that sends
  as_b();
  modify(as_accepter(pcx, to_classic(true)));
  const std::string other = lab.active_peering(b, lab.vpc("10.5.0.0/16"));

  EXPECT_THAT(lab.refusal(api::CreateRouteRequest{.destination_cidr_block = "10.5.0.0/16",
                                                  .route_table_id = lab.main_table(b),
                                                  .vpc_peering_connection_id = other}),
              StartsWith("InvalidParameterValue: "));
}

TEST_F(PeeringWithClassicLink, TakesTheRouteAwayWithTheOption) {  // CL-24
  as_b();
  modify(as_accepter(pcx, to_classic(true)));

  modify(as_accepter(pcx, to_classic(false)));

  EXPECT_THAT(lab.routes(lab.main_table(b)), ElementsAre("192.168.0.0/16 local"));
}

TEST_F(PeeringWithClassicLink, LeavesTheRouteWhereAKnobSaysSo) {  // CL-24
  Knobs knobs;
  knobs.classic_link_option_route_removed_on_disable = false;
  ClassicLab keeping(with_knobs(knobs));
  const std::string one = keeping.vpc("172.31.0.0/16");
  const std::string two = keeping.vpc("192.168.0.0/16");
  const std::string id = keeping.active_peering(one, two);
  for (const bool value : {true, false}) {
    keeping.call<api::ModifyVpcPeeringConnectionOptionsResponse>(
        as_accepter(id, to_classic(value)));
  }

  EXPECT_THAT(keeping.routes(keeping.main_table(two)), Contains(kRoute));
  keeping.disable(two);
  EXPECT_THAT(keeping.routes(keeping.main_table(two)), Not(Contains(kRoute)));
}

TEST_F(PeeringWithClassicLink, SharesTheRouteWithClassicLinkItself) {  // CL-24
  as_a();
  lab.enable(a);
  modify(as_requester(pcx, to_classic(true)));
  const std::string second = lab.active_peering(a, lab.vpc("100.64.0.0/16"));
  modify(as_requester(second, to_classic(true)));

  lab.disable(a);
  EXPECT_THAT(lab.routes(lab.main_table(a)), Contains(kRoute));
  modify(as_requester(pcx, to_classic(false)));
  EXPECT_THAT(lab.routes(lab.main_table(a)), Contains(kRoute));  // the other one's
  modify(as_requester(second, to_classic(false)));
  EXPECT_THAT(lab.routes(lab.main_table(a)), Not(Contains(kRoute)));
}

TEST_F(PeeringWithClassicLink, EndsWithThePeering) {  // CL-30
  as_b();
  modify(as_accepter(pcx, to_classic(true)));
  as_a();
  modify(as_requester(pcx, from_classic(true)));

  lab.call<api::DeleteVpcPeeringConnectionResponse>(
      api::DeleteVpcPeeringConnectionRequest{.vpc_peering_connection_id = pcx});

  EXPECT_FALSE(lab.inventory().has_classic_route(lab.vpc_of(b)));
  const VpcPeeringConnection& peering = lab.peering_of(pcx);
  EXPECT_FALSE(peering.requester.options.egress_from_local_classic_link_to_remote_vpc);
  EXPECT_FALSE(peering.accepter.options.egress_from_local_vpc_to_remote_classic_link);
}

TEST_F(PeeringWithClassicLink, KeepsTheRouteWhenTheInstanceStops) {  // CL-30
  as_b();
  modify(as_accepter(pcx, to_classic(true)));
  as_a();
  lab.enable(a);
  const std::string instance = lab.classic("10.44.7.9");
  lab.linked(instance, a, {lab.group(a, "link")});

  lab.stop(instance);

  EXPECT_TRUE(lab.inventory().has_classic_route(lab.vpc_of(b)));
}

TEST_F(PeeringWithClassicLink, MarksBothVpcs) {  // RT-26
  as_b();
  static_cast<void>(lab.plane().take_changed());

  modify(as_accepter(pcx, to_classic(true)));

  EXPECT_THAT(lab.plane().take_changed(),
              testing::UnorderedElementsAre(*api::VpcId::parse(a), *api::VpcId::parse(b)));
}

TEST_F(PeeringWithClassicLink, StaysWithinOneRegion) {  // CL-29, PCX-19
  lab.caller() = {std::string(kClassicAccount), "eu-west-1"};
  const std::string far = lab.vpc("192.168.0.0/16");
  as_a();
  const auto created =
      lab.call<api::CreateVpcPeeringConnectionResponse>(api::CreateVpcPeeringConnectionRequest{
          .peer_vpc_id = far, .vpc_id = a, .peer_region = "eu-west-1"});
  lab.settle();
  const std::string across = *created.vpc_peering_connection->vpc_peering_connection_id;
  lab.caller().region = "eu-west-1";
  lab.accept(across);
  as_a();

  EXPECT_THAT(lab.refusal(as_requester(across, from_classic(true))),
              StartsWith("OperationNotPermitted: "));
  EXPECT_THAT(lab.refusal(as_requester(across, to_classic(true))),
              StartsWith("OperationNotPermitted: "));
  modify(as_requester(across, to_classic(false)));
}

TEST_F(PeeringWithClassicLink, IsOnlyWhereClassicWas) {  // CL-29, CLC-9
  lab.caller() = {std::string(kClassicAccount), "eu-central-1"};
  const std::string id = lab.active_peering(lab.vpc("172.31.0.0/16"), lab.vpc("192.168.0.0/16"));

  EXPECT_THAT(lab.refusal(as_requester(id, from_classic(true))),
              StartsWith("UnsupportedOperation: "));
  EXPECT_THAT(lab.refusal(as_accepter(id, to_classic(true))), StartsWith("UnsupportedOperation: "));
}

TEST_F(PeeringWithClassicLink, NeedsNoClassicInThePeersAccount) {  // CLC-7, CL-22
  as_b();

  modify(as_accepter(pcx, to_classic(true)));

  EXPECT_FALSE(lab.vpc_of(b).classic_link);
  EXPECT_THAT(lab.routes(lab.main_table(b)), Contains(kRoute));
}

TEST_F(PeeringWithClassicLink, IsShownAsOnAwssPage) {  // PCX-13, SEED-1: but for the swapped CIDRs
  as_a();
  modify(as_requester(pcx, from_classic(true)));
  lab.call<api::CreateTagsResponse>(api::CreateTagsRequest{
      .resources = {pcx}, .tags = {{.key = "Name", .value = "MyPeeringConnection"}}});
  as_b();
  modify(as_accepter(pcx, to_classic(true)));
  as_a();

  const auto described = lab.call<api::DescribeVpcPeeringConnectionsResponse>(
      api::DescribeVpcPeeringConnectionsRequest{.vpc_peering_connection_ids = {pcx}});

  EXPECT_EQ(api::to_cli_json(described), R"({
    "VpcPeeringConnections": [
        {
            "AccepterVpcInfo": {
                "CidrBlock": "192.168.0.0/16",
                "CidrBlockSet": [
                    {
                        "CidrBlock": "192.168.0.0/16"
                    }
                ],
                "OwnerId": "123456789101",
                "PeeringOptions": {
                    "AllowDnsResolutionFromRemoteVpc": false,
                    "AllowEgressFromLocalClassicLinkToRemoteVpc": false,
                    "AllowEgressFromLocalVpcToRemoteClassicLink": true
                },
                "VpcId": "vpc-80cb52e4",
                "Region": "us-east-1"
            },
            "RequesterVpcInfo": {
                "CidrBlock": "172.31.0.0/16",
                "CidrBlockSet": [
                    {
                        "CidrBlock": "172.31.0.0/16"
                    }
                ],
                "OwnerId": "111222333444",
                "PeeringOptions": {
                    "AllowDnsResolutionFromRemoteVpc": false,
                    "AllowEgressFromLocalClassicLinkToRemoteVpc": true,
                    "AllowEgressFromLocalVpcToRemoteClassicLink": false
                },
                "VpcId": "vpc-f527be91",
                "Region": "us-east-1"
            },
            "Status": {
                "Code": "active",
                "Message": "Active"
            },
            "Tags": [
                {
                    "Key": "Name",
                    "Value": "MyPeeringConnection"
                }
            ],
            "VpcPeeringConnectionId": "pcx-aaaabbbb"
        }
    ]
}
)");
}

}  // namespace
}  // namespace vpclab::control
