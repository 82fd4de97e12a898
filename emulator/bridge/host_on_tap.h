// bridge/host_on_tap.h - one HostStack at one TAP interface, in real time: what the kernel sends
// into the interface the stack receives, what the stack sends the kernel receives, and virtual time
// is the time since the loop was made. Owns the event loop and the interface, not the stack.
#pragma once

#include <cstdint>
#include <memory>

#include "emulator/bridge/tap.h"
#include "netstack/base/result.h"
#include "netstack/base/sim_time.h"
#include "netstack/host/host_stack.h"

namespace vpclab::bridge {

/// What passed through, for tests and messages.
struct TapCounters {
  std::uint64_t frames_in = 0;
  std::uint64_t frames_out = 0;
  std::uint64_t frames_refused = 0;  // the kernel's queue was full or the interface down
};

class HostOnTap {
 public:
  /// The stack outlives this, has one interface, and is touched by nobody else while run() runs.
  HostOnTap(Tap tap, host::HostStack& stack);
  ~HostOnTap();
  HostOnTap(const HostOnTap&) = delete;
  HostOnTap& operator=(const HostOnTap&) = delete;

  /// Moves frames until stop(). Fails when the interface cannot be read any more.
  [[nodiscard]] Result<TapCounters> run();

  /// Makes run() return. May be called from another thread, and before run().
  void stop();

  /// The stack's time now: nanoseconds since this was made.
  [[nodiscard]] SimTime now() const;

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace vpclab::bridge
