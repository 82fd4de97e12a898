// What comes in: header checks (RFC 791, RFC 1122 section 3.2.1), reassembly, demultiplexing.
#include <algorithm>
#include <cstring>

#include "netstack/host/host_stack.h"
#include "netstack/host/reassembly.h"
#include "netstack/host/source_nat.h"
#include "netstack/wire/ipv4.h"
#include "netstack/wire/udp.h"

namespace vpclab::host {
namespace {

using wire::Ipv4Address;
using wire::PacketHandle;

enum class OptionsVerdict : std::uint8_t { kFine, kSourceRoute, kMalformed };

/// Options are carried and ignored, but have to be readable, and source routes are refused
/// (RFC 1122 section 3.2.1.8 lets a host do so; every image does).
OptionsVerdict judge_options(Bytes options) {
  constexpr std::uint8_t kLooseSourceRoute = 131;
  constexpr std::uint8_t kStrictSourceRoute = 137;
  for (std::size_t at = 0; at < options.size();) {
    const std::uint8_t kind = options[at];
    if (kind == wire::Ipv4Options::kEnd) {
      break;
    }
    if (kind == wire::Ipv4Options::kNoOperation) {
      ++at;
      continue;
    }
    const std::size_t length = at + 1 < options.size() ? options[at + 1] : 0;
    if (length < 2 || at + length > options.size()) {
      return OptionsVerdict::kMalformed;
    }
    if (kind == kLooseSourceRoute || kind == kStrictSourceRoute) {
      return OptionsVerdict::kSourceRoute;
    }
    at += length;
  }
  return OptionsVerdict::kFine;
}

/// Sources that no host on a wire has (RFC 1122 section 3.2.1.3). 240.0.0.0/4 is let through:
/// routers inside the provider's network answer from there (TTL-3).
bool is_martian_source(Ipv4Address source) {
  return source.is_multicast() || source.is_limited_broadcast() || source.is_loopback() ||
         (source.to_host_order() >> 24) == 0;
}

}  // namespace

void HostStack::receive_ipv4(SimTime now, const Received& received) {
  const Bytes ip = received.ip;
  if (!wire::ipv4_well_formed(ip)) {
    return finish(now, received, HostOutcome::kMalformed);
  }
  if (!wire::ipv4_checksum_ok(ip)) {
    return finish(now, received, HostOutcome::kBadChecksum);
  }
  const std::size_t header_size = wire::ipv4_header_size(ip);
  if (header_size > wire::Ipv4Header::kMinSize) {
    const OptionsVerdict verdict = judge_options(
        ip.subspan(wire::Ipv4Header::kMinSize, header_size - wire::Ipv4Header::kMinSize));
    if (verdict != OptionsVerdict::kFine) {
      return finish(now, received,
                    verdict == OptionsVerdict::kSourceRoute ? HostOutcome::kSourceRoute
                                                            : HostOutcome::kMalformed);
    }
  }
  const Ipv4Address source = wire::ipv4_source(ip);
  const Ipv4Address destination = wire::ipv4_destination(ip);
  if (received.interface != kLoopbackInterface &&
      (is_martian_source(source) || kind_of(source) != Kind::kOther || destination.is_loopback() ||
       destination.is_unspecified())) {
    return finish(now, received, HostOutcome::kMartian);
  }
  switch (kind_of(destination)) {
    case Kind::kOwn:
      // RFC 1122 section 3.3.6: a link-layer broadcast with a unicast destination is discarded.
      return received.link_cast ? finish(now, received, HostOutcome::kUnsupportedCast)
                                : deliver_local(now, received);
    case Kind::kBroadcast: {
      Received broadcast = received;
      broadcast.link_cast = true;
      return deliver_local(now, broadcast);
    }
    case Kind::kOther:
      break;
  }
  if (received.link_cast || destination.is_multicast()) {
    return finish(now, received, HostOutcome::kUnsupportedCast);
  }
  if (!options_.ip_forward) {
    return finish(now, received, HostOutcome::kNotForMe);
  }
  forward(now, received);
}

void HostStack::deliver_local(SimTime now, const Received& received) {
  const Bytes ip = received.ip;
  if (wire::ipv4_is_fragment(ip)) {
    return receive_fragment(now, received);
  }
  if (source_nat_ != nullptr && hand_back(now, received)) [[unlikely]] {
    return;
  }
  switch (wire::ipv4_protocol(ip)) {
    case wire::IpProtocol::kIcmp:
      return receive_icmp(now, received);
    case wire::IpProtocol::kUdp:
      return receive_udp(now, received);
    case wire::IpProtocol::kTcp:
      return refuse_tcp(now, received);
  }
  if (received.link_cast) {
    return finish(now, received, HostOutcome::kUnsupportedCast);  // nobody is told: RFC 1122 3.2.2
  }
  send_icmp_error(now, received,
                  wire::IcmpV4Header::error(wire::IcmpType::kDestinationUnreachable,
                                            wire::unreachable::kProtocol));
  finish(now, received, HostOutcome::kUnknownProtocol);
}

void HostStack::receive_fragment(SimTime now, const Received& received) {
  if (reassembler_ == nullptr) {
    reassembler_ = std::make_unique<Reassembler>(pool_, options_.reassembly_datagrams_max,
                                                 options_.reassembly_bytes_max);
  }
  const Bytes ip = received.ip;
  const wire::Ipv4Header header = *wire::Ipv4Header::parse(ip);
  const Reassembler::Fragment fragment{
      received.packet,
      header.fragment_offset,
      static_cast<std::uint16_t>(header.payload_size()),
      static_cast<std::uint32_t>(received.offset + header.header_size()),
      static_cast<std::uint32_t>(received.offset),
      static_cast<std::uint8_t>(received.interface)};
  Reassembler::Verdict verdict = reassembler_->add(now, header, fragment);
  while (verdict == Reassembler::Verdict::kOverflow && make_room(now, header)) {
    verdict = reassembler_->add(now, header, fragment);
  }
  switch (verdict) {
    case Reassembler::Verdict::kWaiting:
      return wake_by(reassembler_->next_timer());
    case Reassembler::Verdict::kComplete:
      plan_timers();
      return deliver_reassembled(now, received.link_cast);
    case Reassembler::Verdict::kDuplicate:
      return finish(now, received, HostOutcome::kFragmentDuplicate);
    case Reassembler::Verdict::kOverlap:
      for (const Reassembler::Fragment& spoilt : reassembler_->fragments()) {
        finish(now, spoilt.interface, spoilt.packet, HostOutcome::kFragmentOverlap);
      }
      return finish(now, received, HostOutcome::kFragmentOverlap);
    case Reassembler::Verdict::kOverflow:
      return finish(now, received, HostOutcome::kReassemblyLimit);
    case Reassembler::Verdict::kImpossible:
      return finish(now, received, HostOutcome::kMalformed);
  }
}

/// Gives up the datagram that has waited longest, as Linux does: the rest of it may never come, and
/// must not keep others out. False if there is none but that of `header`.
bool HostStack::make_room(SimTime now, const wire::Ipv4Header& header) {
  if (!reassembler_->give_up_longest(header)) {
    return false;
  }
  for (const Reassembler::Fragment& piece : reassembler_->fragments()) {
    finish(now, piece.interface, piece.packet, HostOutcome::kReassemblyLimit);
  }
  return true;
}

/// Makes one datagram of the fragments and goes on with it as if it had come in one piece.
void HostStack::deliver_reassembled(SimTime now, bool link_cast) {
  const auto pieces = reassembler_->fragments();
  const Reassembler::Fragment& first = pieces.front();
  const Reassembler::Fragment& last = pieces.back();
  const std::size_t payload_size = std::size_t{last.offset} + last.size;
  wire::Ipv4Header header =
      *wire::Ipv4Header::parse(pool_.bytes(first.packet).subspan(first.header_at));
  header.more_fragments = false;
  header.total_length = static_cast<std::uint16_t>(header.header_size() + payload_size);
  const PacketHandle whole = pool_.allocate(header.total_length);
  const MutableBytes bytes = pool_.bytes(whole);
  header.emit(bytes);
  fragments_.clear();
  for (const Reassembler::Fragment& piece : pieces) {
    std::memcpy(bytes.data() + header.header_size() + piece.offset,
                pool_.bytes(piece.packet).data() + piece.payload_at, piece.size);
    fragments_.push_back(piece.packet);
  }
  pool_.set_cause(whole, pool_.id(first.packet));
  if (observer_ != nullptr) {
    observer_->on_replaced(now, first.interface, fragments_, std::span(&whole, 1));
  }
  for (const PacketHandle piece : fragments_) {
    pool_.free(piece);
  }
  const Received datagram{whole, bytes, 0, first.interface, link_cast};
  if (kind_of(header.destination) == Kind::kOther) {
    return forward(now, datagram);  // whole, so that it can be masqueraded
  }
  deliver_local(now, datagram);
}

void HostStack::poll_reassembly(SimTime now) {
  while (reassembler_->expire(now)) {
    const auto pieces = reassembler_->fragments();
    // RFC 792: only who has the first fragment says so, and only the host that it is for.
    if (!pieces.empty() && pieces.front().offset == 0) {
      const Reassembler::Fragment& first = pieces.front();
      const Bytes ip = std::as_const(pool_).bytes(first.packet).subspan(first.header_at);
      if (kind_of(wire::ipv4_destination(ip)) == Kind::kOwn) {
        send_icmp_error(now, Received{first.packet, ip, first.header_at, first.interface, false},
                        wire::IcmpV4Header::error(wire::IcmpType::kTimeExceeded,
                                                  wire::time_exceeded::kReassembly));
      }
    }
    for (const Reassembler::Fragment& piece : pieces) {
      finish(now, piece.interface, piece.packet, HostOutcome::kReassemblyTimeout);
    }
  }
}

void HostStack::receive_udp(SimTime now, const Received& received) {
  const Bytes ip = received.ip;
  const Bytes segment = wire::ipv4_payload(ip);
  const auto header = wire::UdpHeader::parse(segment);
  if (!header) {
    return finish(now, received, HostOutcome::kMalformed);
  }
  if (!wire::udp_checksum_ok(segment, wire::ipv4_source(ip), wire::ipv4_destination(ip))) {
    return finish(now, received, HostOutcome::kBadChecksum);
  }
  Endpoint* endpoint =
      ports_.find(PortSpace::kUdp, wire::ipv4_destination(ip), header->destination_port);
  if (endpoint == nullptr) {
    if (received.link_cast) {
      return finish(now, received, HostOutcome::kUnsupportedCast);
    }
    send_icmp_error(now, received,
                    wire::IcmpV4Header::error(wire::IcmpType::kDestinationUnreachable,
                                              wire::unreachable::kPort));
    return finish(now, received, HostOutcome::kNoListener);
  }
  hand_over(now, *endpoint, received, header->length, HostOutcome::kUdp);
}

/// Gives the message to its endpoint, and ends the packet unless the endpoint keeps it.
void HostStack::hand_over(SimTime now, Endpoint& endpoint, const Received& received,
                          std::size_t message_size, HostOutcome outcome) {
  const Bytes ip = received.ip;
  const Delivery delivery{
      received.packet,    wire::ipv4_source(ip), wire::ipv4_destination(ip),
      received.interface, received.offset,       received.offset + wire::ipv4_header_size(ip),
      message_size,       wire::ipv4_ttl(ip),    ip[1]};
  if (!endpoint.has_room()) {
    return finish(now, received, HostOutcome::kSocketFull);
  }
  if (observer_ != nullptr) {
    observer_->on_consumed(now, received.interface, received.packet, outcome);
  }
  if (endpoint.deliver(now, *this, delivery) == Taken::kDone) {
    pool_.free(received.packet);
  }
}

}  // namespace vpclab::host
