#include "tests/oracle/compare.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "tests/oracle/model.h"

namespace vpclab::oracle {
namespace {

/// The emulator's words for the oracle's questions, of those that are compared one by one.
const std::map<std::string, std::string>& words() {
  static const std::map<std::string, std::string> kWords{{"security-group-egress", "sg-egress"},
                                                         {"security-group-ingress", "sg-ingress"},
                                                         {"network-acl-egress", "acl-egress"},
                                                         {"network-acl-ingress", "acl-ingress"},
                                                         {"route-lookup", "route"},
                                                         {"peering-crossing", "crossing"},
                                                         {"gateway-translation", "translation"}};
  return kWords;
}

bool is_compared(const std::string& asked) {
  return std::any_of(words().begin(), words().end(),
                     [&](const auto& word) { return word.second == asked; });
}

/// The emulator's steps that are compared; what it says twice (each group that has no rule, the
/// route again at the gateway) once.
std::vector<SeenStep> compared_steps(const Trip& trip) {
  std::vector<SeenStep> steps;
  for (SeenStep step : trip.steps) {
    const auto word = words().find(step.asked);
    if (word == words().end() ||
        (word->second == "translation" && step.answer == "passed")) {  // who sends
      continue;
    }
    step.asked = word->second;
    const bool again =
        !steps.empty() && steps.back().asked == step.asked && steps.back().answer == step.answer &&
        (step.asked == "route" || (step.answer == "denied" && step.asked != "translation"));
    if (!again) {
      steps.push_back(step);
    }
  }
  return steps;
}

std::string differs(const Step& own, const SeenStep& seen) {
  if (own.asked != seen.asked || own.answer != seen.answer) {
    return fmt::format("the oracle: {} {}", own.asked, own.answer);
  }
  if (own.answer == "denied" && own.asked.rfind("sg-", 0) == 0) {
    return {};
  }
  if (own.asked.rfind("sg-", 0) == 0) {
    if (own.answer == "tracked" || own.among.empty()) {
      return {};
    }
    const bool known =
        std::any_of(own.among.begin(), own.among.end(), [&](const std::string& rule) {
          return rule == seen.object + " " + seen.rule || rule == seen.object + " ";
        });
    return known ? std::string() : "a rule that the oracle does not find";
  }
  if (!own.object.empty() && own.object != seen.object) {
    return "another object";
  }
  if (own.asked.rfind("acl-", 0) == 0 && static_cast<std::uint32_t>(own.number) != seen.number) {
    return "another entry";
  }
  if (own.asked == "route" && !own.object.empty()) {
    const std::string target =
        own.rule == "local" || own.rule == "links" ? std::string() : own.rule;
    if (own.range != seen.range || target != seen.rule) {
      return "another route";
    }
  }
  if (own.asked == "translation" && own.answer == "translated" && own.range != seen.range) {
    return "another address";
  }
  return {};
}

std::string compare_steps(const Trip& trip, const Fate& fate) {
  const std::vector<SeenStep> seen = compared_steps(trip);
  std::vector<Step> own;
  std::copy_if(fate.steps.begin(), fate.steps.end(), std::back_inserter(own),
               [](const Step& step) { return is_compared(step.asked); });
  for (std::size_t i = 0; i < std::max(own.size(), seen.size()); ++i) {
    if (i >= own.size()) {
      return "the oracle does not ask: " + text(seen[i]);
    }
    if (i >= seen.size()) {
      return "the emulator does not ask: " + text(own[i]);
    }
    const std::string difference = differs(own[i], seen[i]);
    if (!difference.empty()) {
      return fmt::format("{}; {} | {}", difference, text(seen[i]), text(own[i]));
    }
  }
  return {};
}

std::string ending(const Trip& trip, bool any_ttl) {
  Packet packet = trip.arrived;
  packet.ttl = any_ttl ? 0 : packet.ttl;
  return trip.delivered
             ? fmt::format("delivered to {} as {}, {}", trip.receiver, text(packet), form(packet))
             : fmt::format("dropped {} at {}", trip.reason, trip.place);
}

std::string ending(const Fate& fate) {
  Packet packet = fate.packet;
  packet.ttl = fate.any_ttl ? 0 : packet.ttl;
  return fate.delivered
             ? fmt::format("delivered to {} as {}, {}", fate.receiver, text(packet), form(packet))
             : fmt::format("dropped {} at {}", fate.reason, fate.place);
}

std::string find_difference(const Trip& trip, const Fate& fate) {
  if (trip.pieces.size() != fate.pieces.size()) {
    return fmt::format("emulator: cut into {}\n  oracle:   cut into {}", trip.pieces.size(),
                       fate.pieces.size());
  }
  std::vector<const Trip*> pieces;
  for (const Trip& piece : trip.pieces) {
    pieces.push_back(&piece);
  }
  std::sort(pieces.begin(), pieces.end(),  // numbered in the order in which they were made
            [](const Trip* one, const Trip* other) { return one->id < other->id; });
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const std::string difference =
        fate.pieces[i].is_open ? std::string() : find_difference(*pieces[i], fate.pieces[i]);
    if (!difference.empty()) {
      return fmt::format("piece {}: {}", i + 1, difference);
    }
  }
  if (!pieces.empty()) {
    return {};
  }
  const std::string seen = ending(trip, fate.any_ttl);
  const std::string own = ending(fate);
  if (seen != own) {
    return fmt::format("emulator: {}\n  oracle:   {}", seen, own);
  }
  const bool is_later = trip.arrived.offset != 0;  // whose rules were asked of the first (SG-27)
  return is_later ? std::string() : compare_steps(trip, fate);
}

std::string way(const Trip& trip) {
  std::string report;
  for (const SeenStep& step : trip.steps) {
    report += "    " + text(step) + "\n";
  }
  for (const Trip& piece : trip.pieces) {
    report += "   piece " + form(piece.arrived) + ":\n" + way(piece);
  }
  return report;
}

std::string way(const Fate& fate) {
  std::string report;
  for (const Step& step : fate.steps) {
    report += "    " + text(step) + "\n";
  }
  for (const Fate& piece : fate.pieces) {
    report += "   piece " + form(piece.packet) + ":\n" + way(piece);
  }
  return report;
}

}  // namespace

std::string compare(const Trip& trip, const Fate& fate) {
  const std::string difference = find_difference(trip, fate);
  if (difference.empty()) {
    return {};
  }
  return fmt::format(
      "packet {} from {} at {:.3f} s: {}, {}\n  {}\n  the emulator's way:\n{}  the oracle's "
      "way:\n{}",
      trip.id, trip.from.empty() ? "the internet" : trip.from, trip.begun, text(trip.sent),
      form(trip.sent), difference, way(trip), way(fate));
}

}  // namespace vpclab::oracle
