// The network interface: its guest's side (ARP, Ethernet) and its filter.
#include <cstring>
#include <memory>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "netstack/wire/arp.h"
#include "netstack/wire/ethernet.h"
#include "tests/node/probes.h"

namespace vpclab::testing {
namespace {

using trace::EventKind;
using wire::EthernetHeader;

/// What tcpdump inside the guests shows.
class GuestFrames final : public trace::TraceSink {
 public:
  explicit GuestFrames(world::World& world) : world_(world) { world_.trace().add(*this); }

  ~GuestFrames() override { world_.trace().remove(*this); }

  void record(const trace::TraceEvent& event) override {
    if (event.tap.side == trace::Tap::Side::kGuest && event.ethernet &&
        (event.kind == EventKind::kSent || event.kind == EventKind::kPassed)) {
      frames.push_back({event.tap.element, event.direction,
                        PacketBytes(event.bytes.begin(), event.bytes.end())});
    }
  }

  struct Frame {
    api::ResourceId interface;
    trace::Direction direction;
    PacketBytes bytes;

    [[nodiscard]] EthernetHeader ethernet() const { return *EthernetHeader::parse(bytes); }

    [[nodiscard]] wire::ArpPacket arp() const {
      return *wire::ArpPacket::parse(Bytes(bytes).subspan(EthernetHeader::kSize));
    }
  };

  std::vector<Frame> frames;

 private:
  world::World& world_;
};

/// Two instances in one subnet and a third in another; groups let ICMP in.
void make_one_vpc(ToyWorld& lab) {
  lab.make_vpc(1);
  lab.make_subnet(1, 1, "10.1.16.0/20");
  lab.make_instance(1, 1, "10.1.0.10");
  lab.make_instance(2, 1, "10.1.0.11");
  lab.make_instance(3, 1, "10.1.16.12", 1);
  lab.allow_in(1, "10.1.0.0/16");
  lab.begin();
}

TEST(Eni, AnswersArpForMembersOfTheSubnet) {  // L2-1
  ToyWorld lab;
  make_one_vpc(lab);
  GuestFrames tap(lab.world);

  ASSERT_EQ(lab.ping(1, "10.1.0.11"), "ok");

  // The question and the answer are seen by the asker alone; the other asks for itself.
  ASSERT_EQ(tap.frames.size(), 8U);
  EXPECT_EQ(tap.frames[0].ethernet().type, wire::EtherType::kArp);
  EXPECT_TRUE(tap.frames[0].ethernet().destination.is_broadcast());
  EXPECT_EQ(tap.frames[1].interface, tap.frames[0].interface);
  EXPECT_EQ(tap.frames[1].arp().sender_mac, plan_of(lab, 2).mac);
  EXPECT_EQ(tap.frames[1].arp().sender_ip, address("10.1.0.11"));
  EXPECT_EQ(tap.frames[3].interface, api::ResourceId(interface_of(lab, 2).id()));
  EXPECT_EQ(tap.frames[3].ethernet().type, wire::EtherType::kIpv4);
  EXPECT_EQ(tap.frames[3].ethernet().source, plan_of(lab, 1).mac);
  EXPECT_EQ(tap.frames[3].ethernet().destination, plan_of(lab, 2).mac);
}

TEST(Eni, ShowsTheRoutersMacForOthers) {  // L2-1, L2-2
  ToyWorld lab;
  make_one_vpc(lab);
  GuestFrames tap(lab.world);

  ASSERT_EQ(lab.ping(1, "10.1.16.12"), "ok");

  const dataplane::VpcTables& tables = interface_of(lab, 1).router().tables();
  EXPECT_EQ(tap.frames[0].arp().target_ip, address("10.1.0.1"));
  EXPECT_EQ(tap.frames[1].arp().sender_mac, tables.subnets[0].router_mac);
  EXPECT_TRUE(tables.subnets[0].router_mac.is_local());
  EXPECT_EQ(tap.frames[3].interface, api::ResourceId(interface_of(lab, 3).id()));
  EXPECT_EQ(tap.frames[3].ethernet().source, tables.subnets[1].router_mac);
}

TEST(Eni, DoesNotAnswerArpForNobody) {  // L2-3, ICMP-1
  ToyWorld lab;
  make_one_vpc(lab);
  lab.linger = std::chrono::seconds(5);

  lab.ping(1, "10.1.0.99");

  EXPECT_EQ(lab.error_from, address("10.1.0.10"));  // From 10.1.0.10: Destination Host Unreachable
  EXPECT_EQ(lab.error_type, 3);
  EXPECT_EQ(lab.fates.dropped(trace::DropReason::kNoSuchHost), 3U);  // three requests
}

TEST(Eni, AnswersArpForSomeReservedAddresses) {  // ICMP-5, SUB-2
  ToyWorld lab;
  make_one_vpc(lab);
  lab.linger = std::chrono::seconds(5);

  EXPECT_EQ(lab.ping(1, "10.1.0.1"), "RESERVED_ADDRESS");
  EXPECT_EQ(lab.ping(1, "10.1.0.2"), "RESERVED_ADDRESS");
  lab.ping(1, "10.1.0.3");
  EXPECT_EQ(lab.error_from, address("10.1.0.10"));
  EXPECT_EQ(lab.fates.dropped(trace::DropReason::kReservedAddress), 5U);  // 2 pings, 3 questions
}

TEST(Eni, AnswersArpForAStoppedInstance) {  // INST-2, ENI-2
  ToyWorld lab;
  make_one_vpc(lab);
  lab.aws("ec2 stop-instances --instance-ids " + ToyWorld::instance_id(2));
  lab.run_for(std::chrono::minutes(1));

  EXPECT_EQ(lab.ping(1, "10.1.0.11"), "INSTANCE_NOT_RUNNING");
  lab.aws("ec2 start-instances --instance-ids " + ToyWorld::instance_id(2));
  lab.run_for(std::chrono::minutes(1));
  EXPECT_EQ(lab.ping(1, "10.1.0.11"), "ok");
  lab.aws("ec2 reboot-instances --instance-ids " + ToyWorld::instance_id(2));
  EXPECT_EQ(lab.ping(1, "10.1.0.11"), "ok");
}

TEST(Eni, ForgetsATerminatedInstance) {  // INST-3
  ToyWorld lab;
  make_one_vpc(lab);
  lab.linger = std::chrono::seconds(5);
  lab.aws("ec2 terminate-instances --instance-ids " + ToyWorld::instance_id(2));
  lab.run_for(std::chrono::minutes(1));

  lab.ping(1, "10.1.0.11");
  EXPECT_EQ(lab.error_from, address("10.1.0.10"));
  EXPECT_EQ(lab.world.instance(*api::InstanceId::parse(ToyWorld::instance_id(2))), nullptr);
  EXPECT_EQ(lab.ping(3, "10.1.0.11"), "NO_SUCH_HOST");
}

TEST(Eni, DropsWhatTheGuestMayNotSend) {  // ENI-3, L2-4, MALFORMED, BAD_CHECKSUM
  ToyWorld lab;
  make_one_vpc(lab);

  send_raw(lab, 1, icmp(address("10.1.0.77"), address("10.1.0.11"), 8));
  EXPECT_EQ(lab.log.last_drop.what, "SRC_DST_CHECK");
  PacketBytes spoilt = icmp(address("10.1.0.10"), address("10.1.0.11"), 8);
  spoilt[10] ^= 1;
  send_raw(lab, 1, spoilt);
  EXPECT_EQ(lab.log.last_drop.what, "BAD_CHECKSUM");
  send_raw(lab, 1, {0x45, 0, 0});
  EXPECT_EQ(lab.log.last_drop.what, "MALFORMED");
  send_raw(lab, 1, icmp(address("10.1.0.10"), address("255.255.255.255"), 8));
  EXPECT_EQ(lab.log.last_drop.what, "UNSUPPORTED_CAST");  // VPC-17
}

TEST(Eni, JudgesMembersOfOneGroupToo) {  // SG-4, CASE-3
  ToyWorld lab;
  lab.make_vpc(1);
  lab.make_instance(1, 1, "10.1.0.10");
  lab.make_instance(2, 1, "10.1.0.11");
  lab.begin();

  EXPECT_EQ(lab.ping(1, "10.1.0.11"), "SG_INGRESS");
  lab.aws(
      fmt::format("ec2 authorize-security-group-ingress --group-id {0} --protocol icmp "
                  "--port -1 --source-group {0}",
                  ToyWorld::group(1)));
  EXPECT_EQ(lab.ping(1, "10.1.0.11"), "ok");  // SG-14
}

TEST(Eni, SaysSoWhenItsFlowsAreTooMany) {  // CONNTRACK_FULL
  world::WorldOptions options;
  options.fabric.nodes.tracking.flows_max = 2;
  ToyWorld lab(options);
  make_one_vpc(lab);

  EXPECT_EQ(lab.ping(1, "10.1.0.11"), "ok");
  EXPECT_EQ(lab.ping(1, "10.1.0.11"), "ok");
  EXPECT_EQ(lab.ping(1, "10.1.0.11"), "CONNTRACK_FULL");
}

// --- Fragments -----------------------------------------------------------------------------------

app::PingOptions big_ping() {
  app::PingOptions options;
  options.size = 20'000;  // three fragments of an interface with MTU 9001
  return options;
}

TEST(Fragments, ShareTheVerdictOfTheFirst) {  // SG-27, MTU-1
  ToyWorld lab;
  make_open_lab(lab);
  lab.begin();

  EXPECT_EQ(lab.ping(1, "10.2.4.95", 3, big_ping()), "ok");
  EXPECT_EQ(lab.fates.dropped(), 0U);
  EXPECT_EQ(lab.world.packets().live(), 0U);
}

TEST(Fragments, AreDroppedWithTheFirst) {  // SG-27
  ToyWorld lab;
  make_peering_lab(lab);
  lab.route(1, "10.2.0.0/16", ToyWorld::via_peering(1));
  lab.begin();

  lab.ping(1, "10.2.4.95", 1, big_ping());

  EXPECT_EQ(lab.fates.dropped(trace::DropReason::kSgIngress), 3U);
  EXPECT_EQ(lab.fates.dropped(), 3U);
}

TEST(Fragments, AreJudgedByAclsAsDatagrams) {  // SG-27, ACL-6
  ToyWorld lab;
  make_open_lab(lab);
  lab.begin();
  const auto& inventory = lab.world.control().inventory();
  const std::string acl =
      inventory.subnets.get(*api::SubnetId::parse(ToyWorld::subnet(2))).network_acl.text();
  lab.aws(
      fmt::format("ec2 create-network-acl-entry --network-acl-id {} --ingress --rule-number 5 "
                  "--protocol icmp --icmp-type-code Type=8,Code=-1 --cidr-block 10.1.0.0/16 "
                  "--rule-action deny",
                  acl));

  lab.ping(1, "10.2.4.95", 1, big_ping());

  EXPECT_EQ(lab.fates.dropped(trace::DropReason::kNaclIngress), 3U);
  EXPECT_EQ(lab.fates.dropped(), 3U);
}

/// An echo request in two fragments.
struct TwoFragments {
  PacketBytes first;
  PacketBytes later;
};

TwoFragments cut_echo(wire::Ipv4Address from, wire::Ipv4Address to, std::uint16_t id) {
  const PacketBytes message = icmp_message(8, 0, 0x0007'0001, PacketBytes(24, 0x55));
  const PacketBytes front(message.begin(), message.begin() + 16);
  const PacketBytes back(message.begin() + 16, message.end());
  return {ipv4(from, to, 1, front, {.identification = id, .more_fragments = true}),
          ipv4(from, to, 1, back, {.identification = id, .fragment_offset = 16})};
}

TEST(Fragments, WaitForTheFirst) {  // SG-27
  ToyWorld lab;
  make_open_lab(lab);
  lab.begin();
  const TwoFragments echo = cut_echo(address("10.1.6.33"), address("10.2.4.95"), 77);

  send_raw(lab, 1, echo.later);
  lab.run_for(std::chrono::seconds(5));
  EXPECT_EQ(lab.world.packets().live(), 1U);
  send_raw(lab, 1, echo.first);
  lab.run_for(std::chrono::seconds(1));

  EXPECT_EQ(lab.fates.dropped(), 0U);
  EXPECT_EQ(lab.fates.replaced(), 3U);  // both fragments, and an ARP question
  EXPECT_EQ(lab.world.packets().live(), 0U);
}

TEST(Fragments, PassInAnyNumber) {  // SG-27
  ToyWorld lab;
  make_open_lab(lab);
  lab.begin();
  app::PingOptions options = big_ping();
  options.size = 10'000;
  options.interval = {};

  EXPECT_EQ(lab.ping(1, "10.2.4.95", 20'000, options), "ok");
}

TEST(Fragments, DoNotWaitForEver) {  // SG-27
  ToyWorld lab;
  make_open_lab(lab);
  lab.begin();

  send_raw(lab, 1, cut_echo(address("10.1.6.33"), address("10.2.4.95"), 77).later);
  lab.run_for(std::chrono::seconds(29));
  EXPECT_EQ(lab.fates.dropped(), 0U);
  lab.run_for(std::chrono::seconds(2));

  EXPECT_EQ(lab.fates.dropped(trace::DropReason::kMalformed), 1U);  // no rule refused it
  EXPECT_EQ(lab.log.last_drop.sentence, "the first fragment of this one's datagram never came to " +
                                            interface_of(lab, 1).id().text() + " (host-1)");
  EXPECT_EQ(lab.world.packets().live(), 0U);
}

TEST(Fragments, AreRefusedWhenTooManyWait) {  // SG-27: CONNTRACK_FULL, and says where
  world::WorldOptions options;
  options.fabric.nodes.fragments.waiting_max = 1;
  ToyWorld lab(options);
  make_open_lab(lab);
  lab.begin();
  const wire::Ipv4Address from = address("10.1.6.33");
  const wire::Ipv4Address to = address("10.2.4.95");

  send_raw(lab, 1, cut_echo(from, to, 77).later);
  const std::uint64_t too_many = send_raw(lab, 1, cut_echo(from, to, 78).later);
  lab.run_for(std::chrono::seconds(1));

  ASSERT_NE(lab.log.of(too_many), nullptr);
  EXPECT_EQ(lab.log.of(too_many)->what, "CONNTRACK_FULL");
  EXPECT_EQ(lab.log.of(too_many)->sentence, "too many fragments wait at " +
                                                interface_of(lab, 1).id().text() +
                                                " (host-1) for the first of theirs");
  EXPECT_EQ(lab.fates.dropped(), 1U);  // the other one waits
}

TEST(Fragments, EndWithTheInstanceThatTheyWaitAt) {  // SG-27, INST-2
  ToyWorld lab;
  make_open_lab(lab);
  lab.begin();
  send_raw(lab, 1, cut_echo(address("10.1.6.33"), address("10.2.4.95"), 77).later);
  lab.run_for(std::chrono::seconds(5));

  lab.aws("ec2 stop-instances --instance-ids " + ToyWorld::instance_id(1));
  lab.run_for(std::chrono::seconds(60));  // nothing else asks for the plan before the timeout

  EXPECT_EQ(lab.fates.dropped(trace::DropReason::kInstanceNotRunning), 1U);
  EXPECT_EQ(lab.world.packets().live(), 0U);
}

TEST(Fragments, PassUnaskedWhenOnlyTheFirstIsJudged) {  // SG-27: filter.fragments = first-only
  world::WorldOptions options;
  options.fabric.nodes.fragments.policy = dataplane::FragmentPolicy::kFirstOnly;
  ToyWorld lab(options);
  make_peering_lab(lab);
  lab.route(1, "10.2.0.0/16", ToyWorld::via_peering(1));
  lab.begin();
  const TwoFragments echo = cut_echo(address("10.1.6.33"), address("10.2.4.95"), 77);

  send_raw(lab, 1, echo.later);
  lab.run_for(std::chrono::seconds(1));
  EXPECT_EQ(lab.fates.dropped(), 0U);  // it waits in the host now
  send_raw(lab, 1, echo.first);
  lab.run_for(std::chrono::seconds(1));
  EXPECT_EQ(lab.fates.dropped(trace::DropReason::kSgIngress), 1U);
}

// --- Wires ---------------------------------------------------------------------------------------

TEST(Eni, IsWhereItsOwnPacketsEnd) {  // ENI-1: of two, each shows what is its own

  class Ends final : public trace::TraceSink {
   public:
    void record(const trace::TraceEvent& event) override {
      if (event.kind == trace::EventKind::kReplaced ||
          (event.kind == trace::EventKind::kConsumed && event.outcome == "arp-failed")) {
        at.push_back(event.tap.element);
      }
    }

    std::vector<api::ResourceId> at;
  };

  ToyWorld lab;
  lab.make_vpc(1);
  lab.make_instance(1, 1, "10.1.0.10");
  lab.make_instance(2, 1, "10.1.0.11");
  lab.allow_in(1, "10.1.0.0/16");
  lab.aws("ec2 create-network-interface --private-ip-address 10.1.0.20 --subnet-id " +
              ToyWorld::subnet(1),
          "eni-00000002");
  lab.world.settle();
  lab.aws(
      "ec2 attach-network-interface --network-interface-id eni-00000002 --device-index 1 "
      "--instance-id " +
      ToyWorld::instance_id(1));
  lab.begin();
  ASSERT_EQ(lab.ping(2, "10.1.0.10"), "ok");  // the first interface hears something last
  Ends ends;
  lab.world.trace().add(ends);
  app::PingOptions options;
  options.source = "eth1";
  options.size = 10'000;

  EXPECT_NE(lab.ping(1, "10.1.0.99", 1, options), "ok");
  lab.run_for(std::chrono::seconds(4));

  lab.world.trace().remove(ends);
  const api::ResourceId second = *api::NetworkInterfaceId::parse("eni-00000002");
  ASSERT_GE(ends.at.size(), 3U);  // cut in two, and nobody wants either
  EXPECT_THAT(ends.at, ::testing::Each(second));
}

TEST(Wires, CanBeImpairedByDirection) {  // LINK_LOSS, LINK_DOWN
  ToyWorld lab;
  make_one_vpc(lab);
  const api::ResourceId two = *api::InstanceId::parse(ToyWorld::instance_id(2));

  ASSERT_TRUE(lab.world.impair(two, trace::Direction::kIn, {.loss_ppm = 1'000'000}));
  EXPECT_EQ(lab.ping(1, "10.1.0.11"), "LINK_LOSS");
  EXPECT_EQ(lab.log.last_drop.tap.element, api::ResourceId(interface_of(lab, 2).id()));
  ASSERT_TRUE(lab.world.impair(two, trace::Direction::kIn, {}));
  ASSERT_TRUE(lab.world.impair(two, trace::Direction::kOut, {.down = true}));
  EXPECT_EQ(lab.ping(1, "10.1.0.11"), "reply LINK_DOWN");
  ASSERT_TRUE(lab.world.impair(two, trace::Direction::kOut, {}));
  EXPECT_EQ(lab.ping(1, "10.1.0.11"), "ok");
  EXPECT_FALSE(lab.world.impair(*api::InstanceId::parse("i-000000ff"), trace::Direction::kOut, {}));
}

TEST(Wires, TakeLongerBetweenZones) {  // TTL-6
  ToyWorld lab;
  lab.make_vpc(1);
  lab.make_subnet(1, 1, "10.1.16.0/20", "b");
  lab.make_instance(1, 1, "10.1.0.10");
  lab.make_instance(2, 1, "10.1.0.11");
  lab.make_instance(3, 1, "10.1.16.12", 1);
  lab.allow_in(1, "10.1.0.0/16");
  lab.begin();

  for (int i = 0; i < 30; ++i) {
    ASSERT_EQ(lab.ping(1, "10.1.0.11"), "ok");
    EXPECT_GE(lab.rtt, std::chrono::microseconds(200));
    EXPECT_LE(lab.rtt, std::chrono::microseconds(600));
    ASSERT_EQ(lab.ping(1, "10.1.16.12"), "ok");
    EXPECT_GE(lab.rtt, std::chrono::microseconds(700));
    EXPECT_LE(lab.rtt, std::chrono::microseconds(2'000));
  }
}

TEST(Wires, SpoilPacketsThatTheNetworkThenRefuses) {  // BAD_CHECKSUM
  ToyWorld lab;
  make_one_vpc(lab);
  const api::ResourceId one = *api::InstanceId::parse(ToyWorld::instance_id(1));
  ASSERT_TRUE(lab.world.impair(one, trace::Direction::kOut, {.corrupt_ppm = 1'000'000}));

  for (int i = 0; i < 60; ++i) {
    lab.ping(1, "10.1.0.11");
  }

  // A flipped bit lies in the IPv4 header, or the guest finds it in the ICMP message.
  EXPECT_GT(lab.fates.dropped(trace::DropReason::kBadChecksum), 3U);
  EXPECT_EQ(lab.world.packets().live(), 0U);
}

// --- Appliances ----------------------------------------------------------------------------------

TEST(Appliance, ForwardsWhatRoutesLeadToIt) {  // RT-11, RT-27, CASE-23, TTL-4
  ToyWorld lab;
  lab.make_vpc(1);
  lab.make_subnet(1, 1, "10.1.16.0/20");
  lab.make_subnet(1, 2, "10.1.32.0/20");
  lab.make_instance(1, 1, "10.1.0.10");
  lab.make_instance(2, 1, "10.1.16.10", 1);
  lab.make_instance(3, 1, "10.1.32.10", 2);
  lab.allow_in(1, "10.1.0.0/16");
  lab.route(1, "10.1.32.0/20", "--instance-id " + ToyWorld::instance_id(2), 0);
  lab.route(1, "10.1.0.0/20", "--instance-id " + ToyWorld::instance_id(2), 2);
  lab.begin();

  EXPECT_EQ(lab.ping(1, "10.1.32.10"), "SRC_DST_CHECK");
  EXPECT_EQ(lab.log.last_drop.tap.element, api::ResourceId(interface_of(lab, 2).id()));
  lab.aws("ec2 modify-instance-attribute --no-source-dest-check --instance-id " +
          ToyWorld::instance_id(2));
  EXPECT_EQ(lab.ping(1, "10.1.32.10"), "not-for-me");
  dynamic_cast<node::Instance&>(lab.guest(2)).set_ip_forward(true);
  EXPECT_EQ(lab.ping(1, "10.1.32.10"), "ok");
  EXPECT_EQ(lab.ttl, 126);
  EXPECT_EQ(lab.fates.in_flight(), 0U);
}

}  // namespace
}  // namespace vpclab::testing
