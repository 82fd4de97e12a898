// Explanations of what internet gateways and NAT gateways refuse.
#include "emulator/trace/explainer.h"

namespace vpclab::trace {
namespace {

// Codes of Reachability Analyzer that say more than explanation_code() of their reason.
constexpr std::string_view kSharedDestination = "IGW_DESTINATION_ADDRESS_NOT_IN_RFC6598_EGRESS";
constexpr std::string_view kSharedSource = "IGW_SOURCE_ADDRESS_NOT_IN_RFC6598_INGRESS";

}  // namespace

/// The NAT gateway that sent the packet, if its steps begin with one; else null.
const RuleRef* Explainer::translator() const {
  if (drop_.steps != nullptr && !drop_.steps->empty()) {
    const Step& first = (*drop_.steps)[0];
    if (first.stage == Stage::kGatewayTranslation && first.outcome == Outcome::kPassed) {
      return &first.rule;
    }
  }
  return nullptr;
}

/// NAT-3, NAT-9: what the table of a NAT gateway's own subnet lacks. A private one gains nothing by
/// an internet gateway (FWD-5).
void Explainer::no_route_of_nat(const api::ResourceId& gateway, bool is_private) {
  const bool loops = refusal().rule == gateway;
  const std::string missing = is_private ? "a route to " + destination() : "0.0.0.0/0";
  made_.sentence += loops ? ": it"
                          : ", and the " + std::string(is_private ? "private " : "") +
                                "NAT gateway " + named(gateway) + " stands there: it";
  made_.sentence += is_private ? " needs " + missing + " in that table"
                               : " needs a subnet whose table leads to an internet gateway";
  made_.sentence += is_private && loops ? " that leads elsewhere" : "";
  detail("NAT gateway", named(gateway));
  detail("missing rule", missing + (is_private ? "" : " -> an internet gateway") + ", in " +
                             named(refusal().object));
}

/// IGW-4.
void Explainer::no_public_ip() {
  const std::string sender =
      refusal().scope.empty() ? "the interface of " + source() : named(refusal().scope);
  const bool translates = refusal().scope.kind() == api::ResourceKind::kNatGateway;
  made_.sentence = sender + (translates ? ", whose connectivity is private," : "") +
                   " has no public or Elastic IP address, and without one " +
                   named(refusal().object) + " sends nothing of " + source() + " to the internet";
  add_matched_route();
  if (traffic_.destination && traffic_.destination->is_private()) {
    made_.sentence +=
        "; " + destination() + " is private: a more specific route to it may be missing";
    detail("missing rule", "a more specific route to " + destination());
  }
  add_rule(refusal().object.text());
  detail(translates ? "NAT gateway" : "network interface", named(refusal().scope));
  detail("internet gateway", named(refusal().object));
}

/// IGW-5.
void Explainer::private_destination() {
  if (is_shared(traffic_.destination)) {
    made_.code = kSharedDestination;
  }
  made_.sentence = named(refusal().object) + " sends nothing to " + destination() +
                   ": the address is private" +
                   (refusal().has_prefix ? " (" + to_string(refusal().prefix) + ")" : "") +
                   " and has no meaning on the internet";
  add_matched_route();
  made_.sentence += "; a more specific route to it may be missing";
  detail("missing rule", "a more specific route to " + destination());
  add_rule(refusal().object.text());
  detail("internet gateway", named(refusal().object));
}

/// IGW-6.
void Explainer::gateway_ingress() {
  if (*drop_.reason == DropReason::kIgwPrivateSrc && is_shared(traffic_.source)) {
    made_.code = kSharedSource;
  }
  made_.sentence =
      *drop_.reason == DropReason::kIgwUnmapped
          ? "no network interface behind " + named(refusal().object) + " has the public address " +
                destination()
          : named(refusal().object) + " lets nothing in from the private address " + source();
  add_rule(refusal().object.text());
  detail("internet gateway", named(refusal().object));
}

/// NAT-*.
void Explainer::nat() {
  const std::string gateway = named(element());
  switch (*drop_.reason) {
    case DropReason::kNatNoState:
      made_.sentence = drop_.direction == Direction::kOut
                           ? gateway + " knows no connection to which " + traffic_.what + " from " +
                                 source() + " to " + destination() +
                                 " belongs: it was idle for 350 seconds, or never opened through it"
                           : gateway + " has no translation for " + traffic_.what + " from " +
                                 source() + " to " + destination() +
                                 ": nobody behind it asked for that, and it answers nothing itself";
      break;
    case DropReason::kNatProto:
      made_.sentence = gateway + " translates only tcp, udp and icmp, not " + traffic_.what;
      break;
    case DropReason::kNatFragment:
      made_.sentence = gateway + " translates no fragments but those of udp: " + traffic_.what +
                       " to " + destination() + " has to fit the path in one piece";
      break;
    case DropReason::kNatToPcx:
      made_.sentence = gateway + " forwards nothing over " + named(refusal().rule) +
                       ": a NAT gateway serves no peering connection and no ClassicLink; the "
                       "sender's own subnet needs the route to " +
                       destination();
      detail("subnet of the NAT gateway", named(refusal().scope));
      detail("missing rule", "a route to " + destination() + " -> " + named(refusal().rule) +
                                 ", in the table of the sender's subnet");
      break;
    case DropReason::kNatSrcNotInVpc:
      made_.sentence =
          gateway + " serves only senders of its own VPC, and " + source() + " is not in it";
      break;
    default:
      made_.sentence = gateway + " has no free port for " + traffic_.what + " to " + destination() +
                       ": 55,000 connections to one destination are all it holds";
      break;
  }
  add_rule(element().text());
  detail("NAT gateway", gateway);
}

/// The route that led here, if the steps say it.
void Explainer::add_matched_route() {
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

}  // namespace vpclab::trace
