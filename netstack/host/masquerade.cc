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

/// On the way in: what is for a flow that is masqueraded goes on to its inside. False: it is for
/// this host.
bool HostStack::hand_back(SimTime now, const Received& received) {
  if (!options_.ip_forward || received.interface == kLoopbackInterface || received.link_cast) {
    return false;
  }
  if (wire::ipv4_ttl(received.ip) <= 1) {
    // The sender is told, of its packet as it sent it.
    const bool is_known = source_nat_->knows(now, received.ip);
    if (is_known) {
      send_icmp_error(now, received,
                      wire::IcmpV4Header::error(wire::IcmpType::kTimeExceeded,
                                                wire::time_exceeded::kInTransit));
      finish(now, received, HostOutcome::kTtlExpired);
    }
    return is_known;
  }
  const MutableBytes ip = pool_.bytes(received.packet).subspan(received.offset);
  if (source_nat_->enter(now, ip) != NatResult::kTranslated) {
    return false;
  }
  forward(now, received, true);
  return true;
}

}  // namespace vpclab::host
