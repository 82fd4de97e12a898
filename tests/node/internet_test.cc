// Internet gateways, public addresses and the internet model behind them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/node/probes.h"

namespace vpclab::testing {
namespace {

/// One VPC with a gateway, a default route, and an instance that lets ICMP in from everywhere.
void make_public_vpc(ToyWorld& lab, int number = 1) {
  lab.make_vpc(number);
  lab.make_gateway(number);
  lab.route(number, "0.0.0.0/0", ToyWorld::via_gateway(number));
  lab.make_instance(number, number, fmt::format("10.{}.0.10", number));
  lab.allow_in(number, "0.0.0.0/0");
  lab.world.settle();
}

TEST(InternetGateway, LetsAMappedInstancePing) {  // IGW-2, IGW-3, CASE-17
  ToyWorld lab;
  make_public_vpc(lab);
  lab.make_elastic(1);
  lab.begin();

  EXPECT_EQ(lab.ping(1, "8.8.8.8", 5), "ok");
  EXPECT_EQ(lab.ping(1, "1.1.1.1", 5), "ok");
  EXPECT_EQ(lab.fates.dropped(), 0U);
  EXPECT_EQ(lab.world.packets().live(), 0U);
}

TEST(InternetGateway, ShowsThePublicAddressOutsideOnly) {  // IGW-3, CAP-1, CAP-2

  class Sources final : public trace::TraceSink {
   public:
    void record(const trace::TraceEvent& event) override {
      if (event.kind == trace::EventKind::kPassed && event.direction == trace::Direction::kOut) {
        const std::string source = to_string(wire::ipv4_source(event.bytes));
        if (event.tap.side == trace::Tap::Side::kInside) {
          inside = source;
        } else if (event.tap.side == trace::Tap::Side::kOutside) {
          outside = source;
        }
      }
    }

    std::string inside;
    std::string outside;
  };

  ToyWorld lab;
  make_public_vpc(lab);
  const std::string elastic = lab.make_elastic(1);
  lab.begin();
  Sources sources;
  lab.world.trace().add(sources);

  EXPECT_EQ(lab.ping(1, "8.8.8.8"), "ok");

  lab.world.trace().remove(sources);
  EXPECT_EQ(sources.inside, "10.1.0.10");
  EXPECT_EQ(sources.outside, elastic);
}

TEST(InternetGateway, WantsEveryPartOfTheMatrix) {  // CASE-17, IGW-2, IGW-4
  ToyWorld lab;
  lab.make_vpc(1);
  lab.make_instance(1, 1, "10.1.0.10");
  lab.allow_in(1, "0.0.0.0/0");
  lab.begin();
  EXPECT_EQ(lab.ping(1, "8.8.8.8"), "NO_ROUTE");
  lab.make_gateway(1);
  const std::string elastic = lab.make_elastic(1);
  EXPECT_EQ(lab.ping(1, "8.8.8.8"), "NO_ROUTE");
  node::InternetHost& outside = *lab.world.internet_host("outside");
  EXPECT_EQ(lab.ping(outside, elastic), "reply NO_ROUTE");  // IGW-7

  lab.route(1, "0.0.0.0/0", ToyWorld::via_gateway(1));
  EXPECT_EQ(lab.ping(1, "8.8.8.8"), "ok");
  EXPECT_EQ(lab.ping(outside, elastic), "ok");  // EIP-11
  const api::Reply refused =
      lab.try_aws(fmt::format("ec2 detach-internet-gateway --internet-gateway-id {} --vpc-id {}",
                              ToyWorld::gateway(1), ToyWorld::vpc(1)));
  EXPECT_FALSE(refused.has_value());  // IGW-9
  const auto* address = lab.world.control().inventory().elastic_addresses.find(
      *api::AllocationId::parse("eipalloc-00000001"));
  lab.aws("ec2 disassociate-address --association-id " + address->association.text());
  EXPECT_EQ(lab.ping(1, "8.8.8.8"), "IGW_NO_PUBLIC_IP");
  EXPECT_EQ(lab.ping(outside, elastic), "IGW_UNMAPPED");
  lab.aws(fmt::format("ec2 detach-internet-gateway --internet-gateway-id {} --vpc-id {}",
                      ToyWorld::gateway(1), ToyWorld::vpc(1)));
  EXPECT_EQ(lab.ping(1, "8.8.8.8"), "BLACKHOLE");  // RT-14, IGW-12
}

TEST(InternetGateway, KnowsNoPrivateAddressesOutside) {  // IGW-5, IGW-6, CASE-1 step 1
  ToyWorld lab;
  make_public_vpc(lab);
  const std::string elastic = lab.make_elastic(1);
  node::InternetHost& liar = lab.world.add_internet_host("liar", address("10.99.0.1"));
  lab.begin();

  EXPECT_EQ(lab.ping(1, "10.2.4.95"), "IGW_PRIVATE_DST");
  EXPECT_EQ(lab.ping(1, "100.64.0.1"), "IGW_PRIVATE_DST");
  EXPECT_EQ(lab.ping(liar, elastic), "IGW_PRIVATE_SRC");
}

TEST(InternetGateway, TakesOneFromTheTtlOfAHairpin) {  // IGW-8, SG-10
  ToyWorld lab;
  make_public_vpc(lab);
  lab.make_instance(2, 1, "10.1.0.11");
  lab.world.settle();
  lab.make_elastic(1);
  const std::string elastic = lab.make_elastic(2);
  lab.begin();

  EXPECT_EQ(lab.ping(1, elastic), "ok");
  EXPECT_EQ(lab.ttl, 126);
}

TEST(InternetGateway, KeepsItsAddressesFromWhoClaimsThemOutside) {  // FWD-4, EIP-11
  ToyWorld lab;
  make_public_vpc(lab);
  const std::string elastic = lab.make_elastic(1);
  lab.world.add_internet_host("squatter", address(elastic));
  lab.begin();

  EXPECT_EQ(lab.ping(*lab.world.internet_host("outside"), elastic), "ok");
  EXPECT_EQ(lab.ttl, 127 - 3);  // alice's, not the squatter's 64
}

TEST(InternetGateway, DropsWhatIsForAStoppedInstance) {  // IGW-6, FWD-4b, EIP-3
  ToyWorld lab;
  make_public_vpc(lab);
  const std::string elastic = lab.make_elastic(1);
  lab.begin();
  node::InternetHost& outside = *lab.world.internet_host("outside");
  ASSERT_EQ(lab.ping(outside, elastic), "ok");

  lab.aws("ec2 stop-instances --instance-ids " + ToyWorld::instance_id(1));
  lab.run_for(std::chrono::minutes(1));
  EXPECT_EQ(lab.ping(outside, elastic), "INSTANCE_NOT_RUNNING");
  lab.aws("ec2 start-instances --instance-ids " + ToyWorld::instance_id(1));
  lab.run_for(std::chrono::minutes(1));
  EXPECT_EQ(lab.ping(outside, elastic), "ok");  // CASE-1 step 14
}

TEST(InternetGateway, IsJudgedByTheGroupWithTheRealAddresses) {  // SG-9, EIP-11
  ToyWorld lab;
  lab.make_vpc(1);
  lab.make_gateway(1);
  lab.route(1, "0.0.0.0/0", ToyWorld::via_gateway(1));
  lab.make_instance(1, 1, "10.1.0.10");
  lab.world.settle();
  const std::string elastic = lab.make_elastic(1);
  lab.begin();
  node::InternetHost& outside = *lab.world.internet_host("outside");

  EXPECT_EQ(lab.ping(outside, elastic), "SG_INGRESS");
  lab.allow_in(1, to_string(outside.address()) + "/32");
  EXPECT_EQ(lab.ping(outside, elastic), "ok");
}

TEST(Internet, HasNobodyAtOtherAddresses) {
  ToyWorld lab;
  make_public_vpc(lab);
  lab.make_elastic(1);
  lab.world.add_internet_host("web", address("192.0.2.80"));
  lab.begin();

  EXPECT_EQ(lab.ping(1, "192.0.2.80"), "ok");
  EXPECT_EQ(lab.ping(1, "192.0.2.81"), "NO_SUCH_HOST");
  EXPECT_EQ(lab.log.last_drop.tap.side, trace::Tap::Side::kInternet);
}

TEST(Internet, AnswersTraceroute) {  // TTL-3, IGW-11, SG-25
  ToyWorld lab;
  make_public_vpc(lab);
  lab.make_elastic(1);
  lab.begin();

  for (const auto method : {app::TracerouteMethod::kIcmp, app::TracerouteMethod::kDefault}) {
    const auto lines = traceroute(lab, 1, "8.8.8.8", method);

    ASSERT_EQ(lines.size(), 5U);
    EXPECT_THAT(lines[1],
                ::testing::HasSubstr(" 1  100.65."));  // the provider's own; not the gateway
    EXPECT_THAT(lines[2], ::testing::HasSubstr(" 2  198.51.100.1 "));
    EXPECT_THAT(lines[3], ::testing::HasSubstr(" 3  192.0.2.1 "));
    EXPECT_THAT(lines[4], ::testing::HasSubstr(" 4  8.8.8.8 "));
  }
}

TEST(Internet, HasOneHopToAPeer) {  // TTL-1, TTL-2, TTL-5, CASE-1 step 11
  ToyWorld lab;
  make_open_lab(lab);
  lab.begin();

  const auto icmp = traceroute(lab, 1, "10.2.4.95", app::TracerouteMethod::kIcmp);
  ASSERT_EQ(icmp.size(), 2U);
  EXPECT_THAT(icmp[1], ::testing::HasSubstr(" 1  10.2.4.95 "));

  const auto udp = traceroute(lab, 1, "10.2.4.95", app::TracerouteMethod::kDefault);
  EXPECT_THAT(udp, ::testing::Contains(::testing::HasSubstr(" 6  *")));
  lab.allow_in(2, "10.1.0.0/16", "udp", "33434-33534");
  const auto admitted = traceroute(lab, 1, "10.2.4.95", app::TracerouteMethod::kDefault);
  ASSERT_EQ(admitted.size(), 2U);  // 3/3 ends it (ICMP-3)
  EXPECT_THAT(admitted[1], ::testing::HasSubstr(" 1  10.2.4.95 "));
}

}  // namespace
}  // namespace vpclab::testing
