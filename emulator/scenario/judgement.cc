#include "emulator/scenario/judgement.h"

namespace vpclab::scenario {
namespace {

constexpr std::size_t kMostFaults = 8;  // that are told

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

void ProbeFaults::add(std::uint32_t number, std::string_view fault) {
  if (!runs_.empty() && runs_.back().fault == fault && number <= runs_.back().last + 1) {
    runs_.back().last = number;
  } else {
    runs_.push_back(Run{number, number, std::string(fault)});
  }
}

void ProbeFaults::append_to(std::vector<std::string>& faults) const {
  for (const Run& run : runs_) {
    faults.push_back(range_text(noun_, run.first, run.last) + ' ' + run.fault);
  }
}

}  // namespace vpclab::scenario
