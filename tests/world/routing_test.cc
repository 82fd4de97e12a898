// Routes that later years of AWS brought, and the way between regions, packet by packet.
#include <gtest/gtest.h>

#include "emulator/control/region.h"
#include "emulator/control/region_distance.h"
#include "tests/support/toy_world.h"

namespace vpclab::testing {
namespace {

/// VPC 1 with hosts in 10.1.0.0/20, and i-3 in 10.1.16.0/20 as an appliance that forwards.
void make_appliance_lab(ToyWorld& lab) {
  lab.make_vpc(1);
  lab.make_subnet(1, 1, "10.1.16.0/20");
  lab.make_instance(1, 1, "10.1.0.10");
  lab.make_instance(3, 1, "10.1.16.30", 1);
  lab.allow_in(1, "0.0.0.0/0");
  lab.make_gateway(1);
  lab.route(1, "0.0.0.0/0", ToyWorld::via_gateway(1));
  lab.route(1, "0.0.0.0/0", ToyWorld::via_gateway(1), 1);
  lab.world.settle();
  lab.aws(fmt::format("ec2 modify-instance-attribute --instance-id {} --no-source-dest-check",
                      ToyWorld::instance_id(3)));
}

std::string eni_of(ToyWorld& lab, int number) {
  return lab.world.control()
      .inventory()
      .instances.get(*api::InstanceId::parse(ToyWorld::instance_id(number)))
      .primary_interface.text();
}

/// Counts how often packets were handed to a guest.
class GuestCounter final : public trace::TraceSink {
 public:
  explicit GuestCounter(const std::string& eni) : eni_(*api::NetworkInterfaceId::parse(eni)) {}

  void record(const trace::TraceEvent& event) override {
    if (event.tap.element == eni_ && event.tap.side == trace::Tap::Side::kFilter &&
        event.direction == trace::Direction::kIn && event.kind == trace::EventKind::kPassed) {
      ++seen;
    }
  }

  std::uint64_t seen = 0;

 private:
  api::ResourceId eni_;
};

TEST(GatewayTable, LeadsTheInternetThroughAnAppliance) {  // RT-25, ENI-3
  ToyWorld lab;
  make_appliance_lab(lab);
  const std::string elastic = lab.make_elastic(1);
  lab.aws("ec2 create-route-table --vpc-id " + ToyWorld::vpc(1), "rtb-000000ee");
  lab.aws(
      fmt::format("ec2 create-route --route-table-id rtb-000000ee --destination-cidr-block "
                  "10.1.0.0/20 --network-interface-id {}",
                  eni_of(lab, 3)));
  lab.aws(fmt::format("ec2 associate-route-table --route-table-id rtb-000000ee --gateway-id {}",
                      ToyWorld::gateway(1)));
  lab.begin();
  GuestCounter appliance(eni_of(lab, 3));
  lab.world.trace().add(appliance);

  EXPECT_NE(lab.ping(*lab.world.internet_host("outside"), elastic), "ok");  // it does not forward
  EXPECT_EQ(appliance.seen, 1U);
  lab.world.instance(*api::InstanceId::parse(ToyWorld::instance_id(3)))->set_ip_forward(true);
  EXPECT_EQ(lab.ping(*lab.world.internet_host("outside"), elastic), "ok");
  EXPECT_EQ(appliance.seen, 2U);

  lab.world.trace().remove(appliance);
}

TEST(Routing, LeadsAWholeSubnetsTrafficThroughAnAppliance) {  // RT-11, RT-24
  ToyWorld lab;
  make_appliance_lab(lab);
  lab.make_subnet(1, 2, "10.1.32.0/20");
  lab.make_instance(2, 1, "10.1.32.9", 2);
  lab.route(1, "10.1.32.0/20", "--network-interface-id " + eni_of(lab, 3));
  lab.begin();
  lab.world.instance(*api::InstanceId::parse(ToyWorld::instance_id(3)))->set_ip_forward(true);
  GuestCounter appliance(eni_of(lab, 3));
  lab.world.trace().add(appliance);

  EXPECT_EQ(lab.ping(1, "10.1.32.9"), "ok");  // the answer comes straight back
  EXPECT_EQ(appliance.seen, 1U);

  lab.world.trace().remove(appliance);
}

// --- Between regions -----------------------------------------------------------------------------

Duration round_trip(std::string_view far_region) {
  ToyWorld lab;
  lab.make_vpc(1);
  lab.make_instance(1, 1, "10.1.0.10");
  lab.allow_in(1, "10.0.0.0/8");
  lab.caller.region = std::string(far_region);
  lab.aws("ec2 create-vpc --cidr-block 10.2.0.0/16", ToyWorld::vpc(2));
  lab.aws("ec2 create-subnet --vpc-id vpc-00000002 --cidr-block 10.2.0.0/20", ToyWorld::subnet(2));
  lab.aws("ec2 create-route-table --vpc-id vpc-00000002", ToyWorld::table(2));
  lab.aws(fmt::format("ec2 associate-route-table --route-table-id {} --subnet-id {}",
                      ToyWorld::table(2), ToyWorld::subnet(2)));
  lab.aws("ec2 create-security-group --group-name g --description d --vpc-id vpc-00000002",
          ToyWorld::group(2));
  lab.make_instance(2, 2, "10.2.0.10");
  lab.allow_in(2, "10.0.0.0/8");
  lab.caller.region = "us-east-1";
  lab.aws(fmt::format("ec2 create-vpc-peering-connection --vpc-id vpc-00000001 --peer-vpc-id "
                      "vpc-00000002 --peer-region {}",
                      far_region),
          ToyWorld::peering(1));
  lab.world.settle();
  lab.caller.region = std::string(far_region);
  lab.aws("ec2 accept-vpc-peering-connection --vpc-peering-connection-id " + ToyWorld::peering(1));
  lab.world.settle();
  lab.route(2, "10.1.0.0/16", ToyWorld::via_peering(1));
  lab.caller.region = "us-east-1";
  lab.route(1, "10.2.0.0/16", ToyWorld::via_peering(1));
  lab.begin();
  EXPECT_EQ(lab.ping(1, "10.2.0.10"), "ok");
  return lab.rtt;
}

TEST(InterRegionPeering, TakesAsLongAsTheRegionsAreApart) {  // PCX-20
  using std::chrono::milliseconds;

  const Duration to_ireland = round_trip("eu-west-1");
  const Duration to_ohio = round_trip("us-east-2");

  EXPECT_GE(to_ireland, milliseconds(82));
  EXPECT_LE(to_ireland, milliseconds(85));
  EXPECT_GE(to_ohio, milliseconds(7));
  EXPECT_LE(to_ohio, milliseconds(10));
}

TEST(RegionDistance, IsSymmetricAndObeysTheTriangle) {  // PCX-20
  const auto regions = static_cast<std::uint32_t>(control::all_regions().size());
  for (std::uint32_t a = 0; a < regions; ++a) {
    EXPECT_EQ(control::region_kilometres(a, a), 0U);
    for (std::uint32_t b = 0; b < regions; ++b) {
      EXPECT_EQ(control::region_kilometres(a, b), control::region_kilometres(b, a));
      for (std::uint32_t c = 0; c < regions; ++c) {
        EXPECT_LE(control::region_kilometres(a, b),
                  control::region_kilometres(a, c) + control::region_kilometres(c, b) + 20);
      }
    }
  }
}

}  // namespace
}  // namespace vpclab::testing
