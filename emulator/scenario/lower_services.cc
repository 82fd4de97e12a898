// DHCP options, prefix lists and NAT gateways as EC2 calls.
#include <algorithm>

#include "emulator/api/generated/dhcp_options.h"
#include "emulator/api/generated/nat_gateway.h"
#include "emulator/api/generated/prefix_list.h"
#include "emulator/scenario/lowering.h"

namespace vpclab::scenario {
namespace {

void add_configuration(std::string_view key, const std::vector<Text>& values,
                       api::CreateDhcpOptionsRequest& request) {
  if (values.empty()) {
    return;
  }
  api::NewDhcpConfiguration& configuration = request.dhcp_configurations.emplace_back();
  configuration.key = std::string(key);
  for (const Text& value : values) {
    configuration.values.push_back(value.value);
  }
}

std::vector<Text> as_list(const std::optional<Text>& text) {
  return text.has_value() ? std::vector<Text>{*text} : std::vector<Text>{};
}

/// Whether a rule has this prefix list among its peers.
bool names(const std::vector<SecurityGroupRule>& rules, const std::string& list) {
  return std::any_of(rules.begin(), rules.end(), [&list](const SecurityGroupRule& rule) {
    return std::any_of(rule.prefix_lists.begin(), rule.prefix_lists.end(),
                       [&list](const Text& peer) { return peer.value == list; });
  });
}

}  // namespace

control::Caller owner_of(const Lowering& lowering, const DhcpOptions& options) {
  const Scenario& scenario = lowering.scenario();
  if (!options.account.has_value() && !options.region.has_value()) {
    for (const Vpc& vpc : scenario.vpcs) {
      if (vpc.dhcp_options.has_value() && vpc.dhcp_options->value == options.name.value) {
        return lowering.owner_of(vpc.name.value);
      }
    }
  }
  return caller_of(scenario, options.account, options.region);
}

control::Caller owner_of(const Lowering& lowering, const PrefixList& list) {
  const Scenario& scenario = lowering.scenario();
  const std::string& name = list.name.value;
  if (list.account.has_value() || list.region.has_value()) {
    return caller_of(scenario, list.account, list.region);
  }
  for (const SecurityGroup& group : scenario.security_groups) {
    if (names(group.ingress, name) || (group.egress.has_value() && names(*group.egress, name))) {
      return owner_of(lowering, group);
    }
  }
  for (const RouteTable& table : scenario.route_tables) {
    const bool is_used =
        std::any_of(table.routes.begin(), table.routes.end(),
                    [&name](const Route& route) { return route.destination.value == name; });
    if (is_used && table.vpc.has_value()) {
      return lowering.owner_of(table.vpc->value);
    }
  }
  return default_caller(scenario);
}

void lower_prefix_lists(Lowering& lowering) {
  for (const PrefixList& list : lowering.scenario().prefix_lists) {
    if (list.broken) {
      continue;
    }
    api::CreateManagedPrefixListRequest request;
    request.prefix_list_name = list.name.value;
    request.address_family = "IPv4";
    request.max_entries =
        list.max_entries.has_value()
            ? list.max_entries->value
            : static_cast<std::int64_t>(std::max<std::size_t>(list.entries.size(), 1));
    for (const PrefixListEntry& entry : list.entries) {
      api::AddPrefixListEntry& added = request.entries.emplace_back();
      added.cidr = entry.cidr.value;
      if (entry.description.has_value()) {
        added.description = entry.description->value;
      }
    }
    lowering.create(owner_of(lowering, list), std::move(request), list.name.mark, list);
    for (const PrefixListEntry& entry : list.entries) {
      lowering.blame(entry.cidr.value, entry.cidr);
    }
  }
  if (!lowering.scenario().prefix_lists.empty()) {
    lowering.settle();  // a new list is named only when it is complete
  }
}

void lower_dhcp_options(Lowering& lowering) {
  for (const DhcpOptions& options : lowering.scenario().dhcp_options) {
    if (options.broken) {
      continue;
    }
    api::CreateDhcpOptionsRequest request;
    add_configuration("domain-name", as_list(options.domain_name), request);
    add_configuration("domain-name-servers", options.domain_name_servers, request);
    add_configuration("ntp-servers", options.ntp_servers, request);
    add_configuration("netbios-name-servers", options.netbios_name_servers, request);
    add_configuration("netbios-node-type", as_list(options.netbios_node_type), request);
    lowering.create(owner_of(lowering, options), std::move(request), options.name.mark, options);
  }
}

void lower_nat_gateways(Lowering& lowering) {
  for (const NatGateway& gateway : lowering.scenario().nat_gateways) {
    if (gateway.broken) {
      continue;
    }
    const control::Caller owner = lowering.owner_of(gateway.subnet.value);
    api::CreateNatGatewayRequest request;
    request.subnet_id = reference(gateway.subnet.value);
    if (gateway.elastic_ip.has_value()) {
      if (gateway.elastic_ip->value == gateway.name.value + ".elastic_ip") {
        Resource own;
        own.name = *gateway.elastic_ip;
        lower_address(lowering, owner, own, AddressUse::kVpc);
      }
      request.allocation_id = reference(gateway.elastic_ip->value);
    }
    if (gateway.connectivity.has_value()) {
      request.connectivity_type = gateway.connectivity->value;
    }
    if (gateway.private_ip.has_value()) {
      request.private_ip_address = gateway.private_ip->value;
    }
    lowering.create(owner, std::move(request), gateway.name.mark, gateway);
    lowering.blame("llocation", gateway.elastic_ip);
    lowering.blame("AlreadyAssociated", gateway.elastic_ip);
    lowering.blame("ddress", gateway.private_ip);
  }
  if (!lowering.scenario().nat_gateways.empty()) {
    lowering.settle();
  }
}

}  // namespace vpclab::scenario
