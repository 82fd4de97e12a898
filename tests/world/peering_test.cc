// Pings across a peering connection, every packet accounted for.
#include <gtest/gtest.h>

#include "emulator/control/control_plane.h"
#include "tests/support/toy_world.h"

namespace vpclab::testing {
namespace {

TEST(PeeringLab, AnswersWhenEverythingIsSet) {  // CASE-1 step 10, FWD-8, TTL-2, PCX-36
  ToyWorld lab;
  make_open_lab(lab);
  lab.begin();

  EXPECT_EQ(lab.ping(1, "10.2.4.95", 10), "ok");
  EXPECT_EQ(lab.ttl, 127);  // INST-7: Amazon Linux 2023
  EXPECT_EQ(lab.ping(2, "10.1.6.33", 10), "ok");

  // 20 exchanges of 2 packets, and per host one ARP exchange of 2.
  EXPECT_EQ(lab.fates.sent(), 44U);
  EXPECT_EQ(lab.fates.consumed(), 42U);
  EXPECT_EQ(lab.fates.replaced(), 2U);
  EXPECT_EQ(lab.fates.dropped(), 0U);
  EXPECT_EQ(lab.fates.in_flight(), 0U);
  EXPECT_EQ(lab.world.packets().live(), 0U);
}

TEST(PeeringLab, CrossesSixLinksInAnExchange) {
  ToyWorld lab;
  make_open_lab(lab);
  lab.begin();
  ASSERT_EQ(lab.ping(1, "10.2.4.95"), "ok");
  const std::uint64_t events = lab.world.simulator().events_processed();
  const auto wakes_of_a_ping = 1U;  // the end of its count is known with the last reply

  ASSERT_EQ(lab.ping(1, "10.2.4.95"), "ok");

  EXPECT_LE(lab.world.simulator().events_processed() - events, 6U + wakes_of_a_ping);
}

TEST(PeeringLab, TakesAsLongAsInOneVpc) {  // PCX-20, TTL-6
  ToyWorld lab;
  make_open_lab(lab);
  lab.begin();

  for (int i = 0; i < 50; ++i) {
    ASSERT_EQ(lab.ping(1, "10.2.4.95"), "ok");
    EXPECT_GE(lab.rtt, std::chrono::microseconds(200));
    EXPECT_LE(lab.rtt, std::chrono::microseconds(620));
  }
}

TEST(PeeringLab, FailsForOneReasonAfterTheOther) {  // CASE-1
  ToyWorld lab;
  lab.make_vpc(1);
  lab.make_vpc(2);
  lab.make_gateway(1);
  lab.make_gateway(2);
  lab.route(1, "0.0.0.0/0", ToyWorld::via_gateway(1));
  lab.route(2, "0.0.0.0/0", ToyWorld::via_gateway(2));
  lab.make_instance(1, 1, "10.1.6.33");
  lab.make_instance(2, 2, "10.2.4.95");
  lab.begin();

  EXPECT_EQ(lab.ping(1, "10.2.4.95"), "IGW_NO_PUBLIC_IP");  // step 1, IGW-4

  lab.aws(fmt::format("ec2 create-vpc-peering-connection --vpc-id {} --peer-vpc-id {}",
                      ToyWorld::vpc(1), ToyWorld::vpc(2)),
          ToyWorld::peering(1));
  lab.run_for(std::chrono::seconds(1));
  lab.route(1, "10.2.0.0/16", ToyWorld::via_peering(1));
  EXPECT_EQ(lab.ping(1, "10.2.4.95"), "BLACKHOLE");  // step 3, RT-18

  lab.aws("ec2 accept-vpc-peering-connection --vpc-peering-connection-id " + ToyWorld::peering(1));
  EXPECT_EQ(lab.ping(1, "10.2.4.95"), "BLACKHOLE");  // PCX-4: provisioning
  lab.run_for(std::chrono::seconds(2));
  EXPECT_EQ(lab.ping(1, "10.2.4.95"), "SG_INGRESS");  // step 6
  EXPECT_EQ(lab.log.last_drop.tap.side, trace::Tap::Side::kFilter);

  lab.allow_in(2, "10.1.0.0/16");
  EXPECT_EQ(lab.ping(1, "10.2.4.95"), "reply IGW_NO_PUBLIC_IP");  // step 9

  lab.route(2, "10.1.0.0/16", ToyWorld::via_peering(1));
  EXPECT_EQ(lab.ping(1, "10.2.4.95"), "ok");  // step 10
  EXPECT_EQ(lab.ttl, 127);
  EXPECT_EQ(lab.ping(2, "10.1.6.33"), "SG_INGRESS");  // step 12

  lab.aws("ec2 delete-vpc-peering-connection --vpc-peering-connection-id " + ToyWorld::peering(1));
  EXPECT_EQ(lab.ping(1, "10.2.4.95"), "BLACKHOLE");  // step 15, PCX-9, RT-16
}

TEST(PeeringLab, ChangesTakeEffectBetweenTwoPackets) {  // RT-26
  ToyWorld lab;
  make_open_lab(lab);
  lab.begin();
  ASSERT_EQ(lab.ping(1, "10.2.4.95"), "ok");

  lab.aws(fmt::format("ec2 delete-route --route-table-id {} --destination-cidr-block 10.2.0.0/16",
                      ToyWorld::table(1)));
  EXPECT_EQ(lab.ping(1, "10.2.4.95"), "NO_ROUTE");
  lab.route(1, "10.2.0.0/16", ToyWorld::via_peering(1));
  EXPECT_EQ(lab.ping(1, "10.2.4.95"), "ok");
}

TEST(PeeringLab, IsNotTransitive) {  // CASE-4, PCX-24
  ToyWorld lab;
  make_open_lab(lab);
  lab.make_vpc(3);
  lab.make_instance(3, 3, "10.3.0.9");
  lab.make_peering(2, 1, 3);
  lab.route(2, "10.3.0.0/16", ToyWorld::via_peering(1));
  lab.begin();

  EXPECT_EQ(lab.ping(2, "10.3.0.9"), "PCX_DST_NOT_IN_PEER_CIDR");
  EXPECT_EQ(lab.log.last_drop.tap.side, trace::Tap::Side::kCrossing);
  EXPECT_EQ(lab.log.last_drop.code, "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR");
}

TEST(PeeringLab, LoosesTheReplyWithoutARouteBack) {  // PCX-26, CASE-13
  ToyWorld lab;
  make_peering_lab(lab);
  lab.route(1, "10.2.0.0/16", ToyWorld::via_peering(1));
  lab.allow_in(2, "10.1.0.0/16");
  lab.begin();

  EXPECT_EQ(lab.ping(1, "10.2.4.95"), "reply NO_ROUTE");
}

TEST(PeeringLab, FindsNobodyAtAnAddressOfThePeer) {  // PCX-23
  ToyWorld lab;
  make_open_lab(lab);
  lab.begin();

  EXPECT_EQ(lab.ping(1, "10.2.4.96"), "NO_SUCH_HOST");
  EXPECT_EQ(lab.ping(1, "10.2.0.1"), "RESERVED_ADDRESS");  // PCX-32, SUB-2
  EXPECT_EQ(lab.ping(1, "10.2.0.2"), "RESERVED_ADDRESS");
}

TEST(PeeringLab, GoesOnWhileItsRuleIsGone) {  // SG-12, CASE-15
  ToyWorld lab;
  make_open_lab(lab);
  lab.begin();
  app::PingOptions options;
  app::Ping running(options, address("10.2.4.95"), "10.2.4.95");
  ASSERT_TRUE(running.start(lab.world.simulator().now(), lab.guest(1).host()));
  lab.guest(1).pump();
  lab.run_for(std::chrono::milliseconds(3'500));

  lab.aws(
      fmt::format("ec2 revoke-security-group-ingress --group-id {} --protocol icmp --port -1 "
                  "--cidr 10.1.0.0/16",
                  ToyWorld::group(2)));
  lab.run_for(std::chrono::seconds(60));
  running.interrupt(lab.world.simulator().now());

  EXPECT_EQ(running.statistics().transmitted, running.statistics().received);
  EXPECT_EQ(lab.ping(1, "10.2.4.95"), "SG_INGRESS");  // another identifier, another flow
}

TEST(PeeringLab, GivesTheSameRunTwice) {
  const auto run = [](std::uint64_t seed) {
    world::WorldOptions options;
    options.seed = seed;
    ToyWorld lab(options);
    make_open_lab(lab);
    lab.begin();
    std::vector<Duration> times;
    for (int i = 0; i < 10; ++i) {
      EXPECT_EQ(lab.ping(1, "10.2.4.95"), "ok");
      times.push_back(lab.rtt);
    }
    return times;
  };

  const auto first = run(7);
  EXPECT_EQ(run(7), first);
  EXPECT_NE(run(8), first);
}

TEST(PeeringLab, NotesCallsAndStates) {
  ToyWorld lab;
  make_open_lab(lab);

  EXPECT_THAT(lab.log.notes,
              ::testing::Contains(::testing::HasSubstr("api CreateVpc CidrBlock=10.1.0.0/16")));
  EXPECT_THAT(lab.log.notes, ::testing::Contains("state pcx-00000001 provisioning -> active"));
}

}  // namespace
}  // namespace vpclab::testing
