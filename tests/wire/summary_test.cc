#include "netstack/wire/summary.h"

#include <string>

#include <gtest/gtest.h>

#include "netstack/wire/arp.h"
#include "netstack/wire/ethernet.h"
#include "tests/wire/packets.h"

namespace vpclab::wire {
namespace {

using testing::Buffer;
using testing::datagram;
using testing::echo;
using testing::header_of;
using testing::icmp_error;
using testing::kAlice;
using testing::kBob;
using testing::kOutside;
using testing::pattern;
using testing::tcp;
using testing::udp;

Buffer framed(EtherType type, const Buffer& payload) {
  Buffer frame = testing::with_room(EthernetHeader::kSize, payload);
  EthernetHeader{MacAddress::broadcast(), MacAddress::from_integer(0x020000000007), type}.emit(
      frame);
  return frame;
}

std::string of_packet(const Buffer& packet) {
  return summarize_frame(framed(EtherType::kIpv4, packet));
}

TEST(Summary, OfArp) {
  Buffer arp(ArpPacket::kSize);
  ArpPacket packet{ArpOperation::kRequest, MacAddress::from_integer(0x020000000007), kAlice,
                   MacAddress{}, Ipv4Address::of(10, 1, 0, 1)};
  packet.emit(arp);
  EXPECT_EQ(summarize_frame(framed(EtherType::kArp, arp)),
            "ARP, Request who-has 10.1.0.1 tell 10.1.4.7, length 28");

  packet.operation = ArpOperation::kReply;
  packet.emit(arp);
  EXPECT_EQ(summarize_frame(framed(EtherType::kArp, arp)),
            "ARP, Reply 10.1.4.7 is-at 02:00:00:00:00:07, length 28");
}

TEST(Summary, OfEchoes) {
  EXPECT_EQ(of_packet(echo(kAlice, kBob, IcmpType::kEchoRequest, 1, 2)),
            "IP 10.1.4.7 > 10.2.4.95: ICMP echo request, id 1, seq 2, length 64");
  EXPECT_EQ(of_packet(echo(kBob, kAlice, IcmpType::kEchoReply, 1, 2)),
            "IP 10.2.4.95 > 10.1.4.7: ICMP echo reply, id 1, seq 2, length 64");
}

TEST(Summary, OfErrorsNamesWhatTheyAreAbout) {
  const Buffer probe = udp(kAlice, kBob, 4'711, 33'434, pattern(32));
  const auto unreachable_of = [&probe](std::uint8_t code) {
    return of_packet(
        icmp_error(kBob, IcmpV4Header::error(IcmpType::kDestinationUnreachable, code), probe, 28));
  };
  const std::string prefix = "IP 10.2.4.95 > 10.1.4.7: ICMP ";
  EXPECT_EQ(unreachable_of(unreachable::kPort),
            prefix + "10.2.4.95 udp port 33434 unreachable, length 36");
  EXPECT_EQ(unreachable_of(unreachable::kHost), prefix + "host 10.2.4.95 unreachable, length 36");
  EXPECT_EQ(unreachable_of(unreachable::kNet), prefix + "net 10.2.4.95 unreachable, length 36");
  EXPECT_EQ(unreachable_of(unreachable::kProtocol),
            prefix + "10.2.4.95 protocol 17 unreachable, length 36");
  EXPECT_EQ(of_packet(icmp_error(kOutside, IcmpV4Header::fragmentation_needed(1'500), probe, 28)),
            "IP 198.51.100.1 > 10.1.4.7: ICMP 10.2.4.95 unreachable - need to frag (mtu 1500), "
            "length 36");
  EXPECT_EQ(
      of_packet(icmp_error(kOutside, IcmpV4Header::error(IcmpType::kTimeExceeded, 0), probe, 28)),
      "IP 198.51.100.1 > 10.1.4.7: ICMP time exceeded in-transit, length 36");
}

TEST(Summary, OfUdpAndTcp) {
  EXPECT_EQ(of_packet(udp(kAlice, kBob, 4'711, 33'434, pattern(32))),
            "IP 10.1.4.7.4711 > 10.2.4.95.33434: UDP, length 32");

  TcpHeader header;
  header.source_port = 49'152;
  header.destination_port = 22;
  header.sequence = 1'000;
  header.flags = tcp_flag::kSyn;
  header.window = 64'240;
  EXPECT_EQ(of_packet(tcp(kAlice, kBob, header)),
            "IP 10.1.4.7.49152 > 10.2.4.95.22: Flags [S], seq 1000, win 64240, length 0");
  header.flags = tcp_flag::kPsh | tcp_flag::kAck;
  header.acknowledgment = 7;
  EXPECT_EQ(of_packet(tcp(kAlice, kBob, header, pattern(5))),
            "IP 10.1.4.7.49152 > 10.2.4.95.22: Flags [P.], seq 1000:1005, ack 7, win 64240, "
            "length 5");
}

TEST(Summary, OfUdpTellsALengthThatIsNone) {  // RFC 768: eight bytes at least
  Buffer packet = udp(kAlice, kBob, 5'353, 53, pattern(4));
  for (const std::uint16_t length : {std::uint16_t{0}, std::uint16_t{7}}) {
    store_be16(packet, Ipv4Header::kMinSize + 4, length);

    EXPECT_EQ(of_packet(packet),
              "IP 10.1.4.7.5353 > 10.2.4.95.53: UDP, bad length " + std::to_string(length));
  }
}

TEST(Summary, OfFragmentsNamesTheirPlace) {
  Ipv4Header header = header_of(kAlice, kBob, IpProtocol::kIcmp);
  header.more_fragments = true;
  const Buffer message =
      testing::icmp_message(IcmpV4Header::echo(IcmpType::kEchoRequest, 1, 2), pattern(8));
  EXPECT_EQ(of_packet(datagram(header, message)),
            "IP 10.1.4.7 > 10.2.4.95: ICMP echo request, id 1, seq 2, length 16 (frag 4660:16@0+)");

  header.more_fragments = false;
  header.fragment_offset = 16;
  EXPECT_EQ(of_packet(datagram(header, pattern(5))),
            "IP 10.1.4.7 > 10.2.4.95: icmp (frag 4660:5@16)");
}

TEST(Summary, SaysWhatItCannotRead) {
  EXPECT_EQ(summarize_frame(Buffer(13)), "malformed Ethernet (too-short), length 13");
  EXPECT_EQ(of_packet(Buffer(19)), "IP malformed IPv4 (too-short), length 19");
  EXPECT_EQ(of_packet(datagram(header_of(kAlice, kBob, IpProtocol::kIcmp), pattern(3))),
            "IP 10.1.4.7 > 10.2.4.95: ICMP, too-short, length 3");
  EXPECT_EQ(of_packet(datagram(header_of(kAlice, kBob, IpProtocol::kTcp), pattern(3))),
            "IP 10.1.4.7 > 10.2.4.95: tcp, too-short, length 3");
  EXPECT_EQ(of_packet(datagram(header_of(kAlice, kBob, IpProtocol{47}), pattern(3))),
            "IP 10.1.4.7 > 10.2.4.95: ip-proto-47 3");
  EXPECT_EQ(summarize_frame(framed(EtherType{0x88cc}, pattern(3))), "ethertype 0x88cc, length 3");
}

}  // namespace
}  // namespace vpclab::wire
