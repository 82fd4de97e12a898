#include <algorithm>
#include <vector>

#include "emulator/scenario/expectation.h"
#include "emulator/scenario/json_path.h"
#include "emulator/scenario/judgement.h"
#include "emulator/scenario/names.h"

namespace vpclab::scenario {
namespace {

/// The expected value with its names resolved.
Parameters resolved(const Parameters& value, const NameResolver& resolve) {
  Parameters result = value;
  if (auto* text = std::get_if<std::string>(&result.value)) {
    if (text->find('{') != std::string::npos) {
      *text = resolve(*text);
    }
  } else if (auto* items = std::get_if<std::vector<Parameters>>(&result.value)) {
    for (Parameters& item : *items) {
      item = resolved(item, resolve);
    }
  } else if (auto* entries = std::get_if<std::vector<Parameters::Entry>>(&result.value)) {
    for (Parameters::Entry& entry : *entries) {
      entry.value = resolved(entry.value, resolve);
    }
  }
  return result;
}

/// Whether a `{name}` is left that stands for nothing.
bool has_placeholder(const Parameters& value) {
  if (const auto* text = std::get_if<std::string>(&value.value)) {
    return !find_placeholders(*text).empty();
  }
  if (const auto* items = std::get_if<std::vector<Parameters>>(&value.value)) {
    return std::any_of(items->begin(), items->end(), has_placeholder);
  }
  const auto* entries = std::get_if<std::vector<Parameters::Entry>>(&value.value);
  return entries != nullptr &&
         std::any_of(entries->begin(), entries->end(),
                     [](const Parameters::Entry& entry) { return has_placeholder(entry.value); });
}

std::vector<std::string> wanted_of(const ApiExpectation& expect, const NameResolver& resolve) {
  std::vector<std::string> wanted;
  if (expect.error.has_value()) {
    wanted.push_back(expect.error->value);
  } else if (expect.values.empty()) {
    wanted.emplace_back("accepted");
  }
  if (expect.message.has_value()) {
    wanted.push_back("'" + resolve(expect.message->value) + "'");
  }
  for (const ValueExpectation& value : expect.values) {
    wanted.push_back(value.path.value + " = " + text_of(resolved(value.value, resolve)));
  }
  return wanted;
}

void judge_value(const ValueExpectation& value, const ApiOutcome& outcome,
                 const NameResolver& resolve, Judgement& judgement) {
  const Parameters expected = resolved(value.value, resolve);
  if (has_placeholder(expected)) {
    judgement.faults.push_back(text_of(expected) + " stands for nothing");
  }
  const std::string found = json_at(outcome.response_json, value.path.value);
  judgement.seen.push_back(value.path.value + " = " + (found.empty() ? "nothing" : found));
  if (!fits(outcome.response_json, value.path.value, expected)) {
    judgement.faults.push_back(value.path.value + " differs");
  }
}

}  // namespace

std::string expected_text(const ApiExpectation& expect, const NameResolver& resolve) {
  return joined(wanted_of(expect, resolve), "; ");
}

void judge(const ApiExpectation& expect, const ApiOutcome& outcome, const NameResolver& resolve,
           CheckOutcome& check) {
  Judgement judgement;
  judgement.wanted = wanted_of(expect, resolve);
  check.reason = outcome.error_code;
  check.code = outcome.error_code;
  const bool refused = !outcome.error_code.empty();
  if (refused) {
    judgement.seen.push_back(outcome.error_code + ": " + outcome.error_message);
  } else if (expect.error.has_value() || expect.values.empty()) {
    judgement.seen.emplace_back("accepted");
  }
  if (expect.error.has_value() && outcome.error_code != expect.error->value) {
    judgement.faults.emplace_back(refused ? "another code" : "it was not refused");
  } else if (!expect.error.has_value() && refused) {
    judgement.faults.emplace_back("it was refused");
  }
  if (expect.message.has_value() &&
      outcome.error_message.find(resolve(expect.message->value)) == std::string::npos) {
    judgement.faults.emplace_back("another sentence");
  }
  for (const ValueExpectation& value : expect.values) {
    if (!refused) {
      judge_value(value, outcome, resolve, judgement);
    }
  }
  judgement.conclude(check);
}

}  // namespace vpclab::scenario
