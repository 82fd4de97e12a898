#include "emulator/api/json_value.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace vpclab::api {

namespace {

constexpr int kMaxDepth = 32;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

void append_utf8(std::string& out, std::uint32_t code_point) {
  const auto tail = [&](int shift) {
    out += static_cast<char>(0x80 | ((code_point >> shift) & 0x3f));
  };
  if (code_point < 0x80) {
    out += static_cast<char>(code_point);
  } else if (code_point < 0x800) {
    out += static_cast<char>(0xc0 | (code_point >> 6));
    tail(0);
  } else if (code_point < 0x10000) {
    out += static_cast<char>(0xe0 | (code_point >> 12));
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xf0 | (code_point >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
}

/// Recursive descent; the first error ends it.
class JsonReader {
 public:
  explicit JsonReader(const ShellWord& word) : word_(word), text_(word.text) {}

  tl::expected<Value, CliError> run() {
    Value value = read_value(0);
    skip_blanks();
    if (!error_.has_value() && at_ < text_.size()) {
      fail_here("nothing may follow the JSON value");
    }
    if (error_.has_value()) {
      return tl::unexpected<CliError>(*std::move(error_));
    }
    return value;
  }

 private:
  Value read_value(int depth) {
    skip_blanks();
    const std::size_t column = word_.column_at(at_);
    if (depth > kMaxDepth) {
      fail_here("this JSON is nested too deeply");
      return {};
    }
    switch (peek()) {
      case '{':
        return read_map(depth, column);
      case '[':
        return read_list(depth, column);
      case '"':
        return Value::scalar(read_string(), column);
      default:
        return read_word(column);
    }
  }

  Value read_map(int depth, std::size_t column) {
    Value map = Value::map(column);
    ++at_;
    skip_blanks();
    if (take('}')) {
      return map;
    }
    while (!error_.has_value()) {
      skip_blanks();
      const std::size_t key_column = word_.column_at(at_);
      if (peek() != '"') {
        fail_here("expected a member name in \"quotes\"");
        break;
      }
      std::string key = read_string();
      skip_blanks();
      if (!take(':')) {
        fail_here("expected ':' after the member name");
        break;
      }
      Value value = read_value(depth + 1);
      map.remove(key);
      map.entries.push_back(Value::Entry{std::move(key), key_column, std::move(value)});
      skip_blanks();
      if (take('}')) {
        break;
      }
      if (!take(',')) {
        fail_here("expected ',' or '}'");
      }
    }
    return map;
  }

  Value read_list(int depth, std::size_t column) {
    Value list = Value::list({}, column);
    ++at_;
    skip_blanks();
    if (take(']')) {
      return list;
    }
    while (!error_.has_value()) {
      list.items.push_back(read_value(depth + 1));
      skip_blanks();
      if (take(']')) {
        break;
      }
      if (!take(',')) {
        fail_here("expected ',' or ']'");
      }
    }
    return list;
  }

  std::string read_string() {
    std::string out;
    const std::size_t opening = at_++;
    while (at_ < text_.size() && text_[at_] != '"' && !error_.has_value()) {
      if (static_cast<std::uint8_t>(text_[at_]) < 0x20) {
        fail_here("a line break or control character in a JSON string is written as \\n, \\t, …");
      } else if (text_[at_] == '\\') {
        read_escape(out);
      } else {
        out += text_[at_++];
      }
    }
    if (!error_.has_value() && !take('"')) {
      at_ = opening;
      fail_here("this JSON string is not closed");
    }
    return out;
  }

  void read_escape(std::string& out) {
    constexpr std::string_view kEscapes = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    const char c = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    if (c == 'u') {
      read_unicode(out);
      return;
    }
    const std::size_t which = c == '\0' ? std::string_view::npos : kEscapes.find(c);
    if (which == std::string_view::npos) {
      fail_here("unknown escape in a JSON string");
      return;
    }
    out += kMeanings[which];
    at_ += 2;
  }

  void read_unicode(std::string& out) {
    const std::optional<std::uint32_t> first = read_hex();
    if (!first.has_value()) {
      return;
    }
    std::uint32_t code_point = *first;
    if (code_point >= 0xd800 && code_point <= 0xdbff && text_.substr(at_).starts_with("\\u")) {
      const std::size_t before = at_;
      const std::optional<std::uint32_t> second = read_hex();
      if (second.has_value() && *second >= 0xdc00 && *second <= 0xdfff) {
        code_point = 0x10000 + ((code_point - 0xd800) << 10) + (*second - 0xdc00);
      } else {
        at_ = before;
      }
    }
    const bool is_lone = code_point >= 0xd800 && code_point <= 0xdfff;
    append_utf8(out, is_lone ? 0xfffd : code_point);
  }

  /// The four digits of a \u at the cursor.
  std::optional<std::uint32_t> read_hex() {
    std::uint32_t value = 0;
    for (std::size_t i = at_ + 2; i < at_ + 6; ++i) {
      const char c = i < text_.size() ? text_[i] : '\0';
      const bool is_lower = c >= 'a' && c <= 'f';
      const bool is_upper = c >= 'A' && c <= 'F';
      if (!is_digit(c) && !is_lower && !is_upper) {
        fail_here("\\u wants four hexadecimal digits");
        return std::nullopt;
      }
      const int base = is_digit(c) ? '0' : (is_lower ? 'a' : 'A') - 10;
      value = (value << 4) | static_cast<std::uint32_t>(c - base);
    }
    at_ += 6;
    return value;
  }

  /// A number, true, false or null.
  Value read_word(std::size_t column) {
    const std::size_t start = at_;
    while (at_ < text_.size() &&
           std::string_view(",]} \t\r\n:").find(text_[at_]) == std::string_view::npos) {
      ++at_;
    }
    const std::string_view word = text_.substr(start, at_ - start);
    if (word == "null") {
      Value null;
      null.column = column;
      return null;
    }
    if (word == "true" || word == "false" || is_number(word)) {
      return Value::scalar(std::string(word), column);
    }
    at_ = start;
    fail_here("expected a JSON value");
    return {};
  }

  static bool is_number(std::string_view word) {
    std::size_t at = 0;
    const auto skip_digits = [&] {
      const std::size_t start = at;
      while (at < word.size() && is_digit(word[at])) {
        ++at;
      }
      return at > start;
    };
    at += word.starts_with('-') ? 1U : 0U;
    const std::size_t first = at;
    if (!skip_digits() || (word[first] == '0' && at > first + 1)) {
      return false;
    }
    if (at < word.size() && word[at] == '.') {
      ++at;
      if (!skip_digits()) {
        return false;
      }
    }
    if (at < word.size() && (word[at] == 'e' || word[at] == 'E')) {
      ++at;
      at += at < word.size() && (word[at] == '+' || word[at] == '-') ? 1U : 0U;
      if (!skip_digits()) {
        return false;
      }
    }
    return at == word.size();
  }

  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  bool take(char expected) {
    if (at_ >= text_.size() || text_[at_] != expected) {
      return false;
    }
    ++at_;
    return true;
  }

  void skip_blanks() {
    while (at_ < text_.size() &&
           std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) {
      ++at_;
    }
  }

  void fail_here(std::string_view what) {
    if (!error_.has_value()) {
      error_ = CliError{word_.column_at(at_), "invalid JSON: " + std::string(what), {}};
    }
  }

  const ShellWord& word_;
  std::string_view text_;
  std::size_t at_ = 0;
  std::optional<CliError> error_;
};

}  // namespace

tl::expected<Value, CliError> parse_json(const ShellWord& word) { return JsonReader(word).run(); }

}  // namespace vpclab::api
