#include "emulator/scenario/id_book.h"

#include <algorithm>

#include "emulator/control/inventory.h"
#include "emulator/control/region.h"
#include "emulator/scenario/json_path.h"
#include "emulator/scenario/names.h"
#include "netstack/wire/ipv4_address.h"

namespace vpclab::scenario {
namespace {

using api::ResourceKind;
using control::Inventory;

/// The typed id of a resource that the kind says it is.
template <class Id>
Id typed(const api::ResourceId& id) {
  return Id(id.digits());
}

std::optional<std::string> text_of(const auto& id) {
  return id.empty() ? std::nullopt : std::optional(id.text());
}

std::optional<std::string> main_association(const Inventory& inventory, const control::Vpc& vpc) {
  const control::RouteTable* table = inventory.route_tables.find(vpc.main_route_table);
  if (table == nullptr) {
    return std::nullopt;
  }
  for (const api::RouteTableAssociationId& association : table->associations) {
    const control::RouteTableAssociation* found =
        inventory.route_table_associations.find(association);
    if (found != nullptr && found->is_main()) {
      return association.text();
    }
  }
  return std::nullopt;
}

std::optional<std::string> vpc_part(const Inventory& inventory, const control::Vpc& vpc,
                                    std::string_view part) {
  if (part == "main_association") {
    return main_association(inventory, vpc);
  }
  if (part == "igw") {
    return text_of(vpc.internet_gateway);
  }
  if (part == "cidr") {
    return to_string(vpc.primary_cidr());
  }
  const control::Caller& owner = inventory.owner(vpc.owner);
  if (part == "account") {
    return owner.account;
  }
  return part == "region" ? std::optional(owner.region) : std::nullopt;
}

std::optional<std::string> subnet_part(const Inventory& inventory, const control::Subnet& subnet,
                                       std::string_view part) {
  if (part == "route_table") {
    return inventory.effective_route_table(subnet).id.text();
  }
  if (part == "route_table_association") {
    return text_of(subnet.route_table_association);
  }
  if (part == "network_acl") {
    return text_of(subnet.network_acl);
  }
  if (part == "network_acl_association") {
    return text_of(subnet.network_acl_association);
  }
  return part == "cidr" ? std::optional(to_string(subnet.cidr)) : std::nullopt;
}

/// DNS-3: the names that follow from addresses, whether or not the VPC gives them.
std::optional<std::string> dns_part(wire::Ipv4Address private_address,
                                    wire::Ipv4Address public_address, const std::string& region,
                                    std::string_view part) {
  if (part == "private_dns" && !private_address.is_unspecified()) {
    return control::private_dns_name(private_address, region);
  }
  return part == "public_dns" && !public_address.is_unspecified()
             ? std::optional(control::public_dns_name(public_address, region))
             : std::nullopt;
}

std::optional<std::string> interface_part(const control::NetworkInterface& interface,
                                          const std::string& region, std::string_view part) {
  if (part.ends_with("_dns")) {
    return dns_part(interface.primary.private_address, interface.primary.public_address, region,
                    part);
  }
  if (part == "private_ip") {
    return to_string(interface.primary.private_address);
  }
  if (part == "public_ip" && interface.primary.has_public()) {
    return to_string(interface.primary.public_address);
  }
  return part == "attachment" ? text_of(interface.attachment) : std::nullopt;
}

/// An instance of EC2-Classic has its addresses by itself (CLC-1).
std::optional<std::string> classic_part(const control::ClassicPart& classic,
                                        const std::string& region, std::string_view part) {
  if (part.ends_with("_dns")) {
    return dns_part(classic.private_address, classic.public_address, region, part);
  }
  if (part == "private_ip" && classic.has_address()) {
    return to_string(classic.private_address);
  }
  return part == "public_ip" && !classic.public_address.is_unspecified()
             ? std::optional(to_string(classic.public_address))
             : std::nullopt;
}

std::optional<std::string> instance_part(const Inventory& inventory,
                                         const control::Instance& instance, std::string_view part) {
  const std::string& region = inventory.owner(instance.owner).region;
  if (instance.in_classic()) {
    return classic_part(*instance.classic, region, part);
  }
  if (part == "eni") {
    return text_of(instance.primary_interface);
  }
  const auto* interface = inventory.network_interfaces.find(instance.primary_interface);
  return interface == nullptr ? std::nullopt : interface_part(*interface, region, part);
}

std::optional<std::string> nat_gateway_part(const control::NatGateway& gateway,
                                            std::string_view part) {
  if (part == "eni") {
    return text_of(gateway.interface);
  }
  if (part == "elastic_ip") {
    return text_of(gateway.allocation);
  }
  if (part == "private_ip" && !gateway.private_address.is_unspecified()) {
    return to_string(gateway.private_address);
  }
  return part == "public_ip" && !gateway.public_address.is_unspecified()
             ? std::optional(to_string(gateway.public_address))
             : std::nullopt;
}

std::optional<std::string> address_part(const control::ElasticAddress& address,
                                        std::string_view part) {
  if (part == "public_ip") {
    return to_string(address.public_address);
  }
  return part == "association" ? text_of(address.association) : std::nullopt;
}

}  // namespace

std::optional<std::string> IdBook::part(const api::ResourceId& id, std::string_view part) const {
  switch (id.kind()) {
    case ResourceKind::kVpc: {
      const auto* vpc = inventory_.vpcs.find(typed<api::VpcId>(id));
      return vpc == nullptr ? std::nullopt : vpc_part(inventory_, *vpc, part);
    }
    case ResourceKind::kSubnet: {
      const auto* subnet = inventory_.subnets.find(typed<api::SubnetId>(id));
      return subnet == nullptr ? std::nullopt : subnet_part(inventory_, *subnet, part);
    }
    case ResourceKind::kInstance: {
      const auto* instance = inventory_.instances.find(typed<api::InstanceId>(id));
      return instance == nullptr ? std::nullopt : instance_part(inventory_, *instance, part);
    }
    case ResourceKind::kNatGateway: {
      const auto* gateway = inventory_.nat_gateways.find(typed<api::NatGatewayId>(id));
      return gateway == nullptr ? std::nullopt : nat_gateway_part(*gateway, part);
    }
    case ResourceKind::kNetworkInterface: {
      const auto* interface =
          inventory_.network_interfaces.find(typed<api::NetworkInterfaceId>(id));
      return interface == nullptr
                 ? std::nullopt
                 : interface_part(*interface, inventory_.owner(interface->owner).region, part);
    }
    case ResourceKind::kAllocation: {
      const auto* address = inventory_.elastic_addresses.find(typed<api::AllocationId>(id));
      return address == nullptr ? std::nullopt : address_part(*address, part);
    }
    default:
      return std::nullopt;
  }
}

std::optional<std::string> IdBook::find(std::string_view name) const {
  if (const auto bound = ids_.find(name); bound != ids_.end()) {
    return bound->second;
  }
  if (is_id(name)) {
    return std::string(name);
  }
  if (const auto account = scenario_.accounts.find(std::string(name));
      account != scenario_.accounts.end()) {
    return account->second;
  }
  const std::size_t last_dot = name.rfind('.');
  if (last_dot == std::string_view::npos) {
    return std::nullopt;
  }
  if (const auto base = ids_.find(name.substr(0, last_dot)); base != ids_.end()) {
    if (const Result<api::ResourceId> id = api::ResourceId::parse(base->second)) {
      if (std::optional<std::string> value = part(*id, name.substr(last_dot + 1))) {
        return value;
      }
    }
  }
  const std::size_t first_dot = name.find('.');
  const auto response = responses_.find(name.substr(0, first_dot));
  return response == responses_.end() ? std::nullopt
                                      : text_at(response->second, name.substr(first_dot + 1));
}

bool IdBook::knows(std::string_view text) const {
  if (is_id(text) || !find_placeholders(text).empty()) {
    return true;
  }
  for (std::size_t end = text.size(); end != std::string_view::npos && end > 0;
       end = text.rfind('.', end - 1)) {
    const std::string_view name = text.substr(0, end);
    const bool is_step =  // whose call may yet be made, or was refused
        std::any_of(scenario_.run.begin(), scenario_.run.end(), [name](const Step& step) {
          return step.name.has_value() && step.name->value == name &&
                 (std::holds_alternative<ApiStep>(step.action) ||
                  std::holds_alternative<CliStep>(step.action));
        });
    if (is_step || ids_.find(name) != ids_.end()) {
      return true;
    }
  }
  return false;
}

std::optional<std::string> IdBook::expand(std::string_view text, std::string& missing) const {
  std::string out;
  std::size_t copied = 0;
  for (const Placeholder& placeholder : find_placeholders(text)) {
    std::optional<std::string> value = find(placeholder.name);
    if (!value.has_value()) {
      missing = placeholder.name;
      return std::nullopt;
    }
    out += text.substr(copied, placeholder.offset - copied);
    out += *value;
    copied = placeholder.offset + placeholder.length;
  }
  out += text.substr(copied);
  return out;
}

std::optional<std::string> IdBook::address_of(std::string_view destination, bool is_public) const {
  std::string missing;
  std::optional<std::string> text = expand(destination, missing);
  if (!text.has_value() || wire::Ipv4Address::parse(*text).has_value()) {
    return text;
  }
  const auto host = std::find_if(
      scenario_.internet_hosts.begin(), scenario_.internet_hosts.end(),
      [&text](const InternetHost& candidate) { return candidate.name.value == *text; });
  if (host != scenario_.internet_hosts.end()) {
    return host->address.value;
  }
  std::optional<std::string> value = find(*text);
  if (!value.has_value()) {
    return std::nullopt;
  }
  const Result<api::ResourceId> id = api::ResourceId::parse(*value);
  if (!id.has_value()) {
    return value;  // a part that is an address already
  }
  const bool wants_public = is_public || id->kind() == ResourceKind::kAllocation;
  return part(*id, wants_public ? "public_ip" : "private_ip");
}

}  // namespace vpclab::scenario
