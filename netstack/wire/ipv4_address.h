// wire/ipv4_address.h - an IPv4 address as a value. It never converts to or from an integer
// silently: the integer forms say their byte order.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "netstack/base/result.h"

namespace vpclab::wire {

class Ipv4Address {
 public:
  /// 0.0.0.0
  constexpr Ipv4Address() = default;

  [[nodiscard]] static constexpr Ipv4Address from_host_order(std::uint32_t value) {
    Ipv4Address address;
    address.value_ = value;
    return address;
  }

  /// The address a.b.c.d.
  [[nodiscard]] static constexpr Ipv4Address of(std::uint8_t a, std::uint8_t b, std::uint8_t c,
                                                std::uint8_t d) {
    return from_host_order((std::uint32_t{a} << 24) | (std::uint32_t{b} << 16) |
                           (std::uint32_t{c} << 8) | std::uint32_t{d});
  }

  /// Reads dotted decimal: four numbers 0..255, no leading zeros, nothing before or behind.
  [[nodiscard]] static Result<Ipv4Address> parse(std::string_view text);

  [[nodiscard]] constexpr std::uint32_t to_host_order() const { return value_; }

  [[nodiscard]] constexpr bool is_unspecified() const { return value_ == 0; }

  /// 127.0.0.0/8
  [[nodiscard]] constexpr bool is_loopback() const { return (value_ >> 24) == 127; }

  /// RFC 1918: 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16
  [[nodiscard]] constexpr bool is_private() const {
    return (value_ >> 24) == 10 || (value_ >> 20) == 0xac1 || (value_ >> 16) == 0xc0a8;
  }

  /// RFC 6598: 100.64.0.0/10
  [[nodiscard]] constexpr bool is_shared() const { return (value_ >> 22) == 0x191; }

  /// RFC 3927: 169.254.0.0/16
  [[nodiscard]] constexpr bool is_link_local() const { return (value_ >> 16) == 0xa9fe; }

  /// 224.0.0.0/4
  [[nodiscard]] constexpr bool is_multicast() const { return (value_ >> 28) == 0xe; }

  /// 240.0.0.0/4, limited broadcast included
  [[nodiscard]] constexpr bool is_reserved() const { return (value_ >> 28) == 0xf; }

  /// 255.255.255.255
  [[nodiscard]] constexpr bool is_limited_broadcast() const { return value_ == 0xffff'ffff; }

  friend constexpr auto operator<=>(const Ipv4Address&, const Ipv4Address&) = default;

 private:
  std::uint32_t value_ = 0;  // host order
};

/// Dotted decimal.
[[nodiscard]] std::string to_string(Ipv4Address address);

}  // namespace vpclab::wire

template <>
struct std::hash<vpclab::wire::Ipv4Address> {
  std::size_t operator()(vpclab::wire::Ipv4Address address) const noexcept {
    return static_cast<std::size_t>(address.to_host_order() * 0x9e3779b97f4a7c15U);
  }
};
