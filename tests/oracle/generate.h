// tests/oracle/generate.h - draws test cases with rapidcheck and lets it shrink those that fail.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "tests/oracle/case.h"

namespace vpclab::oracle {

/// What a run of the generator found.
struct Search {
  std::uint64_t seed = 0;
  int cases = 0;        // that passed
  std::string finding;  // of the smallest case that failed; empty: none did
  Case smallest;
};

/// Says what is wrong with a case, or nothing. `shrinking`: it is a part of one that failed.
using Judge = std::function<std::string(const Case&, bool shrinking)>;

/// Draws `count` cases from `seed` and gives each to `judge`. Stops at the first that fails, and
/// shrinks it.
[[nodiscard]] Search search(std::uint64_t seed, int count, const Judge& judge);

}  // namespace vpclab::oracle
