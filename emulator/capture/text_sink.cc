#include "emulator/capture/text_sink.h"

#include <string>
#include <utility>

#include "emulator/capture/tap_frame.h"
#include "emulator/trace/explain.h"

namespace vpclab::capture {
namespace {

/// What became of the packet at this place.
std::string verdict_of(const trace::TraceEvent& event, const trace::NameDirectory& names) {
  switch (event.kind) {
    case trace::EventKind::kSent:
    case trace::EventKind::kPassed: {
      const std::string comment = comment_of(event, names);
      std::string text(trace::to_string(event.kind));
      return comment.empty() ? text : text + ": " + comment;
    }
    case trace::EventKind::kDropped:
      return comment_of(event, names);
    case trace::EventKind::kConsumed:
      return "consumed: " + std::string(event.outcome);
    case trace::EventKind::kReplaced:
      return "replaced";
  }
  return {};
}

}  // namespace

void TextSink::record(const trace::TraceEvent& event) {
  std::string line = to_string(event.at) + "  #" + std::to_string(event.packet);
  if (event.cause != 0) {
    line += " (of #" + std::to_string(event.cause) + ")";
  }
  line += "  " + trace::label(event.tap.element, names()) + " " +
          std::string(trace::to_string(event.tap.side)) + " " +
          std::string(trace::to_string(event.direction)) + "  ";
  line += trace::summary_of(event);
  append(line + "  " + verdict_of(event, names()) + "\n");
}

void TextSink::note(SimTime at, std::string_view kind, std::string_view text) {
  append(to_string(at) + "  " + std::string(kind) + "  " + std::string(text) + "\n");
}

}  // namespace vpclab::capture
