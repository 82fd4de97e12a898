// api/shell_words.h - a command line to its words, as a POSIX shell quotes them. Expands nothing:
// what a shell would act on (variables, pipes, substitution) is refused with a sentence.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "emulator/api/cli_error.h"

namespace vpclab::api {

/// One word, its quotes removed, that remembers where each byte stood.
struct ShellWord {
  std::string text;
  std::vector<std::size_t> columns;  // of each byte, and of the word's end; from 1

  /// Where byte `i` stood in the line; beyond the word its end.
  [[nodiscard]] std::size_t column_at(std::size_t i) const {
    if (columns.empty()) {
      return 1;
    }
    return columns[i < columns.size() ? i : columns.size() - 1];
  }

  /// The bytes from `first` on.
  [[nodiscard]] ShellWord from(std::size_t first) const;
};

[[nodiscard]] tl::expected<std::vector<ShellWord>, CliError> split_words(std::string_view line);

/// A word for every argument of a program; the columns are those of the arguments joined by blanks.
[[nodiscard]] std::vector<ShellWord> words_of(const std::vector<std::string>& arguments);

}  // namespace vpclab::api
