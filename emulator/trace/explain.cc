#include "emulator/trace/explain.h"

#include <algorithm>
#include <utility>

#include "emulator/trace/explainer.h"
#include "netstack/base/check.h"

namespace vpclab::trace {
namespace {

/// A code of Reachability Analyzer that says more than explanation_code() of its reason.
constexpr std::string_view kNoRules = "SG_HAS_NO_RULES";

/// Whether a sentence can be made from the place of the drop and the packet alone.
bool needs_only_a_place(DropReason reason) {
  switch (reason) {
    case DropReason::kTtlExpired:
    case DropReason::kMalformed:
    case DropReason::kBadChecksum:
    case DropReason::kQueueFull:
    case DropReason::kLinkLoss:
    case DropReason::kLinkDown:
    case DropReason::kConntrackFull:
      return true;
    default:
      return false;
  }
}

}  // namespace

Explainer::Explainer(const TraceEvent& drop, const NameDirectory& names)
    : drop_(drop),
      names_(names),
      traffic_(drop.ethernet ? read_frame_traffic(drop.bytes) : read_traffic(drop.bytes)) {
  if (drop.steps != nullptr && !drop.steps->empty()) {
    const StepList& steps = *drop.steps;
    const Step* first = steps.end();
    while (first != steps.begin() && (first - 1)->outcome == Outcome::kDenied &&
           (first - 1)->stage == steps.back().stage) {
      --first;
    }
    denied_ = {first, steps.end()};
  }
}

Explanation Explainer::make() {
  made_.reason = *drop_.reason;
  made_.code = explanation_code(*drop_.reason);
  if (!denied_.empty() || (needs_only_a_place(*drop_.reason) && !element().empty())) {
    explain_reason();
  } else {
    made_.sentence = element().empty() ? "the network dropped it and did not say where"
                                       : named(element()) + " dropped it and did not say why";
  }
  if (traffic_.source) {
    detail("source", address_text(traffic_.source));
    detail("destination", address_text(traffic_.destination));
  }
  detail("traffic", traffic_.what);
  return std::move(made_);
}

void Explainer::explain_reason() {
  if (!denied_.empty() && denied_.front().stage == Stage::kLinkLocalService) {
    return local_service();
  }
  switch (*drop_.reason) {
    case DropReason::kSgEgress:
      return security_group(true);
    case DropReason::kSgIngress:
      return security_group(false);
    case DropReason::kNaclEgress:
      return network_acl(true);
    case DropReason::kNaclIngress:
      return network_acl(false);
    case DropReason::kNoRoute:
      return no_route();
    case DropReason::kBlackhole:
      return blackhole();
    case DropReason::kPcxDstNotInPeerCidr:
      return not_in_peer_cidr();
    case DropReason::kNoSuchHost:
      return no_such_host();
    case DropReason::kReservedAddress:
      return reserved_address();
    case DropReason::kInstanceNotRunning:
      return not_running();
    case DropReason::kSrcDstCheck:
      return source_dest_check();
    case DropReason::kIgwNoPublicIp:
      return no_public_ip();
    case DropReason::kIgwPrivateDst:
      return private_destination();
    case DropReason::kIgwPrivateSrc:
    case DropReason::kIgwUnmapped:
      return gateway_ingress();
    case DropReason::kUnsupportedCast:
      return cast();
    case DropReason::kTtlExpired:
    case DropReason::kMtuDf:
    case DropReason::kMalformed:
    case DropReason::kBadChecksum:
    case DropReason::kConntrackFull:
      return refused_at_element();
    case DropReason::kQueueFull:
    case DropReason::kLinkLoss:
    case DropReason::kLinkDown:
      return link();
    case DropReason::kNatNoState:
    case DropReason::kNatProto:
    case DropReason::kNatFragment:
    case DropReason::kNatToPcx:
    case DropReason::kNatPortsExhausted:
    case DropReason::kNatSrcNotInVpc:
      return nat();
    case DropReason::kClassiclinkNotLinked:
      return not_linked();
    case DropReason::kClassiclinkEgressNotAllowed:
      return link_egress();
  }
}

/// SG-1, SG-3: nothing in any of the interface's groups matches.
void Explainer::security_group(bool egress) {
  const std::string_view side = egress ? "outbound" : "inbound";
  const std::string missing =
      traffic_.what + (egress ? " to " + destination() : " from " + source());
  std::vector<std::string> groups;
  bool no_rules = true;
  for (const Step& step : denied_) {
    if (!step.rule.object.empty()) {
      groups.push_back(named(step.rule.object));
      no_rules = no_rules && step.rule.number == 0;
      add_rule(step.rule.object.text());
    }
  }
  made_.sentence = "no rule of " + (groups.empty() ? "its security groups" : join(groups)) +
                   " allows " + missing;
  if (no_rules && !groups.empty()) {
    made_.code = kNoRules;
    made_.sentence += groups.size() == 1 ? " (the group has no " : " (the groups have no ";
    made_.sentence += std::string(side) + " rules)";
  }
  detail(refusal().scope.kind() == api::ResourceKind::kInstance ? "instance" : "network interface",
         named(refusal().scope));
  detail("security groups", join(groups));
  detail("missing rule",
         std::string(side) + " " + missing + (groups.empty() ? "" : " in " + groups.front()));
}

/// ACL-2, ACL-11.
void Explainer::network_acl(bool egress) {
  const std::string_view side = egress ? "outbound" : "inbound";
  const std::string entry = acl_rule_text(refusal().number);
  const std::string acl = named(refusal().object);
  const std::string what = traffic_.what + (egress ? " to " + destination() : " from " + source());
  made_.sentence = refusal().number == kLastAclEntry
                       ? "no " + std::string(side) + " rule of " + acl + " allows " + what +
                             ": its last rule (*) denies it"
                       : std::string(side) + " rule " + entry + " of " + acl + " denies " + what;
  if (!refusal().scope.empty()) {
    made_.sentence += (egress ? " at the edge of " : " into ") + named(refusal().scope);
  }
  if (!refusal().object.empty()) {
    add_rule(refusal().object.text() + " rule " + entry);
  }
  const bool is_last = refusal().number == kLastAclEntry;
  detail("missing rule", std::string(side) + (is_last ? "" : ", before rule " + entry + ",") +
                             " allow " + what + " in " + acl);
  detail("network ACL", acl);
  detail("rule number", refusal().number == kLastAclEntry ? "* (32767)" : entry);
  detail("direction", std::string(side));
  detail("subnet", named(refusal().scope));
}

/// RT-17.
void Explainer::no_route() {
  if (refusal().object.kind() == api::ResourceKind::kClassicNetwork) {
    return no_route_of_classic();
  }
  if (refusal().scope.kind() == api::ResourceKind::kVpc) {
    return no_route_of_links();
  }
  const std::string_view table = refusal().main_table ? "main" : "custom";
  made_.sentence = named(refusal().object) + ", the " + std::string(table) + " route table" +
                   (refusal().scope.empty() ? "" : " that " + named(refusal().scope) + " uses") +
                   ", has no route to " + destination();
  const bool loops = refusal().rule.kind() == api::ResourceKind::kNatGateway;
  const RuleRef* sender = translator();
  const api::ResourceId gateway = loops               ? refusal().rule
                                  : sender == nullptr ? api::ResourceId()
                                                      : sender->object;
  if (loops) {  // NAT-9
    made_.sentence = named(refusal().object) + ", the " + std::string(table) +
                     " route table of the subnet in which " + named(gateway) + " stands, leads " +
                     to_string(refusal().prefix) + " back to that NAT gateway";
  }
  if (gateway.empty()) {
    detail("missing rule", "a route to " + destination());
  } else {
    no_route_of_nat(gateway, sender != nullptr && sender->number != 0);
  }
  add_rule(refusal().object.text());
  detail("route table", named(refusal().object) + ", " + std::string(table));
  detail("subnet", named(refusal().scope));
}

/// RT-14, RT-15; a crossing that is refused because the connection is not active says the same.
void Explainer::blackhole() {
  const std::string state(to_string(refusal().state));
  if (stage() == Stage::kPeeringCrossing) {
    made_.sentence = "the peering connection " + named(refusal().object) + " is " + state;
    add_rule(refusal().object.text());
    detail("target", named(refusal().object));
    detail("target state", state);
    return;
  }
  const std::string route = to_string(refusal().prefix) + " -> " + named(refusal().rule);
  made_.sentence = "the route " + route + " in " + named(refusal().object) +
                   " is a blackhole: " + std::string(kind_name(refusal().rule.kind())) + " is " +
                   state;
  add_rule(refusal().object.text() + " " + to_string(refusal().prefix));
  detail("route", route);
  detail("route table", named(refusal().object) + (refusal().main_table ? ", main" : ", custom"));
  detail("subnet", named(refusal().scope));
  detail("target", named(refusal().rule));
  detail("target state", state);
  if (refusal().state == ObjectState::kPendingAcceptance) {
    detail("fix", "aws ec2 accept-vpc-peering-connection --vpc-peering-connection-id " +
                      refusal().rule.text());
  }
}

/// PCX-22, PCX-24.
void Explainer::not_in_peer_cidr() {
  std::vector<std::string> cidrs;
  for (const Step& step : denied_) {
    if (step.rule.has_prefix) {
      cidrs.push_back(to_string(step.rule.prefix));
    }
  }
  made_.sentence = named(refusal().object) + " carries only what is for " + join(cidrs) + " of " +
                   named(refusal().rule) + ", not for " + destination() +
                   ": peering is not transitive and gives no edge-to-edge routing";
  add_rule(refusal().object.text());
  detail("peering connection", named(refusal().object));
  detail("peer VPC", named(refusal().rule));
  detail("peer CIDRs", join(cidrs));
}

void Explainer::no_such_host() {
  if (refusal().object.kind() == api::ResourceKind::kInternetRouter) {
    made_.sentence = "no host of the internet has the address " + destination();
    detail("router", named(refusal().object));
    return;
  }
  made_.sentence = "no network interface in " + place() + " has the address " + destination();
  detail("VPC", named(refusal().object));
  detail("subnet", named(refusal().scope));
}

/// FWD-1.1: DNS-5, DNS-1, and services that are not there.
void Explainer::local_service() {
  if (refusal().number != 0) {
    made_.sentence = named(refusal().object) + " sent more than " +
                     std::to_string(refusal().number) +
                     " packets in a second to Amazon's DNS server";
    detail("network interface", named(refusal().object));
    return;
  }
  made_.sentence =
      refusal().has_prefix
          ? "Amazon's DNS server at " + destination() + " does not answer in " +
                named(refusal().object) + ": enableDnsSupport is off there"
          : destination() + " belongs to the host's own services, and only DNS answers there";
  detail("VPC", named(refusal().object));
}

/// SUB-2, ICMP-5.
void Explainer::reserved_address() {
  made_.sentence = destination() + " is a reserved address of " + place();
  if (refusal().has_prefix && traffic_.destination) {
    const std::string use = reserved_use(refusal().prefix, *traffic_.destination);
    made_.sentence += " (" + use + ")";
    detail("reserved for", use);
  }
  detail("subnet", named(refusal().scope));
}

/// The route whose target refused the packet; null where its address led to it.
const RuleRef* Explainer::leading_route() const {
  if (drop_.steps == nullptr) {
    return nullptr;
  }
  const auto leads = [this](const Step& step) {
    return step.stage == Stage::kRouteLookup && step.rule.has_prefix && !step.rule.rule.empty() &&
           (step.rule.rule == refusal().object || step.rule.rule == refusal().rule);
  };
  const Step* found = std::find_if(drop_.steps->begin(), drop_.steps->end(), leads);
  return found == drop_.steps->end() ? nullptr : &found->rule;
}

/// INST-2.
void Explainer::not_running() {
  const std::string state(to_string(refusal().state));
  const RuleRef* route = leading_route();
  const std::string relation = route == nullptr
                                   ? ", which has the address " + destination()
                                   : ", to which the route " + to_string(route->prefix) + " leads";
  made_.sentence = named(refusal().object) + relation + ", is " + state;
  add_rule(refusal().object.text());
  const bool is_gateway = refusal().object.kind() == api::ResourceKind::kNatGateway;
  detail(is_gateway ? "NAT gateway" : "instance", named(refusal().object));
  detail("network interface", named(refusal().rule));
  if (route != nullptr) {
    detail("route", to_string(route->prefix) + " -> " + named(route->rule));
    detail("route table", named(route->object));
  }
  detail("state", state);
}

/// ENI-3.
void Explainer::source_dest_check() {
  const bool out = drop_.direction == Direction::kOut;
  made_.sentence = "the source/destination check of " + named(refusal().object) +
                   " is on, and the packet's " + (out ? "source " : "destination ") +
                   (out ? source() : destination()) + " is not its own address";
  add_rule(refusal().object.text());
  detail("network interface", named(refusal().object));
  detail("checked address", out ? source() : destination());
}

/// VPC-17.
void Explainer::cast() {
  const bool multicast = traffic_.destination && traffic_.destination->is_multicast();
  made_.sentence = destination() + " is a " + (multicast ? "multicast" : "broadcast") +
                   " address, and a VPC carries no broadcast or multicast";
  detail("VPC", named(refusal().object));
  detail("subnet", named(refusal().scope));
}

void Explainer::refused_at_element() {
  const std::string where = named(element());
  switch (*drop_.reason) {
    case DropReason::kTtlExpired:
      made_.sentence = "the packet's TTL ran out at " + where;
      break;
    case DropReason::kMtuDf:
      made_.sentence = "the packet may not be fragmented and does not fit the MTU of " +
                       std::to_string(refusal().number) + " bytes at " + where;
      detail("MTU", std::to_string(refusal().number));
      break;
    case DropReason::kBadChecksum:
      made_.sentence = "the checksum of the packet's IPv4 header is wrong at " + where;
      break;
    case DropReason::kConntrackFull:
      made_.sentence = traffic_.is_later_fragment  // SG-27
                           ? "too many fragments wait at " + where + " for the first of theirs"
                           : "the connection table of " + where + " is full";
      break;
    default:
      made_.sentence = traffic_.is_later_fragment
                           ? "the first fragment of this one's datagram never came to " + where
                           : "the packet is malformed at " + where;
      break;
  }
  detail("element", where);
}

void Explainer::link() {
  const std::string where = "the link to " + named(element());
  if (*drop_.reason == DropReason::kLinkLoss) {
    made_.sentence = "the packet was lost on " + where;
  } else if (*drop_.reason == DropReason::kLinkDown) {
    made_.sentence = where + " is down";
  } else {
    made_.sentence = "the queue of " + where + " is full";
    if (refusal().number != 0) {
      made_.sentence += " (" + std::to_string(refusal().number) + " bytes)";
      detail("queue limit", std::to_string(refusal().number) + " bytes");
    }
  }
  detail("element", named(element()));
}

Explanation explain(const TraceEvent& drop, const NameDirectory& names) {
  VPCLAB_CHECK(drop.kind == EventKind::kDropped && drop.reason.has_value(),
               "only a drop is explained");
  return Explainer(drop, names).make();
}

std::string label(const api::ResourceId& id, const NameDirectory& names) {
  const std::string name = names.name_of(id);
  return name.empty() ? id.text() : id.text() + " (" + name + ")";
}

}  // namespace vpclab::trace
