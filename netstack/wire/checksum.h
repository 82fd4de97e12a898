// wire/checksum.h - the Internet checksum: the sum of RFC 1071 and the incremental update of RFC
// 1624. Sums are of 16-bit words in network order; checksums are the values the header fields hold.
#pragma once

#include <cstdint>

#include "netstack/base/bytes.h"
#include "netstack/wire/ipv4_address.h"

namespace vpclab::wire {

/// Folds a sum of 16-bit words to 16 bits with end-around carry.
[[nodiscard]] constexpr std::uint16_t fold(std::uint64_t sum) {
  sum = (sum & 0xffff'ffffU) + (sum >> 32);
  sum = (sum & 0xffff'ffffU) + (sum >> 32);
  sum = (sum & 0xffffU) + (sum >> 16);
  sum = (sum & 0xffffU) + (sum >> 16);
  return static_cast<std::uint16_t>(sum);
}

/// The one's-complement sum of `bytes` as 16-bit words (an odd last byte is padded with zero),
/// folded to 16 bits. Sums of parts at even offsets may be added and folded again.
[[nodiscard]] std::uint16_t ones_sum(Bytes bytes);

/// The checksum field for `bytes` whose field is zero: the complement of the sum.
[[nodiscard]] inline std::uint16_t checksum(Bytes bytes) {
  return static_cast<std::uint16_t>(~ones_sum(bytes));
}

/// The sum of the pseudo header of UDP and TCP over IPv4 (RFC 768, RFC 9293 section 3.1).
[[nodiscard]] constexpr std::uint64_t pseudo_header_sum(Ipv4Address source, Ipv4Address destination,
                                                        std::uint8_t protocol,
                                                        std::uint16_t length) {
  const std::uint32_t a = source.to_host_order();
  const std::uint32_t b = destination.to_host_order();
  return std::uint64_t{a >> 16} + (a & 0xffff) + (b >> 16) + (b & 0xffff) + protocol + length;
}

/// The folded sum of `segment` and its pseudo header: 0xffff if the segment holds a right checksum.
[[nodiscard]] std::uint16_t sum_with_pseudo_header(Bytes segment, Ipv4Address source,
                                                   Ipv4Address destination, std::uint8_t protocol);

/// The checksum after a 16-bit word it covers changed: RFC 1624 equation 3,
/// HC' = ~(~HC + ~m + m').
[[nodiscard]] constexpr std::uint16_t update_checksum(std::uint16_t checksum,
                                                      std::uint16_t old_word,
                                                      std::uint16_t new_word) {
  const std::uint32_t sum = static_cast<std::uint32_t>(static_cast<std::uint16_t>(~checksum)) +
                            static_cast<std::uint16_t>(~old_word) + new_word;
  return static_cast<std::uint16_t>(~fold(sum));
}

/// The checksum after an address (two words) that it covers changed.
[[nodiscard]] constexpr std::uint16_t update_checksum(std::uint16_t checksum,
                                                      Ipv4Address old_address,
                                                      Ipv4Address new_address) {
  const std::uint32_t before = ~old_address.to_host_order();
  const std::uint32_t after = new_address.to_host_order();
  const std::uint32_t sum = static_cast<std::uint32_t>(static_cast<std::uint16_t>(~checksum)) +
                            (before >> 16) + (before & 0xffff) + (after >> 16) + (after & 0xffff);
  return static_cast<std::uint16_t>(~fold(sum));
}

}  // namespace vpclab::wire
