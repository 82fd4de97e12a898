#include "emulator/scenario/settings.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace vpclab::scenario {
namespace {

using control::Knobs;
using control::Quotas;

struct Quota {
  std::string_view name;
  std::uint32_t Quotas::*member;
};

constexpr std::array<Quota, 18> kQuotas{{
    {"vpcs_per_region", &Quotas::vpcs_per_region},
    {"subnets_per_vpc", &Quotas::subnets_per_vpc},
    {"cidrs_per_vpc", &Quotas::cidrs_per_vpc},
    {"route_tables_per_vpc", &Quotas::route_tables_per_vpc},
    {"routes_per_table", &Quotas::routes_per_table},
    {"internet_gateways_per_region", &Quotas::internet_gateways_per_region},
    {"elastic_ips_per_region", &Quotas::elastic_addresses_per_region},
    {"network_acls_per_vpc", &Quotas::network_acls_per_vpc},
    {"entries_per_network_acl", &Quotas::entries_per_network_acl},
    {"security_groups_per_region", &Quotas::security_groups_per_region},
    {"rules_per_security_group", &Quotas::rules_per_security_group},
    {"security_groups_per_interface", &Quotas::security_groups_per_interface},
    {"active_peering_connections_per_vpc", &Quotas::active_peerings_per_vpc},
    {"outstanding_peering_requests", &Quotas::outstanding_peering_requests},
    {"network_interfaces_per_region", &Quotas::network_interfaces_per_region},
    {"interfaces_per_instance", &Quotas::interfaces_per_instance},
    {"private_ips_per_interface", &Quotas::private_addresses_per_interface},
    {"instances_per_region", &Quotas::instances_per_region},
}};

struct Knob {
  std::string_view name;
  std::string (*set)(Knobs& knobs, std::string_view value);
};

template <Duration Knobs::*kMember>
std::string set_duration(Knobs& knobs, std::string_view value) {
  const Result<Duration> duration = parse_duration(value);
  if (!duration) {
    return "expected a time span such as 500ms or 2s";
  }
  knobs.*kMember = *duration;
  return {};
}

template <bool Knobs::*kMember>
std::string set_flag(Knobs& knobs, std::string_view value) {
  if (value != "true" && value != "false") {
    return "expected true or false";
  }
  knobs.*kMember = value == "true";
  return {};
}

std::string set_more_specific(Knobs& knobs, std::string_view value) {
  if (value != "modern" && value != "classic-era") {
    return "expected modern or classic-era";
  }
  knobs.more_specific_routes = value == "modern" ? control::MoreSpecificRoutes::kModern
                                                 : control::MoreSpecificRoutes::kClassicEra;
  return {};
}

std::string set_family_rules(Knobs& knobs, std::string_view value) {
  if (value != "ignore" && value != "enforce") {
    return "expected ignore or enforce";
  }
  knobs.vpc_family_rules =
      value == "ignore" ? control::FamilyRules::kIgnore : control::FamilyRules::kEnforce;
  return {};
}

std::string set_interregion_mtu(Knobs& knobs, std::string_view value) {
  int mtu = 0;
  const char* end = value.data() + value.size();
  const auto [next, error] = std::from_chars(value.data(), end, mtu);
  if (error != std::errc{} || next != end || mtu < 576 || mtu > 9001) {
    return "expected a number of bytes between 576 and 9001";
  }
  knobs.peering_interregion_mtu = mtu;
  return {};
}

constexpr std::array<Knob, 17> kKnobs{{
    {"route.create_idempotent", &set_flag<&Knobs::route_create_idempotent>},
    {"route.more_specific_than_local", &set_more_specific},
    {"vpc.family_rules", &set_family_rules},
    {"eip.disassociate_restores_auto_ip",
     &set_flag<&Knobs::eip_disassociate_restores_auto_address>},
    {"pcx.interregion_mtu", &set_interregion_mtu},
    {"vpc.available_delay", &set_duration<&Knobs::vpc_available_delay>},
    {"subnet.available_delay", &set_duration<&Knobs::subnet_available_delay>},
    {"vpc.cidr_delay", &set_duration<&Knobs::vpc_cidr_delay>},
    {"pcx.request_delay", &set_duration<&Knobs::peering_request_delay>},
    {"pcx.accept_delay", &set_duration<&Knobs::peering_accept_delay>},
    {"pcx.delete_delay", &set_duration<&Knobs::peering_delete_delay>},
    {"pcx.expiry", &set_duration<&Knobs::peering_expiry>},
    {"instance.pending_delay", &set_duration<&Knobs::instance_pending_delay>},
    {"instance.stopping_delay", &set_duration<&Knobs::instance_stopping_delay>},
    {"instance.shutting_down_delay", &set_duration<&Knobs::instance_shutting_down_delay>},
    {"instance.terminated_visible", &set_duration<&Knobs::instance_terminated_visible>},
    {"eni.attach_delay", &set_duration<&Knobs::interface_attach_delay>},
}};

template <class Table>
std::vector<std::string_view> names_of(const Table& table) {
  std::vector<std::string_view> names;
  for (const auto& entry : table) {
    names.push_back(entry.name);
  }
  return names;
}

}  // namespace

std::vector<std::string_view> quota_names() { return names_of(kQuotas); }

std::vector<std::string_view> knob_names() { return names_of(kKnobs); }

bool set_quota(Quotas& quotas, std::string_view name, std::uint32_t value) {
  const auto* found = std::find_if(kQuotas.begin(), kQuotas.end(),
                                   [name](const Quota& quota) { return quota.name == name; });
  if (found == kQuotas.end()) {
    return false;
  }
  quotas.*found->member = value;
  return true;
}

std::string set_knob(Knobs& knobs, std::string_view name, std::string_view value) {
  const auto* found = std::find_if(kKnobs.begin(), kKnobs.end(),
                                   [name](const Knob& knob) { return knob.name == name; });
  return found == kKnobs.end() ? "there is no such knob" : found->set(knobs, value);
}

Quotas quotas_of(const Scenario& scenario) {
  Quotas quotas = scenario.quotas_lifted ? Quotas::lifted() : Quotas{};
  for (const auto& [name, value] : scenario.quotas) {
    set_quota(quotas, name.value, static_cast<std::uint32_t>(value.value));
  }
  return quotas;
}

Knobs knobs_of(const Scenario& scenario) {
  Knobs knobs;
  for (const auto& [name, value] : scenario.knobs) {
    static_cast<void>(set_knob(knobs, name.value, value.value));
  }
  return knobs;
}

}  // namespace vpclab::scenario
