// Puts packets on the wire: as raw frames at an interface's guest side, or by the stack of a host.
#include <algorithm>

#include "emulator/fabric/fabric.h"
#include "emulator/node/eni.h"
#include "emulator/node/instance.h"
#include "emulator/node/internet.h"
#include "netstack/wire/ethernet.h"
#include "tests/oracle/build.h"
#include "tests/support/ipv4_packets.h"

namespace vpclab::oracle {
namespace {

wire::Ipv4Address address(std::uint32_t value) { return wire::Ipv4Address::from_host_order(value); }

/// The bytes of a packet, from its IPv4 header on.
testing::PacketBytes bytes_of(const Packet& packet) {
  const auto port = [](int value) { return static_cast<std::uint16_t>(value); };
  const wire::Ipv4Address from = address(packet.source);
  const wire::Ipv4Address to = address(packet.destination);
  switch (packet.protocol) {
    case kUdp:
      return testing::udp(from, to, port(packet.source_port), port(packet.destination_port));
    case kTcp:
      return testing::tcp(from, to, port(packet.source_port), port(packet.destination_port));
    case kIcmp:
      if (packet.is_error()) {
        return testing::icmp_error(from, to, static_cast<std::uint8_t>(packet.type),
                                   static_cast<std::uint8_t>(packet.code), bytes_of(*packet.quote));
      }
      return testing::ipv4(
          from, to, 1,
          testing::icmp_message(static_cast<std::uint8_t>(packet.type),
                                static_cast<std::uint8_t>(packet.code),
                                (static_cast<std::uint32_t>(packet.identifier) << 16) | 1,
                                testing::PacketBytes(packet.type == 13 ? 12 : 0)));
    default:
      return testing::ipv4(from, to, static_cast<std::uint8_t>(packet.protocol),
                           testing::PacketBytes(8));
  }
}

}  // namespace

/// As the guest's driver would hand it over: so sources may be wrong and nobody asks by ARP.
void Lab::fire_from_guest(const Shot& shot) {
  node::Eni* eni = world_.fabric().interface(*api::NetworkInterfaceId::parse(shot.from));
  if (eni == nullptr) {
    return find_fault("a running instance's interface has no node: " + shot.from);
  }
  const testing::PacketBytes bytes = bytes_of(shot.packet);
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
  event.tap = trace::Tap{eni->id(), trace::Tap::Side::kGuest};
  event.packet = packets.id(frame);
  event.bytes = packets.bytes(frame);
  event.ethernet = true;
  world_.trace().record(event);
  eni->transmit(frame);
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
  const testing::PacketBytes bytes = bytes_of(shot.packet);
  const std::size_t header = 20;
  const wire::PacketHandle message = guest->host().allocate_message(bytes.size() - header);
  const MutableBytes whole = world_.packets().bytes(message);
  std::copy(bytes.begin() + static_cast<std::ptrdiff_t>(header), bytes.end(), whole.begin());
  host::Outgoing outgoing;
  outgoing.destination = address(shot.packet.destination);
  outgoing.protocol = static_cast<wire::IpProtocol>(shot.packet.protocol);
  static_cast<void>(guest->host().send(world_.simulator().now(), message, outgoing));
  guest->pump();
}

}  // namespace vpclab::oracle
