// scenario/expectation.h - does what happened fit what a check expects? Pure judgements over
// outcomes; the texts say what was expected and what was seen. A verdict without its reason is not
// enough.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/scenario/model.h"
#include "emulator/scenario/outcome.h"

namespace vpclab::scenario {

/// What a name or a text with `{…}` stands for; the text itself where it stands for nothing.
using NameResolver = std::function<std::string(const std::string&)>;

/// The meanings of a name: the thing's id, the address under which it is reached, and, of an
/// instance's name, the ids of its interfaces.
struct NameResolvers {
  NameResolver id;
  NameResolver address;
  std::function<std::vector<std::string>(const std::string&)> interfaces;
};

/// `request NO_ROUTE at t:10.2.0.0/16`, as it is written in scenarios.
[[nodiscard]] std::string loss_text(const ExpectedLoss& loss);

/// Wherein a fate differs from what was expected ("was lost for …"); empty where it does not.
[[nodiscard]] std::string difference(const ExpectedLoss& loss, const Fate& fate,
                                     const NameResolvers& resolve);

/// What a check expects, in words, whether or not it can be judged.
[[nodiscard]] std::string expected_text(const PingExpectation& expect,
                                        const NameResolvers& resolve);
[[nodiscard]] std::string expected_text(const TracerouteExpectation& expect,
                                        const NameResolvers& resolve);
[[nodiscard]] std::string expected_text(const DigExpectation& expect, const NameResolvers& resolve);
[[nodiscard]] std::string expected_text(const ApiExpectation& expect, const NameResolver& resolve);

/// Fills expected, observed, faults, reason, code, rule and passed.
void judge(const PingExpectation& expect, const PingOutcome& outcome, const std::string& output,
           const NameResolvers& resolve, CheckOutcome& check);
void judge(const TracerouteExpectation& expect, const TracerouteOutcome& outcome,
           const std::string& output, const NameResolvers& resolve, CheckOutcome& check);
void judge(const DigExpectation& expect, const DigOutcome& outcome, const std::string& output,
           const NameResolvers& resolve, CheckOutcome& check);
void judge(const ApiExpectation& expect, const ApiOutcome& outcome, const NameResolver& resolve,
           CheckOutcome& check);

}  // namespace vpclab::scenario
