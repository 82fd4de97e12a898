// The sections that declare the network: VPCs, subnets, gateways, tables, peerings, addresses,
// interfaces, instances.
#include <array>

#include "emulator/scenario/loader.h"

namespace vpclab::scenario {
namespace {

constexpr auto kSubnetFields = resource_fields(std::array<LoaderField<Subnet>, 3>{{
    {"cidr", true, &store<&Subnet::cidr, Subnet>},
    {"zone", false, &store<&Subnet::zone, Subnet>},
    {"map_public_ip_on_launch", false, &store<&Subnet::map_public_ip_on_launch, Subnet>},
}});

void read_subnets(Loader& loader, const Node& node, Vpc& vpc) {
  read_section(loader, node, Section{NameKind::kSubnet, "subnet", "cidr", {}}, kSubnetFields,
               vpc.subnets, vpc.name.value + ".");
}

constexpr auto kVpcFields = resource_fields(std::array<LoaderField<Vpc>, 12>{{
    {"cidr", true, &store<&Vpc::cidr, Vpc>},
    {"secondary_cidrs", false, &store<&Vpc::secondary_cidrs, Vpc>},
    {"account", false, &store<&Vpc::account, Vpc>},
    {"region", false, &store<&Vpc::region, Vpc>},
    {"internet_gateway", false,
     [](Loader& loader, const Node& node, Vpc& vpc) {
       loader.set_flag_or_name(node, vpc.name.value + ".igw", vpc.internet_gateway);
     }},
    {"instance_tenancy", false, &store<&Vpc::instance_tenancy, Vpc>},
    {"enable_dns_support", false, &store<&Vpc::enable_dns_support, Vpc>},
    {"enable_dns_hostnames", false, &store<&Vpc::enable_dns_hostnames, Vpc>},
    {"classic_link", false, &store<&Vpc::classic_link, Vpc>},
    {"classic_link_dns_support", false, &store<&Vpc::classic_link_dns_support, Vpc>},
    {"dhcp_options", false, &store<&Vpc::dhcp_options, Vpc>},
    {"subnets", false, &read_subnets},
}});

constexpr auto kInternetGatewayFields =
    resource_fields(std::array<LoaderField<InternetGateway>, 3>{{
        {"vpc", false, &store<&InternetGateway::vpc, InternetGateway>},
        {"account", false, &store<&InternetGateway::account, InternetGateway>},
        {"region", false, &store<&InternetGateway::region, InternetGateway>},
    }});

void read_routes(Loader& loader, const Node& node, RouteTable& table) {
  if (node.is_null() || !loader.reader().expect_mapping(node, "routes")) {
    return;
  }
  if (!holds_at_most(loader, node, kMostRules, "routes in a table")) {
    return;
  }
  for (const NodeEntry& entry : node.entries) {
    const std::size_t grave = loader.reader().grave_faults();
    if (std::optional<Text> target = loader.reader().text(entry.value)) {
      table.routes.push_back(Route{Text{entry.key.text, entry.key.mark}, std::move(*target)});
    }
    loader.reader().forgive_since(grave);
  }
}

constexpr auto kRouteTableFields = resource_fields(std::array<LoaderField<RouteTable>, 5>{{
    {"vpc", false, &store<&RouteTable::vpc, RouteTable>},
    {"subnets", false, &store<&RouteTable::subnets, RouteTable>},
    {"gateway", false, &store<&RouteTable::gateway, RouteTable>},
    {"main", false, &store<&RouteTable::main, RouteTable>},
    {"routes", false, &read_routes},
}});

constexpr std::array<LoaderField<PeeringOptions>, 3> kPeeringOptionsFields{{
    {"allow_dns_resolution_from_remote_vpc", false,
     &store<&PeeringOptions::allow_dns_resolution_from_remote_vpc, PeeringOptions>},
    {"allow_egress_from_local_classic_link_to_remote_vpc", false,
     &store<&PeeringOptions::allow_egress_from_local_classic_link_to_remote_vpc, PeeringOptions>},
    {"allow_egress_from_local_vpc_to_remote_classic_link", false,
     &store<&PeeringOptions::allow_egress_from_local_vpc_to_remote_classic_link, PeeringOptions>},
}};

template <std::optional<PeeringOptions> PeeringConnection::*kSide>
void read_peering_options(Loader& loader, const Node& node, PeeringConnection& peering) {
  PeeringOptions& options = (peering.*kSide).emplace();
  options.mark = node.mark;
  read_mapping(loader, node, node.mark, "peering options", kPeeringOptionsFields, options);
}

constexpr auto kPeeringFields = resource_fields(std::array<LoaderField<PeeringConnection>, 7>{{
    {"requester", true, &store<&PeeringConnection::requester, PeeringConnection>},
    {"accepter", true, &store<&PeeringConnection::accepter, PeeringConnection>},
    {"accepter_account", false, &store<&PeeringConnection::accepter_account, PeeringConnection>},
    {"accepter_region", false, &store<&PeeringConnection::accepter_region, PeeringConnection>},
    {"accepted", false, &store<&PeeringConnection::accepted, PeeringConnection>},
    {"requester_options", false, &read_peering_options<&PeeringConnection::requester_options>},
    {"accepter_options", false, &read_peering_options<&PeeringConnection::accepter_options>},
}});

constexpr auto kElasticIpFields = resource_fields(std::array<LoaderField<ElasticIp>, 6>{{
    {"classic", false, &store<&ElasticIp::classic, ElasticIp>},
    {"instance", false, &store<&ElasticIp::instance, ElasticIp>},
    {"network_interface", false, &store<&ElasticIp::network_interface, ElasticIp>},
    {"private_ip", false, &store<&ElasticIp::private_ip, ElasticIp>},
    {"account", false, &store<&ElasticIp::account, ElasticIp>},
    {"region", false, &store<&ElasticIp::region, ElasticIp>},
}});

constexpr auto kInterfaceFields = resource_fields(std::array<LoaderField<NetworkInterface>, 6>{{
    {"subnet", true, &store<&NetworkInterface::subnet, NetworkInterface>},
    {"private_ip", false, &store<&NetworkInterface::private_ip, NetworkInterface>},
    {"secondary_private_ips", false,
     &store<&NetworkInterface::secondary_private_ips, NetworkInterface>},
    {"security_groups", false, &store<&NetworkInterface::security_groups, NetworkInterface>},
    {"description", false, &store<&NetworkInterface::description, NetworkInterface>},
    {"source_dest_check", false, &store<&NetworkInterface::source_dest_check, NetworkInterface>},
}});

constexpr std::array<LoaderField<ClassicLink>, 2> kClassicLinkFields{{
    {"vpc", true, &store<&ClassicLink::vpc, ClassicLink>},
    {"security_groups", true, &store<&ClassicLink::security_groups, ClassicLink>},
}};

void read_classic_link(Loader& loader, const Node& node, Instance& instance) {
  ClassicLink& link = instance.classic_link.emplace();
  link.mark = node.mark;
  read_mapping(loader, node, node.mark, "classic link", kClassicLinkFields, link);
}

constexpr auto kInstanceFields = resource_fields(std::array<LoaderField<Instance>, 15>{{
    {"subnet", false, &store<&Instance::subnet, Instance>},
    {"classic", false, &store<&Instance::classic, Instance>},
    {"classic_link", false, &read_classic_link},
    {"private_ip", false, &store<&Instance::private_ip, Instance>},
    {"elastic_ip", false,
     [](Loader& loader, const Node& node, Instance& instance) {
       loader.set_flag_or_name(node, instance.name.value + ".elastic_ip", instance.elastic_ip);
     }},
    {"public_ip", false, &store<&Instance::public_ip, Instance>},
    {"security_groups", false, &store<&Instance::security_groups, Instance>},
    {"network_interfaces", false, &store<&Instance::network_interfaces, Instance>},
    {"image", false, &store<&Instance::image, Instance>},
    {"instance_type", false, &store<&Instance::instance_type, Instance>},
    {"account", false, &store<&Instance::account, Instance>},
    {"region", false, &store<&Instance::region, Instance>},
    {"source_dest_check", false, &store<&Instance::source_dest_check, Instance>},
    {"ip_forward", false, &store<&Instance::ip_forward, Instance>},
    {"masquerade", false, &store<&Instance::masquerade, Instance>},
}});

/// What AWS makes together with a VPC (VPC-6), and the names it goes by.
void imply_vpc_parts(Loader& loader, const std::string& vpc, const Mark& mark) {
  loader.imply(vpc + ".main", NameKind::kRouteTable, mark);
  loader.imply(vpc + ".default", NameKind::kSecurityGroup, mark);
  loader.imply(vpc + ".default_acl", NameKind::kNetworkAcl, mark);
}

void refuse_part_names(Loader& loader, const Vpc& vpc) {
  for (const Subnet& subnet : vpc.subnets) {
    const std::string_view last = split_name(subnet.name.value).second;
    for (const std::string_view part : parts_of(NameKind::kVpc)) {
      if (last == part) {
        loader.reader().complain(subnet.name.mark,
                                 "a subnet cannot be called '" + std::string(part) + "'",
                                 "'" + subnet.name.value + "' means something else already");
      }
    }
  }
}

template <class T, class Fields>
void read_key(Loader& loader, const Node& root, std::string_view key, const Section& section,
              const Fields& fields, std::vector<T>& out) {
  if (const Node* node = root.find(key)) {
    read_section(loader, *node, section, fields, out);
  }
}

}  // namespace

void load_network(Loader& loader, const Node& root) {
  Scenario& scenario = loader.scenario();
  if (scenario.default_vpc) {
    loader.imply("default", NameKind::kVpc, scenario.default_vpc_mark);
    imply_vpc_parts(loader, "default", scenario.default_vpc_mark);
    loader.imply("default.igw", NameKind::kInternetGateway, scenario.default_vpc_mark);
  }
  read_key(loader, root, "vpcs", Section{NameKind::kVpc, "vpc", "cidr", {}}, kVpcFields,
           scenario.vpcs);
  for (const Vpc& vpc : scenario.vpcs) {
    refuse_part_names(loader, vpc);
    imply_vpc_parts(loader, vpc.name.value, vpc.name.mark);
    if (vpc.internet_gateway.has_value() &&
        vpc.internet_gateway->value == vpc.name.value + ".igw") {
      loader.imply(vpc.internet_gateway->value, NameKind::kInternetGateway,
                   vpc.internet_gateway->mark);
    }
  }
  read_key(loader, root, "internet_gateways",
           Section{NameKind::kInternetGateway, "internet gateway", "vpc", {}},
           kInternetGatewayFields, scenario.internet_gateways);
  read_key(loader, root, "peering_connections",
           Section{NameKind::kPeeringConnection, "peering connection", {}, {}}, kPeeringFields,
           scenario.peering_connections);
  read_key(loader, root, "route_tables",
           Section{NameKind::kRouteTable, "route table", {}, "main", true}, kRouteTableFields,
           scenario.route_tables);
  read_key(loader, root, "network_interfaces",
           Section{NameKind::kNetworkInterface, "network interface", "subnet", {}},
           kInterfaceFields, scenario.network_interfaces);
  read_key(loader, root, "elastic_ips", Section{NameKind::kElasticIp, "elastic ip", "instance", {}},
           kElasticIpFields, scenario.elastic_ips);
  read_key(loader, root, "instances", Section{NameKind::kInstance, "instance", "subnet", {}, true},
           kInstanceFields, scenario.instances);
  for (const Instance& instance : scenario.instances) {
    if (!is_set(instance.classic)) {
      loader.imply(instance.name.value + ".eni", NameKind::kNetworkInterface, instance.name.mark);
    }
    if (instance.elastic_ip.has_value() &&
        instance.elastic_ip->value == instance.name.value + ".elastic_ip") {
      loader.imply(instance.elastic_ip->value, NameKind::kElasticIp, instance.elastic_ip->mark);
    }
  }
}

void list_network_keys(std::vector<KeyTable>& tables) {
  tables.push_back(key_table("vpc", kVpcFields));
  tables.push_back(key_table("subnet", kSubnetFields));
  tables.push_back(key_table("internet_gateway", kInternetGatewayFields));
  tables.push_back(key_table("route_table", kRouteTableFields));
  tables.push_back(key_table("peering_connection", kPeeringFields));
  tables.push_back(key_table("peering_options", kPeeringOptionsFields));
  tables.push_back(key_table("elastic_ip", kElasticIpFields));
  tables.push_back(key_table("network_interface", kInterfaceFields));
  tables.push_back(key_table("classic_link", kClassicLinkFields));
  tables.push_back(key_table("instance", kInstanceFields));
}

}  // namespace vpclab::scenario
