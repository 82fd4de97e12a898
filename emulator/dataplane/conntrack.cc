#include "emulator/dataplane/conntrack.h"

#include "netstack/wire/icmpv4.h"
#include "netstack/wire/tcp.h"

namespace vpclab::dataplane {
namespace {

// What was seen of a flow: the value of its entry.
constexpr std::uint8_t kBegunByEgress = 1;
constexpr std::uint8_t kReplied = 2;
constexpr std::uint8_t kStream = 4;   // a further request after a reply (SG-23)
constexpr std::uint8_t kClosing = 8;  // TCP: FIN or RST

/// Whether an ICMP query asks; the others answer.
bool is_request(std::uint8_t type) {
  return type == static_cast<std::uint8_t>(wire::IcmpType::kEchoRequest) ||
         type == static_cast<std::uint8_t>(wire::IcmpType::kTimestampRequest);
}

bool is_query(std::uint8_t type) { return wire::is_icmp_query(static_cast<wire::IcmpType>(type)); }

std::uint8_t closing_bit(const PacketFacts& facts) {
  return (facts.tcp_flags & (wire::tcp_flag::kFin | wire::tcp_flag::kRst)) != 0 ? kClosing
                                                                                : std::uint8_t{0};
}

}  // namespace

bool may_begin_flow(const PacketFacts& facts) {
  return facts.traffic != TrafficClass::kIcmp || !is_query(facts.icmp_type()) ||
         is_request(facts.icmp_type());
}

FlowKey flow_key(const PacketFacts& facts, bool egress) {
  FlowKey key;
  key.local = (egress ? facts.source : facts.destination).to_host_order();
  key.remote = (egress ? facts.destination : facts.source).to_host_order();
  key.local_port = egress ? facts.source_port : facts.destination_port;
  key.remote_port = egress ? facts.destination_port : facts.source_port;
  key.protocol = facts.protocol;
  if (facts.traffic == TrafficClass::kIcmp) {
    if (is_query(facts.icmp_type())) {
      key.asker = is_request(facts.icmp_type()) == egress ? 1 : 2;
    } else {
      key.local_port = facts.selector;  // one flow for each type and code
      key.remote_port = facts.selector;
    }
  }
  return key;
}

SimTime Conntrack::deadline_of(const FlowKey& key, std::uint8_t seen, SimTime now) const {
  switch (class_of(key.protocol)) {
    case TrafficClass::kIcmp:
      return now + options_->icmp;
    case TrafficClass::kTcp:
      return now + ((seen & (kReplied | kClosing)) == kReplied ? options_->tcp_established
                                                               : options_->tcp_other);
    case TrafficClass::kUdp:
      return now + ((seen & kStream) != 0 ? options_->udp_stream : options_->udp_single);
    case TrafficClass::kOther:
      return now + options_->other;
  }
  return now;
}

void Conntrack::refresh(Flow& flow, const PacketFacts& facts, bool egress, SimTime now) {
  const bool by_beginner = egress == ((flow.value & kBegunByEgress) != 0);
  if (!by_beginner) {
    flow.value |= kReplied;
  } else if ((flow.value & kReplied) != 0) {
    flow.value |= kStream;
  }
  flow.value |= closing_bit(facts);
  flow.expires = deadline_of(flow.key, flow.value, now);
}

bool Conntrack::track(const FlowKey& key, const PacketFacts& facts, bool egress, SimTime now) {
  const auto seen = static_cast<std::uint8_t>((egress ? kBegunByEgress : 0) | closing_bit(facts));
  return flows_.insert(key, seen, deadline_of(key, seen, now), now) != nullptr;
}

}  // namespace vpclab::dataplane
