// NAT instances: forwarding guests that masquerade (NAT-13, CASE-23).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/node/probes.h"

namespace vpclab::testing {
namespace {

using ::testing::HasSubstr;

/// CASE-23: i-3 in the public subnet with an Elastic IP address; i-1 in the private one, whose
/// table leads to i-3.
struct NatInstanceLab : ToyWorld {
  NatInstanceLab() {
    make_vpc(1);
    make_subnet(1, 1, "10.1.16.0/20");
    make_gateway(1);
    route(1, "0.0.0.0/0", via_gateway(1));
    make_instance(1, 1, "10.1.16.10", 1);
    make_instance(3, 1, "10.1.0.30");
    allow_in(1, "10.1.0.0/16", "-1");
    world.settle();
    make_elastic(3);
    route(1, "0.0.0.0/0", "--instance-id " + instance_id(3), 1);
    begin();
  }

  node::Instance& appliance() { return dynamic_cast<node::Instance&>(guest(3)); }

  void open() {
    aws("ec2 modify-instance-attribute --no-source-dest-check --instance-id " + instance_id(3));
    appliance().set_ip_forward(true);
    appliance().set_masquerade(true);
  }
};

TEST(NatInstance, NeedsAllOfItsParts) {  // CASE-23, NAT-13
  NatInstanceLab lab;
  EXPECT_EQ(lab.ping(1, "8.8.8.8"), "SRC_DST_CHECK");
  lab.aws("ec2 modify-instance-attribute --no-source-dest-check --instance-id " +
          ToyWorld::instance_id(3));
  EXPECT_EQ(lab.ping(1, "8.8.8.8"), "not-for-me");
  lab.appliance().set_ip_forward(true);
  EXPECT_EQ(lab.ping(1, "8.8.8.8"), "IGW_NO_PUBLIC_IP");  // under the client's own address
  lab.appliance().set_masquerade(true);

  EXPECT_EQ(lab.ping(1, "8.8.8.8", 3), "ok");

  EXPECT_EQ(lab.ttl, 64 - 3 - 1);  // TTL-4
  EXPECT_EQ(lab.world.packets().live(), 0U);
}

TEST(NatInstance, IsAHop) {  // TTL-4
  NatInstanceLab lab;
  lab.open();

  const auto lines = traceroute(lab, 1, "8.8.8.8", app::TracerouteMethod::kIcmp);

  ASSERT_EQ(lines.size(), 6U);
  EXPECT_THAT(lines[1], HasSubstr(" 1  10.1.0.30 "));
  EXPECT_THAT(lines[2], HasSubstr(" 2  100.65."));
  EXPECT_THAT(lines[5], HasSubstr(" 5  8.8.8.8 "));
}

TEST(NatInstance, CarriesFragmentsOfEveryProtocol) {  // unlike a NAT gateway (NAT-4)
  NatInstanceLab lab;
  lab.open();
  app::PingOptions options;
  options.size = 10'000;

  EXPECT_EQ(lab.ping(1, "8.8.8.8", 1, options), "ok");
}

TEST(NatInstance, HandsItsClientAPathMtu) {  // MTU-3, ICMP-2 by way of the instance
  NatInstanceLab lab;
  lab.open();
  app::PingOptions options;
  options.size = 2'000;
  options.discovery = host::PathMtuDiscovery::kDo;

  EXPECT_EQ(lab.ping(1, "8.8.8.8", 1, options), "MTU_DF");

  EXPECT_EQ(lab.error_from, address("10.1.0.1"));  // the router, in the instance's subnet
  EXPECT_EQ(lab.error_type, 3);
  EXPECT_EQ(lab.guest(1).host().path_mtu(lab.world.simulator().now(), address("8.8.8.8")), 1'500);
}

TEST(NatInstance, ServesNobodyInAPeer) {  // CASE-6, PCX-24
  NatInstanceLab lab;
  lab.open();
  lab.make_vpc(2);
  lab.make_instance(2, 2, "10.2.0.10");
  lab.aws(fmt::format("ec2 create-vpc-peering-connection --vpc-id {} --peer-vpc-id {}",
                      ToyWorld::vpc(2), ToyWorld::vpc(1)),
          ToyWorld::peering(1));
  lab.run_for(std::chrono::minutes(1));
  lab.aws("ec2 accept-vpc-peering-connection --vpc-peering-connection-id " + ToyWorld::peering(1));
  lab.route(2, "203.0.113.0/24", ToyWorld::via_peering(1));
  lab.run_for(std::chrono::minutes(1));

  EXPECT_EQ(lab.ping(2, "203.0.113.9"), "PCX_DST_NOT_IN_PEER_CIDR");
}

TEST(NatInstance, HasTheMacAddressThatItsNeighboursSee) {  // L2-1, L2-2
  NatInstanceLab lab;
  lab.open();
  lab.make_instance(4, 1, "10.1.0.40");  // beside the appliance
  lab.run_for(std::chrono::minutes(1));
  TapLog guest(lab, trace::Tap::Side::kGuest);
  const dataplane::VpcTables& tables = interface_of(lab, 3).router().tables();

  // What the appliance forwards for strangers, within its own subnet and to another.
  send_raw(lab, 3, icmp(address("10.1.0.77"), address("10.1.0.40"), 8));
  send_raw(lab, 3, icmp(address("10.1.16.77"), address("10.1.16.10"), 8));
  send_raw(lab, 3, icmp(address("10.1.16.10"), address("10.1.0.40"), 8));
  lab.run_for(std::chrono::seconds(1));

  std::vector<wire::MacAddress> from;
  for (const TapLog::Seen& frame : guest.seen) {
    if (frame.direction == trace::Direction::kIn && load_be16(frame.bytes, 12) == 0x0800 &&
        wire::ipv4_payload(Bytes(frame.bytes).subspan(wire::EthernetHeader::kSize))[0] == 8) {
      from.push_back(wire::MacAddress::load(frame.bytes, wire::MacAddress::kSize));
    }
  }
  EXPECT_THAT(from, ::testing::UnorderedElementsAre(
                        plan_of(lab, 3).mac, tables.subnets[1].router_mac, plan_of(lab, 3).mac));
}

}  // namespace
}  // namespace vpclab::testing
