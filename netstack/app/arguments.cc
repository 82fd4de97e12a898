#include "netstack/app/arguments.h"

#include <algorithm>
#include <charconv>

#include "netstack/base/magnitude.h"

namespace vpclab::app {
namespace {

constexpr std::int64_t kSecondsMax = std::int64_t{100} * 365 * 86'400;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool has_word(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    const std::size_t end = list.find(' ');
    if (list.substr(0, end) == word) {
      return true;
    }
    list.remove_prefix(end == std::string_view::npos ? list.size() : end + 1);
  }
  return false;
}

}  // namespace

ArgumentReader::ArgumentReader(std::span<const std::string> words,
                               std::string_view letters_with_value,
                               std::string_view names_with_value)
    : words_(words), letters_with_value_(letters_with_value), names_with_value_(names_with_value) {}

bool ArgumentReader::wants_value(const Argument& argument) const {
  return argument.letter != '\0'
             ? letters_with_value_.find(argument.letter) != std::string_view::npos
             : has_word(names_with_value_, argument.name);
}

void ArgumentReader::take_value_from_next_word(Argument& argument) {
  if (word_ < words_.size()) {
    argument.value = words_[word_];
    argument.value_word = word_;
    argument.has_value = true;
    ++word_;
  }
}

Argument ArgumentReader::read_long(std::string_view word) {
  Argument argument;
  argument.word = word_++;
  const std::size_t equals = word.find('=');
  argument.name = word.substr(2, equals == std::string_view::npos ? equals : equals - 2);
  if (equals != std::string_view::npos) {
    argument.value = word.substr(equals + 1);
    argument.value_word = argument.word;
    argument.has_value = true;
  } else if (wants_value(argument)) {
    take_value_from_next_word(argument);
  }
  return argument;
}

std::optional<Argument> ArgumentReader::next() {
  if (word_ >= words_.size()) {
    return std::nullopt;
  }
  const std::string_view word = words_[word_];
  if (at_ == 0) {
    if (!only_operands_ && word == "--") {
      only_operands_ = true;
      ++word_;
      return next();
    }
    if (only_operands_ || word.size() < 2 || word[0] != '-') {
      Argument operand;
      operand.word = operand.value_word = word_++;
      operand.value = word;
      operand.has_value = true;
      return operand;
    }
    if (word[1] == '-') {
      return read_long(word);
    }
    at_ = 1;
  }
  Argument option;
  option.letter = word[at_++];
  option.word = word_;
  const bool at_end = at_ == word.size();
  const std::string_view rest = word.substr(at_);
  const bool wants = wants_value(option);
  if (at_end || wants) {
    ++word_;
    at_ = 0;
  }
  if (wants && at_end) {
    take_value_from_next_word(option);
  } else if (wants) {
    option.value = rest;
    option.value_word = option.word;
    option.has_value = true;
  }
  return option;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  if (text.size() > 1 && text[0] == '+' && is_digit(text[1])) {
    text.remove_prefix(1);
  }
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || rest != end) {
    return std::nullopt;
  }
  return value;
}

bool is_integer(std::string_view text) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    text.remove_prefix(1);
  }
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

std::optional<Duration> parse_seconds(std::string_view text) {
  bool negative = false;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  std::int64_t whole = 0;
  std::size_t at = 0;
  std::size_t digits = 0;
  for (; at < text.size() && is_digit(text[at]); ++at, ++digits) {
    whole = std::min(whole * 10 + (text[at] - '0'), kSecondsMax);
  }
  std::int64_t nanoseconds = 0;
  if (at < text.size() && text[at] == '.') {
    std::int64_t unit = 100'000'000;
    for (++at; at < text.size() && is_digit(text[at]); ++at, ++digits) {
      nanoseconds += (text[at] - '0') * unit;
      unit /= 10;
    }
  }
  if (digits > 0 && at < text.size()) {
    const std::optional<std::string> plain = base::plain_decimal(text);
    const std::optional<Duration> value = plain ? parse_seconds(*plain) : std::nullopt;
    return value && negative ? -*value : value;
  }
  if (digits == 0) {
    return std::nullopt;
  }
  const Duration value = std::chrono::seconds(whole) + std::chrono::nanoseconds(nanoseconds);
  return negative ? -value : value;
}

}  // namespace vpclab::app
