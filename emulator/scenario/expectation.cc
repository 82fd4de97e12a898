#include "emulator/scenario/expectation.h"

#include <algorithm>
#include <set>
#include <vector>

#include "emulator/scenario/json_path.h"
#include "emulator/scenario/names.h"

namespace vpclab::scenario {
namespace {

std::string joined(const std::vector<std::string>& parts, std::string_view separator) {
  std::string text;
  for (const std::string& part : parts) {
    text += (text.empty() ? "" : std::string(separator)) + part;
  }
  return text;
}

std::string packet_text(LostPacket packet) {
  return packet == LostPacket::kRequest ? "request" : "reply";
}

std::string loss_text(const ExpectedLoss& loss) {
  std::string text = loss.packet.has_value() ? packet_text(*loss.packet) + ' ' : "";
  text += loss.reason;
  return loss.at.has_value() ? text + " at " + loss.at->value : text;
}

std::string range_text(const Range& range) {
  return range.least == range.most ? std::to_string(range.least)
                                   : std::to_string(range.least) + '-' + std::to_string(range.most);
}

std::string lost_text(const std::vector<ExpectedLoss>& lost, std::string_view noun) {
  std::vector<std::string> parts;
  for (const ExpectedLoss& loss : lost) {
    parts.push_back(loss.sequences.most == 0
                        ? "lost for " + loss_text(loss)
                        : std::string(noun) + ' ' + range_text(loss.sequences) + " lost for " +
                              loss_text(loss));
  }
  return joined(parts, ", ");
}

/// The reasons of all that was lost, each once, in order.
void note_fates(const std::vector<const Fate*>& fates, CheckOutcome& check) {
  std::vector<std::string> reasons;
  std::vector<std::string> codes;
  std::vector<std::string> rules;
  const auto add = [](std::vector<std::string>& list, const std::string& text) {
    if (!text.empty() && std::find(list.begin(), list.end(), text) == list.end()) {
      list.push_back(text);
    }
  };
  for (const Fate* fate : fates) {
    add(reasons, fate->reason);
    add(codes, fate->code);
    add(rules, fate->rule);
  }
  check.reason = joined(reasons, ", ");
  check.code = joined(codes, ", ");
  check.rule = joined(rules, ", ");
}

bool is_at(const Fate& fate, const std::string& object) {
  return std::find(fate.objects.begin(), fate.objects.end(), object) != fate.objects.end();
}

/// The expectation for a lost probe: its own number's, else the one for all.
const ExpectedLoss* loss_for(const std::vector<ExpectedLoss>& lost, std::uint32_t number) {
  const ExpectedLoss* general = nullptr;
  for (const ExpectedLoss& loss : lost) {
    if (loss.sequences.most == 0) {
      general = &loss;
    } else if (loss.sequences.least <= number && number <= loss.sequences.most) {
      return &loss;
    }
  }
  return general;
}

bool fits(const ExpectedLoss& loss, const Fate& fate, const NameResolver& resolve) {
  return loss.reason == fate.reason && (!loss.packet.has_value() || *loss.packet == fate.packet) &&
         (!loss.at.has_value() || is_at(fate, resolve(loss.at->value)));
}

/// What is expected to be lost must have been sent, and something must have been lost where a
/// reason is given for all.
template <class Probes, class Number>
void judge_presence(const std::vector<ExpectedLoss>& expected, const Probes& probes, Number number,
                    std::string_view noun, std::vector<std::string>& faults) {
  const bool any_lost = std::any_of(probes.begin(), probes.end(),
                                    [](const auto& probe) { return probe.fate.has_value(); });
  for (const ExpectedLoss& loss : expected) {
    if (loss.sequences.most == 0) {
      if (!any_lost) {
        faults.emplace_back("nothing was lost");
      }
      continue;
    }
    std::set<std::uint32_t> sent;
    for (const auto& probe : probes) {
      if (loss.sequences.least <= number(probe) && number(probe) <= loss.sequences.most) {
        sent.insert(number(probe));
      }
    }
    if (sent.size() != loss.sequences.most - loss.sequences.least + 1) {
      faults.push_back(std::string(noun) + ' ' + range_text(loss.sequences) +
                       " was not sent as a whole");
    }
  }
}

/// Every lost probe for its reason; no probe answered that should be lost. Faults are sentences.
template <class Probes, class Number, class Answered>
void judge_losses(const std::vector<ExpectedLoss>& expected, const Probes& probes, Number number,
                  Answered answered, std::string_view noun, const NameResolver& resolve,
                  std::vector<std::string>& faults) {
  judge_presence(expected, probes, number, noun, faults);
  for (const auto& probe : probes) {
    const std::string which = std::string(noun) + ' ' + std::to_string(number(probe));
    const ExpectedLoss* loss = loss_for(expected, number(probe));
    if (answered(probe)) {
      if (loss != nullptr && loss->sequences.most != 0) {
        faults.push_back(which + " was answered");
      }
    } else if (probe.fate.has_value() && loss == nullptr) {
      faults.push_back(which + " was lost, which nobody expected");
    } else if (probe.fate.has_value() && !fits(*loss, *probe.fate, resolve)) {
      faults.push_back(which + " was lost otherwise than expected");
    }
  }
}

void judge_output(const std::vector<Text>& expected, const std::string& output,
                  std::vector<std::string>& wanted, std::vector<std::string>& faults) {
  for (const Text& text : expected) {
    wanted.push_back("output with '" + text.value + "'");
    if (output.find(text.value) == std::string::npos) {
      faults.push_back("the output lacks '" + text.value + "'");
    }
  }
}

void conclude(const std::vector<std::string>& wanted, const std::vector<std::string>& seen,
              const std::vector<std::string>& faults, CheckOutcome& check) {
  check.expected = joined(wanted, "; ");
  check.observed = joined(seen, "; ");
  if (!faults.empty()) {
    constexpr std::size_t kMostFaults = 3;
    std::vector<std::string> shown(
        faults.begin(), faults.begin() + static_cast<long>(std::min(faults.size(), kMostFaults)));
    if (faults.size() > kMostFaults) {
      shown.push_back("and " + std::to_string(faults.size() - kMostFaults) + " more");
    }
    check.observed += " (" + joined(shown, ", ") + ')';
  }
  check.passed = faults.empty();
}

void judge_answers(const PingExpectation& expect, const PingOutcome& outcome,
                   const NameResolver& resolve, std::vector<std::string>& wanted,
                   std::vector<std::string>& seen, std::vector<std::string>& faults) {
  std::set<std::string> ttls;
  std::set<std::string> senders;
  for (const PingProbe& probe : outcome.probes) {
    if (probe.replies > 0) {
      ttls.insert(std::to_string(probe.ttl));
      senders.insert(probe.from);
    }
  }
  const auto judge_one = [&](const std::string& what, const std::string& value,
                             const std::set<std::string>& values) {
    wanted.push_back(what + ' ' + value);
    const std::vector<std::string> all(values.begin(), values.end());
    if (!all.empty()) {
      seen.push_back(what + ' ' + joined(all, ", "));
    }
    if (values != std::set<std::string>{value}) {
      faults.push_back(all.empty() ? "nothing was answered" : "another " + what);
    }
  };
  if (expect.ttl.has_value()) {
    judge_one("ttl", std::to_string(expect.ttl->value), ttls);
  }
  if (expect.from.has_value()) {
    judge_one("from", resolve(expect.from->value), senders);
  }
}

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

}  // namespace

void judge(const PingExpectation& expect, const PingOutcome& outcome, const std::string& output,
           const NameResolver& resolve, CheckOutcome& check) {
  std::vector<std::string> wanted;
  std::vector<std::string> seen;
  std::vector<std::string> faults;
  std::vector<const Fate*> fates;
  for (const PingProbe& probe : outcome.probes) {
    if (probe.fate.has_value()) {
      fates.push_back(&*probe.fate);
    }
  }
  seen.push_back(std::to_string(outcome.received) + " of " + std::to_string(outcome.transmitted) +
                 " answered");
  // What is not said: nothing is answered where all are to be lost, else all that is not listed.
  const bool all_are_lost = loss_for(expect.lost, 0) != nullptr;
  if (expect.received.has_value()) {
    const Range& range = expect.received->value;
    wanted.push_back(range_text(range) + " answered");
    if (outcome.received < range.least || outcome.received > range.most) {
      faults.push_back("another number of replies");
    }
  } else if (all_are_lost) {
    wanted.emplace_back("0 answered");
    if (outcome.received > 0) {
      faults.emplace_back("there were replies");
    }
  } else if (expect.lost.empty()) {
    wanted.emplace_back("all answered");
  }
  if (outcome.transmitted == 0) {
    faults.emplace_back("nothing was sent");
  }
  if (!expect.lost.empty()) {
    wanted.push_back(lost_text(expect.lost, "icmp_seq"));
  }
  judge_answers(expect, outcome, resolve, wanted, seen, faults);
  judge_losses(
      expect.lost, outcome.probes, [](const PingProbe& probe) { return probe.sequence; },
      [](const PingProbe& probe) { return probe.replies > 0; }, "icmp_seq", resolve, faults);
  for (const std::string& line : verdict_lines(outcome)) {
    seen.push_back(line);
  }
  judge_output(expect.output, output, wanted, faults);
  note_fates(fates, check);
  conclude(wanted, seen, faults, check);
}

void judge(const TracerouteExpectation& expect, const TracerouteOutcome& outcome,
           const std::string& output, const NameResolver& resolve, CheckOutcome& check) {
  std::vector<std::string> wanted;
  std::vector<std::string> seen;
  std::vector<std::string> faults;
  std::vector<const Fate*> fates;
  std::vector<std::string> hops;
  for (const TracerouteProbe& probe : outcome.probes) {
    hops.resize(std::max<std::size_t>(hops.size(), probe.hop), "*");
    if (!probe.from.empty()) {
      hops[probe.hop - 1] = probe.from;
    }
    if (probe.fate.has_value()) {
      fates.push_back(&*probe.fate);
    }
  }
  seen.push_back("hops " + joined(hops, " "));
  if (expect.hops.has_value()) {
    std::vector<std::string> expected;
    for (const Text& hop : *expect.hops) {
      expected.push_back(hop.value == "*" ? hop.value : resolve(hop.value));
    }
    wanted.push_back("hops " + joined(expected, " "));
    if (expected != hops) {
      faults.emplace_back("other hops");
    }
  }
  seen.emplace_back(outcome.reached ? "reached" : "not reached");
  if (expect.reached.has_value()) {
    wanted.emplace_back(expect.reached->value ? "reached" : "not reached");
    if (expect.reached->value != outcome.reached) {
      faults.emplace_back(outcome.reached ? "it was reached" : "it was not reached");
    }
  }
  if (!expect.lost.empty()) {
    wanted.push_back(lost_text(expect.lost, "hop"));
    judge_losses(
        expect.lost, outcome.probes, [](const TracerouteProbe& probe) { return probe.hop; },
        [](const TracerouteProbe& probe) { return !probe.from.empty(); }, "hop", resolve, faults);
    for (const std::string& line : verdict_lines(outcome)) {
      seen.push_back(line);
    }
  }
  judge_output(expect.output, output, wanted, faults);
  note_fates(fates, check);
  conclude(wanted, seen, faults, check);
}

void judge(const ApiExpectation& expect, const ApiOutcome& outcome, const NameResolver& resolve,
           CheckOutcome& check) {
  std::vector<std::string> wanted;
  std::vector<std::string> seen;
  std::vector<std::string> faults;
  check.reason = outcome.error_code;
  check.code = outcome.error_code;
  const bool refused = !outcome.error_code.empty();
  if (refused) {
    seen.push_back(outcome.error_code + ": " + outcome.error_message);
  }
  if (expect.error.has_value()) {
    wanted.push_back(expect.error->value);
    if (!refused) {
      seen.emplace_back("accepted");
    }
    if (outcome.error_code != expect.error->value) {
      faults.emplace_back(refused ? "another code" : "it was not refused");
    }
  } else if (refused) {
    wanted.emplace_back("accepted");
    faults.emplace_back("it was refused");
  } else if (expect.values.empty()) {
    wanted.emplace_back("accepted");
    seen.emplace_back("accepted");
  }
  if (expect.message.has_value()) {
    const std::string message = resolve(expect.message->value);
    wanted.push_back("'" + message + "'");
    if (outcome.error_message.find(message) == std::string::npos) {
      faults.emplace_back("another sentence");
    }
  }
  for (const ValueExpectation& value : expect.values) {
    if (refused) {
      break;
    }
    const Parameters expected = resolved(value.value, resolve);
    if (has_placeholder(expected)) {
      faults.push_back(text_of(expected) + " stands for nothing");
    }
    const std::string found = json_at(outcome.response_json, value.path.value);
    wanted.push_back(value.path.value + " = " + text_of(expected));
    seen.push_back(value.path.value + " = " + (found.empty() ? "nothing" : found));
    if (!fits(outcome.response_json, value.path.value, expected)) {
      faults.push_back(value.path.value + " differs");
    }
  }
  conclude(wanted, seen, faults, check);
}

}  // namespace vpclab::scenario
