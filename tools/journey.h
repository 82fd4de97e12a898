// tools/journey.h - every packet's journey: where it was judged, by what, and how it ended. Filled
// by a run through TraceSink; `vpclab trace` writes it. Keeps copies: events die with the call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/trace/explain.h"
#include "emulator/trace/name_directory.h"
#include "emulator/trace/trace_event.h"
#include "emulator/trace/trace_sink.h"

namespace vpclab::tools {

/// One element that the packet met.
struct Hop {
  SimTime at{};
  trace::Tap tap;
  std::string name;  ///< the element's, or ""
  trace::Direction direction{};
  trace::EventKind kind{};
  std::vector<std::string> steps;  ///< what was asked there, in short form
};

/// How it ended.
struct Fate {
  std::string_view kind = "in-flight";  ///< consumed, dropped, replaced, in-flight
  std::string outcome;                  ///< the host's own word, if consumed
  std::string reason;                   ///< if dropped: SG_INGRESS
  std::string code;                     ///< ENI_SG_RULES_MISMATCH; X_NO_LISTENER, if consumed so
  std::string rule;                     ///< the object that refused
  std::string sentence;
  std::vector<trace::Detail> details;  ///< more facts, and what would help
  std::uint64_t answered_by = 0;       ///< if dropped: the ICMP error by which its sender knows it
};

struct Journey {
  std::string step;  ///< whose probe it is, or came of; "" for all else
  std::uint64_t packet = 0;
  std::uint64_t cause = 0;  ///< the packet that it answers, quotes or was cut from; 0 if none
  std::string summary;      ///< in tcpdump's words, as first seen
  std::vector<Hop> hops;
  Fate fate;
};

class JourneyRecorder : public trace::TraceSink {
 public:
  /// `names` outlives the recorder.
  explicit JourneyRecorder(const trace::NameDirectory& names) : names_(names) {}

  void record(const trace::TraceEvent& event) override;

  /// After the run: which packets told the senders of dropped ones so; and `senders`, which know
  /// their own probes, own what came of these.
  void conclude(const std::map<std::uint64_t, std::string>& senders);

  /// In the order in which the packets were first seen.
  [[nodiscard]] const std::vector<Journey>& journeys() const { return journeys_; }

 private:
  Journey& journey_of(const trace::TraceEvent& event);

  const trace::NameDirectory& names_;
  std::map<std::uint64_t, std::size_t> by_packet_;
  std::vector<Journey> journeys_;
};

}  // namespace vpclab::tools
