// wire/icmpv4.h - the ICMP header (RFC 792) and the meanings of its second word. What follows the
// eight bytes (echo data, the quoted datagram) belongs to the caller.
#pragma once

#include <cstddef>
#include <cstdint>

#include "netstack/base/bytes.h"
#include "netstack/wire/parse_error.h"

namespace vpclab::wire {

enum class IcmpType : std::uint8_t {
  kEchoReply = 0,
  kDestinationUnreachable = 3,
  kSourceQuench = 4,
  kRedirect = 5,
  kEchoRequest = 8,
  kTimeExceeded = 11,
  kParameterProblem = 12,
  kTimestampRequest = 13,
  kTimestampReply = 14,
};

/// Codes of kDestinationUnreachable (RFC 792, RFC 1122 section 3.2.2.1, RFC 1812 section 5.2.7.1).
namespace unreachable {
inline constexpr std::uint8_t kNet = 0;
inline constexpr std::uint8_t kHost = 1;
inline constexpr std::uint8_t kProtocol = 2;
inline constexpr std::uint8_t kPort = 3;
inline constexpr std::uint8_t kFragmentationNeeded = 4;
inline constexpr std::uint8_t kSourceRouteFailed = 5;
inline constexpr std::uint8_t kNetUnknown = 6;
inline constexpr std::uint8_t kHostUnknown = 7;
inline constexpr std::uint8_t kSourceIsolated = 8;
inline constexpr std::uint8_t kNetProhibited = 9;
inline constexpr std::uint8_t kHostProhibited = 10;
inline constexpr std::uint8_t kNetTos = 11;
inline constexpr std::uint8_t kHostTos = 12;
inline constexpr std::uint8_t kProhibited = 13;
inline constexpr std::uint8_t kPrecedenceViolation = 14;
inline constexpr std::uint8_t kPrecedenceCutoff = 15;
}  // namespace unreachable

/// Codes of kTimeExceeded.
namespace time_exceeded {
inline constexpr std::uint8_t kInTransit = 0;
inline constexpr std::uint8_t kReassembly = 1;
}  // namespace time_exceeded

struct IcmpV4Header {
  static constexpr std::size_t kSize = 8;

  IcmpType type{};
  std::uint8_t code = 0;
  std::uint32_t rest = 0;  // the second word, by type

  [[nodiscard]] static constexpr IcmpV4Header echo(IcmpType type, std::uint16_t identifier,
                                                   std::uint16_t sequence) {
    return IcmpV4Header{type, 0, (std::uint32_t{identifier} << 16) | sequence};
  }

  /// An error without a second word: unreachable, time exceeded.
  [[nodiscard]] static constexpr IcmpV4Header error(IcmpType type, std::uint8_t code) {
    return IcmpV4Header{type, code, 0};
  }

  /// Destination unreachable, fragmentation needed, with the next hop's MTU (RFC 1191 section 4).
  [[nodiscard]] static constexpr IcmpV4Header fragmentation_needed(std::uint16_t next_hop_mtu) {
    return IcmpV4Header{IcmpType::kDestinationUnreachable, unreachable::kFragmentationNeeded,
                        next_hop_mtu};
  }

  /// Reads the header at the front of an ICMP message. Any type is accepted.
  [[nodiscard]] static Parsed<IcmpV4Header> parse(Bytes message);

  /// Writes the header with the checksum over all of `message`, whose bytes behind the header are
  /// already there. Pre: at least kSize bytes.
  void emit(MutableBytes message) const;

  /// Of echo and timestamp messages.
  [[nodiscard]] constexpr std::uint16_t identifier() const {
    return static_cast<std::uint16_t>(rest >> 16);
  }

  [[nodiscard]] constexpr std::uint16_t sequence() const {
    return static_cast<std::uint16_t>(rest & 0xffff);
  }

  /// Of fragmentation needed; 0 if the router did not say (RFC 1191 section 4).
  [[nodiscard]] constexpr std::uint16_t next_hop_mtu() const {
    return static_cast<std::uint16_t>(rest & 0xffff);
  }

  friend bool operator==(const IcmpV4Header&, const IcmpV4Header&) = default;
};

/// Messages that quote the datagram they are about (RFC 1122 section 3.2.2), redirects included.
[[nodiscard]] constexpr bool is_icmp_error(IcmpType type) {
  return type == IcmpType::kDestinationUnreachable || type == IcmpType::kSourceQuench ||
         type == IcmpType::kRedirect || type == IcmpType::kTimeExceeded ||
         type == IcmpType::kParameterProblem;
}

/// Messages with an identifier that pair a request and its reply.
[[nodiscard]] constexpr bool is_icmp_query(IcmpType type) {
  return type == IcmpType::kEchoRequest || type == IcmpType::kEchoReply ||
         type == IcmpType::kTimestampRequest || type == IcmpType::kTimestampReply;
}

/// Whether an ICMP error may be sent about an IPv4 packet (RFC 1122 section 3.2.2, RFC 1812 section
/// 4.3.2.7): not about another error or ICMP of an unknown kind, a later fragment, a multicast, or
/// what comes from no single host. What is a broadcast its receiver knows. Pre: well formed.
[[nodiscard]] bool may_be_complained_about(Bytes packet);

/// Whether the checksum over the whole message holds.
[[nodiscard]] bool icmp_checksum_ok(Bytes message);

}  // namespace vpclab::wire
