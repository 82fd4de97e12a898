#include "emulator/node/nat_gateway.h"

#include <utility>

#include "emulator/node/icmp_error.h"
#include "emulator/node/vpc_router.h"
#include "netstack/wire/edit.h"
#include "netstack/wire/ipv4.h"
#include "netstack/wire/tcp.h"

namespace vpclab::node {
namespace {

using dataplane::DatagramKey;
using dataplane::PacketFacts;
using dataplane::TrafficClass;
using trace::Direction;
using trace::DropReason;
using trace::EventKind;
using trace::Outcome;
using trace::RuleRef;
using trace::Stage;
using trace::Tap;
using wire::Ipv4Address;
using wire::PacketHandle;

constexpr std::uint32_t kFlowsPerRemote = 55'000;             // NAT-5
constexpr Duration kIdleTimeout = std::chrono::seconds(350);  // NAT-5
constexpr std::uint8_t kResetTtl = 255;

host::SourceNatOptions nat_options() {
  host::SourceNatOptions options;
  options.ports.per_remote_max = kFlowsPerRemote;
  options.ports.idle.fill(kIdleTimeout);
  options.loose_tcp = false;        // NAT-5: a reset answers what is in the middle of nothing
  options.other_protocols = false;  // NAT-4
  return options;
}

DropReason reason_of(host::NatResult result) {
  switch (result) {
    case host::NatResult::kNoPort:
      return DropReason::kNatPortsExhausted;
    case host::NatResult::kUnsupported:
      return DropReason::kNatProto;
    case host::NatResult::kNoState:
    case host::NatResult::kTranslated:
      break;
  }
  return DropReason::kNatNoState;
}

}  // namespace

void NatUplinkPort::accept(PacketHandle packet) {
  auto& gateway = static_cast<NatGateway&>(*this);
  gateway.router_->from_nat_gateway(gateway, packet);
}

void NatDownlinkPort::accept(PacketHandle packet) {
  static_cast<NatGateway&>(*this).arrive(packet);
}

NatGateway::NatGateway(Context& context, VpcRouter& router, const api::NatGatewayId& id)
    : context_(&context),
      router_(&router),
      id_(id),
      uplink_(context.profiles().interface,
              context.simulator().add_sink(static_cast<NatUplinkPort&>(*this)),
              context.options().seed, id.text() + "/up"),
      downlink_(context.profiles().interface,
                context.simulator().add_sink(static_cast<NatDownlinkPort&>(*this)),
                context.options().seed, id.text() + "/down") {}

void NatGateway::set_position(std::uint32_t position) {
  position_ = position;
  if (position == dataplane::kNowhere) {
    nat_.reset();
    fragments_.reset();
  }
}

link::Link& NatGateway::far_downlink() {
  if (far_downlink_ == nullptr) {
    const std::string name = id_.text() + "/far";
    far_downlink_ = std::make_unique<link::Link>(context_->profiles().far_zone, downlink_.to(),
                                                 context_->options().seed, name);
    const link::Impairments wanted = downlink_.impairments();
    if (wanted != link::Impairments{}) {
      far_downlink_->impair(context_->links(), wanted, context_->options().seed, name);
    }
  }
  return *far_downlink_;
}

void NatGateway::impair(Direction direction, const link::Impairments& impairments) {
  const std::uint64_t seed = context_->options().seed;
  if (direction == Direction::kOut) {
    return uplink_.impair(context_->links(), impairments, seed, id_.text() + "/up");
  }
  downlink_.impair(context_->links(), impairments, seed, id_.text() + "/down");
  if (far_downlink_ != nullptr) {
    far_downlink_->impair(context_->links(), impairments, seed, id_.text() + "/far");
  }
}

host::SourceNat& NatGateway::nat() {
  if (nat_ == nullptr) {
    nat_ = std::make_unique<host::SourceNat>(nat_options());
  }
  return *nat_;
}

void NatGateway::refuse(DropReason reason, PacketHandle packet, bool leaving) {
  const Tap where = tap(leaving ? Tap::Side::kInside : Tap::Side::kOutside);
  if (!context_->listening()) {
    return context_->drop(reason, where, trace::direction_of(leaving), packet, nullptr);
  }
  trace::StepList& steps = context_->fresh_steps();
  const bool by_translation = reason != DropReason::kTtlExpired &&
                              reason != DropReason::kMalformed &&
                              reason != DropReason::kBadChecksum;
  steps.push({by_translation ? Stage::kGatewayTranslation : Stage::kHost, Outcome::kDenied,
              RuleRef{.object = id_}});
  context_->drop(reason, where, trace::direction_of(leaving), packet, &steps);
}

void NatGateway::arrive(PacketHandle packet) {
  const dataplane::VpcTables& tables = router_->tables();  // may move position_
  PacketFacts facts;
  if (const auto reason = context_->read_facts(packet, facts)) {
    return refuse(*reason, packet, true);
  }
  if (position_ == dataplane::kNowhere) {  // NAT-11: deleted while the packet was on its way
    return refuse(DropReason::kNatNoState, packet, true);
  }
  const dataplane::NatGateway& gateway = tables.nat_gateways[position_];
  if (facts.destination == gateway.address) {
    take_back(gateway, packet, facts);
  } else {
    serve(gateway, packet, facts);
  }
}

/// From a client to the outside.
void NatGateway::serve(const dataplane::NatGateway& gateway, PacketHandle packet,
                       const PacketFacts& facts) {
  if (!router_->tables().contains(facts.source)) {  // NAT-10
    return refuse(DropReason::kNatSrcNotInVpc, packet, true);
  }
  if (facts.traffic == TrafficClass::kOther) {  // NAT-4
    return refuse(DropReason::kNatProto, packet, true);
  }
  if (wire::ipv4_ttl(context_->packets().bytes(packet)) <= 1) {  // NAT-7, TTL-4
    return expire(gateway, packet, true);
  }
  if (context_->listening()) {
    context_->record(EventKind::kPassed, tap(Tap::Side::kInside), Direction::kOut, packet, nullptr);
  }
  if (const auto reason = translate_leaving(gateway, packet, facts)) {
    if (*reason == DropReason::kNatNoState && facts.traffic == TrafficClass::kTcp) {
      answer_reset(packet);
    }
    return refuse(*reason, packet, true);
  }
  wire::decrement_ttl(context_->packets().bytes(packet));
  context_->forget_facts(packet);
  if (context_->listening()) {
    trace::StepList& steps = context_->fresh_steps();
    steps.push({Stage::kGatewayTranslation, Outcome::kTranslated,
                RuleRef{.object = id_,
                        .prefix = wire::Ipv4Prefix::host(gateway.address),
                        .has_prefix = true}});
    context_->record(EventKind::kPassed, tap(Tap::Side::kOutside), Direction::kOut, packet, &steps);
  }
  send(packet);
}

/// For the gateway's own address: the answer to something that it translated, or nobody's.
void NatGateway::take_back(const dataplane::NatGateway& gateway, PacketHandle packet,
                           const PacketFacts& facts) {
  const bool is_spent = wire::ipv4_ttl(context_->packets().bytes(packet)) <= 1;
  if (is_spent && is_awaited(packet, facts)) {
    return expire(gateway, packet, false);
  }
  if (context_->listening()) {
    context_->record(EventKind::kPassed, tap(Tap::Side::kOutside), Direction::kIn, packet, nullptr);
  }
  if (is_spent) {
    return refuse(DropReason::kNatNoState, packet, false);
  }
  if (const auto reason = translate_entering(packet, facts)) {
    return refuse(*reason, packet, false);
  }
  wire::decrement_ttl(context_->packets().bytes(packet));
  context_->forget_facts(packet);
  if (context_->listening()) {
    const Ipv4Address client = wire::ipv4_destination(context_->packets().bytes(packet));
    trace::StepList& steps = context_->fresh_steps();
    steps.push(
        {Stage::kGatewayTranslation, Outcome::kTranslated,
         RuleRef{.object = id_, .prefix = wire::Ipv4Prefix::host(client), .has_prefix = true}});
    context_->record(EventKind::kPassed, tap(Tap::Side::kInside), Direction::kIn, packet, &steps);
  }
  send(packet);
}

/// Whether somebody behind the gateway waits for a packet that can go no further. A datagram's
/// first fragment answers for the others (NAT-4).
bool NatGateway::is_awaited(PacketHandle packet, const PacketFacts& facts) {
  if (facts.is_fragment() && facts.traffic != TrafficClass::kUdp) {
    return false;
  }
  if (facts.is_later_fragment()) {
    const auto* first = fragments_ == nullptr
                            ? nullptr
                            : fragments_->find(DatagramKey::of(facts, 0), context_->now());
    return first != nullptr && !first->value.address.is_unspecified();
  }
  const auto returning =
      nat().find_returning(context_->now(), std::as_const(context_->packets()).bytes(packet));
  if (returning && facts.is_fragment()) {
    share(facts, false, returning->inside);
  }
  return returning.has_value();
}

std::optional<DropReason> NatGateway::translate_leaving(const dataplane::NatGateway& gateway,
                                                        PacketHandle packet,
                                                        const PacketFacts& facts) {
  if (facts.is_fragment() && facts.traffic != TrafficClass::kUdp) {
    return DropReason::kNatFragment;  // NAT-4
  }
  if (facts.is_later_fragment()) {
    return translate_later_fragment(packet, facts, true);
  }
  const host::NatResult result =
      nat().leave(context_->now(), context_->packets().bytes(packet), gateway.address);
  const bool translated = result == host::NatResult::kTranslated;
  if (facts.is_fragment()) {
    share(facts, true, translated ? gateway.address : Ipv4Address());
  }
  return translated ? std::nullopt : std::optional(reason_of(result));
}

std::optional<DropReason> NatGateway::translate_entering(PacketHandle packet,
                                                         const PacketFacts& facts) {
  if (facts.is_fragment() && facts.traffic != TrafficClass::kUdp) {
    return DropReason::kNatFragment;
  }
  if (facts.is_later_fragment()) {
    return translate_later_fragment(packet, facts, false);
  }
  const bool translated = nat().enter(context_->now(), context_->packets().bytes(packet)) ==
                          host::NatResult::kTranslated;
  if (facts.is_fragment()) {
    share(facts, false,
          translated ? wire::ipv4_destination(context_->packets().bytes(packet)) : Ipv4Address());
  }
  return translated ? std::nullopt : std::optional(DropReason::kNatNoState);
}

/// The router lets later fragments through behind their datagram's first one only (SG-27).
std::optional<DropReason> NatGateway::translate_later_fragment(PacketHandle packet,
                                                               const PacketFacts& facts,
                                                               bool leaving) {
  const auto* first =
      fragments_ == nullptr
          ? nullptr
          : fragments_->find(DatagramKey::of(facts, leaving ? 1 : 0), context_->now());
  if (first == nullptr || first->value.address.is_unspecified()) {
    return DropReason::kNatFragment;
  }
  const MutableBytes bytes = context_->packets().bytes(packet);
  if (leaving) {
    wire::rewrite_source(bytes, first->value.address);
  } else {
    wire::rewrite_destination(bytes, first->value.address);
  }
  return std::nullopt;
}

void NatGateway::share(const PacketFacts& facts, bool leaving, Ipv4Address address) {
  const dataplane::FragmentOptions& options = context_->options().fragments;
  if (fragments_ == nullptr) {
    fragments_ =
        std::make_unique<dataplane::ExpiringTable<DatagramKey, Shared>>(options.verdicts_max);
  }
  const DatagramKey key = DatagramKey::of(facts, leaving ? 1 : 0);
  const SimTime until = context_->now() + options.timeout;
  if (auto* known = fragments_->find(key, context_->now())) {
    known->value = Shared{address};
    known->expires = until;
    return;
  }
  // Without room the others are dropped (NAT_FRAGMENT), as those of any datagram unknown here.
  static_cast<void>(fragments_->insert(key, Shared{address}, until, context_->now()));
}

/// NAT-5: a connection that was forgotten, or never known, is reset in the name of its other end.
void NatGateway::answer_reset(PacketHandle about) {
  wire::PacketPool& packets = context_->packets();
  const auto reset = wire::tcp_reset_for(wire::ipv4_payload(Bytes(packets.bytes(about))));
  if (!reset) {
    return;
  }
  const Bytes asked = packets.bytes(about);
  wire::Ipv4Header header;
  header.total_length = wire::Ipv4Header::kMinSize + wire::TcpHeader::kMinSize;
  header.dont_fragment = true;
  header.ttl = kResetTtl;
  header.protocol = wire::IpProtocol::kTcp;
  header.source = wire::ipv4_destination(asked);
  header.destination = wire::ipv4_source(asked);
  const PacketHandle answer = packets.allocate(header.total_length);
  packets.set_cause(answer, packets.id(about));
  const MutableBytes bytes = packets.bytes(answer);
  header.emit(bytes);
  reset->emit(bytes.subspan(wire::Ipv4Header::kMinSize), header.source, header.destination);
  if (context_->listening()) {
    context_->record(EventKind::kSent, tap(Tap::Side::kInside), Direction::kIn, answer, nullptr);
  }
  send(answer);
}

/// TTL-4: from its private address, to whoever sent the packet.
void NatGateway::expire(const dataplane::NatGateway& gateway, PacketHandle packet, bool leaving) {
  const PacketHandle error = make_icmp_error(
      context_->packets(), packet, gateway.address,
      wire::IcmpV4Header::error(wire::IcmpType::kTimeExceeded, wire::time_exceeded::kInTransit));
  if (error != wire::kNoPacket) {
    if (context_->listening()) {
      context_->record(EventKind::kSent, tap(leaving ? Tap::Side::kInside : Tap::Side::kOutside),
                       trace::direction_of(!leaving), error, nullptr);
    }
    send(error);
  }
  refuse(DropReason::kTtlExpired, packet, leaving);
}

void NatGateway::send(PacketHandle packet) { uplink_.accept(context_->links(), packet); }

}  // namespace vpclab::node
