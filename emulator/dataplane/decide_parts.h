// dataplane/decide_parts.h - what the decisions of decide.h and its neighbours have in common:
// asking an ACL at a subnet's boundary, writing down a route, translating, private addresses. For
// their sources alone.
#pragma once

#include <optional>

#include "emulator/dataplane/decide.h"
#include "emulator/dataplane/packet_facts.h"
#include "emulator/dataplane/plan.h"
#include "emulator/dataplane/recorder.h"
#include "emulator/trace/decision.h"
#include "netstack/wire/ipv4_address.h"
#include "netstack/wire/ipv4_prefix.h"

namespace vpclab::dataplane {

/// ACL-7, ACL-9. True if the packet may pass the subnet's boundary.
template <class Recorder>
bool ask_acl(const VpcTables& tables, const Subnet& subnet, bool egress, const PacketFacts& facts,
             AclUse use, Counters& counters, Recorder& recorder) {
  const trace::Stage stage =
      egress ? trace::Stage::kNetworkAclEgress : trace::Stage::kNetworkAclIngress;
  const NetworkAcl& acl = tables.acls[subnet.acl];
  if (use == AclUse::kPassed) {  // SG-27: as the first fragment of its datagram
    if constexpr (Recorder::kKeeps) {
      recorder.push(stage, trace::Outcome::kTracked,
                    trace::RuleRef{.object = acl.id(), .scope = subnet.id});
    }
    return true;
  }
  ++counters.acl_evaluations;
  const AclEntry* entry = acl.match(egress, facts);
  const bool allowed = entry != nullptr && entry->allow;
  if constexpr (Recorder::kKeeps) {
    trace::RuleRef rule{.object = acl.id(), .scope = subnet.id, .number = trace::kLastAclEntry};
    if (entry != nullptr) {
      rule.number = entry->number;
      rule.prefix = entry->remote;
      rule.has_prefix = true;
    }
    recorder.push(stage, allowed ? trace::Outcome::kPassed : trace::Outcome::kDenied, rule);
  }
  return allowed;
}

/// `scope` is the subnet, gateway or linked instance that uses the table.
template <class Recorder>
void record_route(const RouteTable& table, const api::ResourceId& scope, const Route* route,
                  Recorder& recorder) {
  trace::RuleRef rule{.object = table.id, .scope = scope, .main_table = table.is_main};
  if (route == nullptr) {
    recorder.push(trace::Stage::kRouteLookup, trace::Outcome::kDenied, rule);
    return;
  }
  if (route->kind != TargetKind::kLocal && route->kind != TargetKind::kClassicLink) {
    rule.rule = route->target;
  }
  rule.prefix = route->destination;
  rule.has_prefix = true;
  rule.state = route->state;
  recorder.push(trace::Stage::kRouteLookup,
                route->is_active() ? trace::Outcome::kMatched : trace::Outcome::kDenied, rule);
}

/// A gateway or EC2-Classic's edge refuses to translate: `refusal` names it, and as scope the
/// interface or instance concerned. `block` is the range that decided, or null.
template <class Recorder>
Translation refuse_translation(trace::RuleRef refusal, const wire::Ipv4Prefix* block,
                               trace::DropReason reason, Recorder& recorder) {
  if constexpr (Recorder::kKeeps) {
    if (block != nullptr) {
      refusal.prefix = *block;
      refusal.has_prefix = true;
    }
    recorder.push(trace::Stage::kGatewayTranslation, trace::Outcome::kDenied, refusal);
  }
  return Translation{{}, reason};
}

/// It translates: to the address `to` of `mapping`'s scope.
template <class Recorder>
Translation translate(trace::RuleRef mapping, wire::Ipv4Address to, Recorder& recorder) {
  if constexpr (Recorder::kKeeps) {
    mapping.prefix = wire::Ipv4Prefix::host(to);
    mapping.has_prefix = true;
    recorder.push(trace::Stage::kGatewayTranslation, trace::Outcome::kTranslated, mapping);
  }
  return Translation{to, std::nullopt};
}

/// IGW-5, IGW-6: the block of addresses without a meaning on the internet that holds this one, or
/// null. Beside RFC 1918's: 100.64.0.0/10 and 169.254.0.0/16.
[[nodiscard]] const wire::Ipv4Prefix* private_block(wire::Ipv4Address address, bool rfc1918_only);

}  // namespace vpclab::dataplane
