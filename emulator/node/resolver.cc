#include "emulator/node/resolver.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "netstack/wire/ipv4.h"
#include "netstack/wire/udp.h"

namespace vpclab::node {
namespace {

using trace::Direction;
using trace::DropReason;
using trace::EventKind;
using trace::Outcome;
using trace::RuleRef;
using trace::Stage;
using wire::PacketHandle;

constexpr std::uint8_t kResolverTtl = 255;
constexpr std::string_view kTaken = "dns-query";

}  // namespace

Resolver::Resolver(Context& context, NameDirectory& names)
    : context_(context), names_(names), port_(context.simulator().add_sink(*this)) {}

void Resolver::ask(ResolverPort& port, const trace::Tap& tap, const NameClient& client,
                   PacketHandle packet, const dataplane::PacketFacts& facts) {
  trace::StepList& steps = context_.fresh_steps();
  const Bytes segment = wire::ipv4_payload(Bytes(context_.packets().bytes(packet)));
  const auto header = wire::UdpHeader::parse(segment);
  if (!header || !udp_checksum_ok(segment, facts.source, facts.destination)) {
    return context_.drop(header ? DropReason::kBadChecksum : DropReason::kMalformed, tap,
                         Direction::kOut, packet, nullptr);
  }
  if (!is_within_limit(tap.element)) {  // DNS-5
    steps.push({Stage::kLinkLocalService, Outcome::kDenied,
                RuleRef{.object = tap.element, .number = kPacketsPerSecond}});
    return context_.drop(DropReason::kQueueFull, tap, Direction::kOut, packet, &steps);
  }
  const std::vector<std::uint8_t> answer = app::answer_dns(
      segment.subspan(wire::UdpHeader::kSize, header->length - wire::UdpHeader::kSize),
      [&](const wire::DnsQuestion& question) { return names_.look_up(client, question); });
  if (!answer.empty()) {
    send_answer(port, tap, make_dns_packet(context_.packets(), packet, answer));
  }
  if (context_.listening()) {
    context_.record_consumed(tap, packet, kTaken, false);
  }
  context_.packets().free(packet);
}

void Resolver::send_answer(ResolverPort& port, const trace::Tap& tap, PacketHandle answer) {
  pending_.push_back({&port, tap});
  context_.simulator().schedule(context_.now() + kAnswerTime, answer, port_);
}

/// In whole seconds since an interface's first packet after a pause.
bool Resolver::is_within_limit(const api::ResourceId& interface) {
  Meter& meter = meters_[interface];
  const SimTime now = context_.now();
  if (meter.packets == 0 || now - meter.since >= std::chrono::seconds(1)) {
    meter = {now, 0};
  }
  if (meter.packets == kPacketsPerSecond) {
    return false;
  }
  ++meter.packets;
  return true;
}

void Resolver::accept(PacketHandle packet) {
  const Pending next = pending_.front();
  pending_.pop_front();
  if (context_.listening()) {
    context_.record(EventKind::kSent, next.tap, Direction::kIn, packet, nullptr);
  }
  next.port->take_answer(packet);
}

app::DnsLookup Resolver::internet_lookup() {
  return [this](const wire::DnsQuestion& question) { return names_.look_up({}, question); };
}

PacketHandle make_dns_packet(wire::PacketPool& packets, PacketHandle query, Bytes answer) {
  constexpr std::size_t kIpHeaderSize = wire::Ipv4Header::kMinSize;
  const std::size_t size = kIpHeaderSize + wire::UdpHeader::kSize + answer.size();
  const PacketHandle made = packets.allocate(size);
  packets.set_cause(made, packets.id(query));
  const Bytes asked = std::as_const(packets).bytes(query);
  const Bytes segment = wire::ipv4_payload(asked);
  const MutableBytes bytes = packets.bytes(made);

  wire::Ipv4Header header;
  header.total_length = static_cast<std::uint16_t>(size);
  header.dont_fragment = true;
  header.ttl = kResolverTtl;
  header.protocol = wire::IpProtocol::kUdp;
  header.source = wire::ipv4_destination(asked);
  header.destination = wire::ipv4_source(asked);
  header.emit(bytes);
  const MutableBytes udp = bytes.subspan(kIpHeaderSize);
  std::copy(answer.begin(), answer.end(), udp.subspan(wire::UdpHeader::kSize).begin());
  wire::UdpHeader{wire::kDnsPort, load_be16(segment, 0),
                  static_cast<std::uint16_t>(size - kIpHeaderSize)}
      .emit(udp, header.source, header.destination);
  return made;
}

}  // namespace vpclab::node
