#include "emulator/scenario/outcome.h"

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

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

/// Probes with the same fate, ports apart.
struct Gathered {
  std::string line;
  Fate fate;  // with all their ports
};

constexpr std::size_t kMostRanges = 10;  // of probes that are told

/// "3, 13, 72-73"; behind `most` of them "… and 12 more". Pre: `numbers` ascend; equal ones count
/// once.
std::string ranges_text(const std::vector<std::uint32_t>& numbers, std::size_t most) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> ranges;
  std::size_t told = 0;  // numbers in the ranges that are told
  std::size_t known = 0;
  for (const std::uint32_t number : numbers) {
    if (ranges.empty() || number > ranges.back().second + 1) {
      ranges.emplace_back(number, number);
      ++known;
    } else if (number > ranges.back().second) {
      ranges.back().second = number;
      ++known;
    }
    told = ranges.size() <= most ? known : told;
  }
  std::string text;
  for (std::size_t i = 0; i < std::min(ranges.size(), most); ++i) {
    text += i == 0 ? "" : ", ";
    text += range_text(ranges[i].first, ranges[i].second);
  }
  return known == told ? text : text + " … and " + std::to_string(known - told) + " more";
}

constexpr std::string_view kPort = " port ";

/// "udp" and 33434 of "udp port 33434", if the fate's texts speak of a port.
std::optional<std::pair<std::string, std::uint32_t>> port_of(const Fate& fate) {
  const std::size_t at = fate.traffic.find(kPort);
  std::uint32_t port = 0;
  if (at == std::string::npos) {
    return std::nullopt;
  }
  const char* end = fate.traffic.data() + fate.traffic.size();
  const auto [last, error] = std::from_chars(fate.traffic.data() + at + kPort.size(), end, port);
  return error == std::errc() && last == end
             ? std::optional(std::pair(fate.traffic.substr(0, at), port))
             : std::nullopt;
}

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (std::size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
}

/// The fate with other words for its traffic.
Fate with_traffic(Fate fate, const std::string& traffic) {
  replace_all(fate.sentence, fate.traffic, traffic);
  for (trace::Detail& detail : fate.details) {
    replace_all(detail.value, fate.traffic, traffic);
  }
  fate.traffic = traffic;
  return fate;
}

/// The probes of one group, while they are gathered.
struct Group {
  Fate fate;                           // without its port
  const Fate* first = nullptr;         // as it is
  std::vector<std::uint32_t> numbers;  // of the probes
  std::vector<std::uint32_t> ports;    // that its texts would name; none: no port decides
};

Gathered verdict_of(std::string_view noun, Group group) {
  Fate fate = *group.first;
  std::sort(group.ports.begin(), group.ports.end());
  const bool several = !group.ports.empty() && group.ports.front() != group.ports.back();
  if (several) {
    const std::string protocol = fate.traffic.substr(0, fate.traffic.find(kPort));
    // All of them: a rule is to be written of it.
    fate = with_traffic(std::move(fate),
                        protocol + " ports " + ranges_text(group.ports, group.ports.size()));
  }
  const std::string numbers = std::string(noun) + ' ' + ranges_text(group.numbers, kMostRanges);
  std::string line = line_of(numbers, fate);
  return Gathered{std::move(line), std::move(fate)};
}

/// In order of the first probe of each group.
std::vector<Gathered> gathered(std::string_view noun, const std::vector<Lost>& lost) {
  std::vector<Group> groups;
  for (const Lost& one : lost) {
    const auto port = port_of(*one.fate);
    Fate fate = port ? with_traffic(*one.fate, port->first + std::string(kPort)) : *one.fate;
    auto group = std::find_if(groups.begin(), groups.end(),
                              [&fate](const Group& known) { return known.fate == fate; });
    if (group == groups.end()) {
      group = groups.insert(group, Group{std::move(fate), one.fate, {}, {}});
    }
    group->numbers.push_back(one.number);
    if (port) {
      group->ports.push_back(port->second);
    }
  }
  std::vector<Gathered> verdicts;
  verdicts.reserve(groups.size());
  for (Group& group : groups) {
    verdicts.push_back(verdict_of(noun, std::move(group)));
  }
  return verdicts;
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

std::string range_text(std::uint32_t first, std::uint32_t last) {
  std::string text = std::to_string(first);
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
    const std::vector<std::string> remedies = remedy_lines(verdict.fate.details);
    lines.insert(lines.end(), remedies.begin(), remedies.end());
  }
  return lines;
}

}  // namespace vpclab::scenario
