#include "emulator/api/json_text.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "emulator/api/base64.h"
#include "emulator/api/encode.h"
#include "emulator/api/value_sink.h"
#include "netstack/base/printable.h"

namespace vpclab::api {

namespace {

constexpr std::size_t kIndent = 4;

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
    const std::size_t length = base::utf8_length(text);
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
