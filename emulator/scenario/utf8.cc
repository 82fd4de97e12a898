#include "emulator/scenario/utf8.h"

#include <algorithm>

namespace vpclab::scenario {
namespace {

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

std::optional<std::size_t> find_invalid_utf8(std::string_view text) {
  std::size_t offset = 0;
  while (offset < text.size()) {
    const std::size_t length = utf8_length(text.substr(offset, 4));
    if (length == 0) {
      return offset;
    }
    offset += length;
  }
  return std::nullopt;
}

Mark mark_at(std::string_view text, std::size_t offset) {
  Mark mark{1, 1, 1};
  for (const char c : text.substr(0, offset)) {
    if (c == '\n') {
      ++mark.line;
      mark.column = 1;
    } else if (!is_continuation(c)) {
      ++mark.column;
    }
  }
  return mark;
}

}  // namespace vpclab::scenario
