#include "netstack/wire/icmpv4.h"

#include "netstack/wire/checksum.h"
#include "netstack/wire/ipv4.h"

namespace vpclab::wire {
namespace {

constexpr std::size_t kChecksum = 2;

}  // namespace

Parsed<IcmpV4Header> IcmpV4Header::parse(Bytes message) {
  if (message.size() < kSize) {
    return tl::unexpected(ParseError::kTooShort);
  }
  return IcmpV4Header{static_cast<IcmpType>(message[0]), message[1], load_be32(message, 4)};
}

void IcmpV4Header::emit(MutableBytes message) const {
  message[0] = static_cast<std::uint8_t>(type);
  message[1] = code;
  store_be16(message, kChecksum, 0);
  store_be32(message, 4, rest);
  store_be16(message, kChecksum, checksum(message));
}

bool may_be_complained_about(Bytes packet) {
  const Ipv4Address source = ipv4_source(packet);
  const Ipv4Address destination = ipv4_destination(packet);
  if (ipv4_fragment_offset(packet) != 0 || source.is_unspecified() || source.is_multicast() ||
      source.is_limited_broadcast() || destination.is_multicast() ||
      destination.is_limited_broadcast()) {
    return false;
  }
  if (ipv4_protocol(packet) != IpProtocol::kIcmp) {
    return true;
  }
  // About ICMP only where it surely is no error itself: queries.
  const Bytes message = ipv4_payload(packet);
  return !message.empty() && is_icmp_query(static_cast<IcmpType>(message[0]));
}

bool icmp_checksum_ok(Bytes message) { return ones_sum(message) == 0xffff; }

}  // namespace vpclab::wire
