// The decisions about NAT gateways: the way there, the way on, and the ways that are closed
// (FWD-5).
#include "emulator/dataplane/decide_nat.h"

#include <gtest/gtest.h>

#include "tests/dataplane/toy_tables.h"

namespace vpclab::dataplane {
namespace {

using testing::address;
using trace::DropReason;
using trace::ObjectState;
using trace::Outcome;
using trace::Stage;

constexpr std::uint32_t kNat = 0;

PacketFacts echo(wire::Ipv4Address from, std::string_view to) {
  PacketFacts facts;
  EXPECT_EQ(read_facts(testing::icmp(from, address(to), 8), facts), std::nullopt);
  return facts;
}

/// The toy with a NAT gateway at 10.1.0.200 in the public subnet. `seal` is still to be called.
VpcTables toy_with_nat(std::uint32_t subnet = kPublicSubnet) {
  VpcTables tables = toy_vpc();
  Interface interface;
  interface.id = id_of<api::NetworkInterfaceId>(90);
  interface.address = address(subnet == kPublicSubnet ? "10.1.0.200" : "10.1.16.200");
  interface.subnet = subnet;
  interface.nat_gateway = kNat;
  NatGateway gateway;
  gateway.id = id_of<api::NatGatewayId>(1);
  gateway.address = interface.address;
  gateway.subnet = subnet;
  gateway.interface = static_cast<std::uint32_t>(tables.interfaces.size());
  gateway.state = ObjectState::kUsable;
  tables.addresses.push_back({interface.address, {}, gateway.interface});
  tables.interfaces.push_back(interface);
  tables.nat_gateways.push_back(gateway);
  return tables;
}

void add_nat_route(VpcTables& tables, std::uint32_t table, std::string_view destination) {
  Route& added = add_route(tables, table, destination, TargetKind::kNatGateway, kNat);
  added.target = tables.nat_gateways[kNat].id;
}

struct Decided {
  Verdict verdict;
  trace::StepList steps;
};

Decided route_of(const VpcTables& tables, ToyInterface from, std::string_view to) {
  Decided decided;
  Counters counters;
  decided.verdict = route(tables, from, echo(toy_address(from), to), AclUse::kJudge, counters,
                          KeepSteps{decided.steps});
  return decided;
}

Decided translated_of(const VpcTables& tables, std::string_view to) {
  Decided decided;
  Counters counters;
  const PacketFacts facts = echo(tables.nat_gateways[kNat].address, to);
  decided.verdict =
      route_translated(tables, kNat, facts, AclUse::kJudge, counters, KeepSteps{decided.steps});
  Counters silent;
  EXPECT_EQ(route_translated(tables, kNat, facts, AclUse::kJudge, silent, NoSteps{}),
            decided.verdict);
  return decided;
}

const Verdict kToNat{Action::kToNatGateway, {}, kNat};

TEST(RouteToNatGateway, PassesBothAcls) {  // NAT-6, FWD-5
  VpcTables tables = toy_with_nat();
  add_nat_route(tables, 1, "0.0.0.0/0");
  seal(tables);

  const Decided decided = route_of(tables, kCarol, "8.8.8.8");

  EXPECT_EQ(decided.verdict, kToNat);
  ASSERT_EQ(decided.steps.size(), 3U);
  EXPECT_EQ(decided.steps[0].stage, Stage::kNetworkAclEgress);
  EXPECT_EQ(decided.steps[1].stage, Stage::kRouteLookup);
  EXPECT_EQ(decided.steps[2].stage, Stage::kNetworkAclIngress);
  EXPECT_EQ(decided.steps[2].rule.scope, api::ResourceId(tables.subnets[kPublicSubnet].id));
}

TEST(RouteToNatGateway, StopsAtTheAclOfItsSubnet) {  // NAT-6
  VpcTables tables = toy_with_nat();
  add_nat_route(tables, 1, "0.0.0.0/0");
  tables.acls[kPublicSubnet] = NetworkAcl(id_of<api::NetworkAclId>(1), {});
  seal(tables);

  EXPECT_EQ(route_of(tables, kCarol, "8.8.8.8").verdict, Verdict::drop(DropReason::kNaclIngress));
}

TEST(RouteToNatGateway, AsksNoSecondAclWithinItsSubnet) {  // ACL-7
  VpcTables tables = toy_with_nat(kPrivateSubnet);
  add_nat_route(tables, 1, "0.0.0.0/0");
  const RuleTraffic all{-1, 0, 0xffff};
  tables.acls[kPrivateSubnet] = NetworkAcl(
      id_of<api::NetworkAclId>(2), {AclEntry{100, true, true, all, testing::prefix("0.0.0.0/0")}});
  seal(tables);

  EXPECT_EQ(route_of(tables, kCarol, "8.8.8.8").verdict, kToNat);
}

TEST(RouteToNatGateway, IsABlackholeUnlessItIsAvailable) {  // RT-14, NAT-11
  VpcTables tables = toy_with_nat();
  add_nat_route(tables, 1, "0.0.0.0/0");
  tables.route_tables[1].routes.back().state = ObjectState::kDeleting;
  seal(tables);

  EXPECT_EQ(route_of(tables, kCarol, "8.8.8.8").verdict, Verdict::drop(DropReason::kBlackhole));
}

TEST(AddressOfNatGateway, IsItsOwn) {  // NAT-7: it gets what is for it, and answers nothing
  VpcTables tables = toy_with_nat();
  seal(tables);
  EXPECT_EQ(route_of(tables, kAlice, "10.1.0.200").verdict, kToNat);  // a neighbour
  EXPECT_EQ(route_of(tables, kCarol, "10.1.0.200").verdict, kToNat);
  Counters counters;
  EXPECT_EQ(enter(tables, Entry::kGateway, echo(address("8.8.8.8"), "10.1.0.200"), AclUse::kJudge,
                  counters, NoSteps{}),
            kToNat);

  tables.nat_gateways[kNat].state = ObjectState::kDeleting;

  EXPECT_EQ(route_of(tables, kAlice, "10.1.0.200").verdict,
            Verdict::drop(DropReason::kInstanceNotRunning));
}

TEST(AddressOfNatGateway, LiesBehindTheAclOfItsSubnet) {  // NAT-6: the leg back from the internet
  VpcTables tables = toy_with_nat();
  tables.acls[kPublicSubnet] = NetworkAcl(id_of<api::NetworkAclId>(1), {});
  seal(tables);
  Counters counters;

  EXPECT_EQ(enter(tables, Entry::kGateway, echo(address("8.8.8.8"), "10.1.0.200"), AclUse::kJudge,
                  counters, NoSteps{}),
            Verdict::drop(DropReason::kNaclIngress));
}

TEST(RouteTranslated, FollowsTheTableOfTheGatewaysSubnet) {  // NAT-3
  VpcTables tables = toy_with_nat();
  add_route(tables, 0, "0.0.0.0/0", TargetKind::kInternetGateway);
  seal(tables);

  EXPECT_EQ(translated_of(tables, "8.8.8.8").verdict,
            (Verdict{Action::kLeaveByGateway, {}, kNowhere}));
  EXPECT_EQ(translated_of(tables, "10.1.16.9").verdict, (Verdict{Action::kDeliver, {}, kCarol}));
  EXPECT_EQ(translated_of(tables, "10.1.6.33").verdict, (Verdict{Action::kDeliver, {}, kAlice}));
}

TEST(RouteTranslated, EndsWithoutARoute) {  // NAT-3, CASE-18
  VpcTables tables = toy_with_nat();
  seal(tables);

  EXPECT_EQ(translated_of(tables, "8.8.8.8").verdict, Verdict::drop(DropReason::kNoRoute));
}

TEST(RouteTranslated, CrossesNoPeering) {  // PCX-39
  VpcTables tables = toy_with_nat();
  add_route(tables, 0, "10.2.0.0/16", TargetKind::kPeering, 0);
  seal(tables);

  const Decided decided = translated_of(tables, "10.2.4.95");

  EXPECT_EQ(decided.verdict, Verdict::drop(DropReason::kNatToPcx));
  EXPECT_EQ(decided.steps.back().outcome, Outcome::kDenied);
  EXPECT_EQ(decided.steps.back().rule.object, api::ResourceId(tables.nat_gateways[kNat].id));
  EXPECT_EQ(decided.steps.back().rule.rule, api::ResourceId(tables.peerings[0].id));
}

TEST(RouteTranslated, CrossesAPeeringWhereTheKnobSaysSo) {  // PCX-39: natgw.to_pcx = allow
  VpcTables tables = toy_with_nat();
  tables.nat_to_peerings = true;
  add_route(tables, 0, "10.2.0.0/16", TargetKind::kPeering, 0);
  seal(tables);
  const PacketFacts answer = echo(address("10.2.4.95"), "10.1.0.200");
  Counters counters;

  EXPECT_EQ(translated_of(tables, "10.2.4.95").verdict, (Verdict{Action::kCrossPeering, {}, 0}));
  EXPECT_EQ(enter(tables, Entry::kPeering, answer, AclUse::kJudge, counters, NoSteps{}), kToNat);
  EXPECT_EQ(enter(tables, Entry::kLink, answer, AclUse::kJudge, counters, NoSteps{}),
            Verdict::drop(DropReason::kNatNoState));  // NAT-8: links stay closed
}

TEST(RouteTranslated, DoesNotLoop) {  // NAT-9
  VpcTables tables = toy_with_nat(kPrivateSubnet);
  add_nat_route(tables, 1, "0.0.0.0/0");
  seal(tables);

  const Decided decided = translated_of(tables, "8.8.8.8");

  EXPECT_EQ(decided.verdict, Verdict::drop(DropReason::kNoRoute));
  EXPECT_EQ(decided.steps.back().outcome, Outcome::kDenied);
  EXPECT_EQ(decided.steps.back().stage, Stage::kRouteLookup);
  EXPECT_EQ(decided.steps.back().rule.rule, api::ResourceId(tables.nat_gateways[kNat].id));
  EXPECT_EQ(to_string(decided.steps.back().rule.prefix), "0.0.0.0/0");
}

}  // namespace
}  // namespace vpclab::dataplane
