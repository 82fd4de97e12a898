// wire/mac_address.h - a 48-bit Ethernet address as a value. Its integer form begins with the first
// octet on the wire.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "netstack/base/bytes.h"
#include "netstack/base/result.h"

namespace vpclab::wire {

class MacAddress {
 public:
  static constexpr std::size_t kSize = 6;

  /// 00:00:00:00:00:00
  constexpr MacAddress() = default;

  explicit constexpr MacAddress(std::array<std::uint8_t, kSize> octets) : octets_(octets) {}

  /// The low 48 bits of `value`, the first octet being the highest.
  [[nodiscard]] static constexpr MacAddress from_integer(std::uint64_t value) {
    MacAddress address;
    for (std::size_t i = 0; i < kSize; ++i) {
      address.octets_[i] = static_cast<std::uint8_t>((value >> (8 * (kSize - 1 - i))) & 0xff);
    }
    return address;
  }

  [[nodiscard]] static constexpr MacAddress broadcast() { return from_integer(0xffff'ffff'ffffU); }

  /// Reads six hex pairs with colons, either case.
  [[nodiscard]] static Result<MacAddress> parse(std::string_view text);

  /// Reads six octets at `offset`. Pre: they exist.
  [[nodiscard]] static constexpr MacAddress load(Bytes bytes, std::size_t offset) {
    MacAddress address;
    for (std::size_t i = 0; i < kSize; ++i) {
      address.octets_[i] = bytes[offset + i];
    }
    return address;
  }

  /// Writes six octets at `offset`. Pre: they exist.
  constexpr void store(MutableBytes bytes, std::size_t offset) const {
    for (std::size_t i = 0; i < kSize; ++i) {
      bytes[offset + i] = octets_[i];
    }
  }

  [[nodiscard]] constexpr const std::array<std::uint8_t, kSize>& octets() const { return octets_; }

  [[nodiscard]] constexpr std::uint64_t to_integer() const {
    std::uint64_t value = 0;
    for (const std::uint8_t octet : octets_) {
      value = (value << 8) | octet;
    }
    return value;
  }

  [[nodiscard]] constexpr bool is_broadcast() const { return *this == broadcast(); }

  /// The group bit: multicast and broadcast.
  [[nodiscard]] constexpr bool is_group() const { return (octets_[0] & 0x01) != 0; }

  /// The locally-administered bit: 02:…, 06:…, 0a:… (L2-1).
  [[nodiscard]] constexpr bool is_local() const { return (octets_[0] & 0x02) != 0; }

  friend constexpr auto operator<=>(const MacAddress&, const MacAddress&) = default;

 private:
  std::array<std::uint8_t, kSize> octets_{};
};

/// Lower-case hex with colons.
[[nodiscard]] std::string to_string(const MacAddress& address);

}  // namespace vpclab::wire

template <>
struct std::hash<vpclab::wire::MacAddress> {
  std::size_t operator()(const vpclab::wire::MacAddress& address) const noexcept {
    return static_cast<std::size_t>(address.to_integer() * 0x9e3779b97f4a7c15U);
  }
};
