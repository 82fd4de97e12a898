// A host without TCP has no open port: every segment that is no reset is answered by one (RFC 9293
// section 3.10.7.1; ICMP-3).
#include "netstack/host/host_stack.h"
#include "netstack/wire/ipv4.h"
#include "netstack/wire/tcp.h"

namespace vpclab::host {

void HostStack::refuse_tcp(SimTime now, const Received& received) {
  const Bytes ip = received.ip;
  const Bytes segment = wire::ipv4_payload(ip);
  if (!wire::TcpHeader::parse(segment)) {
    return finish(now, received, HostOutcome::kMalformed);
  }
  const wire::Ipv4Address source = wire::ipv4_source(ip);
  const wire::Ipv4Address destination = wire::ipv4_destination(ip);
  if (!wire::tcp_checksum_ok(segment, source, destination)) {
    return finish(now, received, HostOutcome::kBadChecksum);
  }
  if (received.link_cast) {
    return finish(now, received, HostOutcome::kUnsupportedCast);
  }
  if (const auto reset = wire::tcp_reset_for(segment)) {
    const wire::PacketHandle packet = allocate_message(wire::TcpHeader::kMinSize);
    reset->emit(pool_.bytes(packet), destination, source);
    pool_.set_cause(packet, pool_.id(received.packet));
    Outgoing outgoing;
    outgoing.destination = source;
    outgoing.source = destination;
    outgoing.protocol = wire::IpProtocol::kTcp;
    send(now, packet, outgoing);
  }
  finish(now, received, HostOutcome::kNoListener);
}

}  // namespace vpclab::host
