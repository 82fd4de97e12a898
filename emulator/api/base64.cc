#include "emulator/api/base64.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace vpclab::api {

namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string to_base64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = bytes.size() - i < 3 ? bytes.size() - i : 3;
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      const std::uint8_t byte = j < count ? static_cast<std::uint8_t>(bytes[i + j]) : 0;
      group = (group << 8) | byte;
    }
    for (std::size_t j = 0; j < 4; ++j) {
      text.push_back(j <= count ? kAlphabet[(group >> (18 - 6 * j)) & 0x3f] : '=');
    }
  }
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) {
    return std::nullopt;
  }
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') {
    ++padding;
  }
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  std::uint32_t group = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t digit = i >= text.size() - padding ? 0 : kAlphabet.find(text[i]);
    if (digit == std::string_view::npos) {
      return std::nullopt;
    }
    group = (group << 6) | static_cast<std::uint32_t>(digit);
    if (i % 4 == 3) {
      bytes.push_back(static_cast<char>((group >> 16) & 0xff));
      bytes.push_back(static_cast<char>((group >> 8) & 0xff));
      bytes.push_back(static_cast<char>(group & 0xff));
      group = 0;
    }
  }
  bytes.erase(bytes.size() - std::min(padding, bytes.size()));
  return bytes;
}

}  // namespace vpclab::api
