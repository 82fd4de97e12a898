#include "emulator/node/guest.h"

#include <algorithm>

#include "netstack/host/host_outcome.h"
#include "netstack/wire/ethernet.h"

namespace vpclab::node {

Guest::Guest(Context& context, const host::HostOptions& options)
    : context_(context),
      port_(context.simulator().add_actor(*this)),
      host_(context.packets(), options, this) {}

void Guest::pump() {
  if (!is_running()) {
    return;
  }
  host_.poll(context_.now());
  send_what_is_ready();
}

void Guest::receive(std::size_t number, wire::PacketHandle frame) {
  if (context_.listening()) {
    inside_.push_back(context_.packets().id(frame));
  }
  host_.receive(context_.now(), number, frame);
  send_what_is_ready();
}

void Guest::send_what_is_ready() {
  host_.drain_outbound(
      [this](std::size_t number, wire::PacketHandle frame) { transmit(number, frame); });
  const SimTime next = host_.deadline();
  if (next != kNever) {
    context_.simulator().wake_at(port_, std::max(next, context_.now()));
  }
}

bool Guest::forget(std::uint64_t packet) {
  const auto found = std::find(inside_.begin(), inside_.end(), packet);
  if (found == inside_.end()) {
    return false;
  }
  inside_.erase(found);
  return true;
}

void Guest::record_leaving(std::size_t number, wire::PacketHandle packet) {
  const bool forwarded = forget(context_.packets().id(packet));
  context_.record(forwarded ? trace::EventKind::kPassed : trace::EventKind::kSent, tap(number),
                  trace::Direction::kOut, packet, nullptr, taps_frames());
}

void Guest::ensure_begun(const trace::Tap& tap, wire::PacketHandle packet,
                         trace::Direction direction) {
  if (!forget(context_.packets().id(packet))) {
    context_.record(trace::EventKind::kSent, tap, direction, packet, nullptr, false);
  }
}

trace::Tap Guest::tap_inside(std::size_t number) const {
  return tap(number == host::kLoopbackInterface ? 0 : number);
}

void Guest::on_consumed(SimTime /*now*/, std::size_t interface, wire::PacketHandle packet,
                        host::HostOutcome outcome) {
  if (outcome == host::HostOutcome::kForwarded) {
    if (host_.masquerades()) {
      context_.forget_facts(packet);  // its addresses and ports may be others
    }
    return;
  }
  if (!context_.listening()) {
    return;
  }
  const bool came_in = forget(context_.packets().id(packet));
  if (outcome == host::HostOutcome::kArp && !taps_frames()) {
    return;  // its link is not part of the picture
  }
  const trace::Tap where = tap_inside(interface);
  if (!came_in) {
    context_.record(trace::EventKind::kSent, where, trace::Direction::kIn, packet, nullptr, false);
  }
  const std::size_t hidden = came_in && !taps_frames() ? wire::EthernetHeader::kSize : 0;
  context_.record_consumed(where, packet, host::to_string(outcome), came_in && taps_frames(),
                           hidden);
}

void Guest::on_replaced(SimTime /*now*/, std::size_t interface,
                        std::span<const wire::PacketHandle> before,
                        std::span<const wire::PacketHandle> /*after*/) {
  if (!context_.listening()) {
    return;
  }
  const trace::Tap where = tap_inside(interface);
  for (const wire::PacketHandle packet : before) {
    ensure_begun(where, packet, trace::Direction::kOut);
    context_.record(trace::EventKind::kReplaced, where, trace::Direction::kIn, packet, nullptr,
                    false);
  }
}

}  // namespace vpclab::node
