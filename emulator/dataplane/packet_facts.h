// dataplane/packet_facts.h - what filters and routers look at in an IPv4 packet, read once per
// element. Plain numbers, no views. Never changes the packet.
#pragma once

#include <cstdint>
#include <optional>

#include "emulator/trace/drop_reason.h"
#include "netstack/base/bytes.h"
#include "netstack/wire/ipv4_address.h"

namespace vpclab::dataplane {

/// How the rules of groups and ACLs divide traffic: each class has its own flat list.
enum class TrafficClass : std::uint8_t { kIcmp, kTcp, kUdp, kOther };

inline constexpr std::size_t kTrafficClasses = 4;

/// The class of an IP protocol number.
[[nodiscard]] constexpr TrafficClass class_of(std::uint8_t protocol) {
  switch (protocol) {
    case 1:
      return TrafficClass::kIcmp;
    case 6:
      return TrafficClass::kTcp;
    case 17:
      return TrafficClass::kUdp;
    default:
      return TrafficClass::kOther;
  }
}

struct PacketFacts {
  wire::Ipv4Address source;
  wire::Ipv4Address destination;
  /// TCP and UDP ports; of ICMP queries the identifier, in both (SG-21). Zero in later fragments.
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  /// What a rule compares: the destination port (ACL-10), ICMP's type * 256 + code (SG-8), else
  /// the protocol number (SG-7).
  std::uint16_t selector = 0;
  std::uint16_t identification = 0;   // of the datagram
  std::uint16_t fragment_offset = 0;  // bytes
  std::uint8_t protocol = 0;
  TrafficClass traffic = TrafficClass::kOther;
  std::uint8_t header_size = 20;
  std::uint8_t tcp_flags = 0;
  bool more_fragments = false;

  [[nodiscard]] bool is_fragment() const { return more_fragments || fragment_offset != 0; }

  /// A fragment without the transport header: judged as its datagram was (SG-27).
  [[nodiscard]] bool is_later_fragment() const { return fragment_offset != 0; }

  [[nodiscard]] std::uint8_t icmp_type() const { return static_cast<std::uint8_t>(selector >> 8); }

  [[nodiscard]] std::uint8_t icmp_code() const {
    return static_cast<std::uint8_t>(selector & 0xff);
  }
};

/// Reads the facts of the IPv4 packet in `bytes`. Answers why it cannot be forwarded at all:
/// kMalformed (RFC 1812 section 5.2.2, or a first fragment without its transport header), or
/// kBadChecksum of the IPv4 header; nothing if all is well.
[[nodiscard]] std::optional<trace::DropReason> read_facts(Bytes bytes, PacketFacts& facts);

/// Reads the facts of the datagram that an ICMP error quotes: 8 bytes of transport suffice, the
/// checksum and the length are not asked. False if the quotation is unreadable.
[[nodiscard]] bool read_quoted_facts(Bytes quoted, PacketFacts& facts);

/// The quotation inside an ICMP error that `facts` were read from; empty for other packets.
[[nodiscard]] Bytes quoted_datagram(Bytes packet, const PacketFacts& facts);

}  // namespace vpclab::dataplane
