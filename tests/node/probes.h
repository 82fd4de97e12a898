// tests/node/probes.h - what tests of nodes do with guests besides pinging: traceroutes, packets
// made by hand, and a look at what passes a tap.
#pragma once

#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "netstack/app/traceroute.h"
#include "netstack/app/traceroute_text.h"
#include "netstack/wire/ethernet.h"
#include "tests/support/toy_world.h"

namespace vpclab::testing {

/// The lines of a traceroute with one query a hop, six hops at most.
inline std::vector<std::string> traceroute(ToyWorld& lab, int from, std::string_view to,
                                           app::TracerouteMethod method) {
  std::vector<std::string> lines;
  app::TracerouteText text(
      [&](SimTime, app::Stream, std::string_view line) { lines.emplace_back(line); });
  app::TracerouteOptions options;
  options.method = method;
  options.numeric = true;
  options.queries = 1;
  options.max_hops = 6;
  app::Traceroute program(options, address(to), std::string(to), &text);
  program.start(lab.world.simulator().now(), lab.guest(from).host());
  lab.guest(from).pump();
  lab.run_for(std::chrono::seconds(30));
  return lines;
}

inline node::Eni& interface_of(ToyWorld& lab, int number) {
  return *dynamic_cast<node::Instance&>(lab.guest(number)).interfaces()[0];
}

inline const dataplane::Interface& plan_of(ToyWorld& lab, int number) {
  node::Eni& eni = interface_of(lab, number);
  return eni.router().tables().interfaces[eni.slot()];
}

/// Sends an IPv4 packet out of an instance's interface, as its guest would; returns its number.
inline std::uint64_t send_raw(ToyWorld& lab, int from, const PacketBytes& packet) {
  wire::PacketPool& packets = lab.world.packets();
  const wire::PacketHandle frame = packets.allocate(wire::EthernetHeader::kSize + packet.size());
  const MutableBytes bytes = packets.bytes(frame);
  wire::EthernetHeader{wire::MacAddress::from_integer(0x0a0000000001), plan_of(lab, from).mac,
                       wire::EtherType::kIpv4}
      .emit(bytes);
  std::memcpy(bytes.data() + wire::EthernetHeader::kSize, packet.data(), packet.size());
  const std::uint64_t id = packets.id(frame);
  // As if the guest's own stack had sent it.
  trace::TraceEvent sent;
  sent.at = lab.world.simulator().now();
  sent.kind = trace::EventKind::kSent;
  sent.tap = {interface_of(lab, from).id(), trace::Tap::Side::kGuest};
  sent.packet = id;
  sent.bytes = bytes;
  sent.ethernet = true;
  lab.world.trace().record(sent);
  interface_of(lab, from).transmit(frame);
  return id;
}

/// Copies what passes one kind of tap, from the IPv4 header on; with Ethernet at kGuest.
class TapLog final : public trace::TraceSink {
 public:
  TapLog(ToyWorld& lab, trace::Tap::Side side) : lab_(lab), side_(side) {
    lab_.world.trace().add(*this);
  }

  TapLog(const TapLog&) = delete;
  TapLog& operator=(const TapLog&) = delete;

  ~TapLog() override { lab_.world.trace().remove(*this); }

  void record(const trace::TraceEvent& event) override {
    if (event.tap.side == side_ &&
        (event.kind == trace::EventKind::kPassed || event.kind == trace::EventKind::kSent)) {
      seen.push_back({event.tap.element, event.kind, event.direction, event.packet,
                      PacketBytes(event.bytes.begin(), event.bytes.end())});
    }
  }

  struct Seen {
    api::ResourceId element;
    trace::EventKind kind{};
    trace::Direction direction{};
    std::uint64_t packet = 0;
    PacketBytes bytes;
  };

  /// "source > destination" of what passed `element`, with "in " or "out " before it.
  [[nodiscard]] std::vector<std::string> addresses_at(const api::ResourceId& element) const {
    std::vector<std::string> lines;
    for (const Seen& packet : seen) {
      if (packet.element == element) {
        lines.push_back(fmt::format("{} {} > {}",
                                    packet.direction == trace::Direction::kOut ? "out" : "in",
                                    to_string(wire::ipv4_source(packet.bytes)),
                                    to_string(wire::ipv4_destination(packet.bytes))));
      }
    }
    return lines;
  }

  std::vector<Seen> seen;

 private:
  ToyWorld& lab_;
  trace::Tap::Side side_;
};

}  // namespace vpclab::testing
