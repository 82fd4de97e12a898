// wire/ipv4_prefix.h - a CIDR block as a value: a network address whose host bits are zero, and a
// length 0..32.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "netstack/base/check.h"
#include "netstack/base/result.h"
#include "netstack/wire/ipv4_address.h"

namespace vpclab::wire {

struct ParsedIpv4Prefix;

class Ipv4Prefix {
 public:
  /// 0.0.0.0/0
  constexpr Ipv4Prefix() = default;

  /// The block of `length` bits that holds `address` (its host bits are cleared). Pre: 0..32.
  [[nodiscard]] static constexpr Ipv4Prefix of(Ipv4Address address, int length) {
    VPCLAB_CHECK(length >= 0 && length <= 32, "a prefix has 0 to 32 bits");
    Ipv4Prefix prefix;
    prefix.length_ = static_cast<std::uint8_t>(length);
    prefix.network_ = Ipv4Address::from_host_order(address.to_host_order() & prefix.mask());
    return prefix;
  }

  /// As of(), but a length outside 0..32 is an error.
  [[nodiscard]] static Result<Ipv4Prefix> make(Ipv4Address address, int length);

  /// The /32 of one address.
  [[nodiscard]] static constexpr Ipv4Prefix host(Ipv4Address address) { return of(address, 32); }

  /// Reads `10.0.0.0/16`. Host bits are cleared as EC2 does, and the result says whether there
  /// were any. The length is required and has no leading zero.
  [[nodiscard]] static Result<ParsedIpv4Prefix> parse(std::string_view text);

  /// The first address of the block, the network's own.
  [[nodiscard]] constexpr Ipv4Address network() const { return network_; }

  [[nodiscard]] constexpr int length() const { return length_; }

  /// The netmask in host order.
  [[nodiscard]] constexpr std::uint32_t mask() const {
    return length_ == 0 ? 0 : ~std::uint32_t{0} << (32 - length_);
  }

  [[nodiscard]] constexpr Ipv4Address first() const { return network_; }

  /// The last address of the block: broadcast of a subnet.
  [[nodiscard]] constexpr Ipv4Address last() const {
    return Ipv4Address::from_host_order(network_.to_host_order() | ~mask());
  }

  /// Number of addresses, 1 to 2^32.
  [[nodiscard]] constexpr std::uint64_t size() const { return std::uint64_t{1} << (32 - length_); }

  /// The address `offset` places after the first. Pre: offset < size().
  [[nodiscard]] constexpr Ipv4Address at(std::uint32_t offset) const {
    VPCLAB_CHECK(offset < size(), "the offset lies in the block");
    return Ipv4Address::from_host_order(network_.to_host_order() + offset);
  }

  [[nodiscard]] constexpr bool contains(Ipv4Address address) const {
    return ((address.to_host_order() ^ network_.to_host_order()) & mask()) == 0;
  }

  /// True if every address of `other` is in this block (equal blocks contain each other).
  [[nodiscard]] constexpr bool contains(Ipv4Prefix other) const {
    return length_ <= other.length_ && contains(other.network_);
  }

  [[nodiscard]] constexpr bool overlaps(Ipv4Prefix other) const {
    return contains(other) || other.contains(*this);
  }

  /// By network, then by length.
  friend constexpr auto operator<=>(const Ipv4Prefix&, const Ipv4Prefix&) = default;

 private:
  Ipv4Address network_;
  std::uint8_t length_ = 0;
};

struct ParsedIpv4Prefix {
  Ipv4Prefix prefix;
  bool host_bits_cleared = false;  // the text was 10.0.0.1/16: EC2 stores 10.0.0.0/16
};

/// `10.0.0.0/16`
[[nodiscard]] std::string to_string(Ipv4Prefix prefix);

}  // namespace vpclab::wire

template <>
struct std::hash<vpclab::wire::Ipv4Prefix> {
  std::size_t operator()(vpclab::wire::Ipv4Prefix prefix) const noexcept {
    const std::uint64_t packed = (std::uint64_t{prefix.network().to_host_order()} << 8) |
                                 static_cast<std::uint64_t>(prefix.length());
    return static_cast<std::size_t>(packed * 0x9e3779b97f4a7c15U);
  }
};
