// VpcRouter: ACLs judge datagrams, not their pieces (SG-27).
#include "emulator/node/eni.h"
#include "emulator/node/vpc_router.h"

namespace vpclab::node {
namespace {

using dataplane::Action;
using dataplane::DatagramKey;
using dataplane::DatagramVerdict;
using dataplane::PacketFacts;
using dataplane::Verdict;
using trace::DropReason;
using wire::PacketHandle;

bool is_acl_denial(const Verdict& verdict) {
  return verdict.action == Action::kDrop &&
         (verdict.reason == DropReason::kNaclEgress || verdict.reason == DropReason::kNaclIngress);
}

}  // namespace

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
  const dataplane::VpcTables& now = *plan_.tables;
  const std::uint32_t slot = origin.slot(now);
  return slot != dataplane::kNowhere &&
         now.subnets[now.interfaces[slot].subnet].cidr.contains(facts.destination);
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
