// scenario/expectation.h - does what happened fit what a check expects? Pure judgements over
// outcomes; the texts say what was expected and what was seen. A verdict without its reason is not
// enough.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "emulator/scenario/model.h"
#include "emulator/scenario/outcome.h"

namespace vpclab::scenario {

/// What a name or a text with `{…}` stands for; the text itself where it stands for nothing.
using NameResolver = std::function<std::string(const std::string&)>;

/// Fills expected, observed, reason, code, rule and passed.
void judge(const PingExpectation& expect, const PingOutcome& outcome, const std::string& output,
           const NameResolver& resolve, CheckOutcome& check);
void judge(const TracerouteExpectation& expect, const TracerouteOutcome& outcome,
           const std::string& output, const NameResolver& resolve, CheckOutcome& check);
void judge(const ApiExpectation& expect, const ApiOutcome& outcome, const NameResolver& resolve,
           CheckOutcome& check);

}  // namespace vpclab::scenario
