// node/fragment_timer.h - wakes the filters in which fragments wait for the first of their datagram
// (SG-27), so that none waits for ever. One for all nodes of a run; owned by the fabric.
#pragma once

#include <vector>

#include "emulator/engine/actor.h"
#include "emulator/engine/simulator.h"
#include "netstack/base/sim_time.h"

namespace vpclab::node {

/// A filter with a gate for fragments.
class FragmentHolder {
 public:
  virtual ~FragmentHolder() = default;

  /// Drops what has waited in vain, and answers when to ask again (kNever: nothing waits).
  virtual SimTime expire_fragments(SimTime now) = 0;
};

class FragmentTimer final : public engine::Actor {
 public:
  explicit FragmentTimer(engine::Simulator& simulator) : simulator_(simulator) {}

  /// `holder`, which outlives the run, keeps a fragment until `deadline`.
  void watch(FragmentHolder& holder, SimTime deadline);

  void act() override;

 private:
  engine::Simulator& simulator_;
  engine::PortId port_ = engine::kNoPort;  // registered with the first fragment
  std::vector<FragmentHolder*> holders_;   // each once, in order of their first fragment
};

}  // namespace vpclab::node
