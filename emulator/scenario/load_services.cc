// The sections `nat_gateways:`, `prefix_lists:` and `dhcp_options:`.
#include <array>

#include "emulator/scenario/loader.h"

namespace vpclab::scenario {
namespace {

constexpr std::int64_t kMostEntries = 1'000;  // AWS's limit for one list

/// An empty name says that there is none.
void read_elastic_ip(Loader& loader, const Node& node, NatGateway& gateway) {
  gateway.elastic_ip = Text{{}, node.mark};
  loader.set_flag_or_name(node, gateway.name.value + ".elastic_ip", gateway.elastic_ip);
}

void read_connectivity(Loader& loader, const Node& node, NatGateway& gateway) {
  static constexpr std::array<std::string_view, 2> kWords{"public", "private"};
  gateway.connectivity = loader.reader().word(node, kWords);
}

constexpr auto kNatGatewayFields = resource_fields(std::array<LoaderField<NatGateway>, 4>{{
    {"subnet", true, &store<&NatGateway::subnet, NatGateway>},
    {"elastic_ip", false, &read_elastic_ip},
    {"connectivity", false, &read_connectivity},
    {"private_ip", false, &store<&NatGateway::private_ip, NatGateway>},
}});

/// A list of ranges, or a mapping from ranges to what they are.
void read_entries(Loader& loader, const Node& node, PrefixList& list) {
  if (node.is_mapping()) {
    for (const NodeEntry& entry : node.entries) {
      list.entries.push_back(
          PrefixListEntry{Text{entry.key.text, entry.key.mark}, loader.reader().text(entry.value)});
    }
    return;
  }
  for (Text& cidr : loader.reader().texts(node)) {
    list.entries.push_back(PrefixListEntry{std::move(cidr), std::nullopt});
  }
}

constexpr auto kPrefixListFields = resource_fields(std::array<LoaderField<PrefixList>, 4>{{
    {"entries", true, &read_entries},
    {"max_entries", false,
     [](Loader& loader, const Node& node, PrefixList& list) {
       list.max_entries = loader.reader().integer(node, 1, kMostEntries);
     }},
    {"account", false, &store<&PrefixList::account, PrefixList>},
    {"region", false, &store<&PrefixList::region, PrefixList>},
}});

constexpr auto kDhcpOptionsFields = resource_fields(std::array<LoaderField<DhcpOptions>, 7>{{
    {"domain_name", false, &store<&DhcpOptions::domain_name, DhcpOptions>},
    {"domain_name_servers", false, &store<&DhcpOptions::domain_name_servers, DhcpOptions>},
    {"ntp_servers", false, &store<&DhcpOptions::ntp_servers, DhcpOptions>},
    {"netbios_name_servers", false, &store<&DhcpOptions::netbios_name_servers, DhcpOptions>},
    {"netbios_node_type", false, &store<&DhcpOptions::netbios_node_type, DhcpOptions>},
    {"account", false, &store<&DhcpOptions::account, DhcpOptions>},
    {"region", false, &store<&DhcpOptions::region, DhcpOptions>},
}});

/// A public gateway needs an address; who says nothing gets one.
void settle_address(Loader& loader, NatGateway& gateway) {
  const bool is_private =
      gateway.connectivity.has_value() && gateway.connectivity->value == "private";
  const bool has_none = gateway.elastic_ip.has_value() && gateway.elastic_ip->value.empty();
  if (has_none && !is_private) {
    loader.reader().complain(gateway.elastic_ip->mark,
                             "a public NAT gateway has an Elastic IP address",
                             "remove `elastic_ip: false`, or add `connectivity: private`");
    gateway.broken = true;
    loader.names().mark_broken(gateway.name.value);
  }
  if (has_none) {
    gateway.elastic_ip.reset();
  } else if (is_private && gateway.elastic_ip.has_value()) {
    loader.reader().complain(gateway.elastic_ip->mark,
                             "a private NAT gateway has no Elastic IP address",
                             "remove `elastic_ip:` or `connectivity: private`");
    gateway.broken = true;
    loader.names().mark_broken(gateway.name.value);
  } else if (!is_private && !gateway.elastic_ip.has_value()) {
    gateway.elastic_ip = Text{gateway.name.value + ".elastic_ip", gateway.name.mark};
  }
}

}  // namespace

void load_nat_gateways(Loader& loader, const Node& node) {
  std::vector<NatGateway>& gateways = loader.scenario().nat_gateways;
  read_section(loader, node, Section{NameKind::kNatGateway, "NAT gateway", "subnet", {}},
               kNatGatewayFields, gateways);
  for (NatGateway& gateway : gateways) {
    settle_address(loader, gateway);
    if (gateway.elastic_ip.has_value() &&
        gateway.elastic_ip->value == gateway.name.value + ".elastic_ip") {
      loader.imply(gateway.elastic_ip->value, NameKind::kElasticIp, gateway.elastic_ip->mark);
    }
    loader.imply(gateway.name.value + ".eni", NameKind::kNetworkInterface, gateway.name.mark);
  }
}

void load_prefix_lists(Loader& loader, const Node& node) {
  read_section(loader, node, Section{NameKind::kPrefixList, "prefix list", "entries", {}},
               kPrefixListFields, loader.scenario().prefix_lists);
}

void load_dhcp_options(Loader& loader, const Node& node) {
  read_section(loader, node, Section{NameKind::kDhcpOptions, "set of DHCP options", {}, {}},
               kDhcpOptionsFields, loader.scenario().dhcp_options);
}

void list_service_keys(std::vector<KeyTable>& tables) {
  tables.push_back(key_table("nat_gateway", kNatGatewayFields));
  tables.push_back(key_table("prefix_list", kPrefixListFields));
  tables.push_back(key_table("dhcp_option_set", kDhcpOptionsFields));
}

}  // namespace vpclab::scenario
