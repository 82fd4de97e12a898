#include "emulator/scenario/fates.h"

#include <algorithm>
#include <utility>

#include "emulator/trace/explain.h"

namespace vpclab::scenario {
namespace {

constexpr std::size_t kLookedBack = 64;  // equal fates come close together
constexpr int kMaxDepth = 8;             // replaced by replaced by …
constexpr std::string_view kAnswered = "echo-request";
constexpr std::string_view kForwarded = "forwarded";

/// Everything that had a hand in a drop: whatever `at NAME` may name.
std::vector<std::string> objects_of(const trace::TraceEvent& event) {
  std::vector<std::string> objects;
  const auto add = [&objects](const api::ResourceId& id) {
    std::string text = id.text();
    if (!id.empty() && std::find(objects.begin(), objects.end(), text) == objects.end()) {
      objects.push_back(std::move(text));
    }
  };
  if (event.steps != nullptr) {
    for (const trace::Step& step : *event.steps) {
      if (step.outcome == trace::Outcome::kDenied) {
        add(step.rule.object);
        add(step.rule.rule);
        add(step.rule.scope);
      }
    }
  }
  add(event.tap.element);
  return objects;
}

Fate fate_of_drop(const trace::TraceEvent& event, const trace::NameDirectory& names) {
  const trace::Explanation explanation = trace::explain(event, names);
  Fate fate;
  fate.reason = to_string(explanation.reason);
  fate.code = explanation.code;
  fate.rule = explanation.rule;
  fate.objects = objects_of(event);
  fate.sentence = explanation.sentence;
  return fate;
}

Fate fate_of_end(const trace::TraceEvent& event, const trace::NameDirectory& names) {
  Fate fate;
  fate.reason = event.outcome;
  fate.objects = objects_of(event);
  fate.sentence =
      "ended at " + trace::label(event.tap.element, names) + ": " + std::string(event.outcome);
  return fate;
}

}  // namespace

void Fates::record(const trace::TraceEvent& event) {
  switch (event.kind) {
    case trace::EventKind::kSent: {
      const bool is_new = packets_.find(event.packet) == packets_.end();
      packets_[event.packet].is_copy = event.tap.side == trace::Tap::Side::kLink;
      if (is_new && event.cause != 0) {
        packets_[event.cause].children.push_back(event.packet);
      }
      return;
    }
    case trace::EventKind::kDropped: {
      const std::uint32_t fate = intern(fate_of_drop(event, names_));
      Packet& packet = packets_[event.packet];
      packet.end = End::kDropped;
      packet.fate = fate;
      return;
    }
    case trace::EventKind::kConsumed: {
      if (event.outcome == kForwarded) {
        return;
      }
      const std::uint32_t fate = intern(fate_of_end(event, names_));
      Packet& packet = packets_[event.packet];
      packet.end = End::kConsumed;
      packet.fate = fate;
      return;
    }
    case trace::EventKind::kReplaced:
      packets_[event.packet].end = End::kReplaced;
      return;
    case trace::EventKind::kPassed:
      return;
  }
}

const Fates::Packet* Fates::find(std::uint64_t packet) const {
  const auto found = packets_.find(packet);
  return found == packets_.end() ? nullptr : &found->second;
}

/// How a packet ended, or what went on in its stead; null while it is under way.
const Fate* Fates::end_of(std::uint64_t packet, int depth) const {
  const Packet* found = find(packet);
  if (found == nullptr || depth > kMaxDepth) {
    return nullptr;
  }
  if (found->end == End::kDropped || found->end == End::kConsumed) {
    return &fates_[found->fate];
  }
  if (found->end != End::kReplaced) {
    return nullptr;
  }
  // Of the fragments the one that was dropped decides; else the datagram made of them.
  const Fate* end = nullptr;
  for (const std::uint64_t child : found->children) {
    const Packet* part = find(child);
    const Fate* end_of_part = end_of(child, depth + 1);
    if (end_of_part != nullptr) {
      end = end_of_part;
    }
    if (part != nullptr && part->end == End::kDropped) {
      break;
    }
  }
  return end;
}

Fate Fates::fate_of(std::uint64_t request) const {
  Fate in_flight;
  in_flight.reason = kInFlight;
  in_flight.sentence = "still on its way when the run stopped";
  const Fate* end = end_of(request, 0);
  if (end == nullptr) {
    return in_flight;
  }
  if (end->reason != kAnswered) {
    return *end;
  }
  in_flight.packet = LostPacket::kReply;
  const std::vector<std::uint64_t> answers = answers_to(request, 0);
  for (const std::uint64_t answer : answers) {
    if (const Fate* end_of_answer = end_of(answer, 0)) {
      Fate fate = *end_of_answer;
      fate.packet = LostPacket::kReply;
      return fate;
    }
  }
  return in_flight;
}

std::vector<std::uint64_t> Fates::answers_to(std::uint64_t request, int depth) const {
  std::vector<std::uint64_t> answers;
  const Packet* found = find(request);
  if (found == nullptr || depth > kMaxDepth) {
    return answers;
  }
  for (const std::uint64_t child : found->children) {
    if (found->end == End::kReplaced) {
      const std::vector<std::uint64_t> of_part = answers_to(child, depth + 1);
      answers.insert(answers.end(), of_part.begin(), of_part.end());
    } else if (const Packet* packet = find(child); packet != nullptr && !packet->is_copy) {
      answers.push_back(child);
    }
  }
  return answers;
}

std::uint32_t Fates::intern(Fate fate) {
  const auto oldest = fates_.rbegin() + static_cast<long>(std::min(fates_.size(), kLookedBack));
  const auto found = std::find(fates_.rbegin(), oldest, fate);
  if (found != oldest) {
    return static_cast<std::uint32_t>(fates_.rend() - found - 1);
  }
  fates_.push_back(std::move(fate));
  return static_cast<std::uint32_t>(fates_.size() - 1);
}

}  // namespace vpclab::scenario
