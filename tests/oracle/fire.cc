// Puts packets on the wire: as raw frames at an interface's guest side, or by the stack of a host.
#include <algorithm>

#include "emulator/fabric/fabric.h"
#include "emulator/node/eni.h"
#include "emulator/node/instance.h"
#include "emulator/node/internet.h"
#include "netstack/wire/ethernet.h"
#include "netstack/wire/tcp.h"
#include "netstack/wire/udp.h"
#include "tests/oracle/build.h"
#include "tests/support/ipv4_packets.h"

namespace vpclab::oracle {
namespace {

wire::Ipv4Address address(std::uint32_t value) { return wire::Ipv4Address::from_host_order(value); }

constexpr std::size_t kIpv4 = 20;

testing::PacketBytes bytes_of(const Packet& packet);

/// What is behind the IPv4 header.
testing::PacketBytes payload_of(const Packet& packet) {
  const auto port = [](int value) { return static_cast<std::uint16_t>(value); };
  const auto size = static_cast<std::size_t>(std::max(packet.size, 0));
  const auto room = [&](std::size_t least) { return std::max(size, kIpv4 + least) - kIpv4; };
  const wire::Ipv4Address from = address(packet.source);
  const wire::Ipv4Address to = address(packet.destination);
  if (packet.protocol == kUdp) {
    testing::PacketBytes segment(room(wire::UdpHeader::kSize));
    wire::UdpHeader{port(packet.source_port), port(packet.destination_port),
                    static_cast<std::uint16_t>(segment.size())}
        .emit(segment, from, to);
    return segment;
  }
  if (packet.protocol == kTcp) {
    testing::PacketBytes segment(room(wire::TcpHeader::kMinSize));
    wire::TcpHeader header;
    header.source_port = port(packet.source_port);
    header.destination_port = port(packet.destination_port);
    header.flags = wire::tcp_flag::kSyn;
    header.emit(segment, from, to);
    return segment;
  }
  if (packet.protocol != kIcmp) {
    return testing::PacketBytes(room(8));
  }
  const auto type = static_cast<std::uint8_t>(packet.type);
  const auto code = static_cast<std::uint8_t>(packet.code);
  if (packet.is_error()) {
    testing::PacketBytes quote = bytes_of(*packet.quote);
    quote.resize(std::min<std::size_t>(quote.size(), 28));
    return testing::icmp_message(type, code, 0, quote);
  }
  const std::size_t data = room(wire::IcmpV4Header::kSize + (packet.type == 13 ? 12 : 0));
  return testing::icmp_message(type, code,
                               (static_cast<std::uint32_t>(packet.identifier) << 16) | 1,
                               testing::PacketBytes(data - wire::IcmpV4Header::kSize));
}

/// A part of a datagram, or all of it, behind a header of its own.
testing::PacketBytes with_header(const Packet& packet, const testing::PacketBytes& payload,
                                 std::size_t begin, std::size_t size) {
  wire::Ipv4Header header;
  header.total_length = static_cast<std::uint16_t>(kIpv4 + size);
  header.identification = static_cast<std::uint16_t>(packet.identification);
  header.dont_fragment = packet.dont_fragment;
  header.fragment_offset = static_cast<std::uint16_t>(begin);
  header.more_fragments = begin + size < payload.size();
  header.ttl = static_cast<std::uint8_t>(packet.ttl);
  header.protocol = static_cast<wire::IpProtocol>(packet.protocol);
  header.source = address(packet.source);
  header.destination = address(packet.destination);
  testing::PacketBytes bytes(kIpv4);
  const auto from = payload.begin() + static_cast<std::ptrdiff_t>(begin);
  bytes.insert(bytes.end(), from, from + static_cast<std::ptrdiff_t>(size));
  header.emit(bytes);
  return bytes;
}

/// The bytes of a packet, from its IPv4 header on.
testing::PacketBytes bytes_of(const Packet& packet) {
  const testing::PacketBytes payload = payload_of(packet);
  return with_header(packet, payload, 0, payload.size());
}

/// A datagram in `count` pieces, the last of them a small one.
std::vector<testing::PacketBytes> cut(const Packet& packet, std::size_t count) {
  const testing::PacketBytes payload = payload_of(packet);
  const std::size_t piece = (payload.size() - 1) / count / 8 * 8 + 8;
  std::vector<testing::PacketBytes> pieces;
  for (std::size_t begin = 0; begin < payload.size(); begin += piece) {
    pieces.push_back(with_header(packet, payload, begin, std::min(piece, payload.size() - begin)));
  }
  return pieces;
}

}  // namespace

/// As the guest's driver would hand it over: so sources may be wrong and nobody asks by ARP.
void Lab::fire_from_guest(const Shot& shot) {
  node::Eni* eni = world_.fabric().interface(*api::NetworkInterfaceId::parse(shot.from));
  if (eni == nullptr) {
    return find_fault("a running instance's interface has no node: " + shot.from);
  }
  std::vector<testing::PacketBytes> pieces = cut(shot.packet, shot.pieces);
  if (shot.last_first) {
    std::reverse(pieces.begin(), pieces.end());
  }
  for (const testing::PacketBytes& bytes : pieces) {
    transmit(*eni, bytes);
  }
}

void Lab::transmit(node::Eni& eni, std::span<const std::uint8_t> bytes) {
  wire::PacketPool& packets = world_.packets();
  const wire::PacketHandle frame = packets.allocate(wire::EthernetHeader::kSize + bytes.size());
  const MutableBytes whole = packets.bytes(frame);
  wire::EthernetHeader{}.emit(whole);
  std::copy(bytes.begin(), bytes.end(),
            whole.begin() + static_cast<std::ptrdiff_t>(wire::EthernetHeader::kSize));
  trace::TraceEvent event;
  event.at = world_.simulator().now();
  event.kind = trace::EventKind::kSent;
  event.direction = trace::Direction::kOut;
  event.tap = trace::Tap{eni.id(), trace::Tap::Side::kGuest};
  event.packet = packets.id(frame);
  event.bytes = packets.bytes(frame);
  event.ethernet = true;
  world_.trace().record(event);
  eni.transmit(frame);
}

/// As a program on the host would.
void Lab::fire_by_stack(const Shot& shot) {
  node::Guest* guest = nullptr;
  for (const Outsider& outsider : network_.outsiders) {
    if (shot.from.empty() && outsider.address == shot.packet.source) {
      guest = world_.internet_host(outsider.name);
    }
  }
  if (!shot.from.empty()) {
    guest = world_.guest(*api::InstanceId::parse(shot.from));
  }
  if (guest == nullptr) {
    return find_fault("nobody who could send: " + shot.from);
  }
  const testing::PacketBytes payload = payload_of(shot.packet);
  const wire::PacketHandle message = guest->host().allocate_message(payload.size());
  const MutableBytes whole = world_.packets().bytes(message);
  std::copy(payload.begin(), payload.end(), whole.begin());
  host::Outgoing outgoing;
  outgoing.destination = address(shot.packet.destination);
  outgoing.ttl = static_cast<std::uint8_t>(shot.packet.ttl);
  outgoing.protocol = static_cast<wire::IpProtocol>(shot.packet.protocol);
  static_cast<void>(guest->host().send(world_.simulator().now(), message, outgoing));
  guest->pump();
}

}  // namespace vpclab::oracle
