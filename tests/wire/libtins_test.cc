// libtins as a second witness: it reads what we write, and we read what it writes.
#include <gtest/gtest.h>
#include <tins/tins.h>

#include "netstack/wire/arp.h"
#include "netstack/wire/ethernet.h"
#include "tests/wire/packets.h"

namespace vpclab::wire {
namespace {

using testing::Buffer;
using testing::kAlice;
using testing::kBob;
using testing::pattern;

Tins::IP tins_ip(Tins::IP ip) {
  ip.ttl(63);
  ip.id(0xbeef);
  return ip;
}

TEST(Libtins, BuildsEthernetAndArpThatWeRead) {
  Tins::EthernetII frame =
      Tins::EthernetII("ff:ff:ff:ff:ff:ff", "02:00:00:00:00:07") /
      Tins::ARP("10.1.0.1", "10.1.4.7", "00:00:00:00:00:00", "02:00:00:00:00:07");
  frame.rfind_pdu<Tins::ARP>().opcode(Tins::ARP::REQUEST);
  const Buffer bytes = frame.serialize();

  const Parsed<EthernetHeader> header = EthernetHeader::parse(bytes);
  ASSERT_TRUE(header.has_value());
  EXPECT_EQ(header->type, EtherType::kArp);
  EXPECT_TRUE(header->destination.is_broadcast());
  const Parsed<ArpPacket> arp = ArpPacket::parse(Bytes(bytes).subspan(14));
  ASSERT_TRUE(arp.has_value());
  EXPECT_EQ(arp->operation, ArpOperation::kRequest);
  EXPECT_EQ(arp->sender_ip, Ipv4Address::of(10, 1, 4, 7));
  EXPECT_EQ(arp->target_ip, Ipv4Address::of(10, 1, 0, 1));
  EXPECT_EQ(to_string(arp->sender_mac), "02:00:00:00:00:07");
}

TEST(Libtins, ReadsEthernetAndArpThatWeBuild) {
  Buffer bytes(EthernetHeader::kSize + ArpPacket::kSize);
  EthernetHeader{MacAddress::from_integer(0x020000000007), MacAddress::from_integer(0x020000000001),
                 EtherType::kArp}
      .emit(bytes);
  ArpPacket{ArpOperation::kReply, MacAddress::from_integer(0x020000000001),
            Ipv4Address::of(10, 1, 0, 1), MacAddress::from_integer(0x020000000007), kAlice}
      .emit(MutableBytes(bytes).subspan(EthernetHeader::kSize));

  const Tins::EthernetII frame(bytes.data(), static_cast<std::uint32_t>(bytes.size()));

  EXPECT_EQ(frame.src_addr().to_string(), "02:00:00:00:00:01");
  const auto& arp = frame.rfind_pdu<Tins::ARP>();
  EXPECT_EQ(arp.opcode(), Tins::ARP::REPLY);
  EXPECT_EQ(arp.sender_ip_addr().to_string(), "10.1.0.1");
  EXPECT_EQ(arp.target_ip_addr().to_string(), "10.1.4.7");
  EXPECT_EQ(arp.target_hw_addr().to_string(), "02:00:00:00:00:07");
}

TEST(Libtins, BuildsEchoesOfManySizesThatWeRead) {
  for (std::uint32_t size = 0; size < 70; ++size) {
    Tins::ICMP icmp(Tins::ICMP::ECHO_REQUEST);
    icmp.id(0x0102);
    icmp.sequence(7);
    Tins::IP ip = tins_ip(Tins::IP("10.2.4.95", "10.1.4.7")) / icmp / Tins::RawPDU(pattern(size));
    const Buffer bytes = ip.serialize();

    const Parsed<Ipv4Header> header = Ipv4Header::parse(bytes);
    ASSERT_TRUE(header.has_value()) << size;
    EXPECT_TRUE(ipv4_checksum_ok(bytes)) << size;
    EXPECT_EQ(header->source, kAlice);
    EXPECT_EQ(header->destination, kBob);
    EXPECT_EQ(header->ttl, 63);
    EXPECT_EQ(header->identification, 0xbeef);
    const Bytes message = ipv4_payload(Bytes(bytes));
    EXPECT_TRUE(icmp_checksum_ok(message)) << size;
    EXPECT_EQ(IcmpV4Header::parse(message), IcmpV4Header::echo(IcmpType::kEchoRequest, 0x0102, 7));
  }
}

// libtins writes a packet anew and computes its checksums: equal bytes are equal opinions.
TEST(Libtins, WritesTheBytesThatWeWrite) {
  TcpHeader header;
  header.source_port = 49'152;
  header.destination_port = 22;
  header.sequence = 1'000;
  header.acknowledgment = 2'000;
  header.flags = tcp_flag::kPsh | tcp_flag::kAck;
  header.window = 501;
  for (std::size_t size = 1; size < 66; ++size) {
    for (const Buffer& ours : {testing::udp(kAlice, kBob, 4'711, 53'000, pattern(size)),
                               testing::tcp(kAlice, kBob, header, pattern(size)),
                               testing::echo(kAlice, kBob, IcmpType::kEchoRequest, 9, 8, size),
                               testing::echo(kAlice, kBob, IcmpType::kEchoReply, 9, 8, size)}) {
      Tins::IP theirs(ours.data(), static_cast<std::uint32_t>(ours.size()));

      EXPECT_EQ(theirs.src_addr().to_string(), "10.1.4.7");
      EXPECT_EQ(theirs.dst_addr().to_string(), "10.2.4.95");
      EXPECT_EQ(theirs.serialize(), ours) << size << " protocol " << int{theirs.protocol()};
    }
  }
}

TEST(Libtins, ReadsFragmentsThatWeBuild) {
  Ipv4Header header = testing::header_of(kAlice, kBob, IpProtocol::kUdp);
  header.more_fragments = true;
  header.fragment_offset = 1'480;
  const Buffer ours = testing::datagram(header, pattern(1'480));

  const Tins::IP theirs(ours.data(), static_cast<std::uint32_t>(ours.size()));

  EXPECT_EQ(theirs.flags(), Tins::IP::MORE_FRAGMENTS);
  EXPECT_EQ(theirs.fragment_offset() * 8, 1'480);
  EXPECT_EQ(theirs.tot_len(), 1'500);
  EXPECT_TRUE(theirs.is_fragmented());
}

TEST(Libtins, ReadsErrorsThatWeBuild) {
  const Buffer about = testing::udp(kAlice, kBob, 4'711, 33'434, pattern(200));
  const Buffer ours = testing::icmp_error(Ipv4Address::of(10, 1, 0, 1),
                                          IcmpV4Header::fragmentation_needed(1'500), about, 128);

  Tins::IP theirs(ours.data(), static_cast<std::uint32_t>(ours.size()));

  const auto& icmp = theirs.rfind_pdu<Tins::ICMP>();
  EXPECT_EQ(icmp.type(), Tins::ICMP::DEST_UNREACHABLE);
  EXPECT_EQ(icmp.code(), 4);
  EXPECT_EQ(icmp.mtu(), 1'500);
  EXPECT_EQ(theirs.rfind_pdu<Tins::RawPDU>().payload(), Buffer(about.begin(), about.begin() + 128));
}

TEST(Libtins, BuildsOptionsThatWeCarry) {
  Tins::IP ip = tins_ip(Tins::IP("10.2.4.95", "10.1.4.7"));
  ip.stream_identifier(7);
  // libtins 4.0 pads options one byte too far, into the port's high byte: 103 survives that.
  const Buffer bytes = (ip / Tins::UDP(53, 103) / Tins::RawPDU("abc")).serialize();

  const Parsed<Ipv4Header> header = Ipv4Header::parse(bytes);

  ASSERT_TRUE(header.has_value());
  EXPECT_EQ(header->options.size, 4);
  EXPECT_EQ(header->options.bytes[0], 0x88);
  Buffer written(bytes.begin(), bytes.end());
  header->emit(written);
  EXPECT_EQ(written, bytes);
  EXPECT_TRUE(udp_checksum_ok(ipv4_payload(Bytes(bytes)), kAlice, kBob));
}

}  // namespace
}  // namespace vpclab::wire
