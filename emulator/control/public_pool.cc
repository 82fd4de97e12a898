#include "emulator/control/public_pool.h"

#include <numeric>

#include "emulator/control/inventory.h"
#include "netstack/base/check.h"
#include "netstack/base/rng.h"

namespace vpclab::control {

PublicPool::PublicPool(std::uint64_t seed, std::vector<wire::Ipv4Prefix> blocks) {
  base::Rng rng(seed, "control/public-pool");
  for (const wire::Ipv4Prefix& prefix : blocks) {
    VPCLAB_CHECK(prefix.length() <= 30, "a pool of public addresses needs a block of 4 or more");
    Block block{prefix, prefix.size() - 2, 1, 0};
    block.offset = rng.next() % block.usable;
    do {
      block.multiplier = rng.next() % block.usable;
    } while (std::gcd(block.multiplier, block.usable) != 1);
    size_ += block.usable;
    blocks_.push_back(block);
  }
}

wire::Ipv4Address PublicPool::at(std::uint64_t place) const {
  for (const Block& block : blocks_) {
    if (place < block.usable) {
      const std::uint64_t step = (place * block.multiplier + block.offset) % block.usable;
      return block.prefix.at(static_cast<std::uint32_t>(step + 1));
    }
    place -= block.usable;
  }
  VPCLAB_CHECK(false, "a place beyond the pool");
  return {};
}

std::optional<wire::Ipv4Address> PublicPool::next(const Inventory& inventory) {
  for (std::uint64_t tried = 0; tried < size_; ++tried) {
    const wire::Ipv4Address address = at(place_);
    place_ = (place_ + 1) % size_;
    if (!inventory.public_in_use(address)) {
      return address;
    }
  }
  return std::nullopt;
}

}  // namespace vpclab::control
