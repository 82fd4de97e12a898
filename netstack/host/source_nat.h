// host/source_nat.h - source NAT of IPv4 packets (RFC 3022, RFC 5508): many inside addresses behind
// one. Rewrites addresses, ports, identifiers, what ICMP errors quote, and all checksums, in place.
// Owned by a host that masquerades or by a gateway; lowers no TTL, sends and drops nothing.
#pragma once

#include <cstdint>
#include <optional>

#include "netstack/base/bytes.h"
#include "netstack/base/sim_time.h"
#include "netstack/host/port_translation.h"
#include "netstack/wire/ipv4.h"
#include "netstack/wire/ipv4_address.h"

namespace vpclab::host {

struct SourceNatOptions {
  PortTranslationOptions ports;
  /// A segment in the middle of a connection begins a flow too, as on Linux; else only a SYN does.
  bool loose_tcp = true;
  bool other_protocols = true;  // translates their address; else they are refused
};

enum class NatResult : std::uint8_t {
  kTranslated,
  kNoState,      // belongs to no flow and may begin none
  kNoPort,       // no port is free, or a limit is reached
  kUnsupported,  // such a protocol is not translated, or the packet cannot be read
};

class SourceNat {
 public:
  explicit SourceNat(const SourceNatOptions& options) : options_(options), table_(options.ports) {}

  /// A packet of the inside gets `outside` as its source; may begin a flow. `is_free(port)`: the
  /// translator does not use that port itself. A packet that is not translated stays as it is. Pre:
  /// well formed, and the whole datagram or its first fragment.
  template <class IsFree>
  NatResult leave(SimTime now, MutableBytes packet, wire::Ipv4Address outside, IsFree&& is_free) {
    Reading reading;
    const NatResult result = read_leaving(now, packet, reading);
    if (result != NatResult::kTranslated) {
      return result;
    }
    PortTranslation::FlowIndex flow = reading.flow;
    if (flow == PortTranslation::kNone) {
      flow = table_.open(reading.ends, reading.phase, now, is_free);
      if (flow == PortTranslation::kNone) {
        return NatResult::kNoPort;
      }
    } else if (!reading.is_error) {
      table_.touch(flow, reading.phase, true, now);
    }
    rewrite_leaving(packet, outside, flow);
    return NatResult::kTranslated;
  }

  NatResult leave(SimTime now, MutableBytes packet, wire::Ipv4Address outside) {
    return leave(now, packet, outside, [](std::uint16_t) { return true; });
  }

  /// A packet for the outside address gets its flow's inside end as destination. Never begins a
  /// flow. As leave() otherwise.
  NatResult enter(SimTime now, MutableBytes packet);

  /// Whose a packet for the outside address is.
  struct Returning {
    wire::Ipv4Address inside;
    NatPhase phase{};
    PortTranslation::FlowIndex flow = PortTranslation::kNone;
    bool is_error = false;
  };

  /// Nothing if enter() would not translate the packet.
  [[nodiscard]] std::optional<Returning> find_returning(SimTime now, Bytes packet);

  /// The same as enter(), of a packet that find_returning() has just found.
  void enter(SimTime now, MutableBytes packet, const Returning& returning);

  [[nodiscard]] const PortTranslation& table() const { return table_; }

 private:
  /// What a packet is to the table.
  struct Reading {
    NatEnds ends;
    NatPhase phase{};
    PortTranslation::FlowIndex flow = PortTranslation::kNone;  // kNone: a new one
    bool is_error = false;  // about a packet of the flow, whose time it does not begin anew
  };

  [[nodiscard]] NatResult read_leaving(SimTime now, Bytes packet, Reading& reading);
  [[nodiscard]] NatResult read_entering(SimTime now, Bytes packet, Reading& reading);
  [[nodiscard]] Returning returning_of(const Reading& reading) const;
  void rewrite_leaving(MutableBytes packet, wire::Ipv4Address outside,
                       PortTranslation::FlowIndex flow);

  SourceNatOptions options_;
  PortTranslation table_;
};

}  // namespace vpclab::host
