// tests/app/wire_of_two.h - two hosts on one link with a delay, under a manual clock; what the link
// does to a packet can be changed by the test.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "netstack/app/line_sink.h"
#include "netstack/host/host_stack.h"

namespace vpclab::app::testing {

inline constexpr wire::Ipv4Address kAlice = wire::Ipv4Address::of(10, 1, 0, 5);
inline constexpr wire::Ipv4Address kBob = wire::Ipv4Address::of(10, 1, 0, 6);

inline host::InterfaceConfig interface_of(wire::Ipv4Address address, std::uint64_t mac) {
  host::InterfaceConfig config;
  config.mac = wire::MacAddress::from_integer(0x02'00'00'00'00'00 | mac);
  config.address = address;
  config.subnet = wire::Ipv4Prefix::of(address, 20);
  return config;
}

class WireOfTwo {
 public:
  explicit WireOfTwo(const host::HostOptions& options = {})
      : alice(pool, options), bob(pool, options) {
    host::InterfaceConfig config = interface_of(kAlice, 0x0a);
    config.gateway = kBob;
    alice.add_interface(config);
    config = interface_of(kBob, 0x0b);
    config.gateway = kAlice;
    bob.add_interface(config);
  }

  ~WireOfTwo() {
    for (const Flying& flying : flying_) {
      pool.free(flying.packet);
    }
  }

  /// Lets virtual time go on.
  void run_for(Duration duration) {
    const SimTime until = now + duration;
    for (;;) {
      launch(alice, bob);
      launch(bob, alice);
      SimTime next = std::min(alice.deadline(), bob.deadline());
      const auto first =
          std::min_element(flying_.begin(), flying_.end(),
                           [](const Flying& a, const Flying& b) { return a.arrives < b.arrives; });
      if (first != flying_.end()) {
        next = std::min(next, first->arrives);
      }
      if (next > until) {
        break;
      }
      now = std::max(now, next);
      if (first != flying_.end() && first->arrives <= now) {
        const Flying landed = *first;
        flying_.erase(first);
        landed.to->receive(now, 0, landed.packet);
        continue;
      }
      alice.poll(now);
      bob.poll(now);
    }
    now = until;
  }

  /// Runs until `done()` or for a virtual day.
  void run_until(const std::function<bool()>& done) {
    for (int i = 0; i < 864'000 && !done(); ++i) {
      run_for(std::chrono::milliseconds(100));
    }
  }

  wire::PacketPool pool;
  SimTime now{};
  Duration delay = std::chrono::microseconds(250);
  /// Called for each frame with its bytes and whether alice sent it: how many copies arrive (0: it
  /// is lost), and how much later than usual.
  std::function<std::pair<int, Duration>(Bytes frame, bool from_alice)> fate;
  host::HostStack alice;
  host::HostStack bob;

 private:
  struct Flying {
    SimTime arrives;
    wire::PacketHandle packet;
    host::HostStack* to;
  };

  void launch(host::HostStack& from, host::HostStack& to) {
    from.drain_outbound([&](std::size_t, wire::PacketHandle packet) {
      const auto [copies, later] = fate ? fate(std::as_const(pool).bytes(packet), &from == &alice)
                                        : std::pair(1, Duration::zero());
      for (int i = 0; i < copies; ++i) {
        flying_.push_back({now + delay + later, pool.clone(packet), &to});
      }
      pool.free(packet);
    });
  }

  std::deque<Flying> flying_;
};

/// Collects what a program prints.
class Screen {
 public:
  LineSink sink() {
    return [this](SimTime now, Stream stream, std::string_view line) {
      (stream == Stream::kOutput ? output : errors).emplace_back(line);
      times.push_back(now);
    };
  }

  std::vector<std::string> output;
  std::vector<std::string> errors;
  std::vector<SimTime> times;
};

}  // namespace vpclab::app::testing
