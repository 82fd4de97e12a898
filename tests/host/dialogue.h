// tests/host/dialogue.h - conversations with one HostStack, bytes in and bytes out, and two stacks
// wired back to back under a manual clock. Everything that ends is counted, so that each test can
// ask whether a packet was lost without a word.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "netstack/host/host_stack.h"
#include "netstack/wire/arp.h"
#include "netstack/wire/checksum.h"
#include "netstack/wire/ethernet.h"
#include "netstack/wire/icmpv4.h"
#include "netstack/wire/ipv4.h"
#include "netstack/wire/udp.h"

namespace vpclab::host::testing {

using wire::Ipv4Address;
using wire::MacAddress;
using wire::PacketHandle;
using Frame = std::vector<std::uint8_t>;

inline constexpr MacAddress kMacA = MacAddress::from_integer(0x02'00'00'00'00'0a);
inline constexpr MacAddress kMacB = MacAddress::from_integer(0x02'00'00'00'00'0b);
inline constexpr Ipv4Address kAlice = Ipv4Address::of(10, 1, 0, 5);
inline constexpr Ipv4Address kBob = Ipv4Address::of(10, 1, 0, 6);
inline constexpr Ipv4Address kRouter = Ipv4Address::of(10, 1, 0, 1);
inline constexpr Ipv4Address kFar = Ipv4Address::of(198, 51, 100, 7);

inline InterfaceConfig interface_of(Ipv4Address address, MacAddress mac) {
  InterfaceConfig config;
  config.mac = mac;
  config.address = address;
  config.subnet = wire::Ipv4Prefix::of(address, 20);
  config.gateway = Ipv4Address::from_host_order(config.subnet.network().to_host_order() + 1);
  return config;
}

/// Writes down how packets end.
class Endings final : public HostObserver {
 public:
  void on_consumed(SimTime, std::size_t interface, PacketHandle, HostOutcome outcome) override {
    outcomes.push_back(outcome);
    last_interface = interface;
  }

  void on_replaced(SimTime, std::size_t interface, std::span<const PacketHandle> before,
                   std::span<const PacketHandle> after) override {
    last_interface = interface;
    replaced += before.size();
    replacements += after.size();
  }

  std::vector<HostOutcome> take() { return std::exchange(outcomes, {}); }

  std::vector<HostOutcome> outcomes;
  std::size_t replaced = 0;
  std::size_t replacements = 0;
  std::size_t last_interface = 0;
};

/// The fields of an IPv4 packet to be, with sensible defaults.
struct Ip {
  Ipv4Address source = kBob;
  Ipv4Address destination = kAlice;
  wire::IpProtocol protocol = wire::IpProtocol::kIcmp;
  std::uint8_t ttl = 64;
  std::uint8_t tos = 0;
  std::uint16_t identification = 0x1234;
  bool dont_fragment = false;
  bool more_fragments = false;
  std::uint16_t offset = 0;
  std::vector<std::uint8_t> options;
};

inline Frame ip_packet(const Ip& ip, const Frame& payload) {
  wire::Ipv4Header header;
  header.tos = ip.tos;
  header.identification = ip.identification;
  header.dont_fragment = ip.dont_fragment;
  header.more_fragments = ip.more_fragments;
  header.fragment_offset = ip.offset;
  header.ttl = ip.ttl;
  header.protocol = ip.protocol;
  header.source = ip.source;
  header.destination = ip.destination;
  header.options.size = static_cast<std::uint8_t>(ip.options.size());
  std::copy(ip.options.begin(), ip.options.end(), header.options.bytes.begin());
  header.total_length = static_cast<std::uint16_t>(header.header_size() + payload.size());
  Frame packet(header.total_length);
  header.emit(packet);
  std::copy(payload.begin(), payload.end(),
            packet.begin() + static_cast<std::ptrdiff_t>(header.header_size()));
  return packet;
}

inline Frame ethernet(const Frame& payload, MacAddress to = kMacA, MacAddress from = kMacB,
                      wire::EtherType type = wire::EtherType::kIpv4) {
  Frame frame(wire::EthernetHeader::kSize + payload.size());
  wire::EthernetHeader{to, from, type}.emit(frame);
  std::copy(payload.begin(), payload.end(), frame.begin() + wire::EthernetHeader::kSize);
  return frame;
}

inline Frame bytes_of(std::size_t size, std::uint8_t first = 0) {
  Frame data(size);
  for (std::size_t i = 0; i < size; ++i) {
    data[i] = static_cast<std::uint8_t>(first + i);
  }
  return data;
}

inline Frame echo(wire::IcmpType type, std::uint16_t id, std::uint16_t sequence,
                  const Frame& data) {
  Frame message(wire::IcmpV4Header::kSize + data.size());
  std::copy(data.begin(), data.end(), message.begin() + wire::IcmpV4Header::kSize);
  wire::IcmpV4Header::echo(type, id, sequence).emit(message);
  return message;
}

inline Frame icmp_error(wire::IcmpV4Header header, Bytes quoted) {
  Frame message(wire::IcmpV4Header::kSize + quoted.size());
  std::copy(quoted.begin(), quoted.end(), message.begin() + wire::IcmpV4Header::kSize);
  header.emit(message);
  return message;
}

inline Frame udp(const Ip& ip, std::uint16_t from, std::uint16_t to, const Frame& data) {
  Frame segment(wire::UdpHeader::kSize + data.size());
  std::copy(data.begin(), data.end(), segment.begin() + wire::UdpHeader::kSize);
  wire::UdpHeader{from, to, static_cast<std::uint16_t>(segment.size())}.emit(segment, ip.source,
                                                                             ip.destination);
  return segment;
}

inline Frame arp(wire::ArpOperation operation, MacAddress sender_mac, Ipv4Address sender,
                 MacAddress target_mac, Ipv4Address target,
                 MacAddress to = MacAddress::broadcast()) {
  Frame packet(wire::ArpPacket::kSize);
  wire::ArpPacket{operation, sender_mac, sender, target_mac, target}.emit(packet);
  return ethernet(packet, to, sender_mac, wire::EtherType::kArp);
}

/// An endpoint that remembers.
class Listener final : public Endpoint {
 public:
  Taken deliver(SimTime, HostStack& stack, const Delivery& delivery) override {
    const Bytes bytes = std::as_const(stack.pool())
                            .bytes(delivery.packet)
                            .subspan(delivery.message_offset, delivery.message_size);
    messages.emplace_back(bytes.begin(), bytes.end());
    last = delivery;
    return Taken::kDone;
  }

  void on_error(SimTime, HostStack&, const DeliveryError& error) override {
    errors.push_back(error);
    errors.back().quoted_message = {};
  }

  void host_stopped() override { ++stopped; }

  std::vector<Frame> messages;
  std::vector<DeliveryError> errors;
  std::optional<Delivery> last;
  int stopped = 0;
};

/// One host and the test as everything else on its link.
class Dialogue {
 public:
  explicit Dialogue(const HostOptions& options = {},
                    const InterfaceConfig& config = interface_of(kAlice, kMacA))
      : stack(pool, options, &endings) {
    stack.add_interface(config);
  }

  PacketHandle make(Bytes frame) {
    const PacketHandle packet = pool.allocate(frame.size());
    std::copy(frame.begin(), frame.end(), pool.bytes(packet).begin());
    return packet;
  }

  /// The host receives a frame.
  void in(Bytes frame, std::size_t interface = 0) { stack.receive(now, interface, make(frame)); }

  /// What the host has sent since, in order.
  std::vector<Frame> out() {
    std::vector<Frame> frames;
    stack.drain_outbound([&](std::size_t, PacketHandle packet) {
      const Bytes bytes = std::as_const(pool).bytes(packet);
      frames.emplace_back(bytes.begin(), bytes.end());
      pool.free(packet);
    });
    return frames;
  }

  /// Virtual time goes on, and the host does what falls due on the way.
  void wait(Duration duration) {
    const SimTime until = now + duration;
    while (stack.deadline() <= until) {
      now = std::max(now, stack.deadline());
      stack.poll(now);
    }
    now = until;
  }

  /// Tells the host a neighbour's address, as a request to it does.
  void introduce(Ipv4Address neighbour = kBob, MacAddress mac = kMacB) {
    in(arp(wire::ArpOperation::kRequest, mac, neighbour, MacAddress(), stack.interface(0).address));
    out();
    endings.take();
  }

  wire::PacketPool pool;
  Endings endings;
  Listener listener;  // for whoever needs one; here, since it has to outlive the stack
  SimTime now{};
  HostStack stack;
};

// --- Looking at what was sent
// ---------------------------------------------------------------------

inline Bytes ip_of(const Frame& frame) { return Bytes(frame).subspan(wire::EthernetHeader::kSize); }

inline wire::EtherType type_of(const Frame& frame) {
  return static_cast<wire::EtherType>(load_be16(frame, 12));
}

inline wire::Ipv4Header header_of(const Frame& frame) {
  return *wire::Ipv4Header::parse(ip_of(frame));
}

inline Bytes message_of(const Frame& frame) { return wire::ipv4_payload(ip_of(frame)); }

MATCHER_P(IsArpRequestFor, target, "") {
  if (arg.size() < 42 || type_of(arg) != wire::EtherType::kArp) {
    return false;
  }
  const auto packet = wire::ArpPacket::parse(ip_of(arg));
  return packet && packet->operation == wire::ArpOperation::kRequest && packet->target_ip == target;
}

/// A right IPv4 packet with an ICMP message of this type and code, checksums included.
MATCHER_P2(IsIcmp, type, code, "") {
  if (arg.size() < 34 || type_of(arg) != wire::EtherType::kIpv4 ||
      !wire::ipv4_well_formed(ip_of(arg)) || !wire::ipv4_checksum_ok(ip_of(arg))) {
    *result_listener << "no right IPv4 packet";
    return false;
  }
  const Bytes message = message_of(arg);
  if (message.size() < 8 || !wire::icmp_checksum_ok(message)) {
    *result_listener << "no right ICMP message";
    return false;
  }
  *result_listener << "type " << int{message[0]} << " code " << int{message[1]};
  return message[0] == static_cast<std::uint8_t>(type) && message[1] == code;
}

}  // namespace vpclab::host::testing
