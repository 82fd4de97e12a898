// control/control_plane.h - EC2's control plane: typed requests in, replies out, resources and
// their asynchronous changes in virtual time. The one way to change the network. Owned by World;
// never knows a packet, a clock or a thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "emulator/api/reply.h"
#include "emulator/control/call.h"
#include "emulator/control/control_state.h"
#include "emulator/control/owner.h"
#include "netstack/base/sim_time.h"

namespace vpclab::control {

class ControlPlane {
 public:
  explicit ControlPlane(ControlOptions options = {});

  ControlPlane(const ControlPlane&) = delete;
  ControlPlane& operator=(const ControlPlane&) = delete;
  ~ControlPlane() = default;

  /// Does what is due, then the request. A refused call changes nothing; a batch is done whole or
  /// not at all. Pre: `now` is not before the last one. `declared` gives the resource that the
  /// request makes its id. A deferred reply must be looked at before the control plane dies.
  [[nodiscard]] api::Reply execute(const Caller& caller, const api::Request& request, SimTime now,
                                   const Declared* declared = nullptr);

  /// When something changes by itself next, whatever it is; expiry and disappearance among it.
  [[nodiscard]] std::optional<SimTime> next_transition() const { return state_.transitions.next(); }

  /// The same for changes under way only (pending -> available, provisioning -> active): a settled
  /// network has none.
  [[nodiscard]] std::optional<SimTime> next_settling_transition() const {
    return state_.transitions.next_in_progress();
  }

  /// Does all that is due at `now`, in order.
  void advance(SimTime now);

  /// Tells `listener` of each change of state from now on, by calls and by themselves.
  void on_state_change(std::function<void(const StateChange&)> listener) {
    state_.listener = std::move(listener);
  }

  /// What was warned of since the last call, in order.
  [[nodiscard]] std::vector<Warning> take_warnings() { return std::exchange(state_.warnings, {}); }

  [[nodiscard]] const Inventory& inventory() const { return state_.inventory; }

  [[nodiscard]] const ControlOptions& options() const { return state_.options; }

  /// Grows with every change that concerns forwarding.
  [[nodiscard]] std::uint64_t revision() const { return state_.inventory.revision(); }

  /// The VPCs that must be compiled again, sorted; deleted ones among them.
  [[nodiscard]] std::vector<api::VpcId> take_changed() { return state_.inventory.take_changed(); }

  /// The regions (control/region.h) whose EC2-Classic network must be compiled again, sorted.
  [[nodiscard]] std::vector<std::uint32_t> take_changed_classic() {
    return state_.inventory.take_changed_classic();
  }

 private:
  ControlState state_;
};

}  // namespace vpclab::control
