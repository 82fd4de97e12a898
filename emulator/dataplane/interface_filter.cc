#include "emulator/dataplane/interface_filter.h"

#include <optional>

#include "netstack/base/check.h"

namespace vpclab::dataplane {
namespace {

using trace::DropReason;
using trace::Outcome;
using trace::RuleRef;
using trace::Stage;

/// SG-26: the services behind 169.254.169.x. DNS alone answers; they are never forwarded (RT-12).
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

/// FWD-1.4 and FWD-3.4.
template <class Recorder>
Admission ask_groups(const FilterContext& context, const PacketFacts& facts, Bytes packet,
                     bool egress, Recorder recorder) {
  const GroupContext groups{context.tables.group_sets[context.interface.groups],
                            context.tables.address_sets,
                            context.interface.id,
                            context.conntrack,
                            context.options,
                            context.counters,
                            context.now,
                            context.judge_anew};
  return judge_groups(groups, facts, packet, egress, recorder);
}

Admission denied(DropReason reason) {
  Admission admission;
  admission.reason = reason;
  return admission;
}

}  // namespace

bool asks_resolver(const VpcTables& tables, const PacketFacts& facts) {
  constexpr wire::Ipv4Address kEverywhere = wire::Ipv4Address::of(169, 254, 169, 253);
  constexpr std::uint16_t kDnsPort = 53;
  return facts.traffic == TrafficClass::kUdp && facts.destination_port == kDnsPort &&
         !facts.is_fragment() &&
         (facts.destination == tables.dns() || facts.destination == kEverywhere);
}

template <class Recorder>
std::optional<DropReason> check_egress_addresses(const FilterContext& context,
                                                 const PacketFacts& facts, Recorder recorder) {
  const wire::Ipv4Address to = facts.destination;
  const Subnet& subnet = subnet_of(context);
  if (is_link_local_service(to)) {  // FWD-1.1, RT-12
    if constexpr (Recorder::kKeeps) {
      recorder.push(Stage::kLinkLocalService, Outcome::kDenied,
                    RuleRef{.object = context.tables.id});
    }
    return DropReason::kNoSuchHost;
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
