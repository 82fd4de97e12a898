// host/arp_cache.h - which hardware address stands behind a neighbour's IPv4 address, and the
// packets that wait for the answer. Bounded in entries and in packets. It knows no timer and sends
// nothing: HostStack (arp.cc) asks, learns and gives up. Made when a host first sends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "netstack/base/sim_time.h"
#include "netstack/wire/ipv4_address.h"
#include "netstack/wire/mac_address.h"
#include "netstack/wire/packet_pool.h"

namespace vpclab::host {

/// Whose a packet is that leaves: it decides who hears of its end.
enum class PacketOrigin : std::uint8_t {
  kOwn,        // this host's: its program is told of a failure
  kForwarded,  // another host's: that one is told by ICMP
  kPiece,      // made here of another host's packets, a fragment or a datagram: likewise
};

class ArpCache {
 public:
  enum class State : std::uint8_t {
    kAsking,     // broadcast requests are out; packets wait
    kReachable,  // answered less than kFreshFor ago
    kChecking,   // older than that and in use: asked again by unicast, used meanwhile
  };

  struct Waiting {
    wire::PacketHandle packet;
    PacketOrigin origin;
  };

  struct Neighbour {
    wire::Ipv4Address address;
    wire::MacAddress mac;
    std::uint8_t interface = 0;
    State state = State::kAsking;
    std::uint8_t requests = 0;  // sent since the last answer
    SimTime at{};               // kReachable: fresh until then; otherwise the next request
    std::vector<Waiting> waiting;
  };

  ArpCache(std::uint16_t entries_max, std::uint16_t waiting_per_address_max,
           std::uint16_t waiting_max)
      : entries_max_(entries_max),
        waiting_per_address_max_(waiting_per_address_max),
        waiting_max_(waiting_max) {}

  /// Null if unknown. The pointer lives until the next insert() or erase().
  [[nodiscard]] Neighbour* find(std::size_t interface, wire::Ipv4Address address);

  /// A new neighbour in state kAsking. Pre: not there. A full table forgets the answered neighbour
  /// that is oldest; null if all are being asked.
  [[nodiscard]] Neighbour* insert(std::size_t interface, wire::Ipv4Address address);

  /// Pre: nothing waits for it (take_waiting).
  void erase(std::size_t interface, wire::Ipv4Address address);

  /// Forgets every neighbour at `interface`. Returns what waited for them.
  [[nodiscard]] std::vector<Waiting> forget(std::size_t interface);

  /// Puts a packet behind the others. Returns the one that has to go for it, if the queue was full:
  /// the first of this neighbour's, or `packet` itself if the table's limit is reached by others.
  [[nodiscard]] std::optional<Waiting> enqueue(Neighbour& neighbour, Waiting packet);

  /// Everything that waits for `neighbour`, in order; its queue is empty afterwards.
  [[nodiscard]] std::vector<Waiting> take_waiting(Neighbour& neighbour);

  /// All neighbours, by (interface, address).
  [[nodiscard]] std::vector<Neighbour>& neighbours() { return neighbours_; }

  /// When the first unanswered request is due for another step; kNever if none is out.
  [[nodiscard]] SimTime next_timer() const;

 private:
  [[nodiscard]] std::size_t position(std::size_t interface, wire::Ipv4Address address) const;

  std::vector<Neighbour> neighbours_;  // sorted by (interface, address)
  std::size_t last_found_ = 0;         // hint: conversations come in runs
  std::uint32_t waiting_ = 0;          // packets, in all
  std::uint16_t entries_max_;
  std::uint16_t waiting_per_address_max_;
  std::uint16_t waiting_max_;
};

}  // namespace vpclab::host
