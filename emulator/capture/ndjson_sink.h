// capture/ndjson_sink.h - the run as JSON lines, one per event or note, keys always in the same
// order: two runs compare with `cmp`, and programs read it line by line.
#pragma once

#include <utility>

#include "emulator/capture/line_sink.h"

namespace vpclab::capture {

class NdjsonSink final : public LineSink {
 public:
  /// `names` outlives the sink.
  NdjsonSink(Output output, const trace::NameDirectory& names)
      : LineSink(std::move(output), names) {}

  /// {"time_ns", "event", "tap": {"element", "side", "name"}, "direction", "packet", "cause",
  /// "packet_summary", "length"; where they apply "reason", "code", "rule", "sentence", "outcome";
  /// "steps"}
  void record(const trace::TraceEvent& event) override;

  /// {"time_ns", "note", "text"}
  void note(SimTime at, std::string_view kind, std::string_view text) override;
};

}  // namespace vpclab::capture
