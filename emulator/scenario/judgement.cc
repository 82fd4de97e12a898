#include "emulator/scenario/judgement.h"

#include <algorithm>

namespace vpclab::scenario {
namespace {

constexpr std::size_t kMostFaults = 8;  // that are told

void add_once(std::vector<std::string>& list, const std::string& text) {
  if (!text.empty() && std::find(list.begin(), list.end(), text) == list.end()) {
    list.push_back(text);
  }
}

}  // namespace

std::string joined(const std::vector<std::string>& parts, std::string_view separator) {
  std::string text;
  for (const std::string& part : parts) {
    text += (text.empty() ? "" : std::string(separator)) + part;
  }
  return text;
}

void Judgement::conclude(CheckOutcome& check) const {
  check.expected = joined(wanted, "; ");
  check.observed = joined(seen, "; ");
  check.faults = faults;
  if (faults.size() > kMostFaults) {
    check.faults.resize(kMostFaults);
    check.faults.push_back("and " + std::to_string(faults.size() - kMostFaults) + " more");
  }
  check.passed = faults.empty();
}

void FateNotes::add(const Fate& fate) {
  bool is_known = false;
  for (std::size_t i = 0; i < reasons_.size(); ++i) {
    is_known = is_known || (reasons_[i] == fate.reason && codes_[i] == fate.code);
  }
  if (!is_known) {
    reasons_.push_back(fate.reason);
    codes_.push_back(fate.code);
  }
  add_once(rules_, fate.rule);
  for (const trace::Detail& detail : fate.details) {
    if (is_remedy(detail)) {
      add_once(detail.key == "fix" ? fixes_ : missing_, detail.value);
    }
  }
}

void FateNotes::conclude(CheckOutcome& check) const {
  check.reason = joined(reasons_, ", ");
  check.code = joined(codes_, ", ");
  check.rule = joined(rules_, ", ");
  check.missing = missing_;
  check.fixes = fixes_;
}

void ProbeFaults::add(std::uint32_t number, std::string_view fault) {
  if (!runs_.empty() && runs_.back().fault == fault && number <= runs_.back().last + 1) {
    runs_.back().last = number;
  } else {
    runs_.push_back(Run{number, number, std::string(fault)});
  }
}

void ProbeFaults::append_to(std::vector<std::string>& faults) const {
  for (const Run& run : runs_) {
    faults.push_back(std::string(noun_) + ' ' + range_text(run.first, run.last) + ' ' + run.fault);
  }
}

}  // namespace vpclab::scenario
