// host/reassembly.h - puts the fragments of datagrams together again (RFC 791 section 3.2, RFC 1122
// section 3.3.2), within limits. Fragments that contradict each other spoil their datagram, in the
// spirit of RFC 5722. It holds the packets' handles, frees nothing and sends nothing. Made when the
// first fragment arrives.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "netstack/base/sim_time.h"
#include "netstack/wire/ipv4.h"
#include "netstack/wire/ipv4_address.h"
#include "netstack/wire/packet_pool.h"

namespace vpclab::host {

class Reassembler {
 public:
  /// How long the first fragment that arrives waits for the rest (RFC 1122 section 3.3.2 allows 60
  /// to 120 s; Linux and SG-27: 30 s).
  static constexpr Duration kTimeout = std::chrono::seconds(30);

  /// What a waiting fragment costs beside its bytes, so that many tiny ones fill the limit too.
  static constexpr std::size_t kFragmentOverhead = 256;

  enum class Verdict : std::uint8_t {
    kWaiting,     // kept
    kComplete,    // kept, and nothing is missing: take fragments()
    kDuplicate,   // not kept: the same bytes are here already
    kOverlap,     // not kept, and the datagram is spoilt: what is in fragments() has to go too
    kOverflow,    // not kept: the limits are reached; give_up_longest() makes room
    kImpossible,  // not kept: no datagram has such a fragment
  };

  /// A fragment as it lies in its packet.
  struct Fragment {
    wire::PacketHandle packet;
    std::uint16_t offset;      // of its bytes in the datagram's payload
    std::uint16_t size;        // of its bytes
    std::uint32_t payload_at;  // where they begin in the packet
    std::uint32_t header_at;   // where the IPv4 header begins in the packet
    std::uint8_t interface;
  };

  Reassembler(const wire::PacketPool& pool, std::size_t datagrams_max, std::size_t bytes_max)
      : pool_(pool), datagrams_max_(datagrams_max), bytes_max_(bytes_max) {}

  /// Takes a look at a fragment. After kComplete and kOverlap, fragments() has to be called.
  [[nodiscard]] Verdict add(SimTime now, const wire::Ipv4Header& header, const Fragment& fragment);

  /// Takes the next datagram whose time is over (or any, at kNever): its fragments are in
  /// fragments() afterwards. False if there is none.
  [[nodiscard]] bool expire(SimTime now);

  /// Takes the datagram that has waited longest, other than the one that `header` belongs to, as
  /// expire() does. False if there is none.
  [[nodiscard]] bool give_up_longest(const wire::Ipv4Header& header);

  /// The fragments that the last add(), expire() or give_up_longest() gave back, sorted by offset.
  /// Valid until the next call of any of them.
  [[nodiscard]] std::span<const Fragment> fragments() const { return released_; }

  /// When the next datagram expires; kNever if none waits.
  [[nodiscard]] SimTime next_timer() const;

 private:
  struct Datagram {
    wire::Ipv4Address source;
    wire::Ipv4Address destination;
    std::uint16_t identification = 0;
    wire::IpProtocol protocol{};
    bool spoilt = false;         // refuses the rest of itself until its time is over
    std::uint32_t total = 0;     // payload bytes, once the last fragment is here
    std::uint32_t received = 0;  // payload bytes so far
    SimTime expires{};
    std::vector<Fragment> fragments;  // sorted by offset, disjoint

    [[nodiscard]] bool has(const wire::Ipv4Header& header) const {
      return identification == header.identification && source == header.source &&
             destination == header.destination && protocol == header.protocol;
    }
  };

  [[nodiscard]] Datagram* find_or_make(SimTime now, const wire::Ipv4Header& header);
  [[nodiscard]] bool same_bytes(const Fragment& held, const Fragment& fragment) const;
  void release(Datagram& datagram);
  void remove(Datagram& datagram);

  const wire::PacketPool& pool_;
  std::size_t datagrams_max_;
  std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  std::size_t used_ = 0;             // datagrams_[0, used_) wait; the others keep their memory
  std::vector<Datagram> datagrams_;  // in no order: few
  std::vector<Fragment> released_;
};

}  // namespace vpclab::host
