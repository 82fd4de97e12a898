// Where a path leaves the domain of 9001-byte packets (MTU-1…4, CASE-9, CASE-25).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/node/probes.h"
#include "tests/support/classic_world.h"

namespace vpclab::testing {
namespace {

using ::testing::HasSubstr;

app::PingOptions sized(std::uint32_t size,
                       host::PathMtuDiscovery discovery = host::PathMtuDiscovery::kDo) {
  app::PingOptions options;
  options.size = size;
  options.discovery = discovery;
  return options;
}

/// CASE-25's i1: a public instance with an Elastic IP address in 10.1.0.0/20.
struct PublicLab : ToyWorld {
  PublicLab() {
    make_vpc(1);
    make_gateway(1);
    route(1, "0.0.0.0/0", via_gateway(1));
    make_instance(1, 1, "10.1.6.33");
    world.settle();
    make_elastic(1);
    begin();
  }

  std::uint16_t path_mtu(std::string_view to) {
    return guest(1).host().path_mtu(world.simulator().now(), address(to));
  }
};

TEST(PathMtu, IsToldByTheSubnetsRouterAtTheGateway) {  // CASE-25, MTU-2, MTU-3, ICMP-2
  PublicLab lab;
  EXPECT_EQ(lab.ping(1, "8.8.8.8", 1, sized(1'472)), "ok");

  EXPECT_EQ(lab.ping(1, "8.8.8.8", 1, sized(1'473)), "MTU_DF");

  EXPECT_EQ(lab.error_from, address("10.1.0.1"));
  EXPECT_EQ(lab.error_type, 3);
  EXPECT_EQ(lab.path_mtu("8.8.8.8"), 1'500);
  EXPECT_EQ(lab.path_mtu("1.1.1.1"), 9'001);
  EXPECT_THAT(lab.log.last_drop.sentence, HasSubstr("1500"));
  // No group lets anything in: the error is the answer to a tracked flow (SG-25).
  EXPECT_EQ(lab.ping(1, "8.8.8.8", 1, sized(1'473)), "in flight");  // the host itself refuses
  EXPECT_EQ(lab.fates.dropped(), 1U);
}

TEST(PathMtu, IsNotToldWhereAnAclStandsBefore) {  // MTU-4, ACL-14
  PublicLab lab;
  const auto& inventory = lab.world.control().inventory();
  const auto& subnet = inventory.subnets.get(*api::SubnetId::parse(ToyWorld::subnet(1)));
  lab.aws(
      fmt::format("ec2 create-network-acl-entry --network-acl-id {} --rule-number 50 "
                  "--protocol icmp --icmp-type-code Type=3,Code=4 --rule-action deny "
                  "--cidr-block 0.0.0.0/0 --ingress",
                  subnet.network_acl.text()));

  EXPECT_EQ(lab.ping(1, "8.8.8.8", 1, sized(1'473)), "MTU_DF");

  EXPECT_EQ(lab.log.last_drop.what, "NACL_INGRESS");  // of the error
  EXPECT_EQ(lab.path_mtu("8.8.8.8"), 9'001);
}

TEST(PathMtu, IsKeptByCuttingWhatMayBeCut) {  // MTU-3
  PublicLab lab;
  TapLog outside(lab, trace::Tap::Side::kOutside);

  EXPECT_EQ(lab.ping(1, "8.8.8.8", 1, sized(3'000, host::PathMtuDiscovery::kDont)), "ok");

  std::size_t pieces = 0;
  for (const TapLog::Seen& packet : outside.seen) {
    if (packet.kind == trace::EventKind::kSent) {
      EXPECT_LE(packet.bytes.size(), 1'500U);
      ++pieces;
    }
  }
  EXPECT_EQ(pieces, 3U);  // of 3,028 bytes; the answer comes in pieces of its own
  EXPECT_EQ(lab.fates.dropped(), 0U);
  EXPECT_EQ(lab.world.packets().live(), 0U);
}

TEST(PathMtu, IsThatOfTheInterfacesWithinARegion) {  // MTU-1, PCX-34, CASE-9
  ToyWorld lab;
  make_open_lab(lab);
  lab.begin();

  EXPECT_EQ(lab.ping(1, "10.2.4.95", 1, sized(8'973)), "ok");
  EXPECT_EQ(lab.ping(1, "10.2.4.95", 1, sized(8'974)), "in flight");  // message too long
  EXPECT_EQ(lab.fates.dropped(), 0U);
}

/// VPC 1 in us-east-1 and VPC 2 in eu-west-1, peered, everything open.
struct FarLab : ToyWorld {
  explicit FarLab(const world::WorldOptions& options = {}) : ToyWorld(options) {
    make_vpc(1);
    make_instance(1, 1, "10.1.6.33");
    allow_in(1, "10.2.0.0/16");
    const std::string home = caller.region;
    caller.region = "eu-west-1";
    make_vpc_here(2);
    caller.region = home;
    aws(fmt::format("ec2 create-vpc-peering-connection --vpc-id {} --peer-vpc-id {} "
                    "--peer-region eu-west-1",
                    vpc(1), vpc(2)),
        peering(1));
    world.settle();
    caller.region = "eu-west-1";
    aws("ec2 accept-vpc-peering-connection --vpc-peering-connection-id " + peering(1));
    world.settle();
    route(2, "10.1.0.0/16", via_peering(1));
    caller.region = home;
    route(1, "10.2.0.0/16", via_peering(1));
    begin();
  }

  void make_vpc_here(int number) {
    aws(fmt::format("ec2 create-vpc --cidr-block 10.{}.0.0/16", number), vpc(number));
    aws(fmt::format("ec2 create-subnet --vpc-id {} --cidr-block 10.{}.0.0/20", vpc(number), number),
        subnet(number));
    aws("ec2 create-route-table --vpc-id " + vpc(number), table(number));
    aws(fmt::format("ec2 associate-route-table --route-table-id {} --subnet-id {}", table(number),
                    subnet(number)));
    aws("ec2 create-security-group --group-name g --description d --vpc-id " + vpc(number),
        group(number));
    allow_in(number, "10.1.0.0/16");
    make_instance(number, number, fmt::format("10.{}.4.95", number));
  }
};

TEST(PathMtu, IsSmallerBetweenRegions) {  // PCX-19, MTU-2, CASE-25
  FarLab lab;
  EXPECT_EQ(lab.ping(1, "10.2.4.95", 1, sized(1'472)), "ok");

  EXPECT_EQ(lab.ping(1, "10.2.4.95", 1, sized(1'473)), "MTU_DF");

  EXPECT_EQ(lab.error_from, address("10.1.0.1"));
  EXPECT_THAT(lab.log.last_drop.sentence, HasSubstr(ToyWorld::peering(1)));
  EXPECT_EQ(lab.ping(2, "10.1.6.33", 1, sized(1'473)), "MTU_DF");  // from the other side too
  EXPECT_EQ(lab.ping(1, "10.2.4.95", 1, sized(3'000, host::PathMtuDiscovery::kDont)), "ok");
}

TEST(PathMtu, BetweenRegionsIsAKnob) {  // pcx.interregion_mtu
  world::WorldOptions options;
  options.fabric.nodes.interregion_mtu = 8'500;
  FarLab lab(options);

  EXPECT_EQ(lab.ping(1, "10.2.4.95", 1, sized(8'472)), "ok");
  EXPECT_EQ(lab.ping(1, "10.2.4.95", 1, sized(8'473)), "MTU_DF");
}

TEST(PathMtu, IsSmallerOverAClassicLink) {  // MTU-2
  ClassicWorld lab;
  lab.finish();
  constexpr std::string_view kLinked = "10.44.7.9";
  EXPECT_EQ(lab.ping(kInVpcA, kLinked, 1, sized(1'472)), "ok");

  EXPECT_EQ(lab.ping(kInVpcA, kLinked, 1, sized(1'473)), "MTU_DF");  // FWD-2.2a
  EXPECT_EQ(lab.error_type, 3);
  EXPECT_EQ(lab.ping(kInVpcB, kLinked, 1, sized(1'473)), "MTU_DF");  // FWD-2.2b
  EXPECT_EQ(lab.error_type, 3);
  EXPECT_EQ(lab.ping(kInVpcB, kLinked, 1, sized(3'000, host::PathMtuDiscovery::kDont)), "ok");
  EXPECT_EQ(lab.ping(kClassicA, "192.168.1.20", 1, sized(3'000, host::PathMtuDiscovery::kWant)),
            "ok");  // its own interface carries 1500 (MTU-1)
}

}  // namespace
}  // namespace vpclab::testing
