// control/transitions.h - what is to happen by itself, and when: two queues in virtual time, one
// for changes in progress (pending -> available), one for what lies far ahead (expiry,
// disappearance). Owned by ControlPlane. Knows no resource: nouns look whether an entry still
// applies.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "emulator/api/ids.h"
#include "netstack/base/sim_time.h"

namespace vpclab::control {

struct Transition {
  SimTime at{};
  std::uint64_t order = 0;  // equal times: first scheduled, first done
  api::ResourceId subject;

  friend bool operator>(const Transition& a, const Transition& b) {
    return a.at != b.at ? a.at > b.at : a.order > b.order;
  }
};

class Transitions {
 public:
  /// Something that is under way: a settled network has none of these.
  void in_progress(SimTime at, const api::ResourceId& subject) { push(progress_, at, subject); }

  /// Something that happens only if time passes: expiry, disappearance.
  void later(SimTime at, const api::ResourceId& subject) { push(later_, at, subject); }

  [[nodiscard]] std::optional<SimTime> next() const {
    if (progress_.empty()) {
      return first(later_);
    }
    return later_.empty() ? first(progress_) : std::min(first(progress_), first(later_));
  }

  [[nodiscard]] std::optional<SimTime> next_in_progress() const { return first(progress_); }

  /// Takes the first one due at `now`, if there is one.
  [[nodiscard]] std::optional<Transition> take_due(SimTime now) {
    std::vector<Transition>* queue = &progress_;
    if (progress_.empty() || (!later_.empty() && progress_.front() > later_.front())) {
      queue = &later_;
    }
    if (queue->empty() || queue->front().at > now) {
      return std::nullopt;
    }
    std::pop_heap(queue->begin(), queue->end(), std::greater<>());
    const Transition due = queue->back();
    queue->pop_back();
    return due;
  }

 private:
  [[nodiscard]] static std::optional<SimTime> first(const std::vector<Transition>& queue) {
    return queue.empty() ? std::nullopt : std::optional(queue.front().at);
  }

  void push(std::vector<Transition>& queue, SimTime at, const api::ResourceId& subject) {
    queue.push_back(Transition{at, order_++, subject});
    std::push_heap(queue.begin(), queue.end(), std::greater<>());
  }

  std::vector<Transition> progress_;
  std::vector<Transition> later_;
  std::uint64_t order_ = 0;
};

}  // namespace vpclab::control
