// trace/explainer.h - makes one explanation (trace/explain.h). Internal to explain*.cc, which share
// its methods by subject: gateways, links, all else. Looks at a drop and names; keeps nothing.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "emulator/api/ids.h"
#include "emulator/trace/decision.h"
#include "emulator/trace/explain.h"
#include "emulator/trace/explain_words.h"
#include "emulator/trace/name_directory.h"
#include "emulator/trace/trace_event.h"
#include "emulator/trace/traffic.h"

namespace vpclab::trace {

/// Makes one explanation. Each method says what it needs of the steps; missing facts leave a
/// shorter sentence, never a wrong one.
class Explainer {
 public:
  Explainer(const TraceEvent& drop, const NameDirectory& names);

  [[nodiscard]] Explanation make();

 private:
  void explain_reason();
  void security_group(bool egress);
  void network_acl(bool egress);
  void no_route();
  void no_route_of_nat(const api::ResourceId& gateway, bool is_private);
  [[nodiscard]] const RuleRef* translator() const;
  void no_route_of_classic();
  void no_route_of_links();
  void blackhole();
  void not_in_peer_cidr();
  void no_such_host();
  void local_service();
  void reserved_address();
  [[nodiscard]] const RuleRef* leading_route() const;
  void not_running();
  void source_dest_check();
  void no_public_ip();
  void private_destination();
  void gateway_ingress();
  void cast();
  void refused_at_element();
  void link();
  void nat();
  void not_linked();
  void link_egress();
  std::string missing_option(const RuleRef& rule, std::string_view option,
                             const api::ResourceId& peering);
  [[nodiscard]] std::string hosts(std::optional<wire::Ipv4Address> address) const;
  void add_matched_route();

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

}  // namespace vpclab::trace
