// tests/wire/packets.h - packets for tests, built with our own emitters: an IPv4 datagram around a
// payload, and payloads of ICMP, UDP and TCP.
#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <vector>

#include "netstack/wire/icmpv4.h"
#include "netstack/wire/ipv4.h"
#include "netstack/wire/tcp.h"
#include "netstack/wire/udp.h"

namespace vpclab::wire::testing {

using Buffer = std::vector<std::uint8_t>;

inline constexpr Ipv4Address kAlice = Ipv4Address::of(10, 1, 4, 7);
inline constexpr Ipv4Address kBob = Ipv4Address::of(10, 2, 4, 95);
inline constexpr Ipv4Address kPublic = Ipv4Address::of(203, 0, 113, 10);
inline constexpr Ipv4Address kOutside = Ipv4Address::of(198, 51, 100, 1);

/// `size` bytes 0, 1, 2, …
inline Buffer pattern(std::size_t size) {
  Buffer bytes(size);
  for (std::size_t i = 0; i < size; ++i) {
    bytes[i] = static_cast<std::uint8_t>(i & 0xff);
  }
  return bytes;
}

/// A header with sensible fields; total_length is set by datagram().
inline Ipv4Header header_of(Ipv4Address source, Ipv4Address destination, IpProtocol protocol) {
  Ipv4Header header;
  header.identification = 0x1234;
  header.ttl = 64;
  header.protocol = protocol;
  header.source = source;
  header.destination = destination;
  return header;
}

/// `header_size` zeros and the bytes of `data` behind them.
inline Buffer with_room(std::size_t header_size, const Buffer& data) {
  Buffer bytes(header_size + data.size());
  std::copy(data.begin(), data.end(), bytes.begin() + static_cast<std::ptrdiff_t>(header_size));
  return bytes;
}

inline Buffer datagram(Ipv4Header header, const Buffer& payload) {
  Buffer packet = with_room(header.header_size(), payload);
  header.total_length = static_cast<std::uint16_t>(packet.size());
  header.emit(packet);
  return packet;
}

inline Buffer icmp_message(const IcmpV4Header& header, const Buffer& data) {
  Buffer message = with_room(IcmpV4Header::kSize, data);
  header.emit(message);
  return message;
}

inline Buffer echo(Ipv4Address source, Ipv4Address destination, IcmpType type,
                   std::uint16_t identifier, std::uint16_t sequence, std::size_t size = 56) {
  return datagram(header_of(source, destination, IpProtocol::kIcmp),
                  icmp_message(IcmpV4Header::echo(type, identifier, sequence), pattern(size)));
}

inline Buffer udp(Ipv4Address source, Ipv4Address destination, std::uint16_t source_port,
                  std::uint16_t destination_port, const Buffer& data = {}) {
  Buffer segment = with_room(UdpHeader::kSize, data);
  UdpHeader{source_port, destination_port, static_cast<std::uint16_t>(segment.size())}.emit(
      segment, source, destination);
  return datagram(header_of(source, destination, IpProtocol::kUdp), segment);
}

inline Buffer tcp(Ipv4Address source, Ipv4Address destination, const TcpHeader& header,
                  const Buffer& data = {}) {
  Buffer segment = with_room(header.header_size(), data);
  header.emit(segment, source, destination);
  return datagram(header_of(source, destination, IpProtocol::kTcp), segment);
}

/// An ICMP error from `from` to the quoted datagram's source, quoting its first `quoted` bytes.
inline Buffer icmp_error(Ipv4Address from, const IcmpV4Header& header, const Buffer& about,
                         std::size_t quoted = 1'000) {
  Buffer quote = about;
  quote.resize(std::min(quoted, about.size()));
  return datagram(header_of(from, ipv4_source(about), IpProtocol::kIcmp),
                  icmp_message(header, quote));
}

}  // namespace vpclab::wire::testing
