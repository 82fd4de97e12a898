#include "emulator/trace/explain.h"

#include <algorithm>
#include <span>
#include <utility>

#include "emulator/trace/explain_words.h"
#include "emulator/trace/traffic.h"
#include "netstack/base/check.h"

namespace vpclab::trace {
namespace {

// Codes of Reachability Analyzer that say more than explanation_code() of their reason.
constexpr std::string_view kNoRules = "SG_HAS_NO_RULES";
constexpr std::string_view kSharedDestination = "IGW_DESTINATION_ADDRESS_NOT_IN_RFC6598_EGRESS";
constexpr std::string_view kSharedSource = "IGW_SOURCE_ADDRESS_NOT_IN_RFC6598_INGRESS";

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

constexpr std::string_view kEgressFromLinks = "AllowEgressFromLocalClassicLinkToRemoteVpc";
constexpr std::string_view kEgressToLinks = "AllowEgressFromLocalVpcToRemoteClassicLink";

/// Makes one explanation. Each method says what it needs of the steps; missing facts leave a
/// shorter sentence, never a wrong one.
class Explainer {
 public:
  Explainer(const TraceEvent& drop, const NameDirectory& names)
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

  [[nodiscard]] Explanation make() {
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

 private:
  void explain_reason() {
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

  // SG-1, SG-3: nothing in any of the interface's groups matches.
  void security_group(bool egress) {
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
    detail(
        refusal().scope.kind() == api::ResourceKind::kInstance ? "instance" : "network interface",
        named(refusal().scope));
    detail("security groups", join(groups));
    detail("missing rule", std::string(side) + " " + missing);
  }

  // ACL-2, ACL-11.
  void network_acl(bool egress) {
    const std::string_view side = egress ? "outbound" : "inbound";
    const std::string entry = acl_rule_text(refusal().number);
    const std::string acl = named(refusal().object);
    const std::string what =
        traffic_.what + (egress ? " to " + destination() : " from " + source());
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
    detail("network ACL", acl);
    detail("rule number", refusal().number == kLastAclEntry ? "* (32767)" : entry);
    detail("direction", std::string(side));
    detail("subnet", named(refusal().scope));
  }

  // RT-17.
  void no_route() {
    if (refusal().object.kind() == api::ResourceKind::kClassicNetwork) {
      made_.sentence = named(refusal().object) + " has no route to " + destination();
      detail("missing rule", "a route to " + destination());
      return;
    }
    if (refusal().scope.kind() == api::ResourceKind::kVpc) {
      return no_route_of_links();
    }
    const std::string_view table = refusal().main_table ? "main" : "custom";
    made_.sentence = named(refusal().object) + ", the " + std::string(table) + " route table" +
                     (refusal().scope.empty() ? "" : " that " + named(refusal().scope) + " uses") +
                     ", has no route to " + destination();
    add_rule(refusal().object.text());
    detail("route table", named(refusal().object) + ", " + std::string(table));
    detail("subnet", named(refusal().scope));
    detail("missing rule", "a route to " + destination());
  }

  // CL-26.
  void no_route_of_links() {
    const std::string table = named(refusal().object);
    made_.sentence = table + ", the main route table of " + named(refusal().scope) +
                     ", has no route over a peering connection to " + destination() +
                     ", and linked EC2-Classic instances use no other table";
    if (!refusal().rule.empty()) {
      made_.sentence += " (" + named(refusal().rule) + " has one, in vain)";
      detail("custom route table", named(refusal().rule));
    }
    add_rule(refusal().object.text());
    detail("route table", table + ", main");
    detail("VPC", named(refusal().scope));
    detail("missing rule", "a route to " + destination() + " over a peering connection");
  }

  // RT-14, RT-15; a crossing that is refused because the connection is not active says the same.
  void blackhole() {
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
  }

  // PCX-22, PCX-24.
  void not_in_peer_cidr() {
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

  void no_such_host() {
    made_.sentence = "no network interface in " + place() + " has the address " + destination();
    detail("VPC", named(refusal().object));
    detail("subnet", named(refusal().scope));
  }

  // FWD-1.1: DNS-5, DNS-1, and services that are not there.
  void local_service() {
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

  // SUB-2, ICMP-5.
  void reserved_address() {
    made_.sentence = destination() + " is a reserved address of " + place();
    if (refusal().has_prefix && traffic_.destination) {
      const std::string use = reserved_use(refusal().prefix, *traffic_.destination);
      made_.sentence += " (" + use + ")";
      detail("reserved for", use);
    }
    detail("subnet", named(refusal().scope));
  }

  // INST-2.
  void not_running() {
    const std::string state(to_string(refusal().state));
    made_.sentence =
        named(refusal().object) + ", which has the address " + destination() + ", is " + state;
    add_rule(refusal().object.text());
    detail("instance", named(refusal().object));
    detail("network interface", named(refusal().rule));
    detail("state", state);
  }

  // ENI-3.
  void source_dest_check() {
    const bool out = drop_.direction == Direction::kOut;
    made_.sentence = "the source/destination check of " + named(refusal().object) +
                     " is on, and the packet's " + (out ? "source " : "destination ") +
                     (out ? source() : destination()) + " is not its own address";
    add_rule(refusal().object.text());
    detail("network interface", named(refusal().object));
    detail("checked address", out ? source() : destination());
  }

  // IGW-4.
  void no_public_ip() {
    const std::string sender =
        refusal().scope.empty() ? "the interface of " + source() : named(refusal().scope);
    made_.sentence = sender + " has no public or Elastic IP address, and without one " +
                     named(refusal().object) + " sends nothing of " + source() + " to the internet";
    add_matched_route();
    if (traffic_.destination && traffic_.destination->is_private()) {
      made_.sentence +=
          "; " + destination() + " is private: a more specific route to it may be missing";
    }
    add_rule(refusal().object.text());
    detail("network interface", named(refusal().scope));
    detail("internet gateway", named(refusal().object));
  }

  // IGW-5.
  void private_destination() {
    if (is_shared(traffic_.destination)) {
      made_.code = kSharedDestination;
    }
    made_.sentence = named(refusal().object) + " sends nothing to " + destination() +
                     ": the address is private" +
                     (refusal().has_prefix ? " (" + to_string(refusal().prefix) + ")" : "") +
                     " and has no meaning on the internet";
    add_matched_route();
    made_.sentence += "; a more specific route to it may be missing";
    add_rule(refusal().object.text());
    detail("internet gateway", named(refusal().object));
  }

  // IGW-6.
  void gateway_ingress() {
    if (*drop_.reason == DropReason::kIgwPrivateSrc && is_shared(traffic_.source)) {
      made_.code = kSharedSource;
    }
    made_.sentence =
        *drop_.reason == DropReason::kIgwUnmapped
            ? "no network interface behind " + named(refusal().object) +
                  " has the public address " + destination()
            : named(refusal().object) + " lets nothing in from the private address " + source();
    add_rule(refusal().object.text());
    detail("internet gateway", named(refusal().object));
  }

  // VPC-17.
  void cast() {
    const bool multicast = traffic_.destination && traffic_.destination->is_multicast();
    made_.sentence = destination() + " is a " + (multicast ? "multicast" : "broadcast") +
                     " address, and a VPC carries no broadcast or multicast";
    detail("VPC", named(refusal().object));
    detail("subnet", named(refusal().scope));
  }

  void refused_at_element() {
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
        made_.sentence = "the connection table of " + where + " is full";
        break;
      default:
        made_.sentence = "the packet is malformed at " + where;
        break;
    }
    detail("element", where);
  }

  void link() {
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

  // NAT-*.
  void nat() {
    const std::string gateway = named(element());
    switch (*drop_.reason) {
      case DropReason::kNatNoState:
        made_.sentence = gateway + " has no translation for what comes to " + destination();
        break;
      case DropReason::kNatProto:
        made_.sentence = gateway + " translates only tcp, udp and icmp, not " + traffic_.what;
        break;
      case DropReason::kNatFragment:
        made_.sentence = gateway + " cannot translate " + traffic_.what;
        break;
      case DropReason::kNatToPcx:
        made_.sentence = gateway + " forwards nothing over a peering connection";
        break;
      case DropReason::kNatSrcNotInVpc:
        made_.sentence = gateway + " serves only senders of its own VPC, and " + source() +
                         " is not in it";
        break;
      default:
        made_.sentence = gateway + " has no free port for " + destination();
        break;
    }
    add_rule(element().text());
    detail("NAT gateway", gateway);
  }

  // CL-17, CL-23: every VPC to which the owner of the address might be linked, and what is missing.
  void not_linked() {
    std::vector<std::string> places;
    std::string closed;
    for (const Step& step : denied_) {
      const std::string place =
          named(step.rule.object) +
          (step.rule.scope.empty() ? "" : " behind " + named(step.rule.scope));
      if (step.rule.number == static_cast<std::uint32_t>(LinkLack::kLink)) {
        if (!step.rule.object.empty()) {
          places.push_back(place);
          add_rule(step.rule.object.text());
        }
        continue;
      }
      closed += closed.empty() ? "" : "; ";
      closed += "the one linked to " + place + " is out of reach: the option " +
                missing_option(step.rule, kEgressToLinks, step.rule.scope) + " is off";
    }
    made_.sentence = "no EC2-Classic instance with the address " + destination() + hosts() +
                     " is linked to " + (places.empty() ? "this VPC" : join(places));
    if (!closed.empty()) {
      made_.sentence += ", and " + closed;
    }
    for (const std::string& place : places) {
      detail("missing link", "to " + place);
    }
    if (!places.empty() && closed.empty()) {
      detail("fix", "aws ec2 attach-classic-link-vpc --vpc-id " +
                        denied_.front().rule.object.text() + " --instance-id … --groups …");
    }
  }

  // CL-20, CL-21, CL-25.
  void link_egress() {
    const std::string option = missing_option(refusal(), kEgressFromLinks, refusal().object);
    made_.sentence = named(refusal().object) +
                     " carries nothing from EC2-Classic instances linked to " +
                     named(refusal().rule) + ": the option " + option + " is off";
    add_rule(refusal().object.text());
    detail("peering connection", named(refusal().object));
    detail("VPC", named(refusal().rule));
  }

  /// Names an option by its side, and tells how to set it.
  std::string missing_option(const RuleRef& rule, std::string_view option,
                             const api::ResourceId& peering) {
    const bool requester = rule.number == static_cast<std::uint32_t>(LinkLack::kRequesterEgress);
    const std::string side = requester ? "requester" : "accepter";
    detail("missing option", std::string(option) + " of the " + side + "'s side");
    detail("fix", "aws ec2 modify-vpc-peering-connection-options --vpc-peering-connection-id " +
                      peering.text() + " --" + side + "-peering-connection-options " +
                      std::string(option) + "=true");
    return std::string(option) + " of the " + side + "'s side of " + peering.text();
  }

  /// ` (a2)`: who has the destination, if one host has.
  [[nodiscard]] std::string hosts() const {
    const std::vector<std::string> known =
        traffic_.destination ? names_.hosts_at(*traffic_.destination) : std::vector<std::string>{};
    return known.size() == 1 ? " (" + known.front() + ")" : "";
  }

  /// The route that led here, if the steps say it.
  void add_matched_route() {
    if (drop_.steps == nullptr) {
      return;
    }
    for (const Step& step : *drop_.steps) {
      if (step.stage == Stage::kRouteLookup && step.rule.has_prefix) {
        const std::string route = to_string(step.rule.prefix) + " of " + named(step.rule.object);
        made_.sentence += " (the packet matched the route " + route + ")";
        detail("matched route", route);
      }
    }
  }

  void add_rule(const std::string& text) {
    made_.rule += made_.rule.empty() || text.empty() ? text : ", " + text;
  }

  void detail(std::string key, std::string value) {
    if (!value.empty()) {
      made_.details.push_back(Detail{std::move(key), std::move(value)});
    }
  }

  [[nodiscard]] const RuleRef& refusal() const {
    static const RuleRef kNothing;
    return denied_.empty() ? kNothing : denied_.front().rule;
  }

  [[nodiscard]] std::optional<Stage> stage() const {
    return denied_.empty() ? std::nullopt : std::optional(denied_.front().stage);
  }

  [[nodiscard]] api::ResourceId element() const {
    return refusal().object.empty() ? drop_.tap.element : refusal().object;
  }

  [[nodiscard]] std::string named(const api::ResourceId& id) const { return label(id, names_); }

  [[nodiscard]] std::string place() const {
    return refusal().scope.empty() ? named(refusal().object) : named(refusal().scope);
  }

  [[nodiscard]] std::string source() const { return address_text(traffic_.source); }

  [[nodiscard]] std::string destination() const { return address_text(traffic_.destination); }

  const TraceEvent& drop_;
  const NameDirectory& names_;
  Traffic traffic_;
  std::span<const Step> denied_;
  Explanation made_;
};

}  // namespace

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
