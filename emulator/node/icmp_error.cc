#include "emulator/node/icmp_error.h"

#include <algorithm>
#include <utility>

#include "netstack/wire/ipv4.h"

namespace vpclab::node {
namespace {

constexpr std::size_t kIpHeader = wire::Ipv4Header::kMinSize;
constexpr std::size_t kErrorMax = 576;  // RFC 1812 section 4.3.2.3, the whole datagram
constexpr std::uint8_t kRouterTtl = 255;

}  // namespace

wire::PacketHandle make_icmp_error(wire::PacketPool& packets, wire::PacketHandle packet,
                                   wire::Ipv4Address router, const wire::IcmpV4Header& error) {
  if (!wire::may_be_complained_about(std::as_const(packets).bytes(packet))) {
    return wire::kNoPacket;
  }
  const std::size_t quoted =
      std::min<std::size_t>(wire::ipv4_total_length(packets.bytes(packet)),
                            kErrorMax - kIpHeader - wire::IcmpV4Header::kSize);
  const std::size_t size = kIpHeader + wire::IcmpV4Header::kSize + quoted;
  const wire::PacketHandle made = packets.allocate(size);
  packets.set_cause(made, packets.id(packet));
  const Bytes about = std::as_const(packets).bytes(packet);
  const MutableBytes bytes = packets.bytes(made);
  std::copy_n(about.begin(), quoted, bytes.subspan(size - quoted).begin());
  error.emit(bytes.subspan(kIpHeader));

  wire::Ipv4Header header;
  header.tos = 0xc0;  // RFC 1812 section 4.3.2.5: internetwork control
  header.total_length = static_cast<std::uint16_t>(size);
  header.ttl = kRouterTtl;
  header.protocol = wire::IpProtocol::kIcmp;
  header.source = router;
  header.destination = wire::ipv4_source(about);
  header.emit(bytes);
  return made;
}

}  // namespace vpclab::node
