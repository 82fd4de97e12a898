#include "netstack/base/magnitude.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <system_error>

namespace vpclab::base {
namespace {

constexpr int kMostExponent = 400;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// `+5`, `-12`; nothing where it is something else.
std::optional<int> parse_exponent(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) {
    text.remove_prefix(1);
  }
  if (text.empty() || !std::all_of(text.begin(), text.end(), is_digit)) {
    return std::nullopt;
  }
  int value = kMostExponent;
  std::from_chars(text.data(), text.data() + text.size(), value);  // stays, where it does not fit
  value = std::min(value, kMostExponent);
  return negative ? -value : value;
}

/// Of digits only, however many they are: below 0, 0 or above as the number against the limit.
int compare(std::string_view digits, std::uint64_t limit) {
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  const std::string most = limit == 0 ? std::string() : std::to_string(limit);
  if (digits.size() != most.size()) {
    return digits.size() < most.size() ? -1 : 1;
  }
  return digits.compare(most);
}

}  // namespace

std::optional<std::string> plain_decimal(std::string_view text) {
  const std::size_t mark = std::min(text.find_first_of("eE"), text.size());
  const std::string_view number = text.substr(0, mark);
  const std::optional<int> exponent =
      mark == text.size() ? std::optional(0) : parse_exponent(text.substr(mark + 1));
  const std::size_t point = std::min(number.find('.'), number.size());
  std::string digits(number.substr(0, point));
  digits += number.substr(std::min(point + 1, number.size()));
  if (!exponent || digits.empty() || !std::all_of(digits.begin(), digits.end(), is_digit)) {
    return std::nullopt;
  }
  const int whole = static_cast<int>(point) + *exponent;  // digits before the point
  const int size = static_cast<int>(digits.size());
  if (whole >= size) {
    return digits.append(static_cast<std::size_t>(whole - size), '0');
  }
  const std::string zeros(static_cast<std::size_t>(std::max(0, 1 - whole)), '0');
  return (zeros + digits).insert(static_cast<std::size_t>(std::max(1, whole)), ".");
}

bool is_above(std::string_view text, std::uint64_t limit) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
  }
  const std::optional<std::string> plain = plain_decimal(text);
  if (!plain) {
    return false;
  }
  const std::string_view number = *plain;
  const std::size_t point = std::min(number.find('.'), number.size());
  const int order = compare(number.substr(0, point), limit);
  return order > 0 || (order == 0 && number.find_first_not_of(".0", point) != number.npos);
}

bool is_above(std::string_view text, Duration limit) {
  if (const Result<Duration> value = parse_duration(text)) {
    return *value > limit;
  }
  const std::size_t number = text.find_last_of("0123456789.") + 1;  // 0 where there is none
  const Result<Duration> unit = parse_duration("1" + std::string(text.substr(number)));
  return unit && is_above(text.substr(0, number), static_cast<std::uint64_t>(limit / *unit));
}

}  // namespace vpclab::base
