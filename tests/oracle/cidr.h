// tests/oracle/cidr.h - IPv4 addresses as numbers, and ranges of them: the oracle's own, so that it
// shares no arithmetic with the emulator.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace vpclab::oracle {

/// A range of IPv4 addresses, host bits cleared (VPC-3).
struct Cidr {
  std::uint32_t base = 0;
  int length = 0;

  [[nodiscard]] static Cidr of(std::uint32_t address, int length);
  /// "10.0.0.0/16". Pre: it is one.
  [[nodiscard]] static Cidr parse(std::string_view text);

  [[nodiscard]] std::uint64_t size() const { return std::uint64_t{1} << (32 - length); }

  [[nodiscard]] std::uint32_t last() const {
    return static_cast<std::uint32_t>(base + (size() - 1));
  }

  [[nodiscard]] bool contains(std::uint32_t address) const {
    return address >= base && address <= last();
  }

  /// Equal to `other`, or a part of it.
  [[nodiscard]] bool within(const Cidr& other) const {
    return length >= other.length && other.contains(base);
  }

  [[nodiscard]] bool overlaps(const Cidr& other) const {
    return within(other) || other.within(*this);
  }

  friend bool operator==(const Cidr&, const Cidr&) = default;
};

[[nodiscard]] std::string text(std::uint32_t address);
[[nodiscard]] std::string text(const Cidr& cidr);
/// "10.0.0.1". Pre: it is one.
[[nodiscard]] std::uint32_t parse_address(std::string_view text);

}  // namespace vpclab::oracle
