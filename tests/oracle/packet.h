// tests/oracle/packet.h - a packet as the oracle sees it: the fields that rules speak of. Read from
// bytes by read_packet(), which knows RFC 791, 792, 768 and 9293 and no code of the emulator.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace vpclab::oracle {

inline constexpr int kIcmp = 1;
inline constexpr int kTcp = 6;
inline constexpr int kUdp = 17;

struct Packet {
  std::uint32_t source = 0;
  std::uint32_t destination = 0;
  int protocol = 0;
  int ttl = 0;
  int size = 0;  // in bytes, with its IPv4 header
  bool dont_fragment = false;
  int identification = 0;  // of the datagram
  int offset = 0;          // in it, in bytes; not 0: a later fragment, without ports or types
  bool more = false;       // more fragments follow
  int source_port = 0;     // TCP and UDP
  int destination_port = 0;
  bool opens = false;  // TCP: SYN without ACK
  int type = 0;        // ICMP
  int code = 0;
  int identifier = 0;             // ICMP queries
  int mtu = 0;                    // ICMP 3/4
  std::shared_ptr<Packet> quote;  // ICMP errors: the packet that they are about

  /// An ICMP message that asks (8, 13) and one that answers (0, 14).
  [[nodiscard]] bool is_query() const {
    return protocol == kIcmp && offset == 0 && (type == 8 || type == 13);
  }

  [[nodiscard]] bool is_answer() const {
    return protocol == kIcmp && offset == 0 && (type == 0 || type == 14);
  }

  /// What tells flows of one host apart: a port or an ICMP identifier.
  [[nodiscard]] int source_number() const { return protocol == kIcmp ? identifier : source_port; }

  [[nodiscard]] int destination_number() const {
    return protocol == kIcmp ? identifier : destination_port;
  }

  [[nodiscard]] bool is_error() const { return quote != nullptr; }

  [[nodiscard]] bool is_fragment() const { return more || offset != 0; }
};

/// The packet that begins with an IPv4 header; nothing if there is none.
[[nodiscard]] std::optional<Packet> read_packet(std::span<const std::uint8_t> bytes);

/// "ttl 64, 1500 bytes, DF", and where in its datagram a fragment is.
[[nodiscard]] std::string form(const Packet& packet);

/// "icmp 8/0 id 7 10.0.0.4 > 10.1.0.4".
[[nodiscard]] std::string text(const Packet& packet);

}  // namespace vpclab::oracle
