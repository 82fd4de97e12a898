#include "netstack/base/printable.h"

#include <algorithm>

namespace vpclab::base {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U; }

}  // namespace

std::size_t utf8_length(std::string_view text) {
  if (text.empty()) {
    return 0;
  }
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) {
    return 1;
  }
  // The second byte's range keeps out overlong forms, surrogates and what lies beyond U+10FFFF.
  std::size_t length = 0;
  unsigned low = 0x80;
  unsigned high = 0xbf;
  if (lead >= 0xc2 && lead <= 0xdf) {
    length = 2;
  } else if (lead >= 0xe0 && lead <= 0xef) {
    length = 3;
    low = lead == 0xe0 ? 0xa0U : low;
    high = lead == 0xed ? 0x9fU : high;
  } else if (lead >= 0xf0 && lead <= 0xf4) {
    length = 4;
    low = lead == 0xf0 ? 0x90U : low;
    high = lead == 0xf4 ? 0x8fU : high;
  } else {
    return 0;
  }
  if (text.size() < length) {
    return 0;
  }
  const auto second = static_cast<unsigned char>(text[1]);
  const bool tail_is_good = std::all_of(text.begin() + 2, text.begin() + static_cast<long>(length),
                                        [](char c) { return is_continuation(c); });
  return second >= low && second <= high && tail_is_good ? length : 0;
}

std::string_view printable_character(std::string_view text, std::size_t& length) {
  length = utf8_length(text.substr(0, 4));
  if (length == 0) {
    length = 1;
    return kReplacement;
  }
  const auto first = static_cast<unsigned char>(text[0]);
  if (first == '\t') {
    return " ";
  }
  const bool is_c1_control = first == 0xc2 && static_cast<unsigned char>(text[1]) < 0xa0;
  return first < 0x20 || first == 0x7f || is_c1_control ? kReplacement : text.substr(0, length);
}

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    std::size_t length = 0;
    out += printable_character(text, length);
    text.remove_prefix(length);
  }
  return out;
}

std::string printable_lines(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    out += printable(text.substr(0, end));
    if (end < text.size()) {
      out += '\n';
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

}  // namespace vpclab::base
