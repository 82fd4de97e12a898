#include "emulator/trace/explain.h"

#include <gtest/gtest.h>

#include "tests/trace/toy_drop.h"

namespace vpclab::trace {
namespace {

const Names& names() {
  static const Names kLabels{
      {"sg-22222222", "default"},          {"sg-33333333", "web"},
      {"eni-44444444", "instance-2"},      {"i-55555555", "instance-2"},
      {"acl-11111111", "vpc-2.default"},   {"subnet-22222222", "vpc-2.public"},
      {"subnet-11111111", "vpc-1.public"}, {"rtb-11111111", "vpc-1-public"},
      {"pcx-aaaabbbb", "vpc1-vpc2"},       {"vpc-22222222", "vpc-2"},
      {"igw-66666666", "vpc-1-igw"},       {"nat-77777777", "nat"}};
  return kLabels;
}

std::vector<std::uint8_t> lab_ping() { return echo_request("10.1.6.33", "10.2.4.95"); }

TEST(Explain, NamesTheRuleThatAGroupLacks) {  // SG-1, SG-6
  const ToyDrop drop(DropReason::kSgIngress, lab_ping(),
                     {{Stage::kSourceDestCheck, Outcome::kPassed, {.object = id("eni-44444444")}},
                      {Stage::kSecurityGroupIngress,
                       Outcome::kDenied,
                       {.object = id("sg-22222222"), .scope = id("eni-44444444"), .number = 1}}});

  const Explanation explanation = explain(drop.event, names());

  EXPECT_EQ(explanation.reason, DropReason::kSgIngress);
  EXPECT_EQ(explanation.code, "ENI_SG_RULES_MISMATCH");
  EXPECT_EQ(explanation.rule, "sg-22222222");
  EXPECT_EQ(explanation.sentence,
            "no rule of sg-22222222 (default) allows icmp type 8 code 0 from 10.1.6.33");
  EXPECT_EQ(detail(explanation, "network interface"), "eni-44444444 (instance-2)");
  EXPECT_EQ(detail(explanation, "security groups"), "sg-22222222 (default)");
  EXPECT_EQ(detail(explanation, "missing rule"),
            "inbound icmp type 8 code 0 from 10.1.6.33 in sg-22222222 (default)");
  EXPECT_EQ(detail(explanation, "source"), "10.1.6.33");
  EXPECT_EQ(detail(explanation, "destination"), "10.2.4.95");
}

TEST(Explain, NamesAllGroupsOfTheInterface) {  // SG-3
  const ToyDrop drop(DropReason::kSgEgress,
                     ipv4("10.2.4.95", "10.1.6.33", wire::IpProtocol::kTcp, {0x80, 0, 0x01, 0xbb}),
                     {{Stage::kSecurityGroupEgress,
                       Outcome::kDenied,
                       {.object = id("sg-22222222"), .scope = id("eni-44444444")}},
                      {Stage::kSecurityGroupEgress,
                       Outcome::kDenied,
                       {.object = id("sg-33333333"), .scope = id("eni-44444444")}}});

  const Explanation explanation = explain(drop.event, names());

  EXPECT_EQ(explanation.rule, "sg-22222222, sg-33333333");
  EXPECT_EQ(explanation.sentence,
            "no rule of sg-22222222 (default) and sg-33333333 (web) allows tcp port 443 to "
            "10.1.6.33 (the groups have no outbound rules)");
}

TEST(Explain, NamesTheAclEntryThatDenies) {  // ACL-2, ACL-3
  const RuleRef entry{.object = id("acl-11111111"),
                      .scope = id("subnet-22222222"),
                      .prefix = cidr("10.1.0.0/16"),
                      .number = 90,
                      .has_prefix = true};
  const RuleRef last{
      .object = id("acl-11111111"), .scope = id("subnet-22222222"), .number = kLastAclEntry};
  const ToyDrop numbered(DropReason::kNaclIngress, lab_ping(),
                         {{Stage::kNetworkAclIngress, Outcome::kDenied, entry}});
  const ToyDrop implicit(DropReason::kNaclEgress, lab_ping(),
                         {{Stage::kNetworkAclEgress, Outcome::kDenied, last}});

  const Explanation by_number = explain(numbered.event, names());
  const Explanation by_last = explain(implicit.event, names());

  EXPECT_EQ(by_number.code, "SUBNET_ACL_RESTRICTION");
  EXPECT_EQ(by_number.rule, "acl-11111111 rule 90");
  EXPECT_EQ(by_number.sentence,
            "inbound rule 90 of acl-11111111 (vpc-2.default) denies icmp type 8 code 0 from "
            "10.1.6.33 into subnet-22222222 (vpc-2.public)");
  EXPECT_EQ(detail(by_number, "rule number"), "90");
  EXPECT_EQ(detail(by_number, "direction"), "inbound");
  EXPECT_EQ(by_last.rule, "acl-11111111 rule *");
  EXPECT_EQ(by_last.sentence,
            "no outbound rule of acl-11111111 (vpc-2.default) allows icmp type 8 code 0 to "
            "10.2.4.95: its last rule (*) denies it at the edge of subnet-22222222 "
            "(vpc-2.public)");
  EXPECT_EQ(detail(by_last, "rule number"), "* (32767)");
}

TEST(Explain, NamesTheTableWithoutARoute) {  // RT-17
  const ToyDrop drop(
      DropReason::kNoRoute, lab_ping(),
      {{Stage::kNetworkAclEgress, Outcome::kPassed, {.object = id("acl-11111111"), .number = 100}},
       {Stage::kRouteLookup,
        Outcome::kDenied,
        {.object = id("rtb-11111111"), .scope = id("subnet-11111111"), .main_table = true}}});

  const Explanation explanation = explain(drop.event, names());

  EXPECT_EQ(explanation.code, "NO_ROUTE_TO_DESTINATION");
  EXPECT_EQ(explanation.rule, "rtb-11111111");
  EXPECT_EQ(explanation.sentence,
            "rtb-11111111 (vpc-1-public), the main route table that subnet-11111111 "
            "(vpc-1.public) uses, has no route to 10.2.4.95");
  EXPECT_EQ(detail(explanation, "route table"), "rtb-11111111 (vpc-1-public), main");
}

TEST(Explain, SaysWhyARouteIsABlackhole) {  // RT-14, RT-18
  const ToyDrop drop(DropReason::kBlackhole, lab_ping(),
                     {{Stage::kRouteLookup,
                       Outcome::kDenied,
                       {.object = id("rtb-11111111"),
                        .rule = id("pcx-aaaabbbb"),
                        .scope = id("subnet-11111111"),
                        .prefix = cidr("10.2.0.0/16"),
                        .state = ObjectState::kPendingAcceptance,
                        .has_prefix = true}}});

  const Explanation explanation = explain(drop.event, names());

  EXPECT_EQ(explanation.code, "BAD_STATE_ROUTE");
  EXPECT_EQ(explanation.rule, "rtb-11111111 10.2.0.0/16");
  EXPECT_EQ(explanation.sentence,
            "the route 10.2.0.0/16 -> pcx-aaaabbbb (vpc1-vpc2) in rtb-11111111 (vpc-1-public) is "
            "a blackhole: the peering connection is pending-acceptance");
  EXPECT_EQ(detail(explanation, "route table"), "rtb-11111111 (vpc-1-public), custom");
  EXPECT_EQ(detail(explanation, "target state"), "pending-acceptance");
}

TEST(Explain, SaysWhatAPeeringCarries) {  // PCX-22, PCX-24
  const auto far = [](std::string_view block) {
    return Step{Stage::kPeeringCrossing,
                Outcome::kDenied,
                {.object = id("pcx-aaaabbbb"),
                 .rule = id("vpc-22222222"),
                 .prefix = cidr(block),
                 .has_prefix = true}};
  };
  const ToyDrop drop(DropReason::kPcxDstNotInPeerCidr, echo_request("10.1.6.33", "192.168.0.7"),
                     {far("10.2.0.0/16"), far("10.22.0.0/16")});

  const Explanation explanation = explain(drop.event, names());

  EXPECT_EQ(explanation.rule, "pcx-aaaabbbb");
  EXPECT_EQ(explanation.sentence,
            "pcx-aaaabbbb (vpc1-vpc2) carries only what is for 10.2.0.0/16 and 10.22.0.0/16 of "
            "vpc-22222222 (vpc-2), not for 192.168.0.7: peering is not transitive and gives no "
            "edge-to-edge routing");
  EXPECT_EQ(detail(explanation, "peer CIDRs"), "10.2.0.0/16 and 10.22.0.0/16");
}

TEST(Explain, SaysThatNobodyHasTheAddress) {  // FWD-2.1
  const ToyDrop drop(DropReason::kNoSuchHost, lab_ping(),
                     {{Stage::kDestinationLookup,
                       Outcome::kDenied,
                       {.object = id("vpc-22222222"), .scope = id("subnet-22222222")}}});
  const ToyDrop nowhere(
      DropReason::kNoSuchHost, lab_ping(),
      {{Stage::kDestinationLookup, Outcome::kDenied, {.object = id("vpc-22222222")}}});

  EXPECT_EQ(explain(drop.event, names()).sentence,
            "no network interface in subnet-22222222 (vpc-2.public) has the address 10.2.4.95");
  EXPECT_EQ(explain(nowhere.event, names()).sentence,
            "no network interface in vpc-22222222 (vpc-2) has the address 10.2.4.95");
}

TEST(Explain, SaysWhatAnAddressIsReservedFor) {  // SUB-2
  const auto sentence = [](std::string_view to) {
    const ToyDrop drop(DropReason::kReservedAddress, echo_request("10.1.6.33", to),
                       {{Stage::kDestinationLookup,
                         Outcome::kDenied,
                         {.object = id("vpc-22222222"),
                          .scope = id("subnet-22222222"),
                          .prefix = cidr("10.2.0.0/20"),
                          .has_prefix = true}}});
    return explain(drop.event, names()).sentence;
  };

  EXPECT_EQ(sentence("10.2.0.0"),
            "10.2.0.0 is a reserved address of subnet-22222222 (vpc-2.public) (the network "
            "address)");
  EXPECT_NE(sentence("10.2.0.1").find("(the VPC's router)"), std::string::npos);
  EXPECT_NE(sentence("10.2.0.2").find("(DNS, which answers the VPC's own instances"),
            std::string::npos);
  EXPECT_NE(sentence("10.2.0.3").find("(future use)"), std::string::npos);
  EXPECT_NE(sentence("10.2.15.255").find("(the last address"), std::string::npos);
}

TEST(Explain, SaysInWhatStateAnInstanceIs) {  // INST-2
  const ToyDrop drop(
      DropReason::kInstanceNotRunning, lab_ping(),
      {{Stage::kDestinationLookup,
        Outcome::kDenied,
        {.object = id("i-55555555"), .rule = id("eni-44444444"), .state = ObjectState::kStopped}}});

  const Explanation explanation = explain(drop.event, names());

  EXPECT_EQ(explanation.code, "X_INSTANCE_NOT_RUNNING");
  EXPECT_EQ(explanation.sentence,
            "i-55555555 (instance-2), which has the address 10.2.4.95, is stopped");

  const RuleRef route{.object = id("rtb-11111111"),
                      .rule = id("eni-44444444"),
                      .prefix = cidr("10.2.0.0/16"),
                      .has_prefix = true};
  const ToyDrop routed(
      DropReason::kInstanceNotRunning, lab_ping(),
      {{Stage::kRouteLookup, Outcome::kMatched, route},
       {Stage::kDestinationLookup,
        Outcome::kDenied,
        {.object = id("i-55555555"), .rule = id("eni-44444444"), .state = ObjectState::kStopped}}});
  const Explanation by_route = explain(routed.event, names());
  EXPECT_EQ(by_route.sentence,
            "i-55555555 (instance-2), to which the route 10.2.0.0/16 leads, is stopped");
  EXPECT_EQ(detail(by_route, "route"), "10.2.0.0/16 -> eni-44444444 (instance-2)");
}

TEST(Explain, KnowsThatNobodyOnTheInternetHasAnAddress) {
  const auto router = api::ResourceId::numbered(api::ResourceKind::kInternetRouter, 1);
  const ToyDrop drop(DropReason::kNoSuchHost, lab_ping(),
                     {{Stage::kInternet, Outcome::kDenied, {.object = router}}});

  EXPECT_EQ(explain(drop.event, names()).sentence,
            "no host of the internet has the address 10.2.4.95");
}

TEST(Explain, NamesTheAddressThatTheSourceDestCheckRefuses) {  // ENI-3
  ToyDrop drop(DropReason::kSrcDstCheck, lab_ping(),
               {{Stage::kSourceDestCheck, Outcome::kDenied, {.object = id("eni-44444444")}}});

  drop.event.direction = Direction::kOut;
  EXPECT_EQ(explain(drop.event, names()).sentence,
            "the source/destination check of eni-44444444 (instance-2) is on, and the packet's "
            "source 10.1.6.33 is not its own address");
  drop.event.direction = Direction::kIn;
  EXPECT_EQ(explain(drop.event, names()).sentence,
            "the source/destination check of eni-44444444 (instance-2) is on, and the packet's "
            "destination 10.2.4.95 is not its own address");
}

TEST(Explain, SaysThatTheSenderHasNoPublicAddress) {  // IGW-4, CASE-1
  const ToyDrop drop(DropReason::kIgwNoPublicIp, lab_ping(),
                     {{Stage::kRouteLookup,
                       Outcome::kMatched,
                       {.object = id("rtb-11111111"),
                        .rule = id("igw-66666666"),
                        .prefix = cidr("0.0.0.0/0"),
                        .has_prefix = true}},
                      {Stage::kGatewayTranslation,
                       Outcome::kDenied,
                       {.object = id("igw-66666666"), .scope = id("eni-44444444")}}});

  const Explanation explanation = explain(drop.event, names());

  EXPECT_EQ(explanation.code, "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS");
  EXPECT_EQ(explanation.sentence,
            "eni-44444444 (instance-2) has no public or Elastic IP address, and without one "
            "igw-66666666 (vpc-1-igw) sends nothing of 10.1.6.33 to the internet (the packet "
            "matched the route 0.0.0.0/0 of rtb-11111111 (vpc-1-public)); 10.2.4.95 is private: "
            "a more specific route to it may be missing");
  EXPECT_EQ(detail(explanation, "matched route"), "0.0.0.0/0 of rtb-11111111 (vpc-1-public)");
}

TEST(Explain, HintsAtNoMissingRouteForAPublicDestination) {  // IGW-4
  const ToyDrop drop(
      DropReason::kIgwNoPublicIp, echo_request("10.1.6.33", "203.0.113.9"),
      {{Stage::kGatewayTranslation, Outcome::kDenied, {.object = id("igw-66666666")}}});

  EXPECT_EQ(explain(drop.event, names()).sentence,
            "the interface of 10.1.6.33 has no public or Elastic IP address, and without one "
            "igw-66666666 (vpc-1-igw) sends nothing of 10.1.6.33 to the internet");
}

TEST(Explain, SaysThatAPrivateAddressIsNotOnTheInternet) {  // IGW-5
  const ToyDrop drop(
      DropReason::kIgwPrivateDst, lab_ping(),
      {{Stage::kRouteLookup,
        Outcome::kMatched,
        {.object = id("rtb-11111111"),
         .rule = id("igw-66666666"),
         .prefix = cidr("0.0.0.0/0"),
         .has_prefix = true}},
       {Stage::kGatewayTranslation,
        Outcome::kDenied,
        {.object = id("igw-66666666"), .prefix = cidr("10.0.0.0/8"), .has_prefix = true}}});

  EXPECT_EQ(explain(drop.event, names()).sentence,
            "igw-66666666 (vpc-1-igw) sends nothing to 10.2.4.95: the address is private "
            "(10.0.0.0/8) and has no meaning on the internet (the packet matched the route "
            "0.0.0.0/0 of rtb-11111111 (vpc-1-public)); a more specific route to it may be "
            "missing");
}

// SG-1, IGW-5: Reachability Analyzer has finer codes than one for each reason.
TEST(Explain, HasCodesOfTheirOwnForEmptyGroupsAndSharedAddresses) {
  const auto group = [](std::string_view name, std::uint32_t rules) {
    return Step{Stage::kSecurityGroupIngress,
                Outcome::kDenied,
                {.object = id(name), .scope = id("eni-44444444"), .number = rules}};
  };
  const ToyDrop empty(DropReason::kSgIngress, lab_ping(),
                      {group("sg-11111111", 0), group("sg-22222222", 0)});
  const ToyDrop half(DropReason::kSgIngress, lab_ping(),
                     {group("sg-11111111", 0), group("sg-22222222", 3)});
  const std::initializer_list<Step> refused = {
      {Stage::kGatewayTranslation, Outcome::kDenied, {.object = id("igw-66666666")}}};
  const ToyDrop outwards(DropReason::kIgwPrivateDst, echo_request("10.1.6.33", "100.127.255.1"),
                         refused);
  const ToyDrop inwards(DropReason::kIgwPrivateSrc, echo_request("100.64.0.1", "198.51.100.7"),
                        refused);
  const ToyDrop beyond(DropReason::kIgwPrivateSrc, echo_request("100.128.0.1", "198.51.100.7"),
                       refused);

  EXPECT_EQ(explain(empty.event, names()).code, "SG_HAS_NO_RULES");
  EXPECT_EQ(explain(half.event, names()).code, "ENI_SG_RULES_MISMATCH");
  EXPECT_EQ(explain(outwards.event, names()).code, "IGW_DESTINATION_ADDRESS_NOT_IN_RFC6598_EGRESS");
  EXPECT_EQ(explain(inwards.event, names()).code, "IGW_SOURCE_ADDRESS_NOT_IN_RFC6598_INGRESS");
  EXPECT_EQ(explain(beyond.event, names()).code, "IGW_SOURCE_ADDRESS_NOT_IN_RFC1918_INGRESS");
}

TEST(Explain, SaysWhatAGatewayLetsIn) {  // IGW-6
  const std::initializer_list<Step> refused = {
      {Stage::kGatewayTranslation, Outcome::kDenied, {.object = id("igw-66666666")}}};
  const ToyDrop unmapped(DropReason::kIgwUnmapped, echo_request("203.0.113.9", "198.51.100.7"),
                         refused);
  const ToyDrop spoofed(DropReason::kIgwPrivateSrc, echo_request("10.9.9.9", "198.51.100.7"),
                        refused);

  EXPECT_EQ(explain(unmapped.event, names()).sentence,
            "no network interface behind igw-66666666 (vpc-1-igw) has the public address "
            "198.51.100.7");
  EXPECT_EQ(explain(spoofed.event, names()).sentence,
            "igw-66666666 (vpc-1-igw) lets nothing in from the private address 10.9.9.9");
}

TEST(Explain, SaysWhatANatGatewayRefused) {  // NAT-3…10, PCX-39
  const auto sentence = [](DropReason reason, Direction direction) {
    ToyDrop drop(reason, lab_ping(),
                 {{Stage::kGatewayTranslation,
                   Outcome::kDenied,
                   {.object = id("nat-77777777"),
                    .rule = id("pcx-aaaabbbb"),
                    .scope = id("subnet-11111111")}}});
    drop.event.direction = direction;
    return explain(drop.event, names()).sentence;
  };

  EXPECT_EQ(sentence(DropReason::kNatNoState, Direction::kIn),
            "nat-77777777 (nat) has no translation for icmp type 8 code 0 from 10.1.6.33 to "
            "10.2.4.95: nobody behind it asked for that, and it answers nothing itself");
  EXPECT_EQ(sentence(DropReason::kNatNoState, Direction::kOut),
            "nat-77777777 (nat) knows no connection to which icmp type 8 code 0 from 10.1.6.33 to "
            "10.2.4.95 belongs: it was idle for 350 seconds, or never opened through it");
  EXPECT_EQ(sentence(DropReason::kNatToPcx, Direction::kOut),
            "nat-77777777 (nat) forwards nothing over pcx-aaaabbbb (vpc1-vpc2): a NAT gateway "
            "serves no peering connection and no ClassicLink; the sender's own subnet needs the "
            "route to 10.2.4.95");
  EXPECT_EQ(sentence(DropReason::kNatPortsExhausted, Direction::kOut),
            "nat-77777777 (nat) has no free port for icmp type 8 code 0 to 10.2.4.95: 55,000 "
            "connections to one destination are all it holds");
}

/// What becomes of a NAT gateway's packets in a table that has no route for them, and in one that
/// leads back to the gateway. `is_private` is the step's number.
struct BehindGateway {
  explicit BehindGateway(std::uint32_t is_private) {
    const Step translated{Stage::kGatewayTranslation,
                          Outcome::kPassed,
                          {.object = id("nat-77777777"), .number = is_private}};
    const RuleRef table{.object = id("rtb-11111111"), .scope = id("subnet-11111111")};
    RuleRef loop = table;
    loop.rule = id("nat-77777777");
    loop.prefix = cidr("0.0.0.0/0");
    loop.has_prefix = true;
    const ToyDrop nowhere(DropReason::kNoRoute, lab_ping(),
                          {translated, {Stage::kRouteLookup, Outcome::kDenied, table}});
    const ToyDrop back(DropReason::kNoRoute, lab_ping(),
                       {translated, {Stage::kRouteLookup, Outcome::kDenied, loop}});
    to_nowhere = explain(nowhere.event, names());
    to_itself = explain(back.event, names());
  }

  Explanation to_nowhere;
  Explanation to_itself;
};

TEST(Explain, SaysWhatTheSubnetOfANatGatewayLacks) {  // NAT-3, NAT-9
  const auto [to_nowhere, to_itself] = BehindGateway(0);

  EXPECT_EQ(to_nowhere.sentence,
            "rtb-11111111 (vpc-1-public), the custom route table that subnet-11111111 "
            "(vpc-1.public) uses, has no route to 10.2.4.95, and the NAT gateway nat-77777777 "
            "(nat) stands there: it needs a subnet whose table leads to an internet gateway");
  EXPECT_EQ(to_itself.sentence,
            "rtb-11111111 (vpc-1-public), the custom route table of the subnet in which "
            "nat-77777777 (nat) stands, leads 0.0.0.0/0 back to that NAT gateway: it needs a "
            "subnet whose table leads to an internet gateway");
  EXPECT_EQ(detail(to_itself, "missing rule"),
            "0.0.0.0/0 -> an internet gateway, in rtb-11111111 (vpc-1-public)");
}

TEST(Explain, AsksNoInternetGatewayForAPrivateNatGateway) {  // FWD-5
  const auto [to_nowhere, to_itself] = BehindGateway(1);

  EXPECT_TRUE(to_nowhere.sentence.ends_with(
      "has no route to 10.2.4.95, and the private NAT gateway nat-77777777 (nat) stands there: it "
      "needs a route to 10.2.4.95 in that table"))
      << to_nowhere.sentence;
  EXPECT_EQ(detail(to_nowhere, "missing rule"),
            "a route to 10.2.4.95, in rtb-11111111 (vpc-1-public)");
  EXPECT_TRUE(
      to_itself.sentence.ends_with("back to that NAT gateway: it needs a route to 10.2.4.95 in "
                                   "that table that leads elsewhere"));
}

TEST(Explain, TellsBroadcastFromMulticast) {  // VPC-17
  const std::initializer_list<Step> refused = {
      {Stage::kCast, Outcome::kDenied, {.object = id("vpc-22222222")}}};
  const ToyDrop broadcast(DropReason::kUnsupportedCast, echo_request("10.2.4.95", "10.2.15.255"),
                          refused);
  const ToyDrop multicast(DropReason::kUnsupportedCast, echo_request("10.2.4.95", "224.0.0.1"),
                          refused);

  EXPECT_EQ(explain(broadcast.event, names()).sentence,
            "10.2.15.255 is a broadcast address, and a VPC carries no broadcast or multicast");
  EXPECT_EQ(explain(multicast.event, names()).sentence,
            "224.0.0.1 is a multicast address, and a VPC carries no broadcast or multicast");
}

TEST(Explain, SaysWhereALinkFailed) {
  const auto sentence = [](DropReason reason, std::uint32_t limit) {
    const ToyDrop drop(
        reason, lab_ping(),
        {{Stage::kLink, Outcome::kDenied, {.object = id("eni-44444444"), .number = limit}}});
    return explain(drop.event, names()).sentence;
  };

  EXPECT_EQ(sentence(DropReason::kLinkLoss, 0),
            "the packet was lost on the link to eni-44444444 (instance-2)");
  EXPECT_EQ(sentence(DropReason::kLinkDown, 0), "the link to eni-44444444 (instance-2) is down");
  EXPECT_EQ(sentence(DropReason::kQueueFull, 3000),
            "the queue of the link to eni-44444444 (instance-2) is full (3000 bytes)");
}

TEST(Explain, NamesTheElementThatRefused) {  // TTL-1, MTU-1
  const auto sentence = [](DropReason reason, std::uint32_t number) {
    ToyDrop drop(reason, lab_ping(), {{Stage::kHost, Outcome::kDenied, {.number = number}}});
    drop.event.tap.element = id("eni-44444444");
    return explain(drop.event, names()).sentence;
  };

  EXPECT_EQ(sentence(DropReason::kTtlExpired, 0),
            "the packet's TTL ran out at eni-44444444 (instance-2)");
  EXPECT_EQ(sentence(DropReason::kMtuDf, 1500),
            "the packet may not be fragmented and does not fit the MTU of 1500 bytes at "
            "eni-44444444 (instance-2)");
  EXPECT_EQ(sentence(DropReason::kBadChecksum, 0),
            "the checksum of the packet's IPv4 header is wrong at eni-44444444 (instance-2)");
  EXPECT_EQ(sentence(DropReason::kMalformed, 0),
            "the packet is malformed at eni-44444444 (instance-2)");
  EXPECT_EQ(sentence(DropReason::kConntrackFull, 0),
            "the connection table of eni-44444444 (instance-2) is full");
}

TEST(Explain, NeedsNoStepsToSayThatATtlRanOut) {
  ToyDrop drop(DropReason::kTtlExpired, lab_ping(), {});
  drop.event.tap.element = id("eni-44444444");

  EXPECT_EQ(explain(drop.event, names()).sentence,
            "the packet's TTL ran out at eni-44444444 (instance-2)");
}

TEST(Explain, HasASentenceForEveryReasonEvenWithoutSteps) {
  for (const DropReason reason : all_drop_reasons()) {
    ToyDrop drop(reason, lab_ping(), {});
    drop.event.steps = nullptr;
    const Explanation nowhere = explain(drop.event, names());
    EXPECT_EQ(nowhere.sentence, "the network dropped it and did not say where");
    EXPECT_EQ(nowhere.code, explanation_code(reason));
    drop.event.tap.element = id("vpc-22222222");
    const Explanation somewhere = explain(drop.event, names());
    EXPECT_FALSE(somewhere.sentence.empty()) << to_string(reason);
    EXPECT_EQ(somewhere.sentence.find("  "), std::string::npos) << somewhere.sentence;
  }
}

TEST(Explain, SurvivesBytesThatAreNoPacket) {
  const ToyDrop drop(DropReason::kMalformed, {0x45, 0x00}, {});

  const Explanation explanation = explain(drop.event, names());

  EXPECT_EQ(detail(explanation, "traffic"), "no IPv4 packet");
  EXPECT_EQ(detail(explanation, "source"), "");
}

TEST(Label, IsTheIdAloneWithoutAName) {
  EXPECT_EQ(label(id("sg-22222222"), names()), "sg-22222222 (default)");
  EXPECT_EQ(label(id("sg-99999999"), names()), "sg-99999999");
  EXPECT_EQ(label({}, names()), "");
}

}  // namespace
}  // namespace vpclab::trace
