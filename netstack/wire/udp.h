// wire/udp.h - the UDP header (RFC 768) and its checksum over IPv4's pseudo header.
#pragma once

#include <cstddef>
#include <cstdint>

#include "netstack/base/bytes.h"
#include "netstack/wire/ipv4_address.h"
#include "netstack/wire/parse_error.h"

namespace vpclab::wire {

struct UdpHeader {
  static constexpr std::size_t kSize = 8;

  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::uint16_t length = 0;  // header and data, bytes

  /// Reads the header at the front of a datagram's payload; the length must lie within it.
  [[nodiscard]] static Parsed<UdpHeader> parse(Bytes segment);

  /// Writes the header with the checksum over the first `length` bytes, whose data is already
  /// there; a sum of zero is sent as 0xffff. Pre: kSize <= length <= segment.size().
  void emit(MutableBytes segment, Ipv4Address source, Ipv4Address destination) const;

  friend bool operator==(const UdpHeader&, const UdpHeader&) = default;
};

/// Whether the checksum holds or the sender made none (zero). Pre: `segment` parses.
[[nodiscard]] bool udp_checksum_ok(Bytes segment, Ipv4Address source, Ipv4Address destination);

}  // namespace vpclab::wire
