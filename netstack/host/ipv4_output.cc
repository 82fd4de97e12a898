// What goes out: the header, the size of the path, fragments, the next hop's address; and what only
// passes through.
#include <algorithm>

#include "netstack/host/arp_cache.h"
#include "netstack/host/fragmentation.h"
#include "netstack/host/host_stack.h"
#include "netstack/host/path_mtu.h"
#include "netstack/wire/edit.h"
#include "netstack/wire/ethernet.h"
#include "netstack/wire/ipv4.h"

namespace vpclab::host {
namespace {

using wire::EthernetHeader;
using wire::Ipv4Address;
using wire::Ipv4Header;
using wire::MacAddress;
using wire::PacketHandle;

constexpr std::size_t kDatagramMax = 65'535;
/// How long a packet to the host itself takes: some time, so that two programs that answer each
/// other cannot stop the clock.
constexpr Duration kLoopbackDelay = std::chrono::microseconds(10);

/// RFC 1112 section 6.4: 01:00:5e and the low 23 bits of the group.
MacAddress multicast_mac(Ipv4Address group) {
  return MacAddress::from_integer(0x0100'5e00'0000U | (group.to_host_order() & 0x7f'ffffU));
}

}  // namespace

SendResult HostStack::send(SimTime now, PacketHandle message, const Outgoing& outgoing) {
  const auto refuse = [&](SendStatus status) {
    pool_.free(message);
    return SendResult{status, 0, 0};
  };
  if (!outgoing.source.is_unspecified() && !owns(outgoing.source)) {
    return refuse(SendStatus::kNoSuchSource);
  }
  const Kind kind = kind_of(outgoing.destination);
  const std::optional<Route> route =
      kind == Kind::kOwn ? Route{kLoopbackInterface, outgoing.destination}
                         : find_way_out(outgoing.destination, outgoing.source, outgoing.interface);
  if (!route) {
    return refuse(SendStatus::kNoRoute);
  }
  if (kind == Kind::kBroadcast && !outgoing.allow_broadcast) {
    return refuse(SendStatus::kBroadcast);
  }
  if (outgoing.source.is_loopback() && kind != Kind::kOwn) {
    return refuse(SendStatus::kLoopbackSource);  // RFC 1122 section 3.2.1.3 (g)
  }
  return send_by(now, message, outgoing, *route);
}

/// Sends by a way that was found: the size, the header, and off.
SendResult HostStack::send_by(SimTime now, PacketHandle message, const Outgoing& outgoing,
                              const Route& route) {
  const bool loops = route.interface == kLoopbackInterface;
  PathMtuCache::PathMtu path{loops ? std::uint16_t{kDatagramMax} : interfaces_[route.interface].mtu,
                             false};
  if (path_mtus_ != nullptr && !loops) {
    path = path_mtus_->find(now, outgoing.destination, path.mtu);
  }
  const std::size_t size = Ipv4Header::kMinSize + pool_.size(message);
  const bool fits = size <= path.mtu;
  if (size > kDatagramMax || (!fits && outgoing.discovery == PathMtuDiscovery::kDo)) {
    pool_.free(message);
    return {SendStatus::kMessageTooLong, path.mtu, 0};
  }

  Ipv4Header header;
  header.tos = outgoing.tos;
  header.total_length = static_cast<std::uint16_t>(size);
  header.identification = next_identification_++;
  header.dont_fragment =
      outgoing.discovery == PathMtuDiscovery::kDo ||
      (outgoing.discovery == PathMtuDiscovery::kWant && fits && !path.may_fragment);
  header.ttl = outgoing.ttl != 0 ? outgoing.ttl : options_.initial_ttl;
  header.protocol = outgoing.protocol;
  header.source = !outgoing.source.is_unspecified() ? outgoing.source
                  : loops                           ? outgoing.destination
                                                    : interfaces_[route.interface].address;
  header.destination = outgoing.destination;
  pool_.push_front(message, Ipv4Header::kMinSize);
  header.emit(pool_.bytes(message));

  const SendResult sent{SendStatus::kSent, 0, pool_.id(message)};
  if (loops) {
    looping_.push_back({now + kLoopbackDelay, message});
    wake_by(looping_.front().at);
  } else if (fits) {
    output(now, route, message, PacketOrigin::kOwn);
  } else {
    output_fragments(now, route, path.mtu, message, PacketOrigin::kOwn);
  }
  return sent;
}

/// A packet that begins with its IPv4 header and fits the link goes to its next hop.
void HostStack::output(SimTime now, const Route& route, PacketHandle packet, PacketOrigin origin) {
  if (arp_ != nullptr) [[likely]] {
    const ArpCache::Neighbour* neighbour = arp_->find(route.interface, route.next_hop);
    if (neighbour != nullptr && neighbour->state == ArpCache::State::kReachable &&
        neighbour->at > now) [[likely]] {
      return transmit(now, route.interface, neighbour->mac, packet, origin);
    }
  }
  if (route.next_hop.is_multicast()) {
    return transmit(now, route.interface, multicast_mac(route.next_hop), packet, origin);
  }
  if (is_broadcast(route.next_hop)) {
    return transmit(now, route.interface, MacAddress::broadcast(), packet, origin);
  }
  resolve(now, route.interface, route.next_hop, packet, origin);
}

void HostStack::output_fragments(SimTime now, const Route& route, std::uint16_t mtu,
                                 PacketHandle packet, PacketOrigin origin) {
  fragments_.clear();
  fragment(pool_, packet, mtu, fragments_);
  if (observer_ != nullptr) {
    observer_->on_replaced(now, route.interface, std::span(&packet, 1), fragments_);
  }
  pool_.free(packet);
  for (const PacketHandle piece : fragments_) {
    output(now, route, piece, origin);
  }
}

void HostStack::transmit(SimTime now, std::size_t interface, MacAddress to, PacketHandle packet,
                         PacketOrigin origin) {
  if (origin == PacketOrigin::kForwarded && observer_ != nullptr) {
    observer_->on_consumed(now, interface, packet, HostOutcome::kForwarded);
  }
  pool_.push_front(packet, EthernetHeader::kSize);
  EthernetHeader{to, interfaces_[interface].mac, wire::EtherType::kIpv4}.emit(pool_.bytes(packet));
  outbound_.push_back({packet, static_cast<std::uint8_t>(interface)});
}

/// A packet for somebody else (RFC 1812 section 5.2.1; TTL-4: appliances lower the TTL and answer).
void HostStack::forward(SimTime now, const Received& received) {
  if (options_.masquerade && wire::ipv4_is_fragment(received.ip)) [[unlikely]] {
    return receive_fragment(now, received);  // only the whole datagram shows its ports
  }
  const std::optional<Route> route =
      judge_passage(now, received, wire::ipv4_destination(received.ip));
  if (route && (!options_.masquerade || masquerade(now, *route, received))) {
    pass_on(now, received, *route);
  }
}

/// The way of a packet that may pass on to `destination`. Nothing if it has ended here, as it came.
std::optional<HostStack::Route> HostStack::judge_passage(SimTime now, const Received& received,
                                                         Ipv4Address destination) {
  const Bytes ip = received.ip;
  const auto refuse = [&](wire::IcmpV4Header error, HostOutcome outcome) {
    send_icmp_error(now, received, error);
    finish(now, received, outcome);
    return std::nullopt;
  };
  const std::optional<Route> route = find_way_out(destination, Ipv4Address(), std::nullopt);
  if (!route) {
    return refuse(
        wire::IcmpV4Header::error(wire::IcmpType::kDestinationUnreachable, wire::unreachable::kNet),
        HostOutcome::kNoRoute);
  }
  // Behind the route lookup, as Linux has it: who knows no way says so, whatever the TTL.
  if (wire::ipv4_ttl(ip) <= 1) {
    return refuse(
        wire::IcmpV4Header::error(wire::IcmpType::kTimeExceeded, wire::time_exceeded::kInTransit),
        HostOutcome::kTtlExpired);
  }
  const std::uint16_t mtu = interfaces_[route->interface].mtu;
  if (wire::ipv4_total_length(ip) > mtu && wire::ipv4_dont_fragment(ip)) {
    return refuse(wire::IcmpV4Header::fragmentation_needed(mtu), HostOutcome::kFragmentationNeeded);
  }
  return route;
}

/// Sends on what judge_passage() let through.
void HostStack::pass_on(SimTime now, const Received& received, const Route& route) {
  const std::uint16_t mtu = interfaces_[route.interface].mtu;
  const std::uint16_t size = wire::ipv4_total_length(received.ip);
  pool_.pop_front(received.packet, received.offset);
  pool_.truncate(received.packet, size);  // Ethernet's padding does not travel on
  if (received.interface != kLoopbackInterface) {
    wire::decrement_ttl(pool_.bytes(received.packet));
  }
  if (size > mtu) {
    output_fragments(now, route, mtu, received.packet, PacketOrigin::kPiece);
  } else {
    // A datagram that was put together here replaced what had come in.
    output(now, route, received.packet,
           received.offset != 0 ? PacketOrigin::kForwarded : PacketOrigin::kPiece);
  }
}

void HostStack::poll_loopback(SimTime now) {
  std::size_t arrived = 0;
  // By index: what arrives may be answered, which appends.
  for (; arrived < looping_.size() && looping_[arrived].at <= now; ++arrived) {
    const PacketHandle packet = looping_[arrived].packet;
    receive_ipv4(now, Received{packet, pool_.bytes(packet), 0, kLoopbackInterface, false});
  }
  looping_.erase(looping_.begin(), looping_.begin() + static_cast<std::ptrdiff_t>(arrived));
}

}  // namespace vpclab::host
