// The router's decisions, rule by rule; each verdict with its reason and the step that says why.
#include "emulator/dataplane/decide.h"

#include <gtest/gtest.h>

#include "tests/dataplane/toy_tables.h"

namespace vpclab::dataplane {
namespace {

using testing::address;
using testing::prefix;
using trace::DropReason;
using trace::ObjectState;
using trace::Outcome;
using trace::Stage;

PacketFacts echo(wire::Ipv4Address from, std::string_view to) {
  PacketFacts facts;
  EXPECT_EQ(read_facts(testing::icmp(from, address(to), 8), facts), std::nullopt);
  return facts;
}

struct Decided {
  Verdict verdict;
  trace::StepList steps;
  Counters counters;
};

/// Both recorders must come to the same verdict.
Decided route_of(const VpcTables& tables, ToyInterface from, std::string_view to,
                 AclUse acls = AclUse::kJudge) {
  Decided decided;
  const PacketFacts facts = echo(toy_address(from), to);
  Counters silent;
  const Verdict quiet = route(tables, from, facts, acls, silent, NoSteps{});
  decided.verdict = route(tables, from, facts, acls, decided.counters, KeepSteps{decided.steps});
  EXPECT_EQ(quiet, decided.verdict);
  EXPECT_EQ(silent, decided.counters);
  return decided;
}

Decided enter_of(const VpcTables& tables, std::string_view to) {
  Decided decided;
  decided.verdict = enter(tables, Entry::kPeering, echo(address("10.2.4.95"), to), AclUse::kJudge,
                          decided.counters, KeepSteps{decided.steps});
  return decided;
}

void expect_drop(const Decided& decided, DropReason reason, Stage stage) {
  EXPECT_EQ(decided.verdict, Verdict::drop(reason)) << to_string(decided.verdict.reason);
  ASSERT_FALSE(decided.steps.empty());
  EXPECT_EQ(decided.steps.back().stage, stage);
  EXPECT_EQ(decided.steps.back().outcome, Outcome::kDenied);
}

VpcTables sealed(VpcTables tables) {
  seal(tables);
  return tables;
}

TEST(Route, DeliversWithinASubnetWithoutAclOrTable) {  // RT-24, ACL-7, CASE-24
  VpcTables tables = toy_vpc();
  tables.acls[kPublicSubnet] = NetworkAcl(id_of<api::NetworkAclId>(1), {});
  tables.route_tables[0].routes.clear();
  seal(tables);

  const Decided decided = route_of(tables, kAlice, "10.1.6.34");

  EXPECT_EQ(decided.verdict, (Verdict{Action::kDeliver, {}, kAnne}));
  EXPECT_EQ(decided.counters, Counters{});
  EXPECT_EQ(decided.steps[0].stage, Stage::kSubnetLocal);
}

TEST(Route, DeliversBetweenSubnetsThroughBothAcls) {  // SUB-9, RT-7, ACL-11
  const VpcTables tables = sealed(toy_vpc());

  const Decided decided = route_of(tables, kAlice, "10.1.16.9");

  EXPECT_EQ(decided.verdict, (Verdict{Action::kDeliver, {}, kCarol}));
  EXPECT_EQ(decided.counters.acl_evaluations, 2U);
  EXPECT_EQ(decided.counters.route_lookups, 1U);
  ASSERT_EQ(decided.steps.size(), 4U);
  EXPECT_EQ(decided.steps[0].stage, Stage::kNetworkAclEgress);
  EXPECT_EQ(decided.steps[0].rule.number, 100U);
  EXPECT_EQ(decided.steps[1].stage, Stage::kRouteLookup);
  EXPECT_EQ(decided.steps[1].rule.prefix, prefix("10.1.0.0/16"));
  EXPECT_TRUE(decided.steps[1].rule.rule.empty());  // local
  EXPECT_EQ(decided.steps[2].stage, Stage::kDestinationLookup);
  EXPECT_EQ(decided.steps[3].stage, Stage::kNetworkAclIngress);
}

TEST(Route, AsksTheAclOfTheSubnetThatIsLeft) {  // ACL-5, ACL-17
  VpcTables tables = toy_vpc();
  tables.acls[kPublicSubnet] = NetworkAcl(id_of<api::NetworkAclId>(1), {});
  add_route(tables, 0, "10.2.0.0/16", TargetKind::kPeering, 0);
  seal(tables);

  const Decided decided = route_of(tables, kAlice, "10.2.4.95");

  expect_drop(decided, DropReason::kNaclEgress, Stage::kNetworkAclEgress);
  EXPECT_EQ(decided.steps.back().rule.number, trace::kLastAclEntry);
  EXPECT_EQ(decided.steps.back().rule.scope, api::ResourceId(tables.subnets[0].id));
  EXPECT_EQ(decided.counters.route_lookups, 0U);
}

TEST(Route, AsksTheAclOfTheSubnetThatIsEntered) {  // ACL-2, ACL-11
  VpcTables tables = toy_vpc();
  tables.acls[kPrivateSubnet] =
      NetworkAcl(id_of<api::NetworkAclId>(2),
                 {AclEntry{50, false, false, {-1, 0, 0xffff}, prefix("10.1.6.33/32")}});
  seal(tables);

  const Decided decided = route_of(tables, kAlice, "10.1.16.9");

  expect_drop(decided, DropReason::kNaclIngress, Stage::kNetworkAclIngress);
  EXPECT_EQ(decided.steps.back().rule.number, 50U);
}

TEST(Route, SharesTheVerdictOfTheDatagram) {  // SG-27 for ACLs
  VpcTables tables = toy_vpc();
  tables.acls[kPublicSubnet] = NetworkAcl(id_of<api::NetworkAclId>(1), {});
  seal(tables);

  const Decided decided = route_of(tables, kAlice, "10.1.16.9", AclUse::kPassed);

  EXPECT_EQ(decided.verdict.action, Action::kDeliver);
  EXPECT_EQ(decided.counters.acl_evaluations, 0U);
  EXPECT_EQ(decided.steps[0].outcome, Outcome::kTracked);
}

TEST(Route, DropsWithoutARoute) {  // RT-17, RT-2
  const VpcTables tables = sealed(toy_vpc());

  const Decided custom = route_of(tables, kAlice, "10.2.4.95");
  const Decided main = route_of(tables, kCarol, "10.2.4.95");

  expect_drop(custom, DropReason::kNoRoute, Stage::kRouteLookup);
  EXPECT_EQ(custom.steps.back().rule.object, api::ResourceId(tables.route_tables[0].id));
  EXPECT_FALSE(custom.steps.back().rule.main_table);
  expect_drop(main, DropReason::kNoRoute, Stage::kRouteLookup);
  EXPECT_TRUE(main.steps.back().rule.main_table);
}

TEST(Route, UsesTheTableOfTheSendersSubnet) {  // RT-2, CASE-13
  VpcTables tables = toy_vpc();
  add_route(tables, 0, "10.2.0.0/16", TargetKind::kPeering, 0);
  seal(tables);

  EXPECT_EQ(route_of(tables, kAlice, "10.2.4.95").verdict, (Verdict{Action::kCrossPeering, {}, 0}));
  EXPECT_EQ(route_of(tables, kCarol, "10.2.4.95").verdict, Verdict::drop(DropReason::kNoRoute));
}

TEST(Route, NeverFallsBackFromABlackhole) {  // RT-14, RT-15, RT-16, CASE-12
  VpcTables tables = toy_vpc();
  add_route(tables, 0, "0.0.0.0/0", TargetKind::kInternetGateway);
  Route& gone = add_route(tables, 0, "10.2.0.0/16", TargetKind::kPeering, 0);
  gone.state = ObjectState::kDeleted;
  seal(tables);

  const Decided decided = route_of(tables, kAlice, "10.2.4.95");

  expect_drop(decided, DropReason::kBlackhole, Stage::kRouteLookup);
  EXPECT_EQ(decided.steps.back().rule.state, ObjectState::kDeleted);
  EXPECT_EQ(decided.steps.back().rule.prefix, prefix("10.2.0.0/16"));
  EXPECT_EQ(decided.steps.back().rule.rule, api::ResourceId(tables.peerings[0].id));
}

TEST(Route, IsABlackholeWhileThePeeringIsPending) {  // RT-18, PCX-21
  VpcTables tables = toy_vpc();
  tables.peerings[0].state = ObjectState::kPendingAcceptance;
  add_route(tables, 0, "10.2.0.0/16", TargetKind::kPeering, 0);
  seal(tables);

  const Decided decided = route_of(tables, kAlice, "10.2.4.95");

  expect_drop(decided, DropReason::kBlackhole, Stage::kRouteLookup);
  EXPECT_EQ(decided.steps.back().rule.state, ObjectState::kPendingAcceptance);
}

TEST(Route, PrefersLocalToAShorterPrefix) {  // RT-13
  VpcTables tables = toy_vpc();
  add_route(tables, 0, "10.0.0.0/8", TargetKind::kInternetGateway);
  seal(tables);

  EXPECT_EQ(route_of(tables, kAlice, "10.1.16.9").verdict, (Verdict{Action::kDeliver, {}, kCarol}));
  EXPECT_EQ(route_of(tables, kAlice, "10.9.0.1").verdict.action, Action::kLeaveByGateway);
}

TEST(Route, CoversSecondaryCidrsByLocal) {  // RT-7, VPC-9
  VpcTables tables = toy_vpc();
  tables.cidrs.push_back(prefix("10.7.0.0/16"));
  for (RouteTable& table : tables.route_tables) {
    table.routes.push_back(Route{prefix("10.7.0.0/16"), tables.id, TargetKind::kLocal,
                                 ObjectState::kUsable, kNowhere});
  }
  seal(tables);

  expect_drop(route_of(tables, kAlice, "10.7.0.9"), DropReason::kNoSuchHost,
              Stage::kDestinationLookup);
}

TEST(Route, LeadsToAnAppliancesInterface) {  // RT-11, RT-27
  VpcTables tables = toy_vpc();
  add_route(tables, 0, "0.0.0.0/0", TargetKind::kInterface, kRouter);
  seal(tables);

  EXPECT_EQ(route_of(tables, kAlice, "192.0.2.1").verdict,
            (Verdict{Action::kDeliver, {}, kRouter}));

  tables.interfaces[kRouter].state = ObjectState::kStopped;
  const Decided stopped = route_of(tables, kAlice, "192.0.2.1");
  expect_drop(stopped, DropReason::kInstanceNotRunning, Stage::kDestinationLookup);
}

TEST(Route, AsksTheAclOfAnAppliancesSubnet) {  // ACL-7, ACL-11, RT-27
  VpcTables tables = toy_vpc();
  add_route(tables, 0, "0.0.0.0/0", TargetKind::kInterface, kRouter);
  add_route(tables, 1, "0.0.0.0/0", TargetKind::kInterface, kRouter);
  const RuleTraffic all{-1, 0, 0xffff};
  tables.acls[kPrivateSubnet] = NetworkAcl(
      id_of<api::NetworkAclId>(2), {AclEntry{100, true, true, all, testing::prefix("0.0.0.0/0")}});
  seal(tables);

  expect_drop(route_of(tables, kAlice, "192.0.2.1"), DropReason::kNaclIngress,
              Stage::kNetworkAclIngress);
  EXPECT_EQ(route_of(tables, kCarol, "192.0.2.1").verdict,  // within the appliance's subnet
            (Verdict{Action::kDeliver, {}, kRouter}));
}

TEST(Destination, MustBeOwnedBySomebody) {  // FWD-2, SUB-2
  const VpcTables tables = sealed(toy_vpc());

  for (const ToyInterface from : {kAlice, kCarol}) {  // within the subnet, and across
    expect_drop(route_of(tables, from, "10.1.6.35"), DropReason::kNoSuchHost,
                Stage::kDestinationLookup);
    expect_drop(route_of(tables, from, "10.1.200.1"), DropReason::kNoSuchHost,
                Stage::kDestinationLookup);
    for (const char* reserved : {"10.1.0.0", "10.1.0.1", "10.1.0.2", "10.1.0.3", "10.1.15.255"}) {
      expect_drop(route_of(tables, from, reserved), DropReason::kReservedAddress,
                  Stage::kDestinationLookup);
    }
    EXPECT_EQ(route_of(tables, from, "10.1.0.4").verdict, Verdict::drop(DropReason::kNoSuchHost));
  }
}

TEST(Destination, MustBeRunning) {  // INST-2
  const VpcTables tables = sealed(toy_vpc());

  const Decided decided = route_of(tables, kAlice, "10.1.16.11");

  expect_drop(decided, DropReason::kInstanceNotRunning, Stage::kDestinationLookup);
  EXPECT_EQ(decided.steps.back().rule.state, ObjectState::kStopped);
  EXPECT_EQ(decided.steps.back().rule.object,
            api::ResourceId(tables.interfaces[kStopped].instance));
}

TEST(Crossing, WantsTheFarVpcsAddresses) {  // PCX-22, PCX-24, CASE-4, CASE-5
  const VpcTables tables = sealed(toy_vpc());
  const auto crosses = [&](std::string_view to) {
    return cross_peering(tables.peerings[0], echo(toy_address(kAlice), to), NoSteps{});
  };

  EXPECT_EQ(crosses("10.2.4.95"), std::nullopt);
  EXPECT_EQ(crosses("10.3.0.255"), std::nullopt);  // a secondary block
  EXPECT_EQ(crosses("10.3.1.0"), DropReason::kPcxDstNotInPeerCidr);
  EXPECT_EQ(crosses("8.8.8.8"), DropReason::kPcxDstNotInPeerCidr);
  EXPECT_EQ(crosses("10.1.6.34"), DropReason::kPcxDstNotInPeerCidr);
}

TEST(Crossing, NamesEveryBlockOfTheFarVpc) {  // PCX_DST_NOT_IN_PEER_CIDR
  const VpcTables tables = sealed(toy_vpc());
  trace::StepList steps;

  EXPECT_EQ(
      cross_peering(tables.peerings[0], echo(toy_address(kAlice), "192.168.0.1"), KeepSteps{steps}),
      DropReason::kPcxDstNotInPeerCidr);

  ASSERT_EQ(steps.size(), 2U);
  EXPECT_EQ(steps[0].rule.prefix, prefix("10.2.0.0/16"));
  EXPECT_EQ(steps[1].rule.prefix, prefix("10.3.0.0/24"));
  EXPECT_EQ(steps[1].rule.rule, api::ResourceId(id_of<api::VpcId>(2)));
}

TEST(Crossing, DoesNotAskForTheSource) {  // PCX-22, PCX-27
  const VpcTables tables = sealed(toy_vpc());

  EXPECT_EQ(
      cross_peering(tables.peerings[0], echo(address("198.51.100.7"), "10.2.4.95"), NoSteps{}),
      std::nullopt);
}

TEST(Crossing, IsShutUnlessActive) {  // FWD-6, PCX-9
  VpcTables tables = toy_vpc();
  for (const ObjectState state :
       {ObjectState::kPendingAcceptance, ObjectState::kProvisioning, ObjectState::kDeleting,
        ObjectState::kDeleted, ObjectState::kRejected, ObjectState::kExpired,
        ObjectState::kFailed}) {
    tables.peerings[0].state = state;
    EXPECT_EQ(cross_peering(tables.peerings[0], echo(toy_address(kAlice), "10.2.4.95"), NoSteps{}),
              DropReason::kBlackhole);
  }
}

TEST(Arrival, GoesToTheOwnerWithoutARouteTable) {  // PCX-23, RT-25
  VpcTables tables = toy_vpc();
  tables.route_tables[0].routes.clear();
  seal(tables);

  const Decided decided = enter_of(tables, "10.1.6.33");

  EXPECT_EQ(decided.verdict, (Verdict{Action::kDeliver, {}, kAlice}));
  EXPECT_EQ(decided.counters.route_lookups, 0U);
  EXPECT_EQ(decided.counters.acl_evaluations, 1U);
}

TEST(Arrival, PassesTheSubnetsIngressAcl) {  // ACL-17
  VpcTables tables = toy_vpc();
  tables.acls[kPublicSubnet] = NetworkAcl(id_of<api::NetworkAclId>(1), {});
  seal(tables);

  expect_drop(enter_of(tables, "10.1.6.33"), DropReason::kNaclIngress, Stage::kNetworkAclIngress);
  expect_drop(enter_of(tables, "10.1.6.99"), DropReason::kNoSuchHost, Stage::kDestinationLookup);
  expect_drop(enter_of(tables, "10.1.0.1"), DropReason::kReservedAddress,
              Stage::kDestinationLookup);
  expect_drop(enter_of(tables, "192.0.2.1"), DropReason::kNoSuchHost, Stage::kDestinationLookup);
}

TEST(GatewayEgress, TranslatesToThePublicAddress) {  // IGW-3, FWD-4
  const VpcTables tables = sealed(toy_vpc());
  trace::StepList steps;

  const Translation translation =
      leave_by_gateway(tables, echo(toy_address(kAlice), "8.8.8.8"), KeepSteps{steps});

  EXPECT_EQ(translation.dropped, std::nullopt);
  EXPECT_EQ(translation.address, address("203.0.113.130"));
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps[0].outcome, Outcome::kTranslated);
  EXPECT_EQ(steps[0].rule.prefix, prefix("203.0.113.130/32"));
}

TEST(GatewayEgress, WantsAPublicAddressAndThenAPublicDestination) {  // IGW-4, IGW-5
  const VpcTables tables = sealed(toy_vpc());
  const auto reason = [&](wire::Ipv4Address from, std::string_view to) {
    return leave_by_gateway(tables, echo(from, to), NoSteps{}).dropped;
  };

  EXPECT_EQ(reason(toy_address(kAnne), "8.8.8.8"), DropReason::kIgwNoPublicIp);
  EXPECT_EQ(reason(toy_address(kAnne), "10.2.0.1"), DropReason::kIgwNoPublicIp);
  EXPECT_EQ(reason(address("10.1.9.9"), "8.8.8.8"), DropReason::kIgwNoPublicIp);  // nobody's
  for (const char* to : {"10.2.4.95", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1",
                         "100.127.255.255", "169.254.1.1"}) {
    EXPECT_EQ(reason(toy_address(kAlice), to), DropReason::kIgwPrivateDst) << to;
  }
  for (const char* to : {"172.32.0.1", "100.128.0.1", "9.255.255.255", "11.0.0.0"}) {
    EXPECT_EQ(reason(toy_address(kAlice), to), std::nullopt) << to;
  }
}

TEST(GatewayIngress, TranslatesToThePrivateAddress) {  // IGW-3, FWD-4b
  const VpcTables tables = sealed(toy_vpc());
  const auto enters = [&](std::string_view from, std::string_view to) {
    return enter_by_gateway(tables, echo(address(from), to), NoSteps{});
  };

  EXPECT_EQ(enters("198.51.100.10", "203.0.113.130").address, toy_address(kAlice));
  EXPECT_EQ(enters("198.51.100.10", "203.0.113.131").dropped, DropReason::kIgwUnmapped);  // CASE-5
  EXPECT_EQ(enters("10.9.9.9", "203.0.113.130").dropped, DropReason::kIgwPrivateSrc);     // IGW-6
  EXPECT_EQ(enters("192.168.0.1", "203.0.113.130").dropped, DropReason::kIgwPrivateSrc);
}

TEST(Verdict, IsEightBytes) { EXPECT_EQ(sizeof(Verdict), 8U); }

// --- The gateway's own table ---------------------------------------------------------------------

VpcTables with_gateway_table() {
  VpcTables tables = toy_vpc();
  tables.gateway_table = 2;
  tables.route_tables.push_back(
      RouteTable{id_of<api::RouteTableId>(3), false, {tables.route_tables[0].routes[0]}, {}});
  return tables;
}

Decided from_internet(const VpcTables& tables, std::string_view to) {
  Decided decided;
  decided.verdict = enter(tables, Entry::kGateway, echo(address("198.51.100.10"), to),
                          AclUse::kJudge, decided.counters, KeepSteps{decided.steps});
  return decided;
}

TEST(GatewayTable, SendsASubnetsTrafficToAnAppliance) {  // RT-25
  VpcTables tables = with_gateway_table();
  add_route(tables, 2, "10.1.0.0/20", TargetKind::kInterface, kRouter);
  seal(tables);

  const Decided redirected = from_internet(tables, "10.1.6.33");
  const Decided local = from_internet(tables, "10.1.16.9");

  EXPECT_EQ(redirected.verdict, (Verdict{Action::kDeliver, {}, kRouter}));
  EXPECT_EQ(redirected.steps[0].rule.scope, api::ResourceId(*tables.internet_gateway));
  EXPECT_EQ(redirected.steps.back().stage, Stage::kNetworkAclIngress);
  EXPECT_EQ(redirected.steps.back().rule.scope, api::ResourceId(tables.subnets[1].id));
  EXPECT_EQ(local.verdict, (Verdict{Action::kDeliver, {}, kCarol}));
  EXPECT_EQ(enter_of(tables, "10.1.6.33").verdict, (Verdict{Action::kDeliver, {}, kAlice}));
}

TEST(GatewayTable, DropsWhatItsApplianceCannotTake) {  // RT-14, RT-15, RT-25
  VpcTables tables = with_gateway_table();
  add_route(tables, 2, "10.1.0.0/20", TargetKind::kInterface, kStopped);
  add_route(tables, 2, "10.1.16.0/20", TargetKind::kInterface, kRouter).state =
      ObjectState::kDetached;
  seal(tables);

  EXPECT_EQ(from_internet(tables, "10.1.6.33").verdict,
            Verdict::drop(DropReason::kInstanceNotRunning));
  expect_drop(from_internet(tables, "10.1.16.9"), DropReason::kBlackhole, Stage::kRouteLookup);
}

TEST(GatewayTable, AsksTheAclOfTheAppliancesSubnet) {  // ACL-17, RT-25
  VpcTables tables = with_gateway_table();
  add_route(tables, 2, "10.1.0.0/20", TargetKind::kInterface, kRouter);
  tables.acls[kPrivateSubnet] = NetworkAcl(id_of<api::NetworkAclId>(2), {});
  seal(tables);

  expect_drop(from_internet(tables, "10.1.6.33"), DropReason::kNaclIngress,
              Stage::kNetworkAclIngress);
}

TEST(Route, PrefersAWholeSubnetsRouteToLocal) {  // RT-11, RT-24
  VpcTables tables = toy_vpc();
  add_route(tables, 0, "10.1.16.0/20", TargetKind::kInterface, kRouter);
  seal(tables);

  EXPECT_EQ(route_of(tables, kAlice, "10.1.16.9").verdict,
            (Verdict{Action::kDeliver, {}, kRouter}));
  EXPECT_EQ(route_of(tables, kAlice, "10.1.6.34").verdict, (Verdict{Action::kDeliver, {}, kAnne}));
}

TEST(Route, FollowsALocalRouteWithAnotherTarget) {  // RT-7
  VpcTables tables = toy_vpc();
  tables.route_tables[0].routes.clear();
  add_route(tables, 0, "10.1.0.0/16", TargetKind::kInterface, kRouter);
  seal(tables);

  EXPECT_EQ(route_of(tables, kAlice, "10.1.16.9").verdict,
            (Verdict{Action::kDeliver, {}, kRouter}));
  EXPECT_EQ(enter_of(tables, "10.1.16.9").verdict,
            (Verdict{Action::kDeliver, {}, kCarol}));  // RT-25
}

}  // namespace
}  // namespace vpclab::dataplane
