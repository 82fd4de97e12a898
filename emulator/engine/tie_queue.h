// engine/tie_queue.h - events of one instant when they are too many to be kept sorted one by one:
// those that were known when the instant began, sorted once, and a heap of those pushed since. Part
// of EventQueue. Allocates only to grow.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "emulator/engine/actor.h"
#include "netstack/wire/packet_pool.h"

namespace vpclab::engine {

class TieQueue {
 public:
  struct Tie {
    std::uint64_t key = 0;  // port, then order of arrival
    wire::PacketHandle packet = wire::kNoPacket;

    [[nodiscard]] PortId port() const { return PortId{static_cast<std::uint32_t>(key >> 32)}; }
  };

  [[nodiscard]] bool empty() const { return size_ == 0; }

  /// Adds one of the events that are known when the instant begins; sort() before the first pop.
  void add(PortId port, wire::PacketHandle packet) { known_.push_back(enter(port, packet)); }

  void sort();

  /// Adds an event while the instant is under way.
  void push(PortId port, wire::PacketHandle packet);

  /// The port of the first. Pre: not empty.
  [[nodiscard]] PortId front_port() const;

  /// Takes the first: lowest port, of one port the first that came. Pre: not empty.
  [[nodiscard]] Tie pop();

 private:
  [[nodiscard]] Tie enter(PortId port, wire::PacketHandle packet) {
    ++size_;
    return Tie{(static_cast<std::uint64_t>(port) << 32) | arrivals_++, packet};
  }

  [[nodiscard]] bool late_first() const;

  std::vector<Tie> known_;  // sorted from next_ on
  std::size_t next_ = 0;
  std::vector<Tie> late_;  // a heap, the first in front
  std::uint32_t arrivals_ = 0;
  std::size_t size_ = 0;
};

}  // namespace vpclab::engine
