// The short form of steps, for packet comments (ids only, no names), and of packets.
#include <string>

#include "emulator/trace/explain.h"
#include "emulator/trace/trace_event.h"
#include "netstack/wire/summary.h"

namespace vpclab::trace {
namespace {

std::string verdict(Outcome outcome) {
  switch (outcome) {
    case Outcome::kDenied:
      return "deny";
    case Outcome::kTracked:
      return "tracked";
    case Outcome::kPassed:
    case Outcome::kMatched:
    case Outcome::kTranslated:
    case Outcome::kCorrupted:
      return "allow";
  }
  return {};
}

/// The words with single spaces between those that are not empty.
std::string words(std::initializer_list<std::string> list) {
  std::string text;
  for (const std::string& word : list) {
    if (!word.empty()) {
      text += text.empty() ? word : " " + word;
    }
  }
  return text;
}

std::string brief_acl(std::string_view side, const Step& step) {
  const bool tracked = step.outcome == Outcome::kTracked;
  return words({std::string(side), step.rule.object.text(),
                tracked ? "" : acl_rule_text(step.rule.number), verdict(step.outcome)});
}

std::string brief_group(std::string_view side, const Step& step) {
  return words(
      {std::string(side), step.rule.object.text(), step.rule.rule.text(), verdict(step.outcome)});
}

std::string brief_route(const RuleRef& rule, Outcome outcome) {
  if (!rule.has_prefix) {
    return "route none in " + rule.object.text();
  }
  const std::string target = rule.rule.empty() ? "local" : rule.rule.text();
  const std::string route = "route " + to_string(rule.prefix) + " -> " + target;
  return outcome == Outcome::kDenied
             ? route + " blackhole (" + std::string(to_string(rule.state)) + ")"
             : route;
}

std::string brief_peering(const RuleRef& rule, Outcome outcome) {
  if (outcome != Outcome::kDenied) {
    return "peering " + rule.object.text() + " to " + rule.rule.text();
  }
  return "peering " + rule.object.text() + " deny: " +
         (rule.has_prefix ? "not in " + to_string(rule.prefix)
                          : std::string(to_string(rule.state)));
}

std::string brief_destination(const RuleRef& rule, Outcome outcome) {
  if (outcome != Outcome::kDenied) {
    return "owner " + rule.object.text();
  }
  if (rule.state != ObjectState::kUsable) {
    return "owner " + rule.object.text() + " " + std::string(to_string(rule.state));
  }
  return "owner none in " + (rule.scope.empty() ? rule.object : rule.scope).text();
}

std::string brief_link(const RuleRef& rule, Outcome outcome) {
  const std::string over = rule.scope.empty() ? "" : "over " + rule.scope.text();
  if (outcome == Outcome::kMatched) {
    return words({"link", rule.rule.text(), "to", rule.object.text(), over});
  }
  if (outcome == Outcome::kPassed) {
    return words({"link egress", rule.object.text(), "allow"});
  }
  return rule.number == static_cast<std::uint32_t>(LinkLack::kLink)
             ? words({"link none to", rule.object.text(), over})
             : words(
                   {"link egress", (rule.scope.empty() ? rule.object : rule.scope).text(), "deny"});
}

}  // namespace

std::string brief(const Step& step) {
  const RuleRef& rule = step.rule;
  switch (step.stage) {
    case Stage::kSecurityGroupEgress:
      return brief_group("sg-out", step);
    case Stage::kSecurityGroupIngress:
      return brief_group("sg-in", step);
    case Stage::kNetworkAclEgress:
      return brief_acl("nacl-out", step);
    case Stage::kNetworkAclIngress:
      return brief_acl("nacl-in", step);
    case Stage::kRouteLookup:
      return brief_route(rule, step.outcome);
    case Stage::kPeeringCrossing:
      return brief_peering(rule, step.outcome);
    case Stage::kDestinationLookup:
      return brief_destination(rule, step.outcome);
    case Stage::kGatewayTranslation:
      return step.outcome == Outcome::kTranslated
                 ? "nat " + rule.object.text() + " " + to_string(rule.prefix.network())
                 : words({"nat", rule.object.text(), verdict(step.outcome)});
    case Stage::kClassicLink:
      return brief_link(rule, step.outcome);
    case Stage::kSubnetLocal:
      return words({"same subnet", rule.object.text()});
    case Stage::kLinkLocalService:
    case Stage::kSourceDestCheck:
    case Stage::kCast:
    case Stage::kInternet:
    case Stage::kLink:
    case Stage::kHost:
      return words({std::string(to_string(step.stage)), rule.object.text(),
                    step.outcome == Outcome::kCorrupted ? "corrupted" : verdict(step.outcome)});
  }
  return {};
}

std::string brief(const StepList& steps) {
  std::string text;
  for (const Step& step : steps) {
    text += text.empty() ? brief(step) : "; " + brief(step);
  }
  return text;
}

std::string summary_of(const TraceEvent& event) {
  return event.ethernet ? wire::summarize_frame(event.bytes)
                        : "IP " + wire::summarize_ipv4(event.bytes);
}

}  // namespace vpclab::trace
