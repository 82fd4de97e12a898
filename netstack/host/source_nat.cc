#include "netstack/host/source_nat.h"

#include <optional>

#include "netstack/wire/edit.h"
#include "netstack/wire/icmpv4.h"
#include "netstack/wire/tcp.h"

namespace vpclab::host {
namespace {

using wire::IcmpType;
using wire::IpProtocol;
using wire::Ipv4Header;

/// What can be seen of a datagram's ends, be it a packet or one that an ICMP error quotes.
struct Ends {
  wire::Ipv4Address source;
  wire::Ipv4Address destination;
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  IpProtocol protocol{};
  IcmpType icmp{};             // of ICMP
  std::uint8_t tcp_flags = 0;  // of a whole TCP header
};

bool asks(IcmpType type) {
  return type == IcmpType::kEchoRequest || type == IcmpType::kTimestampRequest;
}

/// Reads a header and the eight bytes behind it; nothing if they are not there.
std::optional<Ends> read_ends(Bytes datagram) {
  if (datagram.size() < Ipv4Header::kMinSize || (datagram[0] >> 4) != 4) {
    return std::nullopt;
  }
  const std::size_t header = wire::ipv4_header_size(datagram);
  if (header < Ipv4Header::kMinSize || header > datagram.size() ||
      wire::ipv4_fragment_offset(datagram) != 0) {
    return std::nullopt;
  }
  Ends ends;
  ends.source = wire::ipv4_source(datagram);
  ends.destination = wire::ipv4_destination(datagram);
  ends.protocol = wire::ipv4_protocol(datagram);
  const Bytes transport = datagram.subspan(header);
  const bool is_tcp = ends.protocol == IpProtocol::kTcp;
  const bool is_icmp = ends.protocol == IpProtocol::kIcmp;
  if (!is_tcp && !is_icmp && ends.protocol != IpProtocol::kUdp) {
    return ends;
  }
  if (transport.size() < 8) {
    return std::nullopt;
  }
  if (is_icmp) {
    ends.icmp = static_cast<IcmpType>(transport[0]);
    if (wire::is_icmp_query(ends.icmp)) {
      const std::uint16_t identifier = load_be16(transport, 4);
      (asks(ends.icmp) ? ends.source_port : ends.destination_port) = identifier;
    }
    return ends;
  }
  ends.source_port = load_be16(transport, 0);
  ends.destination_port = load_be16(transport, 2);
  if (is_tcp && transport.size() >= wire::TcpHeader::kMinSize) {
    ends.tcp_flags = transport[13];
  }
  return ends;
}

/// Of a well-formed packet; what Ethernet padded it with does not count.
std::optional<Ends> read_whole(Bytes packet) {
  return read_ends(packet.first(wire::ipv4_total_length(packet)));
}

/// The quotation of an ICMP error; empty for all else.
Bytes quote_of(Bytes packet) {
  const Bytes message = wire::ipv4_payload(packet);
  return wire::ipv4_protocol(packet) == IpProtocol::kIcmp &&
                 message.size() >= wire::IcmpV4Header::kSize &&
                 wire::is_icmp_error(static_cast<IcmpType>(message[0]))
             ? message.subspan(wire::IcmpV4Header::kSize)
             : Bytes{};
}

bool is_translatable(const Ends& ends) {
  return ends.protocol != IpProtocol::kIcmp || wire::is_icmp_query(ends.icmp);
}

NatPhase phase_of(const Ends& ends, const PortTranslation::Flow* known, bool from_inside) {
  const bool replied = known != nullptr && (known->replied || !from_inside);
  switch (ends.protocol) {
    case IpProtocol::kIcmp:
      return NatPhase::kIcmp;
    case IpProtocol::kUdp:
      return known != nullptr && known->replied ? NatPhase::kUdpStream : NatPhase::kUdp;
    case IpProtocol::kTcp:
      if ((ends.tcp_flags & (wire::tcp_flag::kFin | wire::tcp_flag::kRst)) != 0 ||
          (known != nullptr && known->phase == NatPhase::kTcpClosing &&
           (ends.tcp_flags & wire::tcp_flag::kSyn) == 0)) {
        return NatPhase::kTcpClosing;
      }
      return replied ? NatPhase::kTcpEstablished : NatPhase::kTcpOpening;
  }
  return NatPhase::kOther;
}

NatEnds inside_ends(const Ends& leaving) {
  return NatEnds{leaving.source, leaving.destination, leaving.source_port, leaving.destination_port,
                 leaving.protocol};
}

/// The ends of a flow whose packet, seen from the inside, came back as `entering`.
NatEnds reversed_ends(const Ends& entering) {
  return NatEnds{entering.destination, entering.source, entering.destination_port,
                 entering.source_port, entering.protocol};
}

}  // namespace

NatResult SourceNat::read_leaving(SimTime now, Bytes packet, Reading& reading) {
  const std::optional<Ends> ends = read_whole(packet);
  if (!ends) {
    return NatResult::kUnsupported;
  }
  if (const Bytes quote = quote_of(packet); !quote.empty()) {
    // An error about what came from outside: it quotes the packet as the inside saw it.
    const std::optional<Ends> quoted = read_ends(quote);
    if (!quoted || !is_translatable(*quoted)) {
      return NatResult::kNoState;
    }
    reading.is_error = true;
    reading.flow = table_.find(reversed_ends(*quoted), now);
    return reading.flow == PortTranslation::kNone ? NatResult::kNoState : NatResult::kTranslated;
  }
  const bool is_icmp = ends->protocol == IpProtocol::kIcmp;
  const bool is_tcp = ends->protocol == IpProtocol::kTcp;
  if (!is_icmp && !is_tcp && ends->protocol != IpProtocol::kUdp && !options_.other_protocols) {
    return NatResult::kUnsupported;
  }
  if (is_icmp && !asks(ends->icmp)) {
    return NatResult::kNoState;  // an answer that nobody outside asked for
  }
  reading.ends = inside_ends(*ends);
  reading.flow = table_.find(reading.ends, now);
  if (reading.flow != PortTranslation::kNone) {
    reading.phase = phase_of(*ends, &table_.flow(reading.flow), true);
    return NatResult::kTranslated;
  }
  constexpr std::uint8_t kOpening = wire::tcp_flag::kSyn;
  constexpr std::uint8_t kOpeningMask =
      wire::tcp_flag::kSyn | wire::tcp_flag::kAck | wire::tcp_flag::kRst;
  const bool may_begin = !is_tcp || (ends->tcp_flags & kOpeningMask) == kOpening ||
                         (options_.loose_tcp && (ends->tcp_flags & wire::tcp_flag::kRst) == 0);
  reading.phase = phase_of(*ends, nullptr, true);
  return may_begin ? NatResult::kTranslated : NatResult::kNoState;
}

void SourceNat::rewrite_leaving(MutableBytes packet, wire::Ipv4Address outside,
                                PortTranslation::FlowIndex flow) {
  wire::rewrite_source(packet, outside, table_.flow(flow).port);
}

NatResult SourceNat::read_entering(SimTime now, Bytes packet, Reading& reading) {
  const std::optional<Ends> ends = read_whole(packet);
  if (!ends) {
    return NatResult::kUnsupported;
  }
  if (const Bytes quote = quote_of(packet); !quote.empty()) {
    // An error about what left: it quotes the packet as the outside saw it.
    const std::optional<Ends> quoted = read_ends(quote);
    reading.is_error = true;
    // RFC 5508 REQ-3: one that was sent under the address that the error came to.
    if (quoted && quoted->source == ends->destination && is_translatable(*quoted)) {
      reading.flow = table_.find_back(quoted->destination, quoted->destination_port,
                                      quoted->protocol, quoted->source_port, now);
    }
  } else if (is_translatable(*ends) && (ends->protocol != IpProtocol::kIcmp || !asks(ends->icmp))) {
    reading.flow = table_.find_back(ends->source, ends->source_port, ends->protocol,
                                    ends->destination_port, now);
    if (reading.flow != PortTranslation::kNone) {
      reading.phase = phase_of(*ends, &table_.flow(reading.flow), false);
    }
  }
  return reading.flow == PortTranslation::kNone ? NatResult::kNoState : NatResult::kTranslated;
}

NatResult SourceNat::enter(SimTime now, MutableBytes packet) {
  Reading reading;
  const NatResult result = read_entering(now, packet, reading);
  if (result == NatResult::kTranslated) {
    enter(now, packet, returning_of(reading));
  }
  return result;
}

std::optional<SourceNat::Returning> SourceNat::find_returning(SimTime now, Bytes packet) {
  Reading reading;
  if (read_entering(now, packet, reading) != NatResult::kTranslated) {
    return std::nullopt;
  }
  return returning_of(reading);
}

void SourceNat::enter(SimTime now, MutableBytes packet, const Returning& returning) {
  if (!returning.is_error) {
    table_.touch(returning.flow, returning.phase, false, now);
  }
  wire::rewrite_destination(packet, returning.inside, table_.flow(returning.flow).ends.inside_port);
}

SourceNat::Returning SourceNat::returning_of(const Reading& reading) const {
  return Returning{table_.flow(reading.flow).ends.inside, reading.phase, reading.flow,
                   reading.is_error};
}

}  // namespace vpclab::host
