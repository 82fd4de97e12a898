#include "tests/oracle/plan_text.h"

#include <fmt/format.h>

#include "emulator/dataplane/plan.h"

namespace vpclab::oracle {
namespace {

std::string route_text(const dataplane::VpcTables& tables, const dataplane::Route& route) {
  std::string text =
      fmt::format("    {} {} kind {} state {}", to_string(route.destination), route.target.text(),
                  static_cast<int>(route.kind), static_cast<int>(route.state));
  if (route.kind == dataplane::TargetKind::kPeering && route.index != dataplane::kNowhere) {
    const dataplane::Peering& peering = tables.peerings[route.index];
    text += fmt::format(" over {} to {} state {}", peering.id.text(), peering.far_vpc.text(),
                        static_cast<int>(peering.state));
    for (const wire::Ipv4Prefix& cidr : peering.far_cidrs) {
      text += " " + to_string(cidr);
    }
  } else if (route.kind == dataplane::TargetKind::kInterface &&
             route.index != dataplane::kNowhere) {
    text += " to " + tables.interfaces[route.index].id.text();
  }
  return text + "\n";
}

std::string subnet_text(const dataplane::VpcTables& tables, const dataplane::Subnet& subnet) {
  const dataplane::RouteTable& table = tables.route_tables[subnet.route_table];
  const dataplane::NetworkAcl& acl = tables.acls[subnet.acl];
  std::string text = fmt::format("{} {} zone {}\n  {}\n", subnet.id.text(), to_string(subnet.cidr),
                                 subnet.zone, table.id.text());
  for (const dataplane::Route& route : table.routes) {
    text += route_text(tables, route);
  }
  text += fmt::format("  {}\n", acl.id().text());
  for (const dataplane::AclEntry& entry : acl.entries()) {
    text += fmt::format("    {} {} {} {} {}-{} {}\n", entry.number, entry.egress, entry.allow,
                        entry.traffic.protocol, entry.traffic.first, entry.traffic.last,
                        to_string(entry.remote));
  }
  return text;
}

std::string interface_text(const dataplane::VpcTables& tables,
                           const dataplane::Interface& interface) {
  std::string text =
      fmt::format("{} {} {} in {} state {} check {} device {}\n", interface.id.text(),
                  interface.instance.text(), to_string(interface.address),
                  tables.subnets[interface.subnet].id.text(), static_cast<int>(interface.state),
                  interface.source_dest_check, interface.device_index);
  for (const dataplane::GroupRule& rule : tables.group_sets[interface.groups].rules()) {
    const bool names_set = rule.address_set != dataplane::FilterRule::kNoSet;
    text += fmt::format("    {} {} {} {} {}-{} {} members {}\n", rule.group.text(), rule.id.text(),
                        rule.egress, rule.traffic.protocol, rule.traffic.first, rule.traffic.last,
                        to_string(rule.remote),
                        names_set ? tables.address_sets[rule.address_set].size() : 0);
  }
  return text;
}

}  // namespace

std::string plan_text(const dataplane::VpcTables& tables) {
  std::string text = tables.id.text() + "\n";
  for (const wire::Ipv4Prefix& cidr : tables.cidrs) {
    text += to_string(cidr) + "\n";
  }
  for (const dataplane::Subnet& subnet : tables.subnets) {
    text += subnet_text(tables, subnet);
  }
  for (const dataplane::Interface& interface : tables.interfaces) {
    text += interface_text(tables, interface);
  }
  for (const dataplane::MappedAddress& address : tables.addresses) {
    text += fmt::format("{} {} {}\n", to_string(address.private_address),
                        to_string(address.public_address),
                        tables.interfaces[address.interface].id.text());
  }
  for (const dataplane::Guest& guest : tables.guests) {
    text += fmt::format("{} state {} boots {}\n", guest.id.text(), static_cast<int>(guest.state),
                        guest.boots);
  }
  return text + (tables.internet_gateway ? tables.internet_gateway->text() : std::string()) + "\n";
}

}  // namespace vpclab::oracle
