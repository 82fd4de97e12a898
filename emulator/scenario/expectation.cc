#include "emulator/scenario/expectation.h"

#include <algorithm>
#include <set>
#include <vector>

#include "emulator/scenario/judgement.h"

namespace vpclab::scenario {
namespace {

/// Whether the object of that name had a hand in it, or an interface of that instance.
bool is_at(const Fate& fate, const std::string& name, const NameResolvers& resolve) {
  const auto had_a_hand = [&fate](const std::string& id) {
    return std::find(fate.objects.begin(), fate.objects.end(), id) != fate.objects.end();
  };
  const std::vector<std::string> interfaces = resolve.interfaces(name);
  return had_a_hand(resolve.id(name)) ||
         std::any_of(interfaces.begin(), interfaces.end(), had_a_hand);
}

}  // namespace

std::string loss_text(const ExpectedLoss& loss) {
  std::string text;
  if (loss.packet.has_value()) {
    text += *loss.packet == LostPacket::kRequest ? "request " : "reply ";
  }
  text += loss.reason;
  if (loss.at.has_value()) {
    text += " at " + loss.at->value;
  }
  return loss.entry.has_value() ? text + ':' + loss.entry->value : text;
}

std::string difference(const ExpectedLoss& loss, const Fate& fate, const NameResolvers& resolve) {
  if (loss.reason != fate.reason && loss.reason != fate.host_word) {
    return "was lost for " + fate.reason + ", not for " + loss.reason;
  }
  if (loss.packet.has_value() && *loss.packet != fate.packet) {
    return fate.packet == LostPacket::kReply ? "lost its reply, not the request"
                                             : "lost its request, not the reply";
  }
  if (loss.at.has_value() && !is_at(fate, loss.at->value, resolve)) {
    return "was lost elsewhere than at " + loss.at->value;
  }
  if (loss.entry.has_value() && loss.entry->value != fate.entry) {
    return "was lost at " + loss.at->value + ':' + (fate.entry.empty() ? "nothing" : fate.entry) +
           ", not at " + loss.at->value + ':' + loss.entry->value;
  }
  return {};
}

namespace {

constexpr std::string_view kSequence = "icmp_seq";
constexpr std::string_view kHop = "hop";

std::string range_text(const Range& range) { return scenario::range_text(range.least, range.most); }

std::string lost_text(const std::vector<ExpectedLoss>& lost, std::string_view noun) {
  std::vector<std::string> parts;
  parts.reserve(lost.size());
  for (const ExpectedLoss& loss : lost) {
    parts.push_back(loss.sequences.most == 0
                        ? "lost for " + loss_text(loss)
                        : std::string(noun) + ' ' + range_text(loss.sequences) + " lost for " +
                              loss_text(loss));
  }
  return joined(parts, ", ");
}

/// The reasons of all that was lost, and what would have helped, each once, in order.
template <class Probes>
void note_fates(const Probes& probes, CheckOutcome& check) {
  FateNotes notes;
  for (const auto& probe : probes) {
    if (probe.fate.has_value()) {
      notes.add(*probe.fate);
    }
  }
  notes.conclude(check);
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

/// Every lost probe for its reason; no probe answered that should be lost.
template <class Probes, class Number, class Answered>
void judge_losses(const std::vector<ExpectedLoss>& expected, const Probes& probes, Number number,
                  Answered answered, std::string_view noun, const NameResolvers& resolve,
                  std::vector<std::string>& faults) {
  judge_presence(expected, probes, number, noun, faults);
  ProbeFaults of_probes(noun);
  for (const auto& probe : probes) {
    const ExpectedLoss* loss = loss_for(expected, number(probe));
    if (answered(probe)) {
      if (loss != nullptr && loss->sequences.most != 0) {
        of_probes.add(number(probe), "was answered");
      }
    } else if (probe.fate.has_value() && loss == nullptr) {
      of_probes.add(number(probe), "was lost, which nobody expected");
    } else if (probe.fate.has_value()) {
      if (const std::string fault = difference(*loss, *probe.fate, resolve); !fault.empty()) {
        of_probes.add(number(probe), fault);
      }
    }
  }
  of_probes.append_to(faults);
}

void judge_output(const std::vector<Text>& expected, const std::string& output,
                  std::vector<std::string>& faults) {
  for (const Text& text : expected) {
    if (output.find(text.value) == std::string::npos) {
      faults.push_back("the output lacks '" + text.value + "'");
    }
  }
}

void want_output(const std::vector<Text>& expected, std::vector<std::string>& wanted) {
  for (const Text& text : expected) {
    wanted.push_back("output with '" + text.value + "'");
  }
}

/// What is not said: nothing is answered where all are to be lost, else all that is not listed.
std::vector<std::string> wanted_of(const PingExpectation& expect, const NameResolvers& resolve) {
  std::vector<std::string> wanted;
  if (expect.received.has_value()) {
    wanted.push_back(range_text(expect.received->value) + " answered");
  } else if (loss_for(expect.lost, 0) != nullptr) {
    wanted.emplace_back("0 answered");
  } else if (expect.lost.empty()) {
    wanted.emplace_back("all answered");
  }
  if (!expect.lost.empty()) {
    wanted.push_back(lost_text(expect.lost, kSequence));
  }
  if (expect.ttl.has_value()) {
    wanted.push_back("ttl " + std::to_string(expect.ttl->value));
  }
  if (expect.from.has_value()) {
    wanted.push_back("from " + resolve.address(expect.from->value));
  }
  if (expect.seen_from.has_value()) {
    wanted.push_back("seen from " + resolve.address(expect.seen_from->value));
  }
  want_output(expect.output, wanted);
  return wanted;
}

std::vector<std::string> expected_hops(const std::vector<Text>& hops,
                                       const NameResolvers& resolve) {
  std::vector<std::string> expected;
  expected.reserve(hops.size());
  for (const Text& hop : hops) {
    expected.push_back(hop.value == "*" ? hop.value : resolve.address(hop.value));
  }
  return expected;
}

std::vector<std::string> wanted_of(const TracerouteExpectation& expect,
                                   const NameResolvers& resolve) {
  std::vector<std::string> wanted;
  if (expect.hops.has_value()) {
    wanted.push_back("hops " + joined(expected_hops(*expect.hops, resolve), " "));
  }
  if (expect.reached.has_value()) {
    wanted.emplace_back(expect.reached->value ? "reached" : "not reached");
  }
  if (!expect.lost.empty()) {
    wanted.push_back(lost_text(expect.lost, kHop));
  }
  want_output(expect.output, wanted);
  return wanted;
}

/// One value that all answers must agree on.
void judge_value(const std::string& what, const std::string& wanted,
                 const std::set<std::string>& values, Judgement& judgement) {
  const std::string all = joined({values.begin(), values.end()}, ", ");
  if (!all.empty()) {
    judgement.seen.push_back(what + ' ' + all);
  }
  if (values != std::set<std::string>{wanted}) {
    judgement.faults.push_back(all.empty() ? what + " nobody, not " + wanted
                                           : what + ' ' + all + ", not " + wanted);
  }
}

void judge_answers(const PingExpectation& expect, const PingOutcome& outcome,
                   const NameResolvers& resolve, Judgement& judgement) {
  std::set<std::string> ttls;
  std::set<std::string> senders;
  std::set<std::string> sources;
  for (const PingProbe& probe : outcome.probes) {
    if (probe.replies > 0) {
      ttls.insert(std::to_string(probe.ttl));
      senders.insert(probe.from);
    }
    if (!probe.seen_from.empty()) {
      sources.insert(probe.seen_from);
    }
  }
  if ((expect.ttl.has_value() || expect.from.has_value()) && ttls.empty()) {
    judgement.faults.emplace_back("nothing was answered");
  } else {
    if (expect.ttl.has_value()) {
      judge_value("ttl", std::to_string(expect.ttl->value), ttls, judgement);
    }
    if (expect.from.has_value()) {
      judge_value("from", resolve.address(expect.from->value), senders, judgement);
    }
  }
  if (expect.seen_from.has_value()) {
    judge_value("seen from", resolve.address(expect.seen_from->value), sources, judgement);
  }
}

/// How many were answered, where that is said or follows.
void judge_number(const PingExpectation& expect, const PingOutcome& outcome,
                  std::vector<std::string>& faults) {
  if (outcome.transmitted == 0) {
    faults.emplace_back("nothing was sent");
  }
  if (expect.received.has_value()) {
    const Range& range = expect.received->value;
    if (outcome.received < range.least || outcome.received > range.most) {
      faults.push_back(std::to_string(outcome.received) + " answered, not " + range_text(range));
    }
  } else if (loss_for(expect.lost, 0) != nullptr && outcome.received > 0) {
    faults.emplace_back("there were replies");
  }
}

}  // namespace

std::string expected_text(const PingExpectation& expect, const NameResolvers& resolve) {
  return joined(wanted_of(expect, resolve), "; ");
}

std::string expected_text(const TracerouteExpectation& expect, const NameResolvers& resolve) {
  return joined(wanted_of(expect, resolve), "; ");
}

void judge(const PingExpectation& expect, const PingOutcome& outcome, const std::string& output,
           const NameResolvers& resolve, CheckOutcome& check) {
  Judgement judgement;
  judgement.wanted = wanted_of(expect, resolve);
  judgement.seen.push_back(std::to_string(outcome.received) + " of " +
                           std::to_string(outcome.transmitted) + " answered");
  judge_number(expect, outcome, judgement.faults);
  judge_answers(expect, outcome, resolve, judgement);
  judge_losses(
      expect.lost, outcome.probes, [](const PingProbe& probe) { return probe.sequence; },
      [](const PingProbe& probe) { return probe.replies > 0; }, kSequence, resolve,
      judgement.faults);
  for (const std::string& line : verdict_lines(outcome)) {
    judgement.seen.push_back(line);
  }
  judge_output(expect.output, output, judgement.faults);
  note_fates(outcome.probes, check);
  judgement.conclude(check);
}

void judge(const TracerouteExpectation& expect, const TracerouteOutcome& outcome,
           const std::string& output, const NameResolvers& resolve, CheckOutcome& check) {
  Judgement judgement;
  judgement.wanted = wanted_of(expect, resolve);
  std::vector<std::string> hops;
  for (const TracerouteProbe& probe : outcome.probes) {
    hops.resize(std::max<std::size_t>(hops.size(), probe.hop), "*");
    if (!probe.from.empty()) {
      hops[probe.hop - 1] = probe.from;
    }
  }
  judgement.seen.push_back("hops " + joined(hops, " "));
  if (expect.hops.has_value() && expected_hops(*expect.hops, resolve) != hops) {
    judgement.faults.emplace_back("other hops");
  }
  judgement.seen.emplace_back(outcome.reached ? "reached" : "not reached");
  if (expect.reached.has_value() && expect.reached->value != outcome.reached) {
    judgement.faults.emplace_back(outcome.reached ? "it was reached" : "it was not reached");
  }
  if (!expect.lost.empty()) {
    judge_losses(
        expect.lost, outcome.probes, [](const TracerouteProbe& probe) { return probe.hop; },
        [](const TracerouteProbe& probe) { return !probe.from.empty(); }, kHop, resolve,
        judgement.faults);
    for (const std::string& line : verdict_lines(outcome)) {
      judgement.seen.push_back(line);
    }
  }
  judge_output(expect.output, output, judgement.faults);
  note_fates(outcome.probes, check);
  judgement.conclude(check);
}

}  // namespace vpclab::scenario
