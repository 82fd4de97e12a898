#include "emulator/control/region.h"

#include <algorithm>
#include <array>

namespace vpclab::control {
namespace {

constexpr std::array<Region, 17> kRegions{{
    {"ap-northeast-1", "apne1", "acd", true},
    {"ap-northeast-2", "apne2", "abcd", false},
    {"ap-northeast-3", "apne3", "abc", false},
    {"ap-south-1", "aps1", "abc", false},
    {"ap-southeast-1", "apse1", "abc", true},
    {"ap-southeast-2", "apse2", "abc", true},
    {"ca-central-1", "cac1", "abd", false},
    {"eu-central-1", "euc1", "abc", false},
    {"eu-north-1", "eun1", "abc", false},
    {"eu-west-1", "euw1", "abc", true},
    {"eu-west-2", "euw2", "abc", false},
    {"eu-west-3", "euw3", "abc", false},
    {"sa-east-1", "sae1", "abc", true},
    {"us-east-1", "use1", "abcdef", true},
    {"us-east-2", "use2", "abc", false},
    {"us-west-1", "usw1", "ac", true},
    {"us-west-2", "usw2", "abcd", true},
}};

std::string with_dashes(wire::Ipv4Address address) {
  std::string text = wire::to_string(address);
  std::replace(text.begin(), text.end(), '.', '-');
  return text;
}

}  // namespace

std::span<const Region> all_regions() { return kRegions; }

std::uint32_t region_number(std::string_view name) {
  const auto found = std::find_if(kRegions.begin(), kRegions.end(),
                                  [&](const Region& region) { return region.name == name; });
  return static_cast<std::uint32_t>(found - kRegions.begin());
}

const Region* find_region(std::string_view name) {
  for (const Region& region : kRegions) {
    if (region.name == name) {
      return &region;
    }
  }
  return nullptr;
}

std::string zone_name(const Region& region, std::uint8_t zone) {
  return std::string(region.name) + region.zones[zone];
}

std::string zone_id(const Region& region, std::uint8_t zone) {
  return std::string(region.short_name) + "-az" + std::to_string(zone + 1);
}

std::optional<std::uint8_t> find_zone(const Region& region, std::string_view text) {
  for (std::uint8_t zone = 0; zone < region.zone_count(); ++zone) {
    if (text == zone_name(region, zone) || text == zone_id(region, zone)) {
      return zone;
    }
  }
  return std::nullopt;
}

std::string private_domain(std::string_view region) {
  return region == "us-east-1" ? std::string("ec2.internal")
                               : std::string(region) + ".compute.internal";
}

std::string private_dns_name(wire::Ipv4Address address, std::string_view region) {
  return "ip-" + with_dashes(address) + "." + private_domain(region);
}

std::string public_dns_name(wire::Ipv4Address address, std::string_view region) {
  return "ec2-" + with_dashes(address) +
         (region == "us-east-1" ? std::string(".compute-1")
                                : "." + std::string(region) + ".compute") +
         ".amazonaws.com";
}

}  // namespace vpclab::control
