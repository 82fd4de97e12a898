// capture/text_sink.h - the run as lines for people: time, place, packet in tcpdump's words, and
// what was decided about it.
#pragma once

#include <utility>

#include "emulator/capture/line_sink.h"

namespace vpclab::capture {

class TextSink final : public LineSink {
 public:
  /// `names` outlives the sink.
  TextSink(Output output, const trace::NameDirectory& names) : LineSink(std::move(output), names) {}

  void record(const trace::TraceEvent& event) override;

  void note(SimTime at, std::string_view kind, std::string_view text) override;
};

}  // namespace vpclab::capture
