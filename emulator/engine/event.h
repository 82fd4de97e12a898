// engine/event.h - what the queue holds: 16 bytes that say when, what and for whom. Plain values;
// the packet lives in its pool, the receiver in the simulator's table of ports.
#pragma once

#include "emulator/engine/actor.h"
#include "netstack/base/sim_time.h"
#include "netstack/wire/packet_pool.h"

namespace vpclab::engine {

/// `packet` arrives at `port` at the time `at`; kNoPacket means that the actor at `port` wakes.
struct Event {
  SimTime at{};
  wire::PacketHandle packet = wire::kNoPacket;
  PortId port = kNoPort;

  [[nodiscard]] constexpr bool is_wake() const { return packet == wire::kNoPacket; }

  friend constexpr bool operator==(const Event&, const Event&) = default;
};

static_assert(sizeof(Event) == 16);

}  // namespace vpclab::engine
