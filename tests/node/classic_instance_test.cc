// Instances of EC2-Classic as nodes: two sides, each with groups, flows and fragments of its own.
#include "emulator/node/classic_instance.h"

#include <gtest/gtest.h>

#include "netstack/wire/ethernet.h"
#include "tests/support/classic_world.h"

namespace vpclab::testing {
namespace {

constexpr std::string_view kA = "10.44.7.9";
constexpr std::string_view kB = "192.168.1.20";

api::InstanceId instance(int number) {
  return *api::InstanceId::parse(ToyWorld::instance_id(number));
}

/// What an instance's guest sees of its network card, and how many packets took each side.
class Watch final : public trace::TraceSink {
 public:
  explicit Watch(int number) : instance_(instance(number)) {}

  void record(const trace::TraceEvent& event) override {
    if (event.tap.element != instance_) {
      return;
    }
    if (event.tap.side == trace::Tap::Side::kGuest && event.ethernet &&
        event.direction == trace::Direction::kIn) {
      senders.insert(to_string(wire::EthernetHeader::parse(event.bytes)->source));
    }
    if (event.kind == trace::EventKind::kPassed && event.direction == trace::Direction::kOut) {
      by_link += event.tap.side == trace::Tap::Side::kClassicLink ? 1 : 0;
      by_classic += event.tap.side == trace::Tap::Side::kFilter ? 1 : 0;
    }
  }

  std::set<std::string> senders;
  int by_link = 0;
  int by_classic = 0;

 private:
  api::ResourceId instance_;
};

TEST(ClassicInstance, HearsFromItsHostAlone) {  // L2-1, CLC-1
  ClassicWorld lab;
  lab.finish();
  Watch watch(kClassicA);
  lab.world.trace().add(watch);

  ASSERT_EQ(lab.ping(kClassicA, "10.50.1.1"), "ok");
  ASSERT_EQ(lab.ping(kClassicA, kB), "ok");
  ASSERT_EQ(lab.ping(kClassicA, "8.8.8.8"), "ok");

  EXPECT_EQ(watch.senders, std::set<std::string>{"fe:ff:ff:ff:ff:ff"});
  EXPECT_EQ(watch.by_link, 1);
  EXPECT_EQ(watch.by_classic, 2);
  lab.world.trace().remove(watch);
}

TEST(ClassicInstance, HasAnEthernetsMtu) {  // MTU-1, MTU-2
  ClassicWorld lab;
  const auto& host = lab.guest(kClassicA).host();

  EXPECT_EQ(host.interface(0).mtu, 1500);
  EXPECT_EQ(to_string(host.interface(0).subnet), "10.44.6.0/23");
  EXPECT_EQ(to_string(*host.interface(0).gateway), "10.44.6.1");
}

TEST(ClassicInstance, JudgesAFragmentedDatagramOnceAtItsLink) {  // SG-27, CL-15
  ClassicWorld lab;
  lab.finish();
  app::PingOptions big;
  big.size = 4000;

  EXPECT_EQ(lab.ping(kClassicA, kB, 2, big), "ok");
  EXPECT_EQ(lab.ping(kInVpcB, kA, 1, big), "MTU_DF");  // MTU-2: b's interface has 9001
  EXPECT_EQ(to_string(lab.error_from), "192.168.1.1");
  EXPECT_EQ(lab.ping(kInVpcB, kA, 2, big), "ok");

  lab.a(
      fmt::format("ec2 revoke-security-group-egress --group-id {} --protocol -1 "
                  "--cidr 0.0.0.0/0",
                  kLinkGroup));
  lab.run_for(std::chrono::minutes(1));
  const std::uint64_t before = lab.fates.dropped(trace::DropReason::kSgEgress);
  EXPECT_NE(lab.ping(kClassicA, kB, 1, big), "ok");
  EXPECT_EQ(lab.fates.dropped(trace::DropReason::kSgEgress) - before, 3U);  // all pieces
  EXPECT_EQ(lab.ping(kClassicA, "10.50.1.1", 1, big), "ok");  // not the other side's affair
}

TEST(ClassicInstance, HasOneCableForBothSides) {
  ClassicWorld lab;
  lab.finish();
  link::Impairments down;
  down.down = true;
  ASSERT_TRUE(lab.world.impair(instance(kClassicA), trace::Direction::kOut, down));

  EXPECT_EQ(lab.ping(kClassicA, kB), "LINK_DOWN");
  EXPECT_EQ(lab.log.last_drop.tap.element, api::ResourceId(instance(kClassicA)));
  EXPECT_EQ(lab.ping(kClassicA, "10.50.1.1"), "LINK_DOWN");
  EXPECT_EQ(lab.ping(kClassicA2, kA), "reply LINK_DOWN");
}

TEST(ClassicInstance, EndsEveryPacketThatFindsItGone) {  // CL-30, INST-2
  ClassicWorld lab;
  lab.finish();
  app::PingOptions options;
  options.interval = std::chrono::milliseconds(10);
  app::Ping to_a(options, address(kA), std::string(kA));
  ASSERT_TRUE(to_a.start(lab.world.simulator().now(), lab.guest(kInVpcB).host()));
  lab.guest(kInVpcB).pump();
  lab.run_for(std::chrono::microseconds(30'150));  // one is on its way

  lab.a("ec2 terminate-instances --instance-ids " + ToyWorld::instance_id(kClassicA));
  lab.run_for(std::chrono::seconds(20));
  to_a.interrupt(lab.world.simulator().now());
  lab.run_for(std::chrono::seconds(1));

  EXPECT_GT(lab.fates.dropped(trace::DropReason::kClassiclinkNotLinked), 10U);
  EXPECT_EQ(lab.world.guest(instance(kClassicA)), nullptr);
  EXPECT_EQ(lab.fates.in_flight(), 0U);
  EXPECT_EQ(lab.world.packets().live(), 0U);
}

TEST(ClassicNetwork, IsOneForEachRegion) {  // CLC-1
  ClassicWorld lab;
  lab.caller.region = "eu-west-1";
  lab.aws("ec2 create-security-group --group-name classic --description d", "sg-0000ee01");
  const auto command = api::parse_cli_line(
      "ec2 run-instances --image-id al2023 --count 1 --security-group-ids sg-0000ee01");
  const auto request = api::decode(command->action, command->params);
  const control::Declared declared{
      .name = {}, .id = ToyWorld::instance_id(0xee), .private_address = "10.44.7.9"};
  ASSERT_TRUE(lab.world.call(lab.caller, *request, &declared).has_value());
  lab.caller.region = "us-east-1";
  lab.run_for(std::chrono::minutes(1));

  EXPECT_EQ(lab.address_of(0xee), kA);  // as in us-east-1: the networks know nothing of each other
  EXPECT_EQ(lab.ping(0xee, "10.50.1.1"), "NO_ROUTE");
  EXPECT_EQ(lab.ping(0xee, "8.8.8.8"), "ok");
  EXPECT_EQ(lab.ping(kClassicA, "10.50.1.1"), "ok");
}

}  // namespace
}  // namespace vpclab::testing
