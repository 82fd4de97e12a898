#include "emulator/scenario/settings.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <iterator>

#include "emulator/scenario/reader.h"
#include "netstack/base/magnitude.h"

namespace vpclab::scenario {
namespace {

using control::Knobs;
using control::Quotas;

struct Quota {
  std::string_view name;
  std::uint32_t Quotas::*member;
  std::uint32_t most = 0x7fffffff;
};

constexpr std::array<Quota, 25> kQuotas{{
    {"vpcs_per_region", &Quotas::vpcs_per_region},
    {"subnets_per_vpc", &Quotas::subnets_per_vpc},
    {"cidrs_per_vpc", &Quotas::cidrs_per_vpc},
    {"route_tables_per_vpc", &Quotas::route_tables_per_vpc},
    {"routes_per_table", &Quotas::routes_per_table},
    {"internet_gateways_per_region", &Quotas::internet_gateways_per_region},
    {"nat_gateways_per_zone", &Quotas::nat_gateways_per_zone},
    {"elastic_ips_per_region", &Quotas::elastic_addresses_per_region},
    {"network_acls_per_vpc", &Quotas::network_acls_per_vpc},
    {"entries_per_network_acl", &Quotas::entries_per_network_acl},
    {"security_groups_per_region", &Quotas::security_groups_per_region},
    {"rules_per_security_group", &Quotas::rules_per_security_group},
    {"security_groups_per_interface", &Quotas::security_groups_per_interface},
    {"classic_security_groups_per_region", &Quotas::classic_security_groups_per_region},
    {"rules_per_classic_security_group", &Quotas::classic_rules_per_security_group},
    {"rules_per_classic_instance", &Quotas::classic_rules_per_instance},
    {"active_peering_connections_per_vpc", &Quotas::active_peerings_per_vpc},
    {"outstanding_peering_requests", &Quotas::outstanding_peering_requests},
    {"pending_peering_requests_per_accepter", &Quotas::pending_peerings_per_accepter},
    {"prefix_lists_per_region", &Quotas::prefix_lists_per_region},
    {"entries_per_prefix_list", &Quotas::entries_per_prefix_list},
    {"network_interfaces_per_region", &Quotas::network_interfaces_per_region},
    {"interfaces_per_instance", &Quotas::interfaces_per_instance,
     control::kMostInterfacesPerInstance},
    {"private_ips_per_interface", &Quotas::private_addresses_per_interface},
    {"instances_per_region", &Quotas::instances_per_region},
}};

struct Knob {
  std::string_view name;
  std::string (*set)(Settings& settings, std::string_view value);
};

/// What parse_duration takes.
constexpr Duration kLongestSpan = std::chrono::hours(24 * 36'500);

template <Duration Knobs::*kMember>
std::string set_duration(Settings& settings, std::string_view value) {
  const Result<Duration> duration = parse_duration(value);
  if (!duration) {
    return base::is_above(value, kLongestSpan)
               ? "expected a time span of at most 100 years (36500d)"
               : "expected a time span such as 500ms or 2s";
  }
  settings.control.*kMember = *duration;
  return {};
}

/// How long a change may be under way: all that is declared, one kind after the other, must settle
/// in the ten minutes before time 0 (world::World::settle).
constexpr Duration kLongestDelay = std::chrono::minutes(1);

template <Duration Knobs::*kMember>
std::string set_delay(Settings& settings, std::string_view value) {
  const Result<Duration> duration = parse_duration(value);
  if (!duration || *duration > kLongestDelay) {
    return "expected a time span of at most 1m, such as 500ms or 2s";
  }
  settings.control.*kMember = *duration;
  return {};
}

template <bool Knobs::*kMember>
std::string set_flag(Settings& settings, std::string_view value) {
  const std::optional<bool> flag = parse_boolean(value);
  if (!flag.has_value()) {
    return "expected true or false";
  }
  settings.control.*kMember = *flag;
  return {};
}

/// One of a few words.
template <class T>
struct Choice {
  std::string_view word;
  T value;
};

template <class T, std::size_t kCount>
std::string choose(std::string_view value, const Choice<T> (&choices)[kCount], T& out) {
  std::string words;
  for (const Choice<T>& choice : choices) {
    if (choice.word == value) {
      out = choice.value;
      return {};
    }
    words += (words.empty()                      ? ""
              : &choice == std::end(choices) - 1 ? " or "
                                                 : ", ") +
             std::string(choice.word);
  }
  return "expected " + words;
}

std::string set_more_specific(Settings& settings, std::string_view value) {
  using control::MoreSpecificRoutes;
  constexpr Choice<MoreSpecificRoutes> kChoices[] = {
      {"modern", MoreSpecificRoutes::kModern}, {"classic-era", MoreSpecificRoutes::kClassicEra}};
  return choose(value, kChoices, settings.control.more_specific_routes);
}

std::string set_family_rules(Settings& settings, std::string_view value) {
  using control::FamilyRules;
  constexpr Choice<FamilyRules> kChoices[] = {{"ignore", FamilyRules::kIgnore},
                                              {"warn", FamilyRules::kWarn},
                                              {"enforce", FamilyRules::kEnforce}};
  return choose(value, kChoices, settings.control.vpc_family_rules);
}

std::string set_duplicate_peering(Settings& settings, std::string_view value) {
  using control::DuplicatePeering;
  constexpr Choice<DuplicatePeering> kChoices[] = {{"create", DuplicatePeering::kAtCreate},
                                                   {"accept", DuplicatePeering::kAtAccept}};
  return choose(value, kChoices, settings.control.duplicate_peering);
}

std::string set_classic_routes(Settings& settings, std::string_view value) {
  using control::RoutesInClassicBlock;
  constexpr Choice<RoutesInClassicBlock> kChoices[] = {{"reject", RoutesInClassicBlock::kRefuse},
                                                       {"allow", RoutesInClassicBlock::kAllow}};
  return choose(value, kChoices, settings.control.classic_link_create_route_in_10_8);
}

std::string set_flag_gating(Settings& settings, std::string_view value) {
  using control::ClassicLinkGating;
  constexpr Choice<ClassicLinkGating> kChoices[] = {
      {"per-direction", ClassicLinkGating::kPerDirection}, {"both", ClassicLinkGating::kBoth}};
  return choose(value, kChoices, settings.control.classic_link_gating);
}

std::string set_nat_to_peering(Settings& settings, std::string_view value) {
  using control::NatToPeering;
  constexpr Choice<NatToPeering> kChoices[] = {{"drop", NatToPeering::kDrop},
                                               {"allow", NatToPeering::kAllow}};
  return choose(value, kChoices, settings.control.nat_to_peering);
}

std::string set_reserved_pings(Settings& settings, std::string_view value) {
  constexpr Choice<bool> kChoices[] = {{"no-reply", false}, {"router", true}};
  return choose(value, kChoices, settings.nodes.router_answers_pings);
}

std::string set_unmapped_arp(Settings& settings, std::string_view value) {
  constexpr Choice<bool> kChoices[] = {{"no-answer", false}, {"router", true}};
  return choose(value, kChoices, settings.nodes.router_answers_arp);
}

std::string set_icmp_errors(Settings& settings, std::string_view value) {
  constexpr Choice<bool> kChoices[] = {{"related", true}, {"strict", false}};
  return choose(value, kChoices, settings.nodes.tracking.related_icmp_errors);
}

std::string set_fragments(Settings& settings, std::string_view value) {
  using dataplane::FragmentPolicy;
  constexpr Choice<FragmentPolicy> kChoices[] = {{"datagram", FragmentPolicy::kDatagram},
                                                 {"first-only", FragmentPolicy::kFirstOnly}};
  return choose(value, kChoices, settings.nodes.fragments.policy);
}

/// A whole number between two bounds.
template <class T>
std::string set_number(std::string_view value, int least, int most, std::string_view unit, T& out) {
  int number = 0;
  const char* end = value.data() + value.size();
  const auto [next, error] = std::from_chars(value.data(), end, number);
  if (error != std::errc{} || next != end || number < least || number > most) {
    return "expected a number" + std::string(unit) + " between " + std::to_string(least) + " and " +
           std::to_string(most);
  }
  out = static_cast<T>(number);
  return {};
}

std::string set_interregion_mtu(Settings& settings, std::string_view value) {
  return set_number(value, 576, 9001, " of bytes", settings.nodes.interregion_mtu);
}

std::string set_icmp_idle(Settings& settings, std::string_view value) {
  int seconds = 0;
  std::string fault = set_number(value, 1, 86'400, " of seconds", seconds);
  if (fault.empty()) {
    settings.nodes.tracking.icmp = std::chrono::seconds(seconds);
  }
  return fault;
}

std::string set_hairpin_ttl(Settings& settings, std::string_view value) {
  return set_number(value, 0, 255, "", settings.nodes.hairpin_ttl);
}

constexpr std::array<Knob, 34> kKnobs{{
    {"route.create_idempotent", &set_flag<&Knobs::route_create_idempotent>},
    {"route.more_specific_than_local", &set_more_specific},
    {"vpc.family_rules", &set_family_rules},
    {"eip.disassociate_restores_auto_ip",
     &set_flag<&Knobs::eip_disassociate_restores_auto_address>},
    {"classiclink.create_route_in_10_8", &set_classic_routes},
    {"classiclink.option_route_removed_on_disable",
     &set_flag<&Knobs::classic_link_option_route_removed_on_disable>},
    {"classiclink.flag_gating", &set_flag_gating},
    {"natgw.to_pcx", &set_nat_to_peering},
    {"ping.reserved_addresses", &set_reserved_pings},
    {"arp.unmapped", &set_unmapped_arp},
    {"pcx.interregion_mtu", &set_interregion_mtu},
    {"pcx.duplicate_error_at", &set_duplicate_peering},
    {"sg.icmp_errors", &set_icmp_errors},
    {"sg.icmp_idle_s", &set_icmp_idle},
    {"filter.fragments", &set_fragments},
    {"ttl.igw_hairpin_decrement", &set_hairpin_ttl},
    {"vpc.available_delay", &set_delay<&Knobs::vpc_available_delay>},
    {"subnet.available_delay", &set_delay<&Knobs::subnet_available_delay>},
    {"vpc.cidr_delay", &set_delay<&Knobs::vpc_cidr_delay>},
    {"pcx.request_delay", &set_delay<&Knobs::peering_request_delay>},
    {"pcx.accept_delay", &set_delay<&Knobs::peering_accept_delay>},
    {"pcx.delete_delay", &set_delay<&Knobs::peering_delete_delay>},
    {"pcx.expiry", &set_duration<&Knobs::peering_expiry>},
    {"pcx.visible_short", &set_duration<&Knobs::peering_visible_short>},
    {"pcx.visible_long", &set_duration<&Knobs::peering_visible_long>},
    {"nat.available_delay", &set_delay<&Knobs::nat_gateway_delay>},
    {"nat.deleting_delay", &set_delay<&Knobs::nat_gateway_deleting_delay>},
    {"nat.deleted_visible", &set_duration<&Knobs::nat_gateway_visible>},
    {"pl.change_delay", &set_delay<&Knobs::prefix_list_delay>},
    {"instance.pending_delay", &set_delay<&Knobs::instance_pending_delay>},
    {"instance.stopping_delay", &set_delay<&Knobs::instance_stopping_delay>},
    {"instance.shutting_down_delay", &set_delay<&Knobs::instance_shutting_down_delay>},
    {"instance.terminated_visible", &set_duration<&Knobs::instance_terminated_visible>},
    {"eni.attach_delay", &set_delay<&Knobs::interface_attach_delay>},
}};

template <class Table>
std::vector<std::string_view> names_of(const Table& table) {
  std::vector<std::string_view> names;
  names.reserve(std::size(table));
  for (const auto& entry : table) {
    names.push_back(entry.name);
  }
  return names;
}

}  // namespace

std::vector<std::string_view> quota_names() { return names_of(kQuotas); }

std::vector<std::string_view> knob_names() { return names_of(kKnobs); }

std::optional<std::uint32_t> most_of_quota(std::string_view name) {
  const auto* found = std::find_if(kQuotas.begin(), kQuotas.end(),
                                   [name](const Quota& quota) { return quota.name == name; });
  return found == kQuotas.end() ? std::nullopt : std::optional(found->most);
}

bool set_quota(Quotas& quotas, std::string_view name, std::uint32_t value) {
  const auto* found = std::find_if(kQuotas.begin(), kQuotas.end(),
                                   [name](const Quota& quota) { return quota.name == name; });
  if (found == kQuotas.end()) {
    return false;
  }
  quotas.*found->member = value;
  return true;
}

std::string set_knob(Settings& settings, std::string_view name, std::string_view value) {
  const auto* found = std::find_if(kKnobs.begin(), kKnobs.end(),
                                   [name](const Knob& knob) { return knob.name == name; });
  return found == kKnobs.end() ? "there is no such knob" : found->set(settings, value);
}

Quotas quotas_of(const Scenario& scenario) {
  Quotas quotas = scenario.quotas_lifted ? Quotas::lifted() : Quotas{};
  for (const auto& [name, value] : scenario.quotas) {
    set_quota(quotas, name.value, static_cast<std::uint32_t>(value.value));
  }
  return quotas;
}

Settings settings_of(const Scenario& scenario) {
  Settings settings;
  for (const auto& [name, value] : scenario.knobs) {
    static_cast<void>(set_knob(settings, name.value, value.value));
  }
  return settings;
}

}  // namespace vpclab::scenario
