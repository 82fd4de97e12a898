#include "emulator/node/vpc_router.h"

#include <utility>

#include "emulator/dataplane/decide_nat.h"
#include "emulator/node/classic_instance.h"
#include "emulator/node/eni.h"
#include "emulator/node/icmp_error.h"
#include "emulator/node/internet_gateway.h"
#include "emulator/node/narrow_leg.h"
#include "emulator/node/nat_gateway.h"
#include "emulator/node/peering_end.h"
#include "netstack/base/check.h"

namespace vpclab::node {
namespace {

using dataplane::AclUse;
using dataplane::Action;
using dataplane::KeepSteps;
using dataplane::NoSteps;
using dataplane::PacketFacts;
using dataplane::Verdict;
using trace::Direction;
using trace::DropReason;
using trace::EventKind;
using trace::Tap;
using wire::PacketHandle;

}  // namespace

std::uint32_t VpcRouter::Origin::key() const {
  if (interface != nullptr) {
    return interface->slot();
  }
  if (nat_gateway != dataplane::kNowhere) {
    return dataplane::kNowhere - 3 - nat_gateway;
  }
  switch (entry) {
    case dataplane::Entry::kGateway:
      return dataplane::kNowhere - 1;
    case dataplane::Entry::kRouter:
      return dataplane::kNowhere - 2;
    case dataplane::Entry::kPeering:
    case dataplane::Entry::kLink:
      break;
  }
  return dataplane::kNowhere;
}

std::uint32_t VpcRouter::Origin::slot(const dataplane::VpcTables& tables) const {
  if (interface != nullptr) {
    return interface->slot();
  }
  return nat_gateway == dataplane::kNowhere ? dataplane::kNowhere
                                            : tables.nat_gateways[nat_gateway].interface;
}

bool VpcRouter::Origin::relays(const dataplane::VpcTables& tables) const {
  return interface != nullptr ? !tables.interfaces[interface->slot()].source_dest_check
                              : nat_gateway != dataplane::kNowhere;
}

VpcRouter::VpcRouter(Context& context, Planner& planner, const api::VpcId& vpc)
    : context_(&context), planner_(&planner), vpc_(vpc) {}

void VpcRouter::install(RouterPlan plan) {
  plan_ = std::move(plan);
  stale_ = false;
  ++plan_number_;
}

void VpcRouter::refuse(DropReason reason, PacketHandle packet, const trace::StepList* steps) {
  context_->drop(reason, tap(), Direction::kIn, packet, steps);
}

void VpcRouter::from_interface(Eni& from, PacketHandle packet) {
  const dataplane::VpcTables& now = tables();
  PacketFacts facts;
  if (const auto reason = context_->read_facts(packet, facts)) [[unlikely]] {
    return refuse(*reason, packet, nullptr);
  }
  if (from.slot() == dataplane::kNowhere)
      [[unlikely]] {  // detached while the packet was on its way
    return refuse(DropReason::kInstanceNotRunning, packet, nullptr);
  }
  const auto place = static_cast<std::uint32_t>(from.uplink_port());
  const std::uint32_t zone =
      now.only_zone != dataplane::kNowhere ? now.only_zone : now.zone_of(from.slot());
  handle(Origin{&from, place, zone}, packet, facts);
}

void VpcRouter::from_peering(PeeringEnd& from, PacketHandle packet) {
  static_cast<void>(tables());
  PacketFacts facts;
  if (const auto reason = context_->read_facts(packet, facts)) [[unlikely]] {
    return refuse(*reason, packet, nullptr);
  }
  const auto place = static_cast<std::uint32_t>(from.port());
  handle(Origin{nullptr, place, from.from().tables().zone_of(facts.source)}, packet, facts);
}

void VpcRouter::from_gateway(PacketHandle packet, const PacketFacts& facts) {
  static_cast<void>(tables());
  handle(Origin{nullptr, dataplane::kNowhere, dataplane::kNowhere, dataplane::Entry::kGateway},
         packet, facts);
}

void VpcRouter::from_nat_gateway(const NatGateway& from, PacketHandle packet) {
  const dataplane::VpcTables& now = tables();
  PacketFacts facts;
  if (const auto reason = context_->read_facts(packet, facts)) {
    return refuse(*reason, packet, nullptr);
  }
  const std::uint32_t position = from.position();
  if (position == dataplane::kNowhere) {  // NAT-11: deleted while the packet was on its way
    trace::StepList& steps = context_->fresh_steps();
    steps.push({trace::Stage::kGatewayTranslation, trace::Outcome::kDenied,
                trace::RuleRef{.object = from.id()}});
    return refuse(DropReason::kNatNoState, packet, &steps);
  }
  handle(Origin{nullptr, static_cast<std::uint32_t>(from.uplink_port()),
                now.zone_of(now.nat_gateways[position].interface), dataplane::Entry::kPeering,
                position},
         packet, facts);
}

void VpcRouter::refuse_too_big(PacketHandle packet, const PacketFacts& facts, std::uint16_t mtu,
                               const Tap& tap) {
  const dataplane::VpcTables& now = *plan_.tables;
  const std::uint32_t subnet = now.subnet_of(facts.source);
  const PacketHandle error =
      subnet == dataplane::kNowhere
          ? wire::kNoPacket  // an appliance sends for somebody who is not here
          : make_icmp_error(context_->packets(), packet, now.subnets[subnet].router(),
                            wire::IcmpV4Header::fragmentation_needed(mtu));
  trace::StepList& steps = context_->fresh_steps();
  steps.push(too_big_step(tap.element, mtu));
  context_->drop(DropReason::kMtuDf, tap, Direction::kOut, packet, &steps);
  if (error == wire::kNoPacket) {
    return;
  }
  if (context_->listening()) {
    context_->record(EventKind::kSent, this->tap(), Direction::kOut, error, nullptr);
  }
  PacketFacts answer;
  const auto unreadable = context_->read_facts(error, answer);
  VPCLAB_CHECK(!unreadable, "the router's own packet is right");
  handle(Origin{nullptr, dataplane::kNowhere, dataplane::kNowhere, dataplane::Entry::kRouter},
         error, answer);
}

void VpcRouter::handle(const Origin& origin, PacketHandle packet, const PacketFacts& facts) {
  if (context_->listening()) {
    trace::StepList& steps = context_->fresh_steps();
    forward(origin, packet, facts, &steps, KeepSteps{steps});
  } else if (facts.is_fragment() || context_->options().judge_anew) [[unlikely]] {
    forward(origin, packet, facts, nullptr, NoSteps{});
  } else {
    forward_quietly(origin, packet, facts);
  }
}

void VpcRouter::forward_quietly(const Origin& origin, PacketHandle packet,
                                const PacketFacts& facts) {
  if (verdicts_ == nullptr) [[unlikely]] {
    verdicts_ = std::make_unique<dataplane::VerdictCache>();
  }
  const std::uint32_t from = origin.key();
  dataplane::VerdictCache::Entry& entry = verdicts_->entry(from, facts);
  if (!entry.knows(from, facts, plan_number_)) {
    const Verdict verdict = judge(origin, facts, AclUse::kJudge, NoSteps{});
    entry.note(from, facts, plan_number_, verdict);
  }
  obey(origin, entry.verdict(), packet, facts, nullptr);
}

template <class Recorder>
Verdict VpcRouter::judge(const Origin& origin, const PacketFacts& facts, AclUse acls,
                         Recorder recorder) {
  const dataplane::VpcTables& now = *plan_.tables;
  if (origin.nat_gateway != dataplane::kNowhere) {
    return route_translated(now, origin.nat_gateway, facts, acls, context_->counters(), recorder);
  }
  return origin.interface != nullptr
             ? route(now, origin.interface->slot(), facts, acls, context_->counters(), recorder)
             : enter(now, origin.entry, facts, acls, context_->counters(), recorder);
}

template <class Recorder>
void VpcRouter::forward(const Origin& origin, PacketHandle packet, const PacketFacts& facts,
                        trace::StepList* steps, Recorder recorder) {
  AclUse acls = AclUse::kJudge;
  if (facts.is_later_fragment()) [[unlikely]] {
    if (!ask_gate(origin, packet, facts, steps)) {
      return;
    }
    acls = AclUse::kPassed;
  }
  const Verdict verdict = judge(origin, facts, acls, recorder);
  const bool first_fragment = facts.is_fragment() && !facts.is_later_fragment();
  if (first_fragment) [[unlikely]] {
    share_verdict(origin, facts, verdict, steps);
  }
  obey(origin, verdict, packet, facts, steps);
  if (first_fragment) [[unlikely]] {
    release_fragments(origin, facts);
  }
}

void VpcRouter::obey(const Origin& origin, const Verdict& verdict, PacketHandle packet,
                     const PacketFacts& facts, const trace::StepList* steps) {
  if (verdict.action == Action::kDrop) {
    return refuse(verdict.reason, packet, steps);
  }
  if (steps != nullptr) {
    context_->record(EventKind::kPassed, tap(), Direction::kIn, packet, steps);
  }
  switch (verdict.action) {
    case Action::kDeliver: {
      if (origin.relays(*plan_.tables)) [[unlikely]] {
        note_last_hop(origin, verdict.target, packet, facts);
      }
      const bool is_far = origin.zone != plan_.tables->only_zone &&
                          origin.zone != dataplane::kNowhere &&
                          origin.zone != plan_.tables->zone_of(verdict.target);
      return plan_.interfaces[verdict.target]->deliver(packet, is_far);
    }
    case Action::kCrossPeering:
      return cross(verdict.target, packet, facts);
    case Action::kLeaveByGateway: {
      trace::Step chosen;  // the route that led to the gateway is the last step
      if (steps != nullptr && !steps->empty()) {
        chosen = steps->back();
      }
      return plan_.gateway->leave(packet, facts, steps != nullptr ? &chosen : nullptr);
    }
    case Action::kDeliverToLink:
      return send_narrow(
          packet, facts, kClassicMtu,
          Tap{plan_.links[verdict.target]->id(), Tap::Side::kClassicLink},
          [&](PacketHandle piece) { plan_.links[verdict.target]->deliver_by_link(piece); });
    case Action::kCrossToLink:
      return cross_to_link(verdict.target, packet, facts);
    case Action::kToNatGateway: {
      const dataplane::VpcTables& now = *plan_.tables;
      const std::uint32_t zone = now.zone_of(now.nat_gateways[verdict.target].interface);
      const bool is_far = origin.zone != dataplane::kNowhere && origin.zone != zone;
      return plan_.nat_gateways[verdict.target]->deliver(packet, is_far);
    }
    case Action::kDrop:
      return;
  }
}

/// L2-2: what an appliance or a NAT gateway passes on comes from itself to its neighbours, and from
/// the router to all others, whoever sent it.
void VpcRouter::note_last_hop(const Origin& origin, std::uint32_t to, PacketHandle packet,
                              const PacketFacts& facts) {
  const dataplane::VpcTables& now = *plan_.tables;
  const std::uint32_t slot = origin.slot(now);
  const std::uint32_t subnet = now.interfaces[to].subnet;
  const wire::MacAddress last_hop = now.interfaces[slot].subnet == subnet
                                        ? now.interfaces[slot].mac
                                        : now.subnets[subnet].router_mac;
  if (last_hop != presumed_last_hop(now, to, facts.source)) {
    context_->note_last_hop(packet, last_hop);
  }
}

/// FWD-6: judged here, before the far router sees the packet (PCX-22).
void VpcRouter::cross(std::uint32_t peering, PacketHandle packet, const PacketFacts& facts) {
  const dataplane::Peering& crossed = plan_.tables->peerings[peering];
  const Tap crossing{crossed.id, Tap::Side::kCrossing};
  if (context_->listening()) {
    trace::StepList& steps = context_->fresh_steps();
    if (const auto reason = cross_peering(crossed, facts, KeepSteps{steps})) {
      return context_->drop(*reason, crossing, Direction::kOut, packet, &steps);
    }
    context_->record(EventKind::kPassed, crossing, Direction::kOut, packet, &steps);
  } else if (const auto reason = cross_peering(crossed, facts, NoSteps{})) {
    return context_->drop(*reason, crossing, Direction::kOut, packet, nullptr);
  }
  send_across(peering, packet, facts);
}

/// MTU-2: connections between regions carry less.
void VpcRouter::send_across(std::uint32_t peering, PacketHandle packet, const PacketFacts& facts) {
  const dataplane::Peering& crossed = plan_.tables->peerings[peering];
  PeeringEnd& end = *plan_.peerings[peering];
  if (!crossed.inter_region) {
    return end.send(packet);
  }
  send_narrow(packet, facts, context_->options().interregion_mtu,
              Tap{crossed.id, Tap::Side::kCrossing}, [&](PacketHandle piece) { end.send(piece); });
}

/// MTU-3: what fits goes, what does not is cut or refused.
template <class Send>
void VpcRouter::send_narrow(PacketHandle packet, const PacketFacts& facts, std::uint16_t mtu,
                            const Tap& leg, Send&& send) {
  if (context_->packets().size(packet) <= mtu) {
    return send(packet);
  }
  if (must_be_refused(context_->packets(), packet, mtu)) {
    return refuse_too_big(packet, facts, mtu, leg);
  }
  cut(*context_, packet, mtu, leg, Direction::kOut, pieces_);
  for (const PacketHandle piece : pieces_) {
    send(piece);
  }
}

/// FWD-2.2b: this side's option lets it cross; it was asked with the route.
void VpcRouter::cross_to_link(std::uint32_t peering, PacketHandle packet,
                              const PacketFacts& facts) {
  const api::VpcPeeringConnectionId& id = plan_.tables->peerings[peering].id;
  if (context_->listening()) {
    trace::StepList& steps = context_->fresh_steps();
    steps.push({trace::Stage::kClassicLink, trace::Outcome::kPassed, {.object = id, .rule = vpc_}});
    context_->record(EventKind::kPassed, Tap{id, Tap::Side::kCrossing}, Direction::kOut, packet,
                     &steps);
  }
  send_narrow(packet, facts, kClassicMtu, Tap{id, Tap::Side::kCrossing},
              [&](PacketHandle piece) { plan_.peerings[peering]->send(piece); });
}

}  // namespace vpclab::node
