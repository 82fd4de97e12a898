#include "netstack/wire/flow_key.h"

#include "netstack/wire/icmpv4.h"

namespace vpclab::wire {
namespace {

/// The key of an IPv4 header and the transport bytes behind it, which a quote may cut to eight.
std::optional<FlowKey> key_of(Bytes header, Bytes transport) {
  if (ipv4_fragment_offset(header) != 0) {
    return std::nullopt;
  }
  FlowKey key{ipv4_source(header), ipv4_destination(header), 0, 0, ipv4_protocol(header)};
  switch (key.protocol) {
    case IpProtocol::kTcp:
    case IpProtocol::kUdp:
      if (transport.size() < 4) {
        return std::nullopt;
      }
      key.source_port = load_be16(transport, 0);
      key.destination_port = load_be16(transport, 2);
      return key;
    case IpProtocol::kIcmp:
      if (transport.size() < IcmpV4Header::kSize) {
        return std::nullopt;
      }
      if (is_icmp_query(static_cast<IcmpType>(transport[0]))) {
        key.source_port = load_be16(transport, 4);
        key.destination_port = key.source_port;
      }
      return key;
  }
  return key;
}

}  // namespace

std::optional<FlowKey> flow_key_of(Bytes packet) { return key_of(packet, ipv4_payload(packet)); }

std::optional<FlowKey> quoted_flow_key_of(Bytes packet) {
  if (ipv4_protocol(packet) != IpProtocol::kIcmp || ipv4_fragment_offset(packet) != 0) {
    return std::nullopt;
  }
  const Bytes message = ipv4_payload(packet);
  if (message.size() < IcmpV4Header::kSize + Ipv4Header::kMinSize ||
      !is_icmp_error(static_cast<IcmpType>(message[0]))) {
    return std::nullopt;
  }
  const Bytes quote = message.subspan(IcmpV4Header::kSize);
  const std::size_t header_size = ipv4_header_size(quote);
  if ((quote[0] >> 4) != 4 || header_size < Ipv4Header::kMinSize || header_size > quote.size()) {
    return std::nullopt;
  }
  return key_of(quote, quote.subspan(header_size));
}

}  // namespace vpclab::wire
