#include "netstack/wire/ipv4.h"

#include <algorithm>

#include "netstack/wire/checksum.h"

namespace vpclab::wire {
namespace {

constexpr std::uint16_t kReservedFlag = 0x8000;
constexpr std::uint16_t kDontFragment = 0x4000;
constexpr std::uint16_t kMoreFragments = 0x2000;
constexpr std::size_t kChecksum = 10;

}  // namespace

Parsed<Ipv4Header> Ipv4Header::parse(Bytes packet) {
  if (packet.size() < kMinSize) {
    return tl::unexpected(ParseError::kTooShort);
  }
  if ((packet[0] >> 4) != 4) {
    return tl::unexpected(ParseError::kBadVersion);
  }
  const std::size_t header_size = ipv4_header_size(packet);
  if (header_size < kMinSize || header_size > packet.size()) {
    return tl::unexpected(ParseError::kBadHeaderLength);
  }
  const std::uint16_t total_length = ipv4_total_length(packet);
  if (total_length < header_size || total_length > packet.size()) {
    return tl::unexpected(ParseError::kBadTotalLength);
  }
  const std::uint16_t flags = load_be16(packet, 6);
  Ipv4Header header;
  header.tos = packet[1];
  header.total_length = total_length;
  header.identification = ipv4_identification(packet);
  header.reserved_flag = (flags & kReservedFlag) != 0;
  header.dont_fragment = (flags & kDontFragment) != 0;
  header.more_fragments = (flags & kMoreFragments) != 0;
  header.fragment_offset = ipv4_fragment_offset(packet);
  header.ttl = ipv4_ttl(packet);
  header.protocol = ipv4_protocol(packet);
  header.source = ipv4_source(packet);
  header.destination = ipv4_destination(packet);
  header.options.size = static_cast<std::uint8_t>(header_size - kMinSize);
  const Bytes options = packet.subspan(kMinSize, header.options.size);
  std::copy(options.begin(), options.end(), header.options.bytes.begin());
  return header;
}

void Ipv4Header::emit(MutableBytes packet) const {
  packet[0] = static_cast<std::uint8_t>(0x40 | (header_size() / 4));
  packet[1] = tos;
  store_be16(packet, 2, total_length);
  store_be16(packet, 4, identification);
  const int flags = (reserved_flag ? kReservedFlag : 0) | (dont_fragment ? kDontFragment : 0) |
                    (more_fragments ? kMoreFragments : 0) | (fragment_offset >> 3);
  store_be16(packet, 6, static_cast<std::uint16_t>(flags));
  packet[8] = ttl;
  packet[9] = static_cast<std::uint8_t>(protocol);
  store_be16(packet, kChecksum, 0);
  store_be32(packet, 12, source.to_host_order());
  store_be32(packet, 16, destination.to_host_order());
  std::copy_n(options.bytes.begin(), options.size,
              packet.begin() + static_cast<std::ptrdiff_t>(kMinSize));
  store_be16(packet, kChecksum, checksum(packet.first(header_size())));
}

bool ipv4_checksum_ok(Bytes packet) {
  return ones_sum(packet.first(ipv4_header_size(packet))) == 0xffff;
}

}  // namespace vpclab::wire
