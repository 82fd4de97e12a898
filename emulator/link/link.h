// link/link.h - one direction of a wire: finite rate, delay, a queue with a limit, no overtaking.
// 32 bytes, no event of its own: a link only remembers until when its transmitter is busy. A
// duplex link is two. What it ends at is a port of the simulator; names live in World's directory.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

#include "emulator/engine/simulator.h"
#include "emulator/link/impairment.h"
#include "emulator/link/link_context.h"
#include "emulator/link/link_profile.h"
#include "emulator/trace/drop_reason.h"
#include "netstack/base/sim_time.h"
#include "netstack/wire/packet_pool.h"

namespace vpclab::link {

class Link {
 public:
  /// A link of the class `profile` (which outlives it) to the sink `to`. `name` names its random
  /// stream ("eni-…/up"): the same name and seed give the same draws in every run.
  Link(const LinkProfile& profile, engine::PortId to, std::uint64_t seed, std::string_view name);

  /// Takes the packet now; its sink gets it after queueing, serialisation and propagation, or
  /// never: then the drop is counted and recorded (QUEUE_FULL, LINK_LOSS, LINK_DOWN).
  void accept(LinkContext& context, wire::PacketHandle packet) {
    if (profile_->impairment() != nullptr) [[unlikely]] {
      accept_impaired(context, packet);
      return;
    }
    engine::Simulator& simulator = context.simulator();
    const std::optional<SimTime> sent = transmit(simulator, packet);
    if (!sent) [[unlikely]] {
      context.drop(trace::DropReason::kQueueFull, to_, *profile_, packet);
      return;
    }
    arrive(simulator, *sent + profile_->options().propagation_delay + draw_random_delay(), packet);
  }

  /// Sets what is wrong with this direction from now on; packets accepted earlier are not touched.
  /// `name` and `seed` name the random streams, which go on where they were when the link was
  /// impaired before. Options equal to Impairments{} heal the link.
  void impair(LinkContext& context, const Impairments& impairments, std::uint64_t seed,
              std::string_view name);

  /// What is wrong with it; Impairments{} if nothing is.
  [[nodiscard]] Impairments impairments() const;

  /// Goes on as `before`, a link of the same class that accepts nothing any more: with what is
  /// wrong with it, and where its random streams were. Pre: nothing has been accepted here.
  void go_on_as(const Link& before) {
    profile_ = before.profile_;
    random_state_ = before.random_state_;
  }

  /// The port it ends at.
  [[nodiscard]] engine::PortId to() const { return to_; }

  /// When the transmitter has sent what it has accepted.
  [[nodiscard]] SimTime idle_at() const { return idle_at_; }

 private:
  void accept_impaired(LinkContext& context, wire::PacketHandle packet);

  void transmit_impaired(LinkContext& context, Impairment& impairment, wire::PacketHandle packet);

  /// Gives the packet to the transmitter: when it will have been sent, or nothing if the queue is
  /// full. An idle transmitter takes any packet.
  [[nodiscard]] std::optional<SimTime> transmit(engine::Simulator& simulator,
                                                wire::PacketHandle packet) {
    const SimTime now = simulator.now();
    const SimTime sent =
        std::max(now, idle_at_) + profile_->serialisation_time(simulator.packets().size(packet));
    if (sent - now > profile_->queue_time() && idle_at_ > now) [[unlikely]] {
      return std::nullopt;
    }
    idle_at_ = sent;
    return sent;
  }

  /// In order: never before what was accepted earlier.
  void arrive(engine::Simulator& simulator, SimTime at, wire::PacketHandle packet) {
    last_arrival_ = std::max(at, last_arrival_);
    simulator.schedule(last_arrival_, packet, to_);
  }

  /// Uniform between nothing and the profile's random delay; no draw if there is none.
  [[nodiscard]] Duration draw_random_delay() {
    const Duration most = profile_->options().random_delay;
    return most == Duration{} ? Duration{} : draw_random_delay(most);
  }

  [[nodiscard]] Duration draw_random_delay(Duration most);

  const LinkProfile* profile_;
  SimTime idle_at_{};
  SimTime last_arrival_{};
  engine::PortId to_;
  std::uint32_t random_state_;
};

static_assert(sizeof(Link) == 32);

}  // namespace vpclab::link
