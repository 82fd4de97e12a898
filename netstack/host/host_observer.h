// host/host_observer.h - who wants to know how packets end inside a host: traces and tests.
// An observer only reads; it never changes, frees or sends a packet.
#pragma once

#include <span>

#include "netstack/base/sim_time.h"
#include "netstack/host/host_outcome.h"
#include "netstack/wire/packet_pool.h"

namespace vpclab::host {

class HostObserver {
 public:
  virtual ~HostObserver() = default;

  /// `packet` has ended (kForwarded: it has left again). Called once for every received frame that
  /// was not replaced, and for a packet of the host's own that could not leave. The bytes are still
  /// those that came in, link-layer header included where there was one; the buffer is freed or
  /// reused right afterwards.
  virtual void on_consumed(SimTime now, wire::PacketHandle packet, HostOutcome outcome) = 0;

  /// Each of `before` has ended and `after` goes on instead: the fragments of a datagram became the
  /// datagram, or a datagram became fragments. One of the two has exactly one element.
  virtual void on_replaced(SimTime now, std::span<const wire::PacketHandle> before,
                           std::span<const wire::PacketHandle> after) = 0;
};

}  // namespace vpclab::host
