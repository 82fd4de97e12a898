#include "tests/oracle/random_call.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "emulator/control/inventory.h"

namespace vpclab::oracle {
namespace {

bool holds(std::string_view name, std::string_view part) {
  return name.find(part) != std::string_view::npos;
}

/// What the emulator does not have, or what makes most calls fail: seldom.
bool is_odd(std::string_view name) {
  constexpr std::array kOdd{"Ipv6",       "DryRun",    "Transit",    "Carrier",  "LocalGateway",
                            "Core",       "Endpoint",  "EgressOnly", "Filter",   "NextToken",
                            "MaxResults", "Placement", "Hibernat",   "Launch",   "Kernel",
                            "Ramdisk",    "Blob",      "UserData",   "Pool",     "Outpost",
                            "Customer",   "Tenancy",   "Volume",     "Block",    "Monitoring",
                            "Spot",       "Elastic",   "Enclave",    "Capacity", "License"};
  return std::any_of(kOdd.begin(), kOdd.end(), [&](const char* odd) {
    return holds(name, odd) && name != "CidrBlock" && name != "DestinationCidrBlock";
  });
}

}  // namespace

RandomCalls::Call RandomCalls::next() {
  gather();
  const auto all = api::actions();
  const api::ActionModel* action = &all[rng_.below(all.size())];
  const auto is_dull = [](std::string_view name) {
    return name.starts_with("Describe") || name.starts_with("Get") || name.starts_with("Delete") ||
           name.starts_with("Terminate") || name.starts_with("Detach") || name.starts_with("Dis");
  };
  for (int tries = 0; tries < 3 && is_dull(action->name); ++tries) {
    action = &all[rng_.below(all.size())];
  }
  if (rng_.below(6) == 0) {  // else hardly anything is running
    constexpr std::array kOften{"CreateVpc",    "CreateSubnet",
                                "RunInstances", "AcceptVpcPeeringConnection",
                                "CreateRoute",  "AuthorizeSecurityGroupIngress"};
    action = api::find_action(kOften[rng_.below(kOften.size())]);
  }
  action_ = std::string(action->name);
  params_ = api::ParamMap{};
  fill(*action->request, "");
  return {action_, params_};
}

/// The ids of all that there is.
void RandomCalls::gather() {
  ids_.clear();
  const auto add = [&](std::string_view prefix, const auto& table) {
    for (const auto& resource : table) {
      ids_[std::string(prefix)].push_back(resource.id.text());
    }
  };
  add("vpc", inventory_.vpcs);
  add("subnet", inventory_.subnets);
  add("rtb", inventory_.route_tables);
  add("rtbassoc", inventory_.route_table_associations);
  add("igw", inventory_.internet_gateways);
  add("nat", inventory_.nat_gateways);
  add("eipalloc", inventory_.elastic_addresses);
  add("eni", inventory_.network_interfaces);
  add("sg", inventory_.security_groups);
  add("acl", inventory_.network_acls);
  add("aclassoc", inventory_.network_acl_associations);
  add("pcx", inventory_.peering_connections);
  add("i", inventory_.instances);
  add("dopt", inventory_.dhcp_options);
  add("key", inventory_.key_pairs);
  add("pl", inventory_.prefix_lists);
  for (const control::SecurityGroup& group : inventory_.security_groups) {
    for (const control::SecurityGroupRule& rule : group.rules) {
      ids_["sgr"].push_back(rule.id.text());
    }
  }
  for (const control::Vpc& vpc : inventory_.vpcs) {
    for (const control::VpcCidr& cidr : vpc.cidrs) {
      ids_["vpc-cidr-assoc"].push_back(cidr.association.text());
      ids_["range"].push_back(to_string(cidr.prefix));
    }
  }
  for (const control::Subnet& subnet : inventory_.subnets) {
    ids_["range"].push_back(to_string(subnet.cidr));
    if (const auto next = subnet.addresses.lowest_free(); next.has_value()) {
      ids_["next"].push_back(to_string(*next));
    }
  }
  for (const control::NetworkInterface& interface : inventory_.network_interfaces) {
    ids_["private"].push_back(to_string(interface.primary.private_address));
    if (interface.attached()) {
      ids_["eni-attach"].push_back(interface.attachment.text());
    }
  }
  for (const control::ElasticAddress& address : inventory_.elastic_addresses) {
    ids_["public"].push_back(to_string(address.public_address));
    if (!address.association.empty()) {
      ids_["eipassoc"].push_back(address.association.text());
    }
  }
}

/// How often a member is there, of 100.
int RandomCalls::wanted(const api::MemberModel& member) const {
  if (member.is_required) {
    return 98;
  }
  if (is_odd(member.name)) {
    return 2;
  }
  if (action_ == "RunInstances" && member.name != "SubnetId" && member.name != "ImageId") {
    return member.name == "SecurityGroupIds" || member.name == "NetworkInterfaces" ? 12 : 2;
  }
  if (member.name == "ImageId") {
    return 97;
  }
  const bool is_target = action_ == "CreateRoute" || action_ == "ReplaceRoute";
  if (is_target && member.name != "DestinationCidrBlock") {
    return 22;
  }
  if (member.name == "CidrBlock" || member.name == "DestinationCidrBlock" ||
      member.name == "IpPermissions" || member.name == "SubnetId" || member.name == "VpcId" ||
      member.name == "PeerVpcId" || member.name == "GroupId" || member.name == "AllocationId") {
    return 85;
  }
  return member.kind == api::Kind::kStructure ? 20 : 35;
}

void RandomCalls::fill(const api::StructureModel& model, const std::string& prefix) {
  for (const api::MemberModel& member : model.members) {
    if (static_cast<int>(rng_.below(100)) >= wanted(member)) {
      continue;
    }
    const std::string name = prefix + std::string(member.query_name);
    if (!member.is_list) {
      fill_member(member, name);
      continue;
    }
    const std::uint64_t count = 1 + (rng_.below(4) == 0 ? rng_.below(3) : 0);
    for (std::uint64_t i = 1; i <= count; ++i) {
      fill_member(member, name + "." + std::to_string(i));
    }
  }
}

void RandomCalls::fill_member(const api::MemberModel& member, const std::string& name) {
  if (member.kind == api::Kind::kStructure) {
    fill(*member.structure, name + ".");
  } else {
    params_.set(name, scalar(member));
  }
}

std::string RandomCalls::scalar(const api::MemberModel& member) {
  switch (member.kind) {
    case api::Kind::kInteger: {
      if (holds(member.name, "Count")) {
        return std::to_string(rng_.below(8) == 0 ? rng_.below(4) : 1);
      }
      constexpr std::array kNumbers{-1,  0,   1,    2,     8,     22,    53, 80,
                                    100, 200, 1000, 32766, 65535, 65536, -2, 2147483647};
      return std::to_string(kNumbers[rng_.below(kNumbers.size())]);
    }
    case api::Kind::kBoolean:
      return rng_.below(2) == 0 ? "true" : "false";
    case api::Kind::kTimestamp:
      return "2024-01-01T00:00:00Z";
    case api::Kind::kBlob:
      return "c3NoLXJzYSBBQUFB";
    default:
      break;
  }
  if (member.enumeration != nullptr && rng_.below(20) != 0) {
    return std::string(member.enumeration->values[rng_.below(member.enumeration->values.size())]);
  }
  return rng_.below(60) == 0 ? std::string("?nonsense") : text_for(member.name);
}

std::string RandomCalls::one_of(const std::vector<std::string>& list) {
  return list.empty() ? std::string() : list[rng_.below(list.size())];
}

std::string RandomCalls::text_for(std::string_view name) {
  if (holds(name, "Cidr")) {
    return range();
  }
  if (name == "PublicIp") {
    return one_of(ids_["public"]);
  }
  if (holds(name, "Ip") && holds(name, "Address")) {
    return address();
  }
  if (name == "ImageId") {
    return "al2023";
  }
  if (holds(name, "Owner") || name == "UserId") {
    return rng_.below(4) == 0 ? "222222222222" : "111111111111";
  }
  if (holds(name, "Zone")) {
    return rng_.below(2) == 0 ? "us-east-1a" : "us-east-1b";
  }
  if (holds(name, "Region")) {
    return rng_.below(4) == 0 ? "eu-west-1" : "us-east-1";
  }
  if (holds(name, "Protocol")) {
    return one_of({"tcp", "udp", "icmp", "-1", "6", "17", "1", "47"});
  }
  if (holds(name, "Id") || name == "Resources" || holds(name, "Group") || name == "Groups") {
    return id_for(name);
  }
  return one_of({"one", "two", "three", "default", "x"});
}

/// A member's name says what it names; now and then something else, or nobody.
std::string RandomCalls::id_for(std::string_view name) {
  static const std::vector<std::pair<std::string, std::string>> kKinds{
      {"PeeringConnectionId", "pcx"},
      {"PeerVpcId", "vpc"},
      {"VpcId", "vpc"},
      {"SubnetId", "subnet"},
      {"RouteTableId", "rtb"},
      {"NatGatewayId", "nat"},
      {"GatewayId", "igw"},
      {"NetworkInterfaceId", "eni"},
      {"InstanceId", "i"},
      {"NetworkAclId", "acl"},
      {"AllocationId", "eipalloc"},
      {"AttachmentId", "eni-attach"},
      {"SecurityGroupRuleId", "sgr"},
      {"DhcpOptionsId", "dopt"},
      {"KeyPairId", "key"},
      {"PrefixListId", "pl"},
      {"Group", "sg"}};
  if (holds(name, "AssociationId")) {
    if (action_.find("RouteTable") != std::string::npos) {
      return one_of(ids_["rtbassoc"]);
    }
    return one_of(ids_[action_.find("Acl") != std::string::npos    ? "aclassoc"
                       : action_.find("Cidr") != std::string::npos ? "vpc-cidr-assoc"
                                                                   : "eipassoc"]);
  }
  if (rng_.below(25) == 0) {
    return "vpc-0bad";
  }
  if (name == "Resources" || name == "ResourceId") {
    return one_of(ids_[one_of({"vpc", "subnet", "i", "sg", "eni"})]);
  }
  for (const auto& [part, prefix] : kKinds) {
    if (holds(name, part)) {
      const std::string found = one_of(ids_[prefix]);
      return found.empty() || rng_.below(30) == 0 ? prefix + "-00000bad" : found;
    }
  }
  return "x";
}

std::string RandomCalls::range() {
  if (rng_.below(3) != 0) {
    std::string known = one_of(ids_["range"]);
    if (!known.empty() && rng_.below(2) == 0) {
      return known;
    }
    if (!known.empty() && (action_ == "CreateSubnet" || rng_.below(2) == 0)) {  // a part of it
      const auto whole = wire::Ipv4Prefix::parse(known)->prefix;
      const int length = std::min(32, whole.length() + static_cast<int>(rng_.below(12)));
      return to_string(wire::Ipv4Prefix::of(
          wire::Ipv4Address::from_host_order(whole.network().to_host_order() +
                                             static_cast<std::uint32_t>(rng_.below(4)) * 256),
          length));
    }
  }
  constexpr std::array kRanges{"10.0.0.0/16",     "10.1.0.0/16", "10.2.0.0/16",     "172.31.0.0/16",
                               "192.168.0.0/16",  "10.0.0.0/8",  "0.0.0.0/0",       "10.64.0.0/10",
                               "198.51.100.0/24", "10.0.0.0/33", "169.254.169.0/24"};
  return kRanges[rng_.below(kRanges.size())];
}

std::string RandomCalls::address() {
  std::string known = one_of(ids_["private"]);
  if (!known.empty() && rng_.below(2) == 0) {
    return known;
  }
  std::string next = one_of(ids_["next"]);  // what would be given by itself (SUB-5)
  if (!next.empty() && rng_.below(3) == 0) {
    return next;
  }
  const std::string range = one_of(ids_["range"]);
  if (range.empty()) {
    return "10.0.0.5";
  }
  const auto whole = wire::Ipv4Prefix::parse(range)->prefix;
  return to_string(wire::Ipv4Address::from_host_order(whole.network().to_host_order() +
                                                      static_cast<std::uint32_t>(rng_.below(64))));
}

}  // namespace vpclab::oracle
