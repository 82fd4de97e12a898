// Each knob of a scenario changes what its rule says it changes (aws-semantics section 22).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/scenario/settings.h"
#include "emulator/trace/fate_counter.h"
#include "emulator/world/world.h"
#include "tests/scenario/run_support.h"

namespace vpclab::scenario {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

/// The open lab with a knob set.
std::string lab_with(const std::string& knob, const std::string& rest) {
  return open_lab("knobs: {" + knob + "}\n" + rest);
}

const PingOutcome& ping_of(const RunOutcome& outcome, std::size_t step) {
  return std::get<PingOutcome>(outcome.steps.at(step).result);
}

TEST(Knobs, SayWhatTheyExpect) {
  Settings settings;

  EXPECT_EQ(set_knob(settings, "sg.icmp_errors", "maybe"), "expected related or strict");
  EXPECT_EQ(set_knob(settings, "sg.icmp_idle_s", "0"),
            "expected a number of seconds between 1 and 86400");
  EXPECT_EQ(set_knob(settings, "filter.fragments", "all"), "expected datagram or first-only");
  EXPECT_EQ(set_knob(settings, "ttl.igw_hairpin_decrement", "256"),
            "expected a number between 0 and 255");
  EXPECT_EQ(set_knob(settings, "pcx.duplicate_error_at", "never"), "expected create or accept");
}

TEST(Knobs, LimitWhatMustSettleBeforeTheRun) {  // NAT-1, API-6
  Settings settings;

  EXPECT_EQ(set_knob(settings, "nat.available_delay", "1m"), "");
  EXPECT_EQ(set_knob(settings, "nat.available_delay", "61s"),
            "expected a time span of at most 1m, such as 500ms or 2s");
  EXPECT_EQ(set_knob(settings, "nat.deleted_visible", "30d"), "");
}

TEST(Knobs, DecideWhetherErrorsAreRelated) {  // SG-25: sg.icmp_errors
  const std::string lab = R"(
security_groups:
  asks: {vpc: a, egress: [udp to 10.2.0.0/16]}
  answers: {vpc: b, ingress: [udp from any]}
instances:
  asker: {subnet: a.s, security_groups: [asks]}
  target: {subnet: b.s, security_groups: [answers]}
run:
  - traceroute: {from: asker, to: target, queries: 1, max_hops: 1, numeric: true}
)";
  const std::string network = R"(schema: 1
vpcs: {a: {cidr: 10.1.0.0/16, subnets: {s: 10.1.0.0/24}}, b: {cidr: 10.2.0.0/16, subnets: {s: 10.2.0.0/24}}}
peering_connections: {pcx: {requester: a, accepter: b, accepted: true}}
route_tables: {a.main: {routes: {10.2.0.0/16: pcx}}, b.main: {routes: {10.1.0.0/16: pcx}}}
)";

  const RunOutcome related = run_text(network + lab);
  const RunOutcome by_rules = run_text(network + "knobs: {sg.icmp_errors: strict}\n" + lab);

  EXPECT_TRUE(std::get<TracerouteOutcome>(related.steps.at(0).result).reached);
  const auto& lost = std::get<TracerouteOutcome>(by_rules.steps.at(0).result);
  EXPECT_FALSE(lost.reached);
  ASSERT_TRUE(lost.probes.at(0).fate.has_value());
  EXPECT_EQ(lost.probes[0].fate->reason, "SG_INGRESS");
  EXPECT_EQ(lost.probes[0].fate->packet, LostPacket::kReply);
  EXPECT_THAT(lost.probes[0].fate->sentence, HasSubstr("a request that met no-listener"));
}

TEST(Knobs, DecideHowLongAPingIsRemembered) {  // SG-23: sg.icmp_idle_s
  const std::string lab = R"(schema: 1
vpcs: {v: {cidr: 10.1.0.0/16, subnets: {s: 10.1.0.0/24}}}
security_groups:
  asks: {vpc: v, egress: [icmp 8 to 10.1.0.0/16]}
  answers: {vpc: v, ingress: [icmp 8 from any]}
instances:
  near: {subnet: v.s, security_groups: [asks]}
  far: {subnet: v.s, security_groups: [answers]}
links: {far: {delay: 2s}}
run:
  - ping: {from: near, to: far, count: 1, timeout: 20s}
)";

  const RunOutcome usual = run_text(lab);
  const RunOutcome forgetful = run_text(lab + "knobs: {sg.icmp_idle_s: 1}\n");

  EXPECT_EQ(ping_of(usual, 0).received, 1U);
  ASSERT_EQ(ping_of(forgetful, 0).received, 0U);
  EXPECT_EQ(ping_of(forgetful, 0).probes.at(0).fate->reason, "SG_INGRESS");
  EXPECT_EQ(ping_of(forgetful, 0).probes.at(0).fate->packet, LostPacket::kReply);
}

/// How many packets a scenario's run loses for a reason.
std::uint64_t drops_in(const std::string& text, trace::DropReason reason) {
  const Opened opened = open(Source{"test.vpclab.yaml", text}, {});
  EXPECT_NE(opened.session, nullptr) << text;
  trace::FateCounter counter;
  opened.session->world().trace().add(counter);
  static_cast<void>(opened.session->run({}));
  opened.session->world().trace().remove(counter);
  return counter.dropped(reason);
}

TEST(Knobs, DecideWhetherFragmentsShareAFate) {  // SG-27: filter.fragments
  const std::string lab = R"(schema: 1
vpcs: {v: {cidr: 10.1.0.0/16, subnets: {s: 10.1.0.0/24}}}
security_groups: {closed: {vpc: v}}
instances: {near: {subnet: v.s}, far: {subnet: v.s, security_groups: [closed]}}
run:
  - ping: {from: near, to: far, count: 1, size: 20000}
)";

  EXPECT_EQ(drops_in(lab, trace::DropReason::kSgIngress), 3U);
  EXPECT_EQ(
      drops_in(lab + "knobs: {filter.fragments: first-only}\n", trace::DropReason::kSgIngress), 1U);
}

TEST(Knobs, DecideWhatAHairpinCosts) {  // IGW-8: ttl.igw_hairpin_decrement
  const std::string lab = R"(schema: 1
vpcs:
  a: {cidr: 10.1.0.0/16, internet_gateway: true, subnets: {s: 10.1.0.0/24}}
  b: {cidr: 10.2.0.0/16, internet_gateway: true, subnets: {s: 10.2.0.0/24}}
route_tables: {a.main: {routes: {0.0.0.0/0: igw}}, b.main: {routes: {0.0.0.0/0: igw}}}
security_groups: {b.default: {ingress: icmp from any}}
instances: {alice: {subnet: a.s, elastic_ip: true}, bob: {subnet: b.s, elastic_ip: true}}
run:
  - ping: {from: alice, to: bob.public_ip, count: 1}
)";

  const RunOutcome usual = run_text(lab);
  const RunOutcome dear = run_text(lab + "knobs: {ttl.igw_hairpin_decrement: 3}\n");

  ASSERT_EQ(ping_of(usual, 0).received, 1U);
  ASSERT_EQ(ping_of(dear, 0).received, 1U);
  EXPECT_EQ(ping_of(usual, 0).probes.at(0).ttl, ping_of(dear, 0).probes.at(0).ttl + 2);
}

TEST(Knobs, DecideWhatAnInterRegionPeeringCarries) {  // PCX-19: pcx.interregion_mtu
  const std::string lab = R"(schema: 1
vpcs:
  a: {cidr: 10.1.0.0/16, subnets: {s: 10.1.0.0/24}}
  b: {cidr: 10.2.0.0/16, region: us-west-2, subnets: {s: {cidr: 10.2.0.0/24, zone: us-west-2a}}}
peering_connections: {pcx: {requester: a, accepter: b, accepted: true}}
route_tables: {a.main: {routes: {10.2.0.0/16: pcx}}, b.main: {routes: {10.1.0.0/16: pcx}}}
security_groups: {b.default: {ingress: icmp from 10.1.0.0/16}}
instances: {alice: {subnet: a.s}, bob: {subnet: b.s}}
run:
  - ping: {from: alice, to: bob, count: 1, size: 2000, pmtu: do}
)";

  const RunOutcome usual = run_text(lab);
  const RunOutcome wide = run_text(lab + "knobs: {pcx.interregion_mtu: 8500}\n");

  EXPECT_EQ(ping_of(usual, 0).received, 0U);
  EXPECT_EQ(ping_of(wide, 0).received, 1U);
}

TEST(Knobs, WarnOfMixedFamiliesOrRefuseThem) {  // VPC-10: vpc.family_rules
  const std::string network = R"(schema: 1
vpcs: {v: {cidr: 10.1.0.0/16, secondary_cidrs: [192.168.0.0/16]}}
)";
  const std::string later = R"(schema: 1
vpcs: {v: 10.1.0.0/16}
run:
  - associate_vpc_cidr_block: {VpcId: v, CidrBlock: 192.168.0.0/16}
)";
  const auto opened = [](const std::string& text) {
    return open(Source{"test.vpclab.yaml", text}, {});
  };

  const Opened warned = opened(network);
  ASSERT_NE(warned.session, nullptr);
  EXPECT_THAT(warned.diagnostics.render(warned.session->source()),
              HasSubstr("test.vpclab.yaml:2:49: warning: AWS once refused"));
  const Opened silent = opened(network + "knobs: {vpc.family_rules: ignore}\n");
  ASSERT_NE(silent.session, nullptr);
  EXPECT_FALSE(silent.diagnostics.has_warnings());
  EXPECT_EQ(opened(network + "knobs: {vpc.family_rules: enforce}\n").session, nullptr);

  const RunOutcome outcome = run_text(later);
  EXPECT_TRUE(outcome.all_well());
  EXPECT_THAT(std::get<ApiOutcome>(outcome.steps.at(0).result).warnings,
              ElementsAre(EndsWith("(VPC-10)")));
}

TEST(Knobs, DecideWhenASecondPeeringIsRefused) {  // PCX-5: pcx.duplicate_error_at
  const std::string run = R"(
run:
  - {name: again, create_vpc_peering_connection: {VpcId: a, PeerVpcId: b}REFUSED_AT_ONCE}
)";
  const auto with = [&run](const std::string& ending) {
    std::string text = run;
    const std::string mark = "REFUSED_AT_ONCE";
    return text.replace(text.find(mark), mark.size(), ending);
  };

  EXPECT_TRUE(
      run_text(open_lab(with(", expect_error: VpcPeeringConnectionAlreadyExists"))).all_well());
  const RunOutcome late = run_text(lab_with("pcx.duplicate_error_at: accept", with("") + R"(
  - wait: settled
  - {accept_vpc_peering_connection: again, expect_error: VpcPeeringConnectionAlreadyExists}
)"));
  EXPECT_TRUE(late.all_well());
}

}  // namespace
}  // namespace vpclab::scenario
