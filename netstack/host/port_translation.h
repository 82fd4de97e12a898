// host/port_translation.h - the table of a source NAT: which inside address and port stand behind
// which outside port, for each remote end (RFC 3022's NAPT with address-and-port-dependent
// mapping). Bounded, expired exactly, deterministic; allocates only to grow. Owned by whoever
// translates (host/source_nat.h); never sees a packet.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "netstack/base/sim_time.h"
#include "netstack/wire/ipv4.h"
#include "netstack/wire/ipv4_address.h"

namespace vpclab::host {

/// What is known of a flow's traffic: each phase has its own idle timeout.
enum class NatPhase : std::uint8_t {
  kIcmp,
  kUdp,             // in one direction, or one pair
  kUdpStream,       // more came after an answer
  kTcpOpening,      // nothing has come back yet
  kTcpEstablished,  // packets in both directions
  kTcpClosing,      // a FIN or a reset was seen
  kOther,           // protocols without ports
};

inline constexpr std::size_t kNatPhases = 7;

struct PortTranslationOptions {
  std::uint16_t first_port = 1'024;
  std::uint16_t last_port = 65'535;
  /// Keeps the inside port where it is free and in the range, as a Linux machine does.
  bool keep_ports = false;
  std::uint32_t per_remote_max = 64'512;  // flows to one remote address, port and protocol
  std::uint32_t flows_max = 1U << 20;
  /// By phase.
  std::array<Duration, kNatPhases> idle{std::chrono::seconds(30),      std::chrono::seconds(30),
                                        std::chrono::seconds(120),     std::chrono::seconds(120),
                                        std::chrono::seconds(432'000), std::chrono::seconds(120),
                                        std::chrono::seconds(600)};
};

/// Both ends of a flow as the inside sees them. ICMP queries have their identifier as inside port
/// and no remote port; protocols without ports have neither.
struct NatEnds {
  wire::Ipv4Address inside;
  wire::Ipv4Address remote;
  std::uint16_t inside_port = 0;
  std::uint16_t remote_port = 0;
  wire::IpProtocol protocol{};

  friend bool operator==(const NatEnds&, const NatEnds&) = default;
};

class PortTranslation {
 public:
  /// A flow's number while it lives.
  using FlowIndex = std::uint32_t;

  static constexpr FlowIndex kNone = 0xffff'ffff;

  struct Flow {
    NatEnds ends;
    std::uint16_t port = 0;  // outside
    NatPhase phase{};
    bool replied = false;
    SimTime expires{};
  };

  explicit PortTranslation(const PortTranslationOptions& options);

  /// The live flow between these ends, or kNone.
  [[nodiscard]] FlowIndex find(const NatEnds& ends, SimTime now);

  /// The live flow behind an outside port, for packets of this remote end; or kNone.
  [[nodiscard]] FlowIndex find_back(wire::Ipv4Address remote, std::uint16_t remote_port,
                                    wire::IpProtocol protocol, std::uint16_t port, SimTime now);

  /// Begins a flow on a port for which `is_free(port)` holds too (the translator may use some
  /// itself); kNone if there is none, or a limit is reached. Pre: find() found none.
  template <class IsFree>
  [[nodiscard]] FlowIndex open(const NatEnds& ends, NatPhase phase, SimTime now, IsFree&& is_free) {
    if (!may_open(ends, now)) {
      return kNone;
    }
    std::uint32_t offset = first_offset(ends);
    for (std::uint32_t tried = 0; tried < port_count(ends) + kJumps; ++tried) {
      const std::uint16_t port = port_at(ends, offset);
      if (!is_taken(ends, port) && is_free(port)) {
        return add(ends, phase, port, now);
      }
      offset = next_offset(ends, tried, offset);
    }
    return kNone;
  }

  /// Another packet of a live flow has passed: its phase may have changed, its time begins anew.
  void touch(FlowIndex index, NatPhase phase, bool from_inside, SimTime now);

  [[nodiscard]] const Flow& flow(FlowIndex index) const { return nodes_[index].flow; }

  /// Marks the outside ports of a protocol's flows. Looks at every flow: not for each packet.
  void mark_ports(wire::IpProtocol protocol, std::bitset<0x1'0000>& marked) const;

  /// Live flows, those that have expired since the last call included.
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  /// A flow and the chains that it is part of.
  struct Node {
    Flow flow;
    FlowIndex next_by_ends = kNone;
    FlowIndex next_by_port = kNone;  // also of the list of free nodes
    FlowIndex older = kNone;         // of the same phase, by last use
    FlowIndex newer = kNone;
    std::uint32_t remote = 0;  // position in remotes_
  };

  /// A remote end, while flows lead to it.
  struct Remote {
    wire::Ipv4Address address;
    std::uint16_t port = 0;
    wire::IpProtocol protocol{};
    std::uint32_t flows = 0;
    std::uint32_t next = kNone;  // in its chain, or of the list of free ones
  };

  /// Flows of a phase: the one unused for longest first.
  struct Ages {
    FlowIndex oldest = kNone;
    FlowIndex newest = kNone;
  };

  /// How often the search for a port starts anew somewhere else before it goes step by step.
  static constexpr std::uint32_t kJumps = 8;

  [[nodiscard]] bool may_open(const NatEnds& ends, SimTime now);
  [[nodiscard]] std::uint32_t port_count(const NatEnds& ends) const;
  [[nodiscard]] std::uint32_t first_offset(const NatEnds& ends) const;
  [[nodiscard]] std::uint32_t next_offset(const NatEnds& ends, std::uint32_t tried,
                                          std::uint32_t offset) const;
  [[nodiscard]] std::uint16_t port_at(const NatEnds& ends, std::uint32_t offset) const;
  [[nodiscard]] bool is_taken(const NatEnds& ends, std::uint16_t port) const;
  [[nodiscard]] FlowIndex at_port(wire::Ipv4Address remote, std::uint16_t remote_port,
                                  wire::IpProtocol protocol, std::uint16_t port) const;
  FlowIndex add(const NatEnds& ends, NatPhase phase, std::uint16_t port, SimTime now);
  void expire(SimTime now);
  void remove(FlowIndex index);
  void grow();
  void append(FlowIndex index, NatPhase phase, SimTime now);
  void unlink(FlowIndex index);
  [[nodiscard]] std::uint32_t find_remote(const NatEnds& ends) const;
  std::uint32_t add_remote(const NatEnds& ends);
  void drop_remote(std::uint32_t position);

  PortTranslationOptions options_;
  std::vector<Node> nodes_;
  std::vector<Remote> remotes_;
  // Heads of the chains: a power of two each, as many as nodes_ at least.
  std::vector<FlowIndex> by_ends_;
  std::vector<FlowIndex> by_port_;
  std::vector<std::uint32_t> by_remote_;
  std::array<Ages, kNatPhases> ages_;
  FlowIndex free_ = kNone;
  std::uint32_t free_remote_ = kNone;
  std::size_t size_ = 0;
};

}  // namespace vpclab::host
