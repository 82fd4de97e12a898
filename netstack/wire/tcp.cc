#include "netstack/wire/tcp.h"

#include <algorithm>

#include "netstack/wire/checksum.h"
#include "netstack/wire/ipv4.h"

namespace vpclab::wire {
namespace {

constexpr std::size_t kDataOffset = 12;
constexpr std::size_t kTcpChecksum = 16;
constexpr auto kTcpProtocol = static_cast<std::uint8_t>(IpProtocol::kTcp);

}  // namespace

Parsed<TcpHeader> TcpHeader::parse(Bytes segment) {
  if (segment.size() < kMinSize) {
    return tl::unexpected(ParseError::kTooShort);
  }
  const std::size_t header_size = static_cast<std::size_t>(segment[kDataOffset] >> 4) * 4;
  if (header_size < kMinSize || header_size > segment.size()) {
    return tl::unexpected(ParseError::kBadHeaderLength);
  }
  TcpHeader header;
  header.source_port = load_be16(segment, 0);
  header.destination_port = load_be16(segment, 2);
  header.sequence = load_be32(segment, 4);
  header.acknowledgment = load_be32(segment, 8);
  header.reserved = segment[kDataOffset] & 0x0f;
  header.flags = segment[13];
  header.window = load_be16(segment, 14);
  header.urgent = load_be16(segment, 18);
  header.options_size = static_cast<std::uint8_t>(header_size - kMinSize);
  const Bytes options = segment.subspan(kMinSize, header.options_size);
  std::copy(options.begin(), options.end(), header.options.begin());
  return header;
}

void TcpHeader::emit(MutableBytes segment, Ipv4Address source, Ipv4Address destination) const {
  store_be16(segment, 0, source_port);
  store_be16(segment, 2, destination_port);
  store_be32(segment, 4, sequence);
  store_be32(segment, 8, acknowledgment);
  segment[kDataOffset] = static_cast<std::uint8_t>(((header_size() / 4) << 4) | (reserved & 0x0fU));
  segment[13] = flags;
  store_be16(segment, 14, window);
  store_be16(segment, kTcpChecksum, 0);
  store_be16(segment, 18, urgent);
  std::copy_n(options.begin(), options_size,
              segment.begin() + static_cast<std::ptrdiff_t>(kMinSize));
  store_be16(segment, kTcpChecksum,
             static_cast<std::uint16_t>(
                 ~sum_with_pseudo_header(segment, source, destination, kTcpProtocol)));
}

std::optional<TcpHeader> tcp_reset_for(Bytes segment) {
  const auto asked = TcpHeader::parse(segment);
  if (!asked || (asked->flags & tcp_flag::kRst) != 0) {
    return std::nullopt;
  }
  TcpHeader reset;
  reset.source_port = asked->destination_port;
  reset.destination_port = asked->source_port;
  if ((asked->flags & tcp_flag::kAck) != 0) {
    reset.flags = tcp_flag::kRst;
    reset.sequence = asked->acknowledgment;
    return reset;
  }
  const std::size_t length = segment.size() - asked->header_size() +
                             ((asked->flags & tcp_flag::kSyn) != 0 ? 1U : 0U) +
                             ((asked->flags & tcp_flag::kFin) != 0 ? 1U : 0U);
  reset.flags = tcp_flag::kRst | tcp_flag::kAck;
  reset.acknowledgment = asked->sequence + static_cast<std::uint32_t>(length);
  return reset;
}

bool tcp_checksum_ok(Bytes segment, Ipv4Address source, Ipv4Address destination) {
  return sum_with_pseudo_header(segment, source, destination, kTcpProtocol) == 0xffff;
}

}  // namespace vpclab::wire
