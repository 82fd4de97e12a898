#include "netstack/wire/edit.h"

#include <algorithm>
#include <utility>

#include <gtest/gtest.h>

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
using testing::kPublic;
using testing::pattern;
using testing::tcp;
using testing::udp;

TEST(Edit, LowersTheTtlAsIfWrittenAnew) {
  for (const int ttl : {1, 2, 64, 127, 128, 255}) {
    for (const int identification : {0, 1, 0x1234, 0xfffe, 0xffff}) {
      Ipv4Header header = header_of(kAlice, kBob, IpProtocol::kUdp);
      header.ttl = static_cast<std::uint8_t>(ttl);
      header.identification = static_cast<std::uint16_t>(identification);
      Buffer packet = datagram(header, pattern(8));
      header.ttl = static_cast<std::uint8_t>(ttl - 1);

      decrement_ttl(packet);

      EXPECT_EQ(packet, datagram(header, pattern(8))) << ttl << " " << identification;
    }
  }
}

TEST(Edit, LeavesAWrongChecksumWrong) {
  Buffer packet = udp(kAlice, kBob, 1, 2, pattern(8));
  packet[10] = static_cast<std::uint8_t>(packet[10] ^ 0x01);

  decrement_ttl(packet);
  rewrite_source(packet, kPublic);

  EXPECT_FALSE(ipv4_checksum_ok(packet));
}

// IGW-3: addresses change, ports and identifiers do not.
TEST(Edit, RewritesAsIfWrittenAnew) {
  TcpHeader header;
  header.source_port = 49'152;
  header.destination_port = 22;
  header.flags = tcp_flag::kSyn;

  Buffer datagrams[] = {udp(kAlice, kOutside, 4'711, 53, pattern(9)),
                        tcp(kAlice, kOutside, header, pattern(9)),
                        echo(kAlice, kOutside, IcmpType::kEchoRequest, 1, 2)};
  const Buffer from_public[] = {udp(kPublic, kOutside, 4'711, 53, pattern(9)),
                                tcp(kPublic, kOutside, header, pattern(9)),
                                echo(kPublic, kOutside, IcmpType::kEchoRequest, 1, 2)};
  const Buffer from_public_to_bob[] = {udp(kPublic, kBob, 4'711, 53, pattern(9)),
                                       tcp(kPublic, kBob, header, pattern(9)),
                                       echo(kPublic, kBob, IcmpType::kEchoRequest, 1, 2)};
  for (std::size_t i = 0; i < 3; ++i) {
    rewrite_source(datagrams[i], kPublic);
    EXPECT_EQ(datagrams[i], from_public[i]) << i;
    rewrite_destination(datagrams[i], kBob);
    EXPECT_EQ(datagrams[i], from_public_to_bob[i]) << i;
  }
}

TEST(Edit, KeepsUdpsNoChecksum) {
  Buffer packet = udp(kAlice, kBob, 4'711, 53, pattern(9));
  store_be16(packet, 26, 0);

  rewrite_source(packet, kPublic);

  EXPECT_EQ(load_be16(packet, 26), 0);
  EXPECT_TRUE(ipv4_checksum_ok(packet));
}

TEST(Edit, NeverMakesUdpsChecksumZero) {
  int all_ones = 0;
  for (std::uint32_t port = 0; port <= 0xffff; ++port) {
    Buffer packet = udp(kAlice, kBob, static_cast<std::uint16_t>(port), 53);

    rewrite_source(packet, kPublic);

    ASSERT_EQ(packet, udp(kPublic, kBob, static_cast<std::uint16_t>(port), 53)) << port;
    all_ones += load_be16(packet, 26) == 0xffff ? 1 : 0;
  }
  EXPECT_EQ(all_ones, 1);
}

TEST(Edit, TouchesOnlyTheHeaderOfALaterFragment) {
  Ipv4Header header = header_of(kAlice, kBob, IpProtocol::kUdp);
  header.fragment_offset = 1'480;
  Buffer packet = datagram(header, pattern(40));

  rewrite_source(packet, kPublic);

  header.source = kPublic;
  EXPECT_EQ(packet, datagram(header, pattern(40)));
}

TEST(Edit, LeavesPaddingAlone) {
  Buffer packet = datagram(header_of(kAlice, kBob, IpProtocol::kTcp), pattern(4));
  packet.resize(46, 0x77);

  rewrite_source(packet, kPublic);

  EXPECT_EQ(Buffer(packet.begin() + 24, packet.end()), Buffer(22, 0x77));
  EXPECT_EQ(Buffer(packet.begin() + 20, packet.begin() + 24), pattern(4));
}

TEST(Edit, TakesOptionsInItsStride) {
  Ipv4Header header = header_of(kAlice, kBob, IpProtocol::kUdp);
  header.options.size = 8;
  header.options.bytes = {0x07, 0x07, 0x04, 0, 0, 0, 0, 0};  // record route
  Buffer segment(UdpHeader::kSize);
  UdpHeader{1, 2, 8}.emit(segment, kAlice, kBob);
  Buffer packet = datagram(header, segment);

  rewrite_destination(packet, kPublic);

  EXPECT_TRUE(ipv4_checksum_ok(packet));
  EXPECT_TRUE(udp_checksum_ok(ipv4_payload(Bytes(packet)), kAlice, kPublic));
  EXPECT_EQ(Ipv4Header::parse(packet)->options, header.options);
}

// RFC 3022 section 4.1: the address and the port, or the identifier of a query.
TEST(Edit, RewritesPortsAsIfWrittenAnew) {
  TcpHeader header;
  header.source_port = 49'152;
  header.destination_port = 22;
  TcpHeader translated = header;
  translated.source_port = 1'024;
  const std::pair<Buffer, Buffer> pairs[] = {
      {udp(kAlice, kOutside, 4'711, 53, pattern(9)), udp(kPublic, kOutside, 1'024, 53, pattern(9))},
      {tcp(kAlice, kOutside, header, pattern(9)), tcp(kPublic, kOutside, translated, pattern(9))},
      {echo(kAlice, kOutside, IcmpType::kEchoRequest, 7, 2),
       echo(kPublic, kOutside, IcmpType::kEchoRequest, 1'024, 2)}};
  for (const auto& [sent, seen] : pairs) {
    Buffer packet = sent;
    rewrite_source(packet, kPublic, 1'024);
    EXPECT_EQ(packet, seen);
  }
}

TEST(Edit, RewritesThePortsOfAnswersAsIfWrittenAnew) {
  const std::pair<Buffer, Buffer> pairs[] = {
      {udp(kOutside, kPublic, 53, 1'024, pattern(9)), udp(kOutside, kAlice, 53, 4'711, pattern(9))},
      {echo(kOutside, kPublic, IcmpType::kEchoReply, 1'024, 2),
       echo(kOutside, kAlice, IcmpType::kEchoReply, 4'711, 2)}};
  for (const auto& [sent, seen] : pairs) {
    Buffer packet = sent;
    rewrite_destination(packet, kAlice, 4'711);
    EXPECT_EQ(packet, seen);
  }
}

// RFC 1624 section 3: an answer whose identifier becomes the last word that is 0
TEST(Edit, MakesNoChecksumOfZerosWrong) {
  const auto reply = [](std::uint16_t identifier) {
    return echo(kAlice, kBob, IcmpType::kEchoReply, identifier, 0, 0);
  };
  Buffer packet = reply(7);

  rewrite_destination(packet, kBob, 0);

  EXPECT_EQ(packet, reply(0));
}

TEST(Edit, LeavesThePortsOfLaterFragmentsAlone) {
  Ipv4Header header = header_of(kAlice, kOutside, IpProtocol::kUdp);
  header.fragment_offset = 1'480;
  Buffer packet = datagram(header, pattern(24));
  header.source = kPublic;

  rewrite_source(packet, kPublic, 1'024);

  EXPECT_EQ(packet, datagram(header, pattern(24)));
}

// RFC 5508 section 4.2, with ports: also for short quotes.
TEST(Edit, TranslatesAddressAndPortOfTheQuoteOfAnError) {
  const IcmpV4Header exceeded = IcmpV4Header::error(IcmpType::kTimeExceeded, 0);
  for (std::size_t quoted = 28; quoted <= 48; quoted += 2) {
    const std::pair<Buffer, Buffer> pairs[] = {
        {udp(kAlice, kBob, 4'711, 33'434, pattern(20)),
         udp(kPublic, kBob, 1'024, 33'434, pattern(20))},
        {echo(kAlice, kBob, IcmpType::kEchoRequest, 7, 2),
         echo(kPublic, kBob, IcmpType::kEchoRequest, 1'024, 2)}};
    for (const auto& [sent, seen] : pairs) {
      const std::size_t size = std::min(quoted, seen.size());
      Buffer error = icmp_error(kOutside, exceeded, seen, size);
      const std::uint16_t port = ipv4_protocol(sent) == IpProtocol::kUdp ? 4'711 : 7;

      rewrite_destination(error, kAlice, port);

      Buffer expected = icmp_error(kOutside, exceeded, sent, size);
      EXPECT_EQ(error, expected) << quoted;
      EXPECT_TRUE(icmp_checksum_ok(ipv4_payload(Bytes(error)))) << quoted;
    }
  }
}

/// An error about `sent` after translation must equal the error about the translated datagram.
void expect_quote_follows(const Buffer& sent, const Buffer& sent_translated, std::size_t quoted) {
  const IcmpV4Header header = IcmpV4Header::error(IcmpType::kTimeExceeded, 0);

  // Ingress: a router outside quotes what it saw, from the public address; inside it must speak of
  // the private one.
  Buffer error = icmp_error(kOutside, header, sent_translated, quoted);
  rewrite_destination(error, kAlice);

  EXPECT_EQ(error, icmp_error(kOutside, header, sent, quoted)) << quoted;
  EXPECT_TRUE(icmp_checksum_ok(ipv4_payload(Bytes(error)))) << quoted;
}

// IGW-3 with RFC 5508 section 4.2: also for short quotes. (A quote that ends within a checksum
// cannot be made right; nobody cuts at an odd byte.)
TEST(Edit, TranslatesTheQuoteOfAnErrorOnItsWayIn) {
  TcpHeader header;
  header.source_port = 49'152;
  header.destination_port = 22;
  for (std::size_t quoted = 20; quoted <= 48; quoted += 2) {
    expect_quote_follows(udp(kAlice, kBob, 4'711, 33'434, pattern(20)),
                         udp(kPublic, kBob, 4'711, 33'434, pattern(20)), quoted);
    expect_quote_follows(tcp(kAlice, kBob, header), tcp(kPublic, kBob, header), quoted);
    expect_quote_follows(echo(kAlice, kBob, IcmpType::kEchoRequest, 1, 2),
                         echo(kPublic, kBob, IcmpType::kEchoRequest, 1, 2), quoted);
  }
}

TEST(Edit, TranslatesTheQuoteOfAnErrorOnItsWayOut) {
  const IcmpV4Header header =
      IcmpV4Header::error(IcmpType::kDestinationUnreachable, unreachable::kPort);
  // Alice received a probe that was sent to her public address, and says that nobody listens.
  Buffer error = icmp_error(kAlice, header, udp(kOutside, kAlice, 4'711, 33'434, pattern(20)), 28);

  rewrite_source(error, kPublic);

  EXPECT_EQ(error,
            icmp_error(kPublic, header, udp(kOutside, kPublic, 4'711, 33'434, pattern(20)), 28));
}

TEST(Edit, LeavesAQuoteAboutSomebodyElse) {
  const IcmpV4Header header = IcmpV4Header::error(IcmpType::kTimeExceeded, 0);
  const Buffer about = udp(kOutside, kBob, 4'711, 33'434, pattern(20));
  // Alice forwards for Bob and reports an expired TTL: the quote speaks of Bob.
  Buffer error = icmp_error(kAlice, header, about, 28);

  rewrite_source(error, kPublic);

  EXPECT_EQ(error, icmp_error(kPublic, header, about, 28));
}

TEST(Edit, TranslatesAQuoteAboutSomebodyElseWhenTold) {
  const IcmpV4Header header = IcmpV4Header::error(IcmpType::kTimeExceeded, 0);
  const Buffer about = udp(kOutside, kBob, 4'711, 33'434, pattern(20));
  const Buffer about_public = udp(kOutside, kPublic, 4'711, 33'434, pattern(20));
  for (const std::size_t quoted : {20U, 28U, 48U}) {
    Buffer error = icmp_error(kAlice, header, about, quoted);

    rewrite_quoted_destination(error, kPublic);

    EXPECT_EQ(error, icmp_error(kAlice, header, about_public, quoted)) << quoted;
  }
  Buffer other = about;
  rewrite_quoted_destination(other, kPublic);
  EXPECT_EQ(other, about);
}

TEST(Edit, SurvivesQuotesThatAreNoDatagrams) {
  for (std::size_t size = 0; size <= 40; ++size) {
    for (const std::uint8_t fill :
         {std::uint8_t{0x00}, std::uint8_t{0x45}, std::uint8_t{0x4f}, std::uint8_t{0xff}}) {
      Buffer message = testing::with_room(IcmpV4Header::kSize, Buffer(size, fill));
      IcmpV4Header::error(IcmpType::kTimeExceeded, 0).emit(message);
      const Ipv4Address from = Ipv4Address::from_host_order(0x01010101U * fill);
      Buffer packet = datagram(header_of(kOutside, from, IpProtocol::kIcmp), message);

      rewrite_destination(packet, kAlice);
      rewrite_quoted_destination(packet, kBob);

      EXPECT_TRUE(ipv4_checksum_ok(packet)) << size;
      EXPECT_TRUE(icmp_checksum_ok(ipv4_payload(Bytes(packet)))) << size << " " << int{fill};
    }
  }
}

}  // namespace
}  // namespace vpclab::wire
