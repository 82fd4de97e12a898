#include "emulator/node/internet_gateway.h"

#include "emulator/dataplane/decide.h"
#include "emulator/node/narrow_leg.h"
#include "emulator/node/vpc_router.h"
#include "netstack/wire/edit.h"

namespace vpclab::node {
namespace {

using dataplane::KeepSteps;
using dataplane::NoSteps;
using dataplane::PacketFacts;
using dataplane::Translation;
using trace::Direction;
using trace::DropReason;
using trace::EventKind;
using trace::Tap;
using wire::PacketHandle;

/// The error of a hop behind the gateway may quote a packet to somebody else there, whose mapping
/// it is that counts: the quoted packet's sender, to whom it is told, knows no private address
/// (IGW-3, TTL-4, RFC 5508 section 4.2).
void translate_quote(const dataplane::VpcTables& tables, const PacketFacts& facts,
                     MutableBytes packet) {
  const Bytes quote = dataplane::quoted_datagram(packet, facts);
  PacketFacts quoted;
  if (quote.empty() || !dataplane::read_quoted_facts(quote, quoted) ||
      quoted.source != facts.destination) {
    return;
  }
  const std::uint32_t owner = tables.owners.find(quoted.destination);
  if (owner == dataplane::AddressMap::kNone ||
      tables.addresses[owner].public_address.is_unspecified()) {
    return;
  }
  wire::rewrite_quoted_destination(packet, tables.addresses[owner].public_address);
}

}  // namespace

InternetGateway::InternetGateway(Context& context, const api::InternetGatewayId& id,
                                 std::uint32_t region, engine::PortId border)
    : context_(&context),
      id_(id),
      region_(region),
      uplink_(context.profiles().gateway, border, context.options().seed, id.text() + "/up"),
      downlink_(context.profiles().gateway, context.simulator().add_sink(*this),
                context.options().seed, id.text() + "/down") {}

void InternetGateway::leave(PacketHandle packet, const PacketFacts& facts,
                            const trace::Step* route) {
  const dataplane::VpcTables& tables = router_->tables();
  const bool listening = route != nullptr;
  trace::StepList& steps = context_->fresh_steps();
  if (listening) {
    steps.push(*route);  // explanations name the route that led here
  }
  const Translation translation = listening ? leave_by_gateway(tables, facts, KeepSteps{steps})
                                            : leave_by_gateway(tables, facts, NoSteps{});
  if (translation.dropped) {
    return context_->drop(*translation.dropped, tap(Tap::Side::kInside), Direction::kOut, packet,
                          listening ? &steps : nullptr);
  }
  if (must_be_refused(context_->packets(), packet, kInternetMtu)) [[unlikely]] {  // MTU-3
    return router_->refuse_too_big(packet, facts, kInternetMtu, tap(Tap::Side::kInside));
  }
  if (listening) {
    context_->record(EventKind::kPassed, tap(Tap::Side::kInside), Direction::kOut, packet, nullptr);
  }
  wire::rewrite_source(context_->packets().bytes(packet), translation.address);
  translate_quote(tables, facts, context_->packets().bytes(packet));
  context_->forget_facts(packet);
  if (listening) {
    context_->record(EventKind::kPassed, tap(Tap::Side::kOutside), Direction::kOut, packet, &steps);
  }
  if (context_->packets().size(packet) > kInternetMtu) [[unlikely]] {  // MTU-3
    cut(*context_, packet, kInternetMtu, tap(Tap::Side::kOutside), Direction::kOut, pieces_);
    for (const PacketHandle piece : pieces_) {
      uplink_.accept(context_->links(), piece);
    }
    return;
  }
  uplink_.accept(context_->links(), packet);
}

void InternetGateway::accept(PacketHandle packet) {
  const Tap outside = tap(Tap::Side::kOutside);
  PacketFacts facts;
  if (const auto reason = context_->read_facts(packet, facts)) {
    return context_->drop(*reason, outside, Direction::kIn, packet, nullptr);
  }
  if (router_ != nullptr) {
    static_cast<void>(router_->tables());  // may detach this gateway
  }
  if (router_ == nullptr) {  // detached while the packet was on its way
    return context_->drop(DropReason::kIgwUnmapped, outside, Direction::kIn, packet, nullptr);
  }
  const dataplane::VpcTables& tables = router_->tables();
  const bool listening = context_->listening();
  trace::StepList& steps = context_->fresh_steps();
  const Translation translation = listening ? enter_by_gateway(tables, facts, KeepSteps{steps})
                                            : enter_by_gateway(tables, facts, NoSteps{});
  if (translation.dropped) {
    return context_->drop(*translation.dropped, outside, Direction::kIn, packet,
                          listening ? &steps : nullptr);
  }
  if (listening) {
    context_->record(EventKind::kPassed, outside, Direction::kIn, packet, nullptr);
  }
  wire::rewrite_destination(context_->packets().bytes(packet), translation.address);
  context_->forget_facts(packet);
  facts.destination = translation.address;
  if (listening) {
    context_->record(EventKind::kPassed, tap(Tap::Side::kInside), Direction::kIn, packet, &steps);
  }
  router_->from_gateway(packet, facts);
}

void InternetGateway::impair(Direction direction, const link::Impairments& impairments) {
  link::Link& wire = direction == Direction::kOut ? uplink_ : downlink_;
  wire.impair(context_->links(), impairments, context_->options().seed,
              id_.text() + (direction == Direction::kOut ? "/up" : "/down"));
}

}  // namespace vpclab::node
