#include "emulator/scenario/diagnostic.h"

#include <algorithm>
#include <utility>

#include "netstack/base/printable.h"

namespace vpclab::scenario {
namespace {

constexpr std::size_t kLineWidth = 120;  // characters of a source line that are shown
constexpr std::size_t kMessageBytes = 2000;
constexpr std::size_t kLead = 60;  // of these, before the fault, where the line is longer
constexpr std::string_view kEllipsis = "\xe2\x80\xa6";

/// Where each line begins.
std::vector<std::size_t> line_starts(std::string_view text) {
  std::vector<std::size_t> starts{0};
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') {
      starts.push_back(i + 1);
    }
  }
  return starts;
}

/// The part of a line that is shown, and the column of the fault in it (from 0).
struct Excerpt {
  std::string text;
  std::size_t column = 0;
};

Excerpt excerpt_of(std::string_view line, std::size_t column) {
  const std::size_t skipped = column > kLineWidth ? column - kLead : 0;
  Excerpt excerpt{skipped == 0 ? std::string() : std::string(kEllipsis),
                  skipped == 0 ? column : column - skipped + 1};
  std::size_t position = 0;
  for (std::size_t i = 0; i < line.size() && line[i] != '\r';) {
    std::size_t length = 0;
    const std::string_view character = base::printable_character(line.substr(i), length);
    if (position >= skipped) {
      excerpt.text += character;
    }
    i += length;
    if (++position >= skipped + kLineWidth && i < line.size()) {
      excerpt.text += kEllipsis;
      break;
    }
  }
  return excerpt;
}

void append_source_line(std::string& out, std::string_view line, const Mark& mark) {
  const std::string number = std::to_string(mark.line);
  const Excerpt excerpt = excerpt_of(line, mark.column == 0 ? 0 : mark.column - 1);
  const std::size_t room = kLineWidth > excerpt.column ? kLineWidth - excerpt.column : 1;
  const std::size_t length = std::clamp<std::size_t>(mark.length, 1, room);
  out += "  " + number + " | " + excerpt.text + '\n';
  out += "  " + std::string(number.size(), ' ') + " | " + std::string(excerpt.column, ' ') + '^' +
         std::string(length - 1, '~') + '\n';
}

}  // namespace

void Diagnostics::add(Diagnostic diagnostic) {
  count_ += diagnostic.is_warning ? 0 : 1;
  if (has_room()) {
    faults_shown_ += diagnostic.is_warning ? 0 : 1;
    shown_.push_back(std::move(diagnostic));
  }
}

std::vector<Diagnostic> Diagnostics::sorted() const {
  std::vector<Diagnostic> result = shown_;
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

std::string Diagnostics::render(const Source& source) const {
  const std::vector<std::size_t> starts = line_starts(source.text);
  std::string out;
  for (const Diagnostic& diagnostic : sorted()) {
    out += source.name;
    const Mark& mark = diagnostic.mark;
    if (mark.line > 0) {
      out += ':' + std::to_string(mark.line) + ':' + std::to_string(mark.column);
    }
    out += diagnostic.is_warning ? ": warning: " : ": error: ";
    if (!diagnostic.code.empty()) {
      out += diagnostic.code + ": ";
    }
    out += printable(diagnostic.message, kMessageBytes);
    if (!diagnostic.hint.empty()) {
      out += " (hint: " + printable(diagnostic.hint, kMessageBytes) + ')';
    }
    out += '\n';
    if (mark.line > 0 && mark.line <= starts.size()) {
      const std::string_view rest = std::string_view(source.text).substr(starts[mark.line - 1]);
      append_source_line(out, rest.substr(0, rest.find('\n')), mark);
    }
  }
  if (count_ > faults_shown_) {
    out += source.name + ": error: and " + std::to_string(count_ - faults_shown_) + " more\n";
  }
  return out;
}

std::string printable(std::string_view text, std::size_t limit) {
  std::string out;
  while (!text.empty()) {
    std::size_t length = 0;
    const std::string_view character = base::printable_character(text, length);
    if (out.size() + character.size() > limit) {
      out += kEllipsis;
      break;
    }
    out += character;
    text.remove_prefix(length);
  }
  return out;
}

}  // namespace vpclab::scenario
