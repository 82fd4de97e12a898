#include "emulator/engine/event_queue.h"

#include <algorithm>

namespace vpclab::engine {

void EventQueue::push_crowded(const Event& event) {
  if (!ties_.empty() && event.at == floor_) {
    ties_.push(event.port, event.packet);
    return;
  }
  if (last_ == near_.size() && first_ > 0) {
    std::copy(near_.begin() + static_cast<std::ptrdiff_t>(first_), near_.end(), near_.begin());
    last_ -= first_;
    first_ = 0;
  }
  if (last_ < near_.size()) {
    insert(event);
    return;
  }
  if (event.at == floor_) {
    ties_.push(event.port, event.packet);
    return;
  }
  // The array is full: what is later than the present instant becomes far.
  const auto present = [this](const Event& near) { return near.at == floor_; };
  const auto later = std::find_if_not(near_.begin(), near_.end(), present);
  for (auto it = later; it != near_.end(); ++it) {
    far_.place(*it, floor_);
  }
  last_ = static_cast<std::size_t>(later - near_.begin());
  near_end_ = floor_;
  far_.place(event, floor_);
}

void EventQueue::refill() {
  first_ = last_ = 0;
  near_end_ = far_.lowest_is_small() ? far_.lowest_end() : far_.min_time();
  floor_ = far_.min_time();
  far_.take_lowest([this](const Event& event) {
    if (event.at > near_end_) {
      far_.place(event, floor_);
    } else if (last_ < FarEvents::kChunkEvents) {
      insert(event);
    } else {
      ties_.add(event.port, event.packet);
    }
  });
  ties_.sort();
}

Event EventQueue::pop_tied() {
  --size_;
  if (first_ != last_ && near_[first_].at == floor_ && near_[first_].port <= ties_.front_port()) {
    return near_[first_++];
  }
  const TieQueue::Tie tie = ties_.pop();
  return Event{floor_, tie.packet, tie.port()};
}

}  // namespace vpclab::engine
