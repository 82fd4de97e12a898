#include "tests/oracle/observe.h"

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

/// A packet leaves a guest's interface, or begins in the internet.
bool leaves(const TraceEvent& event) {
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
    trip.from = event.tap.side == Tap::Side::kGuest ? event.tap.element.text() : std::string();
    trip.sent = *packet;
    open_[event.packet] = trip;
  }
}

void Observer::end(const TraceEvent& event) {
  const auto found = open_.find(event.packet);
  Trip trip = std::move(found->second);
  open_.erase(found);
  if (event.kind == EventKind::kReplaced || event.kind == EventKind::kConsumed) {
    return;  // fragments go on by themselves
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
  listener_(trip);
}

void Observer::record(const TraceEvent& event) {
  if (leaves(event)) {
    return begin(event);
  }
  const auto found = open_.find(event.packet);
  if (found == open_.end()) {
    return;
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
