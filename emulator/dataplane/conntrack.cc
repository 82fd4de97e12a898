#include "emulator/dataplane/conntrack.h"

#include "netstack/wire/tcp.h"

namespace vpclab::dataplane {
namespace {

// What was seen of a flow.
constexpr std::uint8_t kBegunByEgress = 1;
constexpr std::uint8_t kReplied = 2;
constexpr std::uint8_t kStream = 4;   // a further request after a reply (SG-23)
constexpr std::uint8_t kClosing = 8;  // TCP: FIN or RST

std::uint8_t closing_bit(const PacketFacts& facts) {
  return (facts.tcp_flags & (wire::tcp_flag::kFin | wire::tcp_flag::kRst)) != 0 ? kClosing
                                                                                : std::uint8_t{0};
}

}  // namespace

bool may_begin_flow(const PacketFacts& facts) {
  if (facts.traffic != TrafficClass::kIcmp) {
    return true;
  }
  const auto type = static_cast<wire::IcmpType>(facts.icmp_type());
  return wire::is_icmp_query(type) ? is_icmp_request(facts.icmp_type())
                                   : !wire::is_icmp_error(type);
}

SimTime Conntrack::deadline_of(const FlowKey& key, std::uint8_t seen, SimTime now) const {
  switch (class_of(key.protocol())) {
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
  const bool by_beginner = egress == ((flow.value.seen & kBegunByEgress) != 0);
  if (!by_beginner) {
    flow.value.seen |= kReplied;
  } else if ((flow.value.seen & kReplied) != 0) {
    flow.value.seen |= kStream;
  }
  flow.value.seen |= closing_bit(facts);
  flow.expires = deadline_of(flow.key, flow.value.seen, now);
}

bool Conntrack::track(const FlowKey& key, const PacketFacts& facts, bool egress, SimTime now) {
  const auto seen = static_cast<std::uint8_t>((egress ? kBegunByEgress : 0) | closing_bit(facts));
  return flows_.insert(key, FlowState{seen}, deadline_of(key, seen, now), now) != nullptr;
}

}  // namespace vpclab::dataplane
