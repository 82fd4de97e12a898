// Explanations of what EC2-Classic's links and their options refuse.
#include "emulator/trace/explainer.h"

namespace vpclab::trace {
namespace {

constexpr std::string_view kEgressFromLinks = "AllowEgressFromLocalClassicLinkToRemoteVpc";
constexpr std::string_view kEgressToLinks = "AllowEgressFromLocalVpcToRemoteClassicLink";

}  // namespace

/// FWD-7.3.
void Explainer::no_route_of_classic() {
  made_.sentence = named(refusal().object) + " has no route to " + destination();
  if (!refusal().rule.empty()) {  // linked, and its link does not lead there either
    detail("missing rule", "a route to " + destination());
    return;
  }
  made_.sentence += ", and the instance with the address " + source() + hosts(traffic_.source) +
                    " is linked to no VPC";
  detail("missing link", "of the instance with the address " + source() + " to a VPC");
  detail("fix", "aws ec2 attach-classic-link-vpc --vpc-id … --instance-id … --groups …");
}

/// CL-26.
void Explainer::no_route_of_links() {
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

/// CL-17, CL-23: every VPC to which the owner of the address might be linked, and what is missing.
void Explainer::not_linked() {
  std::string places;
  std::string closed;
  for (const Step& step : denied_) {
    const std::string place = named(step.rule.object) +
                              (step.rule.scope.empty() ? "" : " behind " + named(step.rule.scope));
    if (step.rule.number == static_cast<std::uint32_t>(LinkLack::kLink)) {
      if (!step.rule.object.empty()) {
        places += (places.empty() ? "" : " or ") + place;
        add_rule(step.rule.object.text());
        detail("missing link", "to " + place);
      }
      continue;
    }
    closed += closed.empty() ? "" : "; ";
    closed += "the one linked to " + place + " is out of reach: the option " +
              missing_option(step.rule, kEgressToLinks, step.rule.scope) + " is off";
  }
  made_.sentence = "no EC2-Classic instance with the address " + destination() +
                   hosts(traffic_.destination) + " is linked to " +
                   (places.empty() ? "this VPC" : places);
  if (!closed.empty()) {
    made_.sentence += ", and " + closed;
  }
  if (!places.empty() && closed.empty()) {
    detail("fix", "aws ec2 attach-classic-link-vpc --vpc-id " + denied_.front().rule.object.text() +
                      " --instance-id … --groups …");
  }
}

/// CL-20, CL-21, CL-25.
void Explainer::link_egress() {
  const std::string option = missing_option(refusal(), kEgressFromLinks, refusal().object);
  made_.sentence = named(refusal().object) +
                   " carries nothing from EC2-Classic instances linked to " +
                   named(refusal().rule) + ": the option " + option + " is off";
  add_rule(refusal().object.text());
  detail("peering connection", named(refusal().object));
  detail("VPC", named(refusal().rule));
}

/// Names an option by its side, and tells how to set it. `option` is the near side's; the one for
/// the way back may be missing where both are wanted.
std::string Explainer::missing_option(const RuleRef& rule, std::string_view option,
                                      const api::ResourceId& peering) {
  const auto lack = static_cast<LinkLack>(rule.number);
  const bool requester = lack == LinkLack::kRequesterEgress || lack == LinkLack::kRequesterReturn;
  if (lack == LinkLack::kRequesterReturn || lack == LinkLack::kAccepterReturn) {
    option = option == kEgressFromLinks ? kEgressToLinks : kEgressFromLinks;
  }
  const std::string side = requester ? "requester" : "accepter";
  detail("missing option", std::string(option) + " of the " + side + "'s side");
  detail("fix", "aws ec2 modify-vpc-peering-connection-options --vpc-peering-connection-id " +
                    peering.text() + " --" + side + "-peering-connection-options " +
                    std::string(option) + "=true");
  return std::string(option) + " of the " + side + "'s side of " + peering.text();
}

/// ` (a2)`: who has the address, if one host has.
std::string Explainer::hosts(std::optional<wire::Ipv4Address> address) const {
  const std::vector<std::string> known =
      address.has_value() ? names_.hosts_at(*address) : std::vector<std::string>{};
  return known.size() == 1 ? " (" + known.front() + ")" : "";
}

}  // namespace vpclab::trace
