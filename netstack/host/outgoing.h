// host/outgoing.h - how a message is to be sent, and what became of that: the words between sockets
// or programs and their HostStack. Plain values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "netstack/wire/ipv4.h"
#include "netstack/wire/ipv4_address.h"

namespace vpclab::host {

/// What to do with a datagram that is bigger than the path carries (the sockets' IP_MTU_DISCOVER).
enum class PathMtuDiscovery : std::uint8_t {
  kDont,  // DF clear; fragmented when needed
  kWant,  // DF set while it fits the path MTU, fragmented when not: Linux's default
  kDo,    // DF set; what does not fit is refused with kMessageTooLong
};

/// How a message is to be sent.
struct Outgoing {
  wire::Ipv4Address destination;
  wire::Ipv4Address source{};            // unspecified: the stack chooses
  std::optional<std::size_t> interface;  // send through this one only (ping -I eth1)
  wire::IpProtocol protocol{};
  std::uint8_t ttl = 0;  // 0: the host's initial TTL
  std::uint8_t tos = 0;
  PathMtuDiscovery discovery = PathMtuDiscovery::kWant;
  bool allow_broadcast = false;  // SO_BROADCAST
};

enum class SendStatus : std::uint8_t {
  kSent,            // on its way, or waiting for address resolution
  kMessageTooLong,  // EMSGSIZE: DF and bigger than the path MTU, or than any datagram
  kNoRoute,         // ENETUNREACH
  kNoSuchSource,    // EADDRNOTAVAIL: the source is no address of this host
  kBroadcast,       // EACCES: a broadcast address, and allow_broadcast is not set
  kLoopbackSource,  // EINVAL: 127.0.0.0/8 as the source of what would leave the host
};

struct SendResult {
  SendStatus status = SendStatus::kSent;
  std::uint16_t mtu = 0;        // kMessageTooLong: what would fit
  std::uint64_t packet_id = 0;  // kSent: the packet's id in traces
};

}  // namespace vpclab::host
