#include "emulator/trace/traffic.h"

#include <vector>

#include <gtest/gtest.h>

#include "netstack/wire/arp.h"
#include "netstack/wire/ethernet.h"
#include "tests/trace/toy_drop.h"

namespace vpclab::trace {
namespace {

TEST(Traffic, SpeaksOfAPacketAsARuleWould) {
  const auto what = [](wire::IpProtocol protocol, const std::vector<std::uint8_t>& payload) {
    return read_traffic(ipv4("10.1.6.33", "10.2.4.95", protocol, payload)).what;
  };

  EXPECT_EQ(what(wire::IpProtocol::kIcmp, {8, 0, 0, 0}), "icmp type 8 code 0");
  EXPECT_EQ(what(wire::IpProtocol::kIcmp, {3, 4, 0, 0}), "icmp type 3 code 4");
  EXPECT_EQ(what(wire::IpProtocol::kUdp, {0x80, 0, 0x82, 0x9a}), "udp port 33434");
  EXPECT_EQ(what(wire::IpProtocol::kTcp, {0x80, 0, 0, 22}), "tcp port 22");
  EXPECT_EQ(what(wire::IpProtocol{47}, {1, 2, 3, 4}), "protocol 47");
}

TEST(Traffic, KnowsBothAddresses) {
  const Traffic traffic = read_traffic(echo_request("10.1.6.33", "10.2.4.95"));

  EXPECT_EQ(traffic.source, address("10.1.6.33"));
  EXPECT_EQ(traffic.destination, address("10.2.4.95"));
}

TEST(Traffic, SaysThatALaterFragmentHasNoPorts) {
  const auto packet = ipv4("10.1.6.33", "10.2.4.95", wire::IpProtocol::kUdp, {0, 1, 0, 2}, 1480);

  EXPECT_EQ(read_traffic(packet).what, "a later fragment of udp");
}

TEST(Traffic, ReadsWhatIsLeftOfAPacketCutShort) {
  std::vector<std::uint8_t> packet = echo_request("10.1.6.33", "10.2.4.95");
  packet.resize(21);
  EXPECT_EQ(read_traffic(packet).what, "icmp");
  packet.resize(20);
  EXPECT_EQ(read_traffic(packet).what, "icmp");
  packet[0] = 0x4f;  // says that the header has 60 bytes
  EXPECT_EQ(read_traffic(packet).what, "icmp");
  packet.resize(19);
  EXPECT_EQ(read_traffic(packet).what, "no IPv4 packet");
  EXPECT_FALSE(read_traffic(packet).source.has_value());
  EXPECT_EQ(read_traffic({}).what, "no IPv4 packet");
}

TEST(Traffic, ReadsFramesToo) {
  std::vector<std::uint8_t> frame(wire::EthernetHeader::kSize);
  wire::EthernetHeader{{}, {}, wire::EtherType::kIpv4}.emit(frame);
  const std::vector<std::uint8_t> packet = echo_request("10.1.6.33", "10.2.4.95");
  frame.insert(frame.end(), packet.begin(), packet.end());

  EXPECT_EQ(read_frame_traffic(frame).what, "icmp type 8 code 0");
  frame.resize(13);
  EXPECT_EQ(read_frame_traffic(frame).what, "no Ethernet frame");
}

TEST(Traffic, NamesWhoAsksForWhomInArp) {  // L2-3
  std::vector<std::uint8_t> frame(wire::EthernetHeader::kSize + wire::ArpPacket::kSize);
  wire::EthernetHeader{{}, {}, wire::EtherType::kArp}.emit(frame);
  wire::ArpPacket arp;
  arp.sender_ip = address("10.1.0.10");
  arp.target_ip = address("10.1.0.99");
  arp.emit(MutableBytes(frame).subspan(wire::EthernetHeader::kSize));

  const Traffic traffic = read_frame_traffic(frame);

  EXPECT_EQ(traffic.what, "arp");
  EXPECT_EQ(traffic.source, address("10.1.0.10"));
  EXPECT_EQ(traffic.destination, address("10.1.0.99"));
}

}  // namespace
}  // namespace vpclab::trace
