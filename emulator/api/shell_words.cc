#include "emulator/api/shell_words.h"

#include <utility>

namespace vpclab::api {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// Unquoted, these belong to the shell.
bool is_operator(char c) { return std::string_view("|&;<>()`").find(c) != std::string_view::npos; }

bool begins_expansion(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '{' || c == '(';
}

class Splitter {
 public:
  explicit Splitter(std::string_view line) : line_(line) {}

  tl::expected<std::vector<ShellWord>, CliError> run() {
    while (at_ < line_.size() && error_.message.empty()) {
      const char c = line_[at_];
      if (is_blank(c)) {
        end_word();
        ++at_;
      } else if (c == '\'') {
        single_quoted();
      } else if (c == '"') {
        double_quoted();
      } else if (c == '\\') {
        escaped();
      } else {
        plain(c);
      }
    }
    if (!error_.message.empty()) {
      return tl::unexpected<CliError>(std::move(error_));
    }
    end_word();
    return std::move(words_);
  }

 private:
  void plain(char c) {
    if (is_operator(c)) {
      refuse_here(std::string("'") + c + "' is the shell's business, not the AWS CLI's",
                  "put the value in quotes, or leave that part out");
    } else if (expands()) {
      refuse_variable();
    } else {
      append(c);
      ++at_;
    }
  }

  void single_quoted() {
    const std::size_t opening = at_++;
    open_word(opening);
    while (at_ < line_.size() && line_[at_] != '\'') {
      append(line_[at_]);
      ++at_;
    }
    close_quote(opening);
  }

  void double_quoted() {
    const std::size_t opening = at_++;
    open_word(opening);
    while (at_ < line_.size() && line_[at_] != '"') {
      const char c = line_[at_];
      const char next = at_ + 1 < line_.size() ? line_[at_ + 1] : '\0';
      if (c == '\\' && next == '\n') {
        at_ += 2;
        continue;
      }
      if (c == '\\' && (next == '"' || next == '\\' || next == '$' || next == '`')) {
        ++at_;
      } else if (c == '`' || expands()) {
        refuse_variable();
        return;
      }
      append(line_[at_]);
      ++at_;
    }
    close_quote(opening);
  }

  void escaped() {
    if (at_ + 1 >= line_.size()) {
      ++at_;  // a line that ends in a backslash would go on; there is nothing to go on with
      return;
    }
    const bool is_crlf = line_.substr(at_ + 1).starts_with("\r\n");
    if (line_[at_ + 1] == '\n' || is_crlf) {
      at_ += is_crlf ? 3 : 2;
      return;
    }
    open_word(at_);
    ++at_;
    append(line_[at_]);
    ++at_;
  }

  [[nodiscard]] bool expands() const {
    return line_[at_] == '$' && at_ + 1 < line_.size() && begins_expansion(line_[at_ + 1]);
  }

  void refuse_variable() {
    refuse_here("shell variables and substitutions are not known here",
                "write the value itself, or a scenario's name in braces: {vpc-1}");
  }

  void refuse_here(std::string message, std::string hint) {
    error_ = CliError{at_ + 1, std::move(message), std::move(hint)};
  }

  void close_quote(std::size_t opening) {
    if (at_ >= line_.size()) {
      error_ = CliError{opening + 1, "this quote is not closed", {}};
      return;
    }
    ++at_;
  }

  void open_word(std::size_t at) {
    if (!in_word_) {
      in_word_ = true;
      begins_at_ = at;
    }
  }

  void append(char c) {
    open_word(at_);
    word_.text += c;
    word_.columns.push_back(at_ + 1);
  }

  void end_word() {
    if (!in_word_) {
      return;
    }
    if (word_.text.empty()) {
      word_.columns.push_back(begins_at_ + 1);  // '' or "": its end is its beginning
    } else {
      word_.columns.push_back(at_ + 1);
    }
    words_.push_back(std::move(word_));
    word_ = ShellWord{};
    in_word_ = false;
  }

  std::string_view line_;
  std::size_t at_ = 0;
  bool in_word_ = false;
  std::size_t begins_at_ = 0;
  ShellWord word_;
  std::vector<ShellWord> words_;
  CliError error_;
};

}  // namespace

ShellWord ShellWord::from(std::size_t first) const {
  ShellWord rest;
  rest.text = text.substr(first);
  for (std::size_t i = first; i <= text.size(); ++i) {
    rest.columns.push_back(column_at(i));
  }
  return rest;
}

tl::expected<std::vector<ShellWord>, CliError> split_words(std::string_view line) {
  return Splitter(line).run();
}

std::vector<ShellWord> words_of(const std::vector<std::string>& arguments) {
  std::vector<ShellWord> words;
  std::size_t column = 1;
  for (const std::string& argument : arguments) {
    ShellWord word{argument, {}};
    for (std::size_t i = 0; i <= argument.size(); ++i) {
      word.columns.push_back(column + i);
    }
    column += argument.size() + 1;
    words.push_back(std::move(word));
  }
  return words;
}

}  // namespace vpclab::api
