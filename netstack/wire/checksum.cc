#include "netstack/wire/checksum.h"

#include <bit>
#include <cstring>

namespace vpclab::wire {

std::uint16_t ones_sum(Bytes bytes) {
  // A one's-complement sum may be taken in either byte order and swapped once at the end (RFC
  // 1071, section 2 B), and in words of any size: whole machine words, each carry added at once.
  std::uint64_t sum = 0;
  const std::uint8_t* at = bytes.data();
  std::size_t left = bytes.size();
  const auto add = [&](std::size_t offset) {
    std::uint64_t word = 0;
    std::memcpy(&word, at + offset, sizeof word);
    sum += word;
    sum += sum < word ? 1U : 0U;
  };
  for (; left >= 32; at += 32, left -= 32) {
    add(0);
    add(8);
    add(16);
    add(24);
  }
  for (; left >= 8; at += 8, left -= 8) {
    add(0);
  }
  std::uint64_t tail = 0;
  if ((left & 4) != 0) {
    std::uint32_t word = 0;
    std::memcpy(&word, at, sizeof word);
    tail += word;
    at += sizeof word;
  }
  if ((left & 2) != 0) {
    std::uint16_t word = 0;
    std::memcpy(&word, at, sizeof word);
    tail += word;
    at += sizeof word;
  }
  if ((left & 1) != 0) {
    const std::uint8_t padded[2] = {*at, 0};
    std::uint16_t word = 0;
    std::memcpy(&word, padded, sizeof word);
    tail += word;
  }
  sum += tail;
  sum += sum < tail ? 1U : 0U;
  const std::uint16_t folded = fold(sum);
  if constexpr (std::endian::native == std::endian::little) {
    return static_cast<std::uint16_t>((folded << 8) | (folded >> 8));
  }
  return folded;
}

std::uint16_t sum_with_pseudo_header(Bytes segment, Ipv4Address source, Ipv4Address destination,
                                     std::uint8_t protocol) {
  return fold(
      pseudo_header_sum(source, destination, protocol, static_cast<std::uint16_t>(segment.size())) +
      ones_sum(segment));
}

}  // namespace vpclab::wire
