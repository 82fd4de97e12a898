// control/address_pool.h - addresses that AWS draws: an order of a pool's addresses that depends on
// the seed, handed out one after the other, so that an address given back is not soon given again
// (EIP-2, CLC-2: stop and start change it). Owned by ControlPlane.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "netstack/wire/ipv4_address.h"
#include "netstack/wire/ipv4_prefix.h"

namespace vpclab::control {

class AddressPool {
 public:
  /// Blocks are used up in this order; pools with different names have different orders within
  /// them. Pre: every block has at least 4 addresses. The first and the last of each are left out.
  AddressPool(std::uint64_t seed, std::string_view name,
              const std::vector<wire::Ipv4Prefix>& blocks);

  /// The next address for which is_free(address); nothing when there is none. Changes only the
  /// pool's place in its order: who takes the address remembers that it is used.
  template <class IsFree>
  [[nodiscard]] std::optional<wire::Ipv4Address> next(IsFree&& is_free) {
    for (std::uint64_t tried = 0; tried < size_; ++tried) {
      const wire::Ipv4Address address = at(place_);
      place_ = (place_ + 1) % size_;
      if (is_free(address)) {
        return address;
      }
    }
    return std::nullopt;
  }

  /// How many addresses it has in all.
  [[nodiscard]] std::uint64_t size() const { return size_; }

 private:
  struct Block {
    wire::Ipv4Prefix prefix;
    std::uint64_t usable = 0;
    std::uint64_t multiplier = 1;  // coprime to usable: i -> i * multiplier + offset visits all
    std::uint64_t offset = 0;
  };

  [[nodiscard]] wire::Ipv4Address at(std::uint64_t place) const;

  std::vector<Block> blocks_;
  std::uint64_t size_ = 0;
  std::uint64_t place_ = 0;
};

}  // namespace vpclab::control
