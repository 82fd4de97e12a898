#include "emulator/scenario/fates.h"

#include <algorithm>
#include <utility>

#include "emulator/trace/explain.h"
#include "emulator/trace/explain_end.h"
#include "netstack/wire/arp.h"
#include "netstack/wire/ethernet.h"
#include "netstack/wire/ipv4.h"

namespace vpclab::scenario {
namespace {

constexpr std::size_t kLookedBack = 64;  // equal fates come close together
constexpr int kMaxDepth = 8;             // replaced by replaced by …
constexpr std::string_view kAnswered = "echo-request";
constexpr std::string_view kForwarded = "forwarded";
constexpr std::string_view kErrorTaken = "icmp-error";
constexpr std::string_view kNobodyAnswered = "arp-failed";

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

/// Which entry of the object that decided did it, where one did.
std::string entry_of(const trace::TraceEvent& event) {
  if (event.steps == nullptr || event.steps->empty()) {
    return {};
  }
  const trace::Step& denied = event.steps->back();
  switch (denied.stage) {
    case trace::Stage::kNetworkAclEgress:
    case trace::Stage::kNetworkAclIngress:
      return trace::acl_rule_text(denied.rule.number);
    case trace::Stage::kRouteLookup:
      return denied.rule.has_prefix ? to_string(denied.rule.prefix) : std::string();
    default:
      return {};
  }
}

Fate fate_of_drop(const trace::TraceEvent& event, const trace::NameDirectory& names) {
  const trace::Explanation explanation = trace::explain(event, names);
  Fate fate;
  fate.reason = to_string(explanation.reason);
  fate.code = explanation.code;
  fate.rule = explanation.rule;
  fate.entry = entry_of(event);
  fate.objects = objects_of(event);
  fate.sentence = explanation.sentence;
  fate.details = explanation.details;
  const auto traffic =
      std::find_if(fate.details.begin(), fate.details.end(),
                   [](const trace::Detail& detail) { return detail.key == "traffic"; });
  if (traffic != fate.details.end() && fate.sentence.find(traffic->value) != std::string::npos) {
    fate.traffic = traffic->value;
  }
  // The packet's own facts would tell fates apart that are one.
  std::erase_if(fate.details, [](const trace::Detail& detail) {
    return detail.key == "source" || detail.key == "destination" || detail.key == "traffic";
  });
  return fate;
}

Fate fate_of_end(const trace::TraceEvent& event, const trace::NameDirectory& names) {
  trace::EndExplanation explanation = trace::explain_end(event, names);
  Fate fate;
  fate.reason = event.outcome;
  fate.code = std::move(explanation.code);
  fate.objects = objects_of(event);
  fate.sentence = std::move(explanation.sentence);
  fate.details = std::move(explanation.details);
  return fate;
}

/// The packet of an event from its IPv4 header on; nothing where there is none.
Bytes ipv4_of(const trace::TraceEvent& event) {
  Bytes packet = event.bytes;
  if (event.ethernet) {
    packet = packet.subspan(std::min(packet.size(), wire::EthernetHeader::kSize));
  }
  return packet.size() < wire::Ipv4Header::kMinSize ? Bytes() : packet;
}

wire::Ipv4Address source_of(const trace::TraceEvent& event) {
  const Bytes packet = ipv4_of(event);
  return packet.empty() ? wire::Ipv4Address() : wire::ipv4_source(packet);
}

/// Whose hardware address a frame asks for, if it does.
std::optional<wire::Ipv4Address> asked_for(const trace::TraceEvent& event) {
  if (!event.ethernet) {
    return std::nullopt;
  }
  const auto ethernet = wire::EthernetHeader::parse(event.bytes);
  if (!ethernet || ethernet->type != wire::EtherType::kArp) {
    return std::nullopt;
  }
  const auto arp = wire::ArpPacket::parse(event.bytes.subspan(wire::EthernetHeader::kSize));
  return arp && arp->operation == wire::ArpOperation::kRequest ? std::optional(arp->target_ip)
                                                               : std::nullopt;
}

/// Whether it is no more than bad luck on the way.
bool is_of_a_link(const Fate& fate) {
  return fate.reason == to_string(trace::DropReason::kLinkLoss) ||
         fate.reason == to_string(trace::DropReason::kLinkDown) ||
         fate.reason == to_string(trace::DropReason::kQueueFull);
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
      note_question(event);
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
      const std::uint32_t fate = end_at_host(event);
      Packet& packet = packets_[event.packet];
      packet.end = End::kConsumed;
      packet.fate = fate;
      packet.source = source_of(event);
      return;
    }
    case trace::EventKind::kReplaced:
      packets_[event.packet].end = End::kReplaced;
      return;
    case trace::EventKind::kPassed:
      return;
  }
}

void Fates::note_question(const trace::TraceEvent& sent) {
  if (const std::optional<wire::Ipv4Address> neighbour = asked_for(sent)) {
    auto& last = questions_[{sent.tap.element, *neighbour}];
    std::rotate(last.begin(), last.begin() + 1, last.end());
    last.back() = sent.packet;
  }
}

/// The fate of a packet that ended at a host. Equal ends come by the thousand: their texts are made
/// once.
std::uint32_t Fates::end_at_host(const trace::TraceEvent& end) {
  if (end.outcome == kNobodyAnswered) {
    return intern(fate_without_neighbour(end));
  }
  const auto [known, is_new] =
      ends_.try_emplace({end.tap.element, std::string(end.outcome)}, std::uint32_t{0});
  if (is_new) {
    known->second = intern(fate_of_end(end, names_));
  }
  return known->second;
}

/// Why nobody could answer the questions behind which a host gave up, the last ones that it asked
/// there for the packet's destination: the network refused one, as it would any, or lost them all.
const Fate* Fates::refused_question(const trace::TraceEvent& end) const {
  const Bytes packet = ipv4_of(end);
  if (packet.empty()) {
    return nullptr;
  }
  const auto asked = questions_.find({end.tap.element, wire::ipv4_destination(packet)});
  if (asked == questions_.end()) {
    return nullptr;
  }
  const Fate* lost = nullptr;
  bool all_lost = true;
  for (const std::uint64_t question : asked->second) {
    if (question == 0) {  // fewer were asked
      continue;
    }
    const Packet* sent = find(question);
    if (sent == nullptr || sent->end != End::kDropped) {
      all_lost = false;
    } else if (const Fate& fate = fates_[sent->fate]; !is_of_a_link(fate)) {
      return &fate;
    } else {
      lost = lost == nullptr ? &fate : lost;
    }
  }
  return all_lost ? lost : nullptr;
}

/// Of a packet for whose neighbour nobody answered: the network's reason, or the host's word.
Fate Fates::fate_without_neighbour(const trace::TraceEvent& end) const {
  Fate said = fate_of_end(end, names_);
  const Fate* refused = refused_question(end);
  if (refused == nullptr) {
    return said;
  }
  Fate fate = *refused;
  fate.host_word = std::move(said.reason);
  for (std::string& object : said.objects) {
    if (std::find(fate.objects.begin(), fate.objects.end(), object) == fate.objects.end()) {
      fate.objects.push_back(std::move(object));
    }
  }
  return fate;
}

const Fates::Packet* Fates::find(std::uint64_t packet) const {
  const auto found = packets_.find(packet);
  return found == packets_.end() ? nullptr : &found->second;
}

/// The packet itself, or what went on in its stead, once it has ended; null while it is under way.
const Fates::Packet* Fates::last_of(std::uint64_t packet, int depth) const {
  const Packet* found = find(packet);
  if (found == nullptr || depth > kMaxDepth) {
    return nullptr;
  }
  if (found->end == End::kDropped || found->end == End::kConsumed) {
    return found;
  }
  if (found->end != End::kReplaced) {
    return nullptr;
  }
  // Of the fragments the one that was dropped decides; else the datagram made of them.
  const Packet* last = nullptr;
  for (const std::uint64_t child : found->children) {
    const Packet* last_of_part = last_of(child, depth + 1);
    if (last_of_part != nullptr) {
      last = last_of_part;
    }
    if (last_of_part != nullptr && last_of_part->end == End::kDropped) {
      break;
    }
  }
  return last;
}

const Fate* Fates::end_of(std::uint64_t packet) const {
  const Packet* last = last_of(packet, 0);
  return last == nullptr ? nullptr : &fates_[last->fate];
}

Fate Fates::fate_of(std::uint64_t request) const {
  Fate in_flight;
  in_flight.reason = kInFlight;
  in_flight.code = trace::end_code(kInFlight);
  in_flight.sentence = "still on its way when the run stopped";
  const Fate* end = end_of(request);
  if (end == nullptr) {
    return in_flight;
  }
  if (std::optional<Fate> answer = fate_of_answer(request, *end)) {
    return std::move(*answer);
  }
  if (end->reason == kAnswered) {
    in_flight.packet = LostPacket::kReply;
    return in_flight;
  }
  return *end;
}

/// How the first answer that has ended was lost: an echo reply, or the ICMP error of whoever could
/// not take the request. Nothing where there was no answer, or where the error arrived: then the
/// request's own end is the reason.
std::optional<Fate> Fates::fate_of_answer(std::uint64_t request, const Fate& end) const {
  const bool is_reply = end.reason == kAnswered;
  for (const std::uint64_t answer : answers_to(request, 0)) {
    const Fate* end_of_answer = end_of(answer);
    if (end_of_answer == nullptr) {
      continue;
    }
    if (!is_reply && end_of_answer->reason == kErrorTaken) {
      return std::nullopt;
    }
    Fate fate = *end_of_answer;
    fate.packet = LostPacket::kReply;
    if (!is_reply) {
      fate.sentence +=
          "; this was the answer to a request that met " + end.reason + " (" + end.sentence + ")";
    }
    return fate;
  }
  return std::nullopt;
}

std::optional<wire::Ipv4Address> Fates::seen_from(std::uint64_t request) const {
  const Packet* last = last_of(request, 0);
  const bool arrived =
      last != nullptr && last->end == End::kConsumed && fates_[last->fate].reason == kAnswered;
  return arrived ? std::optional(last->source) : std::nullopt;
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
