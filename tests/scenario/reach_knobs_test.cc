// The knobs that decide whom a packet reaches: ClassicLink's options, NAT gateways and peerings,
// the subnet's router (aws-semantics section 22).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/scenario/settings.h"
#include "tests/scenario/run_support.h"

namespace vpclab::scenario {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const PingOutcome& ping_of(const RunOutcome& outcome, std::size_t step) {
  return std::get<PingOutcome>(outcome.steps.at(step).result);
}

/// Why the first probe of a ping stayed without an answer; one that did not is a failure.
Fate fate_of(const RunOutcome& outcome, std::size_t step) {
  const std::optional<Fate>& fate = ping_of(outcome, step).probes.at(0).fate;
  EXPECT_TRUE(fate.has_value()) << outcome.steps.at(step).output;
  return fate.value_or(Fate{});
}

TEST(ReachKnobs, SayWhatTheyExpect) {
  Settings settings;

  EXPECT_EQ(set_knob(settings, "classiclink.flag_gating", "either"),
            "expected per-direction or both");
  EXPECT_EQ(set_knob(settings, "natgw.to_pcx", "yes"), "expected drop or allow");
  EXPECT_EQ(set_knob(settings, "ping.reserved_addresses", "reply"), "expected no-reply or router");
  EXPECT_EQ(set_knob(settings, "arp.unmapped", "answer"), "expected no-answer or router");
}

/// A linked instance and a host of the peer ping each other, with what the two owners allow.
RunOutcome run_link(const std::string& options, const std::string& knobs) {
  return run_text(R"(schema: 1
accounts: {owner: {id: "111222333444", platforms: [EC2, VPC]}}
account: owner
vpcs:
  near: {cidr: 172.31.0.0/16, classic_link: true, subnets: {s: 172.31.0.0/24}}
  far: {cidr: 192.168.0.0/16, subnets: {s: 192.168.1.0/24}}
peering_connections: {pcx: {requester: near, accepter: far, accepted: true)" +
                  options + R"(}}
route_tables: {near.main: {routes: {192.168.0.0/16: pcx}}}
security_groups: {link: {vpc: near, ingress: [icmp from any]}, far.default: {ingress: [icmp from any]}}
instances:
  linked: {classic: true, classic_link: {vpc: near, security_groups: [link]}}
  host: {subnet: far.s}
run:
  - ping: {from: linked, to: host, count: 1}
  - ping: {from: host, to: linked, count: 1}
)" + knobs);
}

constexpr std::string_view kNear =
    ", requester_options: {allow_egress_from_local_classic_link_to_remote_vpc: true}";
constexpr std::string_view kFar =
    ", accepter_options: {allow_egress_from_local_vpc_to_remote_classic_link: true}";
constexpr std::string_view kBoth = "knobs: {classiclink.flag_gating: both}\n";

TEST(FlagGating, LetsEachOptionOpenItsOwnDirection) {  // CL-25
  const RunOutcome near = run_link(std::string(kNear), "");
  const RunOutcome far = run_link(std::string(kFar), "");

  EXPECT_EQ(fate_of(near, 0).packet, LostPacket::kReply);  // the request has arrived
  EXPECT_EQ(fate_of(near, 0).reason, "NO_ROUTE");
  EXPECT_EQ(fate_of(far, 1).packet, LostPacket::kReply);
  EXPECT_EQ(fate_of(far, 1).reason, "CLASSICLINK_EGRESS_NOT_ALLOWED");
}

TEST(FlagGating, MayWantBothOptionsForEitherDirection) {  // CL-25: classiclink.flag_gating = both
  const RunOutcome near = run_link(std::string(kNear), std::string(kBoth));
  const RunOutcome far = run_link(std::string(kFar), std::string(kBoth));
  const RunOutcome agreed = run_link(std::string(kNear) + std::string(kFar), std::string(kBoth));

  EXPECT_EQ(fate_of(near, 0).packet, LostPacket::kRequest);
  EXPECT_EQ(fate_of(near, 0).reason, "CLASSICLINK_EGRESS_NOT_ALLOWED");
  EXPECT_THAT(fate_of(near, 0).sentence,
              HasSubstr("AllowEgressFromLocalVpcToRemoteClassicLink of the accepter's side"));
  EXPECT_EQ(fate_of(near, 1).reason,
            "NO_ROUTE");  // the route still comes with the far option alone
  EXPECT_EQ(fate_of(far, 1).packet, LostPacket::kRequest);
  EXPECT_EQ(fate_of(far, 1).reason, "CLASSICLINK_NOT_LINKED");
  EXPECT_THAT(fate_of(far, 1).sentence,
              HasSubstr("AllowEgressFromLocalClassicLinkToRemoteVpc of the requester's side"));
  EXPECT_EQ(ping_of(agreed, 0).received, 1U);
  EXPECT_EQ(ping_of(agreed, 1).received, 1U);
}

TEST(NatToPcx, IsClosedUnlessTheKnobOpensIt) {  // PCX-39, NAT-8: natgw.to_pcx
  const std::string lab = R"(schema: 1
vpcs:
  a: {cidr: 10.1.0.0/16, internet_gateway: true, subnets: {public: 10.1.0.0/24, private: 10.1.1.0/24}}
  b: {cidr: 10.2.0.0/16, subnets: {s: 10.2.0.0/24}}
peering_connections: {pcx: {requester: a, accepter: b, accepted: true}}
nat_gateways: {nat: a.public}
route_tables:
  open: {vpc: a, subnets: [public], routes: {0.0.0.0/0: igw, 10.2.0.0/16: pcx}}
  closed: {vpc: a, subnets: [private], routes: {0.0.0.0/0: nat}}
  b.main: {routes: {10.1.0.0/16: pcx}}
security_groups: {b.default: {ingress: [icmp from 10.1.0.0/24]}}
instances: {alice: {subnet: a.private}, bob: {subnet: b.s}}
run:
  - ping: {from: alice, to: bob, count: 1}
  - ping: {from: bob, to: "{nat.private_ip}", count: 1}
)";

  const RunOutcome usual = run_text(lab);
  const RunOutcome open = run_text(lab + "knobs: {natgw.to_pcx: allow}\n");

  EXPECT_EQ(fate_of(usual, 0).reason, "NAT_TO_PCX");
  EXPECT_EQ(fate_of(usual, 1).reason, "NAT_NO_STATE");
  ASSERT_EQ(ping_of(open, 0).received, 1U);  // bob's group admits the gateway's subnet alone
  EXPECT_EQ(ping_of(open, 0).probes.at(0).ttl, 126U);  // a hop on the way back, too (NAT-7)
  EXPECT_EQ(fate_of(open, 1).reason, "NAT_NO_STATE");  // nobody begins from over there
}

TEST(ReservedAddresses, AreSilentUnlessTheRouterAnswers) {  // ICMP-5: ping.reserved_addresses
  const std::string run = R"(
security_groups: {mute: {vpc: a, egress: []}}
network_acls: {shut: {vpc: a, subnets: [s]}}
instances: {alice: {subnet: a.s, security_groups: [mute]}}
vpcs: {a: {cidr: 10.1.0.0/16, subnets: {s: 10.1.0.0/24, t: 10.1.1.0/24}}}
run:
  - ping: {from: alice, to: 10.1.0.1, count: 1, size: 8000}
  - ping: {from: alice, to: 10.1.0.2, count: 1}
  - ping: {from: alice, to: 10.1.0.1, count: 1, size: 20000}
  - traceroute: {from: alice, to: 10.1.0.1, method: icmp, queries: 1}
)";

  const RunOutcome usual = run_text("schema: 1" + run);
  const RunOutcome answering =
      run_text("schema: 1" + run + "knobs: {ping.reserved_addresses: router}\n");

  EXPECT_EQ(fate_of(usual, 0).reason, "RESERVED_ADDRESS");
  ASSERT_EQ(ping_of(answering, 0).received, 1U);  // past group and ACL (SG-26)
  EXPECT_EQ(ping_of(answering, 0).probes.at(0).from, "10.1.0.1");
  EXPECT_EQ(ping_of(answering, 0).probes.at(0).ttl, 255U);
  EXPECT_EQ(fate_of(answering, 1).reason, "RESERVED_ADDRESS");
  EXPECT_EQ(fate_of(answering, 2).reason, "RESERVED_ADDRESS");  // it puts no fragments together
  const auto& route = std::get<TracerouteOutcome>(answering.steps.at(3).result);
  EXPECT_TRUE(route.reached);
  EXPECT_EQ(route.probes.size(), 1U);
}

TEST(UnmappedArp, IsSilentUnlessTheRouterAnswers) {  // L2-3, ICMP-1: arp.unmapped
  const std::string run = R"(
run:
  - ping: {from: alice, to: 10.1.0.99, count: 1}
  - ping: {from: alice, to: 10.1.0.3, count: 1}
)";

  const RunOutcome usual = run_text(open_lab(run));
  const RunOutcome answered = run_text(open_lab(run + "knobs: {arp.unmapped: router}\n"));

  EXPECT_THAT(usual.steps.at(0).output, HasSubstr("Destination Host Unreachable"));
  EXPECT_THAT(answered.steps.at(0).output,
              AllOf(HasSubstr("100% packet loss"), Not(HasSubstr("Unreachable"))));
  EXPECT_EQ(fate_of(answered, 0).reason, "NO_SUCH_HOST");
  EXPECT_EQ(fate_of(answered, 1).reason, "RESERVED_ADDRESS");
}

}  // namespace
}  // namespace vpclab::scenario
