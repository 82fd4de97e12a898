#include "emulator/scenario/outcome.h"

#include <algorithm>

#include "netstack/base/overloaded.h"

namespace vpclab::scenario {
namespace {

std::string line_of(const std::string& range, const Fate& fate) {
  std::string line = range + " lost: " + fate.reason + " (" + fate.code + ')';
  line += fate.packet == LostPacket::kRequest ? ", request: " : ", reply: ";
  return line + fate.sentence;
}

struct Lost {
  std::uint32_t number;
  const Fate* fate;
};

/// Neighbours with the same fate.
struct Gathered {
  std::string line;
  const Fate* fate;
};

std::vector<Gathered> gathered(std::string_view noun, const std::vector<Lost>& lost) {
  std::vector<Gathered> groups;
  for (std::size_t i = 0; i < lost.size();) {
    std::size_t end = i + 1;
    while (end < lost.size() && *lost[end].fate == *lost[i].fate &&
           lost[end].number <= lost[end - 1].number + 1) {
      ++end;
    }
    groups.push_back(
        {line_of(range_text(noun, lost[i].number, lost[end - 1].number), *lost[i].fate),
         lost[i].fate});
    i = end;
  }
  return groups;
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

std::vector<Gathered> verdicts_of(const PingOutcome& outcome) {
  return gathered("icmp_seq",
                  lost_of(outcome.probes, [](const PingProbe& probe) { return probe.sequence; }));
}

std::vector<Gathered> verdicts_of(const TracerouteOutcome& outcome) {
  return gathered("hop",
                  lost_of(outcome.probes, [](const TracerouteProbe& probe) { return probe.hop; }));
}

std::vector<Gathered> verdicts_of(const DigOutcome& outcome) {
  return gathered("query",
                  lost_of(outcome.probes, [](const DigQuery& query) { return query.number; }));
}

std::vector<std::string> lines_of(const std::vector<Gathered>& verdicts) {
  std::vector<std::string> lines;
  lines.reserve(verdicts.size());
  for (const Gathered& verdict : verdicts) {
    lines.push_back(verdict.line);
  }
  return lines;
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

bool is_remedy(const trace::Detail& detail) {
  return detail.key.starts_with("missing ") || detail.key == "fix";
}

std::vector<std::string> remedy_lines(const std::vector<trace::Detail>& details) {
  std::vector<std::string> lines;
  for (const trace::Detail& detail : details) {
    if (is_remedy(detail)) {
      lines.push_back("  " + detail.key + ": " + detail.value);
    }
  }
  return lines;
}

std::vector<std::string> verdict_lines(const PingOutcome& outcome) {
  return lines_of(verdicts_of(outcome));
}

std::vector<std::string> verdict_lines(const TracerouteOutcome& outcome) {
  return lines_of(verdicts_of(outcome));
}

std::vector<std::string> verdict_lines(const DigOutcome& outcome) {
  return lines_of(verdicts_of(outcome));
}

std::vector<std::string> verdicts_and_remedies(const StepOutcome& step) {
  const std::vector<Gathered> verdicts =
      std::visit(Overloaded{
                     [](const PingOutcome& ping) { return verdicts_of(ping); },
                     [](const TracerouteOutcome& route) { return verdicts_of(route); },
                     [](const DigOutcome& dig) { return verdicts_of(dig); },
                     [](const auto&) { return std::vector<Gathered>(); },
                 },
                 step.result);
  std::vector<std::string> lines;
  for (const Gathered& verdict : verdicts) {
    lines.push_back(verdict.line);
    const std::vector<std::string> remedies = remedy_lines(verdict.fate->details);
    lines.insert(lines.end(), remedies.begin(), remedies.end());
  }
  return lines;
}

}  // namespace vpclab::scenario
