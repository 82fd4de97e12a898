// trace/trace_sink.h - who listens to what happens to packets. The interface lives here, low; its
// implementations are in capture/ and scenario/.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "emulator/trace/trace_event.h"

namespace vpclab::trace {

class TraceSink {
 public:
  virtual ~TraceSink() = default;

  /// Called in virtual-time order. The event and what it points to die with the call.
  virtual void record(const TraceEvent& event) = 0;

  /// Something else that the trace should hold: an API call or a state change, as one line of text
  /// (already formatted: `kind` is "api", "state", "step").
  virtual void note(SimTime at, std::string_view kind, std::string_view text) {
    static_cast<void>(at), static_cast<void>(kind), static_cast<void>(text);
  }
};

/// What elements hold: cheap to ask whether anybody listens, and fans out to the sinks.
class TraceHub {
 public:
  /// False when no sink listens: elements then build no event and no steps.
  [[nodiscard]] bool listening() const { return !sinks_.empty(); }

  void record(const TraceEvent& event) {
    for (TraceSink* sink : sinks_) {
      sink->record(event);
    }
  }

  void note(SimTime at, std::string_view kind, std::string_view text) {
    for (TraceSink* sink : sinks_) {
      sink->note(at, kind, text);
    }
  }

  /// `sink` outlives the hub or is removed first.
  void add(TraceSink& sink) { sinks_.push_back(&sink); }

  void remove(TraceSink& sink) { std::erase(sinks_, &sink); }

 private:
  std::vector<TraceSink*> sinks_;
};

}  // namespace vpclab::trace
