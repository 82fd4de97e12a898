#include "emulator/api/json_text.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "emulator/api/base64.h"
#include "emulator/api/encode.h"
#include "emulator/api/value_sink.h"

namespace vpclab::api {

namespace {

constexpr std::size_t kIndent = 4;

/// The length of the UTF-8 sequence at the front of `text`, or 0 where there is none.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [text](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const auto follows = [&](std::size_t count) {
    for (std::size_t i = 1; i <= count; ++i) {
      if (i >= text.size() || (byte(i) & 0xc0) != 0x80) {
        return false;
      }
    }
    return true;
  };
  const std::uint8_t first = byte(0);
  if (first < 0x80) {
    return 1;
  }
  if (first >= 0xc2 && first <= 0xdf && follows(1)) {
    return 2;
  }
  if ((first & 0xf0) == 0xe0 && follows(2)) {
    const bool is_overlong = first == 0xe0 && byte(1) < 0xa0;
    const bool is_surrogate = first == 0xed && byte(1) > 0x9f;
    return is_overlong || is_surrogate ? 0 : 3;
  }
  if (first >= 0xf0 && first <= 0xf4 && follows(3)) {
    const bool is_overlong = first == 0xf0 && byte(1) < 0x90;
    const bool is_beyond = first == 0xf4 && byte(1) > 0x8f;
    return is_overlong || is_beyond ? 0 : 4;
  }
  return 0;
}

void append_control(std::string& out, char c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  const auto value = static_cast<std::uint8_t>(c);
  out += "\\u00";
  out += kHex[value >> 4];
  out += kHex[value & 0xf];
}

/// As Python's json.dump(…, ensure_ascii=False) quotes; bytes that are no UTF-8 become U+FFFD.
void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const char c = text.front();
    const std::size_t length = utf8_length(text);
    if (length == 0) {
      out += "\xef\xbf\xbd";
    } else if (length > 1) {
      out += text.substr(0, length);
    } else if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '\b') {
      out += "\\b";
    } else if (c == '\f') {
      out += "\\f";
    } else if (static_cast<std::uint8_t>(c) < 0x20) {
      append_control(out, c);
    } else {
      out += c;
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  out += '"';
}

class JsonSink final : public ValueSink {
 public:
  [[nodiscard]] std::string take() { return std::move(out_); }

  void begin_structure() override { open('{'); }

  void end_structure() override { close('}'); }

  void begin_list() override { open('['); }

  void end_list() override { close(']'); }

  void key(const MemberModel& member) override {
    separate();
    append_quoted(out_, member.name);
    out_ += ": ";
    follows_key_ = true;
  }

  void string(std::string_view value, Kind kind) override {
    place();
    if (kind == Kind::kBlob) {
      append_quoted(out_, to_base64(value));
    } else {
      append_quoted(out_, value);
    }
  }

  void integer(std::int64_t value) override {
    place();
    out_ += std::to_string(value);
  }

  void boolean(bool value) override {
    place();
    out_ += value ? "true" : "false";
  }

  void timestamp(Timestamp value) override {
    place();
    append_quoted(out_, to_cli_string(value));
  }

 private:
  void open(char bracket) {
    place();
    out_ += bracket;
    counts_.push_back(0);
  }

  void close(char bracket) {
    const bool is_empty = counts_.back() == 0;
    counts_.pop_back();
    if (!is_empty) {
      break_line();
    }
    out_ += bracket;
  }

  /// Before a value: nothing after its key, a comma and a new line in a list.
  void place() {
    if (follows_key_) {
      follows_key_ = false;
    } else if (!counts_.empty()) {
      separate();
    }
  }

  void separate() {
    if (counts_.back()++ > 0) {
      out_ += ',';
    }
    break_line();
  }

  void break_line() {
    out_ += '\n';
    out_.append(counts_.size() * kIndent, ' ');
  }

  std::string out_;
  std::vector<std::size_t> counts_;  // members or elements written, by level
  bool follows_key_ = false;
};

template <class Role>
std::string cli_json_of(const Envelope<Role>& envelope) {
  JsonSink sink;
  encode(envelope, sink);
  std::string text = sink.take();
  return text == "{}" ? std::string() : text + "\n";
}

}  // namespace

std::string to_cli_json(const Response& response) { return cli_json_of(response); }

std::string to_cli_json(const Request& request) { return cli_json_of(request); }

}  // namespace vpclab::api
