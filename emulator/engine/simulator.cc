#include "emulator/engine/simulator.h"

#include <algorithm>

namespace vpclab::engine {

PortId Simulator::add_sink(PacketSink& sink) {
  ports_.push_back(Port{.sink = &sink});
  return PortId{static_cast<std::uint32_t>(ports_.size() - 1)};
}

PortId Simulator::add_actor(Actor& actor) {
  ports_.push_back(Port{.actor = &actor});
  return PortId{static_cast<std::uint32_t>(ports_.size() - 1)};
}

void Simulator::close(PortId port) {
  Port& closed = ports_[static_cast<std::size_t>(port)];
  if (closed.wake != kNever) {
    ++replaced_wakes_;
  }
  closed = Port{};
}

void Simulator::wake_at(PortId actor, SimTime at) {
  Port& port = ports_[static_cast<std::size_t>(actor)];
  VPCLAB_CHECK(port.actor != nullptr, "only an open actor's port can be woken");
  VPCLAB_CHECK(at >= now_, "a wake may not lie in the past");
  if (at >= port.wake) {
    return;
  }
  const SimTime replaced = port.wake;
  if (replaced != kNever) {
    ++replaced_wakes_;
  }
  port.wake = at;
  if (port.spare == at) {  // its event is in the queue already
    --replaced_wakes_;
    port.spare = replaced;
    return;
  }
  if (replaced != kNever) {
    port.spare = replaced;
  }
  queue_.push(Event{at, wire::kNoPacket, actor});
}

void Simulator::wake_or_discard(const Event& event) {
  Port& port = ports_[static_cast<std::size_t>(event.port)];
  if (!event.is_wake()) {
    VPCLAB_CHECK(port.actor == nullptr, "packets go to sinks, not to actors");
    ++packets_undeliverable_;
    if (undeliverable_) {
      undeliverable_(event.port, event.packet);
    }
    packets_->free(event.packet);
  } else if (port.wake == event.at) {
    port.wake = kNever;
    ++events_processed_;
    port.actor->act();
  } else {
    --replaced_wakes_;
    if (port.spare == event.at) {
      port.spare = kNever;
    }
  }
}

bool Simulator::pace(SimTime limit) {
  const auto next = [this, limit] {
    return pending() == 0 ? limit : std::min(limit, queue_.next_time());
  };
  const SimTime due = next();
  now_ = pacer_->wait(now_, due);
  VPCLAB_CHECK(now_ <= due, "a pacer does not pass the next event");
  pacer_->admit();
  return now_ == next();
}

void Simulator::run_until(SimTime limit) {
  run_until([] { return false; }, limit);
}

void Simulator::run() {
  while (pending() > 0) {
    if (pacer_ == nullptr || pace(kNever)) {
      step(kNever);
    }
  }
}

bool Simulator::run_one() {
  const std::uint64_t before = events_processed_ + packets_undeliverable_;
  const auto done = [this, before] { return events_processed_ + packets_undeliverable_ != before; };
  while (pending() > 0 && !done()) {
    if (pacer_ == nullptr || pace(kNever)) {
      step(kNever);
    }
  }
  return done();
}

}  // namespace vpclab::engine
