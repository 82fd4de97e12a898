#include "netstack/wire/summary.h"

#include <cstdio>
#include <string_view>

#include "netstack/wire/arp.h"
#include "netstack/wire/ethernet.h"
#include "netstack/wire/flow_key.h"
#include "netstack/wire/icmpv4.h"
#include "netstack/wire/ipv4.h"
#include "netstack/wire/tcp.h"
#include "netstack/wire/udp.h"

namespace vpclab::wire {
namespace {

std::string number(std::uint64_t value) { return std::to_string(value); }

std::string summarize_arp(Bytes bytes) {
  const Parsed<ArpPacket> arp = ArpPacket::parse(bytes);
  const std::string length = ", length " + number(bytes.size());
  if (!arp) {
    return "ARP, " + std::string(to_string(arp.error())) + length;
  }
  if (arp->operation == ArpOperation::kRequest) {
    return "ARP, Request who-has " + to_string(arp->target_ip) + " tell " +
           to_string(arp->sender_ip) + length;
  }
  return "ARP, Reply " + to_string(arp->sender_ip) + " is-at " + to_string(arp->sender_mac) +
         length;
}

/// What tcpdump calls the other side of a quoted datagram: `10.2.4.95 udp port 33434`.
std::string quoted_port(Bytes packet) {
  const auto quoted = quoted_flow_key_of(packet);
  if (!quoted) {
    return {};
  }
  const std::string_view protocol = quoted->protocol == IpProtocol::kTcp ? " tcp" : " udp";
  return to_string(quoted->destination) + std::string(protocol) + " port " +
         number(quoted->destination_port);
}

/// The destination of the datagram that an ICMP error quotes.
std::string quoted_destination(Bytes packet) {
  const auto quoted = quoted_flow_key_of(packet);
  return quoted ? to_string(quoted->destination) : std::string("?");
}

std::string summarize_unreachable(Bytes packet, const IcmpV4Header& header) {
  switch (header.code) {
    case unreachable::kNet:
      return "net " + quoted_destination(packet) + " unreachable";
    case unreachable::kHost:
      return "host " + quoted_destination(packet) + " unreachable";
    case unreachable::kProtocol: {
      const auto quoted = quoted_flow_key_of(packet);
      return quoted_destination(packet) + " protocol " +
             number(quoted ? static_cast<std::uint64_t>(quoted->protocol) : 0) + " unreachable";
    }
    case unreachable::kPort:
      return quoted_port(packet) + " unreachable";
    case unreachable::kFragmentationNeeded:
      return quoted_destination(packet) + " unreachable - need to frag" +
             (header.next_hop_mtu() == 0 ? "" : " (mtu " + number(header.next_hop_mtu()) + ")");
    case unreachable::kHostProhibited:
      return "host " + quoted_destination(packet) + " unreachable - admin prohibited";
    case unreachable::kProhibited:
      return "host " + quoted_destination(packet) + " unreachable - admin prohibited filter";
    default:
      return quoted_destination(packet) + " unreachable - #" + number(header.code);
  }
}

std::string summarize_icmp(Bytes packet) {
  const Bytes message = ipv4_payload(packet);
  const std::string length = ", length " + number(message.size());
  const Parsed<IcmpV4Header> header = IcmpV4Header::parse(message);
  if (!header) {
    return "ICMP, " + std::string(to_string(header.error())) + length;
  }
  std::string text = "ICMP ";
  switch (header->type) {
    case IcmpType::kEchoRequest:
    case IcmpType::kEchoReply:
      text += header->type == IcmpType::kEchoRequest ? "echo request" : "echo reply";
      text += ", id " + number(header->identifier()) + ", seq " + number(header->sequence());
      break;
    case IcmpType::kDestinationUnreachable:
      text += summarize_unreachable(packet, *header);
      break;
    case IcmpType::kTimeExceeded:
      text += header->code == time_exceeded::kInTransit ? "time exceeded in-transit"
                                                        : "ip reassembly time exceeded";
      break;
    case IcmpType::kSourceQuench:
      text += "source quench";
      break;
    case IcmpType::kRedirect:
      text += "redirect";
      break;
    case IcmpType::kParameterProblem:
      text += "parameter problem";
      break;
    case IcmpType::kTimestampRequest:
    case IcmpType::kTimestampReply:
      text += header->type == IcmpType::kTimestampRequest ? "time stamp query" : "time stamp reply";
      text += " id " + number(header->identifier()) + " seq " + number(header->sequence());
      break;
    default:
      text += "type-#" + number(static_cast<std::uint64_t>(header->type));
      break;
  }
  return text + length;
}

std::string summarize_udp(Bytes payload) {
  const Parsed<UdpHeader> header = UdpHeader::parse(payload);
  // A first fragment holds less than the length says; the header's own field is still right.
  const std::size_t length = header                               ? header->length
                             : payload.size() >= UdpHeader::kSize ? load_be16(payload, 4)
                                                                  : UdpHeader::kSize;
  return length < UdpHeader::kSize ? "UDP, bad length " + number(length)
                                   : "UDP, length " + number(length - UdpHeader::kSize);
}

std::string tcp_flags(std::uint8_t flags) {
  std::string text;

  constexpr struct {
    std::uint8_t bit;
    char letter;
  } kLetters[] = {{tcp_flag::kFin, 'F'}, {tcp_flag::kSyn, 'S'}, {tcp_flag::kRst, 'R'},
                  {tcp_flag::kPsh, 'P'}, {tcp_flag::kAck, '.'}, {tcp_flag::kUrg, 'U'},
                  {tcp_flag::kEce, 'E'}, {tcp_flag::kCwr, 'W'}};

  for (const auto& flag : kLetters) {
    if ((flags & flag.bit) != 0) {
      text.push_back(flag.letter);
    }
  }
  return text.empty() ? "none" : text;
}

std::string summarize_tcp(Bytes payload) {
  const Parsed<TcpHeader> header = TcpHeader::parse(payload);
  if (!header) {
    return "tcp, " + std::string(to_string(header.error())) + ", length " + number(payload.size());
  }
  const std::size_t length = payload.size() - header->header_size();
  std::string text = "Flags [" + tcp_flags(header->flags) + "]";
  const bool shows_sequence =
      length > 0 || (header->flags & (tcp_flag::kSyn | tcp_flag::kFin | tcp_flag::kRst)) != 0;
  if (shows_sequence) {
    text += ", seq " + number(header->sequence);
    if (length > 0) {
      text += ":" + number(static_cast<std::uint32_t>(header->sequence + length));
    }
  }
  if ((header->flags & tcp_flag::kAck) != 0) {
    text += ", ack " + number(header->acknowledgment);
  }
  return text + ", win " + number(header->window) + ", length " + number(length);
}

/// `10.1.4.7.53 > 10.2.4.95.4711: ` where the ports can be read, else without them.
std::string endpoints(Bytes packet) {
  const IpProtocol protocol = ipv4_protocol(packet);
  const auto key = flow_key_of(packet);
  const bool with_ports = key && (protocol == IpProtocol::kTcp || protocol == IpProtocol::kUdp);
  std::string text = to_string(ipv4_source(packet));
  if (with_ports) {
    text += "." + number(key->source_port);
  }
  text += " > " + to_string(ipv4_destination(packet));
  if (with_ports) {
    text += "." + number(key->destination_port);
  }
  return text + ": ";
}

std::string transport(Bytes packet) {
  const Bytes payload = ipv4_payload(packet);
  const IpProtocol protocol = ipv4_protocol(packet);
  if (ipv4_fragment_offset(packet) == 0) {
    switch (protocol) {
      case IpProtocol::kIcmp:
        return summarize_icmp(packet);
      case IpProtocol::kUdp:
        return summarize_udp(payload);
      case IpProtocol::kTcp:
        return summarize_tcp(payload);
    }
    return "ip-proto-" + number(static_cast<std::uint64_t>(protocol)) + " " +
           number(payload.size());
  }
  switch (protocol) {
    case IpProtocol::kIcmp:
      return "icmp";
    case IpProtocol::kUdp:
      return "udp";
    case IpProtocol::kTcp:
      return "tcp";
  }
  return "ip-proto-" + number(static_cast<std::uint64_t>(protocol));
}

}  // namespace

std::string summarize_ipv4(Bytes packet) {
  const Parsed<Ipv4Header> header = Ipv4Header::parse(packet);
  if (!header) {
    return "malformed IPv4 (" + std::string(to_string(header.error())) + "), length " +
           number(packet.size());
  }
  std::string text = endpoints(packet) + transport(packet);
  if (header->is_fragment()) {
    text += " (frag " + number(header->identification) + ":" + number(header->payload_size()) +
            "@" + number(header->fragment_offset) + (header->more_fragments ? "+" : "") + ")";
  }
  return text;
}

std::string summarize_frame(Bytes frame) {
  const Parsed<EthernetHeader> header = EthernetHeader::parse(frame);
  if (!header) {
    return "malformed Ethernet (" + std::string(to_string(header.error())) + "), length " +
           number(frame.size());
  }
  const Bytes payload = frame.subspan(EthernetHeader::kSize);
  switch (header->type) {
    case EtherType::kIpv4:
      return "IP " + summarize_ipv4(payload);
    case EtherType::kArp:
      return summarize_arp(payload);
    case EtherType::kIpv6:
      return "IP6, length " + number(payload.size());
  }
  std::array<char, 16> type{};
  static_cast<void>(
      std::snprintf(type.data(), type.size(), "0x%04x", static_cast<unsigned>(header->type)));
  return "ethertype " + std::string(type.data()) + ", length " + number(payload.size());
}

}  // namespace vpclab::wire
