// control/region.h - AWS's regions and their availability zones (VPC-1): a fixed table, and the DNS
// names that depend on the region (DNS-3).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "netstack/wire/ipv4_address.h"

namespace vpclab::control {

struct Region {
  std::string_view name;        // "us-east-1"
  std::string_view short_name;  // "use1", of zone ids
  std::string_view zones;       // the zones' letters: "abcdef"
  bool had_classic = false;     // CLC-9

  [[nodiscard]] constexpr std::uint8_t zone_count() const {
    return static_cast<std::uint8_t>(zones.size());
  }
};

[[nodiscard]] std::span<const Region> all_regions();

/// The place of a region in all_regions(): its number in the data plane. Pre: it is one.
[[nodiscard]] std::uint32_t region_number(std::string_view name);

/// nullptr for a name that is no region.
[[nodiscard]] const Region* find_region(std::string_view name);

/// `us-east-1a`. Pre: zone < region's zones.
[[nodiscard]] std::string zone_name(const Region& region, std::uint8_t zone);

/// `use1-az1`.
[[nodiscard]] std::string zone_id(const Region& region, std::uint8_t zone);

/// The zone of a name or a zone id.
[[nodiscard]] std::optional<std::uint8_t> find_zone(const Region& region, std::string_view text);

/// `ec2.internal` or `eu-west-1.compute.internal` (DHCP-1).
[[nodiscard]] std::string private_domain(std::string_view region);

/// `ip-10-1-2-3.ec2.internal` (DNS-3).
[[nodiscard]] std::string private_dns_name(wire::Ipv4Address address, std::string_view region);

/// `ec2-203-0-113-25.compute-1.amazonaws.com` (DNS-3).
[[nodiscard]] std::string public_dns_name(wire::Ipv4Address address, std::string_view region);

}  // namespace vpclab::control
