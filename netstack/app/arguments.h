// app/arguments.h - command lines as getopt(3) reads them: `-c3`, `-c 3`, `-qn`, `--`, options
// after operands. It splits and finds the values; what an option means is its program's business.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "netstack/base/sim_time.h"

namespace vpclab::app {

/// Why a command line is refused: what the real program prints, and how it exits.
struct UsageError {
  std::string message;   // without a line feed
  std::size_t word = 0;  // index of the word it is about
  int exit_status = 2;
};

/// What the real program accepts without a word and the author had better know.
struct UsageWarning {
  std::string message;   // without a line feed
  std::size_t word = 0;  // index of the word it is about
};

/// One option, or one operand.
struct Argument {
  char letter = '\0';      // '\0': an operand, or a long option
  std::string_view name;   // a long option's, without the dashes
  std::string_view value;  // of an option that has one, or the operand
  bool has_value = false;
  std::size_t word = 0;  // index of the word it stands in
  std::size_t value_word = 0;
};

class ArgumentReader {
 public:
  /// `letters_with_value`: the short options that want a value. Long options take theirs only after
  /// `=` or, if their name is in `names_with_value` (separated by spaces), from the next word.
  /// The words outlive the reader.
  ArgumentReader(std::span<const std::string> words, std::string_view letters_with_value,
                 std::string_view names_with_value = {});

  /// The next argument; nothing at the end. An option whose value is missing has has_value false.
  [[nodiscard]] std::optional<Argument> next();

  /// True for a short or long option that wants a value.
  [[nodiscard]] bool wants_value(const Argument& argument) const;

 private:
  [[nodiscard]] Argument read_long(std::string_view word);
  void take_value_from_next_word(Argument& argument);

  std::span<const std::string> words_;
  std::string_view letters_with_value_;
  std::string_view names_with_value_;
  std::size_t word_ = 0;  // next word
  std::size_t at_ = 0;    // within a word of short options; 0: at its start
  bool only_operands_ = false;
};

/// A decimal integer with an optional sign; nothing if there is anything else in the text, or if it
/// does not fit.
[[nodiscard]] std::optional<std::int64_t> parse_integer(std::string_view text);

/// Whether the text is a decimal integer with an optional sign, however large.
[[nodiscard]] bool is_integer(std::string_view text);

/// Seconds, with an optional sign, fraction and exponent (`1e3`), to the nanosecond (what is finer
/// is cut off); what is more than 100 years becomes these. Nothing if there is anything else in the
/// text.
[[nodiscard]] std::optional<Duration> parse_seconds(std::string_view text);

}  // namespace vpclab::app
