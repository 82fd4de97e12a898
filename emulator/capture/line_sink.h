// capture/line_sink.h - what sinks that write lines of text have in common: where the lines go, and
// the names of things. Writes no line of its own.
#pragma once

#include <string_view>
#include <utility>

#include "emulator/capture/output.h"
#include "emulator/trace/name_directory.h"
#include "emulator/trace/trace_sink.h"

namespace vpclab::capture {

class LineSink : public trace::TraceSink {
 public:
  /// Writes what waits; the first write error, if any.
  [[nodiscard]] Result<void> finish() { return output_.close(); }

 protected:
  /// `names` outlives the sink.
  LineSink(Output output, const trace::NameDirectory& names)
      : output_(std::move(output)), names_(names) {}

  [[nodiscard]] const trace::NameDirectory& names() const { return names_; }

  /// `line` ends with a line end.
  void append(std::string_view line) { output_.append(line); }

 private:
  Output output_;
  const trace::NameDirectory& names_;
};

}  // namespace vpclab::capture
