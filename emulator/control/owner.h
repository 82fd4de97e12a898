// control/owner.h - who calls and who owns: an account in a region. Resources hold a small number
// instead of two strings; Inventory keeps the list.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace vpclab::control {

inline constexpr std::string_view kDefaultAccount = "123456789012";
inline constexpr std::string_view kDefaultRegion = "us-east-1";

/// Whose credentials a call carries and which region's endpoint it goes to (VPC-1, VPC-15).
struct Caller {
  std::string account{kDefaultAccount};
  std::string region{kDefaultRegion};

  friend bool operator==(const Caller&, const Caller&) = default;
};

/// A number for a Caller: Inventory::owner() gives the strings back.
enum class OwnerIndex : std::uint16_t {};

}  // namespace vpclab::control
