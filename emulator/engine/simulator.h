// engine/simulator.h - virtual time: events in the order of (time, port, that port's first-in
// first-out), each handed to the sink or actor behind its port. Knows no network. One thread; the
// steady state allocates nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "emulator/engine/actor.h"
#include "emulator/engine/event_queue.h"
#include "emulator/engine/pacer.h"
#include "netstack/base/check.h"
#include "netstack/base/sim_time.h"
#include "netstack/wire/packet_pool.h"

namespace vpclab::engine {

class Simulator {
 public:
  /// Called with each packet that arrives at a closed port, before the simulator frees it.
  using UndeliverableObserver = std::function<void(PortId, wire::PacketHandle)>;

  /// `packets` outlives the simulator. Time begins at 0.
  explicit Simulator(wire::PacketPool& packets) : packets_(&packets) {}

  Simulator(const Simulator&) = delete;
  Simulator& operator=(const Simulator&) = delete;
  ~Simulator() = default;

  [[nodiscard]] SimTime now() const { return now_; }

  [[nodiscard]] wire::PacketPool& packets() const { return *packets_; }

  /// Registers what takes packets. It outlives the simulator, or its port is closed before it ends.
  [[nodiscard]] PortId add_sink(PacketSink& sink);

  /// Registers what wakes. It outlives the simulator, or its port is closed before it ends.
  [[nodiscard]] PortId add_actor(Actor& actor);

  /// Nothing is delivered to `port` from now on: packets that arrive there are counted and freed,
  /// wakes are forgotten. Port numbers are not used again.
  void close(PortId port);

  /// Ports registered so far, closed ones included.
  [[nodiscard]] std::size_t port_count() const { return ports_.size(); }

  /// `packet` will be handed to the sink `to`. Pre: at >= now().
  void schedule(SimTime at, wire::PacketHandle packet, PortId to) {
    VPCLAB_CHECK(at >= now_, "an event may not lie in the past");
    queue_.push(Event{at, packet, to});
  }

  /// `actor` will act at `at`, unless it is to act earlier already: each actor has one pending
  /// wake, the earliest asked for. Pre: at >= now().
  void wake_at(PortId actor, SimTime at);

  /// When `actor` will act; kNever if it has no pending wake.
  [[nodiscard]] SimTime pending_wake(PortId actor) const {
    return ports_[static_cast<std::size_t>(actor)].wake;
  }

  /// Runs every event up to and at `limit`; afterwards now() is `limit`. Pre: limit >= now().
  void run_until(SimTime limit);

  /// Runs until no event is pending; afterwards now() is the last event's time.
  void run();

  /// Runs the next event. False if there is none.
  bool run_one();

  /// Runs until `predicate()` holds (asked before the first event and after each), at most to
  /// `limit`. True if it holds; otherwise now() is `limit`.
  template <class Predicate>
  bool run_until(Predicate predicate, SimTime limit);

  /// When the next event is due, without moving anything: events may still be scheduled between
  /// now() and then. A wake that an earlier one replaced may make it too early, never too late.
  [[nodiscard]] std::optional<SimTime> peek_time() const {
    if (pending() == 0) {
      return std::nullopt;
    }
    return queue_.next_time();
  }

  /// Packets and wakes that are still to come.
  [[nodiscard]] std::size_t pending() const { return queue_.size() - replaced_wakes_; }

  /// Wakes in the queue that an earlier one replaced: they will be skipped.
  [[nodiscard]] std::size_t replaced_wakes() const { return replaced_wakes_; }

  /// Packets delivered and wakes acted upon.
  [[nodiscard]] std::uint64_t events_processed() const { return events_processed_; }

  /// Packets that arrived at closed ports.
  [[nodiscard]] std::uint64_t packets_undeliverable() const { return packets_undeliverable_; }

  void on_undeliverable(UndeliverableObserver observer) { undeliverable_ = std::move(observer); }

  /// Without a pacer (nullptr, the default) time moves as fast as possible. `pacer` outlives the
  /// simulator or is taken away first.
  void set_pacer(Pacer* pacer) { pacer_ = pacer; }

 private:
  /// What stands behind a port: a sink, an actor, or (closed) neither.
  struct Port {
    PacketSink* sink = nullptr;
    Actor* actor = nullptr;
    SimTime wake = kNever;   // the pending wake; its event is in the queue
    SimTime spare = kNever;  // a replaced wake whose event is known to be in the queue still
  };

  /// Takes one event due at or before `limit`. False if there is none.
  bool step(SimTime limit) {
    Event event;
    if (!queue_.pop_until(limit, event)) {
      return false;
    }
    now_ = event.at;
    if (PacketSink* const sink = ports_[static_cast<std::size_t>(event.port)].sink) [[likely]] {
      ++events_processed_;
      sink->accept(event.packet);
    } else {
      wake_or_discard(event);
    }
    return true;
  }

  /// An event for an actor or for a closed port.
  void wake_or_discard(const Event& event);

  /// Lets real time come up to the next event, at most to `limit`, and lets in what came from
  /// outside. False if something now is due earlier: ask again.
  bool pace(SimTime limit);

  SimTime now_{};
  EventQueue queue_;
  std::vector<Port> ports_;
  wire::PacketPool* packets_;
  Pacer* pacer_ = nullptr;
  std::size_t replaced_wakes_ = 0;
  std::uint64_t events_processed_ = 0;
  std::uint64_t packets_undeliverable_ = 0;
  UndeliverableObserver undeliverable_;
};

template <class Predicate>
bool Simulator::run_until(Predicate predicate, SimTime limit) {
  VPCLAB_CHECK(limit >= now_, "time does not go back");
  while (!predicate()) {
    if (pacer_ != nullptr && !pace(limit)) {
      continue;
    }
    if (!step(limit)) {
      now_ = limit;
      return false;
    }
  }
  return true;
}

}  // namespace vpclab::engine
