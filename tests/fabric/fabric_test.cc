// The fabric follows plans: lazily, one VPC at a time, and forgets nobody.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/toy_world.h"

namespace vpclab::testing {
namespace {

TEST(Fabric, CompilesNothingWhileNothingFlows) {  // RT-26
  ToyWorld lab;
  make_open_lab(lab);
  lab.begin();
  const std::uint64_t before = lab.world.fabric().compilations();

  for (int i = 0; i < 100; ++i) {
    lab.aws(
        fmt::format("ec2 create-route --route-table-id {} --destination-cidr-block "
                    "192.0.2.{}/32 {}",
                    ToyWorld::table(1), i, ToyWorld::via_peering(1)));
    lab.aws(
        fmt::format("ec2 delete-route --route-table-id {} --destination-cidr-block "
                    "192.0.2.{}/32",
                    ToyWorld::table(1), i));
  }

  EXPECT_EQ(lab.world.fabric().compilations(), before);
  EXPECT_EQ(lab.ping(1, "10.2.4.95"), "ok");
  EXPECT_LE(lab.world.fabric().compilations(), before + 2);
  const std::uint64_t after = lab.world.fabric().compilations();
  EXPECT_EQ(lab.ping(1, "10.2.4.95"), "ok");
  EXPECT_EQ(lab.world.fabric().compilations(), after);
}

TEST(Fabric, SeesAnInstanceOfThisInstant) {
  ToyWorld lab;
  lab.make_vpc(1);
  lab.make_instance(1, 1, "10.1.0.10");
  lab.allow_in(1, "10.0.0.0/8");
  lab.begin();

  lab.make_instance(2, 1, "10.1.0.11");
  EXPECT_EQ(lab.ping(1, "10.1.0.11"), "INSTANCE_NOT_RUNNING");  // pending
  lab.run_for(std::chrono::minutes(1));
  EXPECT_EQ(lab.ping(1, "10.1.0.11"), "ok");
}

TEST(Fabric, GivesGuestsTheirSecondaryAddresses) {  // ENI-1, L2-4
  ToyWorld lab;
  lab.make_vpc(1);
  lab.make_instance(1, 1, "10.1.0.10");
  lab.make_instance(2, 1, "10.1.0.11");
  lab.allow_in(1, "10.0.0.0/8");
  lab.begin();
  const auto& eni = *dynamic_cast<node::Instance&>(lab.guest(2)).interfaces()[0];

  lab.aws(
      fmt::format("ec2 assign-private-ip-addresses --network-interface-id {} "
                  "--private-ip-addresses 10.1.0.77",
                  eni.id().text()));
  EXPECT_EQ(lab.ping(1, "10.1.0.77"), "ok");
  lab.aws(
      fmt::format("ec2 unassign-private-ip-addresses --network-interface-id {} "
                  "--private-ip-addresses 10.1.0.77",
                  eni.id().text()));
  EXPECT_NE(lab.ping(1, "10.1.0.77"), "ok");
}

TEST(Fabric, AttachesAndDetachesInterfaces) {  // ENI-1, RT-14
  ToyWorld lab;
  lab.make_vpc(1);
  lab.make_subnet(1, 1, "10.1.16.0/20");
  lab.make_instance(1, 1, "10.1.0.10");
  lab.make_instance(2, 1, "10.1.0.11");
  lab.allow_in(1, "10.0.0.0/8");
  lab.begin();
  lab.aws(fmt::format("ec2 create-network-interface --subnet-id {} --private-ip-address "
                      "10.1.16.9 --groups {}",
                      ToyWorld::subnet(1, 1), ToyWorld::group(1)),
          "eni-000000aa");

  EXPECT_EQ(lab.ping(1, "10.1.16.9"), "INSTANCE_NOT_RUNNING");
  api::Reply attached = lab.aws(
      "ec2 attach-network-interface --network-interface-id eni-000000aa --device-index 1 "
      "--instance-id " +
      ToyWorld::instance_id(2));
  lab.run_for(std::chrono::seconds(10));
  EXPECT_EQ(lab.ping(1, "10.1.16.9"), "ok");
  const auto* interface = lab.world.control().inventory().network_interfaces.find(
      *api::NetworkInterfaceId::parse("eni-000000aa"));
  lab.aws("ec2 detach-network-interface --attachment-id " + interface->attachment.text());
  lab.run_for(std::chrono::seconds(10));
  EXPECT_EQ(lab.ping(1, "10.1.16.9"), "INSTANCE_NOT_RUNNING");
}

TEST(Fabric, LetsAnInterfaceComeAndGoManyTimes) {  // ENI-1
  ToyWorld lab;
  lab.make_vpc(1);
  lab.make_instance(1, 1, "10.1.0.10");
  lab.make_instance(2, 1, "10.1.0.11");
  lab.allow_in(1, "10.0.0.0/8");
  lab.begin();
  lab.aws(fmt::format("ec2 create-network-interface --subnet-id {} --private-ip-address "
                      "10.1.0.99 --groups {}",
                      ToyWorld::subnet(1), ToyWorld::group(1)),
          "eni-000000aa");

  for (int i = 0; i < 20; ++i) {
    lab.aws(
        "ec2 attach-network-interface --network-interface-id eni-000000aa --device-index 1 "
        "--instance-id " +
        ToyWorld::instance_id(2));
    lab.run_for(std::chrono::seconds(10));
    ASSERT_EQ(lab.ping(1, "10.1.0.99"), "ok") << i;
    const auto* interface = lab.world.control().inventory().network_interfaces.find(
        *api::NetworkInterfaceId::parse("eni-000000aa"));
    lab.aws("ec2 detach-network-interface --attachment-id " + interface->attachment.text());
    lab.run_for(std::chrono::seconds(10));
    ASSERT_EQ(lab.ping(1, "10.1.0.99"), "INSTANCE_NOT_RUNNING") << i;
  }
}

TEST(Fabric, HasRoomForAsManyInterfacesAsAnInstanceMayHave) {  // ENI-1, with every quota lifted
  constexpr int kMost = static_cast<int>(control::kMostInterfacesPerInstance);
  world::WorldOptions options;
  options.control.quotas = control::Quotas::lifted();
  ToyWorld lab(options);
  lab.make_vpc(1);
  lab.make_instance(1, 1, "10.1.0.10");
  lab.make_instance(2, 1, "10.1.0.11");
  lab.allow_in(1, "10.1.0.0/16");
  lab.world.settle();
  const auto interface = [](int number) { return fmt::format("eni-{:08x}", number); };
  const auto attach = [&](int number, int device) {
    return lab.try_aws(
        fmt::format("ec2 attach-network-interface --network-interface-id {} --device-index {} "
                    "--instance-id {}",
                    interface(number), device, ToyWorld::instance_id(1)));
  };
  for (int i = 1; i < 2 * kMost; ++i) {
    lab.aws(fmt::format("ec2 create-network-interface --private-ip-address 10.1.0.{} "
                        "--groups {} --subnet-id {}",
                        100 + i, ToyWorld::group(1), ToyWorld::subnet(1)),
            interface(i));
  }
  for (int i = 1; i < kMost; ++i) {
    EXPECT_TRUE(attach(i, i).has_value()) << i;
  }
  const api::Reply too_many = attach(kMost, kMost);
  ASSERT_FALSE(too_many.has_value());
  EXPECT_EQ(too_many.error().code, "AttachmentLimitExceeded");
  lab.begin();
  EXPECT_EQ(lab.ping(2, fmt::format("10.1.0.{}", 100 + kMost - 1)), "ok");

  // All but the first are replaced while no packet flows, at once for the fabric: those that go
  // make room before others come.
  for (int i = 1; i < kMost; ++i) {
    const auto* found = lab.world.control().inventory().network_interfaces.find(
        *api::NetworkInterfaceId::parse(interface(i)));
    lab.aws("ec2 detach-network-interface --attachment-id " + found->attachment.text());
  }
  lab.run_for(std::chrono::seconds(10));
  for (int i = 1; i < kMost; ++i) {
    EXPECT_TRUE(attach(kMost + i, i).has_value()) << i;
  }
  lab.run_for(std::chrono::seconds(10));

  EXPECT_EQ(lab.ping(2, fmt::format("10.1.0.{}", 100 + 2 * kMost - 1)), "ok");
}

TEST(Fabric, EndsEveryPacketThatFindsItsHostGone) {
  ToyWorld lab;
  make_open_lab(lab);
  lab.begin();
  ASSERT_EQ(lab.ping(1, "10.2.4.95"), "ok");
  app::PingOptions options;
  options.interval = std::chrono::milliseconds(10);
  app::Ping running(options, address("10.2.4.95"), "10.2.4.95");
  ASSERT_TRUE(running.start(lab.world.simulator().now(), lab.guest(1).host()));
  lab.guest(1).pump();
  lab.run_for(std::chrono::microseconds(30'150));  // one is on its way

  lab.aws("ec2 terminate-instances --instance-ids " + ToyWorld::instance_id(2));
  lab.run_for(std::chrono::seconds(1));
  running.interrupt(lab.world.simulator().now());
  lab.run_for(std::chrono::seconds(1));

  EXPECT_GT(lab.fates.dropped(trace::DropReason::kInstanceNotRunning), 10U);
  EXPECT_EQ(lab.fates.in_flight(), 0U);
  EXPECT_EQ(lab.world.packets().live(), 0U);
}

TEST(Fabric, FollowsGroupsOfAPeer) {  // SG-13, SG-16, CASE-16
  ToyWorld lab;
  make_open_lab(lab);
  lab.aws(
      fmt::format("ec2 revoke-security-group-ingress --group-id {} --protocol icmp --port -1 "
                  "--cidr 10.1.0.0/16",
                  ToyWorld::group(2)));
  lab.aws(
      fmt::format("ec2 authorize-security-group-ingress --group-id {} --protocol icmp "
                  "--port -1 --source-group {}",
                  ToyWorld::group(2), ToyWorld::group(1)));
  lab.aws(fmt::format("ec2 create-security-group --group-name other --description d --vpc-id {}",
                      ToyWorld::vpc(1)),
          "sg-000000aa");
  lab.begin();
  const std::string eni = dynamic_cast<node::Instance&>(lab.guest(1)).interfaces()[0]->id().text();

  EXPECT_EQ(lab.ping(1, "10.2.4.95"), "ok");
  lab.aws(
      fmt::format("ec2 modify-network-interface-attribute --network-interface-id {} --groups "
                  "sg-000000aa",
                  eni));
  EXPECT_EQ(lab.ping(1, "10.2.4.95"), "SG_INGRESS");
  lab.aws(
      fmt::format("ec2 modify-network-interface-attribute --network-interface-id {} --groups {}",
                  eni, ToyWorld::group(1)));
  EXPECT_EQ(lab.ping(1, "10.2.4.95"), "ok");
}

TEST(Fabric, SharesAGroupSetBetweenItsMembers) {
  ToyWorld lab;
  lab.make_vpc(1);
  lab.aws(
      fmt::format("ec2 run-instances --image-id al2023 --count 100 --subnet-id {} "
                  "--security-group-ids {}",
                  ToyWorld::subnet(1), ToyWorld::group(1)));
  lab.begin();

  const dataplane::VpcTables& tables =
      lab.world.fabric().router(*api::VpcId::parse(ToyWorld::vpc(1)))->tables();
  EXPECT_EQ(tables.interfaces.size(), 100U);
  EXPECT_EQ(tables.guests.size(), 100U);
  EXPECT_EQ(tables.group_sets.size(), 2U);
}

/// i-2 has eni-000000aa, 10.1.0.99, as its second interface.
struct TwoInterfaces : ToyWorld {
  TwoInterfaces() {
    make_vpc(1);
    make_instance(1, 1, "10.1.0.10");
    make_instance(2, 1, "10.1.0.11");
    allow_in(1, "10.0.0.0/8");
    begin();
    aws(fmt::format("ec2 create-network-interface --subnet-id {} --private-ip-address 10.1.0.99 "
                    "--groups {}",
                    subnet(1), group(1)),
        "eni-000000aa");
    attach();
  }

  void attach() {
    aws("ec2 attach-network-interface --network-interface-id eni-000000aa --device-index 1 "
        "--instance-id " +
        instance_id(2));
    run_for(std::chrono::seconds(10));
  }

  void detach() {
    const auto* interface = world.control().inventory().network_interfaces.find(
        *api::NetworkInterfaceId::parse("eni-000000aa"));
    aws("ec2 detach-network-interface --attachment-id " + interface->attachment.text());
    run_for(std::chrono::seconds(10));
    EXPECT_EQ(world.fabric().interface(*api::NetworkInterfaceId::parse("eni-000000aa")), nullptr);
  }

  Duration rtt_of_a_ping() {
    EXPECT_EQ(ping(1, "10.1.0.99"), "ok");
    return rtt;
  }
};

TEST(Fabric, KeepsWhatIsWrongWithAWireOverADetachment) {
  TwoInterfaces lab;
  ASSERT_EQ(lab.ping(1, "10.1.0.99"), "ok");
  link::Impairments down;
  down.down = true;
  ASSERT_TRUE(lab.world.impair(*api::NetworkInterfaceId::parse("eni-000000aa"),
                               trace::Direction::kIn, down));
  ASSERT_EQ(lab.ping(1, "10.1.0.99"), "LINK_DOWN");

  lab.detach();
  lab.attach();

  EXPECT_EQ(lab.ping(1, "10.1.0.99"), "LINK_DOWN");
}

TEST(Fabric, GoesOnWithAWiresRandomDrawsAfterADetachment) {
  TwoInterfaces again;
  again.detach();
  again.attach();
  const Duration fresh = again.rtt_of_a_ping();
  TwoInterfaces used;
  ASSERT_EQ(used.rtt_of_a_ping(), fresh);  // the same seed: nothing was drawn before
  used.detach();
  used.attach();

  // Alice's wires have moved on as far as they would have; this one's must have, too.
  TwoInterfaces never_detached;
  ASSERT_EQ(never_detached.rtt_of_a_ping(), fresh);
  EXPECT_EQ(used.rtt_of_a_ping(), never_detached.rtt_of_a_ping());
}

TEST(Fabric, HearsNothingOfAVpcThatCameAndWent) {
  ToyWorld lab;
  make_open_lab(lab);
  lab.begin();
  lab.world.fabric().follow_plan();
  const std::uint64_t before = lab.world.fabric().compilations();

  lab.aws("ec2 create-vpc --cidr-block 10.9.0.0/16", "vpc-00000009");
  lab.run_for(std::chrono::seconds(2));
  lab.aws("ec2 delete-vpc --vpc-id vpc-00000009");

  EXPECT_EQ(lab.world.fabric().router(*api::VpcId::parse("vpc-00000009")), nullptr);
  EXPECT_LE(lab.world.fabric().compilations(), before + 1);
}

}  // namespace
}  // namespace vpclab::testing
