#include "emulator/scenario/utf8.h"

#include "netstack/base/printable.h"

namespace vpclab::scenario {
namespace {

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U; }

}  // namespace

std::optional<std::size_t> find_invalid_utf8(std::string_view text) {
  std::size_t offset = 0;
  while (offset < text.size()) {
    const std::size_t length = base::utf8_length(text.substr(offset, 4));
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
