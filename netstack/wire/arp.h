// wire/arp.h - the ARP packet for IPv4 over Ethernet (RFC 826), behind its Ethernet header.
#pragma once

#include <cstddef>
#include <cstdint>

#include "netstack/base/bytes.h"
#include "netstack/wire/ipv4_address.h"
#include "netstack/wire/mac_address.h"
#include "netstack/wire/parse_error.h"

namespace vpclab::wire {

enum class ArpOperation : std::uint16_t { kRequest = 1, kReply = 2 };

struct ArpPacket {
  static constexpr std::size_t kSize = 28;

  ArpOperation operation = ArpOperation::kRequest;
  MacAddress sender_mac;
  Ipv4Address sender_ip;
  MacAddress target_mac;  // zero in a request
  Ipv4Address target_ip;

  /// Bytes behind the packet (Ethernet's padding) are ignored.
  [[nodiscard]] static Parsed<ArpPacket> parse(Bytes bytes);

  /// Writes kSize bytes at the front. Pre: there are so many.
  void emit(MutableBytes bytes) const;

  friend bool operator==(const ArpPacket&, const ArpPacket&) = default;
};

}  // namespace vpclab::wire
