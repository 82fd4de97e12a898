#include "emulator/scenario/names.h"

#include <algorithm>
#include <array>

#include "emulator/api/ids.h"

namespace vpclab::scenario {
namespace {

constexpr std::size_t kLongestName = 64;

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_name_character(char c) { return is_alphanumeric(c) || c == '-' || c == '_'; }

/// Of what stands between the braces of a placeholder.
bool is_placeholder_character(char c) {
  return is_name_character(c) || c == '.' || c == '[' || c == ']';
}

constexpr std::array<std::string_view, 8> kVpcParts{
    "main", "default", "default_acl", "igw", "main_association", "cidr", "account", "region"};
constexpr std::array<std::string_view, 5> kSubnetParts{
    "route_table", "route_table_association", "network_acl", "network_acl_association", "cidr"};
constexpr std::array<std::string_view, 6> kInstanceParts{"eni",        "private_ip",  "public_ip",
                                                         "elastic_ip", "private_dns", "public_dns"};
constexpr std::array<std::string_view, 5> kInterfaceParts{"private_ip", "public_ip", "attachment",
                                                          "private_dns", "public_dns"};
constexpr std::array<std::string_view, 2> kElasticIpParts{"public_ip", "association"};
constexpr std::array<std::string_view, 4> kNatGatewayParts{"eni", "private_ip", "public_ip",
                                                           "elastic_ip"};
constexpr std::array<std::string_view, 1> kInternetHostParts{"address"};

}  // namespace

std::string_view noun_of(NameKind kind) {
  switch (kind) {
    case NameKind::kVpc:
      return "VPC";
    case NameKind::kSubnet:
      return "subnet";
    case NameKind::kInternetGateway:
      return "internet gateway";
    case NameKind::kRouteTable:
      return "route table";
    case NameKind::kSecurityGroup:
      return "security group";
    case NameKind::kNetworkAcl:
      return "network ACL";
    case NameKind::kPeeringConnection:
      return "peering connection";
    case NameKind::kElasticIp:
      return "elastic IP";
    case NameKind::kNetworkInterface:
      return "network interface";
    case NameKind::kInstance:
      return "instance";
    case NameKind::kNatGateway:
      return "NAT gateway";
    case NameKind::kPrefixList:
      return "prefix list";
    case NameKind::kDhcpOptions:
      return "set of DHCP options";
    case NameKind::kInternetHost:
      return "internet host";
    case NameKind::kCreated:
      return "thing that a step creates";
  }
  return {};
}

std::string with_article(NameKind kind) {
  const bool begins_with_vowel = kind == NameKind::kInternetGateway ||
                                 kind == NameKind::kElasticIp || kind == NameKind::kInstance ||
                                 kind == NameKind::kInternetHost;
  return (begins_with_vowel ? "an " : "a ") + std::string(noun_of(kind));
}

const NameEntry* NameTable::add(const std::string& name, const NameEntry& entry) {
  const auto [found, is_new] = entries_.emplace(name, entry);
  return is_new ? nullptr : &found->second;
}

void NameTable::mark_broken(const std::string& name) {
  if (const auto found = entries_.find(name); found != entries_.end()) {
    found->second.broken = true;
  }
}

const NameEntry* NameTable::find(std::string_view name) const {
  const auto found = entries_.find(name);
  return found == entries_.end() ? nullptr : &found->second;
}

std::vector<std::string_view> NameTable::of(std::span<const NameKind> kinds) const {
  std::vector<std::string_view> names;
  for (const auto& [name, entry] : entries_) {
    if (std::find(kinds.begin(), kinds.end(), entry.kind) != kinds.end()) {
      names.emplace_back(name);
    }
  }
  return names;
}

std::vector<std::string_view> NameTable::all() const {
  std::vector<std::string_view> names;
  names.reserve(entries_.size());
  for (const auto& [name, entry] : entries_) {
    names.emplace_back(name);
  }
  return names;
}

std::string name_fault(std::string_view name) {
  static constexpr std::array<std::string_view, 5> kReserved{"igw", "local", "self", "any",
                                                             "anywhere"};
  if (name.empty() || name.size() > kLongestName) {
    return "a name has 1 to " + std::to_string(kLongestName) + " characters";
  }
  if (!is_alphanumeric(name[0]) || !std::all_of(name.begin(), name.end(), is_name_character)) {
    return "a name is made of letters, digits, '-' and '_' and begins with a letter or digit";
  }
  if (std::find(kReserved.begin(), kReserved.end(), name) != kReserved.end()) {
    return "it has a meaning of its own";
  }
  return {};
}

std::string host_name_fault(std::string_view name) {
  for (std::size_t begin = 0;;) {
    const std::size_t dot = name.find('.', begin);
    const std::size_t size = dot == std::string_view::npos ? dot : dot - begin;
    if (std::string fault = name_fault(name.substr(begin, size)); !fault.empty()) {
      return fault;
    }
    if (dot == std::string_view::npos) {
      return name.size() <= kLongestName ? std::string() : name_fault(name);
    }
    begin = dot + 1;
  }
}

std::span<const std::string_view> parts_of(NameKind kind) {
  switch (kind) {
    case NameKind::kVpc:
      return kVpcParts;
    case NameKind::kSubnet:
      return kSubnetParts;
    case NameKind::kInstance:
      return kInstanceParts;
    case NameKind::kNetworkInterface:
      return kInterfaceParts;
    case NameKind::kElasticIp:
      return kElasticIpParts;
    case NameKind::kNatGateway:
      return kNatGatewayParts;
    case NameKind::kInternetHost:
      return kInternetHostParts;
    default:
      return {};
  }
}

bool is_id(std::string_view text) { return api::ResourceId::parse(text).has_value(); }

std::vector<Placeholder> find_placeholders(std::string_view text) {
  std::vector<Placeholder> found;
  std::size_t open = std::string_view::npos;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '{') {
      open = i;
    } else if (c == '}') {
      if (open != std::string_view::npos && i > open + 1) {
        found.push_back(Placeholder{open, i - open + 1, text.substr(open + 1, i - open - 1)});
      }
      open = std::string_view::npos;
    } else if (!is_placeholder_character(c)) {
      open = std::string_view::npos;
    }
  }
  return found;
}

std::vector<Placeholder> find_unclosed(std::string_view text) {
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '{') {
      open.push_back(i);
    } else if (text[i] == '}' && !open.empty()) {
      open.pop_back();
    }
  }
  std::vector<Placeholder> found;
  for (const std::size_t brace : open) {
    std::size_t end = brace + 1;
    while (end < text.size() && is_placeholder_character(text[end])) {
      ++end;
    }
    if (end > brace + 1 && is_alphanumeric(text[brace + 1])) {
      found.push_back(Placeholder{brace, end - brace, text.substr(brace + 1, end - brace - 1)});
    }
  }
  return found;
}

}  // namespace vpclab::scenario
