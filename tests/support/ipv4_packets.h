// tests/support/ipv4_packets.h - small IPv4 packets as bytes, for tests of what looks into packets.
// Checksums are right unless a test spoils them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "netstack/base/bytes.h"
#include "netstack/wire/icmpv4.h"
#include "netstack/wire/ipv4.h"
#include "netstack/wire/ipv4_address.h"
#include "netstack/wire/ipv4_prefix.h"
#include "netstack/wire/tcp.h"
#include "netstack/wire/udp.h"

namespace vpclab::testing {

using PacketBytes = std::vector<std::uint8_t>;

/// The address of a text that is one.
inline wire::Ipv4Address address(std::string_view text) {
  return wire::Ipv4Address::parse(text).value();
}

/// The prefix of a text that is one.
inline wire::Ipv4Prefix prefix(std::string_view text) {
  return wire::Ipv4Prefix::parse(text).value().prefix;
}

struct PacketOptions {
  std::uint8_t ttl = 64;
  std::uint16_t identification = 1;
  std::uint16_t fragment_offset = 0;
  bool more_fragments = false;
};

/// An IPv4 packet around a payload.
inline PacketBytes ipv4(wire::Ipv4Address source, wire::Ipv4Address destination,
                        std::uint8_t protocol, const PacketBytes& payload,
                        const PacketOptions& options = {}) {
  wire::Ipv4Header header;
  header.total_length = static_cast<std::uint16_t>(wire::Ipv4Header::kMinSize + payload.size());
  header.identification = options.identification;
  header.fragment_offset = options.fragment_offset;
  header.more_fragments = options.more_fragments;
  header.ttl = options.ttl;
  header.protocol = static_cast<wire::IpProtocol>(protocol);
  header.source = source;
  header.destination = destination;
  PacketBytes bytes(wire::Ipv4Header::kMinSize);
  bytes.insert(bytes.end(), payload.begin(), payload.end());
  header.emit(bytes);
  return bytes;
}

inline PacketBytes icmp_message(std::uint8_t type, std::uint8_t code, std::uint32_t rest,
                                const PacketBytes& data = {}) {
  PacketBytes message(wire::IcmpV4Header::kSize);
  message.insert(message.end(), data.begin(), data.end());
  wire::IcmpV4Header{static_cast<wire::IcmpType>(type), code, rest}.emit(message);
  return message;
}

inline PacketBytes icmp(wire::Ipv4Address source, wire::Ipv4Address destination, std::uint8_t type,
                        std::uint8_t code = 0, std::uint16_t identifier = 7,
                        const PacketOptions& options = {}) {
  return ipv4(source, destination, 1,
              icmp_message(type, code, (std::uint32_t{identifier} << 16) | 1), options);
}

/// An ICMP error that quotes the header and 8 bytes of `about`.
inline PacketBytes icmp_error(wire::Ipv4Address source, wire::Ipv4Address destination,
                              std::uint8_t type, std::uint8_t code, const PacketBytes& about) {
  const std::size_t quoted = std::min<std::size_t>(about.size(), 28);
  return ipv4(source, destination, 1,
              icmp_message(
                  type, code, 0,
                  PacketBytes(about.begin(), about.begin() + static_cast<std::ptrdiff_t>(quoted))));
}

inline PacketBytes udp(wire::Ipv4Address source, wire::Ipv4Address destination,
                       std::uint16_t source_port, std::uint16_t destination_port,
                       const PacketOptions& options = {}) {
  PacketBytes segment(wire::UdpHeader::kSize);
  wire::UdpHeader{source_port, destination_port, wire::UdpHeader::kSize}.emit(segment, source,
                                                                              destination);
  return ipv4(source, destination, 17, segment, options);
}

inline PacketBytes tcp(wire::Ipv4Address source, wire::Ipv4Address destination,
                       std::uint16_t source_port, std::uint16_t destination_port,
                       std::uint8_t flags = wire::tcp_flag::kSyn) {
  PacketBytes segment(wire::TcpHeader::kMinSize);
  wire::TcpHeader header;
  header.source_port = source_port;
  header.destination_port = destination_port;
  header.flags = flags;
  header.emit(segment, source, destination);
  return ipv4(source, destination, 6, segment);
}

}  // namespace vpclab::testing
