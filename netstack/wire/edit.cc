#include "netstack/wire/edit.h"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "netstack/wire/icmpv4.h"
#include "netstack/wire/ipv4.h"

namespace vpclab::wire {
namespace {

enum class End : std::uint8_t { kSource, kDestination };

constexpr std::size_t kIpChecksum = 10;
constexpr std::size_t kIcmpChecksum = 2;

std::size_t offset_of(End end) { return end == End::kSource ? 12 : 16; }

/// Where the transport checksum that covers the addresses lies in `transport`, if it has one that
/// is there to be changed.
std::optional<std::size_t> transport_checksum_at(IpProtocol protocol, Bytes transport) {
  if (protocol == IpProtocol::kUdp && transport.size() >= 8 && load_be16(transport, 6) != 0) {
    return 6;
  }
  if (protocol == IpProtocol::kTcp && transport.size() >= 18) {
    return 16;
  }
  return std::nullopt;
}

/// Stores a word that `outer` (an ICMP checksum over it, or null) must account for. Pre: `offset`
/// is even relative to the ICMP message.
void store_word(MutableBytes bytes, std::size_t offset, std::uint16_t value, std::uint16_t* outer) {
  if (outer != nullptr) {
    *outer = update_checksum(*outer, load_be16(bytes, offset), value);
  }
  store_be16(bytes, offset, value);
}

/// Rewrites one address of the header at the front of `packet` (perhaps cut short behind its
/// header) and the checksums that cover it.
void rewrite_address(MutableBytes packet, End end, Ipv4Address to, std::uint16_t* outer) {
  const std::size_t at = offset_of(end);
  const Ipv4Address from = Ipv4Address::from_host_order(load_be32(packet, at));
  const std::uint32_t value = to.to_host_order();
  store_word(packet, kIpChecksum, update_checksum(load_be16(packet, kIpChecksum), from, to), outer);
  store_word(packet, at, static_cast<std::uint16_t>(value >> 16), outer);
  store_word(packet, at + 2, static_cast<std::uint16_t>(value & 0xffff), outer);
  if (ipv4_fragment_offset(packet) != 0) {
    return;
  }
  const MutableBytes transport = packet.subspan(ipv4_header_size(packet));
  const IpProtocol protocol = ipv4_protocol(packet);
  if (const auto checksum_at = transport_checksum_at(protocol, transport)) {
    std::uint16_t sum = update_checksum(load_be16(transport, *checksum_at), from, to);
    if (protocol == IpProtocol::kUdp && sum == 0) {
      sum = 0xffff;  // RFC 768: zero would say that there is none
    }
    store_word(transport, *checksum_at, sum, outer);
  }
}

/// Where the number that tells flows apart lies in `transport`: a port, or an ICMP query's
/// identifier. Nothing if there is none that can be seen.
std::optional<std::size_t> port_at(IpProtocol protocol, End end, Bytes transport) {
  const bool has_ports = protocol == IpProtocol::kUdp || protocol == IpProtocol::kTcp;
  if (has_ports && transport.size() >= 4) {
    return end == End::kSource ? 0 : 2;
  }
  if (protocol == IpProtocol::kIcmp && transport.size() >= IcmpV4Header::kSize &&
      is_icmp_query(static_cast<IcmpType>(transport[0]))) {
    return 4;
  }
  return std::nullopt;
}

/// Rewrites one port of the header at the front of `packet`, as rewrite_address does the address.
void rewrite_port(MutableBytes packet, End end, std::uint16_t to, std::uint16_t* outer) {
  if (ipv4_fragment_offset(packet) != 0) {
    return;
  }
  const MutableBytes transport = packet.subspan(ipv4_header_size(packet));
  const IpProtocol protocol = ipv4_protocol(packet);
  const auto at = port_at(protocol, end, transport);
  if (!at) {
    return;
  }
  if (protocol == IpProtocol::kIcmp && outer == nullptr) {
    return rewrite_icmp_word(transport, *at, to);
  }
  const auto checksum_at = protocol == IpProtocol::kIcmp
                               ? std::optional(kIcmpChecksum)
                               : transport_checksum_at(protocol, transport);
  if (checksum_at) {
    std::uint16_t sum =
        update_checksum(load_be16(transport, *checksum_at), load_be16(transport, *at), to);
    if (protocol == IpProtocol::kUdp && sum == 0) {
      sum = 0xffff;
    }
    store_word(transport, *checksum_at, sum, outer);
  }
  store_word(transport, *at, to, outer);
}

/// The datagram that an ICMP error quotes, as far as it is there; empty if `packet` is none or
/// quotes nothing readable.
MutableBytes quote_of(MutableBytes packet) {
  if (ipv4_protocol(packet) != IpProtocol::kIcmp || ipv4_fragment_offset(packet) != 0) {
    return {};
  }
  const MutableBytes message = ipv4_payload(packet);
  if (message.size() < IcmpV4Header::kSize + Ipv4Header::kMinSize ||
      !is_icmp_error(static_cast<IcmpType>(message[0]))) {
    return {};
  }
  const MutableBytes quote = message.subspan(IcmpV4Header::kSize);
  const std::size_t header_size = ipv4_header_size(quote);
  const bool readable =
      (quote[0] >> 4) == 4 && header_size >= Ipv4Header::kMinSize && header_size <= quote.size();
  return readable ? quote : MutableBytes{};
}

/// Rewrites `end` of the datagram quoted in an ICMP error, if it is `from`.
void rewrite_quote(MutableBytes packet, End end, Ipv4Address from, Ipv4Address to) {
  const MutableBytes quote = quote_of(packet);
  if (quote.empty() || load_be32(quote, offset_of(end)) != from.to_host_order()) {
    return;
  }
  const MutableBytes message = ipv4_payload(packet);
  std::uint16_t sum = load_be16(message, kIcmpChecksum);
  rewrite_address(quote, end, to, &sum);
  store_be16(message, kIcmpChecksum, sum);
}

/// Rewrites `end` of the packet, and the other end of what it quotes if it is an ICMP error.
void rewrite_end(MutableBytes packet, End end, Ipv4Address to, std::uint16_t port) {
  const MutableBytes datagram = packet.first(ipv4_total_length(packet));
  rewrite_address(datagram, end, to, nullptr);
  const MutableBytes quote = quote_of(datagram);
  if (quote.empty()) {
    return rewrite_port(datagram, end, port, nullptr);
  }
  const MutableBytes message = ipv4_payload(datagram);
  const End quoted_end = end == End::kSource ? End::kDestination : End::kSource;
  std::uint16_t sum = load_be16(message, kIcmpChecksum);
  rewrite_address(quote, quoted_end, to, &sum);
  rewrite_port(quote, quoted_end, port, &sum);
  store_be16(message, kIcmpChecksum, sum);
}

}  // namespace

void rewrite_icmp_word(MutableBytes message, std::size_t at, std::uint16_t value) {
  const std::uint16_t sum =
      update_checksum(load_be16(message, kIcmpChecksum), load_be16(message, at), value);
  store_be16(message, at, value);
  store_be16(message, kIcmpChecksum, sum);
  if (sum == 0 &&
      std::all_of(message.begin(), message.end(), [](auto byte) { return byte == 0; })) {
    store_be16(message, kIcmpChecksum, 0xffff);
  }
}

void rewrite_source(MutableBytes packet, Ipv4Address to) {
  const Ipv4Address from = ipv4_source(packet);
  const MutableBytes datagram = packet.first(ipv4_total_length(packet));
  rewrite_address(datagram, End::kSource, to, nullptr);
  rewrite_quote(datagram, End::kDestination, from, to);
}

void rewrite_quoted_destination(MutableBytes packet, Ipv4Address to) {
  const MutableBytes datagram = packet.first(ipv4_total_length(packet));
  if (const MutableBytes quote = quote_of(datagram); !quote.empty()) {
    rewrite_quote(datagram, End::kDestination, ipv4_destination(quote), to);
  }
}

void rewrite_destination(MutableBytes packet, Ipv4Address to) {
  const Ipv4Address from = ipv4_destination(packet);
  const MutableBytes datagram = packet.first(ipv4_total_length(packet));
  rewrite_address(datagram, End::kDestination, to, nullptr);
  rewrite_quote(datagram, End::kSource, from, to);
}

void rewrite_source(MutableBytes packet, Ipv4Address to, std::uint16_t port) {
  rewrite_end(packet, End::kSource, to, port);
}

void rewrite_destination(MutableBytes packet, Ipv4Address to, std::uint16_t port) {
  rewrite_end(packet, End::kDestination, to, port);
}

}  // namespace vpclab::wire
