// base/suggest.h - "did you mean …?": the nearest of the names that would have been right.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace vpclab::base {

/// Insertions, deletions, replacements and swaps of neighbours that make `a` of `b`, or limit + 1
/// where it takes more.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit);

/// The nearest candidate within a third of the text's length (rounded down), ignoring case and `_`
/// against `-`; the first of equals; empty if none. Looks at a few thousand candidates only.
[[nodiscard]] std::string_view nearest(std::string_view text,
                                       std::span<const std::string_view> candidates);

/// `did you mean 'x'?`, or `one of a, b, c` for short lists, `the only one is 'x'`, or nothing.
[[nodiscard]] std::string suggestion(std::string_view text,
                                     std::span<const std::string_view> candidates);

}  // namespace vpclab::base
