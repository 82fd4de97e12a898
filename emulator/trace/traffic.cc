#include "emulator/trace/traffic.h"

#include "netstack/wire/arp.h"
#include "netstack/wire/ethernet.h"
#include "netstack/wire/ipv4.h"

namespace vpclab::trace {
namespace {

std::string protocol_name(wire::IpProtocol protocol) {
  switch (protocol) {
    case wire::IpProtocol::kIcmp:
      return "icmp";
    case wire::IpProtocol::kTcp:
      return "tcp";
    case wire::IpProtocol::kUdp:
      return "udp";
  }
  return "protocol " + std::to_string(static_cast<unsigned>(protocol));
}

/// What rules look at behind the IPv4 header.
std::string selector(wire::IpProtocol protocol, Bytes payload) {
  if (protocol == wire::IpProtocol::kIcmp && payload.size() >= 2) {
    return " type " + std::to_string(payload[0]) + " code " + std::to_string(payload[1]);
  }
  const bool has_ports = protocol == wire::IpProtocol::kTcp || protocol == wire::IpProtocol::kUdp;
  if (has_ports && payload.size() >= 4) {
    return " port " + std::to_string(load_be16(payload, 2));
  }
  return {};
}

}  // namespace

Traffic read_traffic(Bytes packet) {
  Traffic traffic;
  if (packet.size() < wire::Ipv4Header::kMinSize || (packet[0] >> 4) != 4) {
    traffic.what = "no IPv4 packet";
    return traffic;
  }
  traffic.source = wire::ipv4_source(packet);
  traffic.destination = wire::ipv4_destination(packet);
  const wire::IpProtocol protocol = wire::ipv4_protocol(packet);
  if (wire::ipv4_fragment_offset(packet) != 0) {
    traffic.is_later_fragment = true;
    traffic.what = "a later fragment of " + protocol_name(protocol);
    return traffic;
  }
  traffic.what = protocol_name(protocol);
  const std::size_t header = wire::ipv4_header_size(packet);
  if (header >= wire::Ipv4Header::kMinSize && header <= packet.size()) {
    traffic.what += selector(protocol, packet.subspan(header));
  }
  return traffic;
}

Traffic read_frame_traffic(Bytes frame) {
  const auto ethernet = wire::EthernetHeader::parse(frame);
  if (!ethernet) {
    return Traffic{{}, {}, "no Ethernet frame"};
  }
  const Bytes payload = frame.subspan(wire::EthernetHeader::kSize);
  if (ethernet->type != wire::EtherType::kArp) {
    return read_traffic(payload);
  }
  const auto arp = wire::ArpPacket::parse(payload);
  if (!arp) {
    return Traffic{{}, {}, "no ARP packet"};
  }
  return Traffic{arp->sender_ip, arp->target_ip, "arp"};
}

}  // namespace vpclab::trace
