#include "emulator/node/fragment_timer.h"

#include <algorithm>

namespace vpclab::node {

void FragmentTimer::watch(FragmentHolder& holder, SimTime deadline) {
  if (port_ == engine::kNoPort) {
    port_ = simulator_.add_actor(*this);
  }
  if (std::find(holders_.begin(), holders_.end(), &holder) == holders_.end()) {
    holders_.push_back(&holder);
  }
  simulator_.wake_at(port_, deadline);
}

void FragmentTimer::act() {
  SimTime next = kNever;
  std::erase_if(holders_, [&](FragmentHolder* holder) {
    const SimTime deadline = holder->expire_fragments(simulator_.now());
    next = std::min(next, deadline);
    return deadline == kNever;
  });
  if (next != kNever) {
    simulator_.wake_at(port_, next);
  }
}

}  // namespace vpclab::node
