#include "emulator/dataplane/interface_filter.h"

#include <optional>

#include "netstack/base/check.h"

namespace vpclab::dataplane {
namespace {

using trace::DropReason;
using trace::Outcome;
using trace::RuleRef;
using trace::Stage;

/// SG-26: the services behind 169.254.169.x. None answers yet; they are never forwarded either
/// (RT-12).
bool is_link_local_service(wire::Ipv4Address address) {
  return address.is_link_local() && (address.to_host_order() & 0xfc00) == 0xa800;
}

/// ENI-3: whether the address is one of the interface's.
bool owns(const FilterContext& context, wire::Ipv4Address address) {
  if (address == context.interface.address) {
    return true;
  }
  if (!context.interface.has_secondary) {
    return false;
  }
  const std::uint32_t owner = context.tables.owner_of(address);
  return owner != kNowhere && &context.tables.interfaces[owner] == &context.interface;
}

const Subnet& subnet_of(const FilterContext& context) {
  return context.tables.subnets[context.interface.subnet];
}

template <class Recorder>
DropReason deny_destination(const FilterContext& context, const Subnet* subnet, DropReason reason,
                            Recorder& recorder) {
  if constexpr (Recorder::kKeeps) {
    RuleRef rule{.object = context.tables.id};
    if (subnet != nullptr) {
      rule.scope = subnet->id;
      rule.prefix = subnet->cidr;
      rule.has_prefix = true;
    }
    recorder.push(Stage::kDestinationLookup, Outcome::kDenied, rule);
  }
  return reason;
}

template <class Recorder>
bool check_source_dest(const FilterContext& context, wire::Ipv4Address address,
                       Recorder& recorder) {
  if (!context.interface.source_dest_check) {
    return true;
  }
  const bool passed = owns(context, address);
  if constexpr (Recorder::kKeeps) {
    recorder.push(Stage::kSourceDestCheck, passed ? Outcome::kPassed : Outcome::kDenied,
                  RuleRef{.object = context.interface.id});
  }
  return passed;
}

template <class Recorder>
void record_group_verdict(const FilterContext& context, const SecurityGroups& groups,
                          const GroupRule* match, bool egress, Recorder& recorder) {
  const Stage stage = egress ? Stage::kSecurityGroupEgress : Stage::kSecurityGroupIngress;
  if (match != nullptr) {
    recorder.push(stage, Outcome::kPassed,
                  RuleRef{.object = match->group,
                          .rule = match->id,
                          .scope = context.interface.id,
                          .prefix = match->remote,
                          .has_prefix = match->address_set == FilterRule::kNoSet});
    return;
  }
  for (const api::SecurityGroupId& group : groups.groups()) {
    recorder.push(stage, Outcome::kDenied,
                  RuleRef{.object = group,
                          .scope = context.interface.id,
                          .number = groups.rule_count(group, egress)});
  }
  if (groups.groups().empty()) {
    recorder.push(stage, Outcome::kDenied, RuleRef{.scope = context.interface.id});
  }
}

template <class Recorder>
void record_tracked(const FilterContext& context, bool egress, Recorder& recorder) {
  recorder.push(egress ? Stage::kSecurityGroupEgress : Stage::kSecurityGroupIngress,
                Outcome::kTracked,
                RuleRef{.object = context.interface.id, .scope = context.interface.id});
}

/// SG-25: whether an ICMP error quotes a packet of a flow that is tracked here, or one that went
/// the other way untracked because everything is open (SG-22).
bool is_related(const FilterContext& context, const SecurityGroups& groups,
                const PacketFacts& facts, Bytes packet, bool egress) {
  const Bytes quoted = quoted_datagram(packet, facts);
  PacketFacts inner;
  if (!context.options.related_icmp_errors || quoted.empty() || !read_quoted_facts(quoted, inner)) {
    return false;
  }
  if (context.conntrack != nullptr &&
      context.conntrack->find(flow_key(inner, !egress), context.now) != nullptr) {
    return true;
  }
  const wire::Ipv4Address remote = egress ? inner.source : inner.destination;
  const GroupRule* rule = groups.match(!egress, remote, inner, context.tables.address_sets);
  return rule != nullptr && groups.leaves_untracked(*rule, inner.traffic);
}

/// FWD-1.4 and FWD-3.4.
template <class Recorder>
Admission ask_groups(const FilterContext& context, const PacketFacts& facts, Bytes packet,
                     bool egress, Recorder& recorder) {
  const SecurityGroups& groups = context.tables.group_sets[context.interface.groups];
  const wire::Ipv4Address remote = egress ? facts.destination : facts.source;
  const auto ask = [&] {
    ++context.counters.group_evaluations;
    return groups.match(egress, remote, facts, context.tables.address_sets);
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
  } else if (facts.traffic == TrafficClass::kIcmp &&
             is_related(context, groups, facts, packet, egress)) {
    admission.kind = Admission::Kind::kRelated;
  } else {
    const GroupRule* match = ask();
    if (match == nullptr) {
      admission.reason = egress ? DropReason::kSgEgress : DropReason::kSgIngress;
    } else if (groups.leaves_untracked(*match, facts.traffic) || !may_begin_flow(facts)) {
      admission.kind = Admission::Kind::kUntracked;
    } else {
      admission.kind = Admission::Kind::kNew;
    }
    if constexpr (Recorder::kKeeps) {
      record_group_verdict(context, groups, match, egress, recorder);
    }
    return admission;
  }
  if constexpr (Recorder::kKeeps) {
    record_tracked(context, egress, recorder);
  }
  return admission;
}

Admission denied(DropReason reason) {
  Admission admission;
  admission.reason = reason;
  return admission;
}

}  // namespace

template <class Recorder>
std::optional<DropReason> check_egress_addresses(const FilterContext& context,
                                                 const PacketFacts& facts, Recorder recorder) {
  const wire::Ipv4Address to = facts.destination;
  const Subnet& subnet = subnet_of(context);
  if (is_link_local_service(to)) {  // FWD-1.1, RT-12: nobody is there
    return deny_destination(context, nullptr, DropReason::kNoSuchHost, recorder);
  }
  if (to == subnet.router() || to == subnet.dns() || to == context.tables.dns()) {
    return deny_destination(context, &subnet, DropReason::kReservedAddress, recorder);  // ICMP-5
  }
  if (!check_source_dest(context, facts.source, recorder)) {
    return DropReason::kSrcDstCheck;
  }
  if (to.is_multicast() || to.is_limited_broadcast() || to == subnet.cidr.last()) {  // VPC-17
    if constexpr (Recorder::kKeeps) {
      recorder.push(Stage::kCast, Outcome::kDenied,
                    RuleRef{.object = context.tables.id,
                            .scope = subnet.id,
                            .prefix = subnet.cidr,
                            .has_prefix = true});
    }
    return DropReason::kUnsupportedCast;
  }
  return std::nullopt;
}

template <class Recorder>
std::optional<DropReason> check_ingress_addresses(const FilterContext& context,
                                                  const PacketFacts& facts, Recorder recorder) {
  if (!check_source_dest(context, facts.destination, recorder)) {
    return DropReason::kSrcDstCheck;
  }
  return std::nullopt;
}

template <class Recorder>
Admission judge_egress(const FilterContext& context, const PacketFacts& facts, Bytes packet,
                       Recorder recorder) {
  if (const auto reason = check_egress_addresses(context, facts, recorder)) {
    return denied(*reason);
  }
  return ask_groups(context, facts, packet, true, recorder);
}

template <class Recorder>
Admission judge_ingress(const FilterContext& context, const PacketFacts& facts, Bytes packet,
                        Recorder recorder) {
  if (const auto reason = check_ingress_addresses(context, facts, recorder)) {
    return denied(*reason);
  }
  return ask_groups(context, facts, packet, false, recorder);
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

template std::optional<DropReason> check_egress_addresses(const FilterContext&, const PacketFacts&,
                                                          NoSteps);
template std::optional<DropReason> check_egress_addresses(const FilterContext&, const PacketFacts&,
                                                          KeepSteps);
template std::optional<DropReason> check_ingress_addresses(const FilterContext&, const PacketFacts&,
                                                           NoSteps);
template std::optional<DropReason> check_ingress_addresses(const FilterContext&, const PacketFacts&,
                                                           KeepSteps);
template Admission judge_egress(const FilterContext&, const PacketFacts&, Bytes, NoSteps);
template Admission judge_egress(const FilterContext&, const PacketFacts&, Bytes, KeepSteps);
template Admission judge_ingress(const FilterContext&, const PacketFacts&, Bytes, NoSteps);
template Admission judge_ingress(const FilterContext&, const PacketFacts&, Bytes, KeepSteps);

}  // namespace vpclab::dataplane
