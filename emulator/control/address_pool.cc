#include "emulator/control/address_pool.h"

#include <numeric>

#include "netstack/base/check.h"
#include "netstack/base/rng.h"

namespace vpclab::control {

AddressPool::AddressPool(std::uint64_t seed, std::string_view name,
                         const std::vector<wire::Ipv4Prefix>& blocks) {
  base::Rng rng(seed, name);
  for (const wire::Ipv4Prefix& prefix : blocks) {
    VPCLAB_CHECK(prefix.length() <= 30, "a pool of addresses needs a block of 4 or more");
    Block block{prefix, prefix.size() - 2, 1, 0};
    block.offset = rng.next() % block.usable;
    do {
      block.multiplier = rng.next() % block.usable;
    } while (std::gcd(block.multiplier, block.usable) != 1);
    size_ += block.usable;
    blocks_.push_back(block);
  }
}

wire::Ipv4Address AddressPool::at(std::uint64_t place) const {
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

}  // namespace vpclab::control
