// wire/ipv4.h - the IPv4 header (RFC 791), options carried as bytes and never interpreted. Also
// accessors to single fields, for code that needs two of them once per hop.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "netstack/base/bytes.h"
#include "netstack/wire/ipv4_address.h"
#include "netstack/wire/parse_error.h"

namespace vpclab::wire {

/// The protocol field; values that are not named here are carried as they are.
enum class IpProtocol : std::uint8_t { kIcmp = 1, kTcp = 6, kUdp = 17 };

/// Options, padded to a multiple of 4 bytes by whoever makes them.
struct Ipv4Options {
  static constexpr std::size_t kMaxSize = 40;
  static constexpr std::uint8_t kEnd = 0;  // the two kinds of a single byte (RFC 791)
  static constexpr std::uint8_t kNoOperation = 1;
  static constexpr std::uint8_t kCopied = 0x80;  // set in kinds that every fragment carries

  std::array<std::uint8_t, kMaxSize> bytes{};
  std::uint8_t size = 0;  // a multiple of 4, at most kMaxSize; bytes behind it are zero

  friend bool operator==(const Ipv4Options&, const Ipv4Options&) = default;
};

struct Ipv4Header {
  static constexpr std::size_t kMinSize = 20;
  static constexpr std::size_t kMaxSize = 60;

  std::uint8_t tos = 0;            // DSCP and ECN
  std::uint16_t total_length = 0;  // header, options and payload, bytes
  std::uint16_t identification = 0;
  bool reserved_flag = false;
  bool dont_fragment = false;
  bool more_fragments = false;
  std::uint16_t fragment_offset = 0;  // in bytes, a multiple of 8
  std::uint8_t ttl = 0;
  IpProtocol protocol{};
  Ipv4Address source;
  Ipv4Address destination;
  Ipv4Options options;

  /// Reads the header at the front of `packet`: version 4, header length within the total length,
  /// total length within the bytes (RFC 1812 section 5.2.2). Bytes behind the total length are
  /// Ethernet's padding. The checksum is another question: ipv4_checksum_ok.
  [[nodiscard]] static Parsed<Ipv4Header> parse(Bytes packet);

  /// Writes the header with its checksum. Pre: at least header_size() bytes.
  void emit(MutableBytes packet) const;

  [[nodiscard]] std::size_t header_size() const { return kMinSize + options.size; }

  [[nodiscard]] std::size_t payload_size() const { return total_length - header_size(); }

  /// True for every piece of a datagram that was cut.
  [[nodiscard]] bool is_fragment() const { return more_fragments || fragment_offset != 0; }

  friend bool operator==(const Ipv4Header&, const Ipv4Header&) = default;
};

/// Whether the header's checksum holds. Pre: `packet` parses.
[[nodiscard]] bool ipv4_checksum_ok(Bytes packet);

// Fields of a packet that parses. They read the bytes and check nothing.

[[nodiscard]] constexpr std::size_t ipv4_header_size(Bytes packet) {
  return static_cast<std::size_t>(packet[0] & 0x0f) * 4;
}

[[nodiscard]] constexpr std::uint16_t ipv4_total_length(Bytes packet) {
  return load_be16(packet, 2);
}

[[nodiscard]] constexpr std::uint16_t ipv4_identification(Bytes packet) {
  return load_be16(packet, 4);
}

[[nodiscard]] constexpr bool ipv4_dont_fragment(Bytes packet) { return (packet[6] & 0x40) != 0; }

[[nodiscard]] constexpr bool ipv4_more_fragments(Bytes packet) { return (packet[6] & 0x20) != 0; }

/// In bytes.
[[nodiscard]] constexpr std::uint16_t ipv4_fragment_offset(Bytes packet) {
  return static_cast<std::uint16_t>((load_be16(packet, 6) & 0x1fff) << 3);
}

[[nodiscard]] constexpr bool ipv4_is_fragment(Bytes packet) {
  return (load_be16(packet, 6) & 0x3fff) != 0;
}

[[nodiscard]] constexpr std::uint8_t ipv4_ttl(Bytes packet) { return packet[8]; }

[[nodiscard]] constexpr IpProtocol ipv4_protocol(Bytes packet) {
  return static_cast<IpProtocol>(packet[9]);
}

[[nodiscard]] constexpr Ipv4Address ipv4_source(Bytes packet) {
  return Ipv4Address::from_host_order(load_be32(packet, 12));
}

[[nodiscard]] constexpr Ipv4Address ipv4_destination(Bytes packet) {
  return Ipv4Address::from_host_order(load_be32(packet, 16));
}

/// What the datagram carries: behind the header, up to the total length.
[[nodiscard]] constexpr Bytes ipv4_payload(Bytes packet) {
  const std::size_t header = ipv4_header_size(packet);
  return packet.subspan(header, ipv4_total_length(packet) - header);
}

[[nodiscard]] constexpr MutableBytes ipv4_payload(MutableBytes packet) {
  const std::size_t header = ipv4_header_size(packet);
  return packet.subspan(header, ipv4_total_length(packet) - header);
}

/// Whether the bytes pass the structural checks of Ipv4Header::parse, without making a header.
[[nodiscard]] constexpr bool ipv4_well_formed(Bytes packet) {
  if (packet.size() < Ipv4Header::kMinSize || (packet[0] >> 4) != 4) {
    return false;
  }
  const std::size_t header = ipv4_header_size(packet);
  const std::size_t total = ipv4_total_length(packet);
  return header >= Ipv4Header::kMinSize && header <= total && total <= packet.size();
}

}  // namespace vpclab::wire
