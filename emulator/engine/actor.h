// engine/actor.h - what the simulator drives: actors wake at a time they asked for, packet sinks
// take packets that arrive. Neither is copied or moved once it is registered.
#pragma once

#include <cstdint>

#include "netstack/wire/packet_pool.h"

namespace vpclab::engine {

/// The number of a registered sink or actor; also the rank that orders equal times.
enum class PortId : std::uint32_t {};

inline constexpr PortId kNoPort{0xffff'ffff};

/// Something that takes packets: a router, an interface, a host.
class PacketSink {
 public:
  virtual ~PacketSink() = default;

  /// Takes over `packet`: passes it on, or frees it, in this call or later.
  virtual void accept(wire::PacketHandle packet) = 0;
};

/// Something with timers of its own: at most one pending wake each, the earliest asked for wins.
class Actor {
 public:
  virtual ~Actor() = default;

  /// The time asked for has come. May ask again.
  virtual void act() = 0;
};

}  // namespace vpclab::engine
