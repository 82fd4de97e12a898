// tools/output.h - how a verb writes what it found. Data goes to standard output, messages and
// progress to standard error; nothing else in tools/ decides about colours and formats.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tools/exit_code.h"

namespace vpclab::tools {

/// The shape of a verb's data: -o.
enum class Format : std::uint8_t { kText, kTable, kJson, kJsonLines };

/// kJson or kJsonLines.
[[nodiscard]] constexpr bool is_json(Format format) {
  return format == Format::kJson || format == Format::kJsonLines;
}

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

/// Writes what is left and says whether standard output took all of it: kSuccess, or
/// kRuntimeFailure with a message (a full disk, a closed pipe).
[[nodiscard]] ExitCode finish_output(ColorMode mode, ExitCode code);

/// Rows of cells under a head, columns aligned, two blanks between; nothing behind the last cell.
[[nodiscard]] std::string render_table(const std::vector<std::string>& head,
                                       const std::vector<std::vector<std::string>>& rows);

}  // namespace vpclab::tools
