// control/public_pool.h - public IPv4 addresses: an order of a pool's addresses that depends on the
// seed, handed out one after the other, so that an address given back is not soon given again
// (EIP-2: stop and start change it). Owned by ControlPlane.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "netstack/wire/ipv4_address.h"
#include "netstack/wire/ipv4_prefix.h"

namespace vpclab::control {

class Inventory;

class PublicPool {
 public:
  /// Pre: every block has at least 4 addresses. The first and the last of each are left out.
  PublicPool(std::uint64_t seed, std::vector<wire::Ipv4Prefix> blocks);

  /// The next address that nobody uses; nothing when all are used. Changes only the pool's place in
  /// its order: who takes the address marks it used in the inventory.
  [[nodiscard]] std::optional<wire::Ipv4Address> next(const Inventory& inventory);

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
