#include "emulator/engine/tie_queue.h"

#include <algorithm>

namespace vpclab::engine {
namespace {

/// For the heap functions, which keep the largest in front.
bool later(const TieQueue::Tie& a, const TieQueue::Tie& b) { return a.key > b.key; }

}  // namespace

void TieQueue::sort() {
  std::sort(known_.begin() + static_cast<std::ptrdiff_t>(next_), known_.end(),
            [](const Tie& a, const Tie& b) { return a.key < b.key; });
}

void TieQueue::push(PortId port, wire::PacketHandle packet) {
  late_.push_back(enter(port, packet));
  std::push_heap(late_.begin(), late_.end(), later);
}

bool TieQueue::late_first() const {
  return next_ == known_.size() || (!late_.empty() && late_.front().key < known_[next_].key);
}

PortId TieQueue::front_port() const {
  return late_first() ? late_.front().port() : known_[next_].port();
}

TieQueue::Tie TieQueue::pop() {
  Tie first;
  if (late_first()) {
    std::pop_heap(late_.begin(), late_.end(), later);
    first = late_.back();
    late_.pop_back();
  } else {
    first = known_[next_++];
  }
  if (--size_ == 0) {
    known_.clear();
    next_ = 0;
    arrivals_ = 0;
  }
  return first;
}

}  // namespace vpclab::engine
