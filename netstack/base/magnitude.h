// base/magnitude.h - whether a text that could not be read as a number in range is a number that is
// too large: it shall be called that, and not malformed. Exact, without floating point.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "netstack/base/sim_time.h"

namespace vpclab::base {

/// `12`, `1.5` or `1.5e3` as digits, perhaps with a point: `1500`. Exponents beyond 400 count as
/// 400. Nothing if there is anything else in the text, a sign too.
[[nodiscard]] std::optional<std::string> plain_decimal(std::string_view text);

/// True if all of `text` is a number (digits, perhaps with decimals or an exponent) above `limit`.
[[nodiscard]] bool is_above(std::string_view text, std::uint64_t limit);

/// True if all of `text` is such a number with one of parse_duration's units, above `limit`.
[[nodiscard]] bool is_above(std::string_view text, Duration limit);

}  // namespace vpclab::base
