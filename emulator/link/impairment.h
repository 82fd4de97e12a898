// link/impairment.h - what can be wrong with one direction of a link, as a person asks for it
// (Impairments) and as the link holds it (Impairment: its own profile and one random stream per
// misfortune, so that asking for jitter does not change which packets are lost).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "emulator/link/link_profile.h"
#include "netstack/base/rng.h"
#include "netstack/base/sim_time.h"

namespace vpclab::link {

/// Chances are in parts per million, at most 1,000,000. Each is drawn per packet and apart from the
/// others; one that is 0 draws nothing.
struct Impairments {
  bool down = false;                // every packet is dropped (LINK_DOWN)
  std::uint32_t loss_ppm = 0;       // lost on the wire: it has used the transmitter (LINK_LOSS)
  std::uint32_t duplicate_ppm = 0;  // a copy, a packet of its own, is sent right behind it
  std::uint32_t corrupt_ppm = 0;    // one bit somewhere in the packet is flipped
  std::uint32_t reorder_ppm = 0;    // arrives reorder_delay later, and others may overtake it
  Duration reorder_delay = std::chrono::milliseconds(1);
  Duration jitter{};  // 0 to this much later, uniformly, in order (at most 4 s)
  std::optional<std::uint64_t> rate_bits_per_second = std::nullopt;  // instead of the profile's
  std::optional<Duration> propagation_delay = std::nullopt;          // instead of the profile's
  std::optional<std::uint64_t> queue_limit_bytes = std::nullopt;     // instead of the profile's

  friend bool operator==(const Impairments&, const Impairments&) = default;
};

class Impairment {
 public:
  /// For a link of the class `base`, which outlives it.
  Impairment(const LinkProfile& base, std::uint64_t seed, std::string_view name);

  Impairment(const Impairment&) = delete;
  Impairment& operator=(const Impairment&) = delete;
  ~Impairment() = default;

  /// Pre: chances at most 1,000,000; durations as in LinkOptions.
  void set(const Impairments& wanted);

  [[nodiscard]] const Impairments& wanted() const { return wanted_; }

  /// The link's profile as it was before.
  [[nodiscard]] const LinkProfile& base() const { return *base_; }

  /// The link's profile as it is now: the overrides applied, and impairment() is this.
  [[nodiscard]] const LinkProfile& profile() const { return profile_; }

  // One question per packet each; no draw if the chance is 0.
  [[nodiscard]] bool draw_loss();
  [[nodiscard]] bool draw_duplicate();
  [[nodiscard]] bool draw_corrupt();
  [[nodiscard]] bool draw_reorder();
  [[nodiscard]] Duration draw_jitter();

  /// Which bit of a packet of `bytes` bytes is flipped, counted from its first. Pre: bytes > 0.
  [[nodiscard]] std::uint64_t draw_bit(std::size_t bytes);

 private:
  const LinkProfile* base_;
  LinkProfile profile_;
  Impairments wanted_;
  base::Rng loss_;
  base::Rng duplicate_;
  base::Rng corrupt_;
  base::Rng reorder_;
  base::Rng jitter_;
};

}  // namespace vpclab::link
