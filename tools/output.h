// tools/output.h - how a verb writes what it found. Data goes to standard output, messages and
// progress to standard error; nothing else in tools/ decides about colours and formats.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace vpclab::tools {

/// The shape of a verb's data: -o.
enum class Format : std::uint8_t { kText, kTable, kJson, kJsonLines };

/// When escape sequences are written: --color. kAuto: on a terminal, unless NO_COLOR is set.
enum class ColorMode : std::uint8_t { kAuto, kAlways, kNever };

/// The few colours in use.
enum class Style : std::uint8_t { kGood, kBad, kWarning, kQuiet, kStrong };

/// Whether `mode` means colours on a file descriptor (1 or 2).
[[nodiscard]] bool wants_color(ColorMode mode, int descriptor);

/// `text` in a colour, or as it is where `enabled` is false.
[[nodiscard]] std::string styled(bool enabled, Style style, std::string_view text);

/// `vpclab: error: MESSAGE` on standard error.
void print_error(ColorMode mode, std::string_view message);

}  // namespace vpclab::tools
