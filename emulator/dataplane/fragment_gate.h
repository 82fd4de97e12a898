// dataplane/fragment_gate.h - how a stateful or stateless filter judges fragments (SG-27): the
// first fragment of a datagram is judged by the rules, the others share its verdict; those that
// come before it wait, bounded in number, bytes and time. Owned by one filter; judges nothing
// itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "emulator/dataplane/expiring_table.h"
#include "emulator/dataplane/packet_facts.h"
#include "emulator/trace/decision.h"
#include "emulator/trace/drop_reason.h"
#include "netstack/base/sim_time.h"
#include "netstack/wire/packet_pool.h"

namespace vpclab::dataplane {

/// The knob filter.fragments.
enum class FragmentPolicy : std::uint8_t {
  kDatagram,   // SG-27
  kFirstOnly,  // later fragments pass unasked
};

struct FragmentOptions {
  FragmentPolicy policy = FragmentPolicy::kDatagram;
  Duration timeout = std::chrono::seconds(30);
  std::uint32_t verdicts_max = 16'384;  // the oldest are given up for new ones; at least 2
  std::uint32_t waiting_max = 1'024;    // fragments
  std::uint64_t waiting_bytes_max = 4U << 20;
};

/// A datagram at a filter: SG-27's key, and where it came in (a filter may see it twice).
struct DatagramKey {
  std::uint32_t source = 0;
  std::uint32_t destination = 0;
  std::uint32_t place = 0;
  std::uint16_t identification = 0;
  std::uint8_t protocol = 0;

  [[nodiscard]] static DatagramKey of(const PacketFacts& facts, std::uint32_t place) {
    return DatagramKey{facts.source.to_host_order(), facts.destination.to_host_order(), place,
                       facts.identification, facts.protocol};
  }

  [[nodiscard]] std::uint64_t hash() const {
    const std::uint64_t addresses = (std::uint64_t{source} << 32) | destination;
    const std::uint64_t rest =
        (std::uint64_t{place} << 24) ^ (std::uint64_t{identification} << 8) ^ protocol;
    const std::uint64_t mixed =
        (addresses * 0x9e3779b97f4a7c15U) ^ ((rest + 1) * 0xc2b2ae3d27d4eb4fU);
    return ((mixed ^ (mixed >> 29)) * 0xff51afd7ed558ccdU) >> 32;
  }

  friend bool operator==(const DatagramKey&, const DatagramKey&) = default;
};

/// What became of a datagram's first fragment at a filter.
struct DatagramVerdict {
  std::optional<trace::DropReason> denied;  // nothing: it passed
  trace::Step step;                         // of a denial, for those that share it
};

class FragmentGate {
 public:
  /// A fragment that waits for its datagram's first one.
  struct Waiting {
    DatagramKey key;
    wire::PacketHandle packet = wire::kNoPacket;
    std::size_t size = 0;
    SimTime until{};

    friend bool operator==(const Waiting&, const Waiting&) = default;
  };

  /// The options outlive the gate.
  explicit FragmentGate(const FragmentOptions& options)
      : options_(&options), recent_(options.verdicts_max / 2), older_(options.verdicts_max / 2) {}

  /// The verdict on a datagram whose first fragment was judged, or null.
  [[nodiscard]] const DatagramVerdict* verdict(const DatagramKey& key, SimTime now);

  /// Keeps a later fragment until the first comes. False: no room, it stays the caller's.
  [[nodiscard]] bool hold(const DatagramKey& key, wire::PacketHandle packet, std::size_t size,
                          SimTime now);

  /// Notes the verdict on a first fragment for the others.
  void judge(const DatagramKey& key, const DatagramVerdict& verdict, SimTime now);

  /// Takes the longest-waiting fragment of a datagram; kNoPacket if none waits.
  [[nodiscard]] wire::PacketHandle release(const DatagramKey& key);

  /// Takes a fragment that waited in vain; nothing if none is due.
  [[nodiscard]] std::optional<Waiting> take_expired(SimTime now);

  /// When take_expired() will have something; kNever if nothing waits.
  [[nodiscard]] SimTime deadline() const {
    return waiting_.empty() ? kNever : waiting_.front().until;
  }

 private:
  const FragmentOptions* options_;
  // Verdicts of two ages: when the recent ones are too many, the older ones are given up for them.
  ExpiringTable<DatagramKey, DatagramVerdict> recent_;
  ExpiringTable<DatagramKey, DatagramVerdict> older_;
  std::vector<Waiting> waiting_;  // in order of arrival, hence of deadline
  std::uint64_t waiting_bytes_ = 0;
};

}  // namespace vpclab::dataplane
