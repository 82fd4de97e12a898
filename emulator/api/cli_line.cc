#include "emulator/api/cli_line.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <utility>

#include "emulator/api/action.h"
#include "emulator/api/base64.h"
#include "emulator/api/cli_custom.h"
#include "emulator/api/cli_options.h"
#include "emulator/api/flatten.h"
#include "emulator/api/json_value.h"
#include "emulator/api/shorthand.h"
#include "netstack/base/suggest.h"

namespace vpclab::api {

namespace {

constexpr std::size_t kLongestLine = 64 * 1024;

tl::unexpected<CliError> stop(std::size_t column, std::string message, std::string hint = {}) {
  return tl::unexpected<CliError>(CliError{column, std::move(message), std::move(hint)});
}

std::size_t column_of(const ShellWord& word) { return word.column_at(0); }

/// `-1` and `-1.5` are values, as is what holds a blank.
bool is_option_word(const ShellWord& word) {
  const std::string& text = word.text;
  if (text.size() < 2 || text.front() != '-' || text.find(' ') != std::string::npos) {
    return false;
  }
  return text.find_first_not_of("0123456789.", 1) != std::string::npos;
}

bool begins_with(const ShellWord& word, std::string_view brackets) {
  const std::size_t first = word.text.find_first_not_of(" \t\n\r");
  return first != std::string::npos && brackets.find(word.text[first]) != std::string_view::npos;
}

/// `--group-id=sg-1` as its two halves; one half where there is no `=`.
struct OptionWord {
  std::string name;  // without dashes
  std::size_t column = 1;
  std::optional<ShellWord> value = {};
};

OptionWord read_option_word(const ShellWord& word) {
  const std::size_t dashes = word.text.starts_with("--") ? 2 : 1;
  const std::size_t equals = word.text.find('=');
  OptionWord option{word.text.substr(dashes, equals - dashes), column_of(word), std::nullopt};
  if (equals == std::string::npos) {
    option.name = word.text.substr(dashes);
  } else {
    option.value = word.from(equals + 1);
  }
  return option;
}

class LineReader {
 public:
  explicit LineReader(const std::vector<ShellWord>& words) : words_(words) {}

  tl::expected<CliCommand, CliError> run() {
    request_ = Value::map(1);
    options_ = global_options();
    if (auto error = read_head()) {
      return tl::unexpected<CliError>(*std::move(error));
    }
    options_ = options_of(*action_);
    if (auto error = read_options()) {
      return tl::unexpected<CliError>(*std::move(error));
    }
    if (auto error = apply_uses()) {
      return tl::unexpected<CliError>(*std::move(error));
    }
    if (auto error = check_required()) {
      return tl::unexpected<CliError>(*std::move(error));
    }
    auto params = flatten(*action_->request, request_);
    if (!params) {
      return tl::unexpected<CliError>(std::move(params.error()));
    }
    command_.action = action_->name;
    command_.params = *std::move(params);
    return std::move(command_);
  }

 private:
  using Failure = std::optional<CliError>;

  /// `aws`, global options, the service, the command.
  Failure read_head() {
    if (at_ < words_.size() && words_[at_].text == "aws") {
      ++at_;
    }
    if (Failure error = expect_word("a service: ec2")) {
      return error;
    }
    const ShellWord& service = words_[at_++];
    if (service.text != "ec2") {
      return CliError{column_of(service), "'" + service.text + "' is not emulated",
                      "only `aws ec2 …` is known here"};
    }
    if (Failure error = expect_word("a command, such as describe-vpcs")) {
      return error;
    }
    const ShellWord& command = words_[at_++];
    command_column_ = column_of(command);
    action_ = find_cli_action(command.text);
    return action_ != nullptr ? Failure() : unknown_command(command);
  }

  Failure expect_word(const std::string& what) {
    while (at_ < words_.size() && is_option_word(words_[at_])) {
      if (Failure error = read_option()) {
        return error;
      }
    }
    if (Failure error = apply_uses()) {
      return error;
    }
    uses_.clear();
    if (at_ == words_.size()) {
      return CliError{end_column(), "expected " + what, {}};
    }
    return std::nullopt;
  }

  static CliError unknown_command(const ShellWord& command) {
    if (command.text == "wait") {
      return CliError{column_of(command), "`aws ec2 wait` polls, which needs no call here",
                      "states change in virtual time: wait that time instead"};
    }
    if (command.text == "help") {
      return CliError{column_of(command), "help would print a manual instead of making a call", {}};
    }
    std::vector<std::string_view> names;
    for (const ActionModel& action : actions()) {
      names.push_back(action.cli_name);
    }
    return CliError{column_of(command), "'" + command.text + "' is no ec2 command that is emulated",
                    base::suggestion(command.text, names)};
  }

  Failure read_options() {
    while (at_ < words_.size()) {
      if (!is_option_word(words_[at_])) {
        return unexpected_word(words_[at_]);
      }
      if (Failure error = read_option()) {
        return error;
      }
    }
    return std::nullopt;
  }

  [[nodiscard]] CliError unexpected_word(const ShellWord& word) const {
    std::string hint;
    if (!uses_.empty()) {
      const CliOption& last = *uses_.back().option;
      hint = last.form == OptionForm::kFlag || last.form == OptionForm::kNegativeFlag
                 ? "--" + last.name + " takes no value"
                 : "--" + last.name + " takes one value: put it in quotes if it has blanks";
    }
    return CliError{column_of(word), "'" + word.text + "' belongs to no option", std::move(hint)};
  }

  Failure read_option() {
    OptionWord word = read_option_word(words_[at_++]);
    auto option = find_option(word);
    if (!option) {
      return std::move(option.error());
    }
    OptionUse use{*option, word.column, {}};
    if (Failure error = read_values(use, std::move(word.value))) {
      return error;
    }
    if ((*option)->target == OptionTarget::kRefused) {
      return CliError{word.column, "--" + (*option)->name + " is not supported here",
                      std::string((*option)->refusal)};
    }
    return keep(std::move(use));
  }

  tl::expected<const CliOption*, CliError> find_option(const OptionWord& word) {
    std::vector<std::string_view> names;
    std::vector<const CliOption*> abbreviated;
    for (const CliOption& option : options_) {
      if (option.name == word.name) {
        return &option;
      }
      if (option.name.starts_with(word.name)) {
        abbreviated.push_back(&option);
      }
      names.push_back(option.name);
    }
    if (abbreviated.size() == 1 && !word.name.empty()) {
      return abbreviated.front();
    }
    if (abbreviated.size() > 1 && !word.name.empty()) {
      std::string hint = "it could be";
      for (const CliOption* option : abbreviated) {
        hint += (option == abbreviated.front() ? " --" : ", --") + option->name;
      }
      return stop(word.column, "the option --" + word.name + " is ambiguous", std::move(hint));
    }
    const std::string_view near = base::nearest(word.name, names);
    return stop(word.column, "unknown option --" + word.name,
                near.empty() ? "" : "did you mean '--" + std::string(near) + "'?");
  }

  Failure read_values(OptionUse& use, std::optional<ShellWord> attached) {
    const CliOption& option = *use.option;
    const bool is_flag =
        option.form == OptionForm::kFlag || option.form == OptionForm::kNegativeFlag;
    if (attached.has_value()) {
      if (is_flag) {
        return CliError{column_of(*attached), "--" + option.name + " takes no value", {}};
      }
      use.values.push_back(*std::move(attached));
      return std::nullopt;
    }
    const std::size_t most = is_flag ? 0 : option.form == OptionForm::kValues ? words_.size() : 1;
    while (use.values.size() < most && at_ < words_.size() && !is_option_word(words_[at_])) {
      use.values.push_back(words_[at_++]);
    }
    const bool wants_value =
        option.form == OptionForm::kValue || option.form == OptionForm::kValues;
    if (wants_value && use.values.empty()) {
      return CliError{use.column, "--" + option.name + " wants a value", {}};
    }
    return std::nullopt;
  }

  /// The last use of an option counts; an option and its negative half exclude each other.
  Failure keep(OptionUse use) {
    for (OptionUse& earlier : uses_) {
      const bool is_same_member =
          use.option->member != nullptr && earlier.option->member == use.option->member;
      if (earlier.option == use.option) {
        earlier = std::move(use);
        return std::nullopt;
      }
      if (is_same_member || (use.option->target == OptionTarget::kPublicAddress &&
                             earlier.option->target == OptionTarget::kPublicAddress)) {
        return CliError{
            use.column,
            "--" + use.option->name + " and --" + earlier.option->name + " exclude each other",
            {}};
      }
    }
    uses_.push_back(std::move(use));
    return std::nullopt;
  }

  Failure apply_uses() {
    for (const OptionUse& use : uses_) {
      if (use.option->target == OptionTarget::kInputJson) {
        if (Failure error = apply_input_json(use)) {
          return error;
        }
      } else if (use.option->target == OptionTarget::kBinaryFormat) {
        if (Failure error = check_choice(use, kBinaryFormats)) {
          return error;
        }
        is_binary_raw_ = use.values.front().text == kBinaryFormats[1];
      }
    }
    for (const OptionUse& use : uses_) {
      if (Failure error = apply(use)) {
        return error;
      }
    }
    return action_ == nullptr ? std::nullopt : finish_request(*action_, uses_, request_);
  }

  /// Options on the line win over the JSON's members.
  Failure apply_input_json(const OptionUse& use) {
    if (Failure error = refuse_file(use.values.front())) {
      return error;
    }
    auto json = parse_json(use.values.front());
    if (!json) {
      return std::move(json.error());
    }
    if (json->type != Value::Type::kMap) {
      return CliError{json->column, "--cli-input-json wants a JSON object", {}};
    }
    request_ = *std::move(json);
    return std::nullopt;
  }

  Failure apply(const OptionUse& use) {
    for (const ShellWord& word : use.values) {
      if (Failure error = refuse_file(word)) {
        return error;
      }
    }
    switch (use.option->target) {
      case OptionTarget::kMember:
        return apply_member(use);
      case OptionTarget::kMemberValue:
        return apply_wrapped_boolean(use);
      case OptionTarget::kProfile:
        command_.profile = use.values.front().text;
        break;
      case OptionTarget::kRegion:
        command_.region = use.values.front().text;
        break;
      case OptionTarget::kOutput:
        return check_choice(use, kOutputs);
      case OptionTarget::kBinaryFormat:
      case OptionTarget::kInputJson:
      case OptionTarget::kIgnored:
      case OptionTarget::kRefused:
        break;
      default:
        return apply_custom(use, request_);
    }
    return std::nullopt;
  }

  static Failure refuse_file(const ShellWord& word) {
    if (word.text.starts_with("file://") || word.text.starts_with("fileb://")) {
      return CliError{column_of(word), "files are not read here", "write the content itself"};
    }
    return std::nullopt;
  }

  static Failure check_choice(const OptionUse& use, std::span<const std::string_view> choices) {
    const ShellWord& word = use.values.front();
    if (std::find(choices.begin(), choices.end(), word.text) != choices.end()) {
      return std::nullopt;
    }
    return CliError{column_of(word), "'" + word.text + "' is no choice of --" + use.option->name,
                    base::suggestion(word.text, choices)};
  }

  Failure apply_member(const OptionUse& use) {
    const MemberModel& member = *use.option->member;
    const std::string name(member.name);
    if (use.option->form == OptionForm::kFlag || use.option->form == OptionForm::kNegativeFlag) {
      const bool truth = use.option->form == OptionForm::kFlag;
      request_.set(name, Value::scalar(truth ? "true" : "false", use.column));
      return std::nullopt;
    }
    auto value = member.is_list ? read_list(member, use) : read_element(member, use.values.front());
    if (!value) {
      return std::move(value.error());
    }
    request_.set(name, *std::move(value));
    return std::nullopt;
  }

  /// `--source-dest-check`, `--no-source-dest-check`, `--source-dest-check Value=false` or JSON.
  Failure apply_wrapped_boolean(const OptionUse& use) {
    const MemberModel& member = *use.option->member;
    Value value = Value::map(use.column);
    if (use.values.empty()) {
      const bool truth = use.option->form != OptionForm::kNegativeFlag;
      value.set("Value", Value::scalar(truth ? "true" : "false", use.column));
    } else {
      auto given = read_element(member, use.values.front());
      if (!given) {
        given.error().hint =
            "write --" + use.option->name + ", --no-" + use.option->name + ", or Value=true";
        return std::move(given.error());
      }
      value = *std::move(given);
    }
    request_.set(std::string(member.name), std::move(value));
    return std::nullopt;
  }

  tl::expected<Value, CliError> read_list(const MemberModel& member, const OptionUse& use) {
    if (use.values.size() == 1 && begins_with(use.values.front(), "[")) {
      return parse_json(use.values.front());
    }
    Value list = Value::list({}, use.column);
    for (const ShellWord& word : use.values) {
      auto element = read_element(member, word);
      if (!element) {
        return element;
      }
      list.items.push_back(*std::move(element));
    }
    return list;
  }

  tl::expected<Value, CliError> read_element(const MemberModel& member, const ShellWord& word) {
    if (member.kind == Kind::kStructure) {
      if (begins_with(word, "{[")) {
        return parse_json(word);
      }
      if (wraps_string(member) && word.text.find('=') == std::string::npos) {
        Value wrapped = Value::map(column_of(word));
        wrapped.set("Value", Value::scalar(word.text, column_of(word)));
        return wrapped;
      }
      return parse_shorthand(word);
    }
    if (member.kind == Kind::kBlob) {
      if (is_binary_raw_) {
        return Value::scalar(to_base64(word.text), column_of(word));
      }
      if (!from_base64(word.text).has_value()) {
        return stop(column_of(word), "this value is not base64",
                    "--cli-binary-format raw-in-base64-out takes the bytes themselves");
      }
    }
    return Value::scalar(word.text, column_of(word));
  }

  Failure check_required() {
    std::string missing;
    for (const MemberModel& member : action_->request->members) {
      if (!member.is_required || request_.find(member.name) != nullptr) {
        continue;
      }
      missing += missing.empty() ? "" : ", ";
      for (const CliOption& option : options_) {
        if (option.member == &member) {
          const bool is_first = missing.empty() || missing.ends_with(", ");
          missing += (is_first ? "--" : " | --") + option.name;
        }
      }
    }
    if (missing.empty()) {
      return std::nullopt;
    }
    return CliError{command_column_, "the following arguments are required: " + missing, {}};
  }

  [[nodiscard]] std::size_t end_column() const {
    return words_.empty() ? 1 : words_.back().column_at(words_.back().text.size());
  }

  static constexpr std::array<std::string_view, 5> kOutputs{"json", "text", "table", "yaml",
                                                            "yaml-stream"};
  static constexpr std::array<std::string_view, 2> kBinaryFormats{"base64", "raw-in-base64-out"};

  const std::vector<ShellWord>& words_;
  std::size_t at_ = 0;
  std::size_t command_column_ = 1;
  const ActionModel* action_ = nullptr;
  std::vector<CliOption> options_;
  std::vector<OptionUse> uses_;
  Value request_;
  bool is_binary_raw_ = false;
  CliCommand command_;
};

}  // namespace

std::string to_string(const CliError& error) {
  std::string text = std::to_string(error.column) + ": " + error.message;
  if (!error.hint.empty()) {
    text += " (hint: " + error.hint + ")";
  }
  return text;
}

tl::expected<CliCommand, CliError> parse_cli_words(const std::vector<ShellWord>& words) {
  return LineReader(words).run();
}

tl::expected<CliCommand, CliError> parse_cli_line(std::string_view line) {
  if (line.size() > kLongestLine) {
    return stop(1, "this line is longer than " + std::to_string(kLongestLine) + " bytes");
  }
  auto words = split_words(line);
  if (!words) {
    return tl::unexpected<CliError>(std::move(words.error()));
  }
  return parse_cli_words(*words);
}

}  // namespace vpclab::api
