// wire/edit.h - changes to an IPv4 packet in place, with RFC 1624 checksum updates: a hop lowers
// the TTL, a gateway rewrites an address, a translator a port too. A checksum that was wrong before
// stays wrong.
#pragma once

#include <cstddef>
#include <cstdint>

#include "netstack/base/bytes.h"
#include "netstack/wire/checksum.h"
#include "netstack/wire/ipv4_address.h"

namespace vpclab::wire {

/// Lowers the TTL by one. Pre: `packet` is well formed and its TTL > 0 (expiry is the caller's
/// question: RFC 1812 section 5.3.1).
inline void decrement_ttl(MutableBytes packet) {
  const std::uint16_t before = load_be16(packet, 8);  // TTL and protocol share a word
  const auto after = static_cast<std::uint16_t>(before - 0x0100);
  packet[8] = static_cast<std::uint8_t>(after >> 8);
  store_be16(packet, 10, update_checksum(load_be16(packet, 10), before, after));
}

/// Changes the word at the even offset `at` of an ICMP message, and its checksum, which becomes
/// 0xffff if nothing but zeros is left: to add nothing to all ones is no all ones, where RFC 1624's
/// arithmetic gives 0. Pre: the header is there.
void rewrite_icmp_word(MutableBytes message, std::size_t at, std::uint16_t value);

/// Gives the packet another source address (IGW-3, egress): IPv4 and TCP/UDP checksums follow,
/// UDP's "no checksum" stays. In an ICMP error the quoted datagram's destination, where it is the
/// old address, is rewritten too, with the quoted checksums (RFC 5508 section 4.2); a quote may be
/// cut short. Pre: `packet` is well formed.
void rewrite_source(MutableBytes packet, Ipv4Address to);

/// In an ICMP error, gives the quoted datagram another destination, with all checksums (RFC 5508
/// section 4.2: the quoted packet's own mapping counts, whoever sends the error). Other packets
/// stay as they are. Pre: `packet` is well formed.
void rewrite_quoted_destination(MutableBytes packet, Ipv4Address to);

/// Gives the packet another destination address (IGW-3, ingress); in an ICMP error the quoted
/// datagram's source follows. Otherwise as rewrite_source.
void rewrite_destination(MutableBytes packet, Ipv4Address to);

/// The same with the source port, or the identifier of an ICMP query (RFC 3022 section 4.1). In an
/// ICMP error the quoted datagram's destination becomes `to` and `port`, whatever it was. A later
/// fragment has no port: its address alone is changed. Pre: `packet` is well formed.
void rewrite_source(MutableBytes packet, Ipv4Address to, std::uint16_t port);

/// The same for the destination; in an ICMP error the quoted datagram's source follows.
void rewrite_destination(MutableBytes packet, Ipv4Address to, std::uint16_t port);

}  // namespace vpclab::wire
