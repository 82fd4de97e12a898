#include "tools/listing.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include <nlohmann/json.hpp>

#include "emulator/scenario/rule_text.h"
#include "emulator/trace/decision.h"
#include "netstack/base/printable.h"

namespace vpclab::tools {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view kTarget =
    "GatewayId|NatGatewayId|VpcPeeringConnectionId|NetworkInterfaceId|InstanceId|"
    "EgressOnlyInternetGatewayId";

/// A number where there is one, else what EC2 leaves out: all of them.
std::int32_t number_at(const ordered_json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number_integer() ? found->get<std::int32_t>() : -1;
}

/// As a scenario's rules say it: `tcp 22`, `icmp echo-request`.
std::string words_of_permission(const ordered_json& permission) {
  return scenario::words_of(scenario::Traffic{permission.value("IpProtocol", "-1"),
                                              number_at(permission, "FromPort"),
                                              number_at(permission, "ToPort")});
}

std::string words_of_entry(const ordered_json& entry) {
  scenario::Traffic traffic{entry.value("Protocol", "-1"), -1, -1};
  if (const auto ports = entry.find("PortRange"); ports != entry.end()) {
    traffic.from = number_at(*ports, "From");
    traffic.to = number_at(*ports, "To");
  } else if (const auto icmp = entry.find("IcmpTypeCode"); icmp != entry.end()) {
    traffic.from = number_at(*icmp, "Type");
    traffic.to = number_at(*icmp, "Code");
  }
  return scenario::words_of(traffic);
}

std::string direction_of_entry(const ordered_json& entry) {
  return entry.value("Egress", false) ? "out" : "in";
}

/// ACL-3: the last entry's number is how EC2 writes `*`.
std::string number_of_entry(const ordered_json& entry) {
  return trace::acl_rule_text(static_cast<std::uint32_t>(number_at(entry, "RuleNumber")));
}

const std::vector<Column>& permission_columns() {
  static const std::vector<Column> kColumns{
      {"TRAFFIC", "", &words_of_permission},
      {"PEER",
       "IpRanges[].CidrIp+Ipv6Ranges[].CidrIpv6+UserIdGroupPairs[].GroupId+"
       "PrefixListIds[].PrefixListId"}};
  return kColumns;
}

std::vector<Listing> listings_to_network_interfaces() {
  return {
      {"addresses",
       "describe-addresses",
       "Addresses[]",
       "AllocationId",
       {{"PUBLIC IP", "PublicIp"},
        {"PRIVATE IP", "PrivateIpAddress"},
        {"INSTANCE", "InstanceId"},
        {"INTERFACE", "NetworkInterfaceId"},
        {"ASSOCIATION", "AssociationId"}},
       {}},
      {"instances",
       "describe-instances",
       "Reservations[].Instances[]",
       "InstanceId",
       {{"STATE", "State.Name"},
        {"PRIVATE IP", "PrivateIpAddress"},
        {"PUBLIC IP", "PublicIpAddress"},
        {"VPC", "VpcId"},
        {"SUBNET", "SubnetId"},
        {"GROUPS", "SecurityGroups[].GroupId"},
        {"IMAGE", "ImageId"}},
       {}},
      {"internet-gateways",
       "describe-internet-gateways",
       "InternetGateways[]",
       "InternetGatewayId",
       {{"VPC", "Attachments[].VpcId"}, {"STATE", "Attachments[].State"}},
       {}},
      {"network-acls",
       "describe-network-acls",
       "NetworkAcls[]",
       "NetworkAclId",
       {{"VPC", "VpcId"}, {"DEFAULT", "IsDefault"}, {"SUBNETS", "Associations[].SubnetId"}},
       {{"entries",
         "Entries[]",
         {{"DIRECTION", "", &direction_of_entry},
          {"RULE", "", &number_of_entry},
          {"ACTION", "RuleAction"},
          {"TRAFFIC", "", &words_of_entry},
          {"CIDR", "CidrBlock|Ipv6CidrBlock"}}}}},
      {"network-interfaces",
       "describe-network-interfaces",
       "NetworkInterfaces[]",
       "NetworkInterfaceId",
       {{"STATUS", "Status"},
        {"INSTANCE", "Attachment.InstanceId"},
        {"PRIVATE IP", "PrivateIpAddresses[].PrivateIpAddress"},
        {"PUBLIC IP", "Association.PublicIp"},
        {"MAC", "MacAddress"},
        {"SUBNET", "SubnetId"},
        {"GROUPS", "Groups[].GroupId"},
        {"SRC/DST CHECK", "SourceDestCheck"}},
       {}},
  };
}

std::vector<Listing> listings_from_route_tables() {
  return {
      {"route-tables",
       "describe-route-tables",
       "RouteTables[]",
       "RouteTableId",
       {{"VPC", "VpcId"}, {"MAIN", "Associations[].Main"}, {"SUBNETS", "Associations[].SubnetId"}},
       {{"routes",
         "Routes[]",
         {{"DESTINATION", "DestinationCidrBlock|DestinationIpv6CidrBlock|DestinationPrefixListId"},
          {"TARGET", kTarget},
          {"STATE", "State"},
          {"ORIGIN", "Origin"}}}}},
      {"security-groups",
       "describe-security-groups",
       "SecurityGroups[]",
       "GroupId",
       {{"GROUP NAME", "GroupName"}, {"VPC", "VpcId"}, {"DESCRIPTION", "Description"}},
       {{"inbound", "IpPermissions[]", permission_columns()},
        {"outbound", "IpPermissionsEgress[]", permission_columns()}}},
      {"subnets",
       "describe-subnets",
       "Subnets[]",
       "SubnetId",
       {{"VPC", "VpcId"},
        {"CIDR", "CidrBlock"},
        {"ZONE", "AvailabilityZone"},
        {"STATE", "State"},
        {"FREE", "AvailableIpAddressCount"},
        {"PUBLIC IP ON LAUNCH", "MapPublicIpOnLaunch"}},
       {}},
      {"vpc-peering-connections",
       "describe-vpc-peering-connections",
       "VpcPeeringConnections[]",
       "VpcPeeringConnectionId",
       {{"STATUS", "Status.Code"},
        {"REQUESTER", "RequesterVpcInfo.VpcId"},
        {"CIDR", "RequesterVpcInfo.CidrBlockSet[].CidrBlock|RequesterVpcInfo.CidrBlock"},
        {"ACCEPTER", "AccepterVpcInfo.VpcId"},
        {"CIDR", "AccepterVpcInfo.CidrBlockSet[].CidrBlock|AccepterVpcInfo.CidrBlock"},
        {"MESSAGE", "Status.Message"}},
       {}},
      {"vpcs",
       "describe-vpcs",
       "Vpcs[]",
       "VpcId",
       {{"STATE", "State"},
        {"CIDR", "CidrBlockAssociationSet[].CidrBlock"},
        {"DEFAULT", "IsDefault"},
        {"OWNER", "OwnerId"}},
       {}},
  };
}

/// Cuts the text before the first `separator` off `text`.
std::string_view take_until(std::string_view& text, char separator) {
  const std::size_t at = text.find(separator);
  const std::string_view taken = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
  return taken;
}

std::string text_of(const ordered_json& value, const NameOf& name_of) {
  if (!value.is_string()) {
    return value.dump();
  }
  const auto& text = value.get_ref<const std::string&>();
  std::string name = name_of(text);
  return name.empty() ? text : name;
}

}  // namespace

std::span<const Listing> listings() {
  static const std::vector<Listing> kListings = [] {
    std::vector<Listing> all;
    for (const auto& part :
         {listings_to_network_interfaces(), listings_from_route_tables(), service_listings()}) {
      all.insert(all.end(), part.begin(), part.end());
    }
    std::sort(all.begin(), all.end(),
              [](const Listing& one, const Listing& other) { return one.what < other.what; });
    return all;
  }();
  return kListings;
}

const Listing* find_listing(std::string_view what) {
  if (what == "peering-connections") {
    what = "vpc-peering-connections";
  }
  const std::span<const Listing> all = listings();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Listing& one) { return one.what == what; });
  return found == all.end() ? nullptr : &*found;
}

std::vector<const ordered_json*> elements_at(const ordered_json& root, std::string_view path) {
  std::vector<const ordered_json*> here{&root};
  while (!path.empty()) {
    std::string_view member = take_until(path, '.');
    const bool is_list = member.ends_with("[]");
    if (is_list) {
      member.remove_suffix(2);
    }
    std::vector<const ordered_json*> next;
    for (const ordered_json* value : here) {
      const auto found = value->find(member);
      if (found == value->end()) {
        continue;
      }
      if (!is_list) {
        next.push_back(&*found);
        continue;
      }
      for (const ordered_json& element : *found) {
        next.push_back(&element);
      }
    }
    here = std::move(next);
  }
  return here;
}

std::string cell_of(const ordered_json& item, const Column& column, const NameOf& name_of) {
  return base::printable(column.words != nullptr ? column.words(item)
                                                 : value_at(item, column.path, name_of));
}

std::string value_at(const ordered_json& item, std::string_view path, const NameOf& name_of) {
  while (!path.empty()) {
    std::string_view alternative = take_until(path, '|');
    std::string text;
    while (!alternative.empty()) {
      for (const ordered_json* value : elements_at(item, take_until(alternative, '+'))) {
        text.append(text.empty() ? "" : ",").append(text_of(*value, name_of));
      }
    }
    if (!text.empty()) {
      return text;
    }
  }
  return "";
}

}  // namespace vpclab::tools
