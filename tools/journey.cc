#include "tools/journey.h"

#include <utility>

#include "emulator/trace/explain.h"
#include "emulator/trace/explain_end.h"

namespace vpclab::tools {
namespace {

std::vector<std::string> briefs_of(const trace::StepList* steps) {
  std::vector<std::string> briefs;
  if (steps != nullptr) {
    for (const trace::Step& step : *steps) {
      briefs.push_back(trace::brief(step));
    }
  }
  return briefs;
}

Fate fate_of(const trace::TraceEvent& event, const trace::NameDirectory& names) {
  Fate fate;
  if (event.kind == trace::EventKind::kDropped) {
    const trace::Explanation why = trace::explain(event, names);
    fate.kind = "dropped";
    fate.reason = trace::to_string(why.reason);
    fate.code = why.code;
    fate.rule = why.rule;
    fate.sentence = why.sentence;
    fate.details = why.details;
  } else if (event.kind == trace::EventKind::kConsumed) {
    fate.kind = "consumed";
    fate.outcome = event.outcome;
    if (!trace::is_as_meant(event.outcome)) {
      trace::EndExplanation why = trace::explain_end(event, names);
      fate.code = std::move(why.code);
      fate.sentence = std::move(why.sentence);
      fate.details = std::move(why.details);
    }
  } else if (event.kind == trace::EventKind::kReplaced) {
    fate.kind = "replaced";
  }
  return fate;
}

}  // namespace

Journey& JourneyRecorder::journey_of(const trace::TraceEvent& event) {
  const auto [place, is_new] = by_packet_.try_emplace(event.packet, journeys_.size());
  if (is_new) {
    Journey journey;
    journey.packet = event.packet;
    journey.cause = event.cause;
    journey.summary = trace::summary_of(event);
    journeys_.push_back(std::move(journey));
  }
  return journeys_[place->second];
}

void JourneyRecorder::conclude(const std::map<std::uint64_t, std::string>& senders) {
  for (Journey& journey : journeys_) {
    const auto cause = by_packet_.find(journey.cause);
    Journey* parent = cause == by_packet_.end() ? nullptr : &journeys_[cause->second];
    if (const auto sender = senders.find(journey.packet); sender != senders.end()) {
      journey.step = sender->second;
    } else if (parent != nullptr) {
      journey.step = parent->step;  // a cause is seen before what it causes
    }
    if (parent != nullptr && parent->fate.kind == "dropped" && parent->fate.answered_by == 0 &&
        journey.fate.outcome == "icmp-error") {
      parent->fate.answered_by = journey.packet;
    }
  }
}

void JourneyRecorder::record(const trace::TraceEvent& event) {
  Journey& journey = journey_of(event);
  journey.hops.push_back(Hop{event.at, event.tap, names_.name_of(event.tap.element),
                             event.direction, event.kind, briefs_of(event.steps)});
  switch (event.kind) {
    case trace::EventKind::kSent:
    case trace::EventKind::kPassed:
      break;
    case trace::EventKind::kDropped:
    case trace::EventKind::kConsumed:
    case trace::EventKind::kReplaced:
      journey.fate = fate_of(event, names_);
      break;
  }
}

}  // namespace vpclab::tools
