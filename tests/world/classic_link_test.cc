// EC2-Classic and ClassicLink, packet by packet: CASE-2 and what it leaves out.
#include <gtest/gtest.h>

#include "emulator/node/classic_instance.h"
#include "tests/support/classic_world.h"

namespace vpclab::testing {
namespace {

constexpr std::string_view kA = "10.44.7.9";
constexpr std::string_view kB = "192.168.1.20";
constexpr std::string_view kC = "172.31.5.5";

TEST(ClassicLinkLab, OpensDirectionByDirection) {  // CASE-2 rows 1-6, FWD-8
  ClassicWorld lab;

  EXPECT_EQ(lab.ping(kClassicA, kB), "NO_ROUTE");  // row 1, CL-26
  EXPECT_EQ(lab.log.last_drop.sentence,
            "rtb-0000aa00, the main route table of vpc-f527be91, has no route over a peering "
            "connection to 192.168.1.20, and linked EC2-Classic instances use no other table "
            "(rtb-0000aa01 has one, in vain)");
  EXPECT_EQ(lab.ping(kInVpcB, kA), "NO_ROUTE");

  lab.set_requester_flag(true);  // rows 2 and 3
  EXPECT_EQ(lab.ping(kClassicA, kB), "NO_ROUTE");
  EXPECT_EQ(lab.ping(kInVpcB, kA), "NO_ROUTE");

  lab.add_main_route();                                  // row 4
  EXPECT_EQ(lab.ping(kClassicA, kB), "reply NO_ROUTE");  // CL-25
  EXPECT_EQ(lab.ping(kInVpcB, kA), "NO_ROUTE");

  lab.set_accepter_flag(true);  // row 5, CL-20
  EXPECT_EQ(lab.ping(kClassicA, kB, 3), "ok");
  EXPECT_EQ(lab.ttl, 127);  // PCX-36
  EXPECT_EQ(lab.ping(kInVpcB, kA, 3), "ok");

  lab.set_requester_flag(false);  // row 6
  EXPECT_EQ(lab.ping(kClassicA, kB), "CLASSICLINK_EGRESS_NOT_ALLOWED");
  EXPECT_EQ(lab.log.last_drop.tap.side, trace::Tap::Side::kCrossing);
  EXPECT_EQ(lab.ping(kInVpcB, kA), "reply CLASSICLINK_EGRESS_NOT_ALLOWED");
  EXPECT_EQ(lab.log.last_drop.sentence,
            "pcx-aaaabbbb carries nothing from EC2-Classic instances linked to vpc-f527be91: the "
            "option AllowEgressFromLocalClassicLinkToRemoteVpc of the requester's side of "
            "pcx-aaaabbbb is off");
}

TEST(ClassicLinkLab, ReachesLinkedInstancesAlone) {  // CASE-2 row 7, CL-23
  ClassicWorld lab;
  lab.finish();

  EXPECT_EQ(lab.ping(kInVpcB, "10.50.1.1"), "CLASSICLINK_NOT_LINKED");
  EXPECT_EQ(lab.log.last_drop.tap.side, trace::Tap::Side::kRouter);
  EXPECT_EQ(lab.log.last_drop.sentence,
            "no EC2-Classic instance with the address 10.50.1.1 (host-a2) is linked to "
            "vpc-f527be91 behind pcx-aaaabbbb");
  EXPECT_EQ(lab.ping(kInVpcA, "10.50.1.1"), "CLASSICLINK_NOT_LINKED");  // CL-17
  EXPECT_EQ(lab.ping(kInVpcA, "10.99.0.1"), "CLASSICLINK_NOT_LINKED");

  lab.link(kClassicA2);

  EXPECT_EQ(lab.ping(kInVpcB, "10.50.1.1"), "ok");
  EXPECT_EQ(lab.ping(kInVpcA, "10.50.1.1"), "ok");
}

TEST(ClassicLinkLab, LosesTheLinkAndTheAddressWithAStop) {  // CASE-2 row 8, CL-13, CL-30, CLC-2
  ClassicWorld lab;
  lab.finish();
  ASSERT_EQ(lab.ping(kInVpcB, kA), "ok");

  lab.a("ec2 stop-instances --instance-ids " + ToyWorld::instance_id(kClassicA));
  EXPECT_EQ(lab.ping(kInVpcB, kA), "CLASSICLINK_NOT_LINKED");
  lab.run_for(std::chrono::minutes(1));
  lab.a("ec2 start-instances --instance-ids " + ToyWorld::instance_id(kClassicA));
  lab.run_for(std::chrono::minutes(1));

  const std::string now = lab.address_of(kClassicA);
  EXPECT_NE(now, kA);
  EXPECT_EQ(lab.ping(kInVpcB, now), "CLASSICLINK_NOT_LINKED");
  EXPECT_EQ(lab.ping(kClassicA, kB), "NO_ROUTE");
  lab.link(kClassicA);
  EXPECT_EQ(lab.ping(kInVpcB, now), "ok");
  EXPECT_EQ(lab.ping(kClassicA, kB), "ok");
}

TEST(ClassicLinkLab, KeepsTheLinkOverAReboot) {  // CL-13
  ClassicWorld lab;
  lab.finish();

  lab.a("ec2 reboot-instances --instance-ids " + ToyWorld::instance_id(kClassicA));

  EXPECT_EQ(lab.ping(kInVpcB, kA), "ok");
  EXPECT_EQ(lab.ping(kClassicA, kB), "ok");
}

TEST(ClassicLinkLab, SendsToTheInternetByItsOwnPublicAddress) {  // CASE-2 row 9, CL-18, FWD-7.3
  ClassicWorld lab;
  lab.finish();
  lab.a("ec2 create-internet-gateway", "igw-0000aa01");
  lab.a(fmt::format("ec2 attach-internet-gateway --internet-gateway-id igw-0000aa01 --vpc-id {}",
                    kVpcA));
  lab.a(
      fmt::format("ec2 create-route --route-table-id {} --destination-cidr-block 0.0.0.0/0 "
                  "--gateway-id igw-0000aa01",
                  kMainA));

  EXPECT_EQ(lab.ping(kClassicA, "8.8.8.8"), "ok");
  EXPECT_EQ(lab.ping(kClassicA2, "8.8.8.8"), "ok");

  const std::string publicly =
      to_string(lab.world.control()
                    .inventory()
                    .instances.get(*api::InstanceId::parse(ToyWorld::instance_id(kClassicA)))
                    .classic->public_address);
  EXPECT_EQ(lab.ping(*lab.world.internet_host("outside"), publicly), "ok");
  EXPECT_EQ(lab.ping(kClassicA2, publicly), "ok");  // by the region's border and back
}

TEST(ClassicLinkLab, LetsVpcInstancesOfBothSidesTalkAsEver) {  // CASE-2 row 14, FWD-8
  ClassicWorld lab;
  lab.finish();

  EXPECT_EQ(lab.ping(kInVpcA, kB), "ok");
  EXPECT_EQ(lab.ping(kInVpcA, kA), "ok");
  EXPECT_EQ(lab.ping(kClassicA, kC), "ok");  // CL-16, FWD-7.1
  EXPECT_EQ(lab.ping(kInVpcB, kC), "ok");
}

TEST(ClassicLinkLab, TalksInsideEc2ClassicWithoutTheVpc) {  // CL-15, CL-28
  ClassicWorld lab;
  lab.finish();
  lab.link(kClassicA2);

  EXPECT_EQ(lab.ping(kClassicA, "10.50.1.1"), "ok");  // classic groups, not the link's

  lab.a(
      fmt::format("ec2 revoke-security-group-ingress --group-id {} --protocol icmp --port -1 "
                  "--cidr 0.0.0.0/0",
                  kClassicGroup));
  lab.run_for(std::chrono::minutes(1));  // SG-12: known flows go on for 30 s
  EXPECT_EQ(lab.ping(kClassicA, "10.50.1.1"), "SG_INGRESS");
  EXPECT_EQ(lab.log.last_drop.tap.side, trace::Tap::Side::kFilter);
  EXPECT_EQ(lab.ping(kInVpcB, kA), "ok");  // by the link's groups
}

TEST(ClassicLinkLab, JudgesTheLinkByItsGroupsInBothDirections) {  // CL-15, CL-27
  ClassicWorld lab;
  lab.finish();
  lab.a(
      fmt::format("ec2 revoke-security-group-ingress --group-id {} --protocol icmp --port -1 "
                  "--cidr 192.168.0.0/16",
                  kLinkGroup));
  EXPECT_EQ(lab.ping(kInVpcB, kA), "SG_INGRESS");
  EXPECT_EQ(lab.log.last_drop.tap,
            (trace::Tap{*api::InstanceId::parse(ToyWorld::instance_id(kClassicA)),
                        trace::Tap::Side::kClassicLink}));
  EXPECT_EQ(lab.ping(kClassicA, kB), "ok");  // SG-2: the answer belongs to a tracked flow

  lab.a(
      fmt::format("ec2 revoke-security-group-egress --group-id {} --protocol -1 "
                  "--cidr 0.0.0.0/0",
                  kLinkGroup));
  lab.run_for(std::chrono::minutes(1));
  EXPECT_EQ(lab.ping(kClassicA, kB), "SG_EGRESS");
  EXPECT_EQ(lab.ping(kClassicA, "10.50.1.1"), "ok");  // CLC-3: elsewhere nothing is held back
}

TEST(ClassicLinkLab, MatchesALinksGroupByThePrivateAddress) {  // CL-15, SG-10
  ClassicWorld lab;
  lab.a(
      fmt::format("ec2 revoke-security-group-ingress --group-id sg-0000aa02 --protocol icmp "
                  "--port -1 --cidr 0.0.0.0/0"));
  EXPECT_EQ(lab.ping(kClassicA, kC), "SG_INGRESS");

  lab.a(
      fmt::format("ec2 authorize-security-group-ingress --group-id sg-0000aa02 --protocol icmp "
                  "--port -1 --source-group {}",
                  kLinkGroup));

  EXPECT_EQ(lab.ping(kClassicA, kC), "ok");
}

TEST(ClassicLinkLab, KnowsNoNetworkAclOnTheInstancesSide) {  // CL-14, ACL-17
  ClassicWorld lab;
  lab.finish();
  const std::uint64_t before = lab.world.fabric().counters().acl_evaluations;

  ASSERT_EQ(lab.ping(kClassicA, kB), "ok");

  EXPECT_EQ(lab.world.fabric().counters().acl_evaluations - before, 2U);  // of b's subnet
}

TEST(ClassicLinkLab, StopsWithTheUnlinking) {  // CL-13, CL-30
  ClassicWorld lab;
  lab.finish();
  ASSERT_EQ(lab.ping(kClassicA, kC), "ok");

  lab.unlink(kClassicA);

  EXPECT_EQ(lab.ping(kInVpcA, kA), "CLASSICLINK_NOT_LINKED");
  EXPECT_EQ(lab.ping(kInVpcB, kA), "CLASSICLINK_NOT_LINKED");
  EXPECT_EQ(lab.ping(kClassicA, kC), "NO_ROUTE");
  EXPECT_EQ(lab.log.last_drop.sentence,
            "classic-0000000d (EC2-Classic in us-east-1) has no route to 172.31.5.5, and the "
            "instance with the address 10.44.7.9 (host-a) is linked to no VPC");  // FWD-7.3
}

TEST(ClassicLinkLab, StopsWithThePeering) {  // CL-30, PCX-9
  ClassicWorld lab;
  lab.finish();
  ASSERT_EQ(lab.ping(kClassicA, kB), "ok");

  lab.b(fmt::format("ec2 delete-vpc-peering-connection --vpc-peering-connection-id {}", kPcx));

  EXPECT_EQ(lab.ping(kClassicA, kB), "BLACKHOLE");
  EXPECT_EQ(lab.ping(kInVpcB, kA), "NO_ROUTE");  // the automatic route went with the option
  EXPECT_EQ(lab.ping(kInVpcA, kA), "ok");
}

TEST(ClassicLinkLab, CarriesNoMoreThanTheFarVpcsBlocks) {  // CL-27, PCX-22
  ClassicWorld lab;
  lab.finish();
  lab.a(
      fmt::format("ec2 create-route --route-table-id {} --destination-cidr-block "
                  "198.51.100.0/24 --vpc-peering-connection-id {}",
                  kMainA, kPcx));

  EXPECT_EQ(lab.ping(kClassicA, "198.51.100.10"), "PCX_DST_NOT_IN_PEER_CIDR");  // CL-18
  EXPECT_EQ(lab.ping(kClassicA2, "198.51.100.10"), "ok");
}

TEST(ClassicLinkLab, ForgetsFlowsWithTheLink) {  // CL-12, CL-13, SG-12
  ClassicWorld lab;
  app::PingOptions options;
  options.count = 6;
  app::Ping program(options, address(kA), std::string(kA));
  ASSERT_TRUE(program.start(lab.world.simulator().now(), lab.guest(kInVpcA).host()));
  lab.guest(kInVpcA).pump();
  lab.run_for(std::chrono::milliseconds(1500));
  lab.a(
      fmt::format("ec2 revoke-security-group-ingress --group-id {} --protocol icmp --port -1 "
                  "--cidr 172.31.0.0/16",
                  kLinkGroup));
  lab.run_for(std::chrono::seconds(1));
  EXPECT_TRUE(program.probe(3)->received);  // tracked

  lab.unlink(kClassicA);
  lab.run_for(std::chrono::seconds(1));
  EXPECT_EQ(lab.log.verdict(program.probe(4)->packet_id), "CLASSICLINK_NOT_LINKED");
  lab.link(kClassicA);
  lab.run_for(std::chrono::seconds(1));

  EXPECT_EQ(lab.log.verdict(program.probe(5)->packet_id), "SG_INGRESS");
}

}  // namespace
}  // namespace vpclab::testing
