// control/protocol.h - IP protocols as rules of groups and ACLs name them: a number, -1 for all, or
// one of the four names (SG-7, ACL-8).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vpclab::control {

inline constexpr std::int16_t kProtocolAll = -1;
inline constexpr std::int16_t kProtocolIcmp = 1;
inline constexpr std::int16_t kProtocolTcp = 6;
inline constexpr std::int16_t kProtocolUdp = 17;
inline constexpr std::int16_t kProtocolIcmpV6 = 58;

/// Rules for these name destination ports.
[[nodiscard]] constexpr bool has_ports(std::int16_t protocol) {
  return protocol == kProtocolTcp || protocol == kProtocolUdp;
}

/// Rules for these name a type and a code.
[[nodiscard]] constexpr bool has_icmp_types(std::int16_t protocol) {
  return protocol == kProtocolIcmp || protocol == kProtocolIcmpV6;
}

/// `tcp`, `udp`, `icmp`, `icmpv6` (any case), `all`, or a number from -1 to 255.
[[nodiscard]] std::optional<std::int16_t> parse_protocol(std::string_view text);

/// How security groups show it: `tcp`, `-1`, `50`.
[[nodiscard]] std::string protocol_text(std::int16_t protocol);

}  // namespace vpclab::control
