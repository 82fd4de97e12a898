// Compares what the emulator did with what the oracle says: ways, errors that senders are told,
// TTLs.
#include <algorithm>

#include <fmt/format.h>

#include "tests/oracle/build.h"
#include "tests/oracle/compare.h"

namespace vpclab::oracle {
namespace {

constexpr int kGuestTtl = 127;  // INST-7: Amazon Linux 2023

/// The part of a trip that is asked about in full: of a packet that was cut the first piece.
const Trip& first_part(const Trip& trip) {
  const auto first = std::find_if(trip.pieces.begin(), trip.pieces.end(), [&](const Trip& piece) {
    return piece.arrived.offset == trip.sent.offset;
  });
  return first == trip.pieces.end() ? trip : *first;
}

/// What the emulator did with a packet, where the rules leave that open.
Witness testimony(const Trip& trip) {
  const std::vector<SeenStep>& steps = first_part(trip).steps;
  Witness witness;
  witness.tracked = [&steps](const std::string& interface, bool egress) {
    return std::any_of(steps.begin(), steps.end(), [&](const SeenStep& step) {
      return step.element == interface && step.answer == "tracked" &&
             step.asked == (egress ? "security-group-egress" : "security-group-ingress");
    });
  };
  witness.port = [&steps](const std::string& nat) {
    const auto found = std::find_if(steps.begin(), steps.end(), [&](const SeenStep& step) {
      return step.element == nat && step.answer == "translated";
    });
    return found == steps.end() ? -1 : found->port;
  };
  return witness;
}

std::uint64_t count(const std::vector<Step>& steps, const std::function<bool(const Step&)>& is) {
  return static_cast<std::uint64_t>(std::count_if(steps.begin(), steps.end(), is));
}

}  // namespace

void Lab::count_trip(const Trip& trip, const Fate& fate) {
  ++tally_.trips;
  tally_.cut += trip.pieces.empty() ? 0U : 1U;
  tally_.fragments += trip.sent.is_fragment() ? 1U : 0U;
  if (trip.delivered) {
    ++tally_.delivered;
  } else if (trip.pieces.empty()) {
    ++tally_.drops[trip.reason];
  }
  const std::vector<Step>& steps = fate.pieces.empty() ? fate.steps : fate.pieces.front().steps;
  tally_.tracked += count(steps, [](const Step& step) { return step.answer == "tracked"; });
  tally_.linked += count(
      steps, [](const Step& step) { return step.asked == "link" && step.answer == "passed"; });
  tally_.natted += count(steps, [](const Step& step) {
    return step.answer == "translated" && step.object.rfind("nat-", 0) == 0;
  });
  tally_.crossed += count(
      steps, [](const Step& step) { return step.asked == "crossing" && step.answer == "passed"; });
}

void Lab::judge(const Trip& trip) {
  const bool is_gone =
      (trip.from.rfind("eni-", 0) == 0 && find(network_.interfaces, trip.from) == nullptr) ||
      (trip.from.rfind("nat-", 0) == 0 && find(network_.nats, trip.from) == nullptr);
  if (is_gone) {
    return;  // it was deleted while its packet was on its way
  }
  const Witness witness = testimony(trip);
  const Fate fate = ask_oracle(trip.from, trip.sent, Seconds(trip.begun), witness);
  count_trip(trip, fate);
  if (finding_.empty()) {
    busy_ ? recording_.doubt() : recording_.learn(trip.sent, fate);
  }
  if (busy_ || fate.is_open) {
    answers_are_open_ = true;
    return;
  }
  const std::string difference = compare(trip, fate);
  if (!difference.empty()) {
    predict_reply();
    find_fault(difference);
  }
  check_answer(trip);
  check_guest(trip);
  expect_answers(trip, fate);
}

/// Whom the oracle wants to be told what.
void Lab::expect_answers(const Trip& trip, const Fate& fate) {
  for (const Fate& piece : fate.pieces) {
    expect_answers(trip, piece);
    answers_are_open_ = answers_are_open_ || piece.is_open;
  }
  if (fate.answer) {
    answers_.push_back(*fate.answer);
  }
  const Interface* to = find(network_.interfaces, fate.receiver);
  if (fate.delivered && to != nullptr && fate.pieces.empty()) {
    expect_of_appliance(*to, fate.packet);
  }
}

/// TTL-4: a guest that forwards says so when a TTL ends there, unless the packet is its own.
void Lab::expect_of_appliance(const Interface& at, const Packet& packet) {
  const Instance* instance = find(network_.instances, at.instance);
  for (const Interface& own : network_.interfaces) {
    if (own.instance == at.instance &&
        (own.address(packet.destination) != nullptr || own.address(packet.source) != nullptr)) {
      return;
    }
  }
  if (instance != nullptr && instance->forwards && packet.ttl <= 1 && !packet.is_error() &&
      packet.offset == 0) {
    answers_.push_back({instance->id, 0, packet.source, 11, 0, 0});
  }
}

/// An error that an element or an appliance sends: somebody must have expected it.
void Lab::check_answer(const Trip& trip) {
  const Packet& sent = trip.sent;
  const bool is_of_path =
      sent.is_error() && trip.cause != 0 && (sent.type == 11 || (sent.type == 3 && sent.code == 4));
  if (!is_of_path) {
    return;
  }
  std::string by = trip.from;
  if (const Interface* interface = find(network_.interfaces, trip.from)) {
    by = interface->instance;
  }
  const auto wanted = std::find_if(answers_.begin(), answers_.end(), [&](const Answer& answer) {
    return answer.by == by && (answer.source == 0 || answer.source == sent.source) &&
           answer.destination == sent.destination && answer.type == sent.type &&
           answer.code == sent.code && answer.mtu == sent.mtu;
  });
  if (wanted != answers_.end()) {
    answers_.erase(wanted);
  } else if (!answers_are_open_ && !is_passed_on(trip)) {
    find_fault(fmt::format("the oracle expects no such error from {}: {}", trip.from, text(sent)));
  }
}

/// TTL-4, INST-7: what a guest passes on has lost one from its TTL and nothing else; what it
/// answers has its own.
void Lab::check_guest(const Trip& trip) {
  const auto arrived = arrived_.find(trip.id);
  const Packet& sent = trip.sent;
  if (arrived != arrived_.end()) {
    Packet wanted = arrived->second;
    --wanted.ttl;
    if (wanted.ttl <= 0 || text(wanted) != text(sent) || form(wanted) != form(sent)) {
      find_fault(fmt::format("{} passes on {}, {} as {}, {}", trip.from, text(arrived->second),
                             form(arrived->second), text(sent), form(sent)));
    }
  } else if (trip.from.find('-') != std::string::npos && sent.is_answer() && trip.cause != 0 &&
             sent.ttl != kGuestTtl && !sent_.is_answer()) {
    find_fault(fmt::format("{} answers with TTL {}: {}", trip.from, sent.ttl, text(sent)));
  }
  if (trip.delivered) {
    arrived_[trip.id] = trip.arrived;
  }
  for (const Trip& piece : trip.pieces) {
    if (piece.delivered) {
      arrived_[piece.id] = piece.arrived;
    }
  }
}

bool Lab::is_passed_on(const Trip& trip) const { return arrived_.contains(trip.id); }

/// Nothing more comes of the last packet.
void Lab::end_shot() {
  if (!answers_.empty() && !answers_are_open_) {
    find_fault("nobody says what the oracle expects: " + text(answers_.front()));
  }
  answers_.clear();
  answers_are_open_ = false;
  arrived_.clear();
}

}  // namespace vpclab::oracle
