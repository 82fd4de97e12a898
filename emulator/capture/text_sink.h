// capture/text_sink.h - the run as lines for people: time, place, packet in tcpdump's words, and
// what was decided about it.
#pragma once

#include "emulator/capture/output.h"
#include "emulator/trace/name_directory.h"
#include "emulator/trace/trace_sink.h"

namespace vpclab::capture {

class TextSink final : public trace::TraceSink {
 public:
  /// `names` outlives the sink.
  TextSink(Output output, const trace::NameDirectory& names);

  void record(const trace::TraceEvent& event) override;

  void note(SimTime at, std::string_view kind, std::string_view text) override;

  /// Writes what waits; the first write error, if any.
  [[nodiscard]] Result<void> finish();

 private:
  Output output_;
  const trace::NameDirectory& names_;
};

}  // namespace vpclab::capture
