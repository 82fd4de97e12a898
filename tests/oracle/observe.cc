#include "tests/oracle/observe.h"

#include <algorithm>

#include <fmt/format.h>

#include "tests/oracle/model.h"

namespace vpclab::oracle {
namespace {

using trace::Direction;
using trace::EventKind;
using trace::Tap;
using trace::TraceEvent;

constexpr std::size_t kEthernet = 14;

std::optional<Packet> packet_of(const TraceEvent& event) {
  std::span<const std::uint8_t> bytes(event.bytes.data(), event.bytes.size());
  if (event.ethernet) {
    if (bytes.size() < kEthernet || bytes[12] != 0x08 || bytes[13] != 0x00) {
      return std::nullopt;  // ARP
    }
    bytes = bytes.subspan(kEthernet);
  }
  return read_packet(bytes);
}

bool is_host(const Tap& tap) { return tap.element.kind() == api::ResourceKind::kInternetHost; }

/// An element of AWS's tells a sender something: ICMP-2, TTL-4.
bool tells(const TraceEvent& event) {
  const bool is_nat = event.tap.element.kind() == api::ResourceKind::kNatGateway;
  if (event.kind != EventKind::kSent || (!is_nat && event.tap.side != Tap::Side::kRouter)) {
    return false;
  }
  const auto packet = packet_of(event);
  return packet && packet->is_error();
}

/// A packet leaves a guest's interface, or begins in the internet.
bool leaves(const TraceEvent& event) {
  if (tells(event)) {
    return true;
  }
  if (event.direction != Direction::kOut) {
    return false;
  }
  return event.tap.side == Tap::Side::kGuest
             ? event.ethernet
             : event.tap.side == Tap::Side::kInternet && event.kind == EventKind::kSent;
}

/// A packet comes to a guest, or to a host of the internet.
bool arrives(const TraceEvent& event) {
  if (event.direction != Direction::kIn || event.kind != EventKind::kPassed) {
    return false;
  }
  return event.tap.side == Tap::Side::kGuest ||
         (event.tap.side == Tap::Side::kInternet && is_host(event.tap));
}

std::string place_of(const Tap& tap) {
  if (tap.element.kind() == api::ResourceKind::kClassicNetwork) {
    return "classic";
  }
  return tap.side == Tap::Side::kInternet ? "internet" : tap.element.text();
}

}  // namespace

std::string text(const SeenStep& step) {
  std::string line =
      fmt::format("{}: {} {} {}", step.element, step.asked, step.answer, step.object);
  if (step.number != 0) {
    line += fmt::format(" number {}", step.number);
  }
  if (!step.range.empty()) {
    line += " " + step.range;
  }
  if (!step.rule.empty()) {
    line += " -> " + step.rule;
  }
  return line;
}

void Observer::begin(const TraceEvent& event) {
  if (const auto packet = packet_of(event)) {
    Trip trip;
    trip.id = event.packet;
    trip.cause = event.cause;
    trip.begun = std::chrono::duration<double>(event.at.time_since_epoch()).count();
    trip.from = event.tap.side == Tap::Side::kInternet ? std::string() : event.tap.element.text();
    trip.sent = *packet;
    open_[event.packet] = trip;
  }
}

void Observer::end(const TraceEvent& event) {
  const auto found = open_.find(event.packet);
  Trip trip = std::move(found->second);
  open_.erase(found);
  if (event.kind == EventKind::kReplaced || event.kind == EventKind::kConsumed) {
    whole_of_.erase(event.packet);
    return;  // at a host
  }
  const auto packet = packet_of(event);
  trip.arrived = packet.value_or(Packet{});
  if (event.kind == EventKind::kDropped) {
    trip.reason = std::string(to_string(*event.reason));
    trip.place = place_of(event.tap);
  } else {
    trip.delivered = true;
    trip.receiver = is_host(event.tap) ? text(trip.arrived.destination) : event.tap.element.text();
  }
  finish(trip);
}

/// MTU-3: somewhere on the way.
void Observer::be_cut(const TraceEvent& event) {
  const auto found = open_.find(event.packet);
  cut_[event.packet] = std::move(found->second);
  open_.erase(found);
}

void Observer::begin_piece(const TraceEvent& event) {
  Trip piece = cut_[event.cause];
  piece.id = event.packet;
  piece.pieces.clear();
  open_[event.packet] = piece;
  whole_of_[event.packet] = event.cause;
}

void Observer::finish(const Trip& trip) {
  const auto found = whole_of_.find(trip.id);
  if (found == whole_of_.end()) {
    return listener_(trip);
  }
  const std::uint64_t whole = found->second;
  whole_of_.erase(found);
  cut_[whole].pieces.push_back(trip);
  const bool is_last = std::none_of(whole_of_.begin(), whole_of_.end(),
                                    [&](const auto& piece) { return piece.second == whole; });
  if (is_last) {
    const Trip ended = std::move(cut_[whole]);
    cut_.erase(whole);
    listener_(ended);
  }
}

void Observer::record(const TraceEvent& event) {
  if (leaves(event)) {
    return begin(event);
  }
  if (event.kind == EventKind::kSent && cut_.contains(event.cause)) {
    return begin_piece(event);
  }
  const auto found = open_.find(event.packet);
  if (found == open_.end()) {
    return;
  }
  const bool at_host = event.tap.side == Tap::Side::kGuest ||
                       (event.tap.side == Tap::Side::kInternet && is_host(event.tap));
  if (event.kind == EventKind::kReplaced && !at_host) {
    return be_cut(event);
  }
  if (event.steps != nullptr) {
    for (const trace::Step& step : *event.steps) {
      SeenStep seen;
      seen.element = event.tap.element.text();
      seen.asked = std::string(to_string(step.stage));
      seen.answer = std::string(to_string(step.outcome));
      seen.object = step.rule.object.text();
      seen.rule = step.rule.rule.text();
      seen.scope = step.rule.scope.text();
      seen.number = step.rule.number;
      if (step.stage == trace::Stage::kGatewayTranslation) {
        const auto translated = packet_of(event);
        seen.port = translated ? translated->source_number() : 0;
      }
      if (step.rule.has_prefix) {
        seen.range = to_string(step.rule.prefix);
      }
      found->second.steps.push_back(seen);
    }
  }
  if (arrives(event) || event.kind == EventKind::kDropped || event.kind == EventKind::kReplaced ||
      event.kind == EventKind::kConsumed) {
    end(event);
  }
}

}  // namespace vpclab::oracle
