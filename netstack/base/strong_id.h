// base/strong_id.h - a typed resource identifier in 16 bytes that keeps its text form: a prefix
// given by the type and 8 or 17 lowercase hex digits (API-2: pcx-aaaabbbb is legal).
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "netstack/base/result.h"

namespace vpclab {

/// The digits of an id, without its prefix. Empty (length 0) means "no id".
struct IdDigits {
  std::uint64_t low = 0;    // the last 16 hex digits
  std::uint8_t high = 0;    // the first of 17 hex digits
  std::uint8_t length = 0;  // 0, 8 or 17

  [[nodiscard]] constexpr bool empty() const { return length == 0; }

  friend constexpr auto operator<=>(const IdDigits&, const IdDigits&) = default;
};

/// Reads 8 or 17 lowercase hex digits.
[[nodiscard]] constexpr bool read_id_digits(std::string_view text, IdDigits& digits) {
  if (text.size() != 8 && text.size() != 17) {
    return false;
  }
  IdDigits read{0, 0, static_cast<std::uint8_t>(text.size())};
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    unsigned nibble = 0;
    if (c >= '0' && c <= '9') {
      nibble = static_cast<unsigned>(c - '0');
    } else if (c >= 'a' && c <= 'f') {
      nibble = static_cast<unsigned>(c - 'a') + 10U;
    } else {
      return false;
    }
    if (text.size() == 17 && i == 0) {
      read.high = static_cast<std::uint8_t>(nibble);
    } else {
      read.low = (read.low << 4) | nibble;
    }
  }
  digits = read;
  return true;
}

/// `prefix` and the digits; empty for an empty id.
[[nodiscard]] inline std::string id_text(std::string_view prefix, const IdDigits& digits) {
  if (digits.empty()) {
    return {};
  }
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text(prefix);
  if (digits.length == 17) {
    text.push_back(kHex[digits.high]);
  }
  for (int shift = (digits.length == 17 ? 60 : 28); shift >= 0; shift -= 4) {
    text.push_back(kHex[(digits.low >> shift) & 0xf]);
  }
  return text;
}

/// An id of one kind. Tag provides `static constexpr std::string_view kPrefix` ("vpc-").
template <class Tag>
class StrongId {
 public:
  static constexpr std::string_view kPrefix = Tag::kPrefix;

  constexpr StrongId() = default;

  explicit constexpr StrongId(IdDigits digits) : digits_(digits) {}

  /// Reads `vpc-0123456789abcdef0` or `vpc-01234567`; fails for anything else.
  [[nodiscard]] static Result<StrongId> parse(std::string_view text) {
    IdDigits digits;
    if (!text.starts_with(kPrefix) || !read_id_digits(text.substr(kPrefix.size()), digits)) {
      return fail("Invalid id: \"" + std::string(text) + "\" (expecting \"" + std::string(kPrefix) +
                  "...\")");
    }
    return StrongId(digits);
  }

  [[nodiscard]] constexpr bool empty() const { return digits_.empty(); }

  [[nodiscard]] constexpr const IdDigits& digits() const { return digits_; }

  [[nodiscard]] std::string text() const { return id_text(kPrefix, digits_); }

  friend constexpr auto operator<=>(const StrongId&, const StrongId&) = default;

 private:
  IdDigits digits_;
};

template <class Tag>
[[nodiscard]] std::string to_string(const StrongId<Tag>& id) {
  return id.text();
}

}  // namespace vpclab

template <class Tag>
struct std::hash<vpclab::StrongId<Tag>> {
  std::size_t operator()(const vpclab::StrongId<Tag>& id) const noexcept {
    return static_cast<std::size_t>(id.digits().low * 0x9e3779b97f4a7c15U + id.digits().high);
  }
};
