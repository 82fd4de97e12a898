// Judging digs: what was answered and by whom, or why nobody answered.
#include <algorithm>
#include <set>

#include "emulator/scenario/expectation.h"
#include "emulator/scenario/judgement.h"

namespace vpclab::scenario {
namespace {

constexpr std::string_view kNone = "none";

std::string text_of(const std::set<std::string>& answers) {
  return answers.empty() ? std::string(kNone) : joined({answers.begin(), answers.end()}, ", ");
}

/// Names stand for addresses; a last dot means nothing.
std::set<std::string> wanted_answers(const DigExpectation& expect, const NameResolvers& resolve) {
  std::set<std::string> wanted;
  for (const Text& text : *expect.answer) {
    std::string value = resolve.address(text.value);
    if (value.size() > 1 && value.ends_with('.')) {
      value.pop_back();
    }
    wanted.insert(std::move(value));
  }
  return wanted;
}

std::vector<std::string> wanted_of(const DigExpectation& expect, const NameResolvers& resolve) {
  std::vector<std::string> wanted;
  if (expect.answered.has_value()) {
    wanted.emplace_back(expect.answered->value ? "answered" : "not answered");
  }
  if (expect.rcode.has_value()) {
    wanted.push_back("rcode " + expect.rcode->value);
  }
  if (expect.answer.has_value()) {
    wanted.push_back("answer " + text_of(wanted_answers(expect, resolve)));
  }
  if (expect.server.has_value()) {
    wanted.push_back("server " + resolve.address(expect.server->value));
  }
  if (expect.lost.has_value()) {
    wanted.push_back("every query lost for " + loss_text(*expect.lost));
  }
  for (const Text& text : expect.output) {
    wanted.push_back("output with '" + text.value + "'");
  }
  return wanted;
}

void judge_losses(const ExpectedLoss& loss, const DigOutcome& outcome, const NameResolvers& resolve,
                  std::vector<std::string>& faults) {
  if (outcome.answered) {
    faults.emplace_back("a query was answered");
  }
  if (outcome.probes.empty()) {
    faults.emplace_back("no query was sent");
  }
  for (const DigQuery& query : outcome.probes) {
    if (!query.fate.has_value()) {
      if (!query.answered) {
        faults.push_back("query " + std::to_string(query.number) + " was not lost");
      }
      continue;
    }
    if (const std::string fault = difference(loss, *query.fate, resolve); !fault.empty()) {
      faults.push_back("query " + std::to_string(query.number) + ' ' + fault);
    }
  }
}

}  // namespace

std::string expected_text(const DigExpectation& expect, const NameResolvers& resolve) {
  return joined(wanted_of(expect, resolve), "; ");
}

void judge(const DigExpectation& expect, const DigOutcome& outcome, const std::string& output,
           const NameResolvers& resolve, CheckOutcome& check) {
  Judgement judgement;
  judgement.wanted = wanted_of(expect, resolve);
  const std::set<std::string> answers(outcome.answers.begin(), outcome.answers.end());
  judgement.seen.push_back(outcome.answered ? outcome.rcode + ", answer " + text_of(answers) +
                                                  ", from " + outcome.server
                                            : std::string("no answer"));
  for (const std::string& line : verdict_lines(outcome)) {
    judgement.seen.push_back(line);
  }
  std::vector<std::string>& faults = judgement.faults;
  const bool wants_answer =
      !expect.lost.has_value() && (!expect.answered.has_value() || expect.answered->value);
  if (outcome.answered != wants_answer) {
    faults.emplace_back(outcome.answered ? "there was an answer" : "there was no answer");
  }
  if (expect.rcode.has_value() && outcome.rcode != expect.rcode->value) {
    faults.emplace_back("another rcode");
  }
  if (expect.answer.has_value() && answers != wanted_answers(expect, resolve)) {
    faults.emplace_back("another answer");
  }
  if (expect.server.has_value() && outcome.server != resolve.address(expect.server->value)) {
    faults.emplace_back("another server");
  }
  if (expect.lost.has_value()) {
    judge_losses(*expect.lost, outcome, resolve, faults);
  }
  for (const Text& text : expect.output) {
    if (output.find(text.value) == std::string::npos) {
      faults.push_back("the output lacks '" + text.value + "'");
    }
  }
  const auto lost = std::find_if(outcome.probes.begin(), outcome.probes.end(),
                                 [](const DigQuery& query) { return query.fate.has_value(); });
  if (lost != outcome.probes.end()) {
    FateNotes notes;
    notes.add(*lost->fate);
    notes.conclude(check);
  }
  judgement.conclude(check);
}

}  // namespace vpclab::scenario
