// base/printable.h - text that people wrote, made fit for a terminal, a table's cell, a capture: no
// control characters, no broken UTF-8. Knows nothing of where it is printed.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vpclab::base {

/// Bytes of the well-formed UTF-8 character that begins `text` (RFC 3629), or 0 where there is
/// none.
[[nodiscard]] std::size_t utf8_length(std::string_view text);

/// The first character of `text` as one line may show it; `length` says how many bytes it took. A
/// tab becomes a blank, any other control character and what is no UTF-8 becomes U+FFFD.
[[nodiscard]] std::string_view printable_character(std::string_view text, std::size_t& length);

/// The whole text as one line.
[[nodiscard]] std::string printable(std::string_view text);

/// The whole text; its line feeds stay.
[[nodiscard]] std::string printable_lines(std::string_view text);

}  // namespace vpclab::base
