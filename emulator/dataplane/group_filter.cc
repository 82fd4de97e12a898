#include "emulator/dataplane/group_filter.h"

namespace vpclab::dataplane {
namespace {

using trace::DropReason;
using trace::Outcome;
using trace::RuleRef;
using trace::Stage;

template <class Recorder>
void record_group_verdict(const GroupContext& context, const GroupRule* match, bool egress,
                          Recorder& recorder) {
  const Stage stage = group_stage(egress);
  if (match != nullptr) {
    recorder.push(stage, Outcome::kPassed,
                  RuleRef{.object = match->group,
                          .rule = match->id,
                          .scope = context.holder,
                          .prefix = match->remote,
                          .has_prefix = match->address_set == FilterRule::kNoSet});
    return;
  }
  for (const api::SecurityGroupId& group : context.groups.groups()) {
    recorder.push(stage, Outcome::kDenied,
                  RuleRef{.object = group,
                          .scope = context.holder,
                          .number = context.groups.rule_count(group, egress)});
  }
  if (context.groups.groups().empty()) {
    recorder.push(stage, Outcome::kDenied, RuleRef{.scope = context.holder});
  }
}

template <class Recorder>
void record_tracked(const GroupContext& context, bool egress, Recorder& recorder) {
  recorder.push(group_stage(egress), Outcome::kTracked,
                RuleRef{.object = context.holder, .scope = context.holder});
}

/// SG-25: whether an ICMP error quotes a packet of a flow that is tracked here, or one that went
/// the other way untracked because everything is open (SG-22): the latter only if the error goes to
/// whom the quoted packet names as its sender, for nothing else tells that it was ever sent.
bool is_related(const GroupContext& context, const PacketFacts& facts, Bytes packet, bool egress) {
  const Bytes quoted = quoted_datagram(packet, facts);
  PacketFacts inner;
  if (!context.options.related_icmp_errors || quoted.empty() || !read_quoted_facts(quoted, inner)) {
    return false;
  }
  if (context.conntrack != nullptr &&
      context.conntrack->find(flow_key(inner, !egress), context.now) != nullptr) {
    return true;
  }
  return inner.source == facts.destination && context.groups.leaves_untracked(!egress, inner);
}

}  // namespace

template <class Recorder>
Admission judge_groups(const GroupContext& context, const PacketFacts& facts, Bytes packet,
                       bool egress, Recorder recorder) {
  const wire::Ipv4Address remote = egress ? facts.destination : facts.source;
  const auto ask = [&] {
    ++context.counters.group_evaluations;
    return context.groups.match(egress, remote, facts, context.address_sets);
  };

  Admission admission;
  admission.key = flow_key(facts, egress);
  if (context.conntrack != nullptr) {
    admission.flow = context.conntrack->find(admission.key, context.now);
  }
  if (admission.flow != nullptr) {
    if (context.judge_anew) {
      static_cast<void>(ask());
    }
    admission.kind = Admission::Kind::kTracked;
  } else if (facts.traffic == TrafficClass::kIcmp && is_related(context, facts, packet, egress)) {
    admission.kind = Admission::Kind::kRelated;
  } else {
    const GroupRule* match = ask();
    if (match == nullptr) {
      admission.reason = egress ? DropReason::kSgEgress : DropReason::kSgIngress;
    } else if (!may_begin_flow(facts) || context.groups.leaves_untracked(egress, facts)) {
      admission.kind = Admission::Kind::kUntracked;
    } else {
      admission.kind = Admission::Kind::kNew;
    }
    if constexpr (Recorder::kKeeps) {
      record_group_verdict(context, match, egress, recorder);
    }
    return admission;
  }
  if constexpr (Recorder::kKeeps) {
    record_tracked(context, egress, recorder);
  }
  return admission;
}

bool commit(const Admission& admission, Conntrack& conntrack, const PacketFacts& facts, bool egress,
            SimTime now) {
  switch (admission.kind) {
    case Admission::Kind::kTracked:
      conntrack.refresh(*admission.flow, facts, egress, now);
      return true;
    case Admission::Kind::kNew:
      return conntrack.track(admission.key, facts, egress, now);
    case Admission::Kind::kUntracked:
    case Admission::Kind::kRelated:
    case Admission::Kind::kDenied:
      return true;
  }
  return true;
}

template Admission judge_groups(const GroupContext&, const PacketFacts&, Bytes, bool, NoSteps);
template Admission judge_groups(const GroupContext&, const PacketFacts&, Bytes, bool, KeepSteps);

}  // namespace vpclab::dataplane
