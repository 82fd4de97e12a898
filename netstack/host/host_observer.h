// host/host_observer.h - who wants to know how packets end inside a host: traces and tests.
// An observer only reads; it never changes, frees or sends a packet.
#pragma once

#include <cstddef>
#include <span>

#include "netstack/base/sim_time.h"
#include "netstack/host/host_outcome.h"
#include "netstack/wire/packet_pool.h"

namespace vpclab::host {

/// The interface number of packets that a host sends to itself.
inline constexpr std::size_t kLoopbackInterface = 0xff;

class HostObserver {
 public:
  virtual ~HostObserver() = default;

  /// `packet` has ended (kForwarded: it has left again) at `interface`: where it came in, or was to
  /// leave; kLoopbackInterface for what the host sent to itself. Called once for every received
  /// frame that was not replaced, and for a packet of the host's own that could not leave. The
  /// bytes are still those that came in, link-layer header included where there was one; the buffer
  /// is freed or reused right afterwards.
  virtual void on_consumed(SimTime now, std::size_t interface, wire::PacketHandle packet,
                           HostOutcome outcome) = 0;

  /// Each of `before` has ended and `after` goes on instead: the fragments of a datagram became the
  /// datagram, or a datagram became fragments. One of the two has exactly one element. `interface`
  /// is the first fragment's, or the one that the fragments leave through.
  virtual void on_replaced(SimTime now, std::size_t interface,
                           std::span<const wire::PacketHandle> before,
                           std::span<const wire::PacketHandle> after) = 0;
};

}  // namespace vpclab::host
