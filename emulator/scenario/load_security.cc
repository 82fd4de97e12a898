// The sections `security_groups:` and `network_acls:`, whose rules have short forms and long ones.
#include <algorithm>
#include <array>

#include "emulator/scenario/loader.h"

namespace vpclab::scenario {
namespace {

constexpr std::string_view kAnywhere = "0.0.0.0/0";

void complain(Loader& loader, const Node& node, const RuleFault& fault) {
  loader.reader().complain(Loader::part_of(node, fault.offset, fault.length), fault.message,
                           fault.hint);
}

/// An address or a range is a CIDR, `any` is everything; all else is the name of a group.
bool is_address(std::string_view peer) {
  return peer.find_first_not_of("0123456789./") == std::string_view::npos;
}

std::string as_cidr(std::string_view peer) {
  if (peer == "any" || peer == "anywhere") {
    return std::string(kAnywhere);
  }
  const bool is_single = peer.find('/') == std::string_view::npos;
  return std::string(peer) + (is_single ? "/32" : "");
}

void add_peer(const Text& peer, SecurityGroupRule& rule) {
  if (peer.value == "any" || peer.value == "anywhere" || is_address(peer.value)) {
    rule.cidrs.push_back(Text{as_cidr(peer.value), peer.mark});
  } else {
    rule.groups.push_back(peer);
  }
}

/// A long form while it is read.
struct LongRule {
  Traffic traffic;
  std::optional<Text> protocol;
  std::optional<Text> ports;
  std::optional<Located<std::int64_t>> type;
  std::optional<Located<std::int64_t>> code;
  std::vector<Text> from;
  std::vector<Text> to;
  std::optional<Text> description;
  std::optional<Located<std::int64_t>> number;
  std::optional<Text> action;
};

template <std::optional<Located<std::int64_t>> LongRule::*kMember, int kLeast, int kMost>
void read_number(Loader& loader, const Node& node, LongRule& rule) {
  rule.*kMember = loader.reader().integer(node, kLeast, kMost);
}

constexpr std::array<LoaderField<LongRule>, 7> kGroupRuleFields{{
    {"protocol", true, &store<&LongRule::protocol, LongRule>},
    {"ports", false, &store<&LongRule::ports, LongRule>},
    {"type", false, &read_number<&LongRule::type, -1, 255>},
    {"code", false, &read_number<&LongRule::code, -1, 255>},
    {"from", false, &store<&LongRule::from, LongRule>},
    {"to", false, &store<&LongRule::to, LongRule>},
    {"description", false, &store<&LongRule::description, LongRule>},
}};

constexpr std::array<LoaderField<LongRule>, 8> kAclEntryFields{{
    {"rule", true, &read_number<&LongRule::number, -1, 99999>},
    {"action", true,
     [](Loader& loader, const Node& node, LongRule& rule) {
       static constexpr std::array<std::string_view, 2> kActions{"allow", "deny"};
       rule.action = loader.reader().word(node, kActions);
     }},
    {"protocol", true, &store<&LongRule::protocol, LongRule>},
    {"ports", false, &store<&LongRule::ports, LongRule>},
    {"type", false, &read_number<&LongRule::type, -1, 255>},
    {"code", false, &read_number<&LongRule::code, -1, 255>},
    {"from", false, &store<&LongRule::from, LongRule>},
    {"to", false, &store<&LongRule::to, LongRule>},
}};

/// Protocol, ports, type and code of a long form together; false after a complaint.
bool settle_traffic(Loader& loader, LongRule& rule) {
  const std::optional<Traffic> traffic = parse_protocol(rule.protocol->value);
  if (const std::string fault = too_large_protocol(rule.protocol->value); !fault.empty()) {
    loader.reader().complain(rule.protocol->mark, fault);
    return false;
  }
  if (!traffic.has_value()) {
    loader.reader().complain(rule.protocol->mark,
                             "unknown protocol '" + printable(rule.protocol->value, 24) + "'",
                             "a protocol is all, icmp, ping, tcp, udp or a number such as 47");
    return false;
  }
  rule.traffic = *traffic;
  if (rule.ports.has_value()) {
    if (const std::string fault = too_large_ports(rule.ports->value, rule.traffic);
        !fault.empty()) {
      loader.reader().complain(rule.ports->mark, fault);
      return false;
    }
  }
  if (rule.ports.has_value() && !parse_ports(rule.ports->value, rule.traffic)) {
    loader.reader().complain(rule.ports->mark,
                             "'" + printable(rule.ports->value, 24) + "' does not fit the protocol",
                             "a port such as 22, or a range: 1024-65535");
    return false;
  }
  const bool has_icmp = rule.type.has_value() || rule.code.has_value();
  if (has_icmp && rule.traffic.protocol != "icmp") {
    loader.reader().complain((rule.type.has_value() ? rule.type : rule.code)->mark,
                             "only icmp has a type and a code");
    return false;
  }
  if (rule.type.has_value()) {
    rule.traffic.from = static_cast<std::int32_t>(rule.type->value);
  }
  if (rule.code.has_value()) {
    rule.traffic.to = static_cast<std::int32_t>(rule.code->value);
  }
  return true;
}

/// The peers under the right preposition; a complaint where there are none or the wrong one.
const std::vector<Text>& peers_of(Loader& loader, const Node& node, const LongRule& rule,
                                  RuleDirection direction) {
  const bool is_ingress = direction == RuleDirection::kIngress;
  const std::vector<Text>& right = is_ingress ? rule.from : rule.to;
  const std::vector<Text>& wrong = is_ingress ? rule.to : rule.from;
  if (right.empty() || !wrong.empty()) {
    loader.reader().complain(
        wrong.empty() ? node.mark : wrong[0].mark,
        "the rule must say '" + std::string(preposition(direction)) + "' whom it is about",
        "ingress rules say from, egress rules say to");
  }
  return right;
}

/// A long form of either kind; nothing after a complaint.
template <class Fields>
std::optional<LongRule> read_long_form(Loader& loader, const Node& node, std::string_view what,
                                       const Fields& fields) {
  LongRule written;
  if (!read_mapping(loader, node, node.mark, what, fields, written) ||
      !settle_traffic(loader, written)) {
    return std::nullopt;
  }
  return written;
}

/// A short form of either kind; nothing after a complaint.
template <class Parsed>
std::optional<Parsed> read_short_form(Loader& loader, const Node& node, std::string& text,
                                      RuleDirection direction,
                                      RuleResult<Parsed> (*parse)(std::string_view,
                                                                  RuleDirection)) {
  const std::optional<Text> written = loader.reader().text(node);
  if (!written.has_value()) {
    return std::nullopt;
  }
  text = written->value;  // what is parsed points into it
  const RuleResult<Parsed> parsed = parse(text, direction);
  if (!parsed) {
    complain(loader, node, parsed.error());
    return std::nullopt;
  }
  return *parsed;
}

/// The one range of an ACL entry; false after a complaint about a name.
bool set_range(Loader& loader, const Text& peer, NetworkAclEntry& entry) {
  const bool is_name = peer.value != "any" && peer.value != "anywhere" &&
                       peer.value.find_first_of("./:") == std::string::npos;
  if (is_name) {
    loader.reader().complain(
        peer.mark,
        "a network ACL knows no security group '" + printable(peer.value, 64) + "', only addresses",
        "an address range such as 10.1.0.0/16, or any");
    return false;
  }
  entry.cidr = Text{as_cidr(peer.value), peer.mark};
  return true;
}

std::optional<SecurityGroupRule> read_group_rule(Loader& loader, const Node& node,
                                                 RuleDirection direction) {
  SecurityGroupRule rule;
  rule.mark = node.mark;
  if (node.is_mapping()) {
    const auto written = read_long_form(loader, node, "security group rule", kGroupRuleFields);
    if (!written.has_value()) {
      return std::nullopt;
    }
    rule.traffic = written->traffic;
    rule.description = written->description;
    for (const Text& peer : peers_of(loader, node, *written, direction)) {
      add_peer(peer, rule);
    }
    return rule;
  }
  std::string text;
  const auto parsed = read_short_form(loader, node, text, direction, &parse_group_rule);
  if (!parsed.has_value()) {
    return std::nullopt;
  }
  rule.traffic = parsed->traffic;
  for (const Word& peer : parsed->peers) {
    add_peer(Text{std::string(peer.text), Loader::part_of(node, peer.offset, peer.text.size())},
             rule);
  }
  return rule;
}

std::optional<NetworkAclEntry> read_acl_entry(Loader& loader, const Node& node,
                                              RuleDirection direction) {
  NetworkAclEntry entry;
  entry.mark = node.mark;
  if (node.is_mapping()) {
    const auto written = read_long_form(loader, node, "network ACL entry", kAclEntryFields);
    if (!written.has_value()) {
      return std::nullopt;
    }
    const std::vector<Text>& peers = peers_of(loader, node, *written, direction);
    if (peers.size() > 1) {
      loader.reader().complain(peers[1].mark, "an entry of a network ACL has one address range",
                               "write an entry for each");
    }
    if (peers.size() != 1 || !set_range(loader, peers[0], entry)) {
      return std::nullopt;
    }
    entry.number = written->number->value;
    entry.allow = written->action->value == "allow";
    entry.traffic = written->traffic;
    return entry;
  }
  std::string text;
  const auto parsed = read_short_form(loader, node, text, direction, &parse_acl_entry);
  if (!parsed.has_value()) {
    return std::nullopt;
  }
  entry.number = parsed->number;
  entry.allow = parsed->allow;
  entry.traffic = parsed->traffic;
  const Word& range = parsed->cidr;
  const Text peer{std::string(range.text), Loader::part_of(node, range.offset, range.text.size())};
  return set_range(loader, peer, entry) ? std::optional(std::move(entry)) : std::nullopt;
}

/// A list of rules, or a single one; bad ones are left out.
template <class Rule>
std::vector<Rule> read_rules(Loader& loader, const Node& node, RuleDirection direction,
                             std::optional<Rule> (*read)(Loader&, const Node&, RuleDirection)) {
  std::vector<Rule> rules;
  if (node.is_null()) {
    return rules;
  }
  if (!holds_at_most(loader, node, kMostRules, "rules in one direction")) {
    return rules;
  }
  const auto add = [&](const Node& item) {
    const std::size_t faults = loader.reader().diagnostics().count();
    const std::size_t grave = loader.reader().grave_faults();
    if (std::optional<Rule> rule = read(loader, item, direction);
        rule.has_value() && loader.reader().diagnostics().count() == faults) {
      rules.push_back(std::move(*rule));
    }
    loader.reader().forgive_since(grave);
  };
  if (node.is_sequence()) {
    std::for_each(node.items.begin(), node.items.end(), add);
  } else {
    add(node);
  }
  return rules;
}

constexpr auto kSecurityGroupFields = resource_fields(std::array<LoaderField<SecurityGroup>, 8>{{
    {"vpc", false, &store<&SecurityGroup::vpc, SecurityGroup>},
    {"classic", false, &store<&SecurityGroup::classic, SecurityGroup>},
    {"account", false, &store<&SecurityGroup::account, SecurityGroup>},
    {"region", false, &store<&SecurityGroup::region, SecurityGroup>},
    {"group_name", false, &store<&SecurityGroup::group_name, SecurityGroup>},
    {"description", false, &store<&SecurityGroup::description, SecurityGroup>},
    {"ingress", false,
     [](Loader& loader, const Node& node, SecurityGroup& group) {
       group.ingress =
           read_rules<SecurityGroupRule>(loader, node, RuleDirection::kIngress, &read_group_rule);
     }},
    {"egress", false,
     [](Loader& loader, const Node& node, SecurityGroup& group) {
       group.egress =
           read_rules<SecurityGroupRule>(loader, node, RuleDirection::kEgress, &read_group_rule);
     }},
}});

constexpr auto kNetworkAclFields = resource_fields(std::array<LoaderField<NetworkAcl>, 4>{{
    {"vpc", false, &store<&NetworkAcl::vpc, NetworkAcl>},
    {"subnets", false, &store<&NetworkAcl::subnets, NetworkAcl>},
    {"ingress", false,
     [](Loader& loader, const Node& node, NetworkAcl& acl) {
       acl.ingress =
           read_rules<NetworkAclEntry>(loader, node, RuleDirection::kIngress, &read_acl_entry);
     }},
    {"egress", false,
     [](Loader& loader, const Node& node, NetworkAcl& acl) {
       acl.egress =
           read_rules<NetworkAclEntry>(loader, node, RuleDirection::kEgress, &read_acl_entry);
     }},
}});

}  // namespace

void load_security_groups(Loader& loader, const Node& node) {
  read_section(loader, node,
               Section{NameKind::kSecurityGroup, "security group", {}, "default", true},
               kSecurityGroupFields, loader.scenario().security_groups);
}

void load_network_acls(Loader& loader, const Node& node) {
  read_section(loader, node, Section{NameKind::kNetworkAcl, "network ACL", {}, "default_acl", true},
               kNetworkAclFields, loader.scenario().network_acls);
}

void list_security_keys(std::vector<KeyTable>& tables) {
  tables.push_back(key_table("security_group", kSecurityGroupFields));
  tables.push_back(key_table("security_group_rule", kGroupRuleFields));
  tables.push_back(key_table("network_acl", kNetworkAclFields));
  tables.push_back(key_table("network_acl_entry", kAclEntryFields));
}

}  // namespace vpclab::scenario
