#include "tools/benchmarks/echo_sequence.h"

#include <algorithm>

#include "netstack/base/check.h"
#include "netstack/host/host_stack.h"
#include "netstack/wire/icmpv4.h"
#include "netstack/wire/ipv4.h"

namespace vpclab::benchmarks {
namespace {

constexpr std::size_t kPayload = 56;  // ping's

}  // namespace

void EchoSequence::start(std::uint64_t exchanges) {
  host::HostStack& stack = guest_.host();
  for (std::uint16_t flow = 1; !bound_ && flow <= kFlows; ++flow) {
    VPCLAB_CHECK(stack.ports().bind(host::PortSpace::kEcho, {}, flow, *this).has_value(),
                 "a benchmark's echo identifiers are free");
  }
  bound_ = true;
  wanted_ += exchanges;
  send_next(SimTime{}, stack);
  guest_.pump();
}

host::Taken EchoSequence::deliver(SimTime now, host::HostStack& stack, const host::Delivery&) {
  if (++answered_ < wanted_) {
    send_next(now, stack);
  }
  return host::Taken::kDone;
}

void EchoSequence::on_error(SimTime, host::HostStack&, const host::DeliveryError&) {}

void EchoSequence::host_stopped() { bound_ = false; }

void EchoSequence::send_next(SimTime now, host::HostStack& stack) {
  const wire::PacketHandle message = stack.allocate_message(wire::IcmpV4Header::kSize + kPayload);
  const MutableBytes bytes = stack.pool().bytes(message);
  std::ranges::fill(bytes, std::uint8_t{0});
  wire::IcmpV4Header::echo(wire::IcmpType::kEchoRequest,
                           static_cast<std::uint16_t>(1 + sent_ % kFlows),
                           static_cast<std::uint16_t>(sent_ / kFlows))
      .emit(bytes);
  host::Outgoing outgoing;
  outgoing.destination = destinations_[sent_ % destinations_.size()];
  outgoing.protocol = wire::IpProtocol::kIcmp;
  ++sent_;
  stack.send(now, message, outgoing);
}

}  // namespace vpclab::benchmarks
