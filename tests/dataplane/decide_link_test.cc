// ClassicLink's decisions: FWD-2.2 from a VPC, FWD-7.2 from a linked instance, and the flat
// network.
#include "emulator/dataplane/decide_link.h"

#include <gtest/gtest.h>

#include "emulator/dataplane/decide_classic.h"
#include "tests/dataplane/toy_tables.h"

namespace vpclab::dataplane {
namespace {

using testing::address;
using testing::prefix;
using trace::DropReason;
using trace::LinkLack;
using trace::ObjectState;
using trace::Outcome;
using trace::Stage;

constexpr std::string_view kLinked = "10.44.7.9";
constexpr std::string_view kFarLinked = "10.50.1.1";
constexpr std::uint32_t kMain = 1;

/// CASE-2's VPC A: 172.31.0.0/16, linked to 10.44.7.9; its peer has 10.50.1.1 linked.
VpcTables linked_vpc() {
  VpcTables tables;
  tables.id = id_of<api::VpcId>(0xa);
  tables.cidrs = {prefix("172.31.0.0/16")};
  tables.acls = {open_acl(1)};
  tables.group_sets.emplace_back();
  tables.classic_link_enabled = true;
  tables.main_table = kMain;

  Subnet subnet;
  subnet.id = id_of<api::SubnetId>(1);
  subnet.cidr = prefix("172.31.0.0/20");
  subnet.route_table = 0;
  subnet.acl = 0;
  tables.subnets = {subnet};
  Interface host;
  host.id = id_of<api::NetworkInterfaceId>(1);
  host.instance = id_of<api::InstanceId>(1);
  host.address = address("172.31.5.5");
  host.subnet = 0;
  host.state = ObjectState::kUsable;
  tables.interfaces = {host};
  tables.addresses = {{host.address, {}, 0}};

  tables.links = {{id_of<api::InstanceId>(0xc), address(kLinked), kNoGroups}};
  Peering peering;
  peering.id = id_of<api::VpcPeeringConnectionId>(1);
  peering.far_vpc = id_of<api::VpcId>(0xb);
  peering.state = ObjectState::kUsable;
  peering.requested_here = true;
  peering.far_cidrs = {prefix("192.168.0.0/16")};
  peering.far_links = {address(kFarLinked)};
  tables.peerings = {peering};

  const Route local{tables.cidrs[0], tables.id, TargetKind::kLocal, ObjectState::kUsable, kNowhere};
  const Route classic{kClassicBlock, tables.id, TargetKind::kClassicLink, ObjectState::kUsable,
                      kNowhere};
  tables.route_tables = {RouteTable{id_of<api::RouteTableId>(1), false, {local, classic}, {}},
                         RouteTable{id_of<api::RouteTableId>(2), true, {local, classic}, {}}};
  return tables;
}

PacketFacts echo(std::string_view from, std::string_view to) {
  PacketFacts facts;
  EXPECT_EQ(read_facts(testing::icmp(address(from), address(to), 8), facts), std::nullopt);
  return facts;
}

struct Decided {
  Verdict verdict;
  trace::StepList steps;
};

/// What a host of the VPC sends. Both recorders must come to the same verdict.
Decided route_of(const VpcTables& tables, std::string_view to) {
  Decided decided;
  Counters counters;
  const PacketFacts facts = echo("172.31.5.5", to);
  decided.verdict = route(tables, 0, facts, AclUse::kJudge, counters, KeepSteps{decided.steps});
  EXPECT_EQ(route(tables, 0, facts, AclUse::kJudge, counters, NoSteps{}), decided.verdict);
  return decided;
}

Decided leave_of(const VpcTables& tables, std::string_view to) {
  Decided decided;
  Counters counters;
  decided.verdict = leave_by_link(tables, 0, echo(kLinked, to), counters, KeepSteps{decided.steps});
  return decided;
}

VpcTables sealed(VpcTables tables) {
  seal(tables);
  return tables;
}

TEST(ClassicLinkRoute, DeliversToWhoIsLinkedHere) {  // CL-17, FWD-2.2a
  const Decided decided = route_of(sealed(linked_vpc()), kLinked);

  EXPECT_EQ(decided.verdict, (Verdict{Action::kDeliverToLink, {}, 0}));
  ASSERT_EQ(decided.steps.size(), 3U);  // the source's ACL, the route, the link: no ACL behind it
  EXPECT_EQ(decided.steps[1].rule.prefix, kClassicBlock);
  EXPECT_TRUE(decided.steps[1].rule.rule.empty());  // shown as local
  EXPECT_EQ(decided.steps[2].stage, Stage::kClassicLink);
  EXPECT_EQ(decided.steps[2].rule.rule, api::ResourceId(id_of<api::InstanceId>(0xc)));
}

TEST(ClassicLinkRoute, NeedsTheNearOptionToReachWhoIsLinkedToAPeer) {  // CL-23, CL-25, FWD-2.2b
  VpcTables tables = sealed(linked_vpc());

  const Decided closed = route_of(tables, kFarLinked);
  tables.peerings[0].egress_to_links = true;
  const Decided open = route_of(tables, kFarLinked);
  tables.peerings[0].state = ObjectState::kDeleted;
  const Decided gone = route_of(tables, kFarLinked);

  EXPECT_EQ(closed.verdict, Verdict::drop(DropReason::kClassiclinkNotLinked));
  ASSERT_EQ(closed.steps.size(), 4U);  // not linked here; and there the option is missing
  EXPECT_EQ(closed.steps[2].rule.object, api::ResourceId(tables.id));
  EXPECT_EQ(closed.steps[2].rule.number, static_cast<std::uint32_t>(LinkLack::kLink));
  EXPECT_EQ(closed.steps[3].rule.object, api::ResourceId(tables.peerings[0].far_vpc));
  EXPECT_EQ(closed.steps[3].rule.number, static_cast<std::uint32_t>(LinkLack::kRequesterEgress));
  EXPECT_EQ(open.verdict, (Verdict{Action::kCrossToLink, {}, 0}));
  EXPECT_EQ(open.steps.back().rule.scope, api::ResourceId(tables.peerings[0].id));
  EXPECT_EQ(gone.verdict, Verdict::drop(DropReason::kClassiclinkNotLinked));
}

TEST(ClassicLinkRoute, MayWantTheFarOptionToo) {  // CL-25: classiclink.flag_gating = both
  VpcTables tables = sealed(linked_vpc());
  tables.peerings[0].egress_to_links = true;
  tables.peerings[0].far_egress_from_links = false;

  const Decided closed = route_of(tables, kFarLinked);
  const Decided unlinked = route_of(tables, "10.99.0.1");
  tables.peerings[0].far_egress_from_links = true;

  EXPECT_EQ(closed.verdict, Verdict::drop(DropReason::kClassiclinkNotLinked));
  EXPECT_EQ(closed.steps.back().rule.number, static_cast<std::uint32_t>(LinkLack::kAccepterReturn));
  EXPECT_EQ(unlinked.steps.back().rule.number, static_cast<std::uint32_t>(LinkLack::kLink));
  EXPECT_EQ(route_of(tables, kFarLinked).verdict, (Verdict{Action::kCrossToLink, {}, 0}));
}

TEST(ClassicLinkRoute, NeverLeaksIntoClassic) {  // CL-17
  const Decided decided = route_of(sealed(linked_vpc()), "10.99.0.1");

  EXPECT_EQ(decided.verdict, Verdict::drop(DropReason::kClassiclinkNotLinked));
  EXPECT_EQ(decided.steps.back().outcome, Outcome::kDenied);
}

TEST(ClassicLinkRoute, PrefersTheVpcsOwnBlockInside10) {  // CL-16, RT-13
  VpcTables tables = linked_vpc();
  tables.cidrs.push_back(prefix("10.0.0.0/16"));
  tables.links[0].address = address("10.0.3.4");
  for (RouteTable& table : tables.route_tables) {
    table.routes.push_back({tables.cidrs[1], tables.id, TargetKind::kLocal, ObjectState::kUsable});
  }
  seal(tables);

  EXPECT_EQ(route_of(tables, "10.0.3.4").verdict, Verdict::drop(DropReason::kNoSuchHost));
  EXPECT_TRUE(goes_by_link(tables, address("10.0.3.4")));
}

TEST(ClassicLinkArrival, EntersAtTheLinkWithoutATable) {  // CL-23, PCX-23
  VpcTables tables = sealed(linked_vpc());
  Counters counters;
  trace::StepList steps;

  const auto arrive = [&](std::string_view to) {
    steps.clear();
    return enter(tables, Entry::kPeering, echo("192.168.1.20", to), AclUse::kJudge, counters,
                 KeepSteps{steps});
  };

  EXPECT_EQ(arrive(kLinked), (Verdict{Action::kDeliverToLink, {}, 0}));
  EXPECT_EQ(arrive("10.44.7.10"), Verdict::drop(DropReason::kClassiclinkNotLinked));  // CL-30
  EXPECT_EQ(arrive("172.31.9.9"), Verdict::drop(DropReason::kNoSuchHost));
  EXPECT_EQ(counters.route_lookups, 0U);
}

TEST(ClassicLinkEgress, UsesTheMainTablesPeeringRoutesAlone) {  // CL-26, FWD-7.2
  VpcTables tables = linked_vpc();
  add_route(tables, 0, "192.168.0.0/16", TargetKind::kPeering, 0);
  seal(tables);
  EXPECT_FALSE(goes_by_link(tables, address("192.168.1.20")));
  EXPECT_EQ(leave_of(tables, "192.168.1.20").verdict, Verdict::drop(DropReason::kNoRoute));

  add_route(tables, kMain, "192.168.0.0/16", TargetKind::kPeering, 0);
  add_route(tables, kMain, "192.168.1.0/24", TargetKind::kInternetGateway).state =
      ObjectState::kUsable;
  seal(tables);

  EXPECT_TRUE(goes_by_link(tables, address("192.168.1.20")));
  const Decided decided = leave_of(tables, "192.168.1.20");
  EXPECT_EQ(decided.verdict, (Verdict{Action::kCrossPeering, {}, 0}));
  EXPECT_TRUE(decided.steps[0].rule.main_table);
  EXPECT_EQ(decided.steps[0].rule.scope, api::ResourceId(id_of<api::InstanceId>(0xc)));
}

TEST(ClassicLinkEgress, KeepsClassicAddressesOutOfWiderRoutes) {  // CL-10, CL-28
  VpcTables tables = linked_vpc();
  add_route(tables, kMain, "0.0.0.0/0", TargetKind::kPeering, 0);
  seal(tables);

  EXPECT_FALSE(goes_by_link(tables, address("10.60.0.1")));
  EXPECT_TRUE(goes_by_link(tables, address("198.51.100.7")));
}

TEST(ClassicLinkEgress, EndsInABlackholeWithThePeering) {  // RT-15, CL-30
  VpcTables tables = linked_vpc();
  tables.peerings[0].state = ObjectState::kDeleted;
  add_route(tables, kMain, "192.168.0.0/16", TargetKind::kPeering, 0);
  seal(tables);

  EXPECT_EQ(leave_of(tables, "192.168.1.20").verdict, Verdict::drop(DropReason::kBlackhole));
}

TEST(ClassicLinkCrossing, AsksTheOptionBeforeTheFarBlocks) {  // CL-20, CL-21, PCX-22
  VpcTables tables = sealed(linked_vpc());
  trace::StepList steps;
  const auto cross = [&](std::string_view to) {
    steps.clear();
    return cross_from_link(tables, tables.peerings[0], echo(kLinked, to), KeepSteps{steps});
  };

  EXPECT_EQ(cross("192.168.1.20"), DropReason::kClassiclinkEgressNotAllowed);
  EXPECT_EQ(steps.back().rule.number, static_cast<std::uint32_t>(LinkLack::kRequesterEgress));
  tables.peerings[0].requested_here = false;
  EXPECT_EQ(cross("192.168.1.20"), DropReason::kClassiclinkEgressNotAllowed);
  EXPECT_EQ(steps.back().rule.number, static_cast<std::uint32_t>(LinkLack::kAccepterEgress));
  tables.peerings[0].egress_from_links = true;
  EXPECT_EQ(cross("192.168.1.20"), std::nullopt);
  EXPECT_EQ(cross("198.51.100.7"), DropReason::kPcxDstNotInPeerCidr);
  EXPECT_EQ(cross(kFarLinked), DropReason::kPcxDstNotInPeerCidr);  // CL-28
}

// --- The flat network ----------------------------------------------------------------------------

ClassicTables classic_network() {
  ClassicTables tables;
  tables.region = 13;
  tables.group_sets.emplace_back();
  const auto add = [&](std::uint32_t number, std::string_view at, std::string_view publicly) {
    ClassicInstance added;
    added.id = id_of<api::InstanceId>(number);
    added.address = address(at);
    added.public_address = address(publicly);
    added.state = ObjectState::kUsable;
    tables.instances.push_back(added);
  };
  add(0xc, kLinked, "203.0.113.7");
  add(0xd, kFarLinked, "203.0.113.8");
  seal(tables);
  return tables;
}

Decided classic_of(const ClassicTables& tables, std::string_view to,
                   const VpcTables* linked = nullptr) {
  Decided decided;
  const PacketFacts facts = echo(kLinked, to);
  decided.verdict = route_in_classic(tables, linked, facts, KeepSteps{decided.steps});
  EXPECT_EQ(route_in_classic(tables, linked, facts, NoSteps{}), decided.verdict);
  return decided;
}

TEST(ClassicNetwork, ReachesItsRegionsInstancesAndTheInternet) {  // CLC-1, CL-18, FWD-7.3
  ClassicTables tables = classic_network();

  EXPECT_EQ(classic_of(tables, kFarLinked).verdict, (Verdict{Action::kDeliver, {}, 1}));
  EXPECT_EQ(classic_of(tables, "198.51.100.7").verdict.action, Action::kLeaveByGateway);
  for (const std::string_view to : {"192.168.1.20", "10.60.0.1", "172.31.5.5", "100.64.0.1"}) {
    EXPECT_EQ(classic_of(tables, to).verdict, Verdict::drop(DropReason::kNoRoute)) << to;
  }
  tables.instances[1].state = ObjectState::kStopping;
  EXPECT_EQ(classic_of(tables, kFarLinked).verdict, Verdict::drop(DropReason::kInstanceNotRunning));
}

TEST(ClassicNetwork, NamesTheMainTableThatLacksTheRoute) {  // CL-26
  VpcTables linked = linked_vpc();
  add_route(linked, 0, "192.168.0.0/16", TargetKind::kPeering, 0);
  seal(linked);

  const Decided decided = classic_of(classic_network(), "192.168.1.20", &linked);

  ASSERT_EQ(decided.steps.size(), 1U);
  EXPECT_EQ(decided.steps[0].rule.object, api::ResourceId(linked.route_tables[kMain].id));
  EXPECT_EQ(decided.steps[0].rule.rule, api::ResourceId(linked.route_tables[0].id));
  EXPECT_TRUE(decided.steps[0].rule.main_table);
}

TEST(ClassicNetwork, TranslatesOneToOne) {  // CL-18, IGW-3, IGW-6
  const ClassicTables tables = classic_network();

  EXPECT_EQ(leave_classic(tables, echo(kLinked, "198.51.100.7"), NoSteps{}).address,
            address("203.0.113.7"));
  EXPECT_EQ(enter_classic(tables, echo("198.51.100.7", "203.0.113.8"), NoSteps{}).address,
            address(kFarLinked));
  EXPECT_EQ(enter_classic(tables, echo("198.51.100.7", "203.0.113.9"), NoSteps{}).dropped,
            DropReason::kIgwUnmapped);
  EXPECT_EQ(enter_classic(tables, echo("10.9.9.9", "203.0.113.8"), NoSteps{}).dropped,
            DropReason::kIgwPrivateSrc);
}

TEST(ClassicNetwork, ChecksAddresses) {  // CLC-6, VPC-17
  const ClassicTables tables = classic_network();
  const ClassicInstance& self = tables.instances[0];
  const auto egress = [&](std::string_view from, std::string_view to) {
    return check_classic_egress(tables, self, echo(from, to), NoSteps{});
  };

  EXPECT_EQ(egress(kLinked, "198.51.100.7"), std::nullopt);
  EXPECT_EQ(egress("10.44.7.10", "198.51.100.7"), DropReason::kSrcDstCheck);
  EXPECT_EQ(egress(kLinked, "224.0.0.1"), DropReason::kUnsupportedCast);
  EXPECT_EQ(egress(kLinked, "10.44.7.255"), DropReason::kUnsupportedCast);
  EXPECT_EQ(egress(kLinked, "169.254.169.254"), DropReason::kNoSuchHost);
  EXPECT_EQ(check_classic_ingress(self, echo("198.51.100.7", kFarLinked), NoSteps{}),
            DropReason::kSrcDstCheck);
  EXPECT_EQ(self.router(), address("10.44.6.1"));
}

}  // namespace
}  // namespace vpclab::dataplane
