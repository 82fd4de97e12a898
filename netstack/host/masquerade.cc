// A host that forwards under its own address, as a NAT instance does (NAT-13): what Linux calls
// MASQUERADE. Fragments come here as the datagrams that they make up.
#include "netstack/host/host_stack.h"
#include "netstack/host/source_nat.h"
#include "netstack/wire/icmpv4.h"
#include "netstack/wire/ipv4.h"

namespace vpclab::host {
namespace {

SourceNatOptions options_of_linux() {
  SourceNatOptions options;
  options.ports.keep_ports = true;
  return options;
}

bool is_error(Bytes ip) {
  const Bytes message = wire::ipv4_payload(ip);
  return wire::ipv4_protocol(ip) == wire::IpProtocol::kIcmp && !message.empty() &&
         wire::is_icmp_error(static_cast<wire::IcmpType>(message[0]));
}

}  // namespace

/// On the way out. False if the packet has ended here, as it came.
bool HostStack::masquerade(SimTime now, const Route& route, const Received& received) {
  if (source_nat_ == nullptr) {
    source_nat_ = std::make_unique<SourceNat>(options_of_linux());
    ports_.share_with(&source_nat_->table());
  }
  const MutableBytes bytes = pool_.bytes(received.packet).subspan(received.offset);
  const wire::Ipv4Address own = interfaces_[route.interface].address;
  const wire::IpProtocol protocol = wire::ipv4_protocol(bytes);
  const auto is_free = [&](std::uint16_t port) {  // no program of this host uses it
    const PortSpace space =
        protocol == wire::IpProtocol::kIcmp ? PortSpace::kEcho : PortSpace::kUdp;
    return protocol == wire::IpProtocol::kTcp || ports_.find(space, own, port) == nullptr;
  };
  switch (source_nat_->leave(now, bytes, own, is_free)) {
    case NatResult::kTranslated:
    case NatResult::kNoState:  // invalid to the tracker, and forwarded as it is
      return true;
    case NatResult::kNoPort:
      finish(now, received, HostOutcome::kNoPort);
      return false;
    case NatResult::kUnsupported:
      finish(now, received, HostOutcome::kMalformed);
      return false;
  }
  return true;
}

/// On the way in: what is for a flow that is masqueraded goes on to its inside. It is judged as it
/// came, so that the outside is told nothing of the inside. False: it is for this host.
bool HostStack::hand_back(SimTime now, const Received& received) {
  // The host itself sends such packets only about what it had translated already (RFC 5508 REQ-4).
  const bool is_possible = received.interface != kLoopbackInterface || is_error(received.ip);
  if (!options_.ip_forward || received.link_cast || !is_possible) {
    return false;
  }
  const auto returning = source_nat_->find_returning(now, received.ip);
  if (!returning) {
    return false;
  }
  if (const std::optional<Route> route = judge_passage(now, received, returning->inside)) {
    source_nat_->enter(now, pool_.bytes(received.packet).subspan(received.offset), *returning);
    pass_on(now, received, *route);
  }
  return true;
}

}  // namespace vpclab::host
