// control/instance.h - instances and their states (INST-1…7), and the EC2 actions that start, stop,
// reboot and terminate them (launching: control/run_instances.h). Compact: a run may hold a hundred
// thousand.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "emulator/api/ids.h"
#include "emulator/control/classic.h"
#include "emulator/control/image.h"
#include "emulator/control/owner.h"
#include "netstack/base/sim_time.h"

namespace vpclab::control {

/// INST-1, in the order of the life.
enum class InstanceState : std::uint8_t {
  kPending,
  kRunning,
  kStopping,
  kStopped,
  kShuttingDown,
  kTerminated,
};

struct InstanceStep {
  InstanceState from;
  InstanceState to;
};

/// INST-1: every change of state that there is.
inline constexpr std::array kInstanceSteps{
    InstanceStep{InstanceState::kPending, InstanceState::kRunning},
    InstanceStep{InstanceState::kPending, InstanceState::kShuttingDown},
    InstanceStep{InstanceState::kRunning, InstanceState::kStopping},
    InstanceStep{InstanceState::kRunning, InstanceState::kShuttingDown},
    InstanceStep{InstanceState::kStopping, InstanceState::kStopped},
    InstanceStep{InstanceState::kStopping, InstanceState::kShuttingDown},
    InstanceStep{InstanceState::kStopped, InstanceState::kPending},
    InstanceStep{InstanceState::kStopped, InstanceState::kShuttingDown},
    InstanceStep{InstanceState::kShuttingDown, InstanceState::kTerminated},
};

[[nodiscard]] constexpr bool may_become(InstanceState from, InstanceState to) {
  for (const InstanceStep& step : kInstanceSteps) {
    if (step.from == from && step.to == to) {
      return true;
    }
  }
  return false;
}

/// "running".
[[nodiscard]] std::string_view to_string(InstanceState state);

/// 16 for running (INST-1).
[[nodiscard]] std::uint16_t code_of(InstanceState state);

/// A number for a string that many instances share: Inventory::interned() gives it back.
enum class InternedText : std::uint32_t {};

struct Instance {
  api::InstanceId id;
  api::ReservationId reservation;
  /// The primary interface (device 0); empty once terminated, and in EC2-Classic.
  api::NetworkInterfaceId primary_interface;
  /// The others, in order of device index; null if there are none.
  std::unique_ptr<std::vector<api::NetworkInterfaceId>> other_interfaces;
  /// What an instance in EC2-Classic has instead, for its whole life; null for one in a VPC.
  std::unique_ptr<ClassicPart> classic;
  SimTime launched{};
  SimTime due{};  // when the state changes by itself next, if it does
  std::uint32_t launch_index = 0;
  InternedText type{};
  InternedText key_name{};  // the empty text: none (INST-5)
  std::uint32_t boots = 0;  // starts and reboots: the guest begins anew when it changes
  OwnerIndex owner{};
  ImageFamily image{};
  InstanceState state = InstanceState::kPending;
  std::uint8_t zone = 0;
  bool disable_api_termination = false;

  [[nodiscard]] bool is_running() const { return state == InstanceState::kRunning; }

  [[nodiscard]] bool in_classic() const { return classic != nullptr; }

  [[nodiscard]] std::uint8_t initial_ttl() const { return image_of(image).initial_ttl; }

  /// Calls visit(id) for each attached interface, the primary first.
  template <class Visitor>
  void for_each_interface(Visitor&& visit) const {
    if (!primary_interface.empty()) {
      visit(primary_interface);
    }
    if (other_interfaces != nullptr) {
      for (const api::NetworkInterfaceId& interface : *other_interfaces) {
        visit(interface);
      }
    }
  }

  [[nodiscard]] std::size_t interface_count() const {
    return (primary_interface.empty() ? 0U : 1U) +
           (other_interfaces == nullptr ? 0U : other_interfaces->size());
  }
};

/// What one RunInstances call made.
struct Reservation {
  api::ReservationId id;
  OwnerIndex owner{};
  std::vector<api::InstanceId> instances;
};

// --- for other nouns
// ------------------------------------------------------------------------------

struct ControlState;

/// What time does to an instance: pending -> running, stopping -> stopped, … -> forgotten.
void instance_due(ControlState& state, const api::InstanceId& id, SimTime now);

/// The same for all instances of a launch: pending -> running.
void reservation_due(ControlState& state, const api::ReservationId& id);

}  // namespace vpclab::control
