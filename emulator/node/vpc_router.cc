#include "emulator/node/vpc_router.h"

#include <utility>

#include "emulator/node/eni.h"
#include "emulator/node/internet_gateway.h"
#include "emulator/node/peering_end.h"

namespace vpclab::node {
namespace {

using dataplane::AclUse;
using dataplane::Action;
using dataplane::DatagramKey;
using dataplane::DatagramVerdict;
using dataplane::KeepSteps;
using dataplane::NoSteps;
using dataplane::PacketFacts;
using dataplane::Verdict;
using trace::Direction;
using trace::DropReason;
using trace::EventKind;
using trace::Tap;
using wire::PacketHandle;

bool is_acl_denial(const Verdict& verdict) {
  return verdict.action == Action::kDrop &&
         (verdict.reason == DropReason::kNaclEgress || verdict.reason == DropReason::kNaclIngress);
}

}  // namespace

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
  handle(Origin{nullptr, dataplane::kNowhere, dataplane::kNowhere}, packet, facts);
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
  const std::uint32_t from =
      origin.interface != nullptr ? origin.interface->slot() : dataplane::kNowhere;
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
  return origin.interface != nullptr
             ? route(now, origin.interface->slot(), facts, acls, context_->counters(), recorder)
             : enter(now, facts, acls, context_->counters(), recorder);
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
    case Action::kToNatGateway:
    case Action::kDeliverToLink:
    case Action::kCrossToLink:
      return refuse(DropReason::kBlackhole, packet, steps);
    case Action::kDrop:
      return;
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
  plan_.peerings[peering]->send(packet);
}

bool VpcRouter::ask_gate(const Origin& origin, PacketHandle packet, const PacketFacts& facts,
                         trace::StepList* steps) {
  if (context_->options().fragments.policy == dataplane::FragmentPolicy::kFirstOnly ||
      stays_in_subnet(origin, facts)) {
    return true;
  }
  if (fragments_ == nullptr) {
    fragments_ = std::make_unique<dataplane::FragmentGate>(context_->options().fragments);
  }
  const DatagramKey key = DatagramKey::of(facts, origin.place);
  if (const DatagramVerdict* verdict = fragments_->verdict(key, context_->now())) {
    if (verdict->denied) {
      if (steps != nullptr) {
        steps->push(verdict->step);
      }
      refuse(*verdict->denied, packet, steps);
    }
    return !verdict->denied.has_value();
  }
  if (fragments_->hold(key, packet, context_->packets().size(packet), context_->now())) {
    context_->fragment_timer().watch(*this, fragments_->deadline());
  } else {
    if (steps != nullptr) {
      steps->push({origin.interface != nullptr ? trace::Stage::kNetworkAclEgress
                                               : trace::Stage::kNetworkAclIngress,
                   trace::Outcome::kDenied, trace::RuleRef{.object = vpc_}});
    }
    refuse(DropReason::kConntrackFull, packet, steps);
  }
  return false;
}

/// ACL-7: no ACL is asked.
bool VpcRouter::stays_in_subnet(const Origin& origin, const PacketFacts& facts) const {
  if (origin.interface == nullptr) {
    return false;
  }
  const dataplane::VpcTables& now = *plan_.tables;
  return now.subnets[now.interfaces[origin.interface->slot()].subnet].cidr.contains(
      facts.destination);
}

void VpcRouter::share_verdict(const Origin& origin, const PacketFacts& facts,
                              const Verdict& verdict, const trace::StepList* steps) {
  if (fragments_ == nullptr) {
    fragments_ = std::make_unique<dataplane::FragmentGate>(context_->options().fragments);
  }
  DatagramVerdict shared;
  if (is_acl_denial(verdict)) {
    shared.denied = verdict.reason;
    if (steps != nullptr && !steps->empty()) {
      shared.step = steps->back();
    }
  }
  fragments_->judge(DatagramKey::of(facts, origin.place), shared, context_->now());
}

void VpcRouter::release_fragments(const Origin& origin, const PacketFacts& facts) {
  const DatagramKey key = DatagramKey::of(facts, origin.place);
  for (PacketHandle next = fragments_->release(key); next != wire::kNoPacket;
       next = fragments_->release(key)) {
    PacketFacts later;
    if (const auto reason = context_->read_facts(next, later)) {
      refuse(*reason, next, nullptr);
    } else {
      handle(origin, next, later);
    }
  }
}

/// A fragment whose datagram's first one never came is no rule's affair: it is MALFORMED.
SimTime VpcRouter::expire_fragments(SimTime now) {
  while (const auto held = fragments_->take_expired(now)) {
    refuse(DropReason::kMalformed, held->packet, nullptr);
  }
  return fragments_->deadline();
}

}  // namespace vpclab::node
