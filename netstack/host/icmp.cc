// ICMPv4 as hosts speak it (RFC 792, RFC 1122 section 3.2.2, RFC 1812 section 4.3): echo answered
// in the request's own buffer, errors sent sparingly, errors received handed to whom they concern.
#include <algorithm>
#include <cstring>

#include "netstack/host/host_stack.h"
#include "netstack/host/icmp_limiter.h"
#include "netstack/host/path_mtu.h"
#include "netstack/wire/edit.h"
#include "netstack/wire/icmpv4.h"
#include "netstack/wire/ipv4.h"
#include "netstack/wire/udp.h"

namespace vpclab::host {
namespace {

using wire::IcmpType;
using wire::IcmpV4Header;
using wire::Ipv4Address;
using wire::PacketHandle;

/// RFC 1812 section 4.3.2.3: an error is at most 576 bytes long, headers included.
constexpr std::size_t kErrorSizeMax = 576;
/// How much of the failed message has to be quoted for us to find whose it was: 8 bytes.
constexpr std::size_t kQuotedMin = 8;
/// RFC 1812 section 4.3.2.5: errors travel with precedence "internetwork control".
constexpr std::uint8_t kErrorPrecedence = 0xc0;
constexpr std::uint8_t kTosBits = 0x1e;

/// The words of ICMP that Linux counts against its limits; 3/4 is never held back (RFC 1191).
bool is_limited(const IcmpV4Header& error) {
  return !(error.type == IcmpType::kDestinationUnreachable &&
           error.code == wire::unreachable::kFragmentationNeeded);
}

}  // namespace

void HostStack::receive_icmp(SimTime now, const Received& received) {
  const Bytes ip = received.ip;
  const Bytes message = wire::ipv4_payload(ip);
  if (message.size() < IcmpV4Header::kSize) {
    return finish(now, received, HostOutcome::kMalformed);
  }
  if (!wire::icmp_checksum_ok(message)) {
    return finish(now, received, HostOutcome::kBadChecksum);
  }
  if (received.link_cast) {
    return finish(now, received, HostOutcome::kUnsupportedCast);  // RFC 1122 3.2.2.6
  }
  switch (static_cast<IcmpType>(message[0])) {
    case IcmpType::kEchoRequest:
      return answer_echo(now, received);
    case IcmpType::kEchoReply: {
      Endpoint* endpoint =
          ports_.find(PortSpace::kEcho, wire::ipv4_destination(ip), load_be16(message, 4));
      if (endpoint == nullptr) {
        return finish(now, received, HostOutcome::kEchoReplyUnmatched);
      }
      return hand_over(now, *endpoint, received, message.size(), HostOutcome::kEchoReply);
    }
    case IcmpType::kDestinationUnreachable:
    case IcmpType::kTimeExceeded:
    case IcmpType::kParameterProblem:
      return receive_icmp_error(now, received);
    case IcmpType::kSourceQuench:  // RFC 6633: ignored
    case IcmpType::kRedirect:      // no image here lets routers change its routes
    case IcmpType::kTimestampRequest:
    case IcmpType::kTimestampReply:
      break;
  }
  finish(now, received, HostOutcome::kIcmpIgnored);
}

/// RFC 1122 section 3.2.2.6: the same data back, from the address that was asked, with the same
/// TOS.
void HostStack::answer_echo(SimTime now, const Received& received) {
  if (observer_ != nullptr) {
    observer_->on_consumed(now, received.interface, received.packet, HostOutcome::kEchoRequest);
  }
  if (!options_.answer_echo) {
    return pool_.free(received.packet);
  }
  const Bytes ip = received.ip;
  Outgoing reply;
  reply.destination = wire::ipv4_source(ip);
  reply.source = wire::ipv4_destination(ip);
  reply.protocol = wire::IpProtocol::kIcmp;
  reply.tos = ip[1];
  reply.discovery = PathMtuDiscovery::kDont;
  const std::size_t header_size = wire::ipv4_header_size(ip);
  const std::size_t message_size = wire::ipv4_total_length(ip) - header_size;

  const PacketHandle packet = received.packet;
  pool_.renew(packet);
  pool_.pop_front(packet, received.offset + header_size);
  pool_.truncate(packet, message_size);
  const MutableBytes message = pool_.bytes(packet);
  static_assert(static_cast<int>(IcmpType::kEchoReply) == 0);
  wire::rewrite_icmp_word(message, 0, message[1]);  // the type becomes 0, the code stays
  // Both addresses were judged when the request came in.
  const std::optional<Route> route =
      received.interface == kLoopbackInterface
          ? Route{kLoopbackInterface, reply.destination}
          : find_way_out(reply.destination, reply.source, std::nullopt);
  if (!route) {
    return pool_.free(packet);
  }
  send_by(now, packet, reply, *route);
}

void HostStack::receive_icmp_error(SimTime now, const Received& received) {
  const Bytes ip = received.ip;
  const Bytes message = wire::ipv4_payload(ip);
  const IcmpV4Header header = *IcmpV4Header::parse(message);
  const Bytes quoted = message.subspan(IcmpV4Header::kSize);
  Endpoint* endpoint = endpoint_of_quote(quoted);
  if (endpoint == nullptr) {
    return finish(now, received, HostOutcome::kIcmpErrorUnmatched);
  }
  if (header.type == IcmpType::kDestinationUnreachable &&
      header.code == wire::unreachable::kFragmentationNeeded) {
    if (path_mtus_ == nullptr) {
      path_mtus_ = std::make_unique<PathMtuCache>(options_.path_mtu_entries_max);
    }
    const Ipv4Address destination = wire::ipv4_destination(quoted);
    path_mtus_->learn(now, destination, header.next_hop_mtu(), wire::ipv4_total_length(quoted),
                      path_mtu(now, destination));
  }
  DeliveryError error;
  error.from = wire::ipv4_source(ip);
  error.destination = wire::ipv4_destination(quoted);
  error.type = static_cast<std::uint8_t>(header.type);
  error.code = header.code;
  error.ttl = wire::ipv4_ttl(ip);
  error.rest = header.rest;
  error.quoted_message = quoted.subspan(wire::ipv4_header_size(quoted));
  error.packet_id = pool_.id(received.packet);
  error.size = message.size();
  if (observer_ != nullptr) {
    observer_->on_consumed(now, received.interface, received.packet, HostOutcome::kIcmpError);
  }
  endpoint->on_error(now, *this, error);
  pool_.free(received.packet);
}

/// Whose packet an error quotes: one that this host can have sent, and whose sender is still here.
/// Null for everything else, and for quotes too short to tell.
Endpoint* HostStack::endpoint_of_quote(Bytes quoted) const {
  if (quoted.size() < wire::Ipv4Header::kMinSize || (quoted[0] >> 4) != 4) {
    return nullptr;
  }
  const std::size_t header_size = wire::ipv4_header_size(quoted);
  if (header_size < wire::Ipv4Header::kMinSize || quoted.size() < header_size + kQuotedMin ||
      wire::ipv4_fragment_offset(quoted) != 0 || !owns(wire::ipv4_source(quoted))) {
    return nullptr;
  }
  const Bytes message = quoted.subspan(header_size);
  const Ipv4Address own = wire::ipv4_source(quoted);
  if (wire::ipv4_protocol(quoted) == wire::IpProtocol::kUdp) {
    return ports_.find(PortSpace::kUdp, own, load_be16(message, 0));
  }
  if (wire::ipv4_protocol(quoted) == wire::IpProtocol::kIcmp &&
      static_cast<IcmpType>(message[0]) == IcmpType::kEchoRequest) {
    return ports_.find(PortSpace::kEcho, own, load_be16(message, 4));
  }
  return nullptr;
}

/// Tells a program of this host that its packet could not leave. `failed` begins with its header.
void HostStack::report_local(SimTime now, Ipv4Address from, Bytes failed, IcmpV4Header header) {
  Endpoint* endpoint = endpoint_of_quote(failed);
  if (endpoint == nullptr) {
    return;
  }
  DeliveryError error;
  error.from = from;
  error.destination = wire::ipv4_destination(failed);
  error.type = static_cast<std::uint8_t>(header.type);
  error.code = header.code;
  error.ttl = options_.initial_ttl;
  error.rest = header.rest;
  error.quoted_message = failed.subspan(wire::ipv4_header_size(failed));
  error.packet_id = 0;
  error.size = IcmpV4Header::kSize + std::min(failed.size(), kErrorSizeMax - 28);
  endpoint->on_error(now, *this, error);
}

/// Sends `error` about a packet to its source, unless nobody may complain about it or too many
/// errors were sent. The packet stays as it is.
void HostStack::send_icmp_error(SimTime now, const Received& about, IcmpV4Header error) {
  const Bytes ip = about.ip;
  const Ipv4Address source = wire::ipv4_source(ip);
  const Ipv4Address destination = wire::ipv4_destination(ip);
  const Kind asked = kind_of(destination);
  if (about.link_cast || !wire::may_be_complained_about(ip) || is_broadcast(source) ||
      asked == Kind::kBroadcast) {
    return;
  }
  if (about.interface != kLoopbackInterface && is_limited(error)) {
    if (limiter_ == nullptr) {
      limiter_ = std::make_unique<IcmpLimiter>();
    }
    if (!limiter_->allow(now, source)) {
      return;
    }
  }
  const std::size_t quoted =
      std::min<std::size_t>(wire::ipv4_total_length(ip),
                            kErrorSizeMax - wire::Ipv4Header::kMinSize - IcmpV4Header::kSize);
  const PacketHandle packet = allocate_message(IcmpV4Header::kSize + quoted);
  const MutableBytes message = pool_.bytes(packet);
  std::memcpy(message.data() + IcmpV4Header::kSize, ip.data(), quoted);
  error.emit(message);
  pool_.set_cause(packet, pool_.id(about.packet));

  Outgoing outgoing;
  outgoing.destination = source;
  outgoing.protocol = wire::IpProtocol::kIcmp;
  outgoing.tos = static_cast<std::uint8_t>((ip[1] & kTosBits) | kErrorPrecedence);
  outgoing.discovery = PathMtuDiscovery::kDont;
  if (asked == Kind::kOwn) {
    outgoing.source = destination;  // RFC 1122 section 3.2.2: from where it was addressed to
  }
  send(now, packet, outgoing);
}

}  // namespace vpclab::host
