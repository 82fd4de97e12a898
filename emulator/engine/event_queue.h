// engine/event_queue.h - pending events in the order of (time, port, that port's first-in
// first-out). The nearest few lie sorted in an array, the rest in a radix heap, crowds of one
// instant in a heap of their own. Asking for the next time moves nothing.
//
//   | near: sorted, up to near_end_ | far: radix heap, behind near_end_ |
//   ^ floor_: the time of the last event popped. Nothing earlier may be pushed.
#pragma once

#include <array>
#include <cstddef>

#include "emulator/engine/event.h"
#include "emulator/engine/far_events.h"
#include "emulator/engine/tie_queue.h"
#include "netstack/base/check.h"
#include "netstack/base/sim_time.h"

namespace vpclab::engine {

class EventQueue {
 public:
  [[nodiscard]] bool empty() const { return size_ == 0; }

  [[nodiscard]] std::size_t size() const { return size_; }

  /// Pre: event.at is not earlier than the last event popped, nor than time 0.
  void push(const Event& event) {
    ++size_;
    if (event.at > near_end_) {
      far_.place(event, floor_);
    } else if (last_ == near_.size() || !ties_.empty()) [[unlikely]] {
      push_crowded(event);
    } else {
      insert(event);
    }
  }

  /// The time of the next event. Pre: not empty.
  [[nodiscard]] SimTime next_time() const {
    if (!ties_.empty()) [[unlikely]] {
      return floor_;
    }
    return first_ != last_ ? near_[first_].at : far_.min_time();
  }

  /// Takes the next event, if it is due at or before `limit`.
  [[nodiscard]] bool pop_until(SimTime limit, Event& event) {
    if (first_ == last_ || !ties_.empty()) [[unlikely]] {
      if (size_ == 0 || next_time() > limit) {
        return false;
      }
      if (first_ == last_ && ties_.empty()) {
        refill();
      }
      if (!ties_.empty()) {
        event = pop_tied();
        return true;
      }
    }
    const Event& next = near_[first_];
    if (next.at > limit) {
      return false;
    }
    event = next;
    ++first_;
    floor_ = event.at;
    --size_;
    return true;
  }

  /// Takes the next event. Pre: not empty.
  [[nodiscard]] Event pop() {
    Event event;
    const bool popped = pop_until(kNever, event);
    VPCLAB_CHECK(popped, "only a queue that is not empty is popped");
    return event;
  }

 private:
  /// By time and port; equal ones stand in the order in which they came.
  [[nodiscard]] static bool before(const Event& a, const Event& b) {
    return a.at < b.at || (a.at == b.at && a.port < b.port);
  }

  /// Into its place among the near ones, behind its equals. Pre: there is room.
  void insert(const Event& event) {
    std::size_t place = last_++;
    while (place > first_ && before(event, near_[place - 1])) {
      near_[place] = near_[place - 1];
      --place;
    }
    near_[place] = event;
  }

  void push_crowded(const Event& event);
  void refill();
  [[nodiscard]] Event pop_tied();

  std::array<Event, 2 * FarEvents::kChunkEvents + 2> near_{};  // sorted in [first_, last_)
  std::size_t first_ = 0;
  std::size_t last_ = 0;
  SimTime floor_{};
  SimTime near_end_ = kNever;  // an event up to here is near, one behind it is far
  std::size_t size_ = 0;
  TieQueue ties_;  // all at floor_, and later in their ports' order than equal near ones
  FarEvents far_;
};

}  // namespace vpclab::engine
