// base/rng.h - one named random stream per entity: Rng{seed, "link/ab/loss"}. Adding an entity
// disturbs nobody else's stream. Integer draws only; the result is the same on every machine.
#pragma once

#include <cstdint>
#include <string_view>

namespace vpclab::base {

/// FNV-1a, 64 bits: names to numbers that never change between versions.
[[nodiscard]] std::uint64_t hash_name(std::string_view name);

/// xoshiro256** seeded through splitmix64 from (seed, name).
class Rng {
 public:
  Rng(std::uint64_t seed, std::string_view name);

  /// 64 uniform bits.
  [[nodiscard]] std::uint64_t next() {
    const std::uint64_t result = rotate_left(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = rotate_left(state_[3], 45);
    return result;
  }

  /// Uniform in [0, bound), by multiplication (bias below 2^-32 for the bounds used here).
  /// Pre: 0 < bound <= 2^32.
  [[nodiscard]] std::uint64_t below(std::uint64_t bound) { return ((next() >> 32) * bound) >> 32; }

  /// True with a probability of parts_per_million / 1e6.
  [[nodiscard]] bool chance(std::uint32_t parts_per_million) {
    return below(1'000'000) < parts_per_million;
  }

 private:
  static constexpr std::uint64_t rotate_left(std::uint64_t value, int bits) {
    return (value << bits) | (value >> (64 - bits));
  }

  std::uint64_t state_[4];
};

}  // namespace vpclab::base
