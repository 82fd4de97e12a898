// scenario/diagnostic.h - what is wrong with a scenario, where, and what might help. Diagnostics
// are collected, sorted and written all at once; nothing here stops at the first.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vpclab::scenario {

/// A place in the file: line and column from 1 (columns count characters, not bytes). Line 0 means
/// the file as a whole.
struct Mark {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::uint32_t length = 1;  ///< characters to underline

  friend auto operator<=>(const Mark&, const Mark&) = default;
};

/// A file as it was read: its name as people know it, and what it holds.
struct Source {
  std::string name;
  std::string text;
};

/// One fault, or something that is allowed and worth knowing.
struct Diagnostic {
  Mark mark;
  std::string code;     ///< AWS's error code, where AWS refused it; else empty
  std::string message;  ///< one sentence without a full stop, or AWS's own
  std::string hint;     ///< may be empty
  bool is_warning = false;

  friend auto operator<=>(const Diagnostic&, const Diagnostic&) = default;
};

/// A list that keeps what is worth showing: at most kMaxShown, the rest counted.
class Diagnostics {
 public:
  static constexpr std::size_t kMaxShown = 50;

  void add(Diagnostic diagnostic);

  void add(Mark mark, std::string message, std::string hint = {}) {
    add(Diagnostic{mark, {}, std::move(message), std::move(hint)});
  }

  /// Nothing is wrong; there may be warnings.
  [[nodiscard]] bool empty() const { return count_ == 0; }

  [[nodiscard]] bool has_warnings() const { return shown_.size() > faults_shown_; }

  /// How many faults were added, shown or not; warnings are none.
  [[nodiscard]] std::size_t count() const { return count_; }

  /// Whether another one would still be shown: costly hints are made only then.
  [[nodiscard]] bool has_room() const { return shown_.size() < kMaxShown; }

  /// In the order of the file, without repetitions.
  [[nodiscard]] std::vector<Diagnostic> sorted() const;

  /// Every diagnostic as `file:line:col: error: [Code: ]message (hint: …)`, or `warning:`, the
  /// source line and a caret; ends with the number of those left out, if any.
  [[nodiscard]] std::string render(const Source& source) const;

 private:
  std::vector<Diagnostic> shown_;
  std::size_t faults_shown_ = 0;
  std::size_t count_ = 0;  // faults
};

/// `text` fit for a terminal: control characters and broken UTF-8 replaced, at most `limit` bytes
/// (an ellipsis marks a cut).
[[nodiscard]] std::string printable(std::string_view text, std::size_t limit = 80);

}  // namespace vpclab::scenario
