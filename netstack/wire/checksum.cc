#include "netstack/wire/checksum.h"

#include <bit>
#include <cstring>

namespace vpclab::wire {

std::uint16_t ones_sum(Bytes bytes) {
  // A one's-complement sum may be taken in either byte order and swapped once at the end (RFC
  // 1071, section 2 B), so words are added as the machine loads them, 32 bits at a time.
  std::uint64_t sum = 0;
  const std::uint8_t* at = bytes.data();
  std::size_t left = bytes.size();
  while (left >= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    sum += (word & 0xffff'ffffU) + (word >> 32);
    at += 8;
    left -= 8;
  }
  if (left > 0) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, left);
    sum += (word & 0xffff'ffffU) + (word >> 32);
  }
  const std::uint16_t folded = fold(sum);
  if constexpr (std::endian::native == std::endian::little) {
    return static_cast<std::uint16_t>((folded << 8) | (folded >> 8));
  }
  return folded;
}

}  // namespace vpclab::wire
