#include "emulator/scenario/cli_text.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "emulator/api/action.h"
#include "emulator/api/encode.h"
#include "emulator/api/value_sink.h"

namespace vpclab::scenario {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kPlain =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@,+=";

std::string quoted(const std::string& word) {
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) {
    return word;
  }
  std::string out = "'";
  for (const char c : word) {
    out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return out + '\'';
}

/// Outermost members become options; what lies deeper is collected as JSON.
class CliTextSink final : public api::ValueSink {
 public:
  explicit CliTextSink(std::string& out) : out_(out) {}

  void begin_structure() override {
    if (++depth_ > 1) {
      open(Json::object());
    }
  }

  void end_structure() override {
    if (--depth_ > 0) {
      close();
    }
  }

  void begin_list() override { open(Json::array()); }

  void end_list() override { close(); }

  void key(const api::MemberModel& member) override {
    if (stack_.empty()) {
      option_ = member.cli_name.empty() ? member.name : member.cli_name;
    } else {
      keys_.emplace_back(member.name);
    }
  }

  void string(std::string_view value, api::Kind /*kind*/) override {
    add(Json(std::string(value)));
  }

  void integer(std::int64_t value) override { add(Json(value)); }

  void boolean(bool value) override { add(Json(value)); }

  void timestamp(api::Timestamp value) override { add(Json(to_string(value))); }

 private:
  void open(Json value) { stack_.push_back(std::move(value)); }

  void close() {
    Json value = std::move(stack_.back());
    stack_.pop_back();
    add(std::move(value));
  }

  void add(Json value) {
    if (stack_.empty()) {
      write_option(value);
    } else if (stack_.back().is_array()) {
      stack_.back().push_back(std::move(value));
    } else {
      stack_.back()[keys_.back()] = std::move(value);
      keys_.pop_back();
    }
  }

  static std::string word_of(const Json& value) {
    return value.is_string() ? quoted(value.get<std::string>()) : quoted(value.dump());
  }

  void write_option(const Json& value) {
    if (value.is_boolean()) {
      const bool is_set = value.get<bool>();
      const bool is_ingress = option_ == "egress" && !is_set;  // the CLI's own word for it
      out_ += is_ingress ? " --ingress" : (is_set ? " --" : " --no-") + option_;
      return;
    }
    if (option_ == "max-count") {
      most_ = value.dump();  // MinCount follows, and both are one option
      return;
    }
    if (option_ == "min-count") {
      out_ += " --count " + (most_ == value.dump() ? most_ : value.dump() + ':' + most_);
      return;
    }
    out_ += " --" + option_;
    const bool is_list_of_scalars =
        value.is_array() && !value.empty() && value.front().is_primitive();
    if (!is_list_of_scalars) {
      out_ += ' ' + word_of(value);
      return;
    }
    for (const Json& item : value) {
      out_ += ' ' + word_of(item);
    }
  }

  std::string& out_;
  std::string option_;
  std::string most_;               // RunInstances' MaxCount
  std::vector<Json> stack_;        // lists and structures that are open
  std::vector<std::string> keys_;  // of the structures among them whose value is to come
  int depth_ = 0;
};

}  // namespace

std::string cli_text(const api::Request& request) {
  const api::ActionModel* action = api::find_action(api::action_name(request));
  std::string out = "aws ec2 " + std::string(action->cli_name);
  CliTextSink sink(out);
  api::encode(request, sink);
  return out;
}

}  // namespace vpclab::scenario
