#include "emulator/api/shorthand.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace vpclab::api {

namespace {

constexpr int kMaxNesting = 32;
constexpr std::string_view kHint =
    "shorthand is Key=value,Key=[a,b],Key={Inner=value}; JSON in quotes is possible, too";

bool is_space(char c) { return std::string_view(" \t\n\r\v\f").find(c) != std::string_view::npos; }

bool is_key_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-_.#/:").find(c) != std::string_view::npos;
}

bool is_none_of(char c, std::string_view excluded) {
  return excluded.find(c) == std::string_view::npos;
}

// Which characters may begin and which may go on a plain word. After `key=` an equals sign may
// follow, and a bracket ends the word; behind a comma it is the other way round, since
// `a=b,c=d` is two keys.
bool begins_word(char c) { return !is_space(c) && is_none_of(c, "\"',=[{"); }

bool continues_first_word(char c) { return is_none_of(c, "\"',]}"); }

bool continues_later_word(char c) { return is_none_of(c, "\"',="); }

class ShorthandReader {
 public:
  explicit ShorthandReader(const ShellWord& word) : word_(word), text_(word.text) {}

  tl::expected<Value, CliError> run() {
    Value map = Value::map(word_.column_at(0));
    read_key_value(map);
    while (!error_.has_value() && at_ < text_.size()) {
      skip_blanks();
      expect(',');
      skip_blanks();
      read_key_value(map);
    }
    if (error_.has_value()) {
      return tl::unexpected<CliError>(*std::move(error_));
    }
    return map;
  }

 private:
  void read_key_value(Value& map) {
    const std::size_t column = word_.column_at(at_);
    std::string key = read_key();
    skip_blanks();
    expect('=');
    skip_blanks();
    Value value = error_.has_value() ? Value{} : read_values();
    add(map, std::move(key), column, std::move(value));
  }

  void add(Value& map, std::string key, std::size_t column, Value value) {
    if (error_.has_value()) {
      return;
    }
    if (map.find(key) != nullptr) {
      error_ = CliError{column, "the key '" + key + "' occurs twice",
                        "between elements of a list stands a blank, not a comma"};
      return;
    }
    map.entries.push_back(Value::Entry{std::move(key), column, std::move(value)});
  }

  std::string read_key() {
    const std::size_t start = at_;
    while (at_ < text_.size() && is_key_character(text_[at_])) {
      ++at_;
    }
    return std::string(text_.substr(start, at_ - start));
  }

  Value read_values() { return peek() == '[' || peek() == '{' ? read_explicit(0) : read_words(); }

  /// `a` or `a,b,c`; a comma before `key=` is not ours.
  Value read_words() {
    const std::size_t column = word_.column_at(at_);
    Value first = read_first_word();
    skip_blanks();
    if (error_.has_value() || peek() != ',') {
      return first;
    }
    Value list = Value::list({}, column);
    list.items.push_back(std::move(first));
    while (at_ < text_.size()) {
      ++at_;  // the comma
      skip_blanks();
      std::optional<Value> word = read_later_word();
      skip_blanks();
      if (!word.has_value() || (at_ < text_.size() && text_[at_] != ',')) {
        if (at_ >= text_.size()) {
          fail_here("expected a value after ','");
          break;
        }
        // What follows is the next key: back to the comma before it, as the AWS CLI goes.
        at_ = text_.rfind(',', at_);
        break;
      }
      list.items.push_back(*std::move(word));
    }
    if (list.items.size() == 1) {
      return std::move(list.items.front());
    }
    return list;
  }

  Value read_explicit(int depth) {
    if (depth > kMaxNesting) {
      fail_here("this value is nested too deeply");
      return {};
    }
    if (peek() == '[') {
      return read_list(depth);
    }
    return peek() == '{' ? read_map(depth) : read_first_word();
  }

  Value read_list(int depth) {
    Value list = Value::list({}, word_.column_at(at_++));
    skip_blanks();
    while (!error_.has_value() && peek() != ']') {
      list.items.push_back(read_explicit(depth + 1));
      end_element(']');
    }
    expect(']');
    return list;
  }

  Value read_map(int depth) {
    Value map = Value::map(word_.column_at(at_++));
    skip_blanks();
    while (!error_.has_value() && peek() != '}') {
      const std::size_t column = word_.column_at(at_);
      std::string key = read_key();
      skip_blanks();
      expect('=');
      skip_blanks();
      Value value = error_.has_value() ? Value{} : read_explicit(depth + 1);
      add(map, std::move(key), column, std::move(value));
      end_element('}');
    }
    expect('}');
    return map;
  }

  void end_element(char closing) {
    skip_blanks();
    if (!error_.has_value() && peek() != closing) {
      expect(',');
      skip_blanks();
    }
  }

  Value read_first_word() {
    const std::size_t column = word_.column_at(at_);
    if (peek() == '\'' || peek() == '"') {
      return Value::scalar(read_quoted(), column);
    }
    return Value::scalar(read_plain(continues_first_word).value_or(std::string()), column);
  }

  std::optional<Value> read_later_word() {
    const std::size_t column = word_.column_at(at_);
    if (peek() == '\'' || peek() == '"') {
      return Value::scalar(read_quoted(), column);
    }
    if (std::optional<std::string> text = read_plain(continues_later_word)) {
      return Value::scalar(*std::move(text), column);
    }
    return std::nullopt;
  }

  /// A word without quotes, blanks at its end cut; nothing where none begins.
  std::optional<std::string> read_plain(bool (*continues)(char)) {
    std::string out;
    const std::size_t start = at_;
    while (at_ < text_.size()) {
      if (text_.substr(at_).starts_with("\\,")) {
        out += ',';
        at_ += 2;
      } else if (at_ == start ? begins_word(text_[at_]) : continues(text_[at_])) {
        out += text_[at_++];
      } else {
        break;
      }
    }
    if (at_ == start) {
      return std::nullopt;
    }
    while (!out.empty() && is_space(out.back())) {
      out.pop_back();
    }
    return out;
  }

  /// Between quotes only the quote and the backslash are escaped.
  std::string read_quoted() {
    const std::size_t opening = at_;
    const char quote = text_[at_++];
    std::string out;
    while (at_ < text_.size() && text_[at_] != quote) {
      const char next = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
      if (text_[at_] == '\\' && (next == quote || next == '\\')) {
        ++at_;
      }
      out += text_[at_++];
    }
    if (at_ >= text_.size()) {
      at_ = opening;
      fail_here("this quote is not closed");
      return out;
    }
    ++at_;
    return out;
  }

  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void skip_blanks() {
    while (at_ < text_.size() && is_space(text_[at_])) {
      ++at_;
    }
  }

  void expect(char expected) {
    if (error_.has_value()) {
      return;
    }
    if (at_ >= text_.size()) {
      fail_here(std::string("expected '") + expected + "' here, at the end of the value");
    } else if (text_[at_] != expected) {
      fail_here(std::string("expected '") + expected + "'");
    } else {
      ++at_;
    }
  }

  void fail_here(std::string message) {
    if (!error_.has_value()) {
      error_ = CliError{word_.column_at(at_), std::move(message), std::string(kHint)};
    }
  }

  const ShellWord& word_;
  std::string_view text_;
  std::size_t at_ = 0;
  std::optional<CliError> error_;
};

}  // namespace

tl::expected<Value, CliError> parse_shorthand(const ShellWord& word) {
  return ShorthandReader(word).run();
}

}  // namespace vpclab::api
