// dataplane/recorder.h - whether a decision writes down its steps: a policy of the decision's
// templates, so that steps cost nothing when nobody listens. And what decisions count.
#pragma once

#include <cstdint>

#include "emulator/trace/decision.h"

namespace vpclab::dataplane {

/// How often rules were asked, over a whole run.
struct Counters {
  std::uint64_t group_evaluations = 0;
  std::uint64_t acl_evaluations = 0;
  std::uint64_t route_lookups = 0;

  friend bool operator==(const Counters&, const Counters&) = default;
};

/// Nobody listens.
struct NoSteps {
  static constexpr bool kKeeps = false;
};

/// Somebody does: steps are appended to a list of the caller's.
struct KeepSteps {
  static constexpr bool kKeeps = true;

  trace::StepList& steps;

  void push(trace::Stage stage, trace::Outcome outcome, const trace::RuleRef& rule) {
    steps.push(trace::Step{stage, outcome, rule});
  }
};

}  // namespace vpclab::dataplane
