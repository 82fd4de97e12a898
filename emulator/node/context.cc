#include "emulator/node/context.h"

#include <algorithm>

namespace vpclab::node {
namespace {

constexpr std::uint32_t kLastHopsMax = 65'536;
/// Longer than any link takes to deliver what it has accepted.
constexpr Duration kLastHopLifetime = std::chrono::seconds(60);

}  // namespace

void Context::note_last_hop(wire::PacketHandle packet, wire::MacAddress mac) {
  if (last_hops_ == nullptr) {
    last_hops_ =
        std::make_unique<dataplane::ExpiringTable<PacketNumber, wire::MacAddress>>(kLastHopsMax);
  }
  const PacketNumber key{packets().id(packet)};
  const SimTime until = now() + kLastHopLifetime;
  if (auto* known = last_hops_->find(key, now())) {  // by way of several appliances
    known->value = mac;
    known->expires = until;
  } else {
    static_cast<void>(last_hops_->insert(key, mac, until, now()));
  }
}

const wire::MacAddress* Context::find_last_hop(wire::PacketHandle packet) {
  auto* found = last_hops_->find(PacketNumber{packets().id(packet)}, now());
  if (found == nullptr) {
    return nullptr;
  }
  found->expires = now();  // asked once; the place is free again
  return &found->value;
}

std::optional<trace::DropReason> Context::read_facts_anew(wire::PacketHandle packet,
                                                          dataplane::PacketFacts& facts) {
  if (corruptions_ != links_.counters().corrupted) {  // any packet may be another now
    corruptions_ = links_.counters().corrupted;
    readings_.fill(Reading{});
  }
  const wire::PacketPool& pool = simulator_.packets();
  const auto refused = dataplane::read_facts(pool.bytes(packet), facts);
  if (!refused) {
    const std::uint64_t id = pool.id(packet);
    readings_[id % kReadings] = Reading{id, facts};
  }
  return refused;
}

trace::TraceEvent Context::event(trace::EventKind kind, const trace::Tap& tap,
                                 trace::Direction direction, wire::PacketHandle packet,
                                 bool ethernet) const {
  const wire::PacketPool& pool = simulator_.packets();
  trace::TraceEvent made;
  made.at = simulator_.now();
  made.kind = kind;
  made.direction = direction;
  made.tap = tap;
  made.packet = pool.id(packet);
  made.cause = pool.cause(packet);
  made.bytes = pool.bytes(packet);
  made.ethernet = ethernet;
  return made;
}

void Context::record(trace::EventKind kind, const trace::Tap& tap, trace::Direction direction,
                     wire::PacketHandle packet, const trace::StepList* steps, bool ethernet) {
  trace::TraceEvent made = event(kind, tap, direction, packet, ethernet);
  made.steps = steps;
  trace_.record(made);
}

void Context::record_consumed(const trace::Tap& tap, wire::PacketHandle packet,
                              std::string_view outcome, bool ethernet, std::size_t hidden) {
  trace::TraceEvent made =
      event(trace::EventKind::kConsumed, tap, trace::Direction::kIn, packet, ethernet);
  made.bytes = made.bytes.subspan(std::min(hidden, made.bytes.size()));
  made.outcome = outcome;
  trace_.record(made);
}

void Context::drop(trace::DropReason reason, const trace::Tap& tap, trace::Direction direction,
                   wire::PacketHandle packet, const trace::StepList* steps, bool ethernet) {
  ++drops_[static_cast<std::size_t>(reason)];
  if (listening()) {
    trace::TraceEvent made = event(trace::EventKind::kDropped, tap, direction, packet, ethernet);
    made.reason = reason;
    made.steps = steps;
    trace_.record(made);
  }
  packets().free(packet);
}

}  // namespace vpclab::node
