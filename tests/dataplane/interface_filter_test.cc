#include "emulator/dataplane/interface_filter.h"

#include <memory>

#include <gtest/gtest.h>

#include "tests/dataplane/toy_tables.h"

namespace vpclab::dataplane {
namespace {

using std::chrono::seconds;
using testing::address;
using trace::DropReason;
using trace::Outcome;
using trace::Stage;
using Kind = Admission::Kind;

/// One interface of the toy VPC with its flows.
class Filter {
 public:
  explicit Filter(VpcTables tables, ToyInterface which = kAlice, TrackingOptions options = {})
      : tables_(std::move(tables)), which_(which), options_(options), flows_(options_) {
    seal(tables_);
  }

  Admission out(const testing::PacketBytes& packet) { return pass(packet, true); }

  Admission in(const testing::PacketBytes& packet) { return pass(packet, false); }

  /// Both recorders must agree; what was learnt is committed.
  Admission pass(const testing::PacketBytes& packet, bool egress) {
    PacketFacts facts;
    EXPECT_EQ(read_facts(packet, facts), std::nullopt);
    const FilterContext context{
        tables_, tables_.interfaces[which_], &flows_, options_, counters, SimTime(now), anew};
    steps.clear();
    const Admission quiet = egress ? judge_egress(context, facts, packet, NoSteps{})
                                   : judge_ingress(context, facts, packet, NoSteps{});
    const Admission admission = egress ? judge_egress(context, facts, packet, KeepSteps{steps})
                                       : judge_ingress(context, facts, packet, KeepSteps{steps});
    EXPECT_EQ(quiet.kind, admission.kind);
    EXPECT_EQ(quiet.reason, admission.reason);
    committed = commit(admission, flows_, facts, egress, SimTime(now));
    return admission;
  }

  VpcTables& tables() { return tables_; }

  trace::StepList steps;
  Counters counters;
  Duration now{};
  bool committed = true;
  bool anew = false;

 private:
  VpcTables tables_;
  ToyInterface which_;
  TrackingOptions options_;
  Conntrack flows_;
};

const wire::Ipv4Address kMe = toy_address(kAlice);
const wire::Ipv4Address kPeer = address("10.2.4.95");

/// The rules of the toy's only group set, replaced.
VpcTables with_rules(std::vector<GroupRule> rules) {
  VpcTables tables = toy_vpc();
  tables.group_sets[1] = SecurityGroups({id_of<api::SecurityGroupId>(1)}, std::move(rules));
  return tables;
}

GroupRule open_rule(bool egress) {
  GroupRule rule;
  rule.group = id_of<api::SecurityGroupId>(1);
  rule.egress = egress;
  return rule;
}

TEST(InterfaceFilter, AdmitsWhatARuleAllowsAndTracksIt) {  // SG-2, CASE-15
  Filter alice(toy_vpc());

  EXPECT_EQ(alice.in(testing::icmp(kPeer, kMe, 8)).kind, Kind::kNew);
  EXPECT_EQ(alice.out(testing::icmp(kMe, kPeer, 0)).kind, Kind::kTracked);
  EXPECT_EQ(alice.in(testing::icmp(kPeer, kMe, 8)).kind, Kind::kTracked);
}

TEST(InterfaceFilter, AnswersEvenWithoutEgressRules) {  // SG-2, CASE-15
  GroupRule echo = open_rule(false);
  echo.traffic = RuleTraffic::icmp(8, -1);
  Filter alice(with_rules({echo}));

  EXPECT_EQ(alice.in(testing::icmp(kPeer, kMe, 8)).kind, Kind::kNew);
  EXPECT_EQ(alice.out(testing::icmp(kMe, kPeer, 0)).kind, Kind::kTracked);
  const Admission own = alice.out(testing::icmp(kMe, kPeer, 8));
  EXPECT_EQ(own.kind, Kind::kDenied);
  EXPECT_EQ(own.reason, DropReason::kSgEgress);
}

TEST(InterfaceFilter, DeniesWithOneStepForEachGroup) {  // SG-1, SG-3
  Filter alice(toy_vpc());

  const Admission admission = alice.in(testing::udp(kPeer, kMe, 1, 2));

  EXPECT_EQ(admission.reason, DropReason::kSgIngress);
  ASSERT_EQ(alice.steps.size(), 3U);  // the check of the destination, and two groups
  EXPECT_EQ(alice.steps[1].rule.object, api::ResourceId(id_of<api::SecurityGroupId>(1)));
  EXPECT_EQ(alice.steps[1].rule.number, 1U);
  EXPECT_EQ(alice.steps[2].rule.object, api::ResourceId(id_of<api::SecurityGroupId>(2)));
  EXPECT_EQ(alice.steps[2].rule.number, 0U);  // SG_HAS_NO_RULES
  EXPECT_EQ(alice.steps[2].stage, Stage::kSecurityGroupIngress);
  EXPECT_EQ(alice.steps[2].outcome, Outcome::kDenied);
}

TEST(InterfaceFilter, KeepsATrackedFlowWhenItsRuleIsGone) {  // SG-12, CASE-15
  Filter alice(toy_vpc());
  const auto request = testing::icmp(kPeer, kMe, 8);
  ASSERT_EQ(alice.in(request).kind, Kind::kNew);

  alice.tables().group_sets[1] = SecurityGroups({}, {});
  alice.now += seconds(20);
  EXPECT_EQ(alice.in(request).kind, Kind::kTracked);
  alice.now += seconds(31);
  EXPECT_EQ(alice.in(request).reason, DropReason::kSgIngress);
}

TEST(InterfaceFilter, CutsAnUntrackedFlowAtOnce) {  // SG-12, SG-22
  GroupRule web = open_rule(false);
  web.traffic = {6, 80, 80};
  GroupRule echo = open_rule(false);
  echo.traffic = {17, 7, 7};
  const std::vector<GroupRule> rules = {web, echo, open_rule(true)};
  const auto tcp = [](auto... rest) { return testing::tcp(rest...); };
  const auto udp = [](auto... rest) { return testing::udp(rest...); };
  const auto check = [&](const auto& packet, std::uint16_t port) {
    Filter alice(with_rules(rules));
    EXPECT_EQ(alice.in(packet(kPeer, kMe, std::uint16_t{40000}, port)).kind, Kind::kUntracked);
    EXPECT_EQ(alice.out(packet(kMe, kPeer, port, std::uint16_t{40000})).kind, Kind::kUntracked);
    EXPECT_EQ(alice.in(packet(kPeer, kMe, std::uint16_t{40000}, port)).kind, Kind::kUntracked);

    alice.tables().group_sets[1] = SecurityGroups({}, {open_rule(true)});
    EXPECT_EQ(alice.in(packet(kPeer, kMe, std::uint16_t{40000}, port)).reason,
              DropReason::kSgIngress);
  };

  check(tcp, 80);
  check(udp, 7);
}

TEST(InterfaceFilter, LeavesAnUntrackedFlowsAnswersToTheOtherRule) {  // SG-22
  GroupRule web = open_rule(true);
  web.traffic = {6, 80, 80};
  Filter alice(with_rules({open_rule(false), web}));
  ASSERT_EQ(alice.out(testing::tcp(kMe, kPeer, 40000, 80)).kind, Kind::kUntracked);
  EXPECT_EQ(alice.in(testing::tcp(kPeer, kMe, 80, 40000)).kind, Kind::kUntracked);

  alice.tables().group_sets[1] = SecurityGroups({}, {web});
  EXPECT_EQ(alice.in(testing::tcp(kPeer, kMe, 80, 40000)).reason, DropReason::kSgIngress);
}

TEST(InterfaceFilter, TracksWhatItBeginsBesideAnOpenPort) {  // SG-2, SG-22
  GroupRule web = open_rule(false);
  web.traffic = {6, 80, 80};
  Filter alice(with_rules({web, open_rule(true)}));

  EXPECT_EQ(alice.out(testing::tcp(kMe, kPeer, 40000, 443)).kind, Kind::kNew);
  EXPECT_EQ(alice.in(testing::tcp(kPeer, kMe, 443, 40000)).kind, Kind::kTracked);
}

TEST(InterfaceFilter, AlwaysTracksIcmp) {  // SG-21, SG-22
  Filter alice(with_rules({open_rule(false), open_rule(true)}));

  EXPECT_EQ(alice.in(testing::icmp(kPeer, kMe, 8)).kind, Kind::kNew);
  EXPECT_EQ(alice.in(testing::udp(kPeer, kMe, 1, 2)).kind, Kind::kUntracked);
}

TEST(InterfaceFilter, AdmitsErrorsAboutItsFlows) {  // SG-25, ICMP-3
  Filter alice(with_rules({open_rule(true)}));
  const auto probe = testing::udp(kMe, kPeer, 40000, 33434);
  ASSERT_EQ(alice.out(probe).kind, Kind::kNew);

  EXPECT_EQ(alice.in(testing::icmp_error(kPeer, kMe, 3, 3, probe)).kind, Kind::kRelated);
  EXPECT_EQ(alice.in(testing::icmp_error(address("100.65.0.1"), kMe, 11, 0, probe)).kind,
            Kind::kRelated);
  const auto foreign = testing::udp(kMe, kPeer, 40001, 33434);
  EXPECT_EQ(alice.in(testing::icmp_error(kPeer, kMe, 3, 3, foreign)).reason,
            DropReason::kSgIngress);
}

TEST(InterfaceFilter, AdmitsErrorsAboutUntrackedFlows) {  // SG-22, SG-25
  GroupRule udp_in = open_rule(false);
  udp_in.traffic = {17, 0, 0xffff};
  GroupRule udp_out = open_rule(true);
  udp_out.traffic = {17, 0, 0xffff};
  Filter alice(with_rules({udp_in, udp_out}));
  const auto probe = testing::udp(kMe, kPeer, 40000, 33434);
  ASSERT_EQ(alice.out(probe).kind, Kind::kUntracked);

  EXPECT_EQ(alice.in(testing::icmp_error(kPeer, kMe, 3, 3, probe)).kind, Kind::kRelated);
  const auto echo = testing::icmp(kMe, kPeer, 8);
  EXPECT_EQ(alice.in(testing::icmp_error(kPeer, kMe, 11, 0, echo)).reason, DropReason::kSgIngress);
  const auto foreign = testing::udp(address("10.1.6.99"), kPeer, 40000, 33434);
  EXPECT_EQ(alice.in(testing::icmp_error(kPeer, kMe, 3, 3, foreign)).reason,
            DropReason::kSgIngress);
}

TEST(InterfaceFilter, LetsOwnErrorsOutAsResponses) {  // SG-25, ICMP-3
  GroupRule udp_in = open_rule(false);
  udp_in.traffic = {17, 33434, 33534};
  Filter alice(with_rules({udp_in}));
  const auto probe = testing::udp(kPeer, kMe, 40000, 33434);
  ASSERT_EQ(alice.in(probe).kind, Kind::kNew);

  EXPECT_EQ(alice.out(testing::icmp_error(kMe, kPeer, 3, 3, probe)).kind, Kind::kRelated);
}

TEST(InterfaceFilter, WantsARuleForErrorsWhenStrict) {  // SG-25: sg.icmp_errors = strict
  TrackingOptions options;
  options.related_icmp_errors = false;
  Filter alice(with_rules({open_rule(true)}), kAlice, options);
  const auto probe = testing::udp(kMe, kPeer, 40000, 33434);
  ASSERT_EQ(alice.out(probe).kind, Kind::kNew);

  EXPECT_EQ(alice.in(testing::icmp_error(kPeer, kMe, 3, 3, probe)).reason, DropReason::kSgIngress);
}

TEST(InterfaceFilter, TakesNoErrorForTheAnswerToAnError) {  // SG-2, SG-25: strict
  TrackingOptions options;
  options.related_icmp_errors = false;
  GroupRule udp_in = open_rule(false);
  udp_in.traffic = {17, 33434, 33534};
  Filter bob(with_rules({udp_in, open_rule(true)}), kAlice, options);
  const auto probe = testing::udp(kPeer, kMe, 40000, 33434);
  const auto own_probe = testing::udp(kMe, kPeer, 40000, 33434);
  bob.in(probe);
  EXPECT_EQ(bob.out(testing::icmp_error(kMe, kPeer, 3, 3, probe)).kind, Kind::kUntracked);

  bob.out(own_probe);
  EXPECT_EQ(bob.in(testing::icmp_error(kPeer, kMe, 3, 3, own_probe)).reason,
            DropReason::kSgIngress);
}

TEST(InterfaceFilter, ChecksTheSourceOnTheWayOut) {  // ENI-3, L2-4
  Filter alice(toy_vpc());
  Filter appliance(toy_vpc(), kRouter);

  const auto foreign = testing::icmp(address("10.1.6.99"), kPeer, 8);
  EXPECT_EQ(alice.out(foreign).reason, DropReason::kSrcDstCheck);
  EXPECT_EQ(alice.steps.back().stage, Stage::kSourceDestCheck);
  EXPECT_EQ(appliance.out(foreign).kind, Kind::kNew);
}

TEST(InterfaceFilter, ChecksTheDestinationOnTheWayIn) {  // ENI-3, RT-27, CASE-23
  Filter alice(toy_vpc());
  Filter appliance(toy_vpc(), kRouter);

  const auto foreign = testing::icmp(kPeer, address("192.0.2.1"), 8);
  EXPECT_EQ(alice.in(foreign).reason, DropReason::kSrcDstCheck);
  EXPECT_EQ(appliance.in(foreign).kind, Kind::kNew);
}

TEST(InterfaceFilter, OwnsItsSecondaryAddresses) {  // ENI-3
  VpcTables tables = toy_vpc();
  tables.interfaces[kAlice].has_secondary = true;
  tables.addresses.push_back({address("10.1.6.40"), {}, kAlice});
  Filter alice(tables);

  EXPECT_EQ(alice.out(testing::icmp(address("10.1.6.40"), kPeer, 8)).kind, Kind::kNew);
  EXPECT_EQ(alice.out(testing::icmp(address("10.1.6.34"), kPeer, 8)).reason,
            DropReason::kSrcDstCheck);  // Anne's
}

TEST(InterfaceFilter, DropsBroadcastAndMulticast) {  // VPC-17, ICMP-5
  Filter alice(toy_vpc());

  for (const char* to : {"255.255.255.255", "224.0.0.1", "239.255.255.250", "10.1.15.255"}) {
    EXPECT_EQ(alice.out(testing::udp(kMe, address(to), 1, 2)).reason, DropReason::kUnsupportedCast)
        << to;
    EXPECT_EQ(alice.steps.back().stage, Stage::kCast);
  }
}

TEST(InterfaceFilter, NeverFiltersTheRoutersAddress) {  // ICMP-5, SG-26, SUB-3
  Filter alice(with_rules({}));

  for (const char* to : {"10.1.0.1", "10.1.0.2"}) {
    EXPECT_EQ(alice.out(testing::icmp(kMe, address(to), 8)).reason, DropReason::kReservedAddress);
  }
  Filter carol(with_rules({}), kCarol);
  EXPECT_EQ(carol.out(testing::icmp(toy_address(kCarol), address("10.1.0.2"), 8)).reason,
            DropReason::kReservedAddress);  // the VPC's DNS server
}

TEST(InterfaceFilter, ForwardsNothingToLinkLocalServices) {  // RT-12, SG-26
  Filter alice(with_rules({}));

  for (const char* to :
       {"169.254.169.254", "169.254.169.253", "169.254.169.123", "169.254.171.1"}) {
    EXPECT_EQ(alice.out(testing::udp(kMe, address(to), 1, 53)).reason, DropReason::kNoSuchHost);
  }
  EXPECT_EQ(alice.out(testing::udp(kMe, address("169.254.1.1"), 1, 53)).reason,
            DropReason::kSgEgress);
}

TEST(InterfaceFilter, SaysWhenItsTableIsFull) {  // CONNTRACK_FULL
  TrackingOptions options;
  options.flows_max = 1;
  Filter alice(toy_vpc(), kAlice, options);
  ASSERT_EQ(alice.out(testing::icmp(kMe, kPeer, 8, 0, 1)).kind, Kind::kNew);
  EXPECT_TRUE(alice.committed);

  EXPECT_EQ(alice.out(testing::icmp(kMe, kPeer, 8, 0, 2)).kind, Kind::kNew);
  EXPECT_FALSE(alice.committed);
}

TEST(InterfaceFilter, AsksTheRulesOnceForEachFlowUnlessToldOtherwise) {
  Filter alice(toy_vpc());
  const auto request = testing::icmp(kPeer, kMe, 8);
  alice.in(request);
  const std::uint64_t first = alice.counters.group_evaluations;
  alice.in(request);
  EXPECT_EQ(alice.counters.group_evaluations, first);

  alice.anew = true;
  EXPECT_EQ(alice.in(request).kind, Kind::kTracked);
  EXPECT_EQ(alice.counters.group_evaluations, first + 2);  // judged by both recorders
}

}  // namespace
}  // namespace vpclab::dataplane
