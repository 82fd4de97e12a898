#include "tests/oracle/flows.h"

#include <algorithm>

namespace vpclab::oracle {
namespace {

/// Packets take a while: a verdict so near to a timeout may fall either way.
constexpr Seconds kHaze{0.5};

struct Timeout {
  Seconds surely_alive;
  Seconds surely_over;
};

/// SG-23. Whether a UDP flow is a stream, and how long a TCP connection that was never established
/// is remembered, the rules leave open.
Timeout timeout_of(int protocol) {
  switch (protocol) {
    case kIcmp:
      return {Seconds(30), Seconds(30)};
    case kUdp:
      return {Seconds(30), Seconds(180)};
    case kTcp:
      return {Seconds(30), Seconds(432'000)};
    default:
      return {Seconds(600), Seconds(600)};
  }
}

}  // namespace

Flows::Flow Flows::flow_of(const std::string& interface, const Packet& packet, bool egress) {
  Flow flow{interface,
            packet.source,
            packet.destination,
            packet.protocol,
            packet.source_port,
            packet.destination_port,
            0};
  if (!egress) {
    std::swap(flow.local, flow.remote);
    std::swap(flow.local_port, flow.remote_port);
  }
  if (packet.protocol == kIcmp) {
    if (packet.is_query() || packet.is_answer()) {
      flow.asker = packet.is_query() == egress ? 1 : 2;
      flow.local_port = packet.identifier;
      // An answer belongs to a question of its own kind.
      flow.remote_port = packet.type == 13 || packet.type == 14 ? 13 : 8;
    } else {
      flow.local_port = packet.type;
      flow.remote_port = packet.code;
    }
  }
  return flow;
}

bool Flows::same(const Flow& one, const Flow& other) {
  return one.interface == other.interface && one.local == other.local &&
         one.remote == other.remote && one.protocol == other.protocol &&
         one.local_port == other.local_port && one.remote_port == other.remote_port &&
         one.asker == other.asker;
}

Known Flows::at(const Flow& flow, Seconds now) {
  const Timeout timeout = timeout_of(flow.protocol);
  const Seconds idle = now - flow.last;
  if (idle > timeout.surely_over + kHaze) {
    return Known::kNo;
  }
  return idle < timeout.surely_alive - kHaze ? flow.tracked
                                             : std::min(flow.tracked, Known::kPerhaps);
}

Known Flows::find(const std::string& interface, const Packet& packet, bool egress,
                  Seconds now) const {
  const Flow wanted = flow_of(interface, packet, egress);
  for (const Flow& flow : flows_) {
    if (same(flow, wanted) && !flow.untracked) {
      return at(flow, now);
    }
  }
  return Known::kNo;
}

Known Flows::find_quoted(const std::string& interface, const Packet& error, bool egress,
                         Seconds now) const {
  const Flow wanted = flow_of(interface, *error.quote, !egress);
  for (const Flow& flow : flows_) {
    if (same(flow, wanted)) {
      return flow.untracked ? Known::kPerhaps : at(flow, now);
    }
  }
  return Known::kNo;
}

void Flows::note(const std::string& interface, const Packet& packet, bool egress, Seconds now,
                 Known tracked, bool untracked) {
  Flow noted = flow_of(interface, packet, egress);
  noted.tracked = tracked;
  noted.untracked = untracked;
  noted.last = now;
  for (Flow& flow : flows_) {
    if (same(flow, noted)) {
      flow = noted;
      return;
    }
  }
  flows_.push_back(noted);
}

void Flows::doubt(const std::string& interface) {
  for (Flow& flow : flows_) {
    if (flow.interface == interface) {
      flow.tracked = std::min(flow.tracked, Known::kPerhaps);
    }
  }
}

}  // namespace vpclab::oracle
