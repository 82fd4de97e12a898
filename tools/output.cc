#include "tools/output.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include <unistd.h>

#include "netstack/base/printable.h"

namespace vpclab::tools {
namespace {

std::string_view escape_sequence(Style style) {
  switch (style) {
    case Style::kGood:
      return "\x1b[32m";
    case Style::kBad:
      return "\x1b[31m";
    case Style::kWarning:
      return "\x1b[33m";
    case Style::kQuiet:
      return "\x1b[2m";
    case Style::kStrong:
      return "\x1b[1m";
  }
  return "";
}

/// Characters, not bytes: continuation bytes of UTF-8 take no column.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

void append_row(std::string& text, const std::vector<std::string>& cells,
                const std::vector<std::size_t>& widths) {
  std::size_t owed = 0;  // blanks, written only if something follows
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (!cells[i].empty()) {
      text.append(owed, ' ').append(cells[i]);
      owed = 0;
    }
    owed += widths[i] - width_of(cells[i]) + 2;
  }
  text.push_back('\n');
}

}  // namespace

bool wants_color(ColorMode mode, int descriptor) {
  if (mode != ColorMode::kAuto) {
    return mode == ColorMode::kAlways;
  }
  const char* no_color = std::getenv("NO_COLOR");  // https://no-color.org: any value but ""
  const bool refused = no_color != nullptr && *no_color != '\0';
  return !refused && isatty(descriptor) != 0;
}

std::string styled(bool enabled, Style style, std::string_view text) {
  if (!enabled) {
    return std::string(text);
  }
  std::string result(escape_sequence(style));
  result.append(text).append("\x1b[0m");
  return result;
}

void print_error(ColorMode mode, std::string_view message) {
  const bool color = wants_color(mode, STDERR_FILENO);
  std::cout.flush();  // what was found so far stands before what went wrong
  std::cerr << "vpclab: " << styled(color, Style::kBad, "error:") << ' '
            << base::printable_lines(message) << '\n';
}

ExitCode finish_output(ColorMode mode, ExitCode code) {
  std::cout.flush();
  if (!std::cout) {
    print_error(mode, "standard output took not all of it");
    return ExitCode::kRuntimeFailure;
  }
  return code;
}

std::string render_table(const std::vector<std::string>& head,
                         const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  widths.reserve(head.size());
  for (const std::string& cell : head) {
    widths.push_back(width_of(cell));
  }
  for (const std::vector<std::string>& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], width_of(row[i]));
    }
  }
  std::string text;
  append_row(text, head, widths);
  for (const std::vector<std::string>& row : rows) {
    append_row(text, row, widths);
  }
  return text;
}

}  // namespace vpclab::tools
