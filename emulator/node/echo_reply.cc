#include "emulator/node/echo_reply.h"

#include <algorithm>
#include <utility>

#include "netstack/wire/icmpv4.h"
#include "netstack/wire/ipv4.h"

namespace vpclab::node {
namespace {

constexpr std::uint8_t kRouterTtl = 255;

}  // namespace

wire::PacketHandle make_echo_reply(wire::PacketPool& packets, wire::PacketHandle request) {
  constexpr std::size_t kIpHeader = wire::Ipv4Header::kMinSize;
  const Bytes message = wire::ipv4_payload(std::as_const(packets).bytes(request));
  const auto asked = wire::IcmpV4Header::parse(message);
  if (!asked || !wire::icmp_checksum_ok(message)) {
    return wire::kNoPacket;
  }
  const std::size_t size = kIpHeader + message.size();
  const wire::PacketHandle made = packets.allocate(size);
  packets.set_cause(made, packets.id(request));
  const Bytes about = std::as_const(packets).bytes(request);  // allocating may have moved it
  const MutableBytes bytes = packets.bytes(made);

  const Bytes data = wire::ipv4_payload(about).subspan(wire::IcmpV4Header::kSize);
  const MutableBytes answer = bytes.subspan(kIpHeader);
  std::copy(data.begin(), data.end(), answer.subspan(wire::IcmpV4Header::kSize).begin());
  wire::IcmpV4Header{wire::IcmpType::kEchoReply, 0, asked->rest}.emit(answer);
  wire::Ipv4Header header;
  header.tos = about[1];
  header.total_length = static_cast<std::uint16_t>(size);
  header.ttl = kRouterTtl;
  header.protocol = wire::IpProtocol::kIcmp;
  header.source = wire::ipv4_destination(about);
  header.destination = wire::ipv4_source(about);
  header.emit(bytes);
  return made;
}

}  // namespace vpclab::node
