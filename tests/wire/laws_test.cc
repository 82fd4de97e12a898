// Laws that hold for every header: what is written is read back, and edits equal writing anew.
#include <algorithm>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "netstack/wire/arp.h"
#include "netstack/wire/edit.h"
#include "netstack/wire/ethernet.h"
#include "netstack/wire/ipv4_prefix.h"
#include "tests/wire/packets.h"

namespace vpclab::wire {
namespace {

using testing::Buffer;
using testing::datagram;
using testing::icmp_error;

template <class T>
T any() {
  return *rc::gen::arbitrary<T>();
}

Ipv4Address any_address() { return Ipv4Address::from_host_order(any<std::uint32_t>()); }

MacAddress any_mac() { return MacAddress::from_integer(any<std::uint64_t>()); }

std::uint8_t any_options_size() { return static_cast<std::uint8_t>(*rc::gen::inRange(0, 11) * 4); }

Ipv4Header any_ipv4_header() {
  Ipv4Header header;
  header.tos = any<std::uint8_t>();
  header.identification = any<std::uint16_t>();
  header.reserved_flag = any<bool>();
  header.dont_fragment = any<bool>();
  header.more_fragments = any<bool>();
  header.fragment_offset = static_cast<std::uint16_t>(*rc::gen::inRange(0, 8'192) * 8);
  header.ttl = any<std::uint8_t>();
  header.protocol = static_cast<IpProtocol>(any<std::uint8_t>());
  header.source = any_address();
  header.destination = any_address();
  header.options.size = any_options_size();
  for (std::uint8_t i = 0; i < header.options.size; ++i) {
    header.options.bytes[i] = any<std::uint8_t>();
  }
  return header;
}

TcpHeader any_tcp_header() {
  TcpHeader header;
  header.source_port = any<std::uint16_t>();
  header.destination_port = any<std::uint16_t>();
  header.sequence = any<std::uint32_t>();
  header.acknowledgment = any<std::uint32_t>();
  header.reserved = static_cast<std::uint8_t>(*rc::gen::inRange(0, 16));
  header.flags = any<std::uint8_t>();
  header.window = any<std::uint16_t>();
  header.urgent = any<std::uint16_t>();
  header.options_size = any_options_size();
  for (std::uint8_t i = 0; i < header.options_size; ++i) {
    header.options[i] = any<std::uint8_t>();
  }
  return header;
}

TEST(WireLaws, EthernetReadsWhatItWrites) {
  EXPECT_TRUE(rc::check("parse(emit(x)) == x", [] {
    const EthernetHeader header{any_mac(), any_mac(), static_cast<EtherType>(any<std::uint16_t>())};
    Buffer frame(EthernetHeader::kSize);
    header.emit(frame);
    RC_ASSERT(EthernetHeader::parse(frame) == header);
  }));
}

TEST(WireLaws, ArpReadsWhatItWrites) {
  EXPECT_TRUE(rc::check("parse(emit(x)) == x", [] {
    const ArpPacket arp{any<bool>() ? ArpOperation::kRequest : ArpOperation::kReply, any_mac(),
                        any_address(), any_mac(), any_address()};
    Buffer bytes(ArpPacket::kSize);
    arp.emit(bytes);
    RC_ASSERT(ArpPacket::parse(bytes) == arp);
  }));
}

TEST(WireLaws, Ipv4ReadsWhatItWrites) {
  EXPECT_TRUE(rc::check("parse(emit(x)) == x", [] {
    Ipv4Header header = any_ipv4_header();
    const auto payload = any<Buffer>();
    const Buffer packet = datagram(header, payload);
    header.total_length = static_cast<std::uint16_t>(packet.size());
    RC_ASSERT(Ipv4Header::parse(packet) == header);
    RC_ASSERT(ipv4_checksum_ok(packet));
    RC_ASSERT(ipv4_well_formed(packet));
  }));
}

TEST(WireLaws, IcmpReadsWhatItWrites) {
  EXPECT_TRUE(rc::check("parse(emit(x)) == x", [] {
    const IcmpV4Header header{static_cast<IcmpType>(any<std::uint8_t>()), any<std::uint8_t>(),
                              any<std::uint32_t>()};
    const Buffer message = testing::icmp_message(header, any<Buffer>());
    RC_ASSERT(IcmpV4Header::parse(message) == header);
    RC_ASSERT(icmp_checksum_ok(message));
  }));
}

TEST(WireLaws, UdpReadsWhatItWrites) {
  EXPECT_TRUE(rc::check("parse(emit(x)) == x", [] {
    const Ipv4Address source = any_address();
    const Ipv4Address destination = any_address();
    Buffer segment = testing::with_room(UdpHeader::kSize, any<Buffer>());
    const UdpHeader header{any<std::uint16_t>(), any<std::uint16_t>(),
                           static_cast<std::uint16_t>(segment.size())};
    header.emit(segment, source, destination);
    RC_ASSERT(UdpHeader::parse(segment) == header);
    RC_ASSERT(udp_checksum_ok(segment, source, destination));
  }));
}

TEST(WireLaws, TcpReadsWhatItWrites) {
  EXPECT_TRUE(rc::check("parse(emit(x)) == x", [] {
    const TcpHeader header = any_tcp_header();
    const Ipv4Address source = any_address();
    const Ipv4Address destination = any_address();
    Buffer segment = testing::with_room(header.header_size(), any<Buffer>());
    header.emit(segment, source, destination);
    RC_ASSERT(TcpHeader::parse(segment) == header);
    RC_ASSERT(tcp_checksum_ok(segment, source, destination));
  }));
}

TEST(WireLaws, RewritingEqualsWritingAnew) {
  EXPECT_TRUE(rc::check("rewrite(emit(x)) == emit(rewritten x)", [] {
    const Ipv4Address source = any_address();
    const Ipv4Address destination = any_address();
    const Ipv4Address other = any_address();
    const auto data = any<Buffer>();
    Buffer packet = testing::udp(source, destination, any<std::uint16_t>(), 53, data);
    const std::uint16_t port = load_be16(packet, 20);
    rewrite_source(packet, other);
    RC_ASSERT(packet == testing::udp(other, destination, port, 53, data));
    rewrite_destination(packet, source);
    RC_ASSERT(packet == testing::udp(other, source, port, 53, data));
  }));
}

// 1:1 translation loses nothing: out and back gives the bytes that were sent.
TEST(WireLaws, TranslatingThereAndBackIsTheIdentity) {
  EXPECT_TRUE(rc::check("rewrite back", [] {
    const Ipv4Address inside = any_address();
    const Ipv4Address outside = any_address();
    const Buffer sent = testing::tcp(inside, any_address(), any_tcp_header(), any<Buffer>());
    const Buffer error = icmp_error(any_address(), IcmpV4Header::error(IcmpType::kTimeExceeded, 0),
                                    sent, static_cast<std::size_t>(*rc::gen::inRange(0, 120)));
    Buffer translated = error;
    rewrite_destination(translated, outside);
    RC_ASSERT(icmp_checksum_ok(ipv4_payload(Bytes(translated))));
    RC_ASSERT(ipv4_checksum_ok(translated));
    rewrite_destination(translated, inside);
    RC_ASSERT(translated == error);
  }));
}

TEST(WireLaws, AddressesAndPrefixesReadWhatTheyPrint) {
  EXPECT_TRUE(rc::check("parse(to_string(x)) == x", [] {
    const Ipv4Address address = any_address();
    RC_ASSERT(Ipv4Address::parse(to_string(address)).value() == address);
    const MacAddress mac = any_mac();
    RC_ASSERT(MacAddress::parse(to_string(mac)).value() == mac);
    const Ipv4Prefix prefix = Ipv4Prefix::of(address, *rc::gen::inRange(0, 33));
    RC_ASSERT(Ipv4Prefix::parse(to_string(prefix))->prefix == prefix);
    RC_ASSERT(prefix.contains(address));
  }));
}

TEST(WireLaws, PrefixesContainExactlyTheirRange) {
  EXPECT_TRUE(rc::check("contains(a) == first <= a <= last", [] {
    const Ipv4Prefix prefix = Ipv4Prefix::of(any_address(), *rc::gen::inRange(0, 33));
    const Ipv4Address address = any_address();
    RC_ASSERT(prefix.contains(address) == (prefix.first() <= address && address <= prefix.last()));
    const Ipv4Prefix other = Ipv4Prefix::of(any_address(), *rc::gen::inRange(0, 33));
    RC_ASSERT(prefix.overlaps(other) ==
              (prefix.first() <= other.last() && other.first() <= prefix.last()));
  }));
}

}  // namespace
}  // namespace vpclab::wire
