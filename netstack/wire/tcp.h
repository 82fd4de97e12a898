// wire/tcp.h - the TCP header (RFC 9293 section 3.1), options carried as bytes and never
// interpreted. No state machine.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "netstack/base/bytes.h"
#include "netstack/wire/ipv4_address.h"
#include "netstack/wire/parse_error.h"

namespace vpclab::wire {

/// The control bits.
namespace tcp_flag {
inline constexpr std::uint8_t kFin = 0x01;
inline constexpr std::uint8_t kSyn = 0x02;
inline constexpr std::uint8_t kRst = 0x04;
inline constexpr std::uint8_t kPsh = 0x08;
inline constexpr std::uint8_t kAck = 0x10;
inline constexpr std::uint8_t kUrg = 0x20;
inline constexpr std::uint8_t kEce = 0x40;
inline constexpr std::uint8_t kCwr = 0x80;
}  // namespace tcp_flag

struct TcpHeader {
  static constexpr std::size_t kMinSize = 20;
  static constexpr std::size_t kMaxOptions = 40;

  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::uint32_t sequence = 0;
  std::uint32_t acknowledgment = 0;
  std::uint8_t reserved = 0;  // four bits
  std::uint8_t flags = 0;     // tcp_flag
  std::uint16_t window = 0;
  std::uint16_t urgent = 0;
  std::array<std::uint8_t, kMaxOptions> options{};  // zero behind options_size
  std::uint8_t options_size = 0;                    // a multiple of 4

  /// Reads the header at the front of a segment; its length must lie within it.
  [[nodiscard]] static Parsed<TcpHeader> parse(Bytes segment);

  /// Writes the header with the checksum over all of `segment`, whose data is already there. Pre:
  /// at least header_size() bytes.
  void emit(MutableBytes segment, Ipv4Address source, Ipv4Address destination) const;

  [[nodiscard]] std::size_t header_size() const { return kMinSize + options_size; }

  friend bool operator==(const TcpHeader&, const TcpHeader&) = default;
};

/// What answers a segment that belongs to no connection (RFC 9293 section 3.10.7.1); nothing about
/// a reset, or a segment that cannot be read. Sent the other way round.
[[nodiscard]] std::optional<TcpHeader> tcp_reset_for(Bytes segment);

/// Whether the checksum over the whole segment holds. Pre: at least TcpHeader::kMinSize bytes.
[[nodiscard]] bool tcp_checksum_ok(Bytes segment, Ipv4Address source, Ipv4Address destination);

}  // namespace vpclab::wire
