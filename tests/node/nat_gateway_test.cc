// NAT gateways, end to end: FWD-5 rule by rule (CASE-18, CASE-6).
#include "emulator/node/nat_gateway.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "netstack/app/udp_echo.h"
#include "netstack/socket/udp_socket.h"
#include "tests/node/probes.h"
#include "tests/support/nat_world.h"

namespace vpclab::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(NatGateway, LetsAPrivateInstancePingOut) {  // CASE-18, NAT-3, NAT-7
  OpenNatLab lab;

  EXPECT_EQ(lab.ping(1, "8.8.8.8", 3), "ok");

  EXPECT_EQ(lab.ttl, 64 - 3 - 1);  // three routers of the internet, and the gateway
  EXPECT_EQ(lab.fates.dropped(), 0U);
  EXPECT_EQ(lab.world.packets().live(), 0U);
}

TEST(NatGateway, WorksAlikeWhenNobodyListens) {
  OpenNatLab lab;
  lab.world.trace().remove(lab.log);
  lab.world.trace().remove(lab.fates);

  EXPECT_EQ(lab.ping(1, "8.8.8.8", 3), "ok");

  EXPECT_EQ(lab.world.packets().live(), 0U);
  EXPECT_EQ(lab.world.fabric().nat_gateway(NatLab::nat_id())->table()->size(), 1U);
  lab.world.trace().add(lab.fates);
  lab.world.trace().add(lab.log);
}

TEST(NatGateway, ShowsEachSideItsAddresses) {  // CAP-2, CASE-18
  OpenNatLab lab;
  TapLog inside(lab, trace::Tap::Side::kInside);
  TapLog outside(lab, trace::Tap::Side::kOutside);

  ASSERT_EQ(lab.ping(1, "8.8.8.8"), "ok");

  const std::string own = lab.nat_address();
  EXPECT_THAT(inside.addresses_at(NatLab::nat_id()),
              ElementsAre("out 10.1.16.10 > 8.8.8.8", "in 8.8.8.8 > 10.1.16.10"));
  EXPECT_THAT(outside.addresses_at(NatLab::nat_id()),
              ElementsAre("out " + own + " > 8.8.8.8", "in 8.8.8.8 > " + own));
  const api::ResourceId igw = *api::InternetGatewayId::parse(ToyWorld::gateway(1));
  EXPECT_THAT(outside.addresses_at(igw),
              ElementsAre("out " + lab.elastic() + " > 8.8.8.8", "in 8.8.8.8 > " + lab.elastic()));
}

TEST(NatGateway, IsAHopOfEachTraceroute) {  // NAT-7, TTL-4, CASE-18
  OpenNatLab lab;

  for (const auto method : {app::TracerouteMethod::kIcmp, app::TracerouteMethod::kDefault}) {
    const auto lines = traceroute(lab, 1, "8.8.8.8", method);

    ASSERT_EQ(lines.size(), 6U);
    EXPECT_THAT(lines[1], HasSubstr(" 1  " + lab.nat_address() + " "));
    EXPECT_THAT(lines[2], HasSubstr(" 2  100.65."));  // errors come back with what they quote
    EXPECT_THAT(lines[5], HasSubstr(" 5  8.8.8.8 "));
  }
}

TEST(NatGateway, KnowsNothingOfWhatNobodyAskedFor) {  // NAT-3, NAT-7, CASE-18
  OpenNatLab lab;

  EXPECT_EQ(lab.ping(lab.outside(), lab.elastic()), "NAT_NO_STATE");
  EXPECT_THAT(lab.log.last_drop.sentence, HasSubstr(NatLab::kNat));
  EXPECT_EQ(lab.ping(1, lab.nat_address()), "NAT_NO_STATE");  // it answers no ping
}

TEST(NatGateway, CannotTranslateFragmentsButOfUdp) {  // NAT-4, CASE-18: ping -s 10000
  OpenNatLab lab;
  app::PingOptions options;
  options.size = 10'000;

  lab.ping(1, "8.8.8.8", 1, options);

  EXPECT_EQ(lab.log.last_drop.what, "NAT_FRAGMENT");
  EXPECT_EQ(lab.log.last_drop.tap.element, api::ResourceId(NatLab::nat_id()));
}

TEST(NatGateway, TranslatesFragmentsOfUdpBothWays) {  // NAT-4
  OpenNatLab lab;
  app::UdpEcho echo(lab.outside().host());
  ASSERT_TRUE(echo.listen(7));
  const wire::Ipv4Address from = address("10.1.16.10");
  const wire::Ipv4Address to = lab.outside().address();
  const PacketBytes whole = [&] {
    PacketBytes segment(wire::UdpHeader::kSize + 4'000, 0x55);
    wire::UdpHeader{40'000, 7, static_cast<std::uint16_t>(segment.size())}.emit(segment, from, to);
    return segment;
  }();
  const auto middle = whole.begin() + 2'000;
  TapLog guest(lab, trace::Tap::Side::kGuest);

  send_raw(lab, 1,
           ipv4(from, to, 17, PacketBytes(middle, whole.end()),
                {.identification = 9, .fragment_offset = 2'000}));
  send_raw(lab, 1,
           ipv4(from, to, 17, PacketBytes(whole.begin(), middle),
                {.identification = 9, .more_fragments = true}));
  lab.run_for(std::chrono::seconds(1));

  EXPECT_EQ(echo.answered(), 1U);
  std::size_t came_back = 0;
  for (const TapLog::Seen& frame : guest.seen) {
    const Bytes bytes = Bytes(frame.bytes).subspan(wire::EthernetHeader::kSize);
    if (frame.direction == trace::Direction::kIn &&
        wire::ipv4_protocol(bytes) == wire::IpProtocol::kUdp) {
      EXPECT_EQ(wire::ipv4_destination(bytes), from);
      EXPECT_TRUE(wire::ipv4_is_fragment(bytes));
      ++came_back;
    }
  }
  EXPECT_EQ(came_back, 3U);  // 4,008 bytes in pieces of 1,480
  EXPECT_EQ(lab.fates.dropped(), 0U);
}

TEST(NatGateway, TellsTheEndOfATtlOfFragmentsToo) {  // NAT-7, TTL-4
  OpenNatLab lab;
  const wire::Ipv4Address from = address("10.1.16.10");
  const wire::Ipv4Address to = lab.outside().address();
  socket::UdpSocket server(lab.outside().host(),
                           {.ttl = 4, .discovery = host::PathMtuDiscovery::kDont});
  ASSERT_TRUE(server.bind(wire::Ipv4Address(), 53));
  send_raw(lab, 1, udp(from, to, 40'000, 53));
  lab.run_for(std::chrono::seconds(1));
  const auto asked = server.front();
  ASSERT_TRUE(asked);

  // Three routers of the internet, and the gateway is the fourth hop: it ends there in three
  // pieces.
  server.send_to(lab.world.simulator().now(), asked->source, asked->source_port,
                 PacketBytes(4'000));
  lab.outside().pump();
  lab.run_for(std::chrono::seconds(1));

  EXPECT_EQ(lab.fates.dropped(), 3U);
  EXPECT_EQ(lab.log.last_drop.what, "TTL_EXPIRED");
  EXPECT_EQ(lab.log.last_drop.tap.element, api::ResourceId(NatLab::nat_id()));
  const auto told = server.take_error();  // of the first piece alone
  ASSERT_TRUE(told);
  EXPECT_EQ(told->type, 11);
  EXPECT_FALSE(server.take_error());
}

TEST(NatGateway, IsGoneOnceItIsDeleted) {  // NAT-11, RT-14, CASE-18
  OpenNatLab lab;
  ASSERT_EQ(lab.ping(1, "8.8.8.8"), "ok");

  lab.aws(std::string("ec2 delete-nat-gateway --nat-gateway-id ") + NatLab::kNat);

  EXPECT_EQ(lab.ping(1, "8.8.8.8"), "BLACKHOLE");
  EXPECT_THAT(lab.log.last_drop.sentence, HasSubstr(NatLab::kNat));
  lab.run_for(std::chrono::minutes(5));
  EXPECT_EQ(lab.ping(1, "8.8.8.8"), "BLACKHOLE");
}

TEST(NatGateway, NeedsARouteToTheInternetOfItsOwn) {  // NAT-3, CASE-18
  NatLab lab;
  lab.make_subnet(1, 2, "10.1.32.0/20");
  lab.make_nat_gateway(2);
  lab.route(1, "0.0.0.0/0", NatLab::via_nat(), kPrivate);
  lab.begin();

  EXPECT_EQ(lab.ping(1, "8.8.8.8"), "NO_ROUTE");
  EXPECT_THAT(lab.log.last_drop.sentence, HasSubstr(ToyWorld::table(1, 2)));
}

TEST(NatGateway, CannotSendToItself) {  // NAT-9
  NatLab lab;
  lab.make_nat_gateway(kPrivate);
  lab.route(1, "0.0.0.0/0", NatLab::via_nat(), kPrivate);
  lab.begin();

  EXPECT_EQ(lab.ping(1, "8.8.8.8"), "NO_ROUTE");
  EXPECT_THAT(lab.log.last_drop.sentence, HasSubstr(NatLab::kNat));
  EXPECT_EQ(lab.world.packets().live(), 0U);
}

TEST(NatGateway, SendsNothingOverAPeeringConnection) {  // PCX-39, NAT-8
  NatLab lab;
  lab.make_vpc(2);
  lab.make_instance(2, 2, "10.2.0.10");
  lab.allow_in(2, "10.1.0.0/16");
  lab.make_peering(1, 1, 2);
  lab.make_nat_gateway();
  lab.route(1, "0.0.0.0/0", NatLab::via_nat(), kPrivate);
  lab.route(1, "10.2.0.0/16", ToyWorld::via_peering(1), kPublic);
  lab.route(2, "10.1.0.0/16", ToyWorld::via_peering(1));
  lab.begin();

  EXPECT_EQ(lab.ping(1, "10.2.0.10"), "NAT_TO_PCX");
  EXPECT_THAT(lab.log.last_drop.sentence, HasSubstr(ToyWorld::peering(1)));
  lab.route(1, "10.2.0.0/16", ToyWorld::via_peering(1), kPrivate);  // past the gateway
  EXPECT_EQ(lab.ping(1, "10.2.0.10"), "ok");
}

TEST(NatGateway, LetsNothingInFromAPeer) {  // PCX-39, NAT-8: not even where it has a flow
  NatLab lab;
  lab.make_vpc(2);
  lab.make_instance(2, 2, "10.2.0.10");
  lab.make_peering(1, 1, 2);
  lab.make_nat_gateway();
  lab.route(1, "0.0.0.0/0", NatLab::via_nat(), kPrivate);
  lab.route(1, "10.2.0.0/16", ToyWorld::via_peering(1), kPublic);
  lab.route(2, "10.1.0.0/16", ToyWorld::via_peering(1));
  lab.begin();
  const auto client = address("10.1.16.10");
  const auto peer = address("10.2.0.10");
  const std::uint64_t first = send_raw(lab, 1, udp(client, peer, 40'000, 50'000));
  lab.run_for(std::chrono::seconds(1));
  const auto* flows = lab.world.fabric().nat_gateway(NatLab::nat_id())->table();
  ASSERT_NE(flows, nullptr);
  ASSERT_EQ(flows->size(), 1U);  // translated, and only then refused
  const std::uint16_t port = flows->flow(0).port;

  const std::uint64_t back = send_raw(lab, 2, udp(peer, address(lab.nat_address()), 50'000, port));
  lab.run_for(std::chrono::seconds(1));

  ASSERT_NE(lab.log.of(first), nullptr);
  EXPECT_EQ(lab.log.of(first)->what, "NAT_TO_PCX");
  ASSERT_NE(lab.log.of(back), nullptr);
  EXPECT_EQ(lab.log.of(back)->what, "NAT_NO_STATE");
  EXPECT_THAT(lab.log.last_drop.sentence, HasSubstr(NatLab::kNat));
}

TEST(NatGateway, ServesNobodyInAPeer) {  // CASE-6, NAT-8, PCX-24
  NatLab lab;
  lab.make_vpc(2);
  lab.make_instance(2, 2, "10.2.0.10");
  lab.make_peering(1, 2, 1);
  lab.make_nat_gateway();
  lab.route(1, "0.0.0.0/0", NatLab::via_nat(), kPrivate);
  lab.route(2, "203.0.113.0/24", ToyWorld::via_peering(1));
  lab.begin();

  EXPECT_EQ(lab.ping(2, "203.0.113.9"), "PCX_DST_NOT_IN_PEER_CIDR");
}

TEST(NatGateway, OfThePrivateKindHasNoWayOut) {  // FWD-5: dropped at the internet gateway
  NatLab lab;
  lab.make_nat_gateway(kPublic, true);
  lab.route(1, "0.0.0.0/0", NatLab::via_nat(), kPrivate);
  lab.begin();

  EXPECT_EQ(lab.ping(1, "8.8.8.8"), "IGW_NO_PUBLIC_IP");
  EXPECT_THAT(lab.log.last_drop.sentence, HasSubstr(NatLab::kNat));
  EXPECT_THAT(lab.log.last_drop.sentence, HasSubstr("connectivity is private"));
}

TEST(NatGateway, PassesTheAclOfItsSubnetOnEachLeg) {  // NAT-6, ACL-16
  const std::pair<const char*, const char*> legs[] = {
      {"--ingress --rule-number 10 --protocol=-1 --cidr-block 10.1.16.0/20", "NACL_INGRESS"},
      {"--egress --rule-number 10 --protocol=-1 --cidr-block 8.8.8.8/32", "NACL_EGRESS"},
      {"--ingress --rule-number 10 --protocol=-1 --cidr-block 8.8.8.8/32", "reply NACL_INGRESS"},
      {"--egress --rule-number 10 --protocol=-1 --cidr-block 10.1.16.0/20", "reply NACL_EGRESS"}};
  for (const auto& [entry, verdict] : legs) {
    SCOPED_TRACE(entry);
    OpenNatLab lab;
    lab.set_acl(kPublic, {entry});

    EXPECT_EQ(lab.ping(1, "8.8.8.8"), verdict);
  }
}

TEST(NatGateway, TranslatesThreeProtocols) {  // NAT-4
  OpenNatLab lab;

  const std::uint64_t gre =
      send_raw(lab, 1, ipv4(address("10.1.16.10"), address("8.8.8.8"), 47, {1, 2, 3, 4}));
  lab.run_for(std::chrono::seconds(1));

  ASSERT_NE(lab.log.of(gre), nullptr);
  EXPECT_EQ(lab.log.of(gre)->what, "NAT_PROTO");
}

TEST(NatGateway, ServesOnlyWhoIsInTheVpc) {  // NAT-10
  OpenNatLab lab;
  lab.aws("ec2 modify-instance-attribute --no-source-dest-check --instance-id " +
          ToyWorld::instance_id(1));

  const std::uint64_t foreign = send_raw(lab, 1, icmp(address("192.0.2.7"), address("8.8.8.8"), 8));
  lab.run_for(std::chrono::seconds(1));

  ASSERT_NE(lab.log.of(foreign), nullptr);
  EXPECT_EQ(lab.log.of(foreign)->what, "NAT_SRC_NOT_IN_VPC");
  EXPECT_EQ(lab.log.of(foreign)->code, "NGW_REQUIRES_SOURCE_IN_VPC");
}

/// The TCP flags of what an instance's guest received.
std::vector<int> tcp_flags_of(const TapLog& log) {
  std::vector<int> flags;
  for (const TapLog::Seen& frame : log.seen) {
    const Bytes bytes = Bytes(frame.bytes).subspan(wire::EthernetHeader::kSize);
    if (frame.direction == trace::Direction::kIn && load_be16(frame.bytes, 12) == 0x0800 &&
        wire::ipv4_protocol(bytes) == wire::IpProtocol::kTcp) {
      EXPECT_TRUE(wire::tcp_checksum_ok(wire::ipv4_payload(bytes), wire::ipv4_source(bytes),
                                        wire::ipv4_destination(bytes)));
      flags.push_back(wire::ipv4_payload(bytes)[13]);
    }
  }
  return flags;
}

TEST(NatGateway, ResetsAConnectionThatItHasForgotten) {  // NAT-5: after 350 s idle
  OpenNatLab lab;
  TapLog guest(lab, trace::Tap::Side::kGuest);
  const wire::Ipv4Address from = address("10.1.16.10");
  const wire::Ipv4Address to = lab.outside().address();
  send_raw(lab, 1, tcp(from, to, 40'000, 80));  // refused by the host itself
  lab.run_for(std::chrono::seconds(1));
  ASSERT_THAT(tcp_flags_of(guest), ElementsAre(wire::tcp_flag::kRst | wire::tcp_flag::kAck));
  lab.run_for(std::chrono::seconds(348));
  const std::uint64_t in_time = send_raw(lab, 1, tcp(from, to, 40'000, 80, wire::tcp_flag::kAck));
  lab.run_for(std::chrono::seconds(351));

  const std::uint64_t late = send_raw(lab, 1, tcp(from, to, 40'000, 80, wire::tcp_flag::kAck));
  lab.run_for(std::chrono::seconds(1));

  ASSERT_NE(lab.log.of(in_time), nullptr);
  EXPECT_EQ(lab.log.of(in_time)->what, "no-listener");  // it arrived
  ASSERT_NE(lab.log.of(late), nullptr);
  EXPECT_EQ(lab.log.of(late)->what, "NAT_NO_STATE");
  EXPECT_THAT(tcp_flags_of(guest), ElementsAre(wire::tcp_flag::kRst | wire::tcp_flag::kAck,
                                               wire::tcp_flag::kRst, wire::tcp_flag::kRst));
}

TEST(NatGateway, TakesNothingBeforeItIsAvailable) {  // NAT-1: pending at first
  NatLab lab;
  lab.begin();
  lab.aws("ec2 create-nat-gateway --connectivity-type private --subnet-id " +
              ToyWorld::subnet(1, kPublic),
          NatLab::kNat);

  EXPECT_EQ(lab.ping(1, lab.nat_address()), "INSTANCE_NOT_RUNNING");

  EXPECT_THAT(lab.log.last_drop.sentence, HasSubstr(NatLab::kNat));
  EXPECT_THAT(lab.log.last_drop.sentence, HasSubstr("is pending"));
}

TEST(NatGateway, HasOnlySoManyPortsForOneDestination) {  // NAT-5: NAT_PORTS_EXHAUSTED
  OpenNatLab lab;
  lab.make_instance(2, 1, "10.1.16.11", kPrivate);
  lab.run_for(std::chrono::minutes(1));
  const wire::Ipv4Address to = lab.outside().address();
  for (std::uint32_t i = 0; i < 55'000; ++i) {
    send_raw(lab, 1, udp(address("10.1.16.10"), to, static_cast<std::uint16_t>(i + 1'000), 9));
    if (i % 500 == 0) {
      lab.run_for(std::chrono::milliseconds(1));  // the links' queues are not meant
    }
  }
  lab.run_for(std::chrono::seconds(1));
  ASSERT_EQ(lab.world.fabric().nat_gateway(NatLab::nat_id())->table()->size(), 55'000U);

  const std::uint64_t one_more = send_raw(lab, 2, udp(address("10.1.16.11"), to, 1'000, 9));
  const std::uint64_t elsewhere = send_raw(lab, 2, udp(address("10.1.16.11"), to, 1'000, 10));
  lab.run_for(std::chrono::seconds(1));

  EXPECT_EQ(lab.log.of(one_more)->what, "NAT_PORTS_EXHAUSTED");
  EXPECT_EQ(lab.log.of(elsewhere)->what, "no-listener");
}

TEST(NatGateway, FollowsTheRoutesOfItsSubnetOnTheWayBack) {  // RT-11: through an appliance
  OpenNatLab lab;
  lab.make_subnet(1, 2, "10.1.32.0/20");
  lab.make_instance(2, 1, "10.1.32.10", 2);
  lab.run_for(std::chrono::minutes(1));
  lab.aws("ec2 modify-instance-attribute --no-source-dest-check --instance-id " +
          ToyWorld::instance_id(2));
  dynamic_cast<node::Instance&>(lab.guest(2)).set_ip_forward(true);
  lab.allow_in(1, "0.0.0.0/0");

  lab.route(1, "10.1.16.0/20", "--instance-id " + ToyWorld::instance_id(2), kPublic);

  EXPECT_EQ(lab.ping(1, "8.8.8.8"), "ok");
  EXPECT_EQ(lab.ttl, 64 - 3 - 1 - 1);  // the appliance is a hop
}

TEST(NatGateway, HasWiresOfItsOwn) {  // its links may be impaired like any other
  OpenNatLab lab;
  const api::ResourceId nat = NatLab::nat_id();
  ASSERT_TRUE(lab.world.impair(nat, trace::Direction::kIn, {.loss_ppm = 1'000'000}));
  EXPECT_EQ(lab.ping(1, "8.8.8.8"), "LINK_LOSS");
  EXPECT_THAT(lab.log.last_drop.sentence, HasSubstr(NatLab::kNat));
  ASSERT_TRUE(lab.world.impair(nat, trace::Direction::kIn, {}));
  ASSERT_TRUE(lab.world.impair(nat, trace::Direction::kOut, {.down = true}));
  EXPECT_EQ(lab.ping(1, "8.8.8.8"), "LINK_DOWN");
  ASSERT_TRUE(lab.world.impair(nat, trace::Direction::kOut, {}));
  EXPECT_EQ(lab.ping(1, "8.8.8.8"), "ok");
}

TEST(NatGateway, IsFartherAwayInAnotherZone) {  // TTL-6, SUB-1
  NatLab lab;
  lab.make_subnet(1, 2, "10.1.32.0/20", "b");
  lab.make_instance(2, 1, "10.1.32.10", 2);
  lab.make_nat_gateway();
  lab.route(1, "0.0.0.0/0", NatLab::via_nat(), kPrivate);
  lab.route(1, "0.0.0.0/0", NatLab::via_nat(), 2);
  lab.begin();

  ASSERT_EQ(lab.ping(1, "8.8.8.8"), "ok");
  const Duration near = lab.rtt;
  ASSERT_EQ(lab.ping(2, "8.8.8.8"), "ok");

  EXPECT_GT(lab.rtt, near);
}

TEST(NatGateway, HandsItsClientAPathMtu) {  // MTU-2, MTU-3, ICMP-2 by way of the gateway
  OpenNatLab lab;
  app::PingOptions options;
  options.size = 2'000;
  options.discovery = host::PathMtuDiscovery::kDo;

  EXPECT_EQ(lab.ping(1, "8.8.8.8", 1, options), "MTU_DF");

  EXPECT_EQ(lab.error_from, address("10.1.0.1"));  // the router, in the gateway's subnet
  EXPECT_EQ(lab.error_type, 3);
  EXPECT_EQ(lab.guest(1).host().path_mtu(lab.world.simulator().now(), address("8.8.8.8")), 1'500);
}

}  // namespace
}  // namespace vpclab::testing
