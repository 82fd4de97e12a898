#include "emulator/scenario/outcome.h"

#include <algorithm>

namespace vpclab::scenario {
namespace {

std::string line_of(const std::string& range, const Fate& fate) {
  std::string line = range + " lost: " + fate.reason;
  if (!fate.code.empty()) {
    line += " (" + fate.code + ')';
  }
  line += fate.packet == LostPacket::kRequest ? ", request: " : ", reply: ";
  return line + fate.sentence;
}

struct Lost {
  std::uint32_t number;
  const Fate* fate;
};

/// Neighbours with the same fate become one line.
std::vector<std::string> gathered(std::string_view noun, const std::vector<Lost>& lost) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < lost.size();) {
    std::size_t end = i + 1;
    while (end < lost.size() && *lost[end].fate == *lost[i].fate &&
           lost[end].number <= lost[end - 1].number + 1) {
      ++end;
    }
    lines.push_back(line_of(range_text(noun, lost[i].number, lost[end - 1].number), *lost[i].fate));
    i = end;
  }
  return lines;
}

template <class Probes, class Number>
std::vector<Lost> lost_of(const Probes& probes, Number number) {
  std::vector<Lost> lost;
  for (const auto& probe : probes) {
    if (probe.fate.has_value()) {
      lost.push_back(Lost{number(probe), &*probe.fate});
    }
  }
  return lost;
}

}  // namespace

std::string range_text(std::string_view noun, std::uint32_t first, std::uint32_t last) {
  std::string text = std::string(noun) + ' ' + std::to_string(first);
  return first == last ? text : text + '-' + std::to_string(last);
}

bool RunOutcome::all_well() const {
  return std::none_of(steps.begin(), steps.end(),
                      [](const StepOutcome& step) { return step.failed; }) &&
         std::all_of(checks.begin(), checks.end(),
                     [](const CheckOutcome& check) { return check.passed; });
}

std::vector<std::string> verdict_lines(const PingOutcome& outcome) {
  return gathered("icmp_seq",
                  lost_of(outcome.probes, [](const PingProbe& probe) { return probe.sequence; }));
}

std::vector<std::string> verdict_lines(const TracerouteOutcome& outcome) {
  return gathered("hop",
                  lost_of(outcome.probes, [](const TracerouteProbe& probe) { return probe.hop; }));
}

std::vector<std::string> verdict_lines(const DigOutcome& outcome) {
  return gathered("query",
                  lost_of(outcome.probes, [](const DigQuery& query) { return query.number; }));
}

}  // namespace vpclab::scenario
