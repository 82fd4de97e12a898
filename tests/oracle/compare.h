// tests/oracle/compare.h - one trip through the emulator beside the oracle's: the same end, for the
// same reason, at the same place, by the same rules.
#pragma once

#include <string>

#include "tests/oracle/evaluate.h"
#include "tests/oracle/observe.h"

namespace vpclab::oracle {

/// What differs, as a paragraph that shows both ways step by step; empty: nothing.
[[nodiscard]] std::string compare(const Trip& trip, const Fate& fate);

}  // namespace vpclab::oracle
