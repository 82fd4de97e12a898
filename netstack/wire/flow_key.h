// wire/flow_key.h - which conversation a packet belongs to: addresses, protocol, and ports or the
// ICMP identifier. It reads bytes and keeps no state.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>

#include "netstack/base/bytes.h"
#include "netstack/wire/ipv4.h"
#include "netstack/wire/ipv4_address.h"

namespace vpclab::wire {

/// TCP and UDP: the ports. ICMP queries: the identifier stands in both ports, so that a reply's
/// key is the request's, reversed. Everything else: ports are zero.
struct FlowKey {
  Ipv4Address source;
  Ipv4Address destination;
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  IpProtocol protocol{};

  /// The key of the other direction.
  [[nodiscard]] constexpr FlowKey reversed() const {
    return FlowKey{destination, source, destination_port, source_port, protocol};
  }

  friend constexpr auto operator<=>(const FlowKey&, const FlowKey&) = default;
};

static_assert(sizeof(FlowKey) == 16);

/// The key of a packet; none for a fragment but the first, and for a TCP, UDP or ICMP packet too
/// short for its ports. Pre: `packet` is well formed.
[[nodiscard]] std::optional<FlowKey> flow_key_of(Bytes packet);

/// The key of the datagram that an ICMP error quotes, as it was sent: the flow the error is about
/// (SG-25). None if `packet` is no ICMP error or the quote is too short.
[[nodiscard]] std::optional<FlowKey> quoted_flow_key_of(Bytes packet);

}  // namespace vpclab::wire
