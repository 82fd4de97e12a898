#include "tools/output.h"

#include <cstdlib>
#include <iostream>

#include <unistd.h>

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
  std::cerr << "vpclab: " << styled(color, Style::kBad, "error:") << ' ' << message << '\n';
}

}  // namespace vpclab::tools
