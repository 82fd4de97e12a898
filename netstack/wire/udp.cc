#include "netstack/wire/udp.h"

#include "netstack/wire/checksum.h"
#include "netstack/wire/ipv4.h"

namespace vpclab::wire {
namespace {

constexpr std::size_t kLength = 4;
constexpr std::size_t kUdpChecksum = 6;
constexpr auto kUdpProtocol = static_cast<std::uint8_t>(IpProtocol::kUdp);

}  // namespace

Parsed<UdpHeader> UdpHeader::parse(Bytes segment) {
  if (segment.size() < kSize) {
    return tl::unexpected(ParseError::kTooShort);
  }
  const std::uint16_t length = load_be16(segment, kLength);
  if (length < kSize || length > segment.size()) {
    return tl::unexpected(ParseError::kBadTotalLength);
  }
  return UdpHeader{load_be16(segment, 0), load_be16(segment, 2), length};
}

void UdpHeader::emit(MutableBytes segment, Ipv4Address source, Ipv4Address destination) const {
  store_be16(segment, 0, source_port);
  store_be16(segment, 2, destination_port);
  store_be16(segment, kLength, length);
  store_be16(segment, kUdpChecksum, 0);
  const auto sum = static_cast<std::uint16_t>(
      ~sum_with_pseudo_header(segment.first(length), source, destination, kUdpProtocol));
  store_be16(segment, kUdpChecksum, sum == 0 ? std::uint16_t{0xffff} : sum);
}

bool udp_checksum_ok(Bytes segment, Ipv4Address source, Ipv4Address destination) {
  return load_be16(segment, kUdpChecksum) == 0 ||
         sum_with_pseudo_header(segment.first(load_be16(segment, kLength)), source, destination,
                                kUdpProtocol) == 0xffff;
}

}  // namespace vpclab::wire
