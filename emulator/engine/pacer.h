// engine/pacer.h - how virtual time meets real time. A simulator without a pacer runs as fast as
// possible. The pacer that waits for the wall clock, and lets real packets in while it waits, lives
// at the edge (bridge/): nothing here knows a clock.
#pragma once

#include "netstack/base/sim_time.h"

namespace vpclab::engine {

class Pacer {
 public:
  virtual ~Pacer() = default;

  /// Virtual time would move from `now` to `next`. Waits as long as it wants to and returns the
  /// time that has come, in [now, next]: `next` if nothing happened, earlier if something from
  /// outside wants to be let in. Must not touch the simulator.
  [[nodiscard]] virtual SimTime wait(SimTime now, SimTime next) = 0;

  /// The simulator's now() is what wait() returned: the place to schedule what came from outside.
  virtual void admit() = 0;
};

}  // namespace vpclab::engine
